"""Start a package client with the user's own configuration, and nothing of the scanned tree within its reach.

It runs in an empty folder of ours that is outside the tree. Its program is looked for outside the tree, and no variable of its
environment names a place in the tree, a relative one, or what a script of the tree's own package manager was given.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from licscan.core.message import ProblemError, message, quoted

_LARGEST = 8 * 1024 * 1024  # bytes of an answer
# What npm, yarn and pnpm hand to the scripts of a project: settings of that project's own among them.
_OF_A_SCRIPT = ("npm_lifecycle_event", "npm_package_json", "npm_execpath")
_WORKING_DIRECTORIES = ("OLDPWD", "INIT_CWD", "PROJECT_CWD")
_LISTS = ("PATH", "PYTHONPATH", "NODE_PATH")


class NotFetched(ProblemError):
    """The client gave no answer; the text says why."""


class NotInstalled(NotFetched):
    """There is no such client."""


def run_client(
    command: Sequence[str], timeout: float, target: Path | None = None, variables: Mapping[str, str] | None = None
) -> str:
    """Run a client in an empty folder, without input, and return what it prints; ``target`` is what is scanned.

    Raises ``NotFetched``.
    """
    with tempfile.TemporaryDirectory(prefix="licscan-") as folder:
        return run_client_in(Path(folder), command, timeout, target, variables)


def run_client_in(
    folder: Path,
    command: Sequence[str],
    timeout: float,
    target: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Run a client in ``folder``, which is of our own, as ``run_client`` does; ``variables`` go to it in place of the user's."""
    avoided = _avoided(target)
    if _is_inside(str(folder), avoided):
        raise NotFetched(
            message(
                "issue.folder-for-temporary",
                "the folder for temporary files is in the scanned tree: set TMPDIR to another",
            )
        )
    environment = client_environment(os.environ, folder, avoided) | dict(variables or {})
    program = _find(command[0], environment["PATH"], avoided)
    # npm climbs to the nearest package.json, whose folder may hold an .npmrc: it shall be this one.
    (folder / "package.json").write_text("{}")
    try:
        done = subprocess.run(
            [program, *command[1:]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(
            message(
                "issue.gave-no-answer",
                "{text} gave no answer: {detail}",
                text=quoted(command[0]),
                detail=quoted(type(error).__name__),
            )
        ) from error
    if done.returncode != 0:
        # Its messages can hold addresses with credentials: they are the user's, and stay out of results.
        raise NotFetched(
            message(
                "issue.ended-with", "{text} ended with {count}", text=quoted(command[0]), count=str(done.returncode)
            )
        )
    if len(done.stdout) > _LARGEST:
        raise NotFetched(
            message("issue.answer-too-large", "the answer of {text} is too large", text=quoted(command[0]))
        )
    return done.stdout.decode("utf-8", "replace")


def client_environment(variables: Mapping[str, str], folder: Path, avoided: str | None) -> dict[str, str]:
    """Return the user's environment without what leads into ``avoided``, or comes from a script of a project."""
    in_script = any(name in variables for name in _OF_A_SCRIPT)
    kept = {
        name: value
        for name, value in variables.items()
        if name not in _WORKING_DIRECTORIES
        and not (in_script and name.startswith("npm_"))
        and (name in _LISTS or not _names(value, avoided))
    }
    for name in _LISTS:
        entries = kept.get(name, "").split(os.pathsep)
        kept[name] = os.pathsep.join(each for each in entries if os.path.isabs(each) and not _is_inside(each, avoided))
        if not kept[name] and name != "PATH":
            del kept[name]
    return kept | {"PWD": str(folder)}


def _avoided(target: Path | None) -> str | None:
    """The folder that nothing may come from. Where the user's own configuration lies in it, the user scans what is theirs."""
    if target is None:
        return None
    real = os.path.realpath(target)
    return None if _is_inside(os.path.expanduser("~"), real) else real


def _find(name: str, path: str, avoided: str | None) -> str:
    # A relative entry of PATH, or an absolute one, could lead into the scanned tree: there is none left here.
    program = shutil.which(name, path=path) if path else None
    if program is None or not os.path.isabs(program) or _is_inside(program, avoided):
        raise NotInstalled(
            message(
                "issue.not-installed-outside", "{text} is not installed outside the scanned tree", text=quoted(name)
            )
            if avoided
            else message("issue.not-installed", "{text} is not installed", text=quoted(name))
        )
    return program


def _is_inside(place: str, avoided: str | None) -> bool:
    if avoided is None:
        return False
    real = os.path.realpath(place)
    return real == avoided or real.startswith(f"{avoided.rstrip(os.sep)}{os.sep}")


def _names(value: str, avoided: str | None) -> bool:
    """Whether a value of the environment names a place in ``avoided``, as a whole or as a part (``--require=/tree/x.js``)."""
    if avoided is None:
        return False
    if os.path.isabs(value) and "\0" not in value and _is_inside(value, avoided):
        return True
    return any(f"{avoided}{end}" in f"{value}\n" for end in (os.sep, "\n", " ", os.pathsep, '"', "'", ","))
