"""Objects by name: what they hold is checked against it, so that neither damage nor a forged index passes for content."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from licscan.select.git.files import LARGE, SMALL, BrokenRepository, GitFolder
from licscan.select.git.pack import KINDS, Pack, allowed_size
from licscan.select.git.place import Place

_HEAD = 64  # bytes in which the head of a loose object ends
_CHUNK = 1 << 20
_MAX_STORES = 32
_PACK_NAME = re.compile(r"(pack-[0-9a-zA-Z_.-]{1,100})\.idx")
_LOOSE_HEAD = re.compile(rb"(commit|tree|blob|tag) (\d{1,15})\0")


class MissingObject(BrokenRepository):
    """An object that the repository does not have."""


class ObjectStore:
    """The objects of a repository, in loose files and packs."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._folders: list[GitFolder] | None = None
        self._packs: list[Pack] | None = None
        self.leads_outside = False

    def read(self, oid: bytes, kind: bytes) -> bytes:
        """Return the content of an object, named in hex. Raises ``BrokenRepository`` when it is missing, damaged or of another kind."""
        found, content = self.read_any(oid)
        if found != kind:
            raise self._broken(oid, f"is a {found.decode()}, where a {kind.decode()} has to be")
        return content

    def read_any(self, oid: bytes) -> tuple[bytes, bytes]:
        """Return kind and content of an object, named in hex. Raises as ``read`` does."""
        raw = self._raw(oid)
        for pack in self._all_packs():
            offset = pack.find(raw)
            if offset is not None:
                kind, content = pack.read(offset)
                break
        else:
            kind, content = self._read_loose(oid)
        self._check(oid, kind, (content,), len(content))
        return kind, content

    def blob(self, oid: bytes, limit: int) -> tuple[int, bytes]:
        """Return the size of a file's content, and the content, cut at ``limit`` bytes."""
        opened = self._stream(oid, limit)
        if opened is None:
            content = self.read(oid, b"blob")
            return len(content), content[:limit]
        size, chunks = opened
        kept = bytearray()
        for chunk in chunks:
            kept += chunk
            if len(kept) >= limit:
                break
        return size, bytes(kept[:limit])

    def copy_blob(self, oid: bytes, target: BinaryIO) -> None:
        """Write a file's content into ``target``, in portions."""
        opened = self._stream(oid, _CHUNK)
        if opened is None:
            target.write(self.read(oid, b"blob"))
            return
        size, chunks = opened
        self._check(oid, b"blob", _passed_on(chunks, target), size)

    def beginning_with(self, prefix: str) -> set[bytes]:
        """Return the names, in hex, of the objects that begin with ``prefix``, at least four hex digits."""
        raw = bytes.fromhex(prefix[: len(prefix) // 2 * 2])
        full = raw + bytes([int(prefix[-1] + "0", 16)]) if len(prefix) % 2 else raw
        found = {name.hex().encode() for pack in self._all_packs() for name in pack.beginning_with(full, len(prefix))}
        for folder in self._stores():
            names = folder.names(prefix[:2])
            found |= {f"{prefix[:2]}{name}".encode() for name in names if name.startswith(prefix[2:])}
        return {name for name in found if len(name) == 2 * self._place.hash_size}

    def _stream(self, oid: bytes, limit: int) -> tuple[int, Iterator[bytes]] | None:
        """Return size and content, in portions, of a blob over ``limit`` bytes that stands for itself; ``None`` for any other."""
        raw = self._raw(oid)
        for pack in self._all_packs():
            offset = pack.find(raw)
            if offset is not None:
                entry = pack.entry(offset)
                large = entry.base is None and KINDS[entry.type] == b"blob" and entry.size > limit
                return (entry.size, pack.chunks(entry)) if large else None
        stored = self._open_loose(oid)
        with stored:
            kind, size = self._loose_head(oid, stored)
        if kind != b"blob" or size <= limit:
            return None
        return size, self._loose_chunks(oid, size)

    def _read_loose(self, oid: bytes) -> tuple[bytes, bytes]:
        with self._open_loose(oid) as stream:
            stored = os.fstat(stream.fileno()).st_size
            kind, size = self._loose_head(oid, stream)
            if size > allowed_size(stored):
                raise self._broken(oid, f"claims {size:,} bytes, more than its size allows for")
        return kind, b"".join(self._loose_chunks(oid, size))

    def _open_loose(self, oid: bytes) -> BinaryIO:
        name = oid.decode("ascii")
        for folder in self._stores():
            stream = folder.open(f"{name[:2]}/{name[2:]}")
            if stream is not None:
                return stream
        raise MissingObject(
            f"the repository lacks the object {name}",
            where=str(self._place.root),
            hint="its store of objects leads out of the repository (objects/info/alternates) and is not followed there:"
            " `git repack -a -d` takes over what it lacks, or name the folder in GIT_ALTERNATE_OBJECT_DIRECTORIES"
            if self.leads_outside
            else "this clone is partial or damaged: fetch what it lacks, `git fetch --refetch`",
        )

    def _loose_head(self, oid: bytes, stream: BinaryIO) -> tuple[bytes, int]:
        try:
            match = _LOOSE_HEAD.match(zlib.decompressobj().decompress(stream.read(_HEAD * 4), _HEAD))
        except zlib.error as error:
            raise self._broken(oid, "is damaged") from error
        if match is None:
            raise self._broken(oid, "is damaged")
        return match[1], int(match[2])

    def _loose_chunks(self, oid: bytes, size: int) -> Iterator[bytes]:
        inflater = zlib.decompressobj()
        with self._open_loose(oid) as stream:
            stored = os.fstat(stream.fileno()).st_size
            if size > max(LARGE, allowed_size(stored)):
                raise self._broken(oid, f"claims {size:,} bytes, more than its size allows for")
            head = True
            left = size
            try:
                while True:
                    portion = inflater.unconsumed_tail or stream.read(_CHUNK)
                    out = inflater.decompress(portion, _CHUNK)
                    if not out and (inflater.eof or not portion):
                        break
                    if head:
                        out, head = out[out.index(b"\0") + 1 :], False
                    left -= len(out)
                    if left < 0:
                        raise self._broken(oid, "is damaged")
                    yield out
            except (zlib.error, ValueError) as error:
                raise self._broken(oid, "is damaged") from error
            if left:
                raise self._broken(oid, "ends too early")

    def _check(self, oid: bytes, kind: bytes, chunks: Iterable[bytes], size: int) -> None:
        digest = new_name(oid, size, kind)
        for chunk in chunks:
            digest.update(chunk)
        if digest.hexdigest().encode() != oid:
            raise self._broken(oid, "does not hold what its name stands for")

    def _all_packs(self) -> list[Pack]:
        if self._packs is None:
            self._packs = [
                Pack(folder, f"pack/{match[1]}", self._place.hash_size)
                for folder in self._stores()
                for name in folder.names("pack")
                if (match := _PACK_NAME.fullmatch(name))
            ]
        return self._packs

    def _stores(self) -> list[GitFolder]:
        """The folders of objects: the repository's own, and alternates inside it or named by the user's environment."""
        if self._folders is None:
            common = self._place.common
            if not common.has_folder("objects"):
                raise common.broken("objects", "is missing, or leads out of the repository")
            self._folders = [GitFolder(common.place("objects"))]
            for folder in self._folders:  # grows while it is walked
                self._folders += [new for new in self._alternates(folder) if not self._is_known(new)]
            named = os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", "")
            given = (GitFolder(path) for path in named.split(os.pathsep) if os.path.isabs(path))
            self._folders += [new for new in given if not self._is_known(new)]
        return self._folders

    def _is_known(self, new: GitFolder) -> bool:
        folders = self._folders or []
        return len(folders) >= _MAX_STORES or any(folder.path == new.path for folder in folders)

    def _alternates(self, folder: GitFolder) -> Iterator[GitFolder]:
        inside = (f"{self._place.common.path}{os.sep}", f"{str(self._place.root).rstrip(os.sep)}{os.sep}")
        for line in (folder.read("info/alternates", SMALL) or b"").splitlines():
            if not line or line.startswith(b"#") or b"\0" in line:
                continue
            found = GitFolder(os.path.join(folder.path, os.fsdecode(line)))
            if found.path.startswith(inside):
                yield found
            else:
                self.leads_outside = True

    def _raw(self, oid: bytes) -> bytes:
        raw = bytes.fromhex(oid.decode("ascii"))
        if len(raw) != self._place.hash_size:
            raise self._broken(oid, "is named in another format than the repository's")
        return raw

    def _broken(self, oid: bytes, why: str) -> BrokenRepository:
        return BrokenRepository(
            f"the object {oid.decode('ascii', 'replace')} {why}",
            where=str(self._place.root),
            hint="try `git fsck`",
        )


def new_name(like: bytes, size: int, kind: bytes = b"blob") -> hashlib._Hash:
    """Return the beginning of the name of an object of ``size`` bytes, in the format that ``like``, in hex, is written in."""
    head = b"%s %d\0" % (kind, size)
    return hashlib.sha256(head) if len(like) == 64 else hashlib.sha1(head, usedforsecurity=False)


def name_of_stream(stream: BinaryIO, like: bytes) -> bytes:
    """Return the name, in hex, that git gives to an open file's content; one that grows meanwhile gets another."""
    digest = new_name(like, os.fstat(stream.fileno()).st_size)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest().encode()


def _passed_on(chunks: Iterator[bytes], target: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        target.write(chunk)
        yield chunk
