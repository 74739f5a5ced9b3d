"""A few small files, detected in this process: to start workers takes longer than the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult, Detector
from licscan.detect.trouble import refused, timed_out
from licscan.util.system import Late, time_limit
from licscan.workers.direct import can_limit_time

MAX_FILES = 20
MAX_SIZE = 256 * 1024  # bytes; what could eat memory or time goes to a process of its own


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
            with time_limit(self._timeout):
                return next(iter(self._direct.detect([file])))
        except Late:
            return refused(file.file.path, timed_out(file.file.path, self._timeout))


def _fits(files: Sequence[SelectedFile]) -> bool:
    return can_limit_time() and len(files) <= MAX_FILES and all(file.file.size <= MAX_SIZE for file in files)
