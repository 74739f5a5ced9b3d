"""Compressed streams, one behind the other, as one stream; what stands behind them is counted."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Protocol

from licscan.select.uncovered import Place, Uncovered

_CHUNK = 64 * 1024
# A name, a comment or further data in the header of a gzip stream: longer ones are content.
_LONGEST_FIELD = 1_024
_FEXTRA, _FNAME, _FCOMMENT = 4, 8, 16


class Decompressor(Protocol):
    """One stream's state, as ``bz2`` and ``lzma`` have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Inflate:
    """A stream of zlib, gzip or plain deflate, by ``wbits``, as a ``Decompressor``."""

    def __init__(self, wbits: int) -> None:
        self._object = zlib.decompressobj(wbits)
        self._waiting = b""
        self._is_full = False

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def needs_input(self) -> bool:
        return not (self._waiting or self._is_full or self.eof)

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        found = self._object.decompress(self._waiting + data, max(0, max_length))
        self._waiting = self._object.unconsumed_tail
        # zlib may hold back content although it took all input.
        self._is_full = len(found) == max_length
        return found


class Decompressed(io.RawIOBase):
    """The content of the compressed streams in ``stream``. ``uncovered`` receives what belongs to none of them, once it is read."""

    def __init__(self, stream: IO[bytes], magic: bytes, new: Callable[[], Decompressor], uncovered: Uncovered) -> None:
        self._stream = stream
        self._magic = magic
        self._new = new
        self._uncovered = uncovered
        self._one: Decompressor | None = None
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        while True:
            if self._one is None and not self._begin():
                return b""
            found = self._next(size)
            if found or not size:
                return found

    def _begin(self) -> bool:
        """Begin the next stream; false where none is left."""
        while not self._waiting and (chunk := self._stream.read(_CHUNK)):
            self._waiting = chunk.lstrip(b"\0")  # streams may be padded
        while len(self._waiting) < len(self._magic) and (chunk := self._stream.read(_CHUNK)):
            self._waiting += chunk
        if not self._waiting:
            return False
        if not self._waiting.startswith(self._magic):
            left = len(self._waiting)
            while chunk := self._stream.read(_CHUNK):
                left += len(chunk)
            self._waiting = b""
            self._uncovered.add(Place.BEHIND, left)
            return False
        if self._magic == GZIP:
            self._check_fields()
        self._one = self._new()
        return True

    def _check_fields(self) -> None:
        while len(self._waiting) < 2 * _CHUNK and (chunk := self._stream.read(_CHUNK)):
            self._waiting += chunk
        length = gzip_fields(self._waiting)
        if length > _LONGEST_FIELD:
            self._uncovered.add(Place.FIELDS, length)

    def _next(self, size: int) -> bytes:
        one = self._one
        if one is None:
            return b""
        data, self._waiting = self._waiting, b""
        if not data and one.needs_input:
            data = self._stream.read(_CHUNK)
            if not data:
                raise EOFError("the compressed data end early")
        found = one.decompress(data, size)
        if one.eof:
            self._waiting, self._one = one.unused_data.lstrip(b"\0"), None
        return found


def gzip_fields(head: bytes) -> int:
    """Return how many bytes the further data, the name and the comment in the header of a gzip stream take."""
    flags = head[3] if len(head) > 10 else 0
    at = 10
    if flags & _FEXTRA:
        at += 2 + int.from_bytes(head[at : at + 2], "little")
    for flag in (_FNAME, _FCOMMENT):
        if flags & flag:
            end = head.find(b"\0", at)
            at = len(head) if end < 0 else end + 1
    return at - 10


GZIP, BZIP2, XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"
STREAMS: tuple[tuple[bytes, Callable[[], Decompressor]], ...] = (
    (GZIP, lambda: Inflate(31)),
    (BZIP2, bz2.BZ2Decompressor),
    (XZ, lzma.LZMADecompressor),
)
