"""Libraries that were copied into the tree without their package manager: scripts and style sheets by the banner at their top, libraries
in C and C++ by the header that states their version.

What they are recognised by is data (``licscan/rules/copied_libraries.toml``), each with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from licscan.component.base import Package, Reading, ancestors, base_of, join_path, parent_of
from licscan.component.ecosystem.common import INSTALL_FOLDERS, VENDOR_FOLDERS, statement
from licscan.component.tree import has_license
from licscan.core.location import Location
from licscan.util.toml_text import parse_toml

if TYPE_CHECKING:
    from licscan.component.base import Statement
    from licscan.component.tree import Tree

RULES = "copied_libraries.toml"
ORIGIN = f"licscan's list of copied libraries ({RULES})"
# Bytes at the top of a file in which its banner stands, and of a header in which its version does.
_BANNER = 4 * 1024
_HEADER = 512 * 1024
_HEADER_LINE = re.compile(r"""(?m)^header = ["']([^"']+)["']""")
_DEEPEST = 4  # folders from a header up to that of its library
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?://[^\n]*(?:\n|\Z)\s*)+", re.DOTALL)
_DRAWING = re.compile(r"^[\s*/!#;|=+~-]+", re.MULTILINE)
_TAGS = re.compile(r"^(?:@(?:license|preserve|fileoverview|overview|module|name|file)\b:?\s*|@(?=\s))+", re.IGNORECASE)
_VERSION = r"\d+\.\d+(?:\.\d+)*(?:[-.+]?(?:alpha|beta|rc|pre|dev|next)[\w.-]*)?"
# "Name v1.2.3", "Name - version 1.2.3", "Name JavaScript Library 1.2".
_NAMED = re.compile(
    rf"(?P<name>@?[A-Za-z][\w./ +-]{{1,60}}?)(?:\s+(?:JavaScript|JS|CSS)\s+(?:library|plugin|framework))?[\s,:|-]+(?:v(?:er(?:sion)?)?\.?\s*:?\s*)?"
    rf"(?P<version>{_VERSION})\b",
    re.IGNORECASE,
)
_TERMS = re.compile(r"licen[cs]ed?\b|\b(?:MIT|BSD|ISC|A?L?GPL|MPL|CC0|Apache)\b|public domain", re.IGNORECASE)
_BUILDS = re.compile(
    r"[.-](?:min|umd|esm|cjs|iife|global|prod|production|development|dev|bundle|bundled|pkgd|full|slim|core|all|runtime|browser|common|compiled|pack|packed|debug|legacy|es\d*)(?=[.-]|$)"
)
_ANY_VERSION = re.compile(_VERSION)
_IN_NAME = re.compile(rf"(?P<name>.+?)[-.@_]v?(?P<version>{_VERSION})$")


class Script(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A script or style sheet: ``name`` in npm's registry; ``banner`` is what its first comment begins with, as a regular expression with
    a group ``version``; ``files`` are what its files are called without endings; ``license`` is that of the package."""

    name: str
    banner: str = ""
    files: tuple[str, ...] = ()
    license: str = ""
    source: str


class Library(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A library in C or C++: ``header`` is the end of the path of the file that states its version, ``version`` the regular expressions
    whose groups are its parts. The files of a library that is copied by its files alone are ``files``."""

    name: str
    header: str
    version: tuple[str, ...]
    files: tuple[str, ...] = ()
    license: str = ""
    source: str


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    script: tuple[Script, ...]
    library: tuple[Library, ...]


@cache
def rules() -> Rules:
    """Return what copied libraries are recognised by."""
    return msgspec.convert(parse_toml(_content()), Rules)


def _content() -> str:
    return files("licscan.rules").joinpath(RULES).read_text(encoding="utf-8")


@cache
def header_names() -> tuple[str, ...]:
    """Return what the headers that are read are called; in which folder they have to lie is asked when one is met."""
    # By the lines of the file, since reading it whole takes longer than a commit of a few files; a test compares both.
    return tuple(dict.fromkeys(base_of(header) for header in _HEADER_LINE.findall(_content())))


def read_script(tree: Tree, path: str) -> Reading:
    """Read whose script or style sheet a file is, from its first comment or its name."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")) or not path.endswith((".js", ".css")):
        return Reading()
    first = _first_comment(tree.head(path, _BANNER).decode("utf-8", "replace"))
    found = _known(first, path) or _stated(first, path)
    if found is None:
        return Reading()
    name, version, license_ = found
    namespace, _, bare = name.rpartition("/")
    location = Location(path=path, start_line=1)
    is_npm = bool(license_) or name in _script_names()
    package = Package(
        type="npm" if is_npm else "generic",
        namespace=namespace or None,
        name=bare,
        version=version,
        other_paths=(path,),
        statements=_statements(license_, location),
        location=location,
        described=True,
    )
    return Reading(packages=(package,))


