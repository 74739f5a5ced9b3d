"""Gradle: gradle.lockfile, version catalogues, and the plain lines of build files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from licscan.component.base import Package, Reading, ReadingBuilder, ancestors, join_path, parent_of
from licscan.component.ecosystem.common import kind_at
from licscan.component.ecosystem.maven import TYPE, requirement
from licscan.component.ecosystem.nodes import Node, lock_reading
from licscan.component.formats import BrokenManifest, load_toml, mapping, text, text_of, texts
from licscan.component.tree import UnreadableFile
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_LONGEST_LINE = 1_000
_LOCKED = re.compile(r"([^:=\s]+):([^:=\s]+):([^:=\s]+)=(.*)")
_DECLARED = re.compile(r"""^\s*(\w+)[\s(]*(?:platform[\s(]*)?['"]([\w.-]+):([\w.-]+)(?::([^'":@]+))?[^'"]*['"]""")
# ``implementation(libs.guava)``, ``testImplementation platform(libs.junit.bom)``: an accessor of a version catalogue.
_CATALOGUED = re.compile(r"^\s*(\w+)(?:\s+|\s*\(\s*)(?:(?:enforcedP|p)latform\s*\(?\s*)?(\w+)((?:\.\w+)+)")
_SEPARATORS = re.compile(r"[-_.]+")
_NO_LIBRARIES = ("plugins", "versions")
_CONFIGURATIONS = (
    (re.compile(r"(?i)test"), Scope.TEST),
    (re.compile(r"(?i)annotationProcessor|kapt|ksp|compileOnly|classpath|buildscript"), Scope.BUILD),
    (re.compile(r"(?i)development"), Scope.DEVELOPMENT),
)


def _scope_of_configuration(name: str) -> Scope:
    if name in ("runtimeClasspath", "compileClasspath"):
        return Scope.RUNTIME
    return next((scope for pattern, scope in _CONFIGURATIONS if pattern.search(name)), Scope.RUNTIME)


def read_lock(tree: Tree, path: str) -> Reading:
    """Read what Gradle locked; which configurations a module is in tells its scope, the graph is not kept."""
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    nodes = []
    for number, line in enumerate(text_of(tree.read(path)).splitlines(), start=1):
        bare = line.strip()
        if not bare or bare.startswith(("#", "empty=")):
            continue
        match = _LOCKED.fullmatch(bare)
        if not match:
            raise BrokenManifest(message("issue.not-valid-gradle", "not a valid gradle.lockfile"), number)
        group, artifact, version, configurations = match.groups()
        scopes = [_scope_of_configuration(name) for name in configurations.split(",")]
        location = Location(path=path, start_line=number)
        package = Package(
            type=TYPE,
            namespace=group,
            name=artifact,
            version=version,
            location=location,
            scope=Scope.RUNTIME if Scope.RUNTIME in scopes else scopes[0],
        )
        nodes.append(Node(keys=(f"{group}/{artifact}",), package=package, location=location))
    return lock_reading(TYPE, parent_of(path), nodes, Location(path=path))


class _Library(Struct, frozen=True):
    group: str
    artifact: str
    version: str | None


class _Catalogue(Struct, frozen=True):
    """A version catalogue: its libraries and bundles by accessor (``junit.jupiter`` for the alias ``junit-jupiter``)."""

    libraries: Mapping[str, _Library]
    bundles: Mapping[str, tuple[str, ...]]

    def named(self, accessor: str) -> Iterator[_Library]:
        """Yield what ``libs.<accessor>`` stands for; nothing for a plugin, a version or a name that is not in it."""
        head, _, rest = accessor.partition(".")
        aliases = self.bundles.get(rest, ()) if head == "bundles" else (accessor,)
        for alias in aliases if head not in _NO_LIBRARIES else ():
            if found := self.libraries.get(alias):
                yield found


def _catalogue(data: bytes) -> _Catalogue:
    document = load_toml(data)
    versions = {name: _version(told) for name, told in mapping(document.get("versions")).items()}
    libraries = {
        _accessor(alias): library
        for alias, told in mapping(document.get("libraries")).items()
        if (library := _library(told, versions))
    }
    bundles = {
        _accessor(alias): tuple(map(_accessor, texts(names)))
        for alias, names in mapping(document.get("bundles")).items()
    }
    return _Catalogue(libraries, bundles)


def _accessor(alias: str) -> str:
    return _SEPARATORS.sub(".", alias)


def _library(told: Any, versions: Mapping[str, str | None]) -> _Library | None:
    """Read ``"group:name:1.0"``, or a table with a module, or with group and name, and a version or a reference to one."""
    if isinstance(told, str):
        parts = told.split(":")
        return _Library(parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None
    table = mapping(told)
    group, _, artifact = (text(table.get("module")) or "").partition(":")
    group, artifact = group or text(table.get("group")) or "", artifact or text(table.get("name")) or ""
    if not group or not artifact:
        return None
    reference = text(mapping(table.get("version")).get("ref"))
    version = versions.get(reference) if reference else _version(table.get("version"))
    return _Library(group, artifact, version)


def _version(told: Any) -> str | None:
    """Return a version as written, or that of a table: what is required strictly, what is required, what is preferred."""
    table = mapping(told)
    return text(told) or next(
        (found for name in ("strictly", "require", "prefer") if (found := text(table.get(name)))), None
    )


def read_catalogue(tree: Tree, path: str) -> Reading:
    """Read a catalogue for itself: it asks for nothing, but where it is broken, what build files ask for cannot be told."""
    _catalogue(tree.read(path))
    return Reading()


class _Catalogues:
    """The catalogues that the build files of a folder may name: ``gradle/<name>.versions.toml``, the nearest above it."""

    def __init__(self, tree: Tree, directory: str) -> None:
        self._tree = tree
        self._directory = directory
        self._known: dict[str, _Catalogue | None] = {}

    def named(self, name: str, accessor: str) -> Iterator[_Library]:
        if name not in self._known:
            self._known[name] = self._read(name)
        if catalogue := self._known[name]:
            yield from catalogue.named(accessor.removesuffix(".get"))

    def _read(self, name: str) -> _Catalogue | None:
        for above in ancestors(self._directory):
            path = join_path(above, f"gradle/{name}.versions.toml")
            if path in self._tree:
                try:
                    return _catalogue(self._tree.read(path))
                except (BrokenManifest, UnreadableFile):
                    return None  # told when that file itself is read
        return None


def read_build(tree: Tree, path: str) -> Reading:
    """Read dependencies that are written as plain texts (``implementation "group:name:1.0"``) or name a library of a version
    catalogue (``implementation(libs.guava)``); the script is never run."""
    if kind_at(parent_of(path)) is not ComponentKind.PROJECT:
        return Reading()
    builder = ReadingBuilder()
    catalogues = _Catalogues(tree, parent_of(path))
    for number, line in enumerate(text_of(tree.read(path)).splitlines(), start=1):
        # Cut, because what follows is a script and matched loosely: no line that people write is as long.
        for configuration, library in _asked(line[:_LONGEST_LINE], catalogues):
            location = Location(path=path, start_line=number)
            scope = _scope_of_configuration(configuration)
            builder.requirements.append(
                requirement(path, library.group, library.artifact, library.version, scope, location)
            )
    return builder.build()


def _asked(line: str, catalogues: _Catalogues) -> Iterator[tuple[str, _Library]]:
    if match := _DECLARED.match(line):
        configuration, group, artifact, version = match.groups()
        yield configuration, _Library(group, artifact, version if version and "$" not in version else None)
    elif match := _CATALOGUED.match(line):
        configuration, name, accessor = match.groups()
        for library in catalogues.named(name, accessor.lstrip(".")):
            yield configuration, library
