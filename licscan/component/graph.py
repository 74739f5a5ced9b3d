"""What the graph of dependencies tells: scopes, direct or not, and by which way a component comes in."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind, Dependency, Scope

# From what reaches users most surely to what hardly does; a way counts as its last-ranked step.
SCOPE_ORDER = (
    Scope.RUNTIME,
    Scope.PEER,
    Scope.OPTIONAL,
    Scope.BUILD,
    Scope.TEST,
    Scope.DEVELOPMENT,
    Scope.DOCUMENTATION,
)
_RANK = {scope: rank for rank, scope in enumerate(SCOPE_ORDER)}


def rank(scope: Scope) -> int:
    """Return the place of ``scope`` in ``SCOPE_ORDER``."""
    return _RANK[scope]


class Graph:
    """Who needs whom. Paths start at projects and are told as component ids."""

    def __init__(self, components: Iterable[Component], dependencies: Iterable[Dependency]) -> None:
        self._roots = {item.id: item.scope for item in components if item.kind is ComponentKind.PROJECT}
        children: dict[str, list[Dependency]] = defaultdict(list)
        parents: dict[str, list[str]] = defaultdict(list)
        for dependency in dependencies:
            children[dependency.parent].append(dependency)
            parents[dependency.child].append(dependency.parent)
        self._children: Mapping[str, Sequence[Dependency]] = children
        self._parents: Mapping[str, Sequence[str]] = parents
        self._distance = self._distances_from_roots()

    def paths_to(self, component: str, limit: int = 5) -> tuple[tuple[str, ...], ...]:
        """Return up to ``limit`` ways from a project to ``component`` without loops, shortest first.

        One way for each direct dependent comes first; equal lengths are in order of their ids.
        """
        ways = [
            (*way, component)
            for parent in sorted(set(self._parents.get(component, ())))
            if parent in self._distance and component not in (way := self._shortest_to(parent))
        ]
        return tuple(sorted(ways, key=lambda way: (len(way), way))[:limit])

    def _distances_from_roots(self) -> dict[str, int]:
        distance = dict.fromkeys(self._roots, 0)
        queue = deque(self._roots)
        while queue:
            current = queue.popleft()
            for dependency in self._children.get(current, ()):
                if dependency.child not in distance:
                    distance[dependency.child] = distance[current] + 1
                    queue.append(dependency.child)
        return distance

    def _shortest_to(self, component: str) -> tuple[str, ...]:
        distance = self._distance
        way = [component]
        while distance[way[-1]]:
            nearer = [parent for parent in self._parents[way[-1]] if distance.get(parent) == distance[way[-1]] - 1]
            way.append(min(nearer))
        return tuple(reversed(way))

    def scopes(self) -> dict[str, Scope]:
        """Return the scope of everything that a project reaches: that of its best way, each way as its worst step.

        What the project at its start is for is a step too: nothing that only tests or examples need reaches users.
        """
        found: dict[str, Scope] = {}
        for scope in SCOPE_ORDER:
            found.update((root, scope) for root, own in self._roots.items() if own is scope and root not in found)
            queue = deque(found)
            while queue:
                for dependency in self._children.get(queue.popleft(), ()):
                    if dependency.child not in found and rank(dependency.scope) <= rank(scope):
                        found[dependency.child] = scope
                        queue.append(dependency.child)
        return found

    def direct(self) -> set[str]:
        """Return what projects need themselves."""
        return {dependency.child for root in self._roots for dependency in self._children.get(root, ())}


def relate(components: Sequence[Component], dependencies: Sequence[Dependency]) -> tuple[Component, ...]:
    """Return the components with ``scope`` and ``direct`` as the graph tells them; what no project reaches keeps its own."""
    graph = Graph(components, dependencies)
    scopes, direct = graph.scopes(), graph.direct()
    return tuple(
        item
        if item.kind is ComponentKind.PROJECT or item.id not in scopes
        else replace(item, scope=scopes[item.id], direct=item.id in direct)
        for item in components
    )
