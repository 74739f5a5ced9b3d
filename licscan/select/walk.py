"""Walk a tree in a fixed order and tell, for each entry, whether it is looked at or why not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.skipped import Skipped
from licscan.core.tree import native_name
from licscan.ignore_rules import ignore_rules
from licscan.select.git import GitView

# ScanCode leaves these out of every scan, whatever their case; so must we to give its answers.
VERSION_CONTROL = frozenset(
    b".bzr .bzrignore .git .gitignore .gitattributes .hg .hgignore .repo .svn .svnignore .tfignore vssver.scc cvs .cvsignore _mtn _darcs {arch}".split()
)
CACHES = frozenset(
    b"__pycache__ .mypy_cache .pytest_cache .ruff_cache .hypothesis .tox .nox .gradle .sass-cache .parcel-cache .next .nuxt .terraform .eggs".split()
)

INSTALLED_REASON = "installed packages, read as components (--installed files looks into them)"


class WalkOptions(Struct, frozen=True, kw_only=True):
    """``all_files`` looks at exactly what ScanCode looks at; ``exclude`` holds gitignore-style patterns, which count from the
    folder that ``below`` is the way from to the root (empty, or a path and a slash); ``archives`` asks for what archives hold
    too (``licscan.select.archive``)."""

    exclude: tuple[str, ...] = ()
    below: str = ""
    all_files: bool = False
    installed_files: bool = False
    archives: bool = False


class Found(Struct, frozen=True):
    """A regular file: its path relative to the root, as bytes, and its size."""

    path: bytes
    size: int


class Walk:
    """One walk over ``root``. Iterate it once; ``skipped``, ``issues`` and ``folders`` are complete afterwards."""

    def __init__(self, root: Path, options: WalkOptions, git: GitView | None) -> None:
        self._root = os.fsencode(root)
        self._options = options
        self._git = None if options.all_files else git
        self._exclude = ignore_rules(options.exclude) if options.exclude else None
        self._below = native_name(options.below)
        self.skipped: list[Skipped] = []
        self.issues: list[Issue] = []
        self.folders: list[bytes] = []

    def __iter__(self) -> Iterator[Found]:
        # A stack of our own: folders may stand in each other a thousand times.
        open_folders = [self._listed(b"")]
        while open_folders:
            entry = next(open_folders[-1], None)
            if entry is None:
                open_folders.pop()
                continue
            path, found = entry
            if found is None:
                open_folders.append(self._listed(path))
            else:
                yield found

    def _listed(self, folder: bytes) -> Iterator[tuple[bytes, Found | None]]:
        """Yield what is looked at in ``folder``, in order: files as found, and folders, of which there is no more than the path."""
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.issues.append(unreadable(folder, error))
            return
        self.folders.append(folder)
        for entry in ordered:
            path = folder + b"/" + entry.name if folder else entry.name
            try:
                reason = self._reason(entry, path)
                if reason is not None:
                    if reason:
                        self.skipped.append(Skipped(path=printable(path), reason=reason, count=self._count(entry)))
                elif entry.is_dir(follow_symlinks=False):
                    yield path, None
                else:
                    yield path, Found(path, entry.stat(follow_symlinks=False).st_size)
            except OSError as error:
                self.issues.append(unreadable(path, error))

    def _reason(self, entry: os.DirEntry[bytes], path: bytes) -> str | None:
        """Why ``entry`` is left out; ``None`` when it is looked at, ``""`` when there is nothing to tell."""
        special = _special(entry)
        if special:
            return special
        if entry.name.lower() in VERSION_CONTROL:
            return "version control" if entry.is_dir(follow_symlinks=False) else "version control settings"
        is_folder = entry.is_dir(follow_symlinks=False)
        if self._exclude and self._exclude.match_file(self._below + os.fsdecode(path + b"/" if is_folder else path)):
            return "excluded by --exclude or the configuration"
        if self._options.all_files:
            return None
        if is_folder and not self._options.installed_files and is_installed_tree(entry):
            return INSTALLED_REASON
        if is_folder and entry.name in CACHES and not self._is_tracked_folder(path):
            return "cache"
        if self._git and (path + b"/" if is_folder else path) in self._git.ignored:
            return None if is_installed_tree(entry) else "untracked and ignored by the tree's own .gitignore"
        return None

    def _is_tracked_folder(self, path: bytes) -> bool:
        return self._git is not None and path in self._git.tracked_folders

    def _count(self, entry: os.DirEntry[bytes]) -> int:
        if not entry.is_dir(follow_symlinks=False) or entry.name.lower() in VERSION_CONTROL:
            return 1
        return count_files(entry.path)


def count_files(folder: bytes) -> int:
    """Return how many entries below ``folder`` are no folders; what cannot be listed counts for nothing."""
    count, pending = 0, [folder]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        count += 1
        except OSError:
            continue  # it is left out with everything below it
    return count


def is_installed_tree(entry: os.DirEntry[bytes]) -> bool:
    """Whether a folder holds what a package manager put there, told by the manager's own traces."""
    if not entry.is_dir(follow_symlinks=False):
        return False
    name = entry.name
    if name in (b"node_modules", b"bower_components", b"site-packages", b"Pods"):
        return True
    if name == b"vendor":
        return any(
            os.path.exists(os.path.join(entry.path, trace))
            for trace in (b"modules.txt", b"composer/installed.json", b"bundle")
        )
    return os.path.exists(os.path.join(entry.path, b"pyvenv.cfg"))


def printable(path: bytes) -> str:
    """Return ``path`` as text; bytes that are no UTF-8 become ``\\xNN``."""
    return path.decode("utf-8", "backslashreplace")


def unreadable(path: bytes, error: OSError) -> Issue:
    """Say that ``path`` could not be read, and what to do about it."""
    return Issue(
        code=IssueCode.UNREADABLE,
        message=f"cannot be read: {error.strerror or error}",
        location=Location(path=printable(path) or "."),
        hint="make it readable for the user who runs licscan, or leave it out with --exclude",
    )


def _special(entry: os.DirEntry[bytes]) -> str | None:
    if entry.is_symlink():
        return "symbolic link" if os.path.exists(entry.path) else "broken symbolic link"
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return "gone while the tree was walked"
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    kinds = (
        (stat.S_ISFIFO, "named pipe"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISBLK, "device"),
        (stat.S_ISCHR, "device"),
    )
    return next((name for test, name in kinds if test(mode)), "special file")
