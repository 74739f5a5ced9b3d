"""Any detector in processes of its own: a file that crashes, hangs or eats memory costs that file and no other.

The results come in the order of the files, and are the same for any number of workers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NamedTuple

from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult, Detector
from licscan.detect.trouble import crashed, out_of_memory, refused, timed_out, too_much_memory
from licscan.detect.worker import FULL, READY
from licscan.errors import DetectorError

# Files sent at once, and when to send more: a worker should not wait for its parent, nor hold many files that others could do.
_BATCH = 8
_LOW = 4
# How far the workers may be ahead of the file whose result is taken next.
_WINDOW = 2_048
# Seconds in which a worker has to have its detector ready.
_START_LIMIT = 300.0


class Memory(NamedTuple):
    """Bytes that a worker may take beyond what it has when it is ready: one among several, and one that works alone."""

    shared: int
    alone: int


# Two workers stay under 600 MB together with their parent, and so does one that works alone. A hundred megabytes are what a worker takes
# after thousands of files, and what a text of some megabytes needs.
DEFAULT_MEMORY = Memory(shared=160_000_000, alone=360_000_000)

# ``-c`` would put the current folder, perhaps the scanned one, before everything else that is imported.
_START = "import sys; sys.path[:] = sys.argv[2:]; from licscan.detect.worker import main; main(sys.argv[1:2])"


class ParallelDetector:
    """Runs ``detector``, which must be picklable, in ``jobs`` worker processes.

    ``timeout`` is in seconds a file. A file that its worker dies of, or has not ``memory`` enough for, is tried once more by one that
    works alone; ``None`` is no limit.
    ``meanwhile`` is done in a thread of this process, once, beside the first workers; it is told the files, and what it raises is
    raised when they are through.
    """

    def __init__(
        self,
        detector: Detector,
        *,
        jobs: int = 1,
        timeout: float = 120.0,
        memory: Memory | None = DEFAULT_MEMORY,
        meanwhile: Callable[[Sequence[SelectedFile]], None] | None = None,
    ) -> None:
        self._detector = detector
        self._jobs = max(1, jobs)
        self._timeout = timeout
        self._memory = memory
        self._meanwhile = meanwhile

    @property
    def fingerprint(self) -> str:
        return self._detector.fingerprint

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        """Yield one result per file, in order. Raises ``DetectorError`` when no worker can start.

        Whatever ends the iteration, Ctrl-C included, ends the workers.
        """
        if not files:
            return
        crew = _Crew(self._detector, min(self._jobs, len(files)), self._timeout, self._memory)
        # This process waits for the workers nearly all the time: what else it has to do must not keep them waiting.
        with ThreadPoolExecutor(1) as aside:
            try:
                crew.call()
                meanwhile, self._meanwhile = self._meanwhile, None
                done = aside.submit(meanwhile, files) if meanwhile is not None else None
                yield from crew.work(files)
            finally:
                crew.dismiss()
            if done is not None:
                done.result()


class _Worker:
    """One process and what it has to do."""

    def __init__(self, task: tuple[Any, ...], *, is_alone: bool = False) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            self._process = _spawn(theirs)
        self.is_alone = is_alone
        self.pending: deque[int] = deque()
        self.is_ready = False
        self.heard = time.monotonic()
        self.connection.send(task)

    def give(self, numbers: Sequence[int], files: Sequence[SelectedFile]) -> None:
        if not self.pending:
            self.heard = time.monotonic()
        self.pending.extend(numbers)
        # A worker that has just died is told by its closed end, where what it still said is read first.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send([files[number] for number in numbers])

    def late_after(self, timeout: float) -> float:
        """The moment at which the worker counts as hanging."""
        return self.heard + (timeout if self.is_ready else _START_LIMIT)

    @property
    def is_busy(self) -> bool:
        return bool(self.pending) or not self.is_ready

    def end(self) -> int:
        """End the process, whatever it does, and return how it ended."""
        self.connection.close()
        self._process.kill()
        return self._process.wait()

    def ended_by_itself(self) -> int:
        """Wait for a process that has closed its end, and return how it ended."""
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return self.end()
        finally:
            self.connection.close()


class _Crew:
    """The workers of one run."""

    def __init__(self, detector: Detector, jobs: int, timeout: float, memory: Memory | None) -> None:
        self._detector = detector
        self._jobs = jobs
        self._timeout = timeout
        self._memory = memory
        self._workers: list[_Worker] = []
        self._queue: deque[int] = deque()
        # Files to try once more, alone: the fault may have been what the files before had left, or what others took meanwhile.
        self._again: deque[int] = deque()
        self._results: dict[int, DetectionResult] = {}
        self._files: Sequence[SelectedFile] = ()
        self._next = 0

    def call(self) -> None:
        """Start the workers, and do not wait for them."""
        limit = self._memory.shared if self._memory else None
        while len(self._workers) < self._jobs:
            self._workers.append(_Worker((self._detector, limit, self._timeout)))

    def work(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        self._files = files
        self._queue.extend(range(len(files)))
        while self._next < len(files):
            self._hand_out()
            self._listen()
            while self._next in self._results:
                yield self._results.pop(self._next)
                self._next += 1

    def dismiss(self) -> None:
        while self._workers:
            self._workers.pop().end()

    def _hand_out(self) -> None:
        if self._can_go_on():
            self.call()
        elif self._again and not any(worker.pending for worker in self._workers):
            self._work_alone(self._again.popleft())
        for worker in self._workers:
            if worker.is_ready and len(worker.pending) < _LOW:
                batch = [self._queue.popleft() for _ in range(_BATCH) if self._can_go_on()]
                if batch:
                    worker.give(batch, self._files)

    def _can_go_on(self) -> bool:
        return bool(self._queue) and self._queue[0] < self._next + _WINDOW

    def _work_alone(self, number: int) -> None:
        """Give one file to a new worker, with all the memory that the others have left by then."""
        self.dismiss()
        limit = self._memory.alone if self._memory else None
        worker = _Worker((self._detector, limit, self._timeout), is_alone=True)
        self._workers.append(worker)
        worker.give([number], self._files)

    def _listen(self) -> None:
        """Take in what the workers say, and replace those that died or are late."""
        busy = [worker for worker in self._workers if worker.is_busy]
        soonest = min(worker.late_after(self._timeout) for worker in busy)
        heard = wait([worker.connection for worker in busy], max(0.0, soonest - time.monotonic()))
        for worker in busy:
            if worker.connection in heard:
                self._take(worker)
            elif time.monotonic() >= worker.late_after(self._timeout):
                self._give_up(worker)

    def _take(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        worker.heard = time.monotonic()
        if not worker.is_ready:
            if message != READY:
                raise DetectorError(
                    f"the licence detector does not start: {message}", hint="try again after `licscan cache clear`"
                )
            worker.is_ready = True
        elif message == FULL:
            self._close(worker)
        elif out_of_memory(message.path) in message.issues:
            self._lack_memory(worker)
        else:
            self._results[worker.pending.popleft()] = message
            if worker.is_alone:
                self._close(worker)

    def _lack_memory(self, worker: _Worker) -> None:
        """A worker had not memory enough for the file it was at: the file is tried once more, and then given up."""
        number = worker.pending.popleft()
        if worker.is_alone:
            path = self._files[number].file.path
            issue = too_much_memory(path, self._memory.alone) if self._memory else out_of_memory(path)
            self._results[number] = refused(path, issue)
        else:
            self._again.append(number)
        self._close(worker)

    def _bury(self, worker: _Worker) -> None:
        """A worker died: the file it was at is tried once more, and then blamed."""
        status = worker.ended_by_itself()
        if not worker.is_ready:
            raise DetectorError(f"the licence detector does not start: its process {_how(status)}")
        if worker.pending:
            number = worker.pending.popleft()
            if worker.is_alone:
                path = self._files[number].file.path
                self._results[number] = refused(path, crashed(path, f"its process {_how(status)}"))
            else:
                self._again.append(number)
        self._close(worker)

    def _give_up(self, worker: _Worker) -> None:
        """A worker is late: the file it is at is given up."""
        if not worker.is_ready:
            raise DetectorError(f"the licence detector was not ready after {_START_LIMIT:g} seconds")
        number = worker.pending.popleft()
        path = self._files[number].file.path
        self._results[number] = refused(path, timed_out(path, self._timeout))
        self._close(worker)

    def _close(self, worker: _Worker) -> None:
        """End a worker; the files that it has not come to go back."""
        worker.end()
        self._workers.remove(worker)
        self._queue.extendleft(reversed(worker.pending))


def _spawn(theirs: Connection) -> subprocess.Popen[bytes]:
    number = theirs.fileno()
    path = [entry for entry in sys.path if entry]
    return subprocess.Popen(
        [sys.executable, "-c", _START, str(number), *path],
        pass_fds=(number,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # One thread a worker: there are as many workers as there is work for.
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )


def _how(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
