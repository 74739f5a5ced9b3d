"""Requirements files: written by hand, or compiled by a resolver that says in comments what brings a package in.

Every line that pip would install is a requirement, a project of the tree, or an issue: addresses, repositories, paths and further
files too. Nothing is fetched and nothing is expanded from the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from licscan.component.base import (
    Edge,
    Lock,
    Package,
    Reading,
    ReadingBuilder,
    Requirement,
    base_of,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import is_requirements_file, kind_at, prefixed_hash, scope_of_name
from licscan.component.ecosystem.origin import of_path, of_pip, path_of
from licscan.component.ecosystem.pypi import TYPE, named_in, requirement
from licscan.component.formats import BrokenManifest, text_of
from licscan.component.tree import UnreadableFile
from licscan.core.component import ComponentKind, Scope
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import Message, message
from licscan.core.message import path as path_

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_OPTION = re.compile(r"\s--?(?:hash|config-settings?|global-option|install-option|C)[= ].*$", re.DOTALL)
_HASH = re.compile(r"--hash[= ](\w+:[0-9a-fA-F]+)")
_COMMENT = re.compile(r"(?:^|\s)#(?P<words>.*)$")
# "-r more.txt", "-rmore.txt", "--requirement=more.txt".
_INCLUDED = re.compile(
    r"(?:-(?P<short>[rce])\s*|--(?P<long>requirement|constraint|editable)(?:\s+|=\s*))(?P<rest>\S.*)$"
)
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_MOST_FILES = 100  # that one requirements file takes in, by whatever way


class _Line(Struct):
    """One requirement: its text, where it starts, and the words of the comments that follow it."""

    text: str
    number: int
    comment: str = ""
    path: str = ""

    @property
    def via(self) -> tuple[str, ...]:
        """What the resolver says brings the package in (``# via``); a name in brackets or an option is a file."""
        words = re.split(r"\bvia\b", self.comment, maxsplit=1)
        names = [word.strip() for word in re.split(r"[,\n]", words[1]) if word.strip()] if len(words) > 1 else []
        return tuple(canonicalize_name(name) if re.fullmatch(r"[\w.-]+", name) else "" for name in names)


def read_requirements(tree: Tree, path: str) -> Reading:
    """Read a requirements file with the files that it takes in; those that are known by their own name are read by themselves."""
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    pip = PipLines(tree, parent_of(path), _scope(path))
    pip.file(path)
    if pip.unread and not (pip.found or pip.edges) and pip.included == {path}:
        raise BrokenManifest(
            message("issue.not-requirement", "not a requirement"),
            pip.unread[0].number,
        )
    found = pip.pinned()
    # What a resolver wrote says of each package what brings it in, or which digests it may have.
    is_compiled = any(line.via or "--hash" in line.text for line, _ in found) and all(
        item.pinned or item.qualifiers for _, item in found
    )
    reading = _compiled(found, path) if is_compiled else Reading(requirements=tuple(item for _, item in found))
    return replace(reading, edges=(*reading.edges, *pip.edges), issues=pip.issues())


class PipLines:
    """What lines of pip's requirements ask for, from the point of view of the project in ``folder``."""

    def __init__(self, tree: Tree, folder: str, scope: Scope = Scope.RUNTIME) -> None:
        self.found: list[tuple[_Line, Requirement]] = []
        self.edges: list[Edge] = []
        self.unread: list[_Line] = []
        self.included: set[str] = set()
        self._missing: list[tuple[_Line, Message]] = []
        self._constraints: dict[str, str] = {}
        self._tree = tree
        self._parent = project_ref(folder)
        self._scope = scope

    def file(self, path: str) -> None:
        """Read the lines of a file of the tree; each file once."""
        self.included.add(path)
        for line in _requirement_lines(text_of(self._tree.read(path))):
            self.line(replace(line, path=path))

    def line(self, line: _Line) -> None:
        """Read one line: a requirement, an address, a path, or another file."""
        line.text = line.text.strip()
        option = _INCLUDED.match(line.text)
        kind = (option["short"] or option["long"][0]) if option else ""
        if kind in ("r", "c"):
            self._include(line, option["rest"].strip(" '\"") if option else "", is_constraint=kind == "c")
        elif kind == "e":
            self._direct(line, option["rest"] if option else "")
        elif line.text and not line.text.startswith("-"):
            self._requirement(line)

    def pinned(self) -> list[tuple[_Line, Requirement]]:
        """Return what was found, with the versions to which constraints pin it."""
        return [
            (line, item)
            if item.pinned or item.qualifiers or item.name not in self._constraints
            else (line, replace(item, pinned=self._constraints[item.name]))
            for line, item in self.found
        ]

    def issues(self) -> tuple[Issue, ...]:
        """Return the issues of lines that could not be read, those that are no requirement as one for each file."""
        by_file: dict[str, list[_Line]] = {}
        for line in self.unread:
            by_file.setdefault(line.path, []).append(line)
        missing = (_issue(line, what) for line, what in self._missing)
        return (*(_not_requirements(lines, path) for path, lines in by_file.items()), *missing)

    def _requirement(self, line: _Line) -> None:
        bare = _OPTION.sub("", line.text).strip()
        parsed = requirement(self._parent, bare, self._at(line), self._scope)
        if parsed:
            self.found.append((line, parsed))
        else:
            self._direct(line, bare)

    def _direct(self, line: _Line, written: str) -> None:
        """Read an address or a path, of which pip learns the name when it has it: the name is taken from the address itself."""
        bare = _OPTION.sub("", written).strip().strip("'\"")
        named = requirement(self._parent, bare, self._at(line), self._scope)
        if named and named.qualifiers:
            self.found.append((line, named))
            return
        # A marker stands behind a blank: an address may hold a semicolon itself.
        address = re.split(r"\s+;|;\s", bare, maxsplit=1)[0].strip()
        if "://" in address and not address.startswith("file:"):
            self._address(line, address)
        elif _is_path(address) or normal_path(parent_of(line.path), address) in self._tree.folders:
            self._path(line, address.removeprefix("file://").removeprefix("file:"))
        else:
            self.unread.append(line)

    def _address(self, line: _Line, address: str) -> None:
        egg = re.search(r"[#&]egg=([^&\[]+)", address)
        place = path_of(address)
        archive = re.fullmatch(r"/[^/]+/([^/]+)/(?:archive|tarball|zipball|tar\.gz|zip)/.*", place)
        # A revision may hold a slash: the name stands before its "@".
        file = base_of(unquote(place.partition("@")[0].rstrip("/")))
        known = named_in(file)
        name = _stem(unquote(egg[1])) if egg else known[0] if known else archive[1] if archive else _stem(file)
        self._add(line, re.split(r"[=<>!~ ]", name, maxsplit=1)[0], known[1] if known else None, of_pip(address))

    def _path(self, line: _Line, written: str) -> None:
        bare = re.sub(r"\[[^\[\]]*\]$", "", written.partition("#")[0]).strip()
        place = normal_path(parent_of(line.path), bare)
        if place is not None and place in self._tree.folders and place not in self._tree:
            edge = Edge(parent=self._parent, child=project_ref(place), scope=self._scope, location=self._at(line))
            self.edges.append(edge)
            return
        known = named_in(base_of(bare))
        egg = re.search(r"[#&]egg=([^&\[]+)", written)
        self._add(
            line,
            egg[1] if egg else known[0] if known else _stem(base_of(bare.rstrip("/"))),
            known[1] if known else None,
            of_path(bare),
        )

    def _add(self, line: _Line, name: str, version: str | None, origin: tuple[tuple[str, str], ...]) -> None:
        if not _NAME.fullmatch(name) or not origin:
            self.unread.append(line)
            return
        item = Requirement(
            parent=self._parent,
            type=TYPE,
            name=canonicalize_name(name),
            specifier=f"@ {origin[0][1]}",
            pinned=version,
            scope=self._scope,
            qualifiers=origin,
            location=self._at(line),
        )
        self.found.append((line, item))

    def _include(self, line: _Line, name: str, *, is_constraint: bool) -> None:
        path = None if "://" in name or "${" in name else normal_path(parent_of(line.path), name)
        if path is None or path not in self._tree:
            if not is_constraint:
                self._missing.append(
                    (
                        line,
                        message(
                            "issue.includes-missing",
                            "it takes in a file that is not in the tree",
                        ),
                    )
                )
            return
        if path in self.included or len(self.included) > _MOST_FILES:
            return
        try:
            if is_constraint:
                self._constrain(path)
            elif not is_requirements_file(path):
                self.file(path)
            self.included.add(path)
        except UnreadableFile as error:
            self._missing.append(
                (
                    line,
                    message(
                        "issue.includes-unreadable",
                        "it takes in {paths}, which {detail}",
                        paths=path_(path),
                        detail=error.issue.message,
                    ),
                )
            )

    def _constrain(self, path: str) -> None:
        for line in _requirement_lines(text_of(self._tree.read(path))):
            found = requirement(self._parent, _OPTION.sub("", line.text).strip(), self._at(line), self._scope)
            if found and found.pinned:
                self._constraints.setdefault(found.name, found.pinned)

    def _at(self, line: _Line) -> Location:
        return Location(path=line.path, start_line=line.number)


def _is_path(text: str) -> bool:
    return text.startswith((".", "/", "file:", "~")) or text.endswith((".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2"))


def _stem(name: str) -> str:
    """Return the name in ``name-1.2.tar.gz`` or ``name.git``."""
    bare = re.sub(r"(?:\.git|\.tar\.\w+|\.tgz|\.zip|\.whl)$", "", name)
    return re.sub(r"-v?\d[\w.+-]*$", "", bare)


def pip_line(text: str, location: Location) -> _Line:
    """Return a line of requirements that stands in a file of another format."""
    return _Line(text, location.start_line or 1, path=location.path)


def _not_requirements(lines: list[_Line], path: str) -> Issue:
    problem = (
        message(
            "issue.not-requirements",
            "{count} lines are not requirements; this is the first",
            count=len(lines),
        )
        if len(lines) > 1
        else message("issue.not-requirement", "not a requirement")
    )
    return _issue(replace(lines[0], path=path), problem)


def _issue(line: _Line, what: Message) -> Issue:
    return Issue(
        code=IssueCode.BROKEN_MANIFEST,
        message=what,
        location=Location(path=line.path, start_line=line.number),
        hint=message(
            "issue.what-asks-for",
            "its requirement is unknown, the rest was read: correct the file, or leave it out with --exclude",
        ),
    )


def _compiled(found: Iterable[tuple[_Line, Requirement]], path: str) -> Reading:
    """Take a resolver's output as the lockfile that it is."""
    builder = ReadingBuilder()
    refs: dict[str, str] = {}
    nodes: list[tuple[_Line, Requirement, str]] = []
    for line, item in found:
        digest = _HASH.search(line.text)
        value = prefixed_hash(digest.group(1)) if digest else None
        package = Package(
            type=TYPE,
            name=item.name,
            version=item.pinned,
            qualifiers=item.qualifiers,
            location=item.location,
            hashes=(value,) if value else (),
            scope=item.scope,
        )
        builder.packages.append(package)
        refs[item.name] = package.ref
        nodes.append((line, item, package.ref))
    for line, item, ref in nodes:
        # Whatever is not in the file itself is the project, or a file of its.
        parents = dict.fromkeys(refs.get(name, item.parent) for name in line.via) or [item.parent]
        builder.edges += [
            Edge(
                parent=parent,
                child=ref,
                scope=item.scope if parent == item.parent else Scope.RUNTIME,
                location=item.location,
            )
            for parent in parents
        ]
    builder.locks.append(Lock(type=TYPE, directory=parent_of(path), entries=refs, location=Location(path=path)))
    return builder.build()


def _scope(path: str) -> Scope:
    scope = scope_of_name(base_of(path).rpartition(".")[0].replace("requirements", ""))
    folder = base_of(parent_of(path))
    return scope_of_name(folder) if scope is Scope.RUNTIME and folder != "requirements" else scope


def _requirement_lines(content: str) -> Iterator[_Line]:
    """Yield requirements (options of pip left out) with continued lines joined and their comments beside them."""
    current: _Line | None = None
    continued = False
    for number, line in enumerate(content.splitlines(), start=1):
        comment = _COMMENT.search(line)
        bare = (line[: comment.start()] if comment else line).rstrip()
        words = comment.group("words").strip() if comment else ""
        if bare.strip() and not continued:
            if current:
                yield current
            current = _Line("", number)
        if current:
            current.text += " " + bare.removesuffix("\\").strip()
            current.comment += f" {words}\n" if words else ""
        continued = bare.endswith("\\")
    if current:
        yield current
