"""Open files of an untrusted tree: regular files only, whatever has taken their place since the tree was listed."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from licscan.util.system import READ_UNTRUSTED


class NotRegularError(OSError):
    """A pipe, a device, a folder or a link where a regular file was expected."""

    def __init__(self) -> None:
        super().__init__("it is no regular file")


def open_regular(location: str | bytes | os.PathLike[str]) -> BinaryIO:
    """Open a regular file for reading; never wait for a pipe, never follow a link. Raises ``OSError``."""
    descriptor = os.open(location, READ_UNTRUSTED)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegularError
        return open(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(location: str | bytes | os.PathLike[str], limit: int) -> bytes:
    """Return the content of a regular file, at most ``limit`` bytes of it. Raises ``OSError``."""
    with open_regular(location) as stream:
        return stream.read(limit)
