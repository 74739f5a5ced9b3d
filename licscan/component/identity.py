"""One identity for what a lockfile and an installed tree both name: where a package comes from is written in one of them only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec.structs import replace

from licscan.component.base import Package, Reading
from licscan.core.component import ORIGINS, ComponentKind

_Name = tuple[str, str | None, str]
_Origin = tuple[tuple[str, str], ...]


def with_origins(reading: Reading) -> Reading:
    """Return the reading with the origin that a lockfile or a manifest gives for a package at the installed copy of it too.

    Without it, a fork that is installed from Git would have the identity, and the registry's licence, of the package that it was made from.
    """
    renamed: dict[str, Package] = {}
    named = _by_name(reading)
    asked = _asked(reading)
    for name, packages in named.items():
        _match(packages, asked.get(name, set()), renamed)
    if not renamed:
        return reading
    refs = {old: package.ref for old, package in renamed.items()}
    return replace(
        reading,
        packages=tuple(_renamed(package, renamed) for package in reading.packages),
        edges=tuple(
            replace(edge, parent=refs.get(edge.parent, edge.parent), child=refs.get(edge.child, edge.child))
            if edge.parent in refs or edge.child in refs
            else edge
            for edge in reading.edges
        ),
        requirements=tuple(
            replace(item, parent=refs[item.parent]) if item.parent in refs else item for item in reading.requirements
        ),
        locks=tuple(
            replace(lock, entries={key: refs.get(ref, ref) for key, ref in lock.entries.items()})
            if not refs.keys().isdisjoint(lock.entries.values())
            else lock
            for lock in reading.locks
        ),
    )


def _renamed(package: Package, renamed: Mapping[str, Package]) -> Package:
    if package.kind is ComponentKind.PROJECT or not package.purl or package.ref not in renamed:
        return package
    model = renamed[package.ref]
    return replace(package, qualifiers=model.qualifiers, version=model.version)


def _by_name(reading: Reading) -> Mapping[_Name, list[Package]]:
    """Return the packages of each name of which some come from no registry, or are asked for from elsewhere."""
    wanted = {(item.type, item.namespace, item.name or "") for item in reading.packages if _origin(item.qualifiers)}
    wanted |= {(item.type, item.namespace, item.name) for item in reading.requirements if _origin(item.qualifiers)}
    found: dict[_Name, list[Package]] = defaultdict(list)
    for package in reading.packages if wanted else ():
        name = (package.type, package.namespace, package.name or "")
        if name in wanted and package.kind is ComponentKind.PACKAGE:
            found[name].append(package)
    return found


def _asked(reading: Reading) -> Mapping[_Name, set[_Origin]]:
    found: dict[_Name, set[_Origin]] = defaultdict(set)
    for item in reading.requirements:
        if _origin(item.qualifiers) and item.parent.startswith("project:"):
            found[item.type, item.namespace, item.name].add(_origin(item.qualifiers))
    return found


def _match(packages: list[Package], asked: set[_Origin], renamed: dict[str, Package]) -> None:
    installed = [item for item in packages if item.directory is not None]
    listed = [item for item in packages if item.directory is None]
    for package in installed:
        fitting = [item for item in listed if item.version in (None, package.version)]
        origins = {_origin(item.qualifiers) for item in fitting}
        if not listed and _is_only(installed) and not _origin(package.qualifiers):
            origins = asked  # what is installed itself knows more than who asked for it
        if len(origins) != 1 or not (origin := next(iter(origins))):
            continue
        others = tuple(pair for pair in package.qualifiers if pair[0] not in ORIGINS)
        model = replace(package, qualifiers=(*others, *origin))
        renamed.update((item.ref, model) for item in (package, *fitting) if item.ref != model.ref)


def _is_only(installed: list[Package]) -> bool:
    return len({item.version for item in installed}) == 1


def _origin(qualifiers: _Origin) -> _Origin:
    return tuple(pair for pair in qualifiers if pair[0] in ORIGINS)
