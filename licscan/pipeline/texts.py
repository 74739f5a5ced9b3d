"""What is read of each text beside its licences: uses of AI models, notices that ScanCode has no rule for, and ignore marks.

A text is opened once for all of them. Most texts say nothing of the kind; that is remembered by their content, so that they are not opened
again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec import Struct

from licscan.aimodel.file import NO_FACTS, FileFacts, read_content, reader_of
from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.message import mark
from licscan.core.reuse import ignored_lines
from licscan.core.selection import SelectedFile
from licscan.detect.notices import read_notices
from licscan.util.regular_files import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here
from licscan.workers.trouble import crashed
from licscan.workers.work import describe

# Bytes of the largest file in which notices and ignore marks are looked for; each reader of models has a limit of its own.
_MAX_NOTICES = 1024 * 1024
_MAX_MARKS = 10 * 1024 * 1024
# So many files are looked up in the store at once.
_AHEAD = 500
# What decides what is read: the sources of the readers, relative to the package.
_READERS = (
    "aimodel",
    "core",
    "detect/notices.py",
    "pipeline/texts.py",
    "rules/notices.yaml",
    "statements/spoken_names.py",
    "util",
)

_Found = TypeVar("_Found")


class TextFacts(Struct, frozen=True, kw_only=True):
    """What one file says. ``notices`` do not take account of what ScanCode found in the file; ``ignored`` are the lines
    that it marks as no statement of its own; ``issues`` name what kept a reader from an answer."""

    models: FileFacts = NO_FACTS
    notices: FileFinding | None = None
    ignored: tuple[Location, ...] = ()
    issues: tuple[Issue, ...] = ()


NOTHING = TextFacts()


class TextReader(Protocol):
    """Reads files in their order, one answer for each."""

    def __call__(self, files: Sequence[SelectedFile]) -> Iterable[TextFacts]: ...


class Store(Protocol):
    """Keeps bytes under a key, for as long as that may be."""

    def prefetch(self, keys: Sequence[bytes]) -> None:
        """Get ready to recall ``keys``."""

    def recall(self, key: bytes) -> bytes | None:
        """Return what was kept under ``key``."""

    def keep(self, key: bytes, value: bytes) -> None:
        """Keep ``value`` under ``key``."""


class _Wanted(Struct, frozen=True):
    """What is looked for in a file, which follows from its path, kind and size."""

    models: str | None
    notices: bool
    marks: bool

    @property
    def is_nothing(self) -> bool:
        return self.models is None and not self.notices and not self.marks


class _Read(Struct, frozen=True):
    """What a file says, and whether its content still has the digest that it was selected with."""

    facts: TextFacts
    unchanged: bool


class TextWork(Work[SelectedFile, _Read]):
    """Reads texts. What breaks one reader of a file does not keep the others from it."""

    name = mark("the reader of texts")
    batch = 128

    def do(self, item: SelectedFile) -> _Read:
        try:
            content = read_regular(item.location, _MAX_MARKS)  # a file may have grown since it was selected
        except OSError:  # selection reports what cannot be read
            return _Read(NOTHING, unchanged=False)
        facts = read_text(item.file, content)
        # Asked only of a file that says nothing.
        unchanged = facts == NOTHING and hashlib.sha256(content).hexdigest() == item.file.sha256
        return _Read(facts, unchanged=unchanged)

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> _Read:
        return _Read(TextFacts(issues=(issue,)), unchanged=False)


def read_text(file: SourceFile, content: bytes) -> TextFacts:
    """Return what ``content`` says, as the content of ``file``. Raises ``MemoryError`` alone."""
    wanted, path = _wanted(file), file.path
    issues: list[Issue] = []

    def guarded(name: str, read: Callable[[], _Found], otherwise: _Found) -> _Found:
        try:
            return read()
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: a reader that fails costs its own answer alone
            issues.append(crashed(path, name, describe(error)))
            return otherwise

    reader = wanted.models
    models = guarded("the reader of models", lambda: read_content(reader, content), NO_FACTS) if reader else NO_FACTS
    notices = guarded("the search for notices", lambda: read_notices(path, content), None) if wanted.notices else None
    none: tuple[Location, ...] = ()
    marks = (
        guarded("the search for ignore marks", lambda: tuple(ignored_lines(path, content)), none)
        if wanted.marks
        else none
    )
    return TextFacts(models=models, notices=notices, ignored=marks, issues=tuple(issues))


def read_texts(files: Sequence[SelectedFile], run: RunWork = run_here) -> Iterator[TextFacts]:
    """Yield what each file says, as it lies there."""
    return _read_some(files, dict.fromkeys(range(len(files))), run)


class RememberedTexts:
    """``read_texts`` for those files alone of which ``store`` does not know that they say nothing."""

    def __init__(self, store: Store, run: RunWork = run_here) -> None:
        self._store = store
        self._run = run

    def __call__(self, files: Sequence[SelectedFile]) -> Iterator[TextFacts]:
        unknown: dict[int, bytes | None] = {}
        for start in range(0, len(files), _AHEAD):
            some = [(number, _key(files[number])) for number in range(start, min(start + _AHEAD, len(files)))]
            self._store.prefetch([key for _, key in some if key])
            unknown |= {number: key for number, key in some if key is None or self._store.recall(key) is None}
        return _read_some(files, unknown, self._run, self._store)


def _read_some(
    files: Sequence[SelectedFile], unknown: dict[int, bytes | None], run: RunWork, store: Store | None = None
) -> Iterator[TextFacts]:
    """Yield what each file says: ``NOTHING`` for those that are not in ``unknown``, which gives the keys to remember them by."""
    read = [number for number in unknown if not _wanted(files[number].file).is_nothing]
    found: Iterator[_Read] = iter(run(TextWork(), [files[number] for number in read]))
    awaited = set(read)
    for number in range(len(files)):
        if number not in awaited:
            yield NOTHING
            continue
        answer = next(found)
        if store is not None and (key := unknown[number]) and answer.unchanged:
            store.keep(key, b"")
        yield answer.facts


def _wanted(file: SourceFile) -> _Wanted:
    is_text = file.kind not in (FileKind.BINARY, FileKind.EMPTY)
    return _Wanted(
        models=reader_of(file),
        notices=is_text and file.size <= _MAX_NOTICES and not file.path.lower().endswith(".pdf"),
        marks=is_text and file.size <= _MAX_MARKS,
    )


def _key(selected: SelectedFile) -> bytes | None:
    """Return the key of all that the answer depends on, ``None`` for a file without a digest."""
    if not selected.file.sha256:
        return None
    wanted = _wanted(selected.file)
    what = f"texts {_readers()} {wanted.models} {wanted.notices} {wanted.marks} {selected.file.sha256}"
    return hashlib.sha256(what.encode()).digest()


@cache
def _readers() -> str:
    """Return a digest of the readers' own sources: another reader may find what this one did not."""
    digest = hashlib.sha256()
    package = Path(str(resources.files("licscan")))
    for name in _READERS:
        place = package / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
