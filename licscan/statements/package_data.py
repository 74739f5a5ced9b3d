"""Licence data of named packages: what a lockfile, a listing or installed metadata says of somebody else's licence.

Such a statement is proven by the package itself: a component of the inventory whose own metadata says the same. That
component is judged in its own right, so nothing is lost; without the proof, or by a path alone, it counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.expression import AllOf, Expression, keys, parsed
from licscan.core.finding import FileKind, Match
from licscan.core.location import Location
from licscan.core.message import Message, message, path
from licscan.core.message import name as name_
from licscan.core.result import Inventory
from licscan.statements.context import context_of
from licscan.util.lazy_pattern import lazy

_KINDS = frozenset({FileKind.DATA, FileKind.MANIFEST, FileKind.OTHER})
_PACKAGES = frozenset({ComponentKind.PACKAGE, ComponentKind.SYSTEM})
_FIELD = lazy(r"""\s*"licen[cs]es?"\s*:\s*"[^"]*"\s*,?\s*""", re.IGNORECASE)
_MAX_ENTRY = 60  # lines of one package's entry in a lockfile
_REACH = 3  # lines above a statement in which the package's name is looked for


class _Record(Struct, frozen=True):
    """What one package's metadata says, and the file that says it."""

    component: Component
    expression: Expression
    raw: str
    path: str


class PackageData(Struct, frozen=True):
    """The licences that packages state of themselves, by the package's name, and where files have entries for packages.

    ``entries`` maps a file to the packages that it names with the lines where they begin, in order; a file that is about
    one package alone has a single entry at line 1. ``databases`` are the records of a system's package manager, with the keys of
    all licences that the packages in them state.
    """

    by_name: Mapping[str, tuple[_Record, ...]]
    by_component: Mapping[str, tuple[_Record, ...]]
    entries: Mapping[str, tuple[tuple[int, Component], ...]]
    databases: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, inventory: Inventory) -> PackageData:
        by_name: dict[str, list[_Record]] = defaultdict(list)
        by_component: dict[str, tuple[_Record, ...]] = {}
        places: dict[str, set[tuple[int | None, str]]] = defaultdict(set)
        components = {component.id: component for component in inventory.components}
        for component in inventory.components:
            by_component[component.id] = _records(component)
            if component.kind in _PACKAGES:
                for record in by_component[component.id]:
                    by_name[component.name.lower()].append(record)
            for place in (*component.locations, *(place for claim in component.claims for place in claim.locations)):
                places[place.path].add((place.start_line, component.id))
        for member, location in _member_entries(inventory, components):
            places[location.path].add((location.start_line, member.id))
        return cls(
            by_name={name: tuple(records) for name, records in by_name.items()},
            by_component=by_component,
            entries={path: _entries(found, components) for path, found in places.items()},
            databases=_databases(inventory.components, by_component),
        )

    def proof(self, match: Match, kind: FileKind, owner: str | None) -> Message | None:
        """Return which package states the licence of ``match`` and where; ``None`` when that is not proven.

        ``owner`` is the component that the file belongs to: what a file says of its own owner counts.
        """
        said = parsed(match.expression)
        if said is not None and match.path in self.databases and _text_keys(said) <= self.databases[match.path]:
            return message(
                "statement.package-database",
                "it is in a database of installed packages, each a component of its own, and they state it",
            )
        if kind not in _KINDS or said is None:
            return None
        entry = self._entry(match)
        for record in self.by_component[entry.id] if entry else ():
            if entry and entry.id != owner and _same(record, said, match):
                return message(
                    "statement.package-entry",
                    "it is the entry of {name}, a component of its own whose licence {path} states",
                    name=name_(entry.name),
                    path=path(record.path),
                )
        for name, record in self._named(match):
            elsewhere = record.component.id != owner and record.path != match.path
            if elsewhere and _is_installed(record) and _same(record, said, match):
                return message(
                    "statement.package-metadata",
                    "{name} is a component of its own, and its metadata in {path} states the same",
                    name=name_(name),
                    path=path(record.path),
                )
        return None

    def _entry(self, match: Match) -> Component | None:
        """Return the package in whose entry ``match`` stands."""
        above = [(line, component) for line, component in self.entries.get(match.path, ()) if line <= match.start_line]
        if not above or match.end_line - above[-1][0] > _MAX_ENTRY:
            return None
        return above[-1][1]

    def _named(self, match: Match) -> list[tuple[str, _Record]]:
        """Return the records of the package that the lines around ``match`` name last, itself in quotes or as a key."""
        context = context_of(match)
        for line in (*reversed(context.own), *list(reversed(context.before))[:_REACH]):
            for name in _names(line):
                if name.lower() in self.by_name:
                    return [(name, record) for record in self.by_name[name.lower()]]
        return []


