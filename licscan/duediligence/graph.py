"""Who needs whom: the shortest way from a project to each part, and how many parts stand on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from licscan.core.component import SHIPPED, Component, ComponentKind, Dependency
from licscan.core.ways import Ways


class Graph:
    """The dependencies of an inventory that reach what is delivered."""

    def __init__(self, components: Iterable[Component], dependencies: Iterable[Dependency]) -> None:
        self._names = {component.id: _title(component) for component in components}
        self._projects = [component.id for component in components if component.kind is ComponentKind.PROJECT]
        delivered = [dependency for dependency in dependencies if dependency.scope in SHIPPED]
        self._parents: dict[str, list[str]] = defaultdict(list)
        for dependency in delivered:
            self._parents[dependency.child].append(dependency.parent)
        self._ways = Ways(self._projects, delivered)

    def chain(self, subject: str) -> tuple[str, ...]:
        """Return the ids on the shortest way from a project to ``subject``, both included; empty when there is none (``Ways.way``)."""
        return self._ways.way(subject)

    def title(self, subject: str) -> str:
        return self._names.get(subject, subject)

    def parents(self, subject: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._parents.get(subject, ())))

    def above(self, subject: str) -> frozenset[str]:
        """Return all that needs ``subject``, directly or not."""
        found: set[str] = set()
        pending = [subject]
        while pending:
            for parent in self._parents.get(pending.pop(), ()):
                if parent not in found and parent != subject:
                    found.add(parent)
                    pending.append(parent)
        return frozenset(found)

    def projects_among(self, subjects: Iterable[str]) -> int:
        return len(set(self._projects) & set(subjects))


def _title(component: Component) -> str:
    return f"{component.name} {component.version}" if component.version else component.name
