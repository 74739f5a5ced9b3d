"""A little work in this process, within the same limits on time and memory: to start a worker takes longer than the work."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from licscan.workers.process import limited_memory
from licscan.workers.trouble import timed_out, too_much_memory
from licscan.workers.work import Item, Result, RunWork, Work


class Late(BaseException):
    """The clock ran out; no ``Exception``, so that no reader takes it for a fault of the file."""


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
        if not has_clock() or not all(map(work.is_light, items)):
            yield from self._start_workers()(work, items)
            return
        work.warm()
        for item in items:
            yield self._one(work, item)

    def _one(self, work: Work[Any, Any], item: Any) -> Any:
        try:
            with clock(self._timeout), limited_memory(self._memory):
                return work.attempt(item)
        except MemoryError:
            return work.refused(item, too_much_memory(work.path(item), self._memory))
        except Late:
            return work.refused(item, timed_out(work.path(item), self._timeout))


def has_clock() -> bool:
    """Whether this thread can be interrupted by a clock."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def clock(seconds: float) -> Iterator[None]:
    """Raise in this thread, which is the main one, ``Late``, once so many seconds have gone."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
