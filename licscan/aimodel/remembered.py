"""What files say of models: read by workers, and remembered by content, for nearly all say nothing and need not be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from licscan.aimodel.file import NO_FACTS, FileFacts, content_of, read_content, reader_of
from licscan.core.issue import Issue
from licscan.core.selection import SelectedFile
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

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


class ReadFacts(Struct, frozen=True):
    """What a file says, and whether it still has the digest that it was selected with."""

    facts: FileFacts
    unchanged: bool


class FactsWork(Work[SelectedFile, ReadFacts]):
    """Reads what files say of models, each by the reader that its path chooses."""

    name = "the reader of models"
    batch = 128

    def do(self, item: SelectedFile) -> ReadFacts:
        reader = reader_of(item.file)
        content = content_of(item, reader) if reader else None
        if reader is None or content is None:
            return ReadFacts(NO_FACTS, unchanged=False)
        facts = read_content(reader, content)
        # Only of a file that says nothing is it asked.
        unchanged = facts == NO_FACTS and hashlib.sha256(content).hexdigest() == item.file.sha256
        return ReadFacts(facts, unchanged=unchanged)

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> ReadFacts:
        return ReadFacts(FileFacts(issue=issue), unchanged=False)


def read_each(files: Sequence[SelectedFile], run: RunWork = run_here) -> Iterator[FileFacts]:
    """Yield what each file says, as it lies there."""
    wanted = [file for file in files if reader_of(file.file)]
    found = iter(run(FactsWork(), wanted))
    for file in files:
        yield next(found).facts if reader_of(file.file) else NO_FACTS


class RememberedFacts:
    """``read_each`` for those files alone of which ``store`` does not know that they say nothing."""

    def __init__(self, store: Store, run: RunWork = run_here) -> None:
        self._store = store
        self._run = run

    def __call__(self, files: Sequence[SelectedFile]) -> Iterator[FileFacts]:
        unknown: dict[int, bytes | None] = {}
        for start in range(0, len(files), _AHEAD):
            some = [(number, _key(files[number])) for number in range(start, min(start + _AHEAD, len(files)))]
            self._store.prefetch([key for _, key in some if key])
            unknown |= {
                number: key
                for number, key in some
                if key is not None and not (key and self._store.recall(key) is not None)
            }
        found: Iterator[ReadFacts] = iter(self._run(FactsWork(), [files[number] for number in unknown]))
        for number in range(len(files)):
            if number not in unknown:
                yield NO_FACTS
                continue
            read = next(found)
            if (key := unknown[number]) and read.unchanged:
                self._store.keep(key, b"")
            yield read.facts


def _key(selected: SelectedFile) -> bytes | None:
    """Return the key of all that the answer depends on: empty without a digest, ``None`` for a file that nothing reads."""
    reader = reader_of(selected.file)
    if reader is None:
        return None
    if not selected.file.sha256:
        return b""
    return hashlib.sha256(f"model facts {_readers()} {reader} {selected.file.sha256}".encode()).digest()


@cache
def _readers() -> str:
    """Return a digest of the readers' own sources: another reader may find what this one did not."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def joined(files: Iterable[SelectedFile], facts: Iterable[FileFacts]) -> dict[str, FileFacts]:
    """Return what files say by their path."""
    return {selected.file.path: said for selected, said in zip(files, facts, strict=True)}
