"""What git knows of a tree, asked without letting the tree run anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from msgspec import Struct

from licscan.errors import ScanError, UsageError

# A repository's own configuration can name programs for these; none of them may run.
_NO_PROGRAMS = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.pager=cat",
)
_ENVIRONMENT = {
    # Whatever a partial clone lacks stays lacking: to fetch it would start the transport that the configuration names.
    # A list in the environment comes before everything that the configuration allows.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
# These would point git at another repository than the one that is scanned.
_FOREIGN_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
)


class GitView(Struct, frozen=True):
    """Paths relative to the scanned root, as bytes. ``ignored`` holds untracked files and whole folders
    (these end in ``/``) that the tree's own ignore files match; ``tracked`` is every path in the index."""

    tracked: frozenset[bytes]
    tracked_folders: frozenset[bytes]
    ignored: frozenset[bytes]


def git_view(root: Path) -> GitView | None:
    """Return what git knows of ``root``, or ``None`` when it is in no work tree or git is not installed.

    Raises ``UsageError`` when git refuses the repository because somebody else owns it, ``ScanError`` when it fails otherwise.
    """
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    try:
        tracked = _paths(root, ["ls-files", "-z", "--cached"])
        ignored = _paths(
            root, ["ls-files", "-z", "--others", "--ignored", "--exclude-per-directory=.gitignore", "--directory"]
        )
    except FileNotFoundError:
        return None
    return GitView(tracked=frozenset(tracked), tracked_folders=_folders(tracked), ignored=frozenset(ignored))


def _paths(root: Path, arguments: Sequence[str]) -> list[bytes]:
    return [path for path in run_git(root, arguments).split(b"\0") if path]


def run_git(root: Path, arguments: Sequence[str], *, index: str | None = None) -> bytes:
    """Run one git command on ``root`` and return its output; see ``git_view`` for what it raises.

    ``index`` is the index file to use instead of the repository's own: git names one to the hooks of a partial commit.
    """
    done = call_git(root, arguments, index=index)
    if done.returncode == 0:
        return done.stdout
    raise ScanError(
        f"git could not list the files: {complaint_of(done)}",
        where=str(root),
        hint="scan without git's help with --all-files",
    )


def call_git(root: Path, arguments: Sequence[str], *, index: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run one git command on ``root``, however it ends. Raises ``UsageError`` when somebody else owns the repository."""
    done = subprocess.run(
        command(root, arguments),
        capture_output=True,
        env=environment(index),
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode and b"dubious ownership" in done.stderr:
        raise UsageError(
            "git refuses this repository because another user owns it",
            where=str(root),
            hint="trust it with `git config --global --add safe.directory <path>`, or scan without git's help with --all-files",
        )
    return done


def command(root: Path, arguments: Sequence[str]) -> list[str]:
    """The command line of git that lets the repository's configuration start nothing."""
    return ["git", *_NO_PROGRAMS, "-C", str(root), *arguments]


def environment(index: str | None = None) -> dict[str, str]:
    """The environment of git: ours, but nothing that points to another repository."""
    found = {key: value for key, value in os.environ.items() if key not in _FOREIGN_VARIABLES} | _ENVIRONMENT
    return found | {"GIT_INDEX_FILE": index} if index else found


def complaint_of(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git said, or its exit status."""
    lines = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
    return lines[0] if lines else f"it ended with status {done.returncode}"


def _folders(paths: Sequence[bytes]) -> frozenset[bytes]:
    folders: set[bytes] = set()
    for path in paths:
        while (cut := path.rfind(b"/")) > 0:
            path = path[:cut]
            if path in folders:
                break
            folders.add(path)
    return frozenset(folders)


def last_changes(root: Path, folders: Sequence[str]) -> dict[str, str]:
    """Return the day (``YYYY-MM-DD``) of the last commit that touched each of ``folders`` (relative to ``root``).

    A folder with changes that are not committed, or that is not tracked, is left out: its day cannot be told. Each
    answer is the clock of whoever committed. Raises as ``git_view`` does.
    """
    view = git_view(root) if folders else None
    found: dict[str, str] = {}
    tracked = view.tracked_folders if view else frozenset()
    for folder in (folder for folder in folders if os.fsencode(folder) in tracked):
        place = f":(literal){folder}"
        state = call_git(root, ["status", "--porcelain", "--untracked-files=normal", "--", place])
        if state.returncode or state.stdout.strip():
            continue
        last = call_git(root, ["log", "-1", "--format=%ct", "--", place])
        seconds = last.stdout.strip()
        if last.returncode == 0 and seconds.isdigit():
            found[folder] = datetime.fromtimestamp(int(seconds), timezone.utc).date().isoformat()
    return found
