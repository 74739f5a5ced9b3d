"""Locked packages as nodes that need each other by key: what most lockfiles come down to."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from licscan.component.base import Edge, Lock, Package, Reading, ReadingBuilder, project_ref
from licscan.core.component import Scope
from licscan.core.location import Location


class Need(Struct, frozen=True, kw_only=True):
    """What a node needs: the first of ``keys`` that some node has."""

    keys: tuple[str, ...]
    scope: Scope = Scope.RUNTIME
    requirement: str | None = None


class Node(Struct, frozen=True, kw_only=True):
    """A locked package, or the project in ``folder``. ``keys`` are what others, and manifests, call it by."""

    keys: tuple[str, ...]
    package: Package | None = None
    folder: str | None = None
    needs: tuple[Need, ...] = ()
    location: Location

    @property
    def ref(self) -> str | None:
        if self.folder is not None:
            return project_ref(self.folder)
        return self.package.ref if self.package else None


def lock_reading(type_: str, directory: str, nodes: Iterable[Node], location: Location) -> Reading:
    """Join nodes into packages, edges and one lock for the manifests in ``directory`` and below.

    Of nodes with the same key the first one has it; needs that no node answers are left out.
    """
    builder = ReadingBuilder()
    every = [(node, ref) for node in nodes if (ref := node.ref)]
    refs: dict[str, str] = {}
    for node, ref in every:
        for key in node.keys:
            refs.setdefault(key, ref)
        if node.package and node.folder is None:
            builder.packages.append(node.package)
    for node, ref in every:
        for need in node.needs:
            child = next((refs[key] for key in need.keys if key in refs), None)
            if child:
                edge = Edge(
                    parent=ref, child=child, scope=need.scope, requirement=need.requirement, location=node.location
                )
                builder.edges.append(edge)
    locked = {key: ref for key, ref in refs.items() if not ref.startswith("project:")}
    builder.locks.append(Lock(type=type_, directory=directory, entries=locked, location=location))
    return builder.build()