def _member_entries(inventory: Inventory, components: Mapping[str, Component]) -> Iterator[tuple[Component, Location]]:
    """Yield the members of a workspace with where a lockfile above them has their entry: what each needs is told there."""
    for dependency in inventory.dependencies:
        member, location = components.get(dependency.parent), dependency.location
        if member is None or location is None or location.start_line is None or not member.directory:
            continue
        if member.kind is ComponentKind.PROJECT and not location.path.startswith(f"{member.directory}/"):
            yield member, location


def _records(component: Component) -> tuple[_Record, ...]:
    if component.kind is ComponentKind.VENDORED:
        return ()
    return tuple(
        _Record(component, expression, claim.raw or "", location.path)
        for claim in component.claims
        if claim.source is ClaimSource.DECLARED and claim.expression
        if (expression := parsed(claim.expression))
        for location in claim.locations
    )


def _databases(
    components: Iterable[Component], by_component: Mapping[str, tuple[_Record, ...]]
) -> Mapping[str, frozenset[str]]:
    """Return what the packages of each database state; a file in a package's own folder is about that package."""
    found: dict[str, set[str]] = defaultdict(set)
    for component in components:
        if component.kind is ComponentKind.SYSTEM:
            inside = f"{component.directory}/" if component.directory else "\0"
            for place in component.locations:
                if not place.path.startswith(inside):
                    found[place.path].update(
                        key for record in by_component[component.id] for key in _text_keys(record.expression)
                    )
    return {path: frozenset(keys) for path, keys in found.items()}


def _text_keys(expression: Expression) -> frozenset[str]:
    return frozenset(key.removesuffix("-plus") for key in keys(expression))


def _entries(
    found: set[tuple[int | None, str]], components: Mapping[str, Component]
) -> tuple[tuple[int, Component], ...]:
    """Return where entries begin; without lines only a file about a single package has one."""
    lines = sorted((line, name) for line, name in found if line is not None)
    if not lines and len(found) == 1:
        lines = [(1, name) for _, name in found]
    return tuple((line, components[name]) for line, name in lines)


def _same(record: _Record, said: Expression, match: Match) -> bool:
    """Whether nothing is said but what the package states of itself, or one of the things that it joins by AND.

    ScanCode reads parts of ``(MIT OR GPL-3.0-or-later)`` apart, so the statement may as well stand there word for word.
    """
    stated = record.expression
    if stated == said or (isinstance(stated, AllOf) and said in stated.args):
        return True
    own = context_of(match).own
    return bool(record.raw) and len(own) == 1 and _FIELD.fullmatch(own[0]) is not None and f'"{record.raw}"' in own[0]


def _is_installed(record: _Record) -> bool:
    """Whether the package itself lies in the tree, rather than being named by a lockfile only."""
    return record.component.directory is not None or record.path.rpartition("/")[2] in ("METADATA", "PKG-INFO")


def _names(line: str) -> list[str]:
    """Return what may be a package's name in ``line``: in quotes or before a colon, without its version."""
    found = re.findall(r"""["']((?:@[\w.-]+/)?[\w.-]+)(?:@[^"']*)?["']""", line)
    found += re.findall(r"^[\s-]*((?:@[\w.-]+/)?[\w.-]+)(?:@[^\s:]*)?:\s*$", line)
    found += re.findall(r"(?i)^[\s-]*name:\s*([\w.@/-]+)\s*$", line)
    return found
