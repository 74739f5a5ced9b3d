"""Work in this process, within the same limits on time and memory: a little work, since a worker takes longer to start, and all of
it on systems where workers cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from licscan.util.system import Late, has_alarm, has_child_processes, memory_limit, time_limit
from licscan.workers.trouble import timed_out, too_much_memory
from licscan.workers.work import Item, Result, RunWork, Work


class DirectRun:
    """Satisfies ``RunWork``: light work (``Work.is_light``) is done here, everything else by what ``start_workers`` returns.

    ``timeout`` is in seconds an item, ``memory`` in bytes. What ends this process ends it with a signal, which nobody takes for a verdict.
    """

    def __init__(self, start_workers: Callable[[], RunWork], timeout: float, memory: int) -> None:
        self._start_workers = start_workers
        self._timeout = timeout
        self._memory = memory

    def __call__(self, work: Work[Item, Result], items: Sequence[Item]) -> Iterator[Result]:
        if not items:
            return
        if not can_limit_time() or not all(map(work.is_light, items)):
            yield from self._start_workers()(work, items)
            return
        work.warm()
        for item in items:
            yield attempt(work, item, self._timeout, self._memory)


class OneProcess:
    """Satisfies ``RunWork``, in place of ``Workers``, on a system without them: this process does all the work, one item after the other.

    An item that takes too long is given up, unless it is in a call into C code. One that crashes ends the run.
    """

    def __init__(self, timeout: float, memory: int) -> None:
        self._timeout = timeout
        self._memory = memory

    def __call__(self, work: Work[Item, Result], items: Sequence[Item]) -> Iterator[Result]:
        if not items:
            return
        try:
            work.warm()
        except Exception as error:
            raise work.cannot_start(f"{type(error).__name__}: {error}") from error
        for item in items:
            yield attempt(work, item, self._timeout, self._memory)

    def start(self, count: int | None = None) -> None:
        """Do nothing: there is no process to start."""

    def close(self) -> None:
        """Do nothing: there is no process to end."""


def can_limit_time() -> bool:
    """Whether work of this thread can be given up when it takes too long; by a watchdog only where there are no workers."""
    return has_alarm() or not has_child_processes()


def attempt(work: Work[Any, Any], item: Any, timeout: float, memory: int) -> Any:
    """Return the result of one item, or what ``work`` makes of one that takes too long or too much."""
    try:
        with time_limit(timeout), memory_limit(memory):
            return work.attempt(item)
    except MemoryError:
        return work.refused(item, too_much_memory(work.path(item), memory))
    except Late:
        return work.refused(item, timed_out(work.path(item), timeout))
