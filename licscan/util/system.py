"""What operating systems do differently: each feature that not all of them have, with what licscan does without it.

| feature | where it is missing | without it |
|---|---|---|
| flags that keep a link from being followed | Windows | the path is checked before it is opened |
| opening files below an open folder | Windows | the same |
| an alarm that interrupts the main thread | Windows | a watchdog thread, which cannot interrupt a call into C code |
| a signal at the closing of a pipe | Windows | a worker ends when it has finished its file |
| locks on files | Windows | temporary folders of a run that was killed stay |
| sockets and files that a child process inherits | Windows | one process does all the work |
| limits on the memory of a process | macOS, Windows | no limit |

No other module asks which system this is, or whether it has a feature. ``docs/platforms.md`` says what follows for users.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]
try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
# A file of an untrusted tree: no link is followed, no pipe waited for, and the bytes are those of the file.
READ_UNTRUSTED = (
    os.O_RDONLY | NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)
# A new file in a folder that others may write to.
CREATE_NEW = os.O_CREAT | os.O_EXCL | NO_FOLLOW | getattr(os, "O_BINARY", 0)
FOLDER = os.O_RDONLY | NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
# A file of the user's own state.
OWN_STATE = NO_FOLLOW | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# Signals that ask a process to end, and those that a terminal sends to all processes at once.
STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
)
TERMINAL_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGHUP", "SIGQUIT") if hasattr(signal, name))


def can_open_below() -> bool:
    """Whether files can be opened, moved and removed relative to an open folder."""
    return {os.open, os.rename, os.unlink} <= os.supports_dir_fd


def has_child_processes() -> bool:
    """Whether a child process can inherit a socket and an open file, as workers do."""
    return hasattr(os, "fork")


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Late(BaseException):
    """The time is over. Not an ``Exception``, so that no reader takes it for a fault of its file."""


def has_alarm() -> bool:
    """Whether this thread can be interrupted by an alarm."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``Late`` in this thread after so many seconds."""
    with _alarm(seconds) if has_alarm() else _watchdog(seconds):
        yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watchdog(seconds: float) -> Iterator[None]:
    import ctypes  # here, since only a system without alarms needs it

    thread, lock = ctypes.c_ulong(threading.get_ident()), threading.Lock()
    is_over = has_rung = has_arrived = False

    def ring() -> None:
        nonlocal has_rung
        with lock:
            if not is_over:
                has_rung = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(Late))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Late:
        has_arrived = True
        raise
    finally:
        with lock:
            is_over = True
        timer.cancel()
        while (
            has_rung and not has_arrived
        ):  # it is on its way: nothing that follows may be interrupted in place of this
            time.sleep(0.001)


def end_process_after(seconds: float) -> None:
    """End this process after so many seconds, unless this is called again; zero ends the countdown. No effect without an alarm."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def own_memory() -> int | None:
    """Return how many bytes of memory of its own this process has; ``None`` where the system does not say, as all but Linux."""
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def limit_memory(limit: int) -> int | None:
    """Let this process take no more than ``limit`` bytes beyond what it has, for good. Returns what it has; ``None`` without a limit."""
    has = own_memory()
    if resource is None or has is None:
        return None
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = has + limit if hard == resource.RLIM_INFINITY else min(has + limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    return has


@contextmanager
def memory_limit(limit: int) -> Iterator[None]:
    """Let this process take no more than ``limit`` bytes beyond what it has: ``MemoryError`` is raised beyond."""
    has = own_memory()
    if resource is None or has is None:
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = has + limit if before == resource.RLIM_INFINITY else min(has + limit, before)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))


def end_with(pipe: int) -> None:
    """Let the system end this process as soon as the other end of ``pipe``, which its parent keeps, is closed: whatever the process
    does then, and however the parent ended. No effect where pipes send no signal."""
    if fcntl is None or not hasattr(signal, "SIGIO"):
        return
    try:
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    except (OSError, AttributeError):
        return
    try:
        os.read(pipe, 1)
    except BlockingIOError:
        return
    os._exit(0)  # the parent ended before the signal was set up


def lock(descriptor: int) -> bool:
    """Lock an open file for this process until it ends; return false where another process has the lock, or the system has none."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def prefer_being_killed() -> None:
    """Let Linux end this process, and not its parent, when memory runs out."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("500")
    except OSError:
        pass  # another system, or a container that forbids it: the kernel then chooses by size alone


def set_mode(descriptor: int, mode: int) -> None:
    """Set the permissions of an open file, where the system has them."""
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
