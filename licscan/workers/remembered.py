"""Work on files whose answer is known to be nothing is not done again.

Most files have no model, no notice beside a licence and no change of a licence text. That is remembered by their content and by the
sources of what reads them, so that they are not opened again. What is there is read each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO, Any, Protocol

from msgspec import Struct

from licscan.core.issue import Issue
from licscan.core.selection import SelectedFile
from licscan.util.regular_files import open_regular
from licscan.workers.work import RunWork, Work

# So many files are looked up in the store at once.
_AHEAD = 500


class Store(Protocol):
    """Keeps bytes under a key, for as long as that may be."""

    def prefetch(self, keys: Sequence[bytes]) -> None:
        """Get ready to recall ``keys``."""

    def recall(self, key: bytes) -> bytes | None:
        """Return what was kept under ``key``."""

    def keep(self, key: bytes, value: bytes) -> None:
        """Keep ``value`` under ``key``."""


class Remembered:
    """A ``RunWork`` that leaves out those files of which ``store`` knows that the answer to this work is nothing."""

    def __init__(self, run: RunWork, store: Store) -> None:
        self._run = run
        self._store = store

    def __call__(self, work: Work[Any, Any], items: Sequence[Any]) -> Iterator[Any]:
        """Yield one result per item, in order."""
        if not work.sources:
            yield from self._run(work, items)
            return
        unknown: dict[int, bytes | None] = {}
        for start in range(0, len(items), _AHEAD):
            some = [(number, _key(work, items[number])) for number in range(start, min(start + _AHEAD, len(items)))]
            self._store.prefetch([key for _, key in some if key])
            unknown |= {number: key for number, key in some if key is None or self._store.recall(key) is None}
        found = iter(self._run(_Verified(work), [items[number] for number in unknown]))
        for number in range(len(items)):
            if number not in unknown:
                yield work.nothing
                continue
            answer: _Answer = next(found)
            if answer.is_lasting and (key := unknown[number]):
                self._store.keep(key, b"")
            yield answer.result


class _Answer(Struct, frozen=True):
    """A result, and whether it is nothing and of the content that the file was selected with."""

    result: Any
    is_lasting: bool


class _Verified(Work[Any, _Answer]):
    """Does ``work``, and looks whether a file that has nothing still has the content that it was selected with."""

    def __init__(self, work: Work[Any, Any]) -> None:
        self._work = work
        self.name = work.name
        self.batch = work.batch
        self.is_slow = work.is_slow

    def warm(self) -> None:
        self._work.warm()

    def do(self, item: Any) -> _Answer:
        result = self._work.do(item)
        file = self._work.file(item)
        return _Answer(
            result, is_lasting=bool(result == self._work.nothing) and file is not None and _is_unchanged(file)
        )

    def path(self, item: Any) -> str:
        return self._work.path(item)

    def refused(self, item: Any, issue: Issue) -> _Answer:
        return _Answer(self._work.refused(item, issue), is_lasting=False)

    def is_light(self, item: Any) -> bool:
        return self._work.is_light(item)


def _is_unchanged(file: SelectedFile) -> bool:
    try:
        with open_regular(file.location) as stream:
            return _digest(stream) == file.file.sha256
    except OSError:
        return False


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _key(work: Work[Any, Any], item: Any) -> bytes | None:
    """Return the key of all that the answer depends on, ``None`` for a file without a digest."""
    file = work.file(item)
    if file is None or not file.file.sha256:
        return None
    what = f"{type(work).__name__} {source_digest(work.sources)} {file.file.sha256} {work.traits(item)}"
    return hashlib.sha256(what.encode("utf-8", "surrogatepass")).digest()


@cache
def source_digest(sources: tuple[str, ...]) -> str:
    """Return a digest of ``sources``, files and folders relative to the package: other code may find what this one did not."""
    digest = hashlib.sha256()
    package = Path(str(resources.files("licscan")))
    for name in sources:
        place = package / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
