"""Files of a Git directory, read as data: regular files inside it, within a limit, and through no link."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from licscan.core.text import visible
from licscan.errors import ScanError
from licscan.util.system import READ_UNTRUSTED

SMALL = 64 * 1024
"""Bytes of a file that holds a few lines: HEAD, a ref, ``commondir``."""
LARGE = 512 * 1024 * 1024
"""Bytes of a file that lists a whole repository: its index, its packed refs."""


class BrokenRepository(ScanError):
    """Git data that is missing, damaged, or larger than a repository needs."""


class GitFolder:
    """A folder of Git data. Nothing outside it is opened, whatever its links, files and names say."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)
        self._inside: dict[str, bool] = {self.path: True}

    def place(self, name: str) -> str:
        """Return where ``name``, a relative path of ours or a checked one, is."""
        return os.path.join(self.path, name)

    def open(self, name: str) -> BinaryIO | None:
        """Open a regular file for reading; ``None`` when there is none. Raises ``BrokenRepository`` for anything else there."""
        place = self.place(name)
        if not self._leads_inside(os.path.dirname(place)):
            raise self.broken(name, "is reached through a link that leads out of the repository")
        return open_regular(place)

    def read(self, name: str, limit: int = SMALL) -> bytes | None:
        """Return the content of a regular file, ``None`` when there is none. Raises ``BrokenRepository``, also over ``limit`` bytes."""
        stream = self.open(name)
        if stream is None:
            return None
        with stream:
            content = stream.read(limit + 1)
        if len(content) > limit:
            raise self.broken(name, f"is larger than {limit:,} bytes")
        return content

    def names(self, name: str) -> list[str]:
        """Return the names in a folder, ordered; none when there is no such folder."""
        place = self.place(name)
        if not self._leads_inside(place):
            return []
        try:
            return sorted(os.listdir(place))
        except OSError:
            return []

    def has_folder(self, name: str) -> bool:
        """Whether there is a folder ``name``, and no link leads out to it."""
        place = self.place(name)
        return os.path.isdir(place) and self._leads_inside(place)

    def broken(self, name: str, why: str) -> BrokenRepository:
        """Return the error of a file that cannot be used."""
        return broken(self.place(name), why)

    def _leads_inside(self, folder: str) -> bool:
        known = self._inside.get(folder)
        if known is None:
            real = os.path.realpath(folder)
            known = self._inside[folder] = real == self.path or real.startswith(f"{self.path}{os.sep}")
        return known


def open_regular(place: str) -> BinaryIO | None:
    """Open a regular file, ``None`` when there is none; a link, pipe or device raises ``BrokenRepository``."""
    try:
        descriptor = os.open(place, READ_UNTRUSTED)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
        raise broken(place, f"cannot be read: {getattr(error, 'strerror', None) or 'not a usable name'}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise broken(place, "is no regular file")
    return open(descriptor, "rb")


def broken(place: str, why: str) -> BrokenRepository:
    """Return the error of a file of Git's that cannot be used; its content is never quoted."""
    return BrokenRepository(
        f"this part of the repository {why}",
        where=visible(place),
        hint="try `git fsck`; without the repository's data the tree is scanned with --all-files",
    )
