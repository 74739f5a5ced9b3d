"""Worker processes and what they do: a file that crashes, hangs or eats memory costs that file and no other.

The results come in the order of the items, and are the same for any number of workers.
"""

from __future__ import annotations

import mmap
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Pipe, wait
from typing import Any, NamedTuple

from licscan.core.message import Message, message
from licscan.util.system import has_child_processes
from licscan.workers.direct import OneProcess
from licscan.workers.process import BROKEN, FULL, ITEMS, NO_MEMORY, PROGRESS, READY, WORK
from licscan.workers.trouble import crashed, out_of_memory, timed_out, too_much_memory
from licscan.workers.work import Item, Result, Work

# How far the workers may be ahead of the item whose result is taken next.
WINDOW = 2_048
# Seconds in which a worker has to have its work ready, and how many in a row may die before they are.
START_LIMIT = 300.0
MOST_FAILED_STARTS = 3


class Memory(NamedTuple):
    """Bytes that a worker may take beyond what it has when it is ready: one among several, and one that works alone."""

    shared: int
    alone: int


# Two workers stay under 600 MB together with their parent, and so does one that works alone. A hundred megabytes are what a worker takes
# after thousands of files, and what a text of some megabytes needs.
DEFAULT_MEMORY = Memory(shared=160_000_000, alone=360_000_000)

# ``-c`` would put the current folder, perhaps the scanned one, before everything else that is imported.
_START = "import sys; sys.path[:] = sys.argv[4:]; from licscan.workers.process import main; main(sys.argv[1:4])"


