"""The files that components are read from: those that were selected, and what lies in known places beside them.

Installed trees (``node_modules``, virtual environments, vendor folders) are usually left out of a scan; manifests,
installed metadata and legal files in them are looked up here by the places where package managers put them.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field

from licscan.component.base import ComponentOptions, join_path, parent_of
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message, of_system
from licscan.core.reuse import file_beside
from licscan.core.selection import Selection
from licscan.util.regular_files import open_regular


class UnreadableFile(Exception):
    """The file could not be read; ``issue`` says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


class Tree(Struct, frozen=True):
    """Paths (relative, ``/``) to where they can be opened.

    ``selected`` are the selected files, ``found`` those of installed trees beside them, ``links`` symbolic links
    between package folders to the path they point at, ``folders`` the names of the files in each folder.
    ``digests`` are the SHA-256 of selected files, in hex.
    """

    root: str
    selected: Mapping[str, str]
    found: Mapping[str, str]
    links: Mapping[str, str]
    digests: Mapping[str, str]
    issues: tuple[Issue, ...] = ()
    max_size: int = ComponentOptions().max_manifest_size
    folders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def paths(self) -> list[str]:
        """Return every path, sorted."""
        return sorted({*self.selected, *self.found})

    def __contains__(self, path: object) -> bool:
        return path in self.selected or path in self.found

    def location(self, path: str) -> str:
        """Return where ``path`` can be opened."""
        return self.selected[path] if path in self.selected else self.found[path]

    def size(self, path: str) -> int:
        """Return the size of ``path`` in bytes; nothing of a file that is gone."""
        try:
            return os.stat(self.location(path), follow_symlinks=False).st_size
        except OSError:
            return 0

    def read(self, path: str) -> bytes:
        """Return the content of ``path``; raise ``UnreadableFile`` when it is gone, no file, or too large."""
        try:
            return _read(self.location(path), self.max_size)
        except OSError as error:
            raise UnreadableFile(
                Issue(
                    code=IssueCode.UNREADABLE,
                    message=message("issue.cannot-read", "cannot be read: {detail}", detail=of_system(error)),
                    location=Location(path=path),
                    hint=message("issue.make-readable-for", "make it readable for the user who runs licscan"),
                )
            ) from error
        except _TooLarge as error:
            raise UnreadableFile(
                Issue(
                    code=IssueCode.TOO_LARGE,
                    message=message(
                        "issue.manifest-bytes-over",
                        "a manifest of {count} bytes is over the limit of {most}",
                        count=str(error.size),
                        most=str(self.max_size),
                    ),
                    location=Location(path=path),
                )
            ) from error

    def head(self, path: str, size: int) -> bytes:
        """Return the first ``size`` bytes of ``path``; raise ``UnreadableFile`` when it is gone or no file."""
        try:
            with open_regular(self.location(path)) as stream:
                return stream.read(size)
        except OSError as error:
            problem = message("issue.cannot-read", "cannot be read: {detail}", detail=of_system(error))
            raise UnreadableFile(
                Issue(code=IssueCode.UNREADABLE, message=problem, location=Location(path=path))
            ) from error

    def legal_files(self, directory: str) -> tuple[str, ...]:
        """Return the licence and notice files that lie in ``directory`` itself, sorted."""
        names = self.folders.get(directory, ())
        return tuple(join_path(directory, name) for name in names if is_legal_name(name) and not is_beside(name, names))


class _TooLarge(Exception):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def _read(location: str, limit: int) -> bytes:
    with open_regular(location) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > limit:
            raise _TooLarge(size)
        return stream.read(limit + 1)


_LEGAL_STEMS = ("license", "licence", "copying", "copyright", "notice", "unlicense", "eula", "mit-license", "legal")
_CODE_SUFFIXES = frozenset(
    ".js .cjs .mjs .ts .jsx .tsx .map .py .pyc .json .c .h .cc .cpp .hpp .go .rs .java .rb .php .cs .css .sh .yml .yaml".split()
)


