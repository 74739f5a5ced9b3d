"""package-lock.json and npm-shrinkwrap.json, versions 1 to 3.

Version 1 nests packages as folders nest; versions 2 and 3 list them by folder. Both are read as folders, and what a
package needs is looked up as Node does: in its own ``node_modules``, then in those of the folders above.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import (
    Edge,
    Lock,
    Package,
    Reading,
    ReadingBuilder,
    ancestors,
    join_path,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import INSTALL_FOLDERS, named_hash, origin_of
from licscan.component.ecosystem.npm import TYPE, field_statement, split_name
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_npm, of_npm_archive
from licscan.component.formats import load_json_object, mapping, text
from licscan.component.lines import Lines
from licscan.core.component import ComponentKind, Hash, Scope

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_MODULES = "node_modules/"
_MAX_DEPTH = 200
DEPENDENCY_FIELDS = (
    ("dependencies", Scope.RUNTIME),
    ("requires", Scope.RUNTIME),
    ("optionalDependencies", Scope.OPTIONAL),
    ("peerDependencies", Scope.PEER),
    ("devDependencies", Scope.DEVELOPMENT),
)


def read_package_lock(tree: Tree, path: str) -> Reading:
    """Read every locked package, with the edges as they are resolved in the lockfile."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")):
        return Reading()  # npm's own record of what is installed, or the lockfile of a dependency's authors
    data = tree.read(path)
    document = load_json_object(data)
    listed = mapping(document.get("packages"))
    entries = {place: mapping(entry) for place, entry in listed.items()} or dict(_nested(document))
    return _PackageLock(path, Lines(path, data), entries).read()


