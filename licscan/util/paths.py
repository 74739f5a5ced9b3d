"""Paths as results and Git have them: relative to the top of a tree, with slashes, however the system writes its own."""

from __future__ import annotations

import os
from types import ModuleType


def below(path: str, top: str, system: ModuleType = os.path) -> str | None:
    """Return ``path`` relative to ``top``, with slashes: empty for ``top`` itself, ``None`` for what lies elsewhere.

    ``system`` is the rules for paths to go by: ``posixpath`` or ``ntpath``.
    """
    try:
        relative = str(system.relpath(path, top)).replace(system.sep, "/")
    except ValueError:  # on another drive
        return None
    if relative == ".." or relative.startswith("../"):
        return None
    return "" if relative == "." else relative


def below_bytes(path: bytes, top: bytes) -> bytes | None:
    """Return what ``below`` does, of paths in bytes as Git has them."""
    relative = below(os.fsdecode(path), os.fsdecode(top))
    return None if relative is None else os.fsencode(relative)
