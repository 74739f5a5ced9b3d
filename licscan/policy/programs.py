"""Programs of an image: what the makers state of each, by the names of packages.

A program on the same medium as the product is no part of it by itself ("mere aggregation": GPL-2.0 section 2, last paragraph; GPL-3.0
section 5, last paragraph). Whether it is one, no file shows for sure: somebody has to state it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from licscan.core.component import Component, ComponentKind
from licscan.core.facts import Facts
from licscan.core.image import image_roots, is_of_system
from licscan.core.result import Inventory
from licscan.policy.schema import ProgramState
from licscan.policy.waive import without_version

_EXECUTABLE = re.compile(r"(usr/)?s?bin/[^/]+")


class Programs:
    """Tells what is stated of the packages of an image, and of the files in it."""

    def __init__(self, inventory: Inventory, facts: Facts) -> None:
        self._facts = facts
        self._roots = image_roots(inventory.components)
        self._executables = frozenset(self._executable_names(inventory)) if self._roots else frozenset()

    def _executable_names(self, inventory: Inventory) -> Iterator[str]:
        for file in inventory.files:
            for root in self._roots:
                inside = file.path.removeprefix(root)
                if file.path.startswith(root) and _EXECUTABLE.fullmatch(inside):
                    yield inside.rpartition("/")[2]

    def of(self, component: Component | None, path: str = "") -> ProgramState | None:
        """Return the state of a system package, of the source of a program in the image or, with its ``path``, of a file in the image;
        ``None`` for all else."""
        if component is not None and component.kind is ComponentKind.SYSTEM:
            return self._stated(_names(component))
        if component is not None and component.kind is ComponentKind.VENDORED and component.name in self._executables:
            return self._stated(_names(component))  # the image holds the program that this source is built into
        is_owned = component is not None and component.kind is not ComponentKind.PROJECT
        if not path or is_owned or not any(is_of_system(root, path) for root in self._roots):
            return None
        return self._stated((path, path.rpartition("/")[2]))

    def _stated(self, names: Iterable[str]) -> ProgramState:
        known = tuple(names)
        if _named(known, self._facts.linked_programs):
            return ProgramState.LINKED
        return ProgramState.SEPARATE if _named(known, self._facts.separate_programs) else ProgramState.UNSTATED


def _names(component: Component) -> tuple[str, ...]:
    return component.name, component.name.rpartition("/")[2], component.id, without_version(component.id)


def _named(names: Iterable[str], entries: Iterable[str]) -> bool:
    return any(fnmatchcase(name.lower(), entry.lower()) for entry in entries for name in names)
