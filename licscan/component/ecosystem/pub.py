"""Dart and Flutter: pubspec.yaml and pubspec.lock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import Package, Reading, Requirement, join_path, normal_path, parent_of, project_ref
from licscan.component.ecosystem.common import kind_at, named_hash
from licscan.component.ecosystem.nodes import Node, lock_reading
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_path, of_repository
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import mapping, text
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "pub"


def read_pubspec(tree: Tree, path: str) -> Reading:
    """Read a package's manifest; what comes with the SDK (``sdk: flutter``) is no package."""
    directory = parent_of(path)
    kind = kind_at(directory)
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_yaml_object(data)
    name = text(document.get("name"))
    if kind is None or not name:
        return Reading()
    package = Package(
        type=TYPE,
        name=name,
        version=text(document.get("version")),
        kind=kind,
        directory=directory,
        location=lines.first("name:"),
        description=text(document.get("description")),
        homepage=text(document.get("homepage")) or text(document.get("repository")),
        public=document.get("publish_to") != "none",
    )
    wanted = []
    for field, scope in (("dependencies", Scope.RUNTIME), ("dev_dependencies", Scope.DEVELOPMENT)):
        for other, value in mapping(document.get(field)).items():
            specifier = text(value) or text(mapping(value).get("version")) or ""
            exact = re.fullmatch(r"\d+\.\d+\.\d+\S*", specifier)
            if kind is ComponentKind.PROJECT and not mapping(value).get("sdk"):
                wanted.append(
                    Requirement(
                        parent=project_ref(directory),
                        type=TYPE,
                        name=other,
                        specifier=specifier,
                        pinned=exact.group() if exact else None,
                        scope=scope,
                        qualifiers=_asked_origin(mapping(value)),
                        location=lines.first(f"{other}:"),
                    )
                )
    return Reading(packages=(package,), requirements=tuple(wanted))


def read_pubspec_lock(tree: Tree, path: str) -> Reading:
    """Read locked packages; the lockfile does not say who needs the transitive ones."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_yaml_object(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    lines = Lines(path, data)
    nodes = []
    for name, value in mapping(document.get("packages")).items():
        entry = mapping(value)
        version = text(entry.get("version"))
        described = mapping(entry.get("description"))
        place = text(described.get("path")) or ""
        if not version or entry.get("source") == "sdk":
            continue
        folder = normal_path(parent_of(path), place) if entry.get("source") == "path" else None
        if folder is not None and join_path(folder, "pubspec.yaml") in tree:
            continue
        digest = named_hash("sha256", text(described.get("sha256")) or "")
        location = lines.at(f"  {name}:")
        package = Package(
            type=TYPE,
            name=name,
            version=version,
            qualifiers=_origin(text(entry.get("source")) or "", described),
            location=location,
            hashes=(digest,) if digest else (),
            direct=False if entry.get("dependency") == "transitive" else None,
            scope=Scope.DEVELOPMENT if entry.get("dependency") == "direct dev" else None,
        )
        nodes.append(Node(keys=(name,), package=package, location=location))
    return lock_reading(TYPE, parent_of(path), nodes, Location(path=path))


def _origin(source: str, described: Mapping[str, Any]) -> Qualifiers:
    if source == "git":
        return of_repository(text(described.get("url")) or "", text(described.get("resolved-ref")))
    return of_path(text(described.get("path")) or "") if source == "path" else NONE


def _asked_origin(wanted: Mapping[str, Any]) -> Qualifiers:
    """Return the origin that a manifest asks for: ``git: address`` or ``git: {url, ref}``, or ``path``."""
    repository = wanted.get("git")
    if repository:
        table = mapping(repository)
        return of_repository(text(repository) or text(table.get("url")) or "", text(table.get("ref")))
    return of_path(text(wanted.get("path")) or "")
