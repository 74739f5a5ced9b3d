"""Where something stands."""

from __future__ import annotations

import posixpath

from msgspec import Struct


class Location(Struct, frozen=True, kw_only=True, order=True):
    """A file of the scanned tree and, where known, a range of its lines.

    ``path`` is relative to the scanned root, with ``/`` between its parts; bytes of a name that are
    no UTF-8 are written ``\\xNN``. Lines count from 1 and include both ends; ``None`` means the whole file.
    """

    path: str
    start_line: int | None = None
    end_line: int | None = None

    def __str__(self) -> str:
        if self.start_line is None:
            return self.path
        if self.end_line in (None, self.start_line):
            return f"{self.path}:{self.start_line}"
        return f"{self.path}:{self.start_line}-{self.end_line}"


def from_here(prefix: str, path: str) -> str:
    """Put ``prefix`` (empty, or a folder and a slash) before ``path``, without the way up and down again where ``path`` leads
    out of the tree: the configuration of a folder may stand above it."""
    return posixpath.normpath(prefix + path) if path.startswith("../") else prefix + path
