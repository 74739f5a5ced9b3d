"""JavaScript packages as package.json describes them: projects, workspaces, and what is installed in node_modules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from licscan.component.base import (
    Package,
    Reading,
    Requirement,
    Statement,
    StatementForm,
    parent_of,
)
from licscan.component.ecosystem.common import choice, installed_name, kind_at, origin_of, statement
from licscan.component.ecosystem.origin import NONE, of_npm
from licscan.component.formats import load_json_object, mapping, sequence, text
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "npm"
_EXACT = re.compile(r"=?\s*v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)")
_DEPENDENCIES = (
    ("dependencies", Scope.RUNTIME),
    ("optionalDependencies", Scope.OPTIONAL),
    ("peerDependencies", Scope.PEER),
    ("devDependencies", Scope.DEVELOPMENT),
)
# Fields of which a project has at least one; a package.json with only "type" steers Node and names nothing.
_PROJECT_FIELDS = ("name", "version", "license", "licenses", "workspaces", *(field for field, _ in _DEPENDENCIES))


def split_name(name: str) -> tuple[str | None, str]:
    """Return the scope (with its ``@``) and the name of an npm package."""
    scope, slash, rest = name.partition("/")
    return (scope, rest) if slash and name.startswith("@") else (None, name)


def requirement(parent: str, name: str, wanted: str, scope: Scope, location: Location) -> Requirement:
    """Return what a dependency field asks for; ``npm:other@1`` asks for another package under this name."""
    alias = re.fullmatch(r"npm:((?:@[^/@]+/)?[^/@]+)(?:@(.*))?", wanted)
    real, specifier = (alias.group(1), alias.group(2) or "") if alias else (name, wanted)
    namespace, bare = split_name(real)
    exact = _EXACT.fullmatch(specifier)
    return Requirement(
        parent=parent,
        type=TYPE,
        namespace=namespace,
        name=bare,
        specifier=wanted,
        pinned=exact.group(1) if exact else None,
        scope=scope,
        alias=name if alias else None,
        qualifiers=NONE if alias else of_npm(specifier),
        location=location,
    )


def read_package_json(tree: Tree, path: str) -> Reading:
    """Read a project's manifest, or the metadata of an installed package."""
    directory = parent_of(path)
    installed = installed_name(directory)
    kind = ComponentKind.PACKAGE if installed else kind_at(directory)
    if kind is None:
        return Reading()
    data = tree.read(path)
    document = load_json_object(data)
    if not any(document.get(field) for field in _PROJECT_FIELDS):
        return Reading()
    name = text(document.get("name")) or installed
    if name is None and kind is not ComponentKind.PROJECT:
        return Reading()
    # Of installed packages thousands are read, and nobody looks for lines in them.
    lines = Lines(path, b"" if installed else data)
    package = _package(document, name, path, kind, lines)
    # A vendored copy is not installed: nobody resolved what it asks for.
    wanted = _requirements(document, package, lines) if installed or kind is ComponentKind.PROJECT else ()
    return Reading(packages=(package,), requirements=tuple(wanted))


def _package(document: Mapping[str, Any], name: str | None, path: str, kind: ComponentKind, lines: Lines) -> Package:
    namespace, bare = split_name(name) if name else (None, None)
    return Package(
        type=TYPE,
        namespace=namespace,
        name=bare,
        version=text(document.get("version")),
        kind=kind,
        directory=parent_of(path),
        statements=tuple(license_statements(document, path, lines)),
        location=lines.first('"name"'),
        authors=tuple(_people(document)),
        description=text(document.get("description")),
        homepage=text(document.get("homepage")),
        public=document.get("private") is not True,
    )


def license_statements(document: Mapping[str, Any], path: str, lines: Lines) -> Iterable[Statement]:
    """Yield what ``license`` and the old ``licenses`` say."""
    for field in ("license", "licenses"):
        is_list = bool(sequence(document.get(field)))
        needle = f'"{field}"'
        yield from field_statement(
            document.get(field), origin_of(path, field), lines.span(needle, "]") if is_list else lines.first(needle)
        )


def field_statement(value: object, origin: str, location: Location) -> Iterable[Statement]:
    """Yield what a licence field says: a text, an object with ``type`` and ``url``, or a list of these, which npm's own
    documentation rewrites as a choice."""
    found = []
    for item in sequence(value) or (value,):
        table = mapping(item)
        address = text(table.get("url")) or ""
        raw = text(item) or text(table.get("type")) or text(table.get("name")) or address
        if raw:
            form = StatementForm.TEXT if "://" in raw else StatementForm.EXPRESSION
            found.append(replace(statement(raw, origin, location, form), address=address))
    if found:
        yield choice(found, location)


def _people(document: Mapping[str, Any]) -> Iterable[str]:
    for item in (document.get("author"), *sequence(document.get("contributors"))):
        person = text(item) or text(mapping(item).get("name"))
        if person:
            yield " ".join(re.sub(r"<[^<>]*>|\([^()]*\)", " ", person).split()) or person


def _requirements(document: Mapping[str, Any], package: Package, lines: Lines) -> Iterable[Requirement]:
    is_project = package.kind is ComponentKind.PROJECT
    optional = mapping(document.get("optionalDependencies"))
    peers = mapping(document.get("peerDependenciesMeta"))
    for field, scope in _DEPENDENCIES:
        if scope is Scope.DEVELOPMENT and not is_project:
            continue  # not installed with a dependency
        for name, wanted in mapping(document.get(field)).items():
            if scope is Scope.RUNTIME and name in optional:
                continue  # npm: the optional entry overrides
            asked = Scope.OPTIONAL if mapping(peers.get(name)).get("optional") is True else scope
            location = lines.first(f'"{name}"')
            yield requirement(package.ref, name, text(wanted) or "", asked if scope is Scope.PEER else scope, location)
