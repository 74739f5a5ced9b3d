"""Conda: environment files, and the records of an environment's ``conda-meta``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from licscan.component.base import Package, Reading, Requirement, parent_of, project_ref
from licscan.component.dates import dated
from licscan.component.ecosystem import pypi
from licscan.component.ecosystem.common import kind_at, named_hash, statement
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import BrokenManifest, load_json_object, mapping, sequence, text, texts
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Dated, DateKind
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "conda"
_MILLISECONDS = 10_000_000_000  # a number of seconds that is three centuries away
_SPEC = re.compile(r"(?:(?P<channel>[^\s:]+)::)?(?P<name>[\w.-]+)\s*(?P<specifier>[=<>!~ ].*)?$")


def read_environment(tree: Tree, path: str) -> Reading:
    """Read what an environment asks for, that of its ``pip`` list included."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_yaml_object(data)
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    lines = Lines(path, data)
    parent = project_ref(parent_of(path))
    found: list[Requirement] = []
    for item in sequence(document.get("dependencies")):
        listed = texts(mapping(item).get("pip"))
        found += [wanted for text_ in listed if (wanted := pypi.requirement(parent, text_, lines.at(text_)))]
        match = _SPEC.match(text(item) or "")
        if match:
            found.append(_requirement(parent, match, lines.at(str(item))))
    return Reading(requirements=tuple(found))


def _requirement(parent: str, match: re.Match[str], location: Location) -> Requirement:
    specifier = (match.group("specifier") or "").strip()
    # "=1.2" means 1.2.*, "=1.2=build" and "==1.2" mean exactly that version.
    exact = re.fullmatch(r"==\s*([\w.]+)|=\s*([\w.]+)=\S+", specifier)
    return Requirement(
        parent=parent,
        type=TYPE,
        name=match.group("name").lower(),
        specifier=specifier,
        pinned=(exact.group(1) or exact.group(2)) if exact else None,
        location=location,
    )


def read_record(tree: Tree, path: str) -> Reading:
    """Read the record of one installed package."""
    data = tree.read(path)
    lines = Lines(path, data)
    document = load_json_object(data)
    name, version = text(document.get("name")), text(document.get("version"))
    if not name or not version:
        raise BrokenManifest("a record of conda-meta without name or version", 1)
    location = Location(path=path)
    raw = text(document.get("license"))
    digest = named_hash("sha256", text(document.get("sha256")) or "")
    package = Package(
        type=TYPE,
        name=name,
        version=version,
        statements=((statement(raw, "conda-meta license", lines.first('"license"')),) if raw else ()),
        location=location,
        hashes=(digest,) if digest else (),
        dated=_built(document.get("timestamp"), location),
    )
    return Reading(packages=(package,))


def _built(timestamp: object, location: Location) -> Dated | None:
    """Return when the package was built; conda writes milliseconds, and wrote seconds once."""
    if not isinstance(timestamp, (int, float)):
        return None
    seconds = timestamp / 1000 if timestamp > _MILLISECONDS else timestamp
    return dated(DateKind.BUILT, seconds, "timestamp of the conda package", location)
