"""Which projects of a codebase a component is part of: by the folder that it stands in, and by who depends on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from licscan.core.component import ROOT_ID, SHIPPED, Component, ComponentKind, Dependency
from licscan.core.ways import Ways

# Stands for the scanned tree where no manifest makes a project of it.
WHOLE_TREE = Component(id=ROOT_ID, name="the project", kind=ComponentKind.PROJECT, directory="")


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
            if dependency.scope in SHIPPED:
                children[dependency.parent].append(dependency.child)
        ids = [project.id for project in self.projects]
        self._every = Ways(ids, every)
        self._distributed = Ways(ids, (item for item in every if item.scope in SHIPPED))
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
