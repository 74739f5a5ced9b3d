"""A worker process: takes files from its parent and sends back one result for each.

It leaves Ctrl-C to its parent, and ends when the parent does.
"""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection

from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult, Detector, Warmable
from licscan.detect.trouble import out_of_memory, refused

# What a worker says first: that it is ready, or why it cannot be.
READY = "ready"
# What it says last: that it keeps so much of the memory it may take that the next file is to go to a new one. No file begins with
# little: ScanCode's type detection takes a want of memory for a file without a type.
FULL = "full"
_FULL_FROM = 0.75

try:
    import resource
except ImportError:  # not on Windows: there memory is not limited
    resource = None  # type: ignore[assignment]


def serve(connection: int) -> None:
    """Serve on the inherited socket of that number until the parent closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(connection) as parent:
        try:
            detector, limit, timeout = parent.recv()
            if isinstance(detector, Warmable):
                detector.warm()
            memory = _Memory(limit)
        except Exception as error:  # noqa: BLE001  boundary: whatever keeps the detector from starting is the parent's to tell
            parent.send(f"{type(error).__name__}: {error}")
            return
        parent.send(READY)
        _serve(parent, detector, memory, timeout)


def _serve(parent: Connection, detector: Detector, memory: _Memory, timeout: float) -> None:
    while True:
        try:
            files: list[SelectedFile] = parent.recv()
        except EOFError:
            return
        for file in files:
            # The parent stops a worker that is late. Should the parent be gone, the clock does it.
            signal.setitimer(signal.ITIMER_REAL, 2 * timeout + 60)
            result = _detect(detector, file)
            signal.setitimer(signal.ITIMER_REAL, 0)
            try:
                parent.send(result)
                if memory.is_full():
                    parent.send(FULL)
                    return
            except OSError:  # the parent is gone
                return


def _detect(detector: Detector, file: SelectedFile) -> DetectionResult:
    try:
        return next(iter(detector.detect([file])))
    except MemoryError:
        return refused(file.file.path, out_of_memory(file.file.path))


class _Memory:
    """What this process may take beyond what it has: ``limit`` bytes, ``None`` for any number. Mapped files that are only read do not count."""

    def __init__(self, limit: int | None) -> None:
        self._full: float | None = None
        has = _own_memory()
        if limit is None or resource is None or has is None:
            return
        self._full = has + _FULL_FROM * limit
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        soft = has + limit if hard == resource.RLIM_INFINITY else min(has + limit, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

    def is_full(self) -> bool:
        return self._full is not None and (_own_memory() or 0) > self._full


def _own_memory() -> int | None:
    """Return how many bytes of memory of its own this process has; ``None`` where that cannot be told, as it can on Linux."""
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def adjust_to_being_killed() -> None:
    """Tell Linux to end this process, and not its parent, when memory runs out."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("500")
    except OSError:
        pass  # another system, or a container that forbids it: the kernel then chooses by size alone


def main(arguments: list[str]) -> None:
    """Start as ``worker <number of the socket>``."""
    adjust_to_being_killed()
    serve(int(arguments[0]))
    # Nothing of value is left: do not take time to tear down an index.
    os._exit(0)
