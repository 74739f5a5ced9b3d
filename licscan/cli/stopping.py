"""How a process of licscan is stopped: each signal that asks it to end ends it as Ctrl-C does, with everything cleaned up."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from licscan.util.system import STOP_SIGNALS

# A closed terminal sends the same signal from several sides. What cleans up is not to be stopped by the second one.
_ONCE_IN = 3.0


class _Stop:
    """A signal handler that raises ``KeyboardInterrupt``, and not again while that one is cleaned up after."""

    def __init__(self) -> None:
        self._last = -_ONCE_IN

    def __call__(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._last >= _ONCE_IN:
            self._last = now
            raise KeyboardInterrupt


def stop_on_signals() -> None:
    """Let each signal that asks this process to end interrupt it as SIGINT does. What the caller ignores stays ignored (``nohup``)."""
    stop = _Stop()
    for number in STOP_SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, stop)


@contextmanager
def private_temporary_folder() -> Iterator[None]:
    """Let this process and those that it starts have their temporary files in one folder, which is removed in the end.

    So a worker that is killed leaves nothing behind, whatever it was at. Where no folder can be made, what needs one says so.
    """
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    try:
        folder = tempfile.mkdtemp(prefix="licscan-")
    except OSError:
        yield
        return
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    try:
        yield
    finally:
        tempfile.tempdir = before
        os.environ.pop("TMPDIR")
        if variable is not None:
            os.environ["TMPDIR"] = variable
        shutil.rmtree(folder, ignore_errors=True)
