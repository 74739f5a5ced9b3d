"""To which component a file belongs: the one whose folder is the nearest above it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from licscan.core.component import Component, ComponentKind
from licscan.core.result import Inventory


class Owners(Struct, frozen=True):
    """Components by the folder that holds their files; ``""`` is the scanned root."""

    by_directory: Mapping[str, Component]

    @classmethod
    def of(cls, inventory: Inventory) -> Owners:
        """Index the components; where two share a folder, the project comes first, then the order of the inventory."""
        found: dict[str, Component] = {}
        for component in inventory.components:
            if component.directory is None:
                continue
            known = found.get(component.directory)
            if known is None or (known.kind is not ComponentKind.PROJECT and component.kind is ComponentKind.PROJECT):
                found[component.directory] = component
        return cls(found)

    def owner(self, path: str) -> Component | None:
        """Return the component with the longest ``directory`` above ``path``, whole folder names compared."""
        directory = path
        while directory:
            directory = directory.rpartition("/")[0]
            if directory in self.by_directory:
                return self.by_directory[directory]
        return None
