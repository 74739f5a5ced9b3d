"""What was left out."""

from __future__ import annotations

from msgspec import Struct

from licscan.core.message import Message


class Skipped(Struct, frozen=True, kw_only=True):
    """A file or folder that was left out on purpose, and why. ``count`` is the files below a folder, where counted."""

    path: str
    reason: Message
    count: int = 1
