"""The compact index: built once from the installed ScanCode, kept in the cache folder, memory-mapped by every process."""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from licscan.errors import DetectorError
from licscan.progress import SILENT, Progress

if TYPE_CHECKING:  # it loads NumPy, which who only asks for the fingerprint does not need
    from licscan.detect.engine.store import Store

# Counts up when what is stored, or what it means, changes.
FORMAT = 8
STAGE = "licence index"
# Building takes some 30 seconds; whoever waits longer than this for another process is told.
_PATIENCE = 600.0

# Takes the file, the fingerprint, and where modules are found; tells its steps on standard output.
_BUILDER = "import sys; sys.path[:] = sys.argv[3:]; from licscan.detect.engine.compile import build; build(sys.argv[1], sys.argv[2])"

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def index_fingerprint() -> str:
    """Return what the index is made from: the format, ScanCode's version, and the digest of all modules and data that it installs."""
    try:
        installed = importlib.metadata.distribution("scancode-toolkit")
    except importlib.metadata.PackageNotFoundError as error:
        raise DetectorError(
            "ScanCode is not installed", hint="Install it: pip install 'scancode-toolkit==32.5.0' 'pluggy<1.7'"
        ) from error
    record = (installed.read_text("RECORD") or "").splitlines()
    # What the installer adds differs from place to place: programs, which name their interpreter, and its own notes.
    installs = [
        line for line in record if not line.startswith("..") and ".dist-info/" not in line and ".pyc," not in line
    ]
    digest = hashlib.sha256("\n".join(installs).encode()).hexdigest()[:16]
    return f"{FORMAT}-{installed.version}-{digest}"


def index_path(cache_dir: Path) -> Path:
    """Return where the index of the installed ScanCode is kept; one for each fingerprint, so that versions do not fight."""
    return cache_dir / f"index-{index_fingerprint()}.bin"


def open_index(cache_dir: Path, progress: Progress = SILENT) -> Store:
    """Return the index, built first where it is missing or damaged; raise ``DetectorError`` when it cannot be had."""
    from licscan.detect.engine.store import DamagedError, Store

    path = index_path(cache_dir)
    found = _opened(path)
    if found is not None:
        return found
    try:
        with _locked(path.with_suffix(".lock")):
            found = _opened(path)  # another process may have built it while we waited
            if found is None:
                _build(path, progress)
                found = Store(path, index_fingerprint())
    except (OSError, DamagedError) as error:
        raise DetectorError(
            f"the licence index cannot be built: {error}",
            where=str(path.parent),
            hint="Free some space there, or choose another folder with --cache-dir.",
        ) from error
    return found


def _opened(path: Path) -> Store | None:
    from licscan.detect.engine.store import DamagedError, Store

    try:
        return Store(path, index_fingerprint())
    except FileNotFoundError:
        return None
    except (OSError, DamagedError, ValueError, KeyError) as error:
        _log.warning("The licence index is built again: %s", error)
        return None


def _build(path: Path, progress: Progress) -> None:
    """Build in a process of its own: ScanCode's index takes 1.4 GB, which a process that scans on would never give back."""
    from licscan.detect.engine.store import DamagedError

    command = [sys.executable, "-c", _BUILDER, str(path), index_fingerprint(), *filter(None, sys.path)]
    last = ""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as builder:
        for line in builder.stdout or ():
            done, _, total = line.strip().partition("/")
            if done.isdigit() and total.isdigit():  # ScanCode may have something to say too
                progress.step(STAGE, int(done), int(total))
            last = line.strip() or last
    if builder.returncode:
        raise DamagedError(last or f"the builder ended with status {builder.returncode}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the operating system lets go of it when its holder ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        _acquire(stream.fileno(), path)
        yield


def _acquire(handle: int, path: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _try_lock(handle):
        if time.monotonic() > deadline:
            raise DetectorError(
                "another process has been building the licence index for too long",
                where=str(path),
                hint="End it, or choose another folder with --cache-dir.",
            )
        time.sleep(0.2)


if os.name == "nt":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
