"""What is read of each text beside its licences: uses of AI models, notices that ScanCode has no rule for, and ignore marks.

A text is opened once for all of them. Most texts say nothing of the kind, which is remembered (``workers.remembered``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

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
# What decides what is read: the sources of the readers, relative to the package.
_READERS = (
    "aimodel",
    "core",
    "detect/notices.py",
    "modellicense",
    "pipeline/texts.py",
    "rules/models.yaml",
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


class _Wanted(Struct, frozen=True):
    """What is looked for in a file, which follows from its path, kind and size."""

    models: str | None
    notices: bool
    marks: bool

    @property
    def is_nothing(self) -> bool:
        return self.models is None and not self.notices and not self.marks


class TextWork(Work[SelectedFile, TextFacts]):
    """Reads texts. What breaks one reader of a file does not keep the others from it."""

    name = mark("the reader of texts")
    batch = 128
    sources = _READERS
    nothing = NOTHING

    def do(self, item: SelectedFile) -> TextFacts:
        try:
            content = read_regular(item.location, _MAX_MARKS)  # a file may have grown since it was selected
        except OSError:  # selection reports what cannot be read
            return NOTHING
        return read_text(item.file, content)

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> TextFacts:
        return TextFacts(issues=(issue,))

    def file(self, item: SelectedFile) -> SelectedFile:
        return item

    def traits(self, item: SelectedFile) -> str:
        wanted = _wanted(item.file)
        return f"{wanted.models} {wanted.notices} {wanted.marks}"


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
    read = [file for file in files if not _wanted(file.file).is_nothing]
    found: Iterator[TextFacts] = iter(run(TextWork(), read))
    for file in files:
        yield NOTHING if _wanted(file.file).is_nothing else next(found)


def _wanted(file: SourceFile) -> _Wanted:
    is_text = file.kind not in (FileKind.BINARY, FileKind.EMPTY)
    return _Wanted(
        models=reader_of(file),
        notices=is_text and file.size <= _MAX_NOTICES and not file.path.lower().endswith(".pdf"),
        marks=is_text and file.size <= _MAX_MARKS,
    )
