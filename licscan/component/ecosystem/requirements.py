"""Requirements files: written by hand, or compiled by a resolver that says in comments what brings a package in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

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
from licscan.component.ecosystem.common import kind_at, prefixed_hash, scope_of_name
from licscan.component.ecosystem.pypi import TYPE, requirement
from licscan.component.formats import BrokenManifest, text_of
from licscan.core.component import ComponentKind, Scope
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.text import plural

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_OPTION = re.compile(r"\s--?(?:hash|config-settings?|global-option|install-option|C)[= ].*$", re.DOTALL)
_HASH = re.compile(r"--hash[= ](\w+:[0-9a-fA-F]+)")
_COMMENT = re.compile(r"(?:^|\s)#(?P<words>.*)$")


class _Line(Struct):
    """One requirement: its text, where it starts, and the words of the comments that follow it."""

    text: str
    number: int
    comment: str = ""

    @property
    def via(self) -> tuple[str, ...]:
        """What the resolver says brings the package in (``# via``); a name in brackets or an option is a file."""
        words = re.split(r"\bvia\b", self.comment, maxsplit=1)
        names = [word.strip() for word in re.split(r"[,\n]", words[1]) if word.strip()] if len(words) > 1 else []
        return tuple(canonicalize_name(name) if re.fullmatch(r"[\w.-]+", name) else "" for name in names)


def read_requirements(tree: Tree, path: str) -> Reading:
    """Read a requirements file; what it includes is read as a file of its own."""
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    found: list[tuple[_Line, Requirement]] = []
    unread: list[_Line] = []
    scope = _scope(path)
    for line in _without_options(_requirement_lines(text_of(tree.read(path)))):
        location = Location(path=path, start_line=line.number)
        parsed = requirement(project_ref(parent_of(path)), _OPTION.sub("", line.text).strip(), location, scope)
        if parsed:
            found.append((line, parsed))
        elif not _is_address(line.text) and not _is_folder(tree, path, line.text):
            unread.append(line)
    if unread and not found:
        raise BrokenManifest(f"not a requirement: {unread[0].text[:80]}", unread[0].number)
    compiled = any(line.via or "--hash" in line.text for line, _ in found) and all(item.pinned for _, item in found)
    reading = _compiled(found, path) if compiled else Reading(requirements=tuple(item for _, item in found))
    return replace(reading, issues=(_not_requirements(unread, path),)) if unread else reading


def _not_requirements(lines: Sequence[_Line], path: str) -> Issue:
    more = f", and {plural(len(lines) - 1, 'other line')}" if len(lines) > 1 else ""
    return Issue(
        code=IssueCode.BROKEN_MANIFEST,
        message=f"not a requirement: {lines[0].text[:80]}{more}",
        location=Location(path=path, start_line=lines[0].number),
        hint="what stands there is unknown, the rest was read: mend the file, or leave it out with --exclude",
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


def _is_address(line: str) -> bool:
    return (
        "://" in line
        or line.startswith((".", "/", "file:"))
        or line.endswith((".whl", ".tar.gz", ".zip"))
        or "${" in line
    )


def _is_folder(tree: Tree, path: str, line: str) -> bool:
    return normal_path(parent_of(path), line) in tree.folders


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


def _without_options(lines: Iterable[_Line]) -> Iterator[_Line]:
    for line in lines:
        line.text = line.text.strip()
        if line.text and not line.text.startswith("-"):
            yield line
