"""The members of a zip, and what of the file belongs to none of them.

Readers of zips go by the list of members at the end, and take for granted that everything else in the file is in the list. Here every
byte is accounted for: the data of each member to the last, and what is between, before and behind them.
"""

from __future__ import annotations

import bz2
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from licscan.select.compressed import Decompressor, Inflate
from licscan.select.uncovered import Place, Uncovered

_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_ENTRY, _ENTRY_SIZE = b"PK\x01\x02", 46
_WIDE_END, _WIDE_END_SIZE = b"PK\x06\x06", 56
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_END, _END_SIZE = b"PK\x05\x06", 22
_DESCRIPTOR = b"PK\x07\x08"
_NOT_PLAIN = 0x1 | 0x20 | 0x40  # encrypted, patched, strongly encrypted
_CHUNK = 64 * 1024
# Fields and comments of one record: longer ones are content.
_LONGEST_FIELDS = 1_024


class ZipMembers:
    """Account for the bytes of an opened zip, and read the content of its members to the last byte."""

    def __init__(self, stream: BinaryIO, archive: zipfile.ZipFile, uncovered: Uncovered) -> None:
        self._stream = stream
        self._archive = archive
        self._uncovered = uncovered

    def account(self) -> None:
        """Count what belongs to no member. Raises ``BadZipFile`` where a member's record is none."""
        size = self._stream.seek(0, os.SEEK_END)
        first = self._archive.start_dir
        covered = sorted(self._extent(info) for info in self._archive.infolist())
        at = 0
        for start, end in [*covered, (first, first)]:
            if start > at:
                self._uncovered.add(Place.BETWEEN if at else Place.BEFORE, self._count(at, start))
            at = max(at, end)
        behind = self._directory_end(first)
        self._uncovered.add(Place.BEHIND, self._count(behind, size))

    def open(self, info: zipfile.ZipInfo) -> IO[bytes]:
        """Open the content of a member: all that its data come to, whatever length is declared."""
        if info.compress_type in _METHODS and not info.flag_bits & _NOT_PLAIN:
            start, length = self._data(info)
            return cast("IO[bytes]", _Content(self._stream, start, length, info, self._uncovered))
        return self._archive.open(info)

    def folder(self, info: zipfile.ZipInfo, most: int) -> None:
        """Count the content of a folder's entry, up to ``most`` bytes."""
        if info.compress_size == 0:
            return
        with self.open(info) as stream:
            while most > 0 and (chunk := stream.read(_CHUNK)):
                self._uncovered.add(Place.FOLDER, len(chunk))
                most -= len(chunk)

    def _data(self, info: zipfile.ZipInfo) -> tuple[int, int]:
        """Return where the data of a member begin, and how long they are."""
        self._stream.seek(info.header_offset)
        record = self._stream.read(_LOCAL_SIZE)
        if len(record) < _LOCAL_SIZE or not record.startswith(_LOCAL):
            raise zipfile.BadZipFile("Bad magic number for file header")
        name, extra = struct.unpack("<HH", record[26:30])
        self._uncovered.add(
            Place.FIELDS, extra if extra > _LONGEST_FIELDS and any(self._stream.read(name + extra)[name:]) else 0
        )
        return info.header_offset + _LOCAL_SIZE + name + extra, info.compress_size

    def _extent(self, info: zipfile.ZipInfo) -> tuple[int, int]:
        start, length = self._data(info)
        self._stream.seek(start + length)
        return info.header_offset, start + length + _descriptor(self._stream.read(24), info)

    def _count(self, start: int, end: int) -> int:
        """Return the length of a part of the file, or zero where it is nothing but zeros."""
        if end <= start:
            return 0
        self._stream.seek(start)
        left = end - start
        while left > 0 and (chunk := self._stream.read(min(left, _CHUNK))):
            if chunk.strip(b"\0"):
                return end - start
            left -= len(chunk)
        return 0

    def _directory_end(self, at: int) -> int:
        """Return where the list of members and the records of the archive's end are over."""
        for _each in self._archive.infolist():
            record = self._at(at, _ENTRY_SIZE)
            if not record.startswith(_ENTRY):
                return at
            name, extra, comment = struct.unpack("<HHH", record[28:34])
            self._uncovered.add(Place.FIELDS, extra + comment if extra + comment > _LONGEST_FIELDS else 0)
            at += _ENTRY_SIZE + name + extra + comment
        for magic, length in ((_WIDE_END, _WIDE_END_SIZE), (_LOCATOR, _LOCATOR_SIZE)):
            if self._at(at, 4) == magic:
                at += length
        end = self._at(at, _END_SIZE)
        if len(end) < _END_SIZE or not end.startswith(_END):
            return at
        comment = int.from_bytes(end[20:22], "little")
        self._uncovered.add(Place.FIELDS, comment if comment > _LONGEST_FIELDS else 0)
        return at + _END_SIZE + comment

    def _at(self, at: int, length: int) -> bytes:
        self._stream.seek(at)
        return self._stream.read(length)


def _descriptor(found: bytes, info: zipfile.ZipInfo) -> int:
    """Return the length of the record behind a member's data that repeats its sizes."""
    for magic in (_DESCRIPTOR, b""):
        for form in ("<LQQ", "<LLL"):
            try:
                expected = magic + struct.pack(form, info.CRC, info.compress_size, info.file_size)
            except struct.error:  # a size that this form has no place for
                continue
            if found.startswith(expected):
                return len(expected)
    return 0


class _Stored:
    """Data that are not compressed, as a ``Decompressor``."""

    eof = False
    unused_data = b""

    def __init__(self) -> None:
        self._waiting = b""

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self._waiting += data
        found, self._waiting = self._waiting[:max_length], self._waiting[max_length:]
        return found


def _decompressor(method: int) -> Decompressor:
    if method == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor()
    return Inflate(-zlib.MAX_WBITS) if method == zipfile.ZIP_DEFLATED else _Stored()


_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))


class _Content(io.RawIOBase):
    """What the data of one member come to. At its end the checksum is compared, and data behind the compressed ones are counted."""

    def __init__(self, stream: BinaryIO, start: int, length: int, info: zipfile.ZipInfo, uncovered: Uncovered) -> None:
        self._stream = stream
        self._at = start
        self._left = length
        self._info = info
        self._uncovered = uncovered
        self._one = _decompressor(info.compress_type)
        self._crc = 0
        self._is_over = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(self._rest())
        while not self._is_over:
            data = self._input() if self._one.needs_input else b""
            if self._one.needs_input and not data:
                self._finish(ended=self._info.compress_type == zipfile.ZIP_STORED)
                break
            found = self._one.decompress(data, size)
            self._crc = zlib.crc32(found, self._crc)
            if self._one.eof:
                self._finish(ended=True)
            if found:
                return found
        return b""

    def _rest(self) -> Iterator[bytes]:
        while chunk := self.read(_CHUNK):
            yield chunk

    def _input(self) -> bytes:
        self._stream.seek(self._at)
        data = self._stream.read(min(self._left, _CHUNK))
        self._at += len(data)
        self._left -= len(data)
        return data

    def _finish(self, *, ended: bool) -> None:
        self._is_over = True
        if not ended or (self._info.compress_type == zipfile.ZIP_STORED and self._left):
            raise EOFError("the data of the member end early")
        self._uncovered.add(Place.DATA, self._left + len(self._one.unused_data))
        if self._crc != self._info.CRC:
            raise zipfile.BadZipFile("Bad CRC-32 of the member")
