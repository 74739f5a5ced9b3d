"""What was left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file or folder that was left out on purpose, and why. ``count`` is the files below a folder, where counted."""

    path: str
    reason: str
    count: int = 1