def _known(comment: str, path: str) -> tuple[str, str | None, str] | None:
    stem, in_name = _stem(path)
    for script, banner in _banners() if _ANY_VERSION.search(comment) else ():
        if banner and (match := banner.match(comment)):
            return script.name, match["version"], script.license
    for script in rules().script:
        if stem in script.files and (in_name or ".min." in path):
            return script.name, in_name, script.license
    return None


def _stated(comment: str, path: str) -> tuple[str, str | None, str] | None:
    """Return what a banner says of a library that is not on the list, where the file is called like it and the banner states terms."""
    match = _NAMED.match(comment)
    if match is None or not _TERMS.search(comment):
        return None
    name = " ".join(match["name"].split()).strip(" -")
    stem, _ = _stem(path)
    own, file = _bare(name), _bare(stem)
    if len(file) < 3 or not (own.startswith(file) or file.startswith(own)):
        return None
    return re.sub(r"\s+", "-", name).lower(), match["version"], ""


def _first_comment(head: str) -> str:
    """Return the words of the first comment of a file; nothing where code comes before it."""
    start = re.match(r"(?:\ufeff|\s|;|['\"]use strict['\"];?|@charset\s+\"[^\"]*\";|!?function\([^)]*\)\{)*", head)
    comment = _COMMENT.match(head, start.end() if start else 0)
    if comment is None:
        return ""
    words = " ".join(_DRAWING.sub("", comment[0].removesuffix("*/")).split())
    return _TAGS.sub("", words)


def _stem(path: str) -> tuple[str, str | None]:
    """Return what a file is called without the words of its build, and the version in its name."""
    stem = _BUILDS.sub("", base_of(path).rpartition(".")[0].lower())
    match = _IN_NAME.fullmatch(stem)
    return (match["name"], match["version"]) if match else (stem, None)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().removesuffix(".js").removesuffix("js"))


@cache
def _banners() -> tuple[tuple[Script, re.Pattern[str] | None], ...]:
    version = f"(?P<version>{_VERSION})"
    return tuple(
        (script, re.compile(script.banner.replace("VERSION", version), re.IGNORECASE) if script.banner else None)
        for script in rules().script
    )


@cache
def _script_names() -> frozenset[str]:
    return frozenset(script.name for script in rules().script)


def _statements(license_: str, location: Location) -> tuple[Statement, ...]:
    return (statement(license_, ORIGIN, location),) if license_ else ()


# -- C and C++ ---------------------------------------------------------------------------------------------------------


def read_header(tree: Tree, path: str) -> Reading:
    """Read which library the header at ``path`` states the version of, and which files belong to it."""
    folder = parent_of(path)
    if not folder or any(part in INSTALL_FOLDERS for part in path.split("/")):
        return Reading()
    listed = [library for library in rules().library if f"/{path}".endswith(f"/{library.header}")]
    content = tree.head(path, _HEADER).decode("utf-8", "replace") if listed else ""
    packages = []
    for library in listed:
        version = _version_in(content, library.version)
        root = _root(tree, folder)
        own = tuple(_own_files(tree, folder, library)) if root is None else ()
        if version is None or (root is None and not own):
            continue
        location = Location(path=path, start_line=1)
        packages.append(
            Package(
                type="generic",
                name=library.name,
                version=version,
                directory=root,
                other_paths=own,
                statements=_statements(library.license, location),
                location=location,
                described=True,
            )
        )
    return Reading(packages=tuple(packages[:1]))


def _version_in(content: str, expressions: Sequence[str]) -> str | None:
    parts: list[str] = []
    for expression in expressions:
        match = re.search(expression, content)
        if match is None:
            return None
        parts += [part for part in match.groups() if part]
    return ".".join(parts).replace("_", ".").strip(".") or None


def _root(tree: Tree, folder: str) -> str | None:
    """Return the folder of the library around a header: the nearest one with a licence, or that lies in a vendor folder."""
    for _, above in zip(range(_DEEPEST), ancestors(folder), strict=False):
        if not above:
            return None
        if base_of(parent_of(above)) in VENDOR_FOLDERS or has_license(tree.folders.get(above, ())):
            return above
    return None


def _own_files(tree: Tree, folder: str, library: Library) -> Iterator[str]:
    for name in tree.folders.get(folder, ()):
        if any(fnmatchcase(name, pattern) for pattern in library.files):
            yield join_path(folder, name)
