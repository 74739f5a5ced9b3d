"""What lies in a work tree and is not committed, told by content alone: no filter runs, and no file's time is believed.

Two conversions that git makes without any program are followed: line ends, and Git LFS, whose pointer names the content's digest.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from typing import BinaryIO

from licscan.select.git.files import BrokenRepository, GitFolder
from licscan.select.git.ignore import IgnoreRules
from licscan.select.git.objects import new_name
from licscan.select.git.repository import Repository
from licscan.select.git.tree import Entry
from licscan.util.paths import below_bytes

_CHUNK = 1 << 20
_CONVERTED = 64 << 20  # bytes of a file whose line ends are looked at
_POINTER = re.compile(rb"version https://[^\n]+\n(?:[^\n]+\n)*oid sha256:([0-9a-f]{64})\n(?:[^\n]+\n)*")
_MAX_POINTER = 1024


class WorkTree:
    """The files of a repository's work tree, compared with its index and with HEAD."""

    def __init__(self, repository: Repository, head: str | None) -> None:
        """``head`` is the commit that is checked out. Raises ``ScanError``."""
        self._repository = repository
        self._folder = GitFolder(str(repository.root))
        self._index = repository.whole_index()
        committed = repository.tree(head) if head else {}
        entries = self._index.entries
        self._staged = [path for path in {*committed, *entries} if committed.get(path) != entries.get(path)]
        self.tracked_folders = folders_of(entries)
        self._ignored = IgnoreRules(os.fsencode(repository.root), b"", frozenset(entries), self.tracked_folders)

    def differs(self, folder: bytes) -> bool:
        """Whether a tracked file below ``folder`` (empty for the top) is another than in HEAD."""
        front = folder + b"/" if folder else b""
        if any(path.startswith(front) for path in (*self._staged, *self._index.unmerged)):
            return True
        return any(
            not self._is_same(path, entry) for path, entry in self._index.entries.items() if path.startswith(front)
        )

    def has_untracked(self, folder: bytes) -> bool:
        """Whether a file below ``folder`` is neither tracked nor ignored by the tree's own ignore files."""
        top = os.fsencode(self._repository.root)
        for place, folders, names in os.walk(os.path.join(top, folder)):
            here = below_bytes(place, top)
            front = here + b"/" if here else b""
            folders[:] = [name for name in folders if self._is_own(place, front, name)]
            if any(front + name not in self._index.entries and front + name not in self._ignored for name in names):
                return True
        return False

    def _is_own(self, place: bytes, front: bytes, name: bytes) -> bool:
        """Whether to look into a folder: not into Git's own, ignored ones, links and repositories inside."""
        path = front + name
        whole = os.path.join(place, name)
        if name == b".git" or path in self._index.entries or path + b"/" in self._ignored:
            return False
        return not os.path.islink(whole) and not os.path.lexists(os.path.join(whole, b".git"))

    def _is_same(self, path: bytes, entry: Entry) -> bool:
        if not entry.is_file and not entry.is_link:
            return True  # a submodule is a repository of its own
        place = os.path.join(os.fsencode(self._repository.root), path)
        try:
            status = os.lstat(place)
        except OSError:
            return path in self._index.absent
        if entry.is_link:
            return stat.S_ISLNK(status.st_mode) and _digest(os.readlink(place), entry.oid) == entry.oid
        try:
            stream = self._folder.open(os.fsdecode(path))
            if stream is None:
                return False
            with stream:
                return self._holds(stream, entry.oid)
        except (BrokenRepository, OSError):
            return False

    def _holds(self, stream: BinaryIO, oid: bytes) -> bool:
        size = os.fstat(stream.fileno()).st_size
        plain = new_name(oid, size)
        bare = hashlib.sha256()
        for chunk in _chunks(stream):
            plain.update(chunk)
            bare.update(chunk)
        if plain.hexdigest().encode() == oid:
            return True
        if self._pointed_to(oid) == bare.hexdigest().encode():
            return True
        if size > _CONVERTED:
            return False
        stream.seek(0)
        content = stream.read()
        return b"\r\n" in content and _digest(content.replace(b"\r\n", b"\n"), oid) == oid

    def _pointed_to(self, oid: bytes) -> bytes | None:
        """The digest that a Git LFS pointer names, if the object is one."""
        size, content = self._repository.objects.blob(oid, _MAX_POINTER)
        match = _POINTER.fullmatch(content) if size <= _MAX_POINTER else None
        return match[1] if match else None


def folders_of(paths: Iterator[bytes] | dict[bytes, Entry]) -> frozenset[bytes]:
    """Return every folder that one of ``paths`` lies in."""
    found: set[bytes] = set()
    for path in paths:
        while (cut := path.rfind(b"/")) > 0:
            path = path[:cut]
            if path in found:
                break
            found.add(path)
    return frozenset(found)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _digest(content: bytes, like: bytes) -> bytes:
    digest = new_name(like, len(content))
    digest.update(content)
    return digest.hexdigest().encode()
