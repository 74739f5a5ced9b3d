"""Files that licscan writes: whole or not there, and never through a link that the scanned tree holds."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from licscan.errors import LicscanError, ScanError, UsageError
from licscan.util.output_record import remember
from licscan.util.system import CREATE_NEW, FOLDER, can_open_below, set_mode

# The place is right, and the disk is not.
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
_CHUNK = 1 << 20
_ELSEWHERE = "choose another place with -o or --output-dir"


def write_file(
    path: Path, write: Callable[[BinaryIO], object], *, within: Iterable[Path] = (), mode: int = 0o666
) -> None:
    """Let ``write`` fill the file at ``path``: it is whole afterwards, or what it was before.

    ``within`` are trees that somebody else wrote: no link in them, nor below the working directory, is written through. Raises
    ``UsageError`` for a place that will not do, ``ScanError`` where the disk is full or fails.
    """
    try:
        folder, name, is_foreign = _place(path, within)
        if not is_foreign and _is_device(path):
            with path.open("wb") as stream:
                write(stream)
            return
        with _Folder(folder) as opened:
            digest = _write(opened, name, write, mode & ~_umask())
        remember(folder / name, digest)
    except LicscanError:
        raise
    except OSError as error:
        kind, hint = (ScanError, "make room, or " + _ELSEWHERE) if error.errno in _DISK else (UsageError, _ELSEWHERE)
        raise kind(f"cannot be written: {error.strerror or error}", where=str(path), hint=hint) from error


def _place(path: Path, within: Iterable[Path]) -> tuple[Path, str, bool]:
    """Return the folder that ``path`` lies in, without any link and made where it is missing, the file's name, and whether it lies
    in a tree that somebody else wrote. Raises ``UsageError`` for a link in such a tree."""
    roots = [os.path.realpath(each) for each in (*within, Path())]
    *folders, name = Path(os.path.abspath(path)).parts
    current = folders[0]
    for part in folders[1:]:
        inside = any(_is_in(current, root) for root in roots)
        current = os.path.join(current, part)
        if os.path.islink(current):
            if inside:
                raise _refused(path, current)
            current = os.path.realpath(current)
        elif not os.path.lexists(current):
            os.mkdir(current)
    inside = any(_is_in(current, root) for root in roots)
    if inside and os.path.islink(os.path.join(current, name)):
        raise _refused(path, os.path.join(current, name))
    return Path(current), name, inside


def _is_in(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _refused(path: Path, link: str) -> UsageError:
    return UsageError(
        "nothing is written through a symbolic link in the scanned tree or the working directory",
        where=str(path),
        hint=f"remove the link {link}, or name the place that it leads to",
    )


def _is_device(path: Path) -> bool:
    """Whether ``path`` is a device or a pipe (``/dev/stdout``): it is written to, not replaced."""
    try:
        status = path.stat()
    except OSError:
        return False
    return not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode))


class _Folder:
    """A folder that is held open while a file in it is written: it cannot be exchanged for a link meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __enter__(self) -> _Folder:
        if can_open_below():
            self._descriptor = os.open(self._path, FOLDER)
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def open(self, name: str, flags: int, mode: int = 0o600) -> int:
        return os.open(self._name(name), flags, mode, dir_fd=self._descriptor)

    def replace(self, old: str, new: str) -> None:
        os.replace(self._name(old), self._name(new), src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def remove(self, name: str) -> None:
        os.unlink(self._name(name), dir_fd=self._descriptor)

    def _name(self, name: str) -> str:
        return name if self._descriptor is not None else os.path.join(self._path, name)


def _write(folder: _Folder, name: str, write: Callable[[BinaryIO], object], mode: int) -> str:
    """Write beside the place first, then move: return the SHA-256 of what is there now."""
    temporary = f".{name[:100]}.{secrets.token_hex(8)}"
    descriptor = folder.open(temporary, os.O_RDWR | CREATE_NEW)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            write(stream)
            stream.flush()
            set_mode(stream.fileno(), mode)
            digest = _digest(stream)
        folder.replace(temporary, name)
    except BaseException:
        folder.remove(temporary)
        raise
    return digest


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
