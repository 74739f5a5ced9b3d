"""The compact index: built once from the installed ScanCode, kept in the cache folder, memory-mapped by every process."""

from __future__ import annotations

import hashlib
import logging
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from licscan.detect.installed import HINT, scancode_record, scancode_version
from licscan.errors import DetectorError
from licscan.util.progress import SILENT, Progress

if TYPE_CHECKING:  # it loads NumPy, which who only asks for the fingerprint does not need
    from licscan.detect.engine.store import Store

# Counts up when what is stored, or what it means, changes.
FORMAT = 10
STAGE = "index"
# Building takes some 30 seconds; whoever waits longer than this for another process is told.
_PATIENCE = 600.0

# Beside an index: which state of it was read as a whole and found good.
_NOTE = ".seen"
_DAY = 86_400.0
# So many indexes of other versions are kept.
_OTHERS = 2

# So much of what a builder says is kept, to tell why it failed.
_LINES = 1_000
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception)(?::|$)")
_LIBRARY = re.compile(r"\b(lib[\w.+-]+\.so[\d.]*): cannot open shared object")

# Takes the file, the fingerprint, and where modules are found; tells its steps on standard output.
_BUILDER = "import sys; sys.path[:] = sys.argv[3:]; from licscan.detect.engine.compile import build; build(sys.argv[1], sys.argv[2])"

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def index_fingerprint() -> str:
    """Return what the index is made from: the format, ScanCode's version, and the digest of all modules and data that it installs."""
    # What the installer adds differs from place to place: programs, which name their interpreter, and its own notes.
    installs = [
        line
        for line in scancode_record().splitlines()
        if not line.startswith("..") and ".dist-info/" not in line and ".pyc," not in line
    ]
    digest = hashlib.sha256("\n".join(installs).encode()).hexdigest()[:16]
    return f"{FORMAT}-{scancode_version()}-{digest}"


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
                _remove_others(path)
    except (OSError, DamagedError) as error:
        raise _failed(path, str(error)) from error
    return found


def _opened(path: Path) -> Store | None:
    from licscan.detect.engine.store import DamagedError, Store

    try:
        found = Store(path, index_fingerprint())
        _verify(found, path)
        return found
    except FileNotFoundError:
        return None
    except (OSError, DamagedError, ValueError, KeyError) as error:
        _log.warning("The licence index is built again: %s", error)
        return None


def _verify(found: Store, path: Path) -> None:
    """Read all of an index that was not yet read as it is now; a note beside it tells which was."""
    state = path.stat()
    stamp = f"{state.st_ino} {state.st_size} {state.st_mtime_ns}"
    note = path.with_suffix(_NOTE)
    try:
        is_known = note.read_text(encoding="ascii") == stamp
        is_recent = time.time() - note.stat().st_mtime < _DAY
    except (OSError, UnicodeDecodeError):
        is_known = is_recent = False
    if not is_known:
        found.verify()
    if not is_known or not is_recent:  # when it was last written tells, too, when the index was last used
        with suppress(OSError):  # a folder that is read-only: it is read each time
            note.write_text(stamp, encoding="ascii")


def _remove_others(path: Path) -> None:
    """Remove the indexes that were not used for the longest, but for the few that other installations may still use."""
    others = [other for other in path.parent.glob("index-*.bin") if other != path]
    for other in sorted(others, key=_last_used, reverse=True)[_OTHERS:]:
        for file in (other, other.with_suffix(_NOTE), other.with_suffix(".lock")):
            with suppress(OSError):  # Windows keeps what is open
                file.unlink(missing_ok=True)
    for left in path.parent.glob(f".{path.name}.*"):  # of a builder that was killed; this one holds the lock
        with suppress(OSError):
            left.unlink()


def _last_used(path: Path) -> float:
    for file in (path.with_suffix(_NOTE), path):
        with suppress(OSError):
            return file.stat().st_mtime
    return 0.0


def _build(path: Path, progress: Progress) -> None:
    """Build in a process of its own: ScanCode's index takes 1.4 GB, which a process that scans on would never give back."""
    command = [sys.executable, "-c", _BUILDER, str(path), index_fingerprint(), *filter(None, sys.path)]
    said: deque[str] = deque(maxlen=_LINES)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as builder:
        for line in builder.stdout or ():
            done, _, total = line.strip().partition("/")
            if done.isdigit() and total.isdigit():  # ScanCode may have something to say too
                progress.step(STAGE, int(done), int(total))
            said.append(line.rstrip())
    if builder.returncode:
        raise _failed(path, _cause(said) or f"the builder ended with status {builder.returncode}")


def _cause(said: Iterable[str]) -> str:
    """Return what a builder that failed told last, and of a traceback the first exception, from which the others came."""
    told = [line for line in said if line]
    return next((line for line in told if _EXCEPTION.match(line)), told[-1] if told else "")


def _failed(path: Path, cause: str) -> DetectorError:
    hint = "Free some space there, or choose another folder with --cache-dir."
    if library := _LIBRARY.search(cause):
        hint = f"ScanCode needs the system's library {library[1]}: install it (libgomp.so.1 is in Debian's package libgomp1)."
    elif _EXCEPTION.match(cause) and not cause.startswith("OSError"):
        hint = f"See whether what is installed fits together (pip check). {HINT}"
    return DetectorError(f"the licence index cannot be built: {cause}", where=str(path.parent), hint=hint)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file. The operating system releases it when its holder ends, however it ends."""
    from filelock import FileLock, Timeout  # here, since it is needed once and takes long to import

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=_PATIENCE):
            yield
    except Timeout as error:
        raise DetectorError(
            "another process has been building the licence index for too long",
            where=str(path),
            hint="End it, or choose another folder with --cache-dir.",
        ) from error
