"""Git's index, the next commit: read from its bytes. What it says of file times, and what watches files, is passed over."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from licscan.select.git.files import LARGE, BrokenRepository, GitFolder
from licscan.select.git.tree import FOLDER, Entry, canonical_mode, check_path

_MAX_ENTRIES = 4_000_000
_EXTENDED, _SKIPPED = 0x4000, 0x4000

ReadTree = Callable[[bytes, bytes], Iterator[tuple[bytes, Entry]]]
"""Yields path and entry of all files of a tree, given its name and the path in front of its files."""


class Index(Struct, frozen=True):
    """``entries`` by path, as bytes; ``unmerged`` are paths that a merge left open; ``absent`` those that a sparse work tree
    leaves out on purpose."""

    entries: dict[bytes, Entry]
    unmerged: frozenset[bytes]
    absent: frozenset[bytes]


class _Row(Struct, frozen=True):
    path: bytes
    entry: Entry
    stage: int
    skipped: bool


def read_index(folder: GitFolder, name: str, hash_size: int, read_tree: ReadTree) -> Index:
    """Read an index file of ``folder``; without one nothing is staged. Raises ``BrokenRepository``."""
    content = folder.read(name, LARGE)
    if content is None:
        return Index({}, frozenset(), frozenset())
    try:
        rows = _File(folder, name, content, hash_size).rows()
    except (struct.error, IndexError, ValueError) as error:
        raise folder.broken(name, "is damaged") from error
    return _index(rows, read_tree)


def _index(rows: Sequence[_Row], read_tree: ReadTree) -> Index:
    entries: dict[bytes, Entry] = {}
    unmerged: set[bytes] = set()
    absent: set[bytes] = set()
    for row in rows:
        if row.entry.mode == FOLDER:  # a sparse index has a folder that it leaves out as one entry
            inside = dict(read_tree(row.entry.oid, row.path.rstrip(b"/") + b"/"))
            entries.update(inside)
            absent.update(inside)
            continue
        check_path(row.path)
        entries[row.path] = row.entry
        if row.stage:
            unmerged.add(row.path)
        if row.skipped:
            absent.add(row.path)
    return Index(entries, frozenset(unmerged), frozenset(absent))


class _File:
    """The bytes of one index file, taken apart."""

    def __init__(self, folder: GitFolder, name: str, content: bytes, hash_size: int) -> None:
        self._folder, self._name, self._content, self._hash_size = folder, name, content, hash_size
        self._end = len(content) - hash_size
        if content[:4] != b"DIRC" or self._end < 12:
            raise self._broken("is damaged")
        digest = hashlib.sha256(content[: self._end]) if hash_size == 32 else _sha1(content[: self._end])
        if content[self._end :] not in (digest.digest(), bytes(hash_size)):
            raise self._broken("is damaged: its checksum is wrong")
        self._version, self._count = struct.unpack_from(">II", content, 4)
        if self._version not in (2, 3, 4) or self._count > _MAX_ENTRIES:
            raise self._broken("is of a version, or a size, that licscan does not read")

    def rows(self) -> list[_Row]:
        """Return the entries, those of a shared index (``core.splitIndex``) included."""
        rows, place = self._own_rows()
        link = None
        while place + 8 <= self._end:
            signature = self._content[place : place + 4]
            size = int(struct.unpack_from(">I", self._content, place + 4)[0])
            if place + 8 + size > self._end:
                raise self._broken("is damaged")
            if signature == b"link":
                link = self._content[place + 8 : place + 8 + size]
            elif signature != b"sdir" and not signature[:1].isupper():
                raise self._broken("needs an extension that licscan does not know")
            place += 8 + size
        if link is None or not link[: self._hash_size].strip(b"\0"):
            return rows
        return self._joined(rows, link)

    def _own_rows(self) -> tuple[list[_Row], int]:
        content, hash_size, end = self._content, self._hash_size, self._end
        place, fixed = 12, 42 + hash_size
        entries: dict[tuple[int, bytes], Entry] = {}
        rows: list[_Row] = []
        path = b""
        for _ in range(self._count):
            start = place
            (mode,) = struct.unpack_from(">I", content, place + 24)
            raw = content[place + 40 : place + 40 + hash_size]
            (flags,) = struct.unpack_from(">H", content, place + 40 + hash_size)
            place += fixed
            more = 0
            if flags & _EXTENDED and self._version > 2:
                (more,) = struct.unpack_from(">H", content, place)
                place += 2
            if self._version == 4:
                kept, place = _kept(content, place, len(path))
                stop = content.index(b"\0", place, end)
                path = path[:kept] + content[place:stop]
                place = stop + 1
            else:
                stop = content.index(b"\0", place, end)
                path = content[place:stop]
                place = start + ((stop - start) // 8 + 1) * 8
            entry = entries.get((mode, raw))
            if entry is None:
                entry = entries[mode, raw] = Entry(canonical_mode(mode), raw.hex().encode())
            rows.append(_Row(path, entry, flags >> 12 & 3, bool(more & _SKIPPED)))
        return rows, place

    def _joined(self, rows: list[_Row], link: bytes) -> list[_Row]:
        """Put the rows of a split index over those of the shared one that it names."""
        name = f"sharedindex.{link[: self._hash_size].hex()}"
        content = self._folder.read(name, LARGE)
        if content is None:
            raise self._folder.broken(name, "is missing")
        shared = _File(self._folder, name, content, self._hash_size)._own_rows()[0]
        deleted, place = _bits(link, self._hash_size, len(shared)) if len(link) > self._hash_size else (set(), 0)
        replaced = _bits(link, place, len(shared))[0] if place else set()
        # Rows that replace one of the shared index come first, without a path of their own.
        own = iter(rows)
        joined: list[_Row] = []
        for number, row in enumerate(shared):
            if number in replaced:
                new = next(own, None)
                if new is None:
                    raise self._broken("is damaged")
                row = _Row(new.path or row.path, new.entry, new.stage, new.skipped)
            if number not in deleted:
                joined.append(row)
        return sorted((*joined, *own), key=lambda row: (row.path, row.stage))

    def _broken(self, why: str) -> BrokenRepository:
        return self._folder.broken(self._name, why)


def _sha1(content: bytes) -> hashlib._Hash:
    return hashlib.sha1(content, usedforsecurity=False)


def _kept(content: bytes, place: int, length: int) -> tuple[int, int]:
    """Return how many bytes of the path before stay at the front of the next one (version 4), and where that goes on."""
    byte = content[place]
    place += 1
    cut = byte & 0x7F
    while byte & 0x80:
        byte = content[place]
        place += 1
        cut = (cut + 1 << 7) | (byte & 0x7F)
        if cut > length:
            break
    if cut > length:
        raise ValueError("a path that goes back too far")
    return length - cut, place


def _bits(data: bytes, place: int, limit: int) -> tuple[set[int], int]:
    """Return the numbers that a compressed bitmap (EWAH) has set, all below ``limit``, and where it ends."""
    _, words = struct.unpack_from(">II", data, place)
    place += 8
    end = place + 8 * words
    found: set[int] = set()
    number = 0
    while place < end:
        (marker,) = struct.unpack_from(">Q", data, place)
        place += 8
        run, literals = marker >> 1 & 0xFFFFFFFF, marker >> 33
        if marker & 1:
            found.update(range(number, min(number + 64 * run, limit)))
        number += 64 * run
        for _ in range(literals):
            (word,) = struct.unpack_from(">Q", data, place)
            place += 8
            found.update(number + bit for bit in range(64) if word >> bit & 1)
            number += 64
    return {each for each in found if each < limit}, end + 4
