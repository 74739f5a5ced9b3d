"""Licence data of named packages: what a lockfile, a listing or installed metadata says of somebody else's licence.

Such a statement is proven by the package itself: a component of the inventory whose own metadata says the same. That
component is judged in its own right, so nothing is lost; without the proof, or by a path alone, it counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from licscan.classify.context import context_of
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.expression import AllOf, Expression, ExpressionError, parse
from licscan.core.finding import FileKind, Match
from licscan.core.result import Inventory

_KINDS = frozenset({FileKind.DATA, FileKind.MANIFEST, FileKind.OTHER})
_PACKAGES = frozenset({ComponentKind.PACKAGE, ComponentKind.SYSTEM})
_REACH = 3  # lines above a statement in which the package's name is looked for


@dataclass(frozen=True, slots=True)
class _Record:
    """What one package's metadata says, and the file that says it."""

    component: Component
    expression: Expression
    path: str


@dataclass(frozen=True, slots=True)
class PackageData:
    """The licences that packages state of themselves, by the file that says it and by the package's name."""

    by_path: Mapping[str, tuple[_Record, ...]]
    by_name: Mapping[str, tuple[_Record, ...]]

    @classmethod
    def of(cls, inventory: Inventory) -> PackageData:
        by_path: dict[str, list[_Record]] = defaultdict(list)
        by_name: dict[str, list[_Record]] = defaultdict(list)
        for component in inventory.components:
            for record in _records(component):
                by_path[record.path].append(record)
                by_name[component.name.lower()].append(record)
        return cls(
            {path: tuple(records) for path, records in by_path.items()},
            {name: tuple(records) for name, records in by_name.items()},
        )

    def proof(self, match: Match, kind: FileKind, owner: str | None) -> str | None:
        """Return which package states the licence of ``match`` and where; ``None`` when that is not proven.

        ``owner`` is the component that the file belongs to: what a file says of its own owner counts.
        """
        said = _parsed(match.expression)
        if kind not in _KINDS or said is None:
            return None
        for record in self.by_path.get(match.path, ()):
            if record.component.id != owner and _same(record.expression, said) and _covers(record.component, match):
                return f"{record.component.name} is a component of its own, and this is what its entry here says"
        for name, record in self._named(match):
            elsewhere = record.component.id != owner and record.path != match.path
            if elsewhere and _is_installed(record) and _same(record.expression, said):
                return f"{name} is a component of its own, and its metadata in {record.path} says the same"
        return None

    def _named(self, match: Match) -> list[tuple[str, _Record]]:
        """Return the records of the package that the lines around ``match`` name last, itself in quotes or as a key."""
        context = context_of(match)
        for line in (*reversed(context.own), *list(reversed(context.before))[:_REACH]):
            for name in _names(line):
                if name.lower() in self.by_name:
                    return [(name, record) for record in self.by_name[name.lower()]]
        return []


def _records(component: Component) -> list[_Record]:
    if component.kind not in _PACKAGES:
        return []
    return [
        _Record(component, expression, location.path)
        for claim in component.claims
        if claim.source is ClaimSource.DECLARED and claim.expression
        if (expression := _parsed(claim.expression))
        for location in claim.locations
    ]


def _covers(component: Component, match: Match) -> bool:
    """Whether the component was read from the file of ``match``, at the same lines where lines are known."""
    places = [place for claim in component.claims for place in claim.locations if place.path == match.path]
    lines = [(place.start_line, place.end_line or place.start_line) for place in places if place.start_line]
    if not lines:
        return bool(places)
    return any(first <= match.end_line and match.start_line <= (last or first) for first, last in lines)


def _same(stated: Expression, said: Expression) -> bool:
    """Whether nothing is said but what the package states of itself, or one of the things that it joins by AND."""
    return stated == said or (isinstance(stated, AllOf) and said in stated.args)


def _is_installed(record: _Record) -> bool:
    """Whether the package itself lies in the tree, rather than being named by a lockfile only."""
    return record.component.directory is not None or record.path.rpartition("/")[2] in ("METADATA", "PKG-INFO")


def _names(line: str) -> list[str]:
    """Return what may be a package's name in ``line``: in quotes or before a colon, without its version."""
    found = re.findall(r"""["']((?:@[\w.-]+/)?[\w.-]+)(?:@[^"']*)?["']""", line)
    found += re.findall(r"^[\s-]*((?:@[\w.-]+/)?[\w.-]+)(?:@[^\s:]*)?:\s*$", line)
    found += re.findall(r"(?i)^[\s-]*name:\s*([\w.@/-]+)\s*$", line)
    return found


def _parsed(text: str) -> Expression | None:
    try:
        return parse(text)
    except ExpressionError:
        return None
