"""bun.lock, Bun's text lockfile; the binary bun.lockb is told as what cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import (
    Edge,
    Lock,
    Reading,
    ReadingBuilder,
    ancestors,
    join_path,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import INSTALL_FOLDERS
from licscan.component.ecosystem.npm import TYPE
from licscan.component.ecosystem.npm_lock import locked_package, wanted_by
from licscan.component.ecosystem.origin import of_npm, of_npm_archive
from licscan.component.formats import BrokenManifest, load_relaxed_json, mapping, sequence, text
from licscan.component.lines import Lines
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree


def read_bun_lock(tree: Tree, path: str) -> Reading:
    """Read packages by their places (``a/b`` is the ``b`` that only ``a`` sees) and the workspaces that need them."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")):
        return Reading()
    data = tree.read(path)
    document = load_relaxed_json(data)
    return _BunLock(path, Lines(path, data), document).read()


def read_binary_lock(_tree: Tree, path: str) -> Reading:
    """Refuse the binary form: what it locks is not known."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")):
        return Reading()
    raise BrokenManifest(
        message(
            "issue.binary-lockfile-cannot",
            "a binary lockfile that cannot be read; `bun install --save-text-lockfile` writes bun.lock",
        )
    )


class _BunLock:
    def __init__(self, path: str, lines: Lines, document: Mapping[str, Any]) -> None:
        self._folder = parent_of(path)
        self._lines = lines
        self._document = document
        self._builder = ReadingBuilder()
        self._refs: dict[str, str] = {}
        self._fields: dict[str, Mapping[str, Any]] = {}

    def read(self) -> Reading:
        for place, entry in mapping(self._document.get("packages")).items():
            self._package(place, sequence(entry))
        for place, fields in self._fields.items():
            self._edges(self._refs[place], place, fields)
        by_folder: dict[str, dict[str, str]] = defaultdict(dict)
        for place, entry in mapping(self._document.get("workspaces")).items():
            folder = normal_path(self._folder, place)
            if folder is not None:
                by_folder[folder].update(self._workspace(folder, place, mapping(entry)))
        for folder, entries in sorted(by_folder.items()):
            location = self._lines.at('"lockfileVersion"')
            self._builder.locks.append(Lock(type=TYPE, directory=folder, entries=entries, location=location))
        return self._builder.build()

    def _package(self, place: str, entry: Any) -> None:
        """Take ``[name@version, registry, fields, integrity]``; sources other than a registry have fewer parts."""
        named = (text(entry[0]) if entry else None) or ""
        at = named.find("@", 1)  # a scope begins with one, and an address may hold more
        name, version = (named[:at], named[at + 1 :]) if at > 0 else ("", "")
        if not name or not version:
            return
        if version.startswith("workspace:"):
            folder = normal_path(self._folder, version.removeprefix("workspace:"))
            if folder is not None:
                self._refs[place] = project_ref(folder)
            return
        fields = next((mapping(item) for item in entry[1:] if isinstance(item, dict)), {})
        if version.startswith("link:"):
            return
        origin = of_npm(version)
        if not origin:
            registry = text(entry[1]) if len(entry) > 1 else None
            # An address beside the version is a registry's own, or that of the archive.
            if registry and registry.endswith((".tgz", ".tar.gz")):
                origin = of_npm_archive(registry, name, version)
        integrity = text(entry[-1]) if len(entry) > 2 else None
        package = locked_package(
            name,
            None if origin and of_npm(version) else version,
            self._lines,
            f'"{place}": [',
            integrity=integrity,
            qualifiers=origin,
        )
        self._builder.packages.append(package)
        self._refs[place] = package.ref
        self._fields[place] = fields

    def _edges(self, parent: str, place: str, fields: Mapping[str, Any]) -> None:
        location = self._lines.at(f'"{place}": [')
        for name, wanted, scope in wanted_by(fields):
            if child := self._seen_from(place, name):
                edge = Edge(parent=parent, child=child, scope=scope, requirement=wanted, location=location)
                self._builder.edges.append(edge)

    def _workspace(self, folder: str, place: str, fields: Mapping[str, Any]) -> dict[str, str]:
        """Record what a workspace needs, and return it by name; its own places start with its name."""
        own = text(fields.get("name")) or ""
        location = self._lines.at(f'"{place}": {{')
        entries = {}
        for name, wanted, scope in wanted_by(fields):
            child = self._seen_from(own, name)
            if child:
                entries[name] = child
                edge = Edge(parent=project_ref(folder), child=child, scope=scope, requirement=wanted, location=location)
                self._builder.edges.append(edge)
        return entries

    def _seen_from(self, place: str, name: str) -> str | None:
        return next(
            (self._refs[key] for above in ancestors(place) if (key := join_path(above, name)) in self._refs), None
        )
