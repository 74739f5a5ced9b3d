"""Rust: Cargo.toml (workspaces and what members inherit from them) and Cargo.lock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import (
    Package,
    Reading,
    Requirement,
    StatementForm,
    ancestors,
    join_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import kind_at, named_hash, origin_of, people, statement
from licscan.component.ecosystem.nodes import Need, Node, lock_reading
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_path, of_repository
from licscan.component.formats import BrokenManifest, load_toml, mapping, sequence, text, texts
from licscan.component.installed_files import check_crate
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "cargo"
_TABLES = (
    ("dependencies", Scope.RUNTIME),
    ("build-dependencies", Scope.BUILD),
    ("dev-dependencies", Scope.DEVELOPMENT),
)


def read_cargo_toml(tree: Tree, path: str) -> Reading:
    """Read a crate: the project's own, or a vendored one. A workspace without a package is no project."""
    directory = parent_of(path)
    kind = kind_at(directory)
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_toml(data)
    package = mapping(document.get("package"))
    if kind is None or not package:
        return Reading()
    workspace = _workspace(tree, directory)
    fields = _inherited(package, mapping(workspace.get("package")))
    statements = []
    if raw := text(fields.get("license")):
        location = lines.first("license")
        statements.append(statement(raw, origin_of(path, "license"), location))
    elif raw := text(fields.get("license-file")):
        location = lines.first("license-file")
        statements.append(statement(raw, origin_of(path, "license-file"), location, StatementForm.FILE))
    found = Package(
        type=TYPE,
        name=text(fields.get("name")),
        version=text(fields.get("version")),
        kind=kind,
        directory=directory,
        statements=tuple(statements),
        location=lines.first("name"),
        authors=people(texts(fields.get("authors"))),
        description=text(fields.get("description")),
        homepage=text(fields.get("homepage")) or text(fields.get("repository")),
        public=fields.get("publish") is not False,
        check=check_crate(tree, directory) if kind is not ComponentKind.PROJECT else None,
    )
    if kind is not ComponentKind.PROJECT:
        return Reading(packages=(found,) if found.name else ())
    shared = mapping(workspace.get("dependencies"))
    return Reading(packages=(found,), requirements=tuple(_requirements(document, shared, path, lines)))


def _workspace(tree: Tree, directory: str) -> Mapping[str, Any]:
    """Return the table of the workspace around a crate: its own, or that of the nearest folder above."""
    for above in ancestors(directory):
        path = join_path(above, "Cargo.toml")
        if path in tree:
            try:
                workspace = mapping(load_toml(tree.read(path)).get("workspace"))
            except BrokenManifest:
                continue  # told when that file itself is read
            if workspace:
                return workspace
    return {}


def _inherited(fields: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a crate with those that say ``workspace = true`` filled in."""
    return {
        name: shared.get(name) if mapping(value).get("workspace") is True else value for name, value in fields.items()
    }


def _requirements(
    document: Mapping[str, Any], shared: Mapping[str, Any], path: str, lines: Lines
) -> Iterator[Requirement]:
    targets = mapping(document.get("target")).values()
    for tables in (document, *map(mapping, targets)):
        for field, scope in _TABLES:
            for name, wanted in mapping(tables.get(field)).items():
                table = mapping(wanted)
                if table.get("workspace") is True:
                    table = {**mapping(shared.get(name)), **table, "version": _version(shared.get(name))}
                location = lines.first(f"\n{name} ", name)
                yield _requirement(
                    project_ref(parent_of(path)), name, {"version": _version(wanted), **table}, scope, location
                )


def _version(wanted: object) -> str | None:
    return text(wanted) or text(mapping(wanted).get("version"))


def _requirement(parent: str, name: str, table: Mapping[str, Any], scope: Scope, location: Location) -> Requirement:
    version = text(table.get("version"))
    exact = re.fullmatch(r"=\s*(\d[\w.+-]*)", version or "")
    optional = table.get("optional") is True and scope is Scope.RUNTIME
    return Requirement(
        parent=parent,
        type=TYPE,
        name=text(table.get("package")) or name,
        specifier=version or (f"path:{table['path']}" if text(table.get("path")) else ""),
        pinned=exact.group(1) if exact else None,
        scope=Scope.OPTIONAL if optional else scope,
        qualifiers=_asked_origin(table),
        location=location,
    )


def _asked_origin(table: Mapping[str, Any]) -> Qualifiers:
    if repository := text(table.get("git")):
        return of_repository(
            repository, next((text(table.get(key)) for key in ("rev", "tag", "branch") if table.get(key)), None)
        )
    return of_path(text(table.get("path")) or "")


def read_cargo_lock(tree: Tree, path: str) -> Reading:
    """Read locked crates; those without a source are the workspace's own, and their manifests tell their scopes."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_toml(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    lines = Lines(path, data)
    entries = [mapping(item) for item in sequence(document.get("package"))]
    return lock_reading(TYPE, parent_of(path), list(_nodes(entries, lines)), Location(path=path))


def _nodes(entries: Iterable[Mapping[str, Any]], lines: Lines) -> Iterator[Node]:
    own: dict[str, list[str]] = {}
    for entry in entries:
        name, version = text(entry.get("name")), text(entry.get("version"))
        if not name or not version:
            continue
        needs = texts(entry.get("dependencies"))
        if not entry.get("source"):
            for need in needs:
                # "name version" stands where several versions are locked: for this crate it is that one.
                own.setdefault(_key(need), []).append(f"{name}:{need.split()[0]}")
    for entry in entries:
        name, version = text(entry.get("name")), text(entry.get("version"))
        if not name or not version or not entry.get("source"):
            continue
        location = lines.at(f'name = "{name}"\nversion = "{version}"')
        checksum = named_hash("sha256", text(entry.get("checksum")) or "")
        source = text(entry.get("source")) or ""
        package = Package(
            type=TYPE,
            name=name,
            version=version,
            qualifiers=_locked_origin(source),
            location=location,
            hashes=(checksum,) if checksum else (),
        )
        yield Node(
            keys=(
                f"{name} {version} ({source.partition('#')[0]})",
                f"{name} {version}",
                name,
                *own.get(f"{name} {version}", ()),
                *own.get(name, ()),
            ),
            package=package,
            needs=tuple(Need(keys=(need, _key(need))) for need in texts(entry.get("dependencies"))),
            location=location,
        )


def _locked_origin(source: str) -> Qualifiers:
    """Return the repository in ``git+https://host/path?branch=b#commit``; a registry is none."""
    if not source.startswith("git+"):
        return NONE
    address, _, commit = source.partition("#")
    return of_repository(address, commit or None)


def _key(need: str) -> str:
    """Return ``name`` or ``name version`` of ``name version (source)``."""
    return " ".join(need.split()[:2])
