"""Installed packages of an Alpine root filesystem: apk's database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from licscan.component.base import Edge, Package, Reading, ReadingBuilder
from licscan.component.dates import dated
from licscan.component.ecosystem.common import people, statement
from licscan.component.ecosystem.debian import distribution_of, root_of
from licscan.component.formats import BrokenManifest, text_of
from licscan.core.component import ComponentKind, DateKind
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "apk"


def read_installed(tree: Tree, path: str) -> Reading:
    """Read installed packages; a dependency is found by name or by what a package says that it provides."""
    distribution = distribution_of(tree, root_of(path), "alpine")
    builder = ReadingBuilder()
    refs: dict[str, str] = {}
    nodes: list[tuple[Package, dict[str, str]]] = []
    for fields, line in _records(text_of(tree.read(path))):
        if not fields.get("P") or not fields.get("V"):
            raise BrokenManifest(message("issue.record-without-name", "a record without name or version"), line)
        package = _package(fields, distribution, Location(path=path, start_line=line))
        builder.packages.append(package)
        nodes.append((package, fields))
        for name in (fields["P"], *_names(fields.get("p"))):
            refs.setdefault(name, package.ref)
    for package, fields in nodes:
        for name in _names(fields.get("D")):
            if name in refs and refs[name] != package.ref:
                builder.edges.append(Edge(parent=package.ref, child=refs[name], location=package.location))
    return builder.build()


def _package(fields: dict[str, str], distribution: str, location: Location) -> Package:
    raw = fields.get("L")
    return Package(
        type=TYPE,
        namespace=distribution,
        name=fields["P"],
        version=fields["V"],
        qualifiers=(("arch", fields["A"]),) if fields.get("A") else (),
        kind=ComponentKind.SYSTEM,
        statements=(statement(raw, "apk L", location),) if raw else (),
        location=location,
        supplier=next(iter(people([fields["m"]])), None) if fields.get("m") else None,
        description=fields.get("T"),
        homepage=fields.get("U"),
        dated=dated(DateKind.BUILT, _seconds(fields.get("t")), "apk's build time", location),
    )


def _seconds(written: str | None) -> int | None:
    return int(written) if written and written.isdecimal() else None


def _records(content: str) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the one-letter fields of each record, with its first line; lists of files and folders are left out."""
    fields: dict[str, str] = {}
    start = 1
    for number, line in enumerate([*content.splitlines(), ""], start=1):
        if not line.strip():
            if fields:
                yield fields, start
            fields = {}
            continue
        if not fields:
            start = number
        if len(line) > 1 and line[1] == ":":
            fields.setdefault(line[0], line[2:].strip())


def _names(field: str | None) -> list[str]:
    return [re.split(r"[<>=~@]", item)[0] for item in (field or "").split() if not item.startswith("!")]
