"""Known places: where package managers put what they install, looked into without walking every file.

Only names are trusted, links are never followed, and the number of entries visited is bounded.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from functools import cache

from licscan.component.base import ComponentOptions, join_path, normal_path
from licscan.component.ecosystem.copied import header_names
from licscan.component.tree import BUNDLE_FOLDERS, NOTICE_FOLDERS, FoundFiles, folders_of, is_passed_on
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message, of_system
from licscan.core.selection import Selection

# Folders that are walked whole: manifests and legal files can lie anywhere in them.
_WHOLE = frozenset({"vendor", "Pods", "bower_components", "Carthage"})
_WHOLE_NAMES = (
    "modules.txt",
    "installed.json",
    "Cargo.toml",
    "composer.json",
    "bower.json",
    ".bower.json",
    "Manifest.lock",
)
_SITE_PACKAGES = (
    "lib/python*/site-packages",
    "lib64/python*/site-packages",
    "Lib/site-packages",
    "lib/pypy*/site-packages",
)
_METADATA = (("*.dist-info", "METADATA"), ("*.egg-info", "PKG-INFO"))
_MAX_DEPTH = 60


class _Exhausted(Exception):
    """The bound on visited entries is reached."""


def find_installed(selection: Selection, options: ComponentOptions) -> FoundFiles:
    """Return manifests, installed metadata and legal files of installed trees in and beside the selected folders."""
    finder = _Finder(selection.root, options.max_entries)
    if options.installed:
        finder.find(selection)
    return finder.found


class _Finder:
    def __init__(self, root: str, max_entries: int) -> None:
        self.found = FoundFiles()
        self._root = root
        self._left = max_entries

    def find(self, selection: Selection) -> None:
        folders = folders_of(item.file.path for item in selection.files)
        skipped = [item.path for item in selection.skipped]
        try:
            for folder in folders:
                if "node_modules" not in folder.split("/"):
                    self._node_modules(join_path(folder, "node_modules"), 0)
                    self._python_folder(folder)
            for path in skipped:
                self._skipped(path)
        except _Exhausted:
            self.found.issues.append(
                Issue(
                    code=IssueCode.TOO_LARGE,
                    message=message(
                        "issue.installed-packages-hold",
                        "the installed packages hold more entries than the limit; the rest was not read",
                    ),
                    location=Location(path="."),
                )
            )

    def _skipped(self, path: str) -> None:
        name = path.rpartition("/")[2]
        location = os.path.join(self._root, path)
        if os.path.islink(location) or not os.path.isdir(location):
            return
        if name == "node_modules":
            self._node_modules(path, 0)
        elif name in ("site-packages", "dist-packages"):
            self._site_packages(path)
        elif name in _WHOLE:
            self._whole(path, 0)
        else:
            self._environment(path)

    # -- JavaScript ------------------------------------------------------------------------------------------------

    def _node_modules(self, folder: str, depth: int) -> None:
        """Record the packages of a ``node_modules`` folder; those nested in packages too."""
        if depth > _MAX_DEPTH:
            return
        for entry, path in self._entries(folder):
            if entry.name.startswith("@") and entry.is_dir(follow_symlinks=False):
                for inner, inner_path in self._entries(path):
                    self._node_package(inner, inner_path, depth)
            elif entry.name == ".pnpm" and entry.is_dir(follow_symlinks=False):
                for store, store_path in self._entries(path):
                    if store.is_dir(follow_symlinks=False):
                        self._node_modules(join_path(store_path, "node_modules"), depth + 1)
            elif not entry.name.startswith("."):
                self._node_package(entry, path, depth)

    def _node_package(self, entry: os.DirEntry[str], path: str, depth: int) -> None:
        if entry.is_symlink():
            self._link(entry, path)
        elif entry.is_dir(follow_symlinks=False):
            for inner, inner_path in self._entries(path):
                if inner.name == "node_modules" and inner.is_dir(follow_symlinks=False):
                    self._node_modules(inner_path, depth + 1)
                elif inner.name == "package.json" or is_passed_on(inner_path) or _may_be_named(inner.name):
                    self._file(inner, inner_path)
                self._notices(inner, inner_path)

    def _notices(self, entry: os.DirEntry[str], path: str) -> None:
        """Record what a folder of a package passes on of others."""
        name = entry.name.lower()
        if not (name in NOTICE_FOLDERS or name in BUNDLE_FOLDERS) or not entry.is_dir(follow_symlinks=False):
            return
        for inner, inner_path in self._entries(path):
            if is_passed_on(inner_path):
                self._file(inner, inner_path)

    def _link(self, entry: os.DirEntry[str], path: str) -> None:
        try:
            target = os.readlink(entry.path)
        except OSError:
            return
        resolved = normal_path(path.rpartition("/")[0], target)
        if resolved is not None:
            self.found.links[path] = resolved

    # -- Python ----------------------------------------------------------------------------------------------------

    def _python_folder(self, folder: str) -> None:
        """Look for a virtual environment at ``folder`` itself or under the names it usually has."""
        for name in ("", ".venv", "venv", "env", ".env", "virtualenv"):
            self._environment(join_path(folder, name) if name else folder)
        if os.path.isdir(os.path.join(self._root, folder, "__pypackages__")):
            for version, path in self._entries(join_path(folder, "__pypackages__")):
                if version.is_dir(follow_symlinks=False):
                    self._site_packages(join_path(path, "lib"))

    def _environment(self, folder: str) -> None:
        location = os.path.join(self._root, folder)
        if os.path.islink(location) or not os.path.isfile(os.path.join(location, "pyvenv.cfg")):
            return
        for pattern in _SITE_PACKAGES:
            for path in self._matching(folder, pattern.split("/")):
                self._site_packages(path)

    def _matching(self, folder: str, parts: list[str]) -> Iterator[str]:
        if not parts:
            yield folder
            return
        for entry, path in self._entries(folder):
            if fnmatch.fnmatchcase(entry.name, parts[0]) and entry.is_dir(follow_symlinks=False):
                yield from self._matching(path, parts[1:])

    def _site_packages(self, folder: str) -> None:
        for entry, path in self._entries(folder):
            if not entry.name.endswith((".dist-info", ".egg-info")) and entry.is_dir(follow_symlinks=False):
                self._import_package(path)
            for pattern, metadata in _METADATA:
                if fnmatch.fnmatchcase(entry.name, pattern) and entry.is_dir(follow_symlinks=False):
                    self._dist_info(path, metadata)

    def _import_package(self, folder: str) -> None:
        """Record what lies beside the code of a package and has to go along with it."""
        for entry, path in self._entries(folder):
            if is_passed_on(path):
                self._file(entry, path)
            elif entry.name.lower() in NOTICE_FOLDERS and entry.is_dir(follow_symlinks=False):
                self._notices(entry, path)

    def _dist_info(self, folder: str, metadata: str) -> None:
        for entry, path in self._entries(folder):
            if entry.name in (metadata, "RECORD", "direct_url.json") or is_passed_on(path):
                self._file(entry, path)
            if entry.name in ("licenses", "license_files") and entry.is_dir(follow_symlinks=False):
                self._all_files(path, 0)

    # -- any ecosystem ---------------------------------------------------------------------------------------------

    def _whole(self, folder: str, depth: int) -> None:
        """Walk a vendor folder for manifests and legal files."""
        if depth > _MAX_DEPTH:
            return
        for entry, path in self._entries(folder):
            if entry.is_dir(follow_symlinks=False):
                self._whole(path, depth + 1)
            elif (
                entry.name in _WHOLE_NAMES
                or _is_copied(entry.name)
                or entry.name.endswith(".gemspec")
                or is_passed_on(path)
            ):
                self._file(entry, path)

    def _all_files(self, folder: str, depth: int) -> None:
        for entry, path in self._entries(folder):
            if entry.is_dir(follow_symlinks=False):
                if depth < _MAX_DEPTH:
                    self._all_files(path, depth + 1)
            else:
                self._file(entry, path)

    def _file(self, entry: os.DirEntry[str], path: str) -> None:
        if entry.is_file(follow_symlinks=False):
            self.found.files[path] = entry.path

    def _entries(self, folder: str) -> list[tuple[os.DirEntry[str], str]]:
        """Return the entries of a folder with their paths, sorted; nothing when it is missing or a link."""
        location = os.path.join(self._root, folder)
        if os.path.islink(location):
            return []
        try:
            with os.scandir(location) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            problem = message("issue.cannot-read", "cannot be read: {detail}", detail=of_system(error))
            self.found.issues.append(
                Issue(code=IssueCode.UNREADABLE, message=problem, location=Location(path=printable(folder)))
            )
            return []
        self._left -= len(ordered)
        if self._left < 0:
            raise _Exhausted
        return [(entry, join_path(folder, printable(entry.name))) for entry in ordered]


def _is_copied(name: str) -> bool:
    """Whether a file of this name may tell which library was copied."""
    return name.endswith((".min.js", ".min.css")) or name in _version_headers()


@cache
def _version_headers() -> frozenset[str]:
    return frozenset(header_names())


def _may_be_named(name: str) -> bool:
    """Whether a manifest may name a file of this name as the one that holds its licence; it is read only then."""
    lowered = name.lower()
    return lowered.endswith((".txt", ".md")) and not lowered.startswith(("readme", "change", "history", "contributing"))


def printable(name: str) -> str:
    """Return a name of the file system as results write it: bytes that are no UTF-8 as ``\\xNN``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
