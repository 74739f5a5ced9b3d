"""Run a command and measure it: wall time, CPU time of all its processes, and their memory together at its highest."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_EVERY = 0.1  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """``wall`` and ``cpu`` are in seconds; ``memory`` of all processes and ``largest``, the resident set of the largest of
    them, in bytes; ``status`` is the exit status."""

    wall: float
    cpu: float
    memory: int
    largest: int
    status: int


def run_measured(
    command: Sequence[str], *, env: dict[str, str] | None = None, log: Path | None = None, folder: Path | None = None
) -> Measurement:
    """Run ``command`` to its end, in ``folder``. Its output goes to ``log``.

    Memory is the sum of the proportional set sizes of the command and all its descendants, so that what they share
    counts once; it is sampled, so that a peak of less than a tenth of a second can be missed.
    """
    started = time.monotonic()
    with (log or Path(os.devnull)).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**_environment(), **(env or {})},
        )
        sampler = _Sampler(process.pid)
        sampler.start()
        _, wait_status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(wait_status)
        sampler.stop()
    return Measurement(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=sampler.peak,
        largest=usage.ru_maxrss * 1024,
        status=process.returncode,
    )


def _environment() -> dict[str, str]:
    """This environment, but for what keeps Python from storing compiled modules: an installed package comes with them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class _Sampler(threading.Thread):
    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._process = process
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            self.peak = max(self.peak, sum(map(_memory, _family(self._process))))
            self._ended.wait(_SAMPLE_EVERY)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _family(process: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name in parentheses can hold anything, spaces included.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue  # ended meanwhile
        children.setdefault(parent, []).append(int(folder.name))
    family = [process]
    for member in family:
        family += children.get(member, [])
    return family


def _memory(process: int) -> int:
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
