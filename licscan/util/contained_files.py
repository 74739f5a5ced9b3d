"""Reading a file that another file names: only below a root, and through no link on the way.

Whatever a configuration, a policy or a manifest calls a file is hostile. This is the one place that turns such a name into content; what
the stages read otherwise was found by walking the tree.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from licscan.util.system import FOLDER, NO_FOLLOW, READ_UNTRUSTED, can_open_below


class OutsideError(OSError):
    """A name leads out of the tree, or through a symbolic link; ``strerror`` says how."""

    def __init__(self, why: str) -> None:
        super().__init__(0, why)


def relative_parts(name: str, beside: str = "") -> tuple[str, ...]:
    """Return the parts of ``name``, which stands in a file of the folder ``beside`` (relative to the root, with ``/``).

    Raises ``OutsideError`` for a name that is absolute, or leads above the root.
    """
    if "\0" in name or name.startswith(("/", "\\", "~")) or name[1:2] == ":":
        raise OutsideError("it is no path within this tree")
    parts = [part for part in beside.split("/") if part]
    for part in name.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                raise OutsideError("it leads out of this tree")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    if not parts:
        raise OutsideError("it is no path within this tree")
    return tuple(parts)


def read_inside(root: Path, parts: tuple[str, ...], limit: int) -> bytes:
    """Return at most ``limit`` bytes of the regular file at ``parts`` below ``root``, which is trusted to be a folder.

    Raises ``OutsideError`` where a link is on the way, another ``OSError`` for what cannot be read or is no regular file.
    """
    try:
        descriptor = _opened(root, parts)
    except OSError as error:
        if _has_link(root, parts):
            raise OutsideError("it is a symbolic link, or lies behind one: links are not followed") from error
        raise
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OutsideError("it is no regular file")
        return stream.read(limit)


def _opened(root: Path, parts: tuple[str, ...]) -> int:
    """Open folder after folder, so that none of them is exchanged for a link meanwhile."""
    if not can_open_below():
        if _has_link(root, parts):
            raise OutsideError("links are not followed")
        return os.open(root.joinpath(*parts), READ_UNTRUSTED)
    folder = os.open(root, FOLDER & ~NO_FOLLOW)
    try:
        for part in parts[:-1]:
            below = os.open(part, FOLDER, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(parts[-1], READ_UNTRUSTED, dir_fd=folder)
    finally:
        os.close(folder)


def _has_link(root: Path, parts: tuple[str, ...]) -> bool:
    return any(root.joinpath(*parts[: number + 1]).is_symlink() for number in range(len(parts)))


def is_file_inside(folder: Path, name: str) -> bool:
    """Whether ``folder`` holds a regular file called ``name``, and no link of that name."""
    try:
        return stat.S_ISREG(os.lstat(folder / name).st_mode)
    except (OSError, ValueError):
        return False
