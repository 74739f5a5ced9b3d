"""Walk a tree in a fixed order and tell, for each entry, whether it is looked at or why not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import Message, message, of_system
from licscan.core.scancode_order import native_name
from licscan.core.skipped import Skipped
from licscan.select.git import GitView
from licscan.select.unread import not_read
from licscan.select.version_control import SCANCODE_NAMES, Kept, System, is_pointer, kept_as, system_of
from licscan.util.ignore_patterns import ignore_rules

CACHES = frozenset(
    b"__pycache__ .mypy_cache .pytest_cache .ruff_cache .hypothesis .tox .nox .gradle .sass-cache .parcel-cache .next .nuxt .terraform .eggs".split()
)

ENVIRONMENT_MARK = b"pyvenv.cfg"
# What a virtual environment holds beside its packages, which lie in a folder called site-packages.
PROGRAM_FOLDERS = frozenset((b"bin", b"Scripts", b"include", b"Include"))
VERSION_CONTROL_REASON = message("skipped.version-control", "version control")
_MESSAGE_REASON = message("skipped.version-control-message", "text written for version control")
_NO_PARITY = message("hint.no-parity", "omit --no-extra-rules to scan it")
INSTALLED_REASON = message("skipped.installed", "installed packages, read as components (--installed files scans them)")
_IGNORED_REASON = message("skipped.ignored", "untracked and ignored by the tree's own .gitignore")
EXCLUDED_REASON = message("skipped.excluded", "excluded by --exclude or the configuration")
OWN_FILE_REASON = message("skipped.own-file", "licscan's own policy, baseline or configuration")
_KINDS = (
    (stat.S_ISFIFO, message("skipped.pipe", "named pipe")),
    (stat.S_ISSOCK, message("skipped.socket", "socket")),
    (stat.S_ISBLK, message("skipped.device", "device")),
    (stat.S_ISCHR, message("skipped.device", "device")),
)


class WalkOptions(Struct, frozen=True, kw_only=True):
    """``all_files`` leaves out no file for what it is, ``scancode_names`` those that ScanCode leaves out by their names; ``exclude`` holds gitignore-style patterns, which count from the
    folder that ``below`` is the way from to the root (empty, or a path and a slash); ``archives`` asks for what archives hold
    too (``licscan.select.archive``)."""

    exclude: tuple[str, ...] = ()
    below: str = ""
    all_files: bool = False
    scancode_names: bool = False
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
        # A stack of its own: no depth of folders ends the process.
        open_folders = [self._entries(b"")]
        while open_folders:
            for path, entry in open_folders[-1]:
                if entry.is_dir(follow_symlinks=False):
                    system = None if self._options.scancode_names else system_of(entry.name, entry.path)
                    if system is None:
                        open_folders.append(self._entries(path))
                        break
                    yield from self._version_control(path, system)
                else:
                    yield Found(path, entry.stat(follow_symlinks=False).st_size)
            else:
                open_folders.pop()

    def _entries(self, folder: bytes) -> Iterator[tuple[bytes, os.DirEntry[bytes]]]:
        """Yield what is looked at in ``folder``, by name."""
        ordered = self._listed(folder)
        if ordered is None:
            return
        self.folders.append(folder)
        for entry in ordered:
            path = folder + b"/" + entry.name if folder else entry.name
            try:
                reason = self._reason(entry, path)
            except OSError as error:
                self.issues.append(unreadable(path, error))
                continue
            if reason is None:
                yield path, entry
            else:
                self.skipped.append(Skipped(path=printable(path), reason=reason, count=self._count(entry)))

    def _listed(self, folder: bytes) -> list[os.DirEntry[bytes]] | None:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.issues.append(unreadable(folder, error))
            return None

    def _version_control(self, top: bytes, system: System) -> Iterator[Found]:
        """Yield the files in a folder of version control that are not the system's own, and count those that are."""
        waiting = [top]
        count = 0
        while waiting:
            folder = waiting.pop()
            for entry in self._listed(folder) or ():
                path = folder + b"/" + entry.name
                special = _special(entry)
                if special:
                    self.skipped.append(Skipped(path=printable(path), reason=special))
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    size = entry.stat(follow_symlinks=False).st_size
                    kept = kept_as(system, path[len(top) + 1 :], entry.path, size)
                    count += kept is Kept.DATA
                    if kept is Kept.MESSAGE:
                        self.skipped.append(Skipped(path=printable(path), reason=_MESSAGE_REASON))
                    elif kept is None and not self._is_excluded(path):
                        yield Found(path, size)
        self.skipped.append(Skipped(path=printable(top), reason=VERSION_CONTROL_REASON, count=count))

    def _is_excluded(self, path: bytes) -> bool:
        return self._exclude is not None and bool(self._exclude.match_file(self._below + os.fsdecode(path)))

    def _reason(self, entry: os.DirEntry[bytes], path: bytes) -> Message | None:
        """Why ``entry`` is left out; ``None`` when it is looked at."""
        special = _special(entry)
        if special:
            return special
        is_folder = entry.is_dir(follow_symlinks=False)
        named = self._by_name(entry, path, is_folder=is_folder)
        if named:
            return named
        if self._is_excluded(path + b"/" if is_folder else path):
            return EXCLUDED_REASON
        if self._options.all_files:
            return None
        if is_folder and not self._options.installed_files and self._is_installed(entry, path):
            return INSTALLED_REASON
        if is_folder and entry.name in CACHES and not self._is_tracked_folder(path):
            return message("skipped.cache", "cache")
        if self._git and (path + b"/" if is_folder else path) in self._git.ignored:
            return None if is_installed_tree(entry) else _IGNORED_REASON
        return None

    def _by_name(self, entry: os.DirEntry[bytes], path: bytes, *, is_folder: bool) -> Message | None:
        """Why an entry is left out that bears a name of version control."""
        if not is_folder and is_pointer(entry.name, entry.path, entry.stat(follow_symlinks=False).st_size):
            return message("skipped.version-control-settings", "version control settings")
        if not self._options.scancode_names or entry.name.lower() not in SCANCODE_NAMES:
            return None
        if is_folder and system_of(entry.name, entry.path):
            return VERSION_CONTROL_REASON
        self.issues.append(
            not_read(
                printable(path),
                message("issue.what-scancode-leaves", "what ScanCode leaves out by its name"),
                _NO_PARITY,
            )
        )
        return message("skipped.by-name", "left out by its name, as ScanCode does")

    def _is_installed(self, entry: os.DirEntry[bytes], path: bytes) -> bool:
        """Whether the content of a folder is read as components. Of a virtual environment these are its packages and its programs: the
        file that marks one could be put into any folder."""
        if is_installed_tree(entry) and not is_environment(entry):
            return True
        above = os.path.join(self._root, os.path.dirname(path))
        return entry.name in PROGRAM_FOLDERS and os.path.exists(os.path.join(above, ENVIRONMENT_MARK))

    def _is_tracked_folder(self, path: bytes) -> bool:
        return self._git is not None and path in self._git.tracked_folders

    def _count(self, entry: os.DirEntry[bytes]) -> int:
        if not entry.is_dir(follow_symlinks=False) or system_of(entry.name, entry.path):
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
    return is_environment(entry)


def is_environment(entry: os.DirEntry[bytes]) -> bool:
    """Whether a folder is marked as a virtual environment of Python."""
    return os.path.exists(os.path.join(entry.path, ENVIRONMENT_MARK))


def printable(path: bytes) -> str:
    """Return ``path`` as text; bytes that are no UTF-8 become ``\\xNN``."""
    return path.decode("utf-8", "backslashreplace")


def unreadable(path: bytes, error: OSError) -> Issue:
    """Say that ``path`` could not be read, and what to do about it."""
    return Issue(
        code=IssueCode.UNREADABLE,
        message=message("issue.cannot-read", "cannot be read: {detail}", detail=of_system(error)),
        location=Location(path=printable(path) or "."),
        hint=message(
            "issue.make-readable-for-user-who",
            "make it readable for the user who runs licscan, or leave it out with --exclude",
        ),
    )


def _special(entry: os.DirEntry[bytes]) -> Message | None:
    if entry.is_symlink():
        return (
            message("skipped.link", "symbolic link")
            if os.path.exists(entry.path)
            else message("skipped.broken-link", "broken symbolic link")
        )
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return message("skipped.gone", "gone while the tree was walked")
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return next((kind for test, kind in _KINDS if test(mode)), message("skipped.special", "special file"))
