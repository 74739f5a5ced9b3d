"""Work that does what an item tells it: the worst that a reader of one file could do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from licscan.core.issue import Issue
from licscan.workers import Work


class ObedientWork(Work[str, Any]):
    """Answers an item with itself; ``raise``, ``die``, ``eat``, ``hang``, ``deep`` and ``long`` are orders."""

    batch = 16

    def do(self, item: str) -> Any:
        order = item.partition(" ")[0]
        if order == "raise":
            raise KeyError("a slip\nof the reader")
        if order == "die":
            os._exit(7)
        if order == "eat":
            return bytearray(900_000_000)
        if order == "hang":
            time.sleep(600)
        if order == "deep":
            nested: list[Any] = []
            for _ in range(100_000):
                nested = [nested]
            return nested
        if order == "long":
            return b"x" * 100 * 1024 * 1024
        return item

    def path(self, item: str) -> str:
        return item

    def is_light(self, item: str) -> bool:
        return not item.startswith("heavy")

    def refused(self, item: str, issue: Issue) -> Any:
        return issue


class KilledBeforeReady(ObedientWork):
    """Ends its process before it is ready, ``times`` times."""

    def __init__(self, log: Path, times: int) -> None:
        self._log = log
        self._times = times

    def warm(self) -> None:
        with self._log.open("a") as log:
            log.write("x")
        if self._log.stat().st_size <= self._times:
            os.kill(os.getpid(), signal.SIGKILL)
