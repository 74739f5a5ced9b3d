"""A kind of file that components are read from, and the function that reads it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from msgspec import Struct

from licscan.component.base import Reading
from licscan.component.tree import Tree

Reader = Callable[[Tree, str], Reading]
"""What reads a file of a tree, at a path."""


class Source(Struct, frozen=True, kw_only=True):
    """One kind of file: ``patterns`` are shell patterns of its name, or of the end of its path where they
    hold a ``/``; ``reader`` is what reads it, as ``module:function``."""

    name: str
    patterns: tuple[str, ...]
    reader: str

    def read(self, tree: Tree, path: str) -> Reading:
        """Return what the file at ``path`` says; one that does not parse raises ``BrokenManifest``."""
        return load_reader(self.reader)(tree, path)


def load_reader(name: str) -> Reader:
    """Return the reader called ``module:function``."""
    module, _, function = name.partition(":")
    reader: Reader = getattr(import_module(module), function)
    return reader
