"""A few small files, detected in this process: to start workers takes longer than the work."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult, Detector
from licscan.detect.trouble import refused, timed_out

MAX_FILES = 20
MAX_SIZE = 256 * 1024  # bytes; what could eat memory or time goes to a process of its own


class _Late(BaseException):
    """The clock ran out; no ``Exception``, so that no detector takes it for a fault of the file."""


class DirectDetector:
    """Runs ``direct`` here for up to ``MAX_FILES`` files of up to ``MAX_SIZE`` bytes, and what ``start_workers`` returns for everything else.

    A file that takes longer than ``timeout`` seconds is given up. What ends this process ends it with a signal, which nobody
    takes for a verdict.
    """

    def __init__(self, direct: Detector, start_workers: Callable[[], Detector], timeout: float) -> None:
        self._direct = direct
        self._start_workers = start_workers
        self._timeout = timeout

    @property
    def fingerprint(self) -> str:
        return self._direct.fingerprint

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        if not _fits(files):
            yield from self._start_workers().detect(files)
            return
        for file in files:
            yield self._one(file)

    def _one(self, file: SelectedFile) -> DetectionResult:
        try:
            with _clock(self._timeout):
                return next(iter(self._direct.detect([file])))
        except _Late:
            return refused(file.file.path, timed_out(file.file.path, self._timeout))


def _fits(files: Sequence[SelectedFile]) -> bool:
    has_clock = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    return has_clock and len(files) <= MAX_FILES and all(file.file.size <= MAX_SIZE for file in files)


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
