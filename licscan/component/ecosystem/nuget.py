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
    Statement,
    StatementForm,
    base_of,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import kind_at, origin_of, statement
from licscan.component.ecosystem.msbuild import Shared, msbuild_file, shared_by, value
from licscan.component.format_xml import load_xml, local_name
from licscan.component.formats import load_json_object, mapping, text
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "nuget"


def read_project(tree: Tree, path: str) -> Reading:
    """Read a project's properties and its package references; conditions count as met."""
    directory = parent_of(path)
    if kind_at(directory) is not ComponentKind.PROJECT:
        return Reading()
    own = msbuild_file(tree, path)
    shared = shared_by(tree, directory, own)

    def told(*names: str) -> str:
        found = next((found for name in names if (found := shared.property(name))), None)
        return found[0] if found else ""

    package = Package(
        type=TYPE,
        name=told("PackageId", "AssemblyName") or base_of(path).rpartition(".")[0],
        version=told("Version", "VersionPrefix") or None,
        kind=ComponentKind.PROJECT,
        directory=directory,
        statements=tuple(_statements(shared)),
        location=Location(path=path),
        authors=tuple(item.strip() for item in told("Authors").split(";") if item.strip()),
        supplier=told("Company") or None,
        description=told("Description") or None,
        homepage=told("PackageProjectUrl") or None,
        public=told("IsPackable").lower() != "false",
    )
    return Reading(packages=(package,), requirements=tuple(_references(shared, path)))


def _statements(shared: Shared) -> Iterator[Statement]:
    for field, form in (
        ("PackageLicenseExpression", StatementForm.EXPRESSION),
        ("PackageLicenseFile", StatementForm.FILE),
    ):
        if found := shared.property(field):
            raw, file = found
            yield statement(raw, origin_of(file.path, field), file.lines.first(field), form)


def _references(shared: Shared, path: str) -> Iterator[Requirement]:
    """Yield what the project and the files above it ask for. A version may stand in the shared ``Directory.Packages.props``."""
    central = shared.items("PackageVersion", "Version")
    usual = Scope.TEST if _is_for_tests(shared) else Scope.RUNTIME
    for file in shared.files:
        for item in file.root.iter():
            kind, name = local_name(item), value(item, "Include")
            if name is None or kind not in ("PackageReference", "GlobalPackageReference"):
                continue
            written = value(item, "VersionOverride") or value(item, "Version") or central.get(name.lower()) or ""
            # Assets that stay out of the build's output are tools; so is what all projects are given.
            private = kind == "GlobalPackageReference" or (value(item, "PrivateAssets") or "").lower() == "all"
            scope = Scope.DEVELOPMENT if private else usual
            yield _requirement(path, name, shared.filled(written), scope, file.lines.first(f'"{name}"'))


def _is_for_tests(shared: Shared) -> bool:
    """Whether a project says that it holds tests, or asks for what runs them."""
    told = shared.property("IsTestProject")
    own = (value(item, "Include") for item in shared.files[0].root.iter() if local_name(item) == "PackageReference")
    return (told is not None and told[0].lower() == "true") or "Microsoft.NET.Test.Sdk" in own


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
        name = value(item, "id")
        if local_name(item) == "package" and name:
            scope = Scope.DEVELOPMENT if value(item, "developmentDependency") == "true" else Scope.RUNTIME
            found.append(_requirement(path, name, value(item, "version") or "", scope, lines.first(f'"{name}"')))
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
    for name, entry in entries:
        version = text(mapping(entry).get("resolved"))
        if version:
            package = Package(type=TYPE, name=name, version=version, location=lines.at(f'"{name}": {{'))
            builder.packages.append(package)
            yield name, package.ref


# What stands in the old field since there is a new one.
_NO_ADDRESS = "deprecatelicenseurl"


def _license_of(metadata: Element, path: str, lines: Lines) -> Iterator[Statement]:
    """Yield the licence of a nuspec: its expression or file, else the address that older packages give."""
    written = next((item for item in metadata if local_name(item) == "license"), None)
    raw = (written.text or "").strip() if written is not None else ""
    if written is not None and raw:
        form = StatementForm.FILE if written.get("type") == "file" else StatementForm.EXPRESSION
        yield statement(raw, origin_of(path, "license"), lines.first("<license"), form)
    elif (address := value(metadata, "licenseUrl")) and _NO_ADDRESS not in address.lower():
        yield statement(address, origin_of(path, "licenseUrl"), lines.first("<licenseUrl"), StatementForm.TEXT)


def read_nuspec(tree: Tree, path: str) -> Reading:
    """Read the metadata of a package that is made here, or was unpacked here."""
    kind = kind_at(parent_of(path))
    data = tree.read(path)
    lines = Lines(path, data)
    metadata = next((item for item in load_xml(data) if local_name(item) == "metadata"), None)
    if kind is None or metadata is None or not value(metadata, "id"):
        return Reading()
    package = Package(
        type=TYPE,
        name=value(metadata, "id"),
        version=value(metadata, "version"),
        kind=kind,
        directory=parent_of(path),
        statements=tuple(_license_of(metadata, path, lines)),
        location=lines.first("<id>"),
        authors=tuple(item.strip() for item in (value(metadata, "authors") or "").split(",") if item.strip()),
        description=value(metadata, "description"),
        homepage=value(metadata, "projectUrl"),
    )
    return Reading(packages=(package,))
