"""Which package a requirement means: settled by a lockfile, by what is installed, by a project of the same tree,
or by nothing but the requirement itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from licscan.component.base import Edge, Lock, Package, Reading, Requirement, ancestors, base_of, join_path, parent_of
from licscan.component.ecosystem.common import environment_of, installed_name, is_installed_metadata
from licscan.component.project import Projects
from licscan.component.tree import Tree
from licscan.core.component import ComponentKind, Scope

_LOCAL = ("workspace:", "link:", "file:", "portal:", "path:", "@ file:")


class Resolution(Struct, frozen=True):
    """``edges`` are proven; ``asked`` are requirements of projects that only the requirement itself speaks for,
    each with the package that stands for it."""

    edges: tuple[Edge, ...]
    asked: tuple[tuple[Requirement, Package], ...]


def resolve(reading: Reading, projects: Projects, tree: Tree) -> Resolution:
    """Resolve every requirement of ``reading``."""
    resolver = _Resolver(reading, projects, tree)
    resolved = [(item, resolver.ref_of(item)) for item in reading.requirements]
    active = _active_extras(resolved)
    edges, asked = [], []
    for item, ref in resolved:
        if ref is not None and _holds(item, active):
            edges.append(
                Edge(
                    parent=item.parent,
                    child=ref,
                    scope=item.scope,
                    requirement=item.specifier or None,
                    location=item.location,
                )
            )
        elif ref is None and resolver.is_project(item) and not resolver.may_be_absent(item):
            asked.append((item, resolver.declared(item)))
    return Resolution(tuple(edges), tuple(asked))


def _holds(item: Requirement, active: set[tuple[str, str]]) -> bool:
    """Whether the extra under which a requirement stands was asked for; a project's own extras all count."""
    return item.when_extra is None or item.parent.startswith("project:") or (item.parent, item.when_extra) in active


def _active_extras(resolved: Sequence[tuple[Requirement, str | None]]) -> set[tuple[str, str]]:
    """Return the extras that somebody asks for, those asked for by an extra itself included."""
    active: set[tuple[str, str]] = set()
    waiting = [(item, ref) for item, ref in resolved if ref and item.extras]
    while True:
        added = {(ref, extra) for item, ref in waiting if ref and _holds(item, active) for extra in item.extras}
        if added <= active:
            return active
        active |= added


class _Resolver:
    def __init__(self, reading: Reading, projects: Projects, tree: Tree) -> None:
        self._projects = projects
        self._links = tree.links
        self._node_folders = _node_folders(reading.packages)
        self._environments = _environments(reading.packages)
        self._locks: dict[tuple[str, str], list[Lock]] = defaultdict(list)
        for lock in reading.locks:
            self._locks[lock.type, lock.directory].append(lock)
        self._pins = {
            (item.parent, item.type, item.full_name): item.pinned for item in reading.requirements if item.pinned
        }

    def is_project(self, item: Requirement) -> bool:
        return item.parent.startswith("project:")

    def ref_of(self, item: Requirement) -> str | None:
        """Return the ref that settles ``item``, or ``None``."""
        folder = parent_of(item.location.path)
        if not self.is_project(item):
            return self._installed(item, folder)
        if item.specifier.startswith(_LOCAL) and (local := self._local(item)):
            return local
        return self._locked(item, folder) or self._installed(item, folder) or self._local(item)

    def may_be_absent(self, item: Requirement) -> bool:
        """Whether something else than a mistake explains that a lockfile or installed tree lacks ``item``."""
        if item.scope not in (Scope.OPTIONAL, Scope.PEER):
            return False
        return any((item.type, above) in self._locks for above in ancestors(parent_of(item.location.path)))

    def declared(self, item: Requirement) -> Package:
        """Return a package as the requirement names it: with a version only where just one will do."""
        version = item.pinned or self._pins.get((item.parent, item.type, item.full_name))
        return Package(
            type=item.type,
            namespace=item.namespace,
            name=item.name,
            version=version,
            qualifiers=item.qualifiers,
            location=item.location,
        )

    def _local(self, item: Requirement) -> str | None:
        project = self._projects.named(item.type, item.full_name)
        return f"project:{project.directory}" if project else None

    def _locked(self, item: Requirement, folder: str) -> str | None:
        asked = item.alias or item.full_name
        # Some lockfiles tell which of several versions one project of a workspace gets, others for which range.
        keys = (f"{self._projects.around(folder).name}:{asked}", f"{asked}@{item.specifier}", asked)
        for above in ancestors(folder):
            for lock in self._locks.get((item.type, above), ()):
                found = next((lock.entries[key] for key in keys if key in lock.entries), None)
                if found:
                    return found
        return None

    def _installed(self, item: Requirement, folder: str) -> str | None:
        if item.type == "npm":
            return self._in_node_modules(item.alias or item.full_name, folder)
        if item.type == "pypi":
            return self._in_environment(item, folder)
        return None

    def _in_node_modules(self, name: str, folder: str) -> str | None:
        for above in ancestors(folder):
            if base_of(above) == "node_modules":
                continue
            place = join_path(above, f"node_modules/{name}")
            place = self._links.get(place, place)
            if place in self._node_folders:
                return self._node_folders[place]
            if self._projects.at(place) and "node_modules" not in place.split("/"):
                return f"project:{place}"
        return None

    def _in_environment(self, item: Requirement, folder: str) -> str | None:
        if is_installed_metadata(item.location.path):
            return self._environments.get(environment_of(item.location.path), {}).get(item.name)
        for above in ancestors(folder):
            for environment, packages in self._environments.items():
                # An environment belongs to the folder that holds it: project/.venv/lib/python3/site-packages.
                if item.name in packages and _belongs(environment, above):
                    return packages[item.name]
        return None


def _belongs(environment: str, folder: str) -> bool:
    inside = environment[len(folder) + 1 :] if folder else environment
    return (not folder or environment.startswith(f"{folder}/")) and inside.count("/") <= 4


def _node_folders(packages: Iterable[Package]) -> Mapping[str, str]:
    return {
        item.directory: item.ref
        for item in packages
        if item.type == "npm"
        and item.directory
        and item.kind is ComponentKind.PACKAGE
        and installed_name(item.directory)
    }


def _environments(packages: Iterable[Package]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for item in packages:
        if item.type == "pypi" and item.name and is_installed_metadata(item.location.path):
            found[environment_of(item.location.path)][item.name] = item.ref
    return dict(sorted(found.items()))
