"""Which projects of a codebase a component is part of: by the folder that it stands in, and by who depends on it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from licscan.core.component import Component, ComponentKind, Dependency
from licscan.policy.schema import DISTRIBUTED

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
        for dependency in dependencies:
            if dependency.scope in DISTRIBUTED:
                children[dependency.parent].append(dependency.child)
        self._parents = {project.id: _search(project.id, children) for project in self.projects}
        self._reaching: dict[str, list[Component]] = defaultdict(list)
        for project in self.projects:
            for reached in self._parents[project.id]:
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

    def chain(self, component_id: str) -> tuple[str, ...]:
        """Return the shortest way from a project to the component, by name; empty when nobody is known to need it."""
        for project in self._reaching.get(component_id, ()):
            parents = self._parents[project.id]
            way, here = [component_id], component_id
            while here != project.id:
                here = parents[here]
                way.append(here)
            return tuple(self._names.get(step, step) for step in reversed(way))
        return ()


def _search(start: str, children: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return each reached id with the one before it on the shortest way from ``start``, which is left out."""
    parents: dict[str, str] = {}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for child in children.get(here, ()):
            if child != start and child not in parents:
                parents[child] = here
                queue.append(child)
    return parents


def _title(component: Component) -> str:
    return f"{component.name} {component.version}" if component.version else component.name