def is_legal_name(name: str) -> bool:
    """Whether a file of this name states a licence or notices (``LICENSE``, ``COPYING.LESSER``, ``MIT-LICENSE.txt``)."""
    lowered = name.lower()
    if not lowered.startswith(_LEGAL_STEMS) and not _ends_like_license(lowered):
        return False
    return os.path.splitext(lowered)[1] not in _CODE_SUFFIXES


# What files are called in which a package passes on the licences of others.
_NOTICE_STEMS = re.compile(
    r"third[-_ .]?part(?:y|ies)|3rd[-_ .]?part(?:y|ies)|tpn\b|credits|acknowledg|attribution|notices\b|licenses[-_.]bundled"
)
# Folders of a package that hold such texts, and those in which bundlers leave them beside what they bundled.
NOTICE_FOLDERS = frozenset(
    "licenses licences license licence legal notices third-party-licenses third_party_licenses thirdpartylicenses license_files".split()
)
BUNDLE_FOLDERS = frozenset({"dist", "build", "bundle", "bundles", "umd", "lib", "public", "static"})


def is_third_party_notice(name: str) -> bool:
    """Whether a file of this name passes on the licences of others (``ThirdPartyNotices.txt``, ``CREDITS``, ``main.js.LICENSE.txt``)."""
    lowered = name.lower()
    if os.path.splitext(lowered)[1] in _CODE_SUFFIXES:
        return False
    return bool(_NOTICE_STEMS.match(lowered)) or lowered.endswith(
        (".js.license.txt", ".mjs.license.txt", ".css.license.txt")
    )


def is_passed_on(path: str) -> bool:
    """Whether the file at ``path``, in a package, has to go along with it: licences, notices, and all texts in folders that are called so."""
    folders, _, name = path.rpartition("/")
    if is_legal_name(name) or is_third_party_notice(name):
        return True
    is_text = os.path.splitext(name.lower())[1] not in _CODE_SUFFIXES and not name.startswith(".")
    return is_text and folders.rpartition("/")[2].lower() in NOTICE_FOLDERS


def is_beside(name: str, names: Collection[str]) -> bool:
    """Whether ``name`` is a side file (``logo.png.license``) that speaks for one of ``names``, the files of its folder, alone."""
    return file_beside(name) in names


def has_license(names: Collection[str]) -> bool:
    """Whether one of ``names``, the files of one folder, holds a licence for the folder."""
    return any(is_license_name(name) and not is_beside(name, names) for name in names)


def is_license_name(name: str) -> bool:
    """Whether a file of this name holds a licence, and not only notices."""
    if is_third_party_notice(name):
        return False
    return is_legal_name(name) and not name.lower().startswith(("notice", "copyright", "legal"))


def _ends_like_license(lowered: str) -> bool:
    stem = lowered.rpartition(".")[0] if lowered.endswith((".txt", ".md", ".rst")) else lowered
    return stem.endswith(("-license", "-licence", ".license", ".licence", "_license", "_licence"))


def build_tree(selection: Selection, options: ComponentOptions, found: FoundFiles) -> Tree:
    """Put the selected files and those found in known places together."""
    selected = {item.file.path: item.location for item in selection.files}
    extra = {path: location for path, location in found.files.items() if path not in selected}
    names: dict[str, list[str]] = defaultdict(list)
    for path in (*selected, *extra):
        directory, _, name = path.rpartition("/")
        names[directory].append(name)
    return Tree(
        root=selection.root,
        selected=selected,
        found=extra,
        links=found.links,
        digests={item.file.path: item.file.sha256 for item in selection.files},
        issues=tuple(found.issues),
        max_size=options.max_manifest_size,
        folders={directory: tuple(sorted(entries)) for directory, entries in names.items()},
    )


class FoundFiles(Struct):
    """What the look into known places gathers: paths to locations, links to targets, and trouble."""

    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def folders_of(paths: Iterable[str]) -> list[str]:
    """Return every folder that holds one of ``paths``, with those above it, sorted; ``""`` is the root."""
    seen = {""}
    for path in paths:
        directory = parent_of(path)
        while directory not in seen:
            seen.add(directory)
            directory = parent_of(directory)
    return sorted(seen)
