""".NET: project files, packages.lock.json and packages.config."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from licscan.component.base import (
    Edge,
    Lock,
    Package,
    Reading,
    ReadingBuilder,
    Requirement,
    StatementForm,
    base_of,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import kind_at, origin_of, statement
from licscan.component.format_xml import load_xml, local_name
from licscan.component.formats import load_json_object, mapping, text
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "nuget"


def _value(element: Element, name: str) -> str | None:
    """Return an attribute, or the text of a child of the same name."""
    attribute = next((value for key, value in element.attrib.items() if key.lower() == name.lower()), None)
    child = next((item.text for item in element if local_name(item) == name), None)
    return (attribute or child or "").strip() or None


def read_project(tree: Tree, path: str) -> Reading:
    """Read a project's properties and its package references; conditions count as met."""
    directory = parent_of(path)
    if kind_at(directory) is not ComponentKind.PROJECT:
        return Reading()
    data = tree.read(path)
    lines = Lines(path, data)
    root = load_xml(data)
    fields = {
        local_name(item): (item.text or "").strip()
        for group in root
        if local_name(group) == "PropertyGroup"
        for item in group
    }
    statements = []
    for field, form in (
        ("PackageLicenseExpression", StatementForm.EXPRESSION),
        ("PackageLicenseFile", StatementForm.FILE),
    ):
        if raw := fields.get(field):
            location = lines.first(field)
            statements.append(statement(raw, origin_of(path, field), location, form))
    package = Package(
        type=TYPE,
        name=fields.get("PackageId") or fields.get("AssemblyName") or base_of(path).rpartition(".")[0],
        version=fields.get("Version") or fields.get("VersionPrefix") or None,
        kind=ComponentKind.PROJECT,
        directory=directory,
        statements=tuple(statements),
        location=Location(path=path),
        authors=tuple(item.strip() for item in fields.get("Authors", "").split(";") if item.strip()),
        supplier=fields.get("Company") or None,
        description=fields.get("Description") or None,
        homepage=fields.get("PackageProjectUrl") or None,
        public=fields.get("IsPackable", "").lower() != "false",
    )
    return Reading(packages=(package,), requirements=tuple(_references(root, path, lines)))


def _references(root: Element, path: str, lines: Lines) -> Iterator[Requirement]:
    for item in root.iter():
        if local_name(item) != "PackageReference":
            continue
        name = _value(item, "Include")
        if name:
            # Assets that stay out of the build's output are tools.
            private = (_value(item, "PrivateAssets") or "").lower() == "all"
            scope = Scope.DEVELOPMENT if private else Scope.RUNTIME
            yield _requirement(path, name, _value(item, "Version") or "", scope, lines.first(f'"{name}"'))


def _requirement(path: str, name: str, version: str, scope: Scope, location: Location) -> Requirement:
    exact = re.fullmatch(r"\[?(\d[\w.-]*)\]?", version)
    return Requirement(
        parent=project_ref(parent_of(path)),
        type=TYPE,
        name=name,
        specifier=version,
        pinned=exact.group(1) if exact else None,
        scope=scope,
        location=location,
    )


def read_packages_config(tree: Tree, path: str) -> Reading:
    """Read the flat list of older projects."""
    data = tree.read(path)
    lines = Lines(path, data)
    root = load_xml(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    found = []
    for item in root:
        name = _value(item, "id")
        if local_name(item) == "package" and name:
            scope = Scope.DEVELOPMENT if _value(item, "developmentDependency") == "true" else Scope.RUNTIME
            found.append(_requirement(path, name, _value(item, "version") or "", scope, lines.first(f'"{name}"')))
    return Reading(requirements=tuple(found))


def read_packages_lock(tree: Tree, path: str) -> Reading:
    """Read packages.lock.json: for each target framework what was asked for and what that needs."""
    directory = parent_of(path)
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_json_object(data)
    if kind_at(directory) is not ComponentKind.PROJECT:
        return Reading()
    builder = ReadingBuilder()
    lines = Lines(path, data)
    locked: dict[str, str] = {}
    for framework in mapping(document.get("dependencies")).values():
        entries = {name: mapping(entry) for name, entry in mapping(framework).items()}
        refs = {name.lower(): ref for name, ref in _packages(entries.items(), builder, lines)}
        locked |= {name: refs[name.lower()] for name in entries if name.lower() in refs}
        for name, entry in entries.items():
            parent = refs.get(name.lower())
            for wanted, version in mapping(entry.get("dependencies")).items():
                child = refs.get(wanted.lower())
                if parent and child:
                    at = lines.at(f'"{name}": {{')
                    builder.edges.append(Edge(parent=parent, child=child, requirement=text(version), location=at))
    builder.locks.append(Lock(type=TYPE, directory=directory, entries=locked, location=Location(path=path)))
    return builder.build()


def _packages(
    entries: Iterable[tuple[str, object]], builder: ReadingBuilder, lines: Lines
) -> Iterator[tuple[str, str]]:
    for name, value in entries:
        version = text(mapping(value).get("resolved"))
        if version:
            package = Package(type=TYPE, name=name, version=version, location=lines.at(f'"{name}": {{'))
            builder.packages.append(package)
            yield name, package.ref


def read_nuspec(tree: Tree, path: str) -> Reading:
    """Read the metadata of a package that is made here, or was unpacked here."""
    kind = kind_at(parent_of(path))
    data = tree.read(path)
    lines = Lines(path, data)
    metadata = next((item for item in load_xml(data) if local_name(item) == "metadata"), None)
    if kind is None or metadata is None or not _value(metadata, "id"):
        return Reading()
    written = next((item for item in metadata if local_name(item) == "license"), None)
    raw = (written.text or "").strip() if written is not None else ""
    form = StatementForm.FILE if written is not None and written.get("type") == "file" else StatementForm.EXPRESSION
    location = lines.first("<license")
    package = Package(
        type=TYPE,
        name=_value(metadata, "id"),
        version=_value(metadata, "version"),
        kind=kind,
        directory=parent_of(path),
        statements=(statement(raw, origin_of(path, "license"), location, form),) if raw else (),
        location=lines.first("<id>"),
        authors=tuple(item.strip() for item in (_value(metadata, "authors") or "").split(",") if item.strip()),
        description=_value(metadata, "description"),
        homepage=_value(metadata, "projectUrl"),
    )
    return Reading(packages=(package,))
