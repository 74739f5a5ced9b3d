"""PHP: composer.json, composer.lock and vendor/composer/installed.json."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from licscan.component.base import (
    Edge,
    Package,
    Reading,
    Requirement,
    Statement,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.dates import dated
from licscan.component.ecosystem.common import choice, kind_at, named_hash, origin_of, statement
from licscan.component.ecosystem.nodes import Need, Node, lock_reading
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_address, of_path, of_repository
from licscan.component.formats import load_json, load_json_object, mapping, sequence, text, texts
from licscan.component.lines import Lines
from licscan.component.registry_address import is_private
from licscan.core.component import ComponentKind, DateKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "composer"


def read_composer_json(tree: Tree, path: str) -> Reading:
    """Read a project's manifest, or that of a vendored package that Composer did not install."""
    directory = parent_of(path)
    kind = kind_at(directory)
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_json_object(data)
    if kind is None or not (document.get("name") or document.get("require") or document.get("license")):
        return Reading()
    location = lines.first('"name"')
    is_list = bool(sequence(document.get("license")))
    licensed = lines.span('"license"', "]") if is_list else lines.first('"license"')
    package = _package(document, kind, location, directory, licensed)
    if kind is not ComponentKind.PROJECT:
        return Reading(packages=(package,) if package.name else ())
    wanted = []
    for field, scope in (("require", Scope.RUNTIME), ("require-dev", Scope.DEVELOPMENT)):
        for name, specifier in mapping(document.get(field)).items():
            if "/" in name:  # php, ext-json and lib-icu are the platform
                at = lines.first(f'"{name}"')
                wanted.append(_requirement(project_ref(directory), name, text(specifier) or "", scope, at))
    return Reading(packages=(package,), requirements=tuple(wanted))


def _requirement(parent: str, full: str, specifier: str, scope: Scope, location: Location) -> Requirement:
    namespace, _, name = full.lower().rpartition("/")
    exact = re.fullmatch(r"v?(\d+\.\d+\.\d+\S*)", specifier)
    return Requirement(
        parent=parent,
        type=TYPE,
        namespace=namespace,
        name=name,
        specifier=specifier,
        pinned=exact.group(1) if exact else None,
        scope=scope,
        location=location,
    )


def _package(
    entry: Mapping[str, Any],
    kind: ComponentKind,
    location: Location,
    directory: str | None = None,
    license_location: Location | None = None,
) -> Package:
    namespace, _, name = (text(entry.get("name")) or "").lower().rpartition("/")
    digest = named_hash("sha1", text(mapping(entry.get("dist")).get("shasum")) or "")
    return Package(
        type=TYPE,
        namespace=namespace or None,
        name=name or None,
        version=text(entry.get("version")),
        kind=kind,
        directory=directory,
        statements=tuple(_statements(entry, license_location or location)),
        location=location,
        authors=tuple(found for item in sequence(entry.get("authors")) if (found := text(mapping(item).get("name")))),
        description=text(entry.get("description")),
        homepage=text(entry.get("homepage")),
        hashes=(digest,) if digest else (),
        dated=dated(DateKind.RELEASED, entry.get("time"), "Composer's time of the release", location),
    )


def _statements(entry: Mapping[str, Any], location: Location) -> Iterator[Statement]:
    """Yield one statement: Composer's list of licences offers a choice among them."""
    origin = origin_of(location.path, "license")
    if written := [statement(raw, origin, location) for raw in texts(entry.get("license"))]:
        yield choice(written, location)


def read_composer_lock(tree: Tree, path: str) -> Reading:
    """Read locked packages with the licences that the lockfile records."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_json_object(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    lines = Lines(path, data)
    nodes = [
        _node(mapping(item), lines, scope)
        for field, scope in (("packages", None), ("packages-dev", Scope.DEVELOPMENT))
        for item in sequence(document.get(field))
        if text(mapping(item).get("name"))
    ]
    return lock_reading(TYPE, parent_of(path), nodes, Location(path=path))


def _node(entry: Mapping[str, Any], lines: Lines, scope: Scope | None) -> Node:
    name = str(entry["name"])
    location = lines.at(f'"name": "{name}"')
    package = replace(
        _package(entry, ComponentKind.PACKAGE, location), scope=scope, described=True, qualifiers=_origin(entry)
    )
    provided = [*mapping(entry.get("provide")), *mapping(entry.get("replace"))]
    return Node(
        keys=(name.lower(), *(other.lower() for other in provided)),
        package=package if package.version else None,
        needs=tuple(
            Need(keys=(wanted.lower(),), requirement=text(specifier))
            for wanted, specifier in mapping(entry.get("require")).items()
        ),
        location=location,
    )


def _origin(entry: Mapping[str, Any]) -> Qualifiers:
    """Return where a package comes from when that is no registry: registries are notified of what is installed from them."""
    source, dist = mapping(entry.get("source")), mapping(entry.get("dist"))
    if dist.get("type") == "path":
        return of_path(text(dist.get("url")) or "")
    if text(entry.get("notification-url")):
        return NONE
    address, tool = text(source.get("url")), text(source.get("type")) or "git"
    if address and tool in ("git", "hg", "svn", "fossil"):
        return of_repository(address, text(source.get("reference")), tool)
    archive = text(dist.get("url")) or ""
    return of_address(archive) if is_private(archive) else NONE


def read_installed_json(tree: Tree, path: str) -> Reading:
    """Read what Composer installed, with the folder of each package."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_json(data)
    listed = sequence(document) or sequence(mapping(document).get("packages"))
    lines = Lines(path, data)
    packages: dict[str, Package] = {}
    for item in map(mapping, listed):
        name = text(item.get("name"))
        place = normal_path(parent_of(path), text(item.get("install-path")) or f"../{name}") if name else None
        if name and place:
            location = lines.at(f'"name": "{name}"')
            packages[name.lower()] = replace(
                _package(item, ComponentKind.PACKAGE, location, place), qualifiers=_origin(item)
            )
    edges = _edges({str(item.get("name")).lower(): item for item in map(mapping, listed)}, packages)
    return Reading(packages=tuple(packages.values()), edges=tuple(edges))


def _edges(entries: Mapping[str, Mapping[str, Any]], packages: Mapping[str, Package]) -> Iterable[Edge]:
    for name, package in packages.items():
        for wanted, specifier in mapping(entries[name].get("require")).items():
            if child := packages.get(wanted.lower()):
                yield Edge(parent=package.ref, child=child.ref, requirement=text(specifier), location=package.location)
