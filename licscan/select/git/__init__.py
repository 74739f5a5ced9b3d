"""Everything that licscan knows of Git repositories. Their data are read here, by nobody else, and by no program.

``git`` itself is never started: whatever a repository's settings, attributes, filters, hooks and links name, nothing is here
that could run it. Docs: docs/security.md, docs/decisions/0012-git-data-without-git.md.
"""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from pathlib import Path

from msgspec import Struct

from licscan.select.git.config import is_true
from licscan.select.git.files import BrokenRepository
from licscan.select.git.history import Author, Survey
from licscan.select.git.ignore import IgnoreRules
from licscan.select.git.place import ForeignRepository, find_place, is_bare
from licscan.select.git.repository import Repository
from licscan.select.git.tree import Entry
from licscan.util.paths import below_bytes

__all__ = [
    "Author",
    "BrokenRepository",
    "CheckedOut",
    "Entry",
    "ForeignRepository",
    "GitView",
    "Repository",
    "Survey",
    "checked_out",
    "git_view",
    "last_changes",
    "survey_commits",
]


class GitView(Struct, frozen=True):
    """Paths relative to the scanned root, as bytes. ``ignored`` holds untracked files and whole folders
    (these end in ``/``) that the tree's own ignore files match; ``tracked`` is every path in the index."""

    tracked: frozenset[bytes]
    tracked_folders: frozenset[bytes]
    ignored: Container[bytes]


class CheckedOut(Struct, frozen=True):
    """The commit that is checked out, in hex, and whether tracked files differ from it."""

    commit: str
    differs: bool


def git_view(root: Path) -> GitView | None:
    """Return what Git's data say of ``root``, or ``None`` when it is in no work tree.

    Raises ``ScanError`` or ``UsageError`` when there is a repository that cannot be read, or not from here.
    """
    from licscan.select.git.state import folders_of

    place = find_place(root)
    if place is None or is_bare(place):
        return None
    repository = Repository(root)
    entries = repository.whole_index().entries
    prefix = _prefix(repository, root)
    tracked = frozenset(entries)
    folders = folders_of(entries)
    ignored = IgnoreRules(
        os.fsencode(repository.root),
        prefix,
        tracked,
        folders,
        ignore_case=is_true(place.config, "core.ignorecase"),
    )
    if not prefix:
        return GitView(tracked=tracked, tracked_folders=folders, ignored=ignored)
    cut = len(prefix)
    return GitView(
        tracked=frozenset(path[cut:] for path in tracked if path.startswith(prefix)),
        tracked_folders=frozenset(path[cut:] for path in folders if path.startswith(prefix)),
        ignored=ignored,
    )


def checked_out(target: Path) -> CheckedOut | None:
    """Return what is checked out around ``target``, and whether what lies below it differs; ``None`` outside a repository.

    Raises as ``git_view`` does.
    """
    from licscan.select.git.state import WorkTree

    place = find_place(target)
    if place is None or is_bare(place):
        return None
    repository = Repository(target)
    head = repository.head()
    if head is None:
        return None
    return CheckedOut(head, WorkTree(repository, head).differs(_prefix(repository, target).rstrip(b"/")))


def last_changes(root: Path, folders: Sequence[str]) -> dict[str, str]:
    """Return the day (``YYYY-MM-DD``) of the last commit that touched each of ``folders`` (relative to ``root``).

    A folder with changes that are not committed, or that is not tracked, is left out: its day cannot be known. Each
    answer is the clock of whoever committed. Raises as ``git_view`` does.
    """
    from licscan.select.git.history import day_of
    from licscan.select.git.state import WorkTree

    place = find_place(root) if folders else None
    if place is None or is_bare(place):
        return {}
    repository = Repository(root)
    head = repository.head()
    if head is None:
        return {}
    work = WorkTree(repository, head)
    prefix = _prefix(repository, root)
    found: dict[str, str] = {}
    for folder in folders:
        path = (prefix + os.fsencode(folder)).rstrip(b"/")
        if path not in work.tracked_folders or work.differs(path) or work.has_untracked(path):
            continue
        commit = repository.last_touching(head, path)
        day = day_of(commit.time) if commit else None
        if day is not None:
            found[folder] = day
    return found


def survey_commits(target: Path, marks: Sequence[str]) -> Survey | None:
    """Return what the commits that touched ``target`` say: who made them, and how many bear one of ``marks`` in their message.

    ``None`` outside a repository, and before the first commit. Raises as ``git_view`` does.
    """
    place = find_place(target)
    if place is None or is_bare(place):
        return None
    repository = Repository(target)
    head = repository.head()
    wanted = [mark.lower().encode() for mark in marks]

    def is_marked(message: bytes) -> bool:
        text = message.lower()
        return any(mark in text for mark in wanted)

    return repository.survey(head, _prefix(repository, target).rstrip(b"/"), is_marked) if head else None


def _prefix(repository: Repository, folder: Path) -> bytes:
    """The way from the repository's top to ``folder``: empty, or ending in a slash."""
    inside = below_bytes(os.path.realpath(os.fsencode(folder)), os.fsencode(repository.root))
    return inside + b"/" if inside else b""
