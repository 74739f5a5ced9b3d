"""How a process of licscan is stopped: each signal that asks it to end ends it as Ctrl-C does, with everything cleaned up."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from licscan.util.system import CREATE_NEW, NO_FOLLOW, STOP_SIGNALS, lock

# A closed terminal sends the same signal from several sides. What cleans up is not to be stopped by the second one.
_ONCE_IN = 3.0
_PREFIX, _LOCK = "licscan-run-", "lock"
_FRESH = 60.0  # seconds


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

    So a worker that is killed leaves nothing behind, whatever it was at. Where no folder can be made, what needs one says so. Folders
    of earlier runs that were killed themselves are removed.
    """
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    try:
        _remove_stale(tempfile.gettempdir())
        folder, mark = _made_folder()
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
        os.close(mark)


def _made_folder() -> tuple[str, int]:
    """Return a new folder, and its open file, which is locked until this process ends."""
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    try:
        mark = os.open(os.path.join(folder, _LOCK), os.O_RDWR | CREATE_NEW, 0o600)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    lock(mark)
    return folder, mark


def _remove_stale(parent: str) -> None:
    """Remove this user's folders of processes that ended without removing them: those whose file nobody keeps locked."""
    with os.scandir(parent) as entries:
        folders = [entry.path for entry in entries if entry.name.startswith(_PREFIX)]
    for folder in folders:
        try:
            mark = os.open(os.path.join(folder, _LOCK), os.O_RDWR | NO_FOLLOW)
        except OSError:
            continue  # it is not ours, has gone, or is being made
        try:
            if _is_own(folder, mark) and lock(mark):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(mark)


def _is_own(folder: str, mark: int) -> bool:
    """Whether a folder is one that this user's licscan made, and not just now: its maker locks the file at once."""
    found, about = os.stat(folder, follow_symlinks=False), os.fstat(mark)
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    mine = hasattr(os, "geteuid") and found.st_uid == about.st_uid == os.geteuid()
    return private and mine and time.time() - about.st_mtime > _FRESH
