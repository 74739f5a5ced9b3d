"""R: the DESCRIPTION of a package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from licscan.component.base import (
    Package,
    Reading,
    Requirement,
    Statement,
    StatementForm,
    parent_of,
    project_ref,
)
from licscan.component.dates import dated
from licscan.component.ecosystem.common import choice, kind_at, origin_of, people, statement
from licscan.component.formats import load_headers, text_of
from licscan.core.component import ComponentKind, DateKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "cran"
_FIELDS = (
    ("depends", Scope.RUNTIME),
    ("imports", Scope.RUNTIME),
    ("linkingto", Scope.BUILD),
    ("suggests", Scope.OPTIONAL),
)
_Headers = dict[str, "list[tuple[str, int]]"]


def read_description(tree: Tree, path: str) -> Reading:
    """Read the fields of a package; a DESCRIPTION that names no package is something else."""
    directory = parent_of(path)
    kind = kind_at(directory)
    headers = load_headers(text_of(tree.read(path)))
    name = _first(headers, "package")
    if kind is None or not name or not _first(headers, "version"):
        return Reading()
    author = _first(headers, "author") or ""
    package = Package(
        type=TYPE,
        name=name,
        version=_first(headers, "version"),
        kind=kind,
        directory=directory,
        statements=tuple(_statements(headers, path)),
        location=Location(path=path, start_line=headers["package"][0][1]),
        authors=people(part.strip() for part in author.split(",") if part.strip()),
        supplier=next(iter(people([_first(headers, "maintainer") or ""])), None) or None,
        description=_first(headers, "title"),
        homepage=(_first(headers, "url") or "").split(",")[0].strip() or None,
        dated=dated(DateKind.RELEASED, _first(headers, "date/publication"), "Date/Publication", Location(path=path)),
    )
    wanted = _requirements(headers, path) if kind is ComponentKind.PROJECT else ()
    return Reading(packages=(package,), requirements=tuple(wanted))


def _first(headers: _Headers, name: str) -> str | None:
    return next((" ".join(value.split()) for value, _ in headers.get(name, ()) if value.strip()), None)


def _statements(headers: _Headers, path: str) -> Iterator[Statement]:
    for value, line in headers.get("license", ()):
        yield from statements_of_license(value, origin_of(path, "License"), Location(path=path, start_line=line))


def statements_of_license(value: str, origin: str, location: Location) -> Iterator[Statement]:
    """Yield R's licence in the words of everybody else: ``GPL (>= 2) | file LICENSE`` offers a choice, ``+ file
    LICENSE`` only completes the template that stands before it."""
    offered = [re.sub(r"\s*\+\s*file\s+\S+", "", part).strip() for part in value.split("|")]
    named = [_spelled(name) for name in offered if not name.startswith("file ")]
    files = [name.removeprefix("file ").strip() for name in offered if name.startswith("file ")]
    if named:
        yield choice([statement(name, origin, location, StatementForm.TEXT) for name in named], location)
    else:
        for name in files:
            yield statement(name, origin, location, StatementForm.FILE)


def _spelled(choice: str) -> str:
    """Return ``GPL (>= 2)`` as ``GPL 2+`` and ``GPL (== 2)`` as ``GPL 2``."""
    choice = re.sub(r"\s*\(\s*>=\s*([\d.]+)\s*\)", r" \1+", choice)
    return re.sub(r"\s*\(\s*==?\s*([\d.]+)\s*\)", r" \1", choice)


def _requirements(headers: _Headers, path: str) -> Iterator[Requirement]:
    for field, scope in _FIELDS:
        for value, line in headers.get(field, ()):
            for item in value.split(","):
                match = re.fullmatch(r"\s*([\w.]+)\s*(?:\(([^)]*)\))?\s*", item)
                if match and match.group(1) != "R":
                    yield Requirement(
                        parent=project_ref(parent_of(path)),
                        type=TYPE,
                        name=match.group(1),
                        specifier=(match.group(2) or "").strip(),
                        scope=scope,
                        location=Location(path=path, start_line=line),
                    )
