"""Any detector in processes of its own (``licscan.workers``): a file that crashes, hangs or eats memory costs that file and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from licscan.core.issue import Issue
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult, Detector, Warmable
from licscan.detect.trouble import DETECTOR, out_of_memory, refused
from licscan.errors import DetectorError
from licscan.workers import Work
from licscan.workers.crew import DEFAULT_MEMORY, Memory, Workers, start_workers
from licscan.workers.direct import OneProcess

__all__ = ["DEFAULT_MEMORY", "Memory", "ParallelDetector"]


class DetectionWork(Work[SelectedFile, DetectionResult]):
    """Looks for licences with ``detector``, which must be picklable."""

    name = DETECTOR
    batch = 8
    is_slow = True

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def warm(self) -> None:
        if isinstance(self._detector, Warmable):
            self._detector.warm()

    def do(self, item: SelectedFile) -> DetectionResult:
        result = next(iter(self._detector.detect([item])))
        if out_of_memory(item.file.path) in result.issues:
            raise MemoryError
        return result

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def refused(self, item: SelectedFile, issue: Issue) -> DetectionResult:
        return refused(item.file.path, issue)

    def cannot_start(self, why: str) -> DetectorError:
        return DetectorError(f"{self.name} does not start: {why}", hint="try again after `licscan cache clear`")


class ParallelDetector:
    """Runs ``detector``, which must be picklable, in ``workers``: its own, which end with each run, unless some are given.

    ``jobs``, ``timeout`` and ``memory`` are those of its own workers (``licscan.workers.crew``). ``meanwhile`` is done in a thread of this
    process, once, beside the first workers; it is given the files, and what it raises is raised when they are through.
    """

    def __init__(
        self,
        detector: Detector,
        *,
        jobs: int = 1,
        timeout: float = 120.0,
        memory: Memory | None = DEFAULT_MEMORY,
        meanwhile: Callable[[Sequence[SelectedFile]], None] | None = None,
        workers: Workers | OneProcess | None = None,
    ) -> None:
        self._detector = detector
        self._work = DetectionWork(detector)
        self._given = workers
        self._own = (jobs, timeout, memory)
        self._meanwhile = meanwhile

    @property
    def fingerprint(self) -> str:
        return self._detector.fingerprint

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        """Yield one result per file, in order. Raises ``DetectorError`` when no worker can start.

        Whatever ends the iteration, Ctrl-C included, ends workers that still have something to do.
        """
        if not files:
            return
        jobs, timeout, memory = self._own
        workers = self._given or start_workers(jobs=jobs, timeout=timeout, memory=memory)
        # This process waits for the workers nearly all the time: what else it has to do must not keep them waiting.
        with ThreadPoolExecutor(1) as aside:
            try:
                workers.start(len(files))
                meanwhile, self._meanwhile = self._meanwhile, None
                done = aside.submit(meanwhile, files) if meanwhile is not None else None
                yield from workers(self._work, files)
            finally:
                if self._given is None:
                    workers.close()
            if done is not None:
                done.result()
