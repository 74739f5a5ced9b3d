"""Java and Kotlin: pom.xml with its parents in the tree, and what Maven puts into jars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import (
    Package,
    Reading,
    Requirement,
    Statement,
    StatementForm,
    base_of,
    join_path,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import choice, kind_at, origin_of, statement
from licscan.component.format_xml import load_xml, local_name
from licscan.component.formats import BrokenManifest, text_of
from licscan.component.lines import Lines
from licscan.core.archive import EXTRACT_SUFFIX, is_unpacked
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "maven"
_PROPERTY = re.compile(r"\$\{([^${}]+)\}")
_MAX_PARENTS = 20
_LONGEST_VALUE = 1_000
_SCOPES = {
    "test": Scope.TEST,
    "provided": Scope.BUILD,
    "system": Scope.BUILD,
    "runtime": Scope.RUNTIME,
    "compile": Scope.RUNTIME,
}


class _Pom(Struct, frozen=True):
    """A pom.xml with its nearest parents first; what it does not say itself they may."""

    chain: tuple[Element, ...]

    def text(self, path: str, *, inherited: bool = True) -> str | None:
        """Return the text at ``path`` with its properties filled in; ``None`` when a property is not known."""
        for root in self.chain if inherited else self.chain[:1]:
            if found := _text(root, path):
                return self.filled(found)
        return None

    def filled(self, written: str | None) -> str | None:
        """Return ``written`` with properties replaced, those in properties too, a bounded number of times."""
        for _ in range(10):
            if written is None or "${" not in written:
                return written
            if len(written) > _LONGEST_VALUE:
                return None
            written = _PROPERTY.sub(lambda match: self._property(match.group(1)), written)
        return None

    def _property(self, name: str) -> str:
        paths: tuple[str, ...] = (f"properties/{name}",)
        if name in ("project.version", "version", "pom.version"):
            paths = ("version", "parent/version")
        elif name in ("project.groupId", "groupId", "pom.groupId"):
            paths = ("groupId", "parent/groupId")
        # Not filled in here: the next round of the caller does, and the rounds are counted.
        value = next((found for path in paths for root in self.chain if (found := _text(root, path))), None)
        # A mark that no later round replaces, and that no version or group can hold.
        return value if value and len(value) <= _LONGEST_VALUE else "\0"

    def managed_version(self, group: str, artifact: str) -> str | None:
        for root in self.chain:
            for item in _children(root, "dependencyManagement/dependencies", "dependency"):
                if self.filled(_text(item, "groupId")) == group and _text(item, "artifactId") == artifact:
                    return self.filled(_text(item, "version"))
        return None


def _text(element: Element, path: str) -> str | None:
    for name in path.split("/"):
        found = next((child for child in element if local_name(child) == name), None)
        if found is None:
            return None
        element = found
    return (element.text or "").strip() or None


def _children(element: Element, path: str, name: str) -> Iterator[Element]:
    for part in path.split("/"):
        found = next((child for child in element if local_name(child) == part), None)
        if found is None:
            return
        element = found
    yield from (child for child in element if local_name(child) == name)


def _known(value: str | None) -> str | None:
    """Return a value whose properties were all known."""
    return value if value and "\0" not in value else None


def read_pom(tree: Tree, path: str) -> Reading:
    """Read a pom.xml; parents are looked up in the tree only, by ``relativePath``."""
    directory = parent_of(path)
    kind = kind_at(directory)
    data = tree.read(path)
    lines = Lines(path, data)
    root = load_xml(data)
    if local_name(root) != "project":
        raise BrokenManifest(message("issue.not-pom-xml", "not a pom.xml: its root is not a project"), 1)
    if kind is None:
        return Reading()
    pom = _Pom((root, *_parents(tree, directory, root)))
    packed = _packed(tree, directory)
    package = Package(
        type=TYPE,
        namespace=packed.namespace if packed else _known(pom.text("groupId") or pom.text("parent/groupId")),
        name=packed.name if packed else _known(pom.text("artifactId", inherited=False)),
        version=packed.version if packed else _known(pom.text("version") or pom.text("parent/version")),
        kind=kind,
        directory=packed.directory if packed else directory,
        statements=tuple(_statements(pom, path, lines)),
        location=lines.first("<artifactId>"),
        authors=tuple(
            name
            for item in _children(root, "developers", "developer")
            if (name := _text(item, "name") or _text(item, "id"))
        ),
        supplier=pom.text("organization/name"),
        description=pom.text("description", inherited=False),
        homepage=pom.text("url", inherited=False),
    )
    if kind is not ComponentKind.PROJECT:
        return Reading(packages=(package,) if package.name else ())
    return Reading(packages=(package,), requirements=tuple(_requirements(pom, path, lines)))


def read_pom_properties(tree: Tree, path: str) -> Reading:
    """Read what Maven put into a jar that was looked into: which artifact it was built from."""
    packed = _packed(tree, parent_of(path))
    return Reading(packages=(packed,) if packed else ())


def _packed(tree: Tree, directory: str) -> Package | None:
    """Return the artifact of a ``META-INF/maven/<group>/<artifact>`` folder in a jar, as its ``pom.properties`` names it: the whole
    jar where that is called like it, else what was built into the jar."""
    jar, inside, _ = directory.partition("/META-INF/maven/")
    path = join_path(directory, "pom.properties")
    if not inside or not is_unpacked(base_of(jar)) or path not in tree:
        return None
    lines = [line.partition("=") for line in text_of(tree.read(path)).splitlines() if not line.startswith(("#", "!"))]
    values = {name.strip(): value.strip() for name, _, value in lines}
    group, artifact, version = (values.get(name) for name in ("groupId", "artifactId", "version"))
    if not artifact or not version:
        return None
    called = base_of(jar).removesuffix(EXTRACT_SUFFIX).rpartition(".")[0]
    is_whole = called in (artifact, f"{artifact}-{version}") or called.startswith(f"{artifact}-{version}-")
    return Package(
        type=TYPE,
        namespace=group or None,
        name=artifact,
        version=version,
        directory=jar if is_whole else directory,
        location=Location(path=path),
    )


def _parents(tree: Tree, directory: str, root: Element) -> Iterator[Element]:
    for _ in range(_MAX_PARENTS):
        parent = next((child for child in root if local_name(child) == "parent"), None)
        if parent is None:
            return
        place = normal_path(directory, _text(parent, "relativePath") or "../pom.xml")
        if place is not None and not place.endswith(".xml"):
            place = join_path(place, "pom.xml")
        if place is None or place not in tree:
            place = _in_repository(directory, root, parent)
        if place is None or place not in tree:
            return
        try:
            found = load_xml(tree.read(place))
        except BrokenManifest:
            return  # told when that file itself is read
        if _text(found, "artifactId") != _text(parent, "artifactId"):
            return
        yield found
        directory, root = parent_of(place), found


def _in_repository(directory: str, root: Element, parent: Element) -> str | None:
    """Return where the parent lies when ``directory`` is the place of ``root`` in a Maven repository."""
    group = _text(root, "groupId") or _text(parent, "groupId")
    version = _text(root, "version") or _text(parent, "version")
    own = repository_path(group or "", _text(root, "artifactId") or "", version or "").rpartition("/")[0]
    wanted = [_text(parent, name) for name in ("groupId", "artifactId", "version")]
    if not directory.endswith(f"/{own}") or not all(wanted):
        return None
    return join_path(directory.removesuffix(own).rstrip("/"), repository_path(*(str(item) for item in wanted)))


def repository_path(group: str, artifact: str, version: str) -> str:
    """Return where a pom lies in a Maven repository: ``org/example/lib/1.0/lib-1.0.pom``."""
    return f"{group.replace('.', '/')}/{artifact}/{version}/{artifact}-{version}.pom"


def parent_coordinates(tree: Tree, path: str) -> tuple[str, str, str] | None:
    """Return group, artifact and version of what a pom inherits from."""
    parent = next((child for child in load_xml(tree.read(path)) if local_name(child) == "parent"), None)
    group, artifact, version = (
        _text(parent, name) if parent is not None else None for name in ("groupId", "artifactId", "version")
    )
    return (group, artifact, version) if group and artifact and version else None


def _statements(pom: _Pom, path: str, lines: Lines) -> Iterator[Statement]:
    """Yield the licences of the nearest pom that has any as one statement: of several, Maven's model assumes that the user can
    select any."""
    location = lines.span("<licenses>", "</licenses>")
    for root in pom.chain:
        licenses = list(_children(root, "licenses", "license"))
        found = []
        for item in licenses:
            address = _text(item, "url") or ""
            raw = " ".join((_text(item, "name") or address).split())
            if raw:
                written = statement(raw, origin_of(path, "license"), location, StatementForm.TEXT)
                found.append(replace(written, address=address))
        if found:
            yield choice(found, location)
        if licenses:
            return


def _requirements(pom: _Pom, path: str, lines: Lines) -> Iterator[Requirement]:
    for item in _children(pom.chain[0], "dependencies", "dependency"):
        group, artifact = _known(pom.filled(_text(item, "groupId"))), _known(pom.filled(_text(item, "artifactId")))
        if not group or not artifact:
            continue
        version = _known(pom.filled(_text(item, "version")) or pom.managed_version(group, artifact))
        scope = _SCOPES.get(_text(item, "scope") or "compile", Scope.RUNTIME)
        optional = _text(item, "optional") == "true" and scope is Scope.RUNTIME
        location = lines.first(f"<artifactId>{artifact}</artifactId>")
        yield requirement(path, group, artifact, version, Scope.OPTIONAL if optional else scope, location)


def requirement(
    path: str, group: str, artifact: str, version: str | None, scope: Scope, location: Location
) -> Requirement:
    """Return what the project of the build file at ``path`` asks for; a range of versions stays as it is written."""
    return Requirement(
        parent=project_ref(parent_of(path)),
        type=TYPE,
        namespace=group,
        name=artifact,
        specifier=version or "",
        pinned=version if version and re.fullmatch(r"[\w.-]+", version) and "+" not in version else None,
        scope=scope,
        location=location,
    )