def _nested(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the packages of version 1 with the folder that each lies in."""
    waiting = [("", document, 0)]
    while waiting:
        folder, node, depth = waiting.pop()
        for name, found in mapping(node.get("dependencies")).items():
            entry, place = _upgraded(mapping(found)), join_path(folder, _MODULES + name)
            yield place, entry
            if entry.get("link") is True:
                place = normal_path("", str(entry["resolved"])) or place
                yield place, entry
            if depth < _MAX_DEPTH:
                waiting.append((place, mapping(found), depth + 1))


def _upgraded(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry of version 1 in the form of the later ones: without nesting, aliases and links told apart."""
    flat: dict[str, Any] = {key: value for key, value in entry.items() if key != "dependencies"}
    version = text(flat.get("version")) or ""
    if version.startswith("file:") and not version.endswith((".tgz", ".tar.gz")):
        return {**flat, "link": True, "resolved": version.removeprefix("file:"), "version": None}
    if version.startswith("npm:"):
        name, _, number = version.removeprefix("npm:").rpartition("@")
        return {**flat, "name": name, "version": number}
    return flat


class _PackageLock:
    def __init__(self, path: str, lines: Lines, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self._path = path
        self._folder = parent_of(path)
        self._lines = lines
        self._entries = entries
        self._builder = ReadingBuilder()
        self._refs = {place: ref for place, entry in entries.items() if (ref := self._ref(place, entry))}

    def read(self) -> Reading:
        for place, entry in self._entries.items():
            if ref := self._refs.get(place):
                if not ref.startswith("project:"):
                    self._builder.packages.append(self._package(place, entry))
                if entry.get("link") is not True or _MODULES not in place:
                    self._edges(place, entry, ref)
        self._locks()
        return self._builder.build()

    def _ref(self, place: str, entry: Mapping[str, Any]) -> str | None:
        if entry.get("link") is True and _MODULES in f"{place}/":
            target = normal_path(self._folder, text(entry.get("resolved")) or "")
            return project_ref(target) if target is not None else None
        if _MODULES not in place:
            folder = normal_path(self._folder, place)
            return project_ref(folder) if folder is not None else None
        return self._package(place, entry).ref if text(entry.get("version")) else None

    def _package(self, place: str, entry: Mapping[str, Any]) -> Package:
        full_name, version = text(entry.get("name")) or place.rpartition(_MODULES)[2], text(entry.get("version")) or ""
        namespace, name = split_name(full_name)
        # Version 1 writes the address of what comes from no registry where others have their version.
        named = version if of_npm(version) else ""
        location = self._lines.at(f'"{place}"', f'"{place.rpartition(_MODULES)[2]}"')
        return Package(
            type=TYPE,
            namespace=namespace,
            name=name,
            version=None if named else version or None,
            qualifiers=of_npm_archive(named or text(entry.get("resolved")) or "", full_name, version),
            statements=tuple(field_statement(entry.get("license"), origin_of(self._path, "license"), location)),
            location=location,
            hashes=integrity_hashes(text(entry.get("integrity"))),
            scope=_flagged(entry),
        )

    def _edges(self, place: str, entry: Mapping[str, Any], ref: str) -> None:
        location = self._lines.at(f'"{place}"')
        optional = mapping(entry.get("optionalDependencies"))
        for field, scope in DEPENDENCY_FIELDS:
            for name, wanted in mapping(entry.get(field)).items():
                child = self._resolve(name, place)
                if child and not (scope is Scope.RUNTIME and name in optional):
                    self._builder.edges.append(
                        Edge(parent=ref, child=child, scope=scope, requirement=text(wanted), location=location)
                    )

    def _resolve(self, name: str, place: str) -> str | None:
        for above in ancestors(place):
            if found := self._refs.get(join_path(above, _MODULES + name)):
                return found
        return None

    def _locks(self) -> None:
        """Offer what lies in the ``node_modules`` of each project to the requirements of its manifest."""
        by_project: dict[str, dict[str, str]] = defaultdict(dict)
        for place, ref in self._refs.items():
            project, found, name = place.partition(_MODULES)
            if found and _MODULES not in name:
                by_project[project.rstrip("/")][name] = ref
        for project, entries in sorted(by_project.items()):
            folder = normal_path(self._folder, project)
            if folder is not None:
                self._builder.locks.append(
                    Lock(type=TYPE, directory=folder, entries=entries, location=self._lines.at('"lockfileVersion"'))
                )


def _flagged(entry: Mapping[str, Any]) -> Scope | None:
    if entry.get("dev") is True or entry.get("devOptional") is True:
        return Scope.DEVELOPMENT
    if entry.get("optional") is True:
        return Scope.OPTIONAL
    return Scope.PEER if entry.get("peer") is True else None


def integrity_hashes(integrity: str | None) -> tuple[Hash, ...]:
    """Return the digests of a subresource integrity text (``sha512-<base64>``, several with spaces between)."""
    return tuple(found for item in (integrity or "").split() if (found := _integrity(item)))


def _integrity(item: str) -> Hash | None:
    algorithm, _, value = item.partition("-")
    try:
        return named_hash(algorithm, base64.b64decode(value, validate=True).hex())
    except (binascii.Error, ValueError):
        return None


def locked_package(
    full_name: str,
    version: str | None,
    lines: Lines,
    *needles: str,
    integrity: str | None = None,
    qualifiers: Qualifiers = NONE,
) -> Package:
    """Return a package as a lockfile of another client names it; ``qualifiers`` say where it comes from when that is no registry."""
    namespace, name = split_name(full_name)
    return Package(
        type=TYPE,
        namespace=namespace,
        name=name,
        version=version,
        qualifiers=qualifiers,
        kind=ComponentKind.PACKAGE,
        location=lines.at(*needles),
        hashes=integrity_hashes(integrity),
    )


def wanted_by(entry: Mapping[str, Any]) -> Iterable[tuple[str, str, Scope]]:
    """Yield name, specifier and scope of what the fields of an entry ask for; an optional one only as that."""
    optional = mapping(entry.get("optionalDependencies"))
    for field, scope in DEPENDENCY_FIELDS:
        for name, wanted in mapping(entry.get(field)).items():
            if not (scope is Scope.RUNTIME and name in optional):
                yield name, text(wanted) or "", scope
