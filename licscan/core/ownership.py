"""To which component a file belongs: the one whose folder is the nearest above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from licscan.core.component import Component, ComponentKind
from licscan.core.result import Inventory


class Owners(Struct, frozen=True):
    """Components by the folder that holds their files, ``""`` is the scanned root; copied libraries by their files alone, and packages of a
    root filesystem by those that its database lists."""

    by_directory: Mapping[str, Component]
    by_file: Mapping[str, Component] = {}

    @classmethod
    def of(cls, inventory: Inventory) -> Owners:
        """Index the components of an inventory."""
        return cls.of_components(inventory.components)

    @classmethod
    def of_components(cls, components: Sequence[Component]) -> Owners:
        """Index ``components``; where two share a folder, the project comes first, then their order."""
        found: dict[str, Component] = {}
        for component in components:
            if component.directory is None:
                continue
            known = found.get(component.directory)
            if known is None or (known.kind is not ComponentKind.PROJECT and component.kind is ComponentKind.PROJECT):
                found[component.directory] = component
        by_files = (each for each in components if each.directory is None or each.kind is ComponentKind.SYSTEM)
        return cls(found, {path: component for component in by_files for path in component.other_paths})

    def owner(self, path: str) -> Component | None:
        """Return the component that consists of ``path``, else the one with the longest ``directory`` above it, whole folder names compared."""
        if path in self.by_file:
            return self.by_file[path]
        directory = path
        while directory:
            directory = directory.rpartition("/")[0]
            if directory in self.by_directory:
                return self.by_directory[directory]
        return None
