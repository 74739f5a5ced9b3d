"""Which projects of a codebase a component is part of: by the folder that it stands in, and by who depends on it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from licscan.core.component import Component, ComponentKind, Dependency
from licscan.policy.schema import DISTRIBUTED

# How many ways to a component that many need are told: the shortest explain it.
_SHOWN_WAYS = 3
# How many steps of each end of a way are told, and after how many a way that turns back on itself is no longer looked for.
_SHOWN_STEPS = 12
_LONGEST_LOOP = 1_000
# Stands for the scanned tree where no manifest makes a project of it.
WHOLE_TREE = Component(id="path:", name="the project", kind=ComponentKind.PROJECT, directory="")


class Reach:
    """The projects of an inventory, and the way from each to what it is built on."""

    def __init__(self, components: Sequence[Component], dependencies: Iterable[Dependency]) -> None:
        self.projects = tuple(component for component in components if component.kind is ComponentKind.PROJECT)
        if not any(project.directory == "" for project in self.projects):
            self.projects = (*self.projects, WHOLE_TREE)
        self._by_directory: Mapping[str, Component] = {
            project.directory: project for project in reversed(self.projects) if project.directory is not None
        }
        self._names = {component.id: _title(component) for component in components}
        children: dict[str, list[str]] = defaultdict(list)
        every = tuple(dependencies)
        for dependency in every:
            if dependency.scope in DISTRIBUTED:
                children[dependency.parent].append(dependency.child)
        ids = [project.id for project in self.projects]
        self._every = _Ways(ids, every)
        self._distributed = _Ways(ids, (item for item in every if item.scope in DISTRIBUTED))
        self._reaching: dict[str, list[Component]] = defaultdict(list)
        for project in self.projects:
            for reached in _reached(project.id, children):
                self._reaching[reached].append(project)

    def enclosing(self, path: str) -> Component:
        """Return the innermost project whose folder holds ``path``."""
        folder = path
        while folder:
            if folder in self._by_directory:
                return self._by_directory[folder]
            folder = folder.rpartition("/")[0]
        return self._by_directory[""]

    def around(self, project: Component) -> Component | None:
        """Return the project whose folder holds the folder of ``project``."""
        return self.enclosing(project.directory.rpartition("/")[0]) if project.directory else None

    def of_component(self, component: Component) -> tuple[Component, ...]:
        """Return the projects that ``component`` is part of; what nobody is known to need belongs to the whole tree."""
        found = dict.fromkeys(self._reaching.get(component.id, ()))
        if component.kind is ComponentKind.PROJECT:
            found[component] = None
        elif component.directory is not None:
            found[self.enclosing(component.directory)] = None
        return tuple(found) or (self._by_directory[""],)

    def ways(self, component_id: str) -> tuple[tuple[str, ...], ...]:
        """Return by which ways projects come to need the component, by name, shortest first.

        One for each that needs it directly, those that reach what is distributed before all others; empty for a project, for what
        a single project needs itself, and for what nobody is known to need.
        """
        if any(project.id == component_id for project in self.projects):
            return ()
        for graph in (self._distributed, self._every):
            found = graph.ways_to(component_id)
            if len(found) == 1 and len(found[0]) == 2:
                return ()  # a project needs it itself: where it is named tells as much
            if found:
                return tuple(tuple(self._names.get(step, step) for step in way) for way in found)
        return ()


class _Ways:
    """Some of the dependencies, and the shortest way through them from any project to each component."""

    def __init__(self, projects: Iterable[str], dependencies: Iterable[Dependency]) -> None:
        children: dict[str, list[str]] = defaultdict(list)
        self._parents: dict[str, list[str]] = defaultdict(list)
        for dependency in dependencies:
            children[dependency.parent].append(dependency.child)
            self._parents[dependency.child].append(dependency.parent)
        self._before: dict[str, str | None] = dict.fromkeys(projects)
        # The number of steps to each, and the first of them: a lockfile may be one chain of as many packages as it likes.
        self._depth: dict[str, int] = dict.fromkeys(self._before, 1)
        self._head: dict[str, tuple[str, ...]] = {project: (project,) for project in self._before}
        queue = deque(self._before)
        while queue:
            here = queue.popleft()
            for child in children.get(here, ()):
                if child not in self._before:
                    self._before[child] = here
                    self._depth[child] = self._depth[here] + 1
                    head = self._head[here]
                    self._head[child] = (*head, child) if len(head) < _SHOWN_STEPS else head
                    queue.append(child)

    def ways_to(self, component: str) -> list[tuple[str, ...]]:
        """Return the shortest ways; of one that is longer than twice ``_SHOWN_STEPS``, its ends and between them how many there are."""
        parents = [item for item in dict.fromkeys(self._parents.get(component, ())) if item in self._before]
        parents.sort(key=lambda item: (self._depth[item], item))
        found: list[tuple[int, tuple[str, ...]]] = []
        for parent in parents:
            if len(found) >= _SHOWN_WAYS and self._depth[parent] > found[_SHOWN_WAYS - 1][0]:
                break
            if not self._is_on_the_way(component, parent):
                found.append((self._depth[parent], (*self._way(parent), component)))
        return [way for _, way in sorted(found)[:_SHOWN_WAYS]]

    def _is_on_the_way(self, component: str, to: str) -> bool:
        if self._depth.get(component, self._depth[to] + 1) > self._depth[to]:
            return False
        here: str | None = to
        for _ in range(_LONGEST_LOOP):
            if here is None or here == component:
                break
            here = self._before[here]
        return here == component

    def _way(self, here: str) -> tuple[str, ...]:
        """Return the shortest way to ``here``."""
        depth, tail = self._depth[here], [here]
        while len(tail) < _SHOWN_STEPS and (before := self._before[tail[-1]]) is not None:
            tail.append(before)
        tail.reverse()
        between = depth - 2 * _SHOWN_STEPS
        if between > 0:
            return (*self._head[here], f"... {between:,} more ...", *tail)
        return (*self._head[here][: depth - len(tail)], *tail)


def _reached(start: str, children: Mapping[str, Sequence[str]]) -> set[str]:
    """Return all that ``start`` needs, directly or not, itself left out."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = [child for child in children.get(waiting.pop(), ()) if child != start and child not in found]
        found.update(new)
        waiting += new
    return found


def _title(component: Component) -> str:
    return f"{component.name} {component.version}" if component.version else component.name
