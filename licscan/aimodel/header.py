"""Bounded reading of binary headers: a hostile file costs an error, never memory or time."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from licscan.core.message import ProblemError, message


class BrokenHeader(ProblemError, ValueError):
    """The header does not follow its format, or asks for more than any real file holds."""


class HeaderReader:
    """Reads little-endian values from a file whose lengths are not to be trusted.

    ``budget`` bounds the bytes that are read altogether; skipping costs nothing.
    """

    def __init__(self, stream: BinaryIO, budget: int) -> None:
        self._stream = stream
        self._size = os.fstat(stream.fileno()).st_size
        self._budget = budget

    @property
    def left(self) -> int:
        """How many bytes of the file follow."""
        return self._size - self._stream.tell()

    def take(self, length: int) -> bytes:
        """Return exactly ``length`` bytes; raise ``BrokenHeader`` when the file or the budget has fewer."""
        if length > self.left:
            raise BrokenHeader(
                message(
                    "issue.length-bytes-runs", "a length of {count} bytes runs past the end of the file", count=length
                )
            )
        if length > self._budget:
            raise BrokenHeader(
                message(
                    "issue.header-asks-for",
                    "the header claims {count} bytes, more than is read of any header",
                    count=length,
                )
            )
        self._budget -= length
        return self._stream.read(length)

    def skip(self, length: int) -> None:
        """Move over ``length`` bytes without reading them."""
        if length > self.left:
            raise BrokenHeader(
                message(
                    "issue.length-bytes-runs", "a length of {count} bytes runs past the end of the file", count=length
                )
            )
        self._stream.seek(length, os.SEEK_CUR)

    def number(self, form: str) -> int:
        """Return one number in the form of ``struct``: ``<I``, ``<Q``."""
        value: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value
