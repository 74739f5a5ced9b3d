"""Packs: many objects in one file, some of them written as the difference to another one.

Every number in a pack is a claim of whoever made it. A size is checked before memory is taken for it, and the way from
difference to difference has an end.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Iterator

from msgspec import Struct

from licscan.select.git.files import BrokenRepository, GitFolder

KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_OFFSET_DELTA, _NAME_DELTA = 6, 7
# Git makes chains of 4,095 at most.
_MAX_CHAIN = 4_096
_ALWAYS, _NEVER, _RATIO = 64 << 20, 512 << 20, 64
_CACHE_BYTES = 32 << 20
_CHUNK = 1 << 20
_MAGIC = b"\xfftOc"


def allowed_size(stored: int) -> int:
    """Return how many bytes may come out of ``stored`` bytes: compressed data of a few kilobytes can claim to be gigabytes."""
    return max(_ALWAYS, min(_NEVER, _RATIO * stored))


class Entry(Struct, frozen=True):
    """One entry: its type, the size that it claims, where its data begin, and what it is the difference to."""

    type: int
    size: int
    data: int
    base: int | bytes | None


class Pack:
    """One pack with its index. Objects are asked for by their raw name."""

    def __init__(self, folder: GitFolder, name: str, hash_size: int) -> None:
        """``name`` is the path of the pair without suffix. Raises ``BrokenRepository``."""
        self._folder, self._name, self._hash_size = folder, name, hash_size
        self._index = self._map(f"{name}.idx")
        self._data: mmap.mmap | None = None
        self._version = 2 if self._index[:4] == _MAGIC else 1
        start = 8 if self._version == 2 else 0
        if len(self._index) < start + 1024 + 2 * hash_size or (
            self._version == 2 and struct.unpack_from(">I", self._index, 4) != (2,)
        ):
            raise self._broken("is damaged, or of a kind that licscan does not read")
        self._fanout = struct.unpack_from(">256I", self._index, start)
        self._start = start + 1024
        self._count = self._fanout[255]
        width = hash_size + 8 if self._version == 2 else hash_size + 4
        if list(self._fanout) != sorted(self._fanout) or self._start + self._count * width > len(self._index):
            raise self._broken("is damaged")
        self._cache: dict[int, tuple[int, bytes]] = {}
        self._cached = 0

    def find(self, oid: bytes) -> int | None:
        """Return the offset of an object, ``None`` when it is not in this pack."""
        low, high = self._fanout[oid[0] - 1] if oid[0] else 0, self._fanout[oid[0]]
        while low < high:
            middle = (low + high) // 2
            found = self._name_at(middle)
            if found < oid:
                low = middle + 1
            elif found > oid:
                high = middle
            else:
                return self._offset_at(middle)
        return None

    def beginning_with(self, prefix: bytes, digits: int) -> Iterator[bytes]:
        """Yield the raw names that begin with so many hex digits of ``prefix``."""
        text = prefix.hex()[:digits]
        for number in range(self._fanout[prefix[0] - 1] if prefix[0] else 0, self._fanout[prefix[0]]):
            name = self._name_at(number)
            if name.hex().startswith(text):
                yield name

    def entry(self, offset: int) -> Entry:
        """Return the head of the entry at ``offset``."""
        data = self._pack()
        try:
            byte = data[offset]
            kind, size, shift = byte >> 4 & 7, byte & 15, 4
            while byte & 0x80:
                offset += 1
                byte = data[offset]
                size |= (byte & 0x7F) << shift
                shift += 7
                if shift > 64:
                    raise self._broken("is damaged")
            offset += 1
            if kind == _NAME_DELTA:
                return Entry(kind, size, offset + self._hash_size, data[offset : offset + self._hash_size])
            if kind == _OFFSET_DELTA:
                return self._offset_delta(kind, size, offset)
        except IndexError as error:
            raise self._broken("ends too early") from error
        if kind not in KINDS:
            raise self._broken("is damaged")
        return Entry(kind, size, offset, None)

    def read(self, offset: int) -> tuple[bytes, bytes]:
        """Return kind and content of the object at ``offset``. Raises ``BrokenRepository``, also when it is too large."""
        limit = allowed_size(len(self._pack()))
        chain: list[tuple[int, Entry]] = []
        seen: set[int] = set()
        while offset not in self._cache:
            entry = self.entry(offset)
            if entry.size > limit:
                raise self._broken(f"claims an object of {entry.size:,} bytes, more than its size allows for")
            if offset in seen or len(chain) > _MAX_CHAIN:
                raise self._broken("holds objects that are defined by one another")
            seen.add(offset)
            if entry.base is None:
                self._keep(offset, entry.type, self._inflate(entry))
                continue
            chain.append((offset, entry))
            offset = self._base_offset(offset, entry)
        kind, content = self._cache[offset]
        for offset, entry in reversed(chain):
            content = self._applied(content, self._inflate(entry), limit)
            self._keep(offset, kind, content)
        return KINDS[kind], content

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """Yield the content of an entry that stands for itself, in portions; stop at what it claims as its size."""
        if entry.size > max(_NEVER, _RATIO * len(self._pack())):
            raise self._broken(f"claims an object of {entry.size:,} bytes, more than its size allows for")
        inflater = zlib.decompressobj()
        place, left = entry.data, entry.size
        try:
            while left:
                portion = inflater.unconsumed_tail
                if not portion:
                    portion = self._pack()[place : place + _CHUNK]
                    place += _CHUNK
                out = inflater.decompress(portion, min(left, _CHUNK))
                left -= len(out)
                if not out and (inflater.eof or not portion):
                    raise self._broken("ends too early")
                yield out
        except zlib.error as error:
            raise self._broken("is damaged") from error

    def _inflate(self, entry: Entry) -> bytes:
        # Compressed data are hardly ever larger than their content; what follows would be copied for nothing.
        end = entry.data + entry.size + (entry.size >> 6) + 256
        inflater = zlib.decompressobj()
        try:
            content = inflater.decompress(self._pack()[entry.data : end], entry.size + 1)
        except zlib.error as error:
            raise self._broken("is damaged") from error
        if len(content) != entry.size:
            raise self._broken("is damaged")
        return content

    def _applied(self, base: bytes, delta: bytes, limit: int) -> bytes:
        try:
            return apply_delta(base, delta, limit)
        except (ValueError, IndexError) as error:
            raise self._broken("is damaged, or holds an object that is too large") from error

    def _offset_delta(self, kind: int, size: int, place: int) -> Entry:
        data = self._pack()
        byte = data[place]
        distance = byte & 0x7F
        while byte & 0x80:
            place += 1
            byte = data[place]
            distance = (distance + 1 << 7) | (byte & 0x7F)
            if distance > len(data):
                raise self._broken("is damaged")
        return Entry(kind, size, place + 1, distance)

    def _base_offset(self, offset: int, entry: Entry) -> int:
        if isinstance(entry.base, int):
            found: int | None = offset - entry.base
        else:
            found = self.find(entry.base) if entry.base else None
        if found is None or found < 12:
            raise self._broken("lacks an object that others are defined by")
        return found

    def _keep(self, offset: int, kind: int, content: bytes) -> None:
        """Remember an object as the base of others; the oldest are forgotten."""
        self._cache[offset] = (kind, content)
        self._cached += len(content)
        while self._cached > _CACHE_BYTES and len(self._cache) > 1:
            self._cached -= len(self._cache.pop(next(iter(self._cache)))[1])

    def _name_at(self, number: int) -> bytes:
        if self._version == 2:
            place = self._start + number * self._hash_size
        else:
            place = self._start + number * (self._hash_size + 4) + 4
        return self._index[place : place + self._hash_size]

    def _offset_at(self, number: int) -> int:
        if self._version == 1:
            return int(struct.unpack_from(">I", self._index, self._start + number * (self._hash_size + 4))[0])
        table = self._start + self._count * (self._hash_size + 4)
        offset = int(struct.unpack_from(">I", self._index, table + 4 * number)[0])
        if offset & 0x80000000:
            place = table + 4 * self._count + 8 * (offset & 0x7FFFFFFF)
            if place + 8 > len(self._index):
                raise self._broken("is damaged")
            offset = int(struct.unpack_from(">Q", self._index, place)[0])
        return offset

    def _pack(self) -> mmap.mmap:
        if self._data is None:
            self._data = self._map(f"{self._name}.pack")
            if self._data[:4] != b"PACK":
                raise self._broken("is damaged")
        return self._data

    def _map(self, name: str) -> mmap.mmap:
        stream = self._folder.open(name)
        if stream is None:
            raise self._folder.broken(name, "is missing")
        with stream:
            if not os.fstat(stream.fileno()).st_size:
                raise self._folder.broken(name, "is empty")
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)

    def _broken(self, why: str) -> BrokenRepository:
        return self._folder.broken(f"{self._name}.pack", why)


def apply_delta(base: bytes, delta: bytes, limit: int) -> bytes:
    """Return what ``delta`` makes of ``base``. Raises ``ValueError`` or ``IndexError`` when it is no difference to it, or over ``limit`` bytes."""
    source, place = _number(delta, 0)
    target, place = _number(delta, place)
    if source != len(base) or target > limit:
        raise ValueError("not a difference to this object, or too large")
    parts: list[bytes] = []
    size, end = 0, len(delta)
    while place < end:
        command = delta[place]
        place += 1
        if command & 0x80:
            start = length = 0
            for bit in range(4):
                if command & (1 << bit):
                    start |= delta[place] << (8 * bit)
                    place += 1
            for bit in range(3):
                if command & (0x10 << bit):
                    length |= delta[place] << (8 * bit)
                    place += 1
            length = length or 0x10000
            if start + length > source:
                raise ValueError("copies what is not there")
            parts.append(base[start : start + length])
            size += length
        elif command:
            parts.append(delta[place : place + command])
            place += command
            size += command
        else:
            raise ValueError("unknown command")
        if size > target:
            raise ValueError("more than it claims")
    if size != target or place != end:
        raise ValueError("less than it claims")
    return b"".join(parts)


def _number(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, place
        if shift > 63:
            raise ValueError("a number without an end")