class Workers:
    """Up to ``jobs`` processes that do any kind of work, one kind after the other. ``run`` satisfies ``RunWork``.

    ``timeout`` is in seconds an item. An item that its worker dies of, or has not ``memory`` enough for, is tried once more by one that
    works alone; ``None`` is no limit. Use as a context manager, or call ``close``: either ends the processes.
    """

    def __init__(self, *, jobs: int = 1, timeout: float = 120.0, memory: Memory | None = DEFAULT_MEMORY) -> None:
        self._jobs = max(1, jobs)
        self._timeout = timeout
        self._memory = memory
        self._crew: list[_Worker] = []
        self._running = False

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, work: Work[Item, Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield one result per item, in order. Raises what ``work.cannot_start`` returns when no worker can start."""
        if not items:
            return
        if self._running:  # whoever takes the results of one run may need another one meanwhile
            with Workers(jobs=1, timeout=self._timeout, memory=self._memory) as others:
                yield from others(work, items)
            return
        self._running = True
        run = _Run(self, work, items)
        try:
            yield from run.results()
        finally:
            self._running = False
            run.leave()

    @property
    def timeout(self) -> float:
        return self._timeout

    @property
    def memory(self) -> Memory | None:
        return self._memory

    @property
    def crew(self) -> list[_Worker]:
        return self._crew

    def start(self, count: int | None = None) -> None:
        """Start the processes, or ``count`` of them, and do not wait for them."""
        while len(self._crew) < min(self._jobs, count or self._jobs):
            self._crew.append(_Worker())

    def close(self) -> None:
        """End all processes, whatever they do."""
        while self._crew:
            self._crew.pop().end()


class _Worker:
    """One process and what it has to do."""

    def __init__(self, *, is_alone: bool = False) -> None:
        self.connection, theirs = Pipe()
        with theirs, _shared_file() as file:
            os.truncate(file.fileno(), PROGRESS.size)
            self._progress = mmap.mmap(file.fileno(), PROGRESS.size, access=mmap.ACCESS_READ)
            ending, self._alive = os.pipe()  # closed by the system when this process ends, however that is
            try:
                self._process = _spawn(theirs.fileno(), file.fileno(), ending)
            finally:
                os.close(ending)
        self.is_alone = is_alone
        self.pending: deque[int] = deque()
        self.work: object = None
        self.is_ready = False
        self._heard = time.monotonic()
        self._done = 0

    def prepare(self, work: Work[Any, Any], packed: bytes, limit: int | None, timeout: float) -> None:
        """Tell the process what is to be done with the items that follow."""
        self.work, self.is_ready = work, False
        self._heard = time.monotonic()
        with suppress(BrokenPipeError, ConnectionResetError):  # told by its closed end, as below
            self.connection.send((WORK, packed, limit, timeout))

    def give(self, numbers: Sequence[int], items: Sequence[Any]) -> None:
        if not self.pending:
            self._heard = time.monotonic()
        self.pending.extend(numbers)
        # A worker that has just died is told by its closed end, where what it still said is read first.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send((ITEMS, [items[number] for number in numbers]))

    def receive(self) -> tuple[str, Any]:
        """Return what the process says; raise ``EOFError`` or ``OSError`` when it has ended."""
        message: tuple[str, Any] = self.connection.recv()
        self._heard = time.monotonic()
        return message

    def finished(self) -> int:
        """Return the number of the first item that is not finished, which has now a result."""
        self._done += 1
        return self.pending.popleft()

    def at_work_on(self) -> int:
        """Return which of ``pending`` the process is at: results that it had not sent come before it."""
        begun: int = PROGRESS.unpack_from(self._progress)[0]
        return min(max(begun - self._done - 1, 0), len(self.pending) - 1)

    def late_after(self, timeout: float) -> float:
        """The moment at which the worker counts as hanging."""
        if not self.is_ready:
            return self._heard + START_LIMIT
        begun, when = PROGRESS.unpack_from(self._progress)
        return float(when if begun > self._done else self._heard) + timeout

    @property
    def is_busy(self) -> bool:
        return bool(self.pending) or not self.is_ready

    def end(self) -> int:
        """End the process, whatever it does, and return how it ended."""
        self._close()
        self._process.kill()
        return self._process.wait()

    def ended_by_itself(self) -> int:
        """Wait for a process that has closed its end, and return how it ended."""
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return self.end()
        finally:
            self._close()

    def _close(self) -> None:
        self.connection.close()
        if self._alive >= 0:
            os.close(self._alive)
            self._alive = -1


class _Run:
    """One kind of work, done on some items."""

    def __init__(self, workers: Workers, work: Work[Any, Any], items: Sequence[Any]) -> None:
        self._workers = workers
        self._crew = workers.crew
        self._work = work
        self._packed = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        self._items = items
        self._queue = deque(range(len(items)))
        # Items to try once more, alone: the fault may have been what the items before had left, or what others took meanwhile.
        self._again: deque[int] = deque()
        self._results: dict[int, Any] = {}
        self._next = 0
        self._failed_starts = 0

    def results(self) -> Iterator[Any]:
        self._call()
        while self._next < len(self._items):
            self._hand_out()
            self._listen()
            while self._next in self._results:
                yield self._results.pop(self._next)
                self._next += 1

    def leave(self) -> None:
        """End the workers that still have something to do; the others wait for the next run."""
        for worker in [worker for worker in self._crew if worker.is_busy or worker.is_alone]:
            self._close(worker)

    def _call(self) -> None:
        limit = self._workers.memory.shared if self._workers.memory else None
        # A process takes longer to start than quick work on a thousand files.
        self._workers.start(len(self._items) if self._work.is_slow else 1 + len(self._items) // 2_048)
        for worker in self._crew:
            if worker.work is not self._work and not worker.pending:
                worker.prepare(self._work, self._packed, limit, self._workers.timeout)

    @property
    def _at_once(self) -> int:
        """Items sent at once: a worker should not wait for its parent, nor hold many items that others could do."""
        return self._work.batch

    def _hand_out(self) -> None:
        if self._can_go_on():
            self._call()
        elif self._again and not any(worker.pending for worker in self._crew):
            self._work_alone(self._again.popleft())
        for worker in self._crew:
            if worker.is_ready and not worker.is_alone and len(worker.pending) <= self._at_once // 2:
                batch = [self._queue.popleft() for _ in range(self._at_once) if self._can_go_on()]
                if batch:
                    worker.give(batch, self._items)

    def _can_go_on(self) -> bool:
        return bool(self._queue) and self._queue[0] < self._next + max(WINDOW, 4 * self._at_once)

    def _work_alone(self, number: int) -> None:
        """Give one item to a new worker, with all the memory that the others have left by then."""
        self._workers.close()
        worker = _Worker(is_alone=True)
        self._crew.append(worker)
        limit = self._workers.memory.alone if self._workers.memory else None
        worker.prepare(self._work, self._packed, limit, self._workers.timeout)
        worker.give([number], self._items)

    def _listen(self) -> None:
        """Take in what the workers say, and replace those that died or are late."""
        busy = [worker for worker in self._crew if worker.is_busy]
        if not busy:
            return
        timeout = self._workers.timeout
        soonest = min(worker.late_after(timeout) for worker in busy)
        heard = wait([worker.connection for worker in busy], max(0.0, soonest - time.monotonic()))
        for worker in busy:
            if worker.connection in heard:
                self._take(worker)
            elif time.monotonic() >= worker.late_after(timeout):
                self._give_up(worker)

    def _take(self, worker: _Worker) -> None:
        try:
            kind, content = worker.receive()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if kind == READY:
            worker.is_ready = True
            self._failed_starts = 0
        elif kind == BROKEN:
            raise self._work.cannot_start(content)
        elif kind == FULL:
            self._close(worker)
        else:
            for packed in content:
                self._keep(worker, packed)
            if worker.is_alone and not worker.pending:
                self._close(worker)

    def _keep(self, worker: _Worker, packed: bytes) -> None:
        number = worker.finished()
        if packed != NO_MEMORY:
            self._results[number] = pickle.loads(packed)  # noqa: S301 - made by our own process, from facts alone
        elif not worker.is_alone:
            self._again.append(number)
        else:
            path, memory = self._path(number), self._workers.memory
            issue = too_much_memory(path, memory.alone) if memory else out_of_memory(path)
            self._results[number] = self._work.refused(self._items[number], issue)

    def _bury(self, worker: _Worker) -> None:
        """A worker died: the item it was at is tried once more, and then blamed."""
        how = _how(worker.ended_by_itself())
        if not worker.is_ready:
            self._not_started(worker, str(how))
            return
        if worker.pending:
            number = self._give_back_all_but_one(worker)
            if worker.is_alone:
                issue = crashed(self._path(number), self._work.name, how)
                self._results[number] = self._work.refused(self._items[number], issue)
            else:
                self._again.append(number)
        self._close(worker)

    def _give_up(self, worker: _Worker) -> None:
        """A worker is late: the item it is at is given up."""
        if not worker.is_ready:
            self._not_started(worker, f"it was not ready after {START_LIMIT:g} seconds")
            return
        number = self._give_back_all_but_one(worker)
        issue = timed_out(self._path(number), self._workers.timeout)
        self._results[number] = self._work.refused(self._items[number], issue)
        self._close(worker)

    def _not_started(self, worker: _Worker, why: str) -> None:
        """Try again with another process: one that is killed before it is ready has done nothing yet."""
        self._failed_starts += 1
        if self._failed_starts >= MOST_FAILED_STARTS:
            raise self._work.cannot_start(why)
        if worker.is_alone:
            self._again.extendleft(worker.pending)
            worker.pending.clear()
        self._close(worker)

    def _give_back_all_but_one(self, worker: _Worker) -> int:
        """Return the item that the worker is at; those before it, whose results are lost, and after it go back to the queue."""
        at = worker.at_work_on()
        number = worker.pending[at]
        del worker.pending[at]
        return number

    def _close(self, worker: _Worker) -> None:
        """End a worker; the items that it has not come to go back."""
        worker.end()
        if worker in self._crew:
            self._crew.remove(worker)
        self._queue.extendleft(reversed(worker.pending))
        worker.pending.clear()

    def _path(self, number: int) -> str:
        return self._work.path(self._items[number])


def start_workers(
    *, jobs: int = 1, timeout: float = 120.0, memory: Memory | None = DEFAULT_MEMORY
) -> Workers | OneProcess:
    """Return worker processes, or what stands in for them where the system has none."""
    if has_child_processes():
        return Workers(jobs=jobs, timeout=timeout, memory=memory)
    return OneProcess(timeout, (memory or DEFAULT_MEMORY).alone)


def _shared_file() -> Any:
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("licscan-progress"), "w+b")
    return tempfile.TemporaryFile()


def _spawn(connection: int, progress: int, ending: int) -> subprocess.Popen[bytes]:
    path = [entry for entry in sys.path if entry]
    return subprocess.Popen(
        [sys.executable, "-c", _START, str(connection), str(progress), str(ending), *path],
        pass_fds=(connection, progress, ending),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # One thread a worker: there are as many workers as there is work for.
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )


def _how(status: int) -> Message:
    if status < 0:
        return message("issue.process-signal", "its process was ended by signal {count}", count=str(-status))
    return message("issue.process-status", "its process ended with status {count}", count=str(status))
