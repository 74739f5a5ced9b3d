"""What workers do: one kind of work, applied to items, each of which speaks for one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from licscan.core.issue import Issue
from licscan.core.message import mark
from licscan.core.selection import SelectedFile
from licscan.core.text import plain_message
from licscan.errors import LicscanError, ScanError
from licscan.workers.trouble import crashed, out_of_memory

# Bytes of a file that is little work to read.
LIGHT_SIZE = 1024 * 1024

Item = TypeVar("Item")
Result = TypeVar("Result")


class Work(Generic[Item, Result]):
    """One kind of work. Instances are sent to workers: small, picklable, and without state that matters.

    ``name`` is what fails when it fails ("the licence detector"). ``batch`` is how many items are sent to a worker at once;
    their results come back one by one where ``is_slow``, else together.
    """

    name = mark("the reader")
    batch = 64
    is_slow = False
    # What decides the answer, files and folders relative to the package. Where it is given, that a file has nothing is remembered by its content
    # (``workers.remembered``).
    sources: tuple[str, ...] = ()
    # The result of a file that has nothing.
    nothing: Any = None

    def warm(self) -> None:
        """Load what ``do`` needs; doing so twice costs nothing."""

    def do(self, item: Item) -> Result:
        """Return the result for ``item``. Whatever is raised becomes an issue of its file."""
        raise NotImplementedError

    def path(self, item: Item) -> str:
        """Return the path, as results name it, of the file that ``item`` speaks for."""
        raise NotImplementedError

    def refused(self, item: Item, issue: Issue) -> Result:
        """Return the result of an item that gave none; ``issue`` says why."""
        raise NotImplementedError

    def is_light(self, item: Item) -> bool:
        """Whether the work on ``item`` is so little, and done by code so harmless, that a process of its own would be too much."""
        return False

    def file(self, item: Item) -> SelectedFile | None:
        """Return the file that the answer is about; ``None`` where it is not remembered."""
        return None

    def traits(self, item: Item) -> str:
        """Return all besides the file's content that the answer depends on."""
        return ""

    def cannot_start(self, why: str) -> LicscanError:
        """Return the error that ends a run for which no worker can start."""
        return ScanError(
            f"{self.name} does not start: {why}", hint="see whether this machine has memory and processes left"
        )

    def attempt(self, item: Item) -> Result:
        """Return the result for ``item``: the boundary that keeps an exception within its file. ``MemoryError`` passes."""
        try:
            return self.do(item)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever one file does costs that file alone
            return self.refused(item, crashed(self.path(item), self.name, describe(error)))


class RunWork(Protocol):
    """Runs work on items, in this process or in others; one result for each item, in their order."""

    def __call__(self, work: Work[Any, Any], items: Sequence[Any]) -> Iterator[Any]: ...


def run_here(work: Work[Item, Result], items: Sequence[Item]) -> Iterator[Result]:
    """Run ``work`` in this process, without limits on time and memory: for tests, and for trees of one's own."""
    for item in items:
        try:
            yield work.attempt(item)
        except MemoryError:
            yield work.refused(item, out_of_memory(work.path(item)))


def describe(error: BaseException) -> str:
    """Return what kind of error it is, and what it says without what it quotes, on one line."""
    said = plain_message(str(error))
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
