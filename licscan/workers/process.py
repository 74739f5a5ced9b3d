"""A worker process: takes work and items from its parent and sends back one result for each item.

It leaves Ctrl-C to its parent, and ends when the parent does.
"""

from __future__ import annotations

import mmap
import os
import pickle
import signal
import struct
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from licscan.util.system import (
    TERMINAL_SIGNALS,
    end_process_after,
    end_with,
    limit_memory,
    own_memory,
    prefer_being_killed,
)
from licscan.workers.trouble import crashed, too_large_result
from licscan.workers.work import Work, describe

# Kinds of messages from the parent: another work, with the memory and the seconds that an item may take; or items.
WORK, ITEMS = "work", "items"
# Kinds of messages to the parent. FULL is the last: this process keeps so much of the memory it may take that the next item is to
# go to a new one. No item begins with little: ScanCode's type detection takes a lack of memory for a file without a type.
READY, BROKEN, RESULTS, FULL = "ready", "broken", "results", "full"
_FULL_FROM = 0.75
# Stands for the result of an item that this process had not memory enough for.
NO_MEMORY = b""
# What a process is doing, where its parent can read it at any time: how many items were begun, and when the last was.
PROGRESS = struct.Struct("<Qd")
# Bytes of one result: more is no fact about a file but an attack on whoever reads the report.
_LARGEST_RESULT = 96 * 1024 * 1024
# Seconds after which finished results are sent though more items wait, and how many are sent at most together.
_SEND_AFTER = 0.05


def serve(connection: int, progress: int) -> None:
    """Serve on the inherited socket of that number, and note progress in the inherited file, until the parent closes the socket."""
    for number in TERMINAL_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    with Connection(connection) as parent, mmap.mmap(progress, PROGRESS.size) as shared:
        server = _Server(parent, shared)
        try:
            while server.take(parent.recv()):
                pass
        except (EOFError, OSError):  # the parent is gone
            return


class _Server:
    def __init__(self, parent: Connection, progress: mmap.mmap) -> None:
        self._parent = parent
        self._progress = progress
        self._begun = 0
        self._work: Work[Any, Any] = Work()
        self._memory = _Memory(None)
        self._timeout = 0.0

    def take(self, message: tuple[Any, ...]) -> bool:
        """Act on a message; return whether another one is wanted."""
        if message[0] == WORK:
            return self._prepare(*message[1:])
        return self._do(message[1])

    def _prepare(self, work: bytes, limit: int | None, timeout: float) -> bool:
        try:
            self._work = pickle.loads(work)  # noqa: S301 - sent by the parent
            self._work.warm()
            self._memory = _Memory(limit)
            self._timeout = timeout
        except Exception as error:  # noqa: BLE001  boundary: whatever keeps the work from starting is the parent's to tell
            self._parent.send((BROKEN, f"{type(error).__name__}: {error}"))
            return False
        self._parent.send((READY, None))
        return True

    def _do(self, items: Sequence[Any]) -> bool:
        finished: list[bytes] = []
        sent = time.monotonic()
        for item in items:
            self._begin()
            finished.append(self._result(item))
            end_process_after(0)
            is_full = finished[-1] == NO_MEMORY or self._memory.is_full()
            if is_full or self._work.is_slow or time.monotonic() - sent > _SEND_AFTER:
                self._parent.send((RESULTS, finished))
                finished, sent = [], time.monotonic()
            if is_full:
                self._parent.send((FULL, None))
                return False
        if finished:
            self._parent.send((RESULTS, finished))
        return True

    def _begin(self) -> None:
        self._begun += 1
        PROGRESS.pack_into(self._progress, 0, self._begun, time.monotonic())
        # The parent stops a worker that is late. Should the parent be gone, the clock does it.
        end_process_after(2 * self._timeout + 60)

    def _result(self, item: Any) -> bytes:
        work = self._work
        try:
            packed = _packed(work, item, work.attempt(item))
            if len(packed) > _LARGEST_RESULT:
                issue = too_large_result(work.path(item), _LARGEST_RESULT)
                packed = pickle.dumps(work.refused(item, issue), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            return NO_MEMORY
        return packed


def _packed(work: Work[Any, Any], item: Any, result: Any) -> bytes:
    try:
        return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except (RecursionError, ValueError, pickle.PicklingError) as error:
        issue = crashed(work.path(item), work.name, describe(error))
        return pickle.dumps(work.refused(item, issue), pickle.HIGHEST_PROTOCOL)


class _Memory:
    """What this process may take beyond what it has: ``limit`` bytes, ``None`` for any number. Mapped files that are only read do not count."""

    def __init__(self, limit: int | None) -> None:
        has = limit_memory(limit) if limit is not None else None
        self._full = has + _FULL_FROM * limit if has is not None and limit is not None else None

    def is_full(self) -> bool:
        return self._full is not None and (own_memory() or 0) > self._full


def main(arguments: Sequence[str]) -> None:
    """Start as ``worker <number of the socket> <number of the file for progress> <number of the pipe that ends with the parent>``."""
    end_with(int(arguments[2]))
    prefer_being_killed()
    serve(int(arguments[0]), int(arguments[1]))
    # Nothing of value is left: do not take time to tear down an index.
    os._exit(0)
