"""Standard streams on which a failure to write never changes how a command ends, and the files that a process leaves behind.

A full disk, a closed pipe or a closed descriptor makes Python raise at the place that writes, or when it ends: in either case the
exit code would no longer be that of the verdict.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import Any


class _KeepsGoing(io.FileIO):
    """A descriptor that takes whatever is written after its first failure, and remembers that failure in ``problem``."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.problem: OSError | None = None

    def write(self, data: Any, /) -> int:
        while self.problem is None:
            try:
                written: int | None = super().write(data)
            except OSError as error:
                self.problem = error
                break
            if written is not None:
                return written
            select.select([], [self.fileno()], [])  # somebody made it non-blocking, and its reader is slow
        return memoryview(data).nbytes


def open_missing_descriptors() -> None:
    """Open ``/dev/null`` in the place of each closed standard descriptor: no file of ours may get its number."""
    for name, number, flags, mode in (
        ("stdin", 0, os.O_RDONLY, "r"),
        ("stdout", 1, os.O_WRONLY, "w"),
        ("stderr", 2, os.O_WRONLY, "w"),
    ):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, flags)
            if null != number:
                os.dup2(null, number)
                os.close(null)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  as long as the process lives


def survive_failures() -> None:
    """Put streams that survive a failure to write in the place of standard output and standard error."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        raw = _KeepsGoing(stream.fileno())
        setattr(
            sys,
            name,
            io.TextIOWrapper(
                io.BufferedWriter(raw),
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=stream.line_buffering,
                write_through=name == "stderr",
            ),
        )


def standard_output_problem() -> OSError | None:
    """Return why something on standard output was lost, ``None`` where nothing was. Only what was flushed is known."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.problem if isinstance(raw, _KeepsGoing) else None


def nobody_reads(problem: OSError) -> bool:
    """Whether the reader of a pipe closed it: whoever does that wants no message."""
    return problem.errno == errno.EPIPE
