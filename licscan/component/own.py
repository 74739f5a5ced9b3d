"""Which component a file belongs to, and which legal files a component has that were not scanned."""

from __future__ import annotations

from collections.abc import Iterable

from licscan.component.base import LegalFile, ancestors
from licscan.component.tree import Tree, is_passed_on
from licscan.core.component import Component


class Owners:
    """Finds the owner of a path: the component with the deepest folder or file around it."""

    def __init__(self, components: Iterable[Component]) -> None:
        self._owners: dict[str, str] = {}
        for item in components:
            for place in (item.directory, *item.other_paths):
                if place is not None:
                    self._owners.setdefault(place, item.id)

    def owner_of(self, path: str) -> str | None:
        """Return the id of the component that ``path`` belongs to; ``None`` outside every component."""
        return next((self._owners[place] for place in ancestors(path) if place in self._owners), None)


def legal_files(tree: Tree, components: Iterable[Component]) -> tuple[LegalFile, ...]:
    """Return the licence and notice files in installed trees that were not selected, each with its component, by path.

    They are the evidence that installed packages bring along: beside their manifest, or in ``licenses/`` of a
    ``*.dist-info``.
    """
    owners = Owners(components)
    found = []
    for path, location in sorted(tree.found.items()):
        if is_passed_on(path) or ".dist-info/licenses/" in path:
            owner = owners.owner_of(path)
            if owner:
                found.append(LegalFile(component=owner, path=path, location=location))
    return tuple(found)
