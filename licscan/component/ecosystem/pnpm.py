"""pnpm-lock.yaml, versions 5 to 9."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from licscan.component.base import (
    Edge,
    Lock,
    Reading,
    ReadingBuilder,
    join_path,
    normal_path,
    parent_of,
    project_ref,
)
from licscan.component.ecosystem.common import INSTALL_FOLDERS
from licscan.component.ecosystem.npm import TYPE
from licscan.component.ecosystem.npm_lock import DEPENDENCY_FIELDS, locked_package
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_npm, of_npm_archive, of_path, of_repository
from licscan.component.format_yaml import load_yaml_object
from licscan.component.formats import mapping, text
from licscan.component.lines import Lines
from licscan.core.component import Scope

if TYPE_CHECKING:
    from licscan.component.tree import Tree

# "name@1.0.0(peer@2.0.0)" since version 6 (with a leading "/" before 9); "/name/1.0.0_peer@2.0.0" in version 5.
_KEY = re.compile(r"/?(?P<name>(?:@[^/@]+/)?[^/@()]+)@(?P<version>[^()]+)")
_OLD_KEY = re.compile(r"(?:[^/]*)/(?P<name>(?:@[^/]+/)?[^/@]+)/(?P<version>[^/_()]+)")


def read_pnpm_lock(tree: Tree, path: str) -> Reading:
    """Read packages, their edges, and what each project of the workspace resolved to."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")):
        return Reading()
    data = tree.read(path)
    document = load_yaml_object(data)
    reader = _PnpmLock(tree, path, Lines(path, data), document)
    return reader.read()


class _PnpmLock:
    def __init__(self, tree: Tree, path: str, lines: Lines, document: Mapping[str, Any]) -> None:
        self._tree = tree
        self._folder = parent_of(path)
        self._lines = lines
        self._document = document
        self._builder = ReadingBuilder()
        self._refs: dict[str, str] = {}

    def read(self) -> Reading:
        snapshots = mapping(self._document.get("snapshots"))
        packages = mapping(self._document.get("packages"))
        for key, entry in packages.items():
            self._package(key, mapping(entry))
        for key, entry in (snapshots or packages).items():
            if parent := self._ref_of_key(key):
                self._edges(parent, mapping(entry), key)
        # Before workspaces a lockfile held one project, at its top.
        importers = mapping(self._document.get("importers")) or {".": self._document}
        for place, entry in importers.items():
            folder = normal_path(self._folder, place)
            if folder is not None:
                self._importer(folder, mapping(entry))
        return self._builder.build()

    def _package(self, key: str, entry: Mapping[str, Any]) -> None:
        found = _split(key)
        # What was not fetched from a registry keeps its name and version beside the key.
        name = text(entry.get("name")) or (found[0] if found else None)
        version = text(entry.get("version")) or (found[1] if found else None)
        resolution = mapping(entry.get("resolution"))
        if (
            not name
            and ("/" in key or ":" in key)
            and (text(resolution.get("tarball")) or text(resolution.get("repo")))
        ):
            # Of what comes from no registry older lockfiles may keep no name but that of the repository.
            name = re.sub(r"(?:\.git)?(?:#.*)?$", "", key).rstrip("/").rpartition("/")[2]
        if not name or (not version and not resolution):
            return
        if (version or "").startswith("link:") or (text(resolution.get("directory")) and self._is_project(resolution)):
            return
        origin = _origin(name, version or "", resolution)
        package = locked_package(
            name,
            None if version and _is_address(version) else version,
            self._lines,
            f"{key}:",
            f"{key}':",
            integrity=text(resolution.get("integrity")),
            qualifiers=origin,
        )
        self._builder.packages.append(package)
        self._refs[_bare(key)] = package.ref

    def _is_project(self, resolution: Mapping[str, Any]) -> bool:
        """Whether a package is a folder of the tree that has a manifest of its own."""
        folder = normal_path(self._folder, text(resolution.get("directory")) or "")
        return folder is not None and join_path(folder, "package.json") in self._tree

    def _ref_of_key(self, key: str) -> str | None:
        return self._refs.get(_bare(key))

    def _edges(self, parent: str, entry: Mapping[str, Any], key: str) -> None:
        location = self._lines.at(f"{key}:", f"{key}':")
        for field, scope in DEPENDENCY_FIELDS:
            for name, version in mapping(entry.get(field)).items():
                if scope is not Scope.PEER and (child := self._child(name, text(version) or "", self._folder)):
                    self._builder.edges.append(Edge(parent=parent, child=child, scope=scope, location=location))

    def _importer(self, folder: str, entry: Mapping[str, Any]) -> None:
        specifiers = mapping(entry.get("specifiers"))
        entries: dict[str, str] = {}
        for field, scope in DEPENDENCY_FIELDS:
            for name, value in mapping(entry.get(field)).items():
                table = mapping(value)
                version = text(table.get("version")) or text(value) or ""
                asked = text(table.get("specifier")) or text(specifiers.get(name))
                if child := self._child(name, version, folder):
                    entries[name] = child
                    location = self._lines.at(f"{name}:", f"{name}':")
                    self._builder.edges.append(
                        Edge(parent=project_ref(folder), child=child, scope=scope, requirement=asked, location=location)
                    )
        self._builder.locks.append(
            Lock(type=TYPE, directory=folder, entries=entries, location=self._lines.at("lockfileVersion"))
        )

    def _child(self, name: str, version: str, folder: str) -> str | None:
        """Return what ``name: version`` means: a link, another package's key (an alias), or a version of ``name``."""
        if version.startswith("link:") or (version.startswith("file:") and not self._ref_of_key(f"{name}@{version}")):
            target = normal_path(folder, version.partition(":")[2])
            return project_ref(target) if target is not None else None
        keys = (version, f"{name}@{version}", f"/{name}@{version}", f"/{name}/{version}")
        return next((found for key in keys if (found := self._ref_of_key(key))), None)


def _split(key: str) -> tuple[str, str] | None:
    match = _KEY.match(key) or _OLD_KEY.match(key)
    return (match.group("name"), match.group("version")) if match else None


def _bare(key: str) -> str:
    """Return a key without the peers that it was resolved with."""
    found = _split(key)
    return "@".join(found) if found else key


def _origin(name: str, version: str, resolution: Mapping[str, Any]) -> Qualifiers:
    """Return where a package comes from when that is no registry."""
    if repository := text(resolution.get("repo")):
        return of_repository(repository, text(resolution.get("commit")))
    if archive := text(resolution.get("tarball")):
        return of_npm_archive(archive, name, version)
    if folder := text(resolution.get("directory")):
        return of_path(folder)
    return of_npm(version) if _is_address(version) else NONE


def _is_address(version: str) -> bool:
    return "://" in version or version.startswith(("file:", "git@", "github:"))
