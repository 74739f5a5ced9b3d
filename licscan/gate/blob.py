"""What selection knows of a file's content, told from the content that git holds."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from licscan.core.finding import FileKind
from licscan.core.issue import Issue
from licscan.errors import ScanError
from licscan.select import DIGEST_LIMIT
from licscan.select.kind import file_kind, kind_by_name
from licscan.select.unread import tail_length, unread_content
from licscan.select.walk import printable
from licscan.util.encoding import wide_encoding
from licscan.util.pickle_start import begins_as_pickle

_HEAD = 65_536
# What Git LFS leaves in git; its specification bounds a pointer to 1024 bytes.
_POINTER = b"version https://git-lfs.github.com/spec/"
_MAX_POINTER = 1_024


class BlobFacts(Struct, frozen=True):
    """``sha256`` is in hex, empty for a file over the digest limit; ``kind`` counts the path too; ``pointer`` says
    that git holds a pointer in place of the file, ``wide`` that it is a text in UTF-16 or UTF-32, ``pickle`` that it begins as a pickle does;
    ``unread`` tells what is not read of it."""

    size: int
    sha256: str
    kind: FileKind
    pointer: bool = False
    wide: bool = False
    pickle: bool = False
    unread: Issue | None = None


def blob_facts(path: bytes, content: bytes, size: int) -> BlobFacts:
    """Return the facts of a file of ``size`` bytes; ``content`` may be cut beyond the digest limit."""
    name = printable(path)
    head = content[:_HEAD]
    return BlobFacts(
        size=size,
        sha256=hashlib.sha256(content).hexdigest() if size <= DIGEST_LIMIT else "",
        kind=file_kind(name, head, size),
        wide=b"\0" in head[:4_096] and wide_encoding(head) is not None,
        pickle=begins_as_pickle(head),
        unread=unread_content(name, head, content[-tail_length(name) :], kind_by_name(name)),
        pointer=size <= _MAX_POINTER and head.startswith(_POINTER),
    )


def require_inside(path: bytes) -> None:
    """Raise ``ScanError`` for a path of a listing that would leave the folder it is written to: git makes none, hostile data may."""
    if path.startswith(b"/") or any(part in (b"", b".", b"..") for part in path.split(b"/")):
        raise ScanError(
            "git holds a path that leads out of the repository",
            where=printable(path),
            hint="look at this repository by hand",
        )
