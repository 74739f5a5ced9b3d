"""The order in which ScanCode walks a tree, and the spelling of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

_ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")

_NO_WORD = re.compile(r"[\W_]")


def native_name(name: str) -> str:
    """Return a file's name as the operating system gives it to Python: ``\\xNN`` becomes the lone surrogate of its byte."""
    if "\\" not in name:
        return name
    return _ESCAPED_BYTE.sub(lambda byte: chr(0xDC00 + int(byte[1], 16)), name)


def scancode_path(root_name: str, path: str) -> str:
    """Return ``path``, relative to the scanned root, as ScanCode names it: the root's name first, ``/`` for ``\\``."""
    full = f"{root_name}/{path}" if path else root_name
    return native_name(full).replace("\\", "/")


def identifier_name(expression: str) -> str:
    """Return ``expression`` as it stands in ScanCode's identifiers: ``mit_and__gpl_2_0_or_isc``."""
    return _NO_WORD.sub("_", expression.lower()).strip("_")


def walk_order(files: Iterable[str], empty_folders: Iterable[str] = ()) -> Iterator[tuple[str, bool]]:
    """Yield (path, whether it is a file) for every file and every folder on the way to one, top down, without the root.

    Within a folder stand first what has no children (files and empty folders), then what has, each by name
    without regard to case.
    """
    pending = [("", _tree(files, empty_folders))]
    while pending:
        path, entry = pending.pop()
        if path:
            yield path, entry.is_file
        if not entry.children:
            continue
        prefix = f"{path}/" if path else ""
        pending += ((prefix + name, child) for name, child in sorted(entry.children.items(), key=_rank, reverse=True))


def creation_order(files: Iterable[str], empty_folders: Iterable[str] = ()) -> Iterator[str]:
    """Yield the paths of all files and folders in the order in which ScanCode first lists them, without the root."""
    pending = [("", _tree(files, empty_folders))]
    while pending:
        path, entry = pending.pop()
        prefix = f"{path}/" if path else ""
        listed = sorted(entry.children.items(), key=lambda item: (item[1].is_file, *_by_name(item[0])))
        yield from (prefix + name for name, _ in listed)
        pending += ((prefix + name, child) for name, child in reversed(listed) if not child.is_file)


class _Entry(Struct):
    is_file: bool = False
    children: dict[str, _Entry] = field(default_factory=dict)


def _tree(files: Iterable[str], empty_folders: Iterable[str]) -> _Entry:
    root = _Entry()
    for paths, is_file in ((empty_folders, False), (files, True)):
        for path in paths:
            entry = root
            for name in path.split("/"):
                entry = entry.children.setdefault(name, _Entry())
            entry.is_file = is_file
    return root


def _rank(item: tuple[str, _Entry]) -> tuple[bool, str, str]:
    return bool(item[1].children), *_by_name(item[0])


def _by_name(name: str) -> tuple[str, str]:
    native = native_name(name)
    return native.lower(), native
