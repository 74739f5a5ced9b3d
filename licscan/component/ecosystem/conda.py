"""Conda: environment files, and the records of an environment's ``conda-meta``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from licscan.component.base import Package, Reading, Requirement, base_of, parent_of, project_ref
from licscan.component.dates import dated
from licscan.component.ecosystem.common import kind_at, named_hash, statement
from licscan.component.ecosystem.origin import of_address
from licscan.component.ecosystem.requirements import PipLines, pip_line
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import BrokenManifest, load_json_object, mapping, sequence, text, texts
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Dated, DateKind
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "conda"
_MILLISECONDS = 10_000_000_000  # a number of seconds that is three centuries away
_ARCHIVE = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)-(?P<build>[^-]+)\.(?:conda|tar\.bz2)")
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
    pip = PipLines(tree, parent_of(path))
    unread: list[str] = []
    for item in sequence(document.get("dependencies")):
        for written in texts(mapping(item).get("pip")):
            pip.line(pip_line(written, lines.at(written)))
        asked = text(item)
        if asked and (wanted := _asked(parent, asked, lines.at(asked))):
            found.append(wanted)
        elif asked:
            unread.append(asked)
    issues = (*pip.issues(), *(_not_understood(lines.at(asked)) for asked in unread))
    found += [requirement for _, requirement in pip.pinned()]
    return Reading(requirements=tuple(found), edges=tuple(pip.edges), issues=issues)


def _asked(parent: str, asked: str, location: Location) -> Requirement | None:
    """Return what a line of an environment asks for: a specification of conda's, or the address of a package."""
    if "://" in asked:
        archive = _ARCHIVE.fullmatch(base_of(asked.partition("#")[0]))
        return archive and Requirement(
            parent=parent,
            type=TYPE,
            name=archive["name"].lower(),
            pinned=archive["version"],
            qualifiers=of_address(asked),
            location=location,
        )
    match = _SPEC.match(re.sub(r"\[[^\[\]]*\]$", "", asked))
    return _requirement(parent, match, location) if match else None


def _not_understood(location: Location) -> Issue:
    return Issue(
        code=IssueCode.BROKEN_MANIFEST,
        message=message("issue.not-requirement", "not a requirement"),
        location=location,
        hint=message(
            "issue.what-asks-for",
            "its requirement is unknown, the rest was read: correct the file, or leave it out with --exclude",
        ),
    )


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
        raise BrokenManifest(message("issue.record-conda-meta", "a record of conda-meta without name or version"), 1)
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
        described=True,
    )
    return Reading(packages=(package,))


def _built(timestamp: object, location: Location) -> Dated | None:
    """Return when the package was built; conda writes milliseconds, and wrote seconds once."""
    if not isinstance(timestamp, (int, float)):
        return None
    seconds = timestamp / 1000 if timestamp > _MILLISECONDS else timestamp
    return dated(DateKind.BUILT, seconds, "timestamp of the conda package", location)
