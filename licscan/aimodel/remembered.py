"""What files say of models, remembered by content: nearly all say nothing, and need not be read again for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from licscan.aimodel.file import NO_FACTS, FileFacts, content_of, read_content, read_file, reader_of
from licscan.core.selection import SelectedFile

# So many files are asked for at once.
_AHEAD = 500


class Store(Protocol):
    """Where bytes are kept under a key, for as long as that may be."""

    def prefetch(self, keys: Sequence[bytes]) -> None:
        """Get ready for the question after these."""

    def recall(self, key: bytes) -> bytes | None:
        """Return what was kept under ``key``."""

    def keep(self, key: bytes, value: bytes) -> None:
        """Keep ``value`` under ``key``."""


def read_each(files: Iterable[SelectedFile]) -> Iterator[FileFacts]:
    """Yield what each file says, as it lies there."""
    return map(read_file, files)


class RememberedFacts:
    """``read_each`` for those files alone of which ``store`` does not know that they say nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, files: Sequence[SelectedFile]) -> Iterator[FileFacts]:
        for start in range(0, len(files), _AHEAD):
            some = [(file, reader_of(file.file)) for file in files[start : start + _AHEAD]]
            keys = [_key(reader, file) if reader and file.file.sha256 else None for file, reader in some]
            self._store.prefetch([key for key in keys if key is not None])
            for (file, reader), key in zip(some, keys, strict=True):
                yield self._facts(file, reader, key) if reader and key else read_file(file)

    def _facts(self, selected: SelectedFile, reader: str, key: bytes) -> FileFacts:
        if self._store.recall(key) is not None:
            return NO_FACTS
        content = content_of(selected, reader)
        if content is None:
            return NO_FACTS
        facts = read_content(reader, content)
        # A file that has changed since its digest was taken proves nothing of it.
        if facts == NO_FACTS and hashlib.sha256(content).hexdigest() == selected.file.sha256:
            self._store.keep(key, b"")
        return facts


def _key(reader: str, selected: SelectedFile) -> bytes:
    """Return the key of all that the answer depends on."""
    return hashlib.sha256(f"model facts {_readers()} {reader} {selected.file.sha256}".encode()).digest()


@cache
def _readers() -> str:
    """Return a digest of the readers' own sources: another reader may find what this one did not."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
