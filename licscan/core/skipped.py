"""What was left out."""

from __future__ import annotations

from msgspec import Struct


class Skipped(Struct, frozen=True, kw_only=True):
    """A file or folder that was left out on purpose, and why. ``count`` is the files below a folder, where counted."""

    path: str
    reason: str
    count: int = 1
