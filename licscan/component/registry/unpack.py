"""The manifest and the licence and notice files of a package's archive: read, never run, within bounds."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from licscan.component.client import NotFetched
from licscan.component.tree import NOTICE_FOLDERS, is_passed_on
from licscan.core.message import message, ours

MAX_FILE = 2 * 1024 * 1024
MAX_FILES = 500
MAX_TOTAL = 32 * 1024 * 1024
MAX_MEMBERS = 200_000
_LONGEST = 1_000
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
_TROUBLE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
)


def legal_members(
    location: str, is_manifest: Callable[[str], bool], *, root: str = "", nested: str = ""
) -> dict[str, bytes]:
    """Return the manifest and the files that are passed on with a package, by path; raise ``NotFetched`` where the archive breaks.

    ``root`` is what paths in the archive begin with, ``*`` for one folder of any name. Files count that lie at the package's top, in
    folders of licences there, or beside the manifest: what lies deeper is of its parts."""
    found: dict[str, bytes] = {}
    total = 0

    def is_wanted(path: str) -> bool:
        inside = _inside(path, root)
        return inside is not None and (is_manifest(inside) or _is_of_package(inside))

    try:
        for path, data in _members(location, is_wanted, nested):
            total += len(data)
            if len(found) >= MAX_FILES or total > MAX_TOTAL:
                raise NotFetched(
                    message(
                        "registry.archive-holds-more-licence-files-than",
                        "its archive holds more licence files than are read",
                    )
                )
            found[_inside(path, root) or path] = data
    except _TROUBLE as error:
        raise NotFetched(
            message("registry.unreadable", "its archive cannot be read: {detail}", detail=ours(type(error).__name__))
        ) from error
    return found


def _members(location: str, is_wanted: Callable[[str], bool], nested: str) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(location):
        yield from _of_zip(location, is_wanted)
        return
    with open(location, "rb") as stream:
        yield from _of_tar(stream, is_wanted, nested)


def _of_zip(location: str, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(location) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise NotFetched(message("registry.archive-has-too-many-members", "its archive has too many members"))
        for info in members:
            if not info.is_dir() and info.file_size <= MAX_FILE and is_wanted(info.filename):
                with archive.open(info) as member:
                    yield info.filename, _bounded(member)


def _of_tar(stream: IO[bytes], is_wanted: Callable[[str], bool], nested: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for number, info in enumerate(archive):
            if number > MAX_MEMBERS:
                raise NotFetched(message("registry.archive-has-too-many-members", "its archive has too many members"))
            if info.offset_data + info.size > MAX_UNPACKED:
                raise NotFetched(
                    message("registry.archive-unpacks-more-than-read", "its archive unpacks to more than is read")
                )
            member = archive.extractfile(info) if info.isreg() else None
            if member is None:
                continue
            if nested and info.name == nested:
                yield from _of_tar(member, is_wanted, "")
            elif info.size <= MAX_FILE and is_wanted(info.name):
                yield info.name, _bounded(member)


def _bounded(member: IO[bytes]) -> bytes:
    data = member.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise NotFetched(
            message("registry.file-archive-larger-than-states", "a file of its archive is larger than it states")
        )
    return data


def _inside(path: str, root: str) -> str | None:
    """Return a member's path in its package; ``None`` where it lies outside, or is no path that is taken."""
    path = path.removeprefix("./")
    parts = path.split("/")
    if ".." in parts or "" in parts or "\\" in path or "\0" in path or ":" in path or len(path) > _LONGEST:
        return None
    if root == "*":
        return "/".join(parts[1:]) or path
    return path.removeprefix(root) if path.startswith(root) else None


def _is_of_package(path: str) -> bool:
    parts = path.split("/")
    top = parts[0]
    is_described = top == "META-INF" or top.endswith(".dist-info")
    in_licences = len(parts) > 1 and parts[-2].lower() in NOTICE_FOLDERS and len(parts) <= (4 if is_described else 3)
    return is_passed_on(path) and (len(parts) == 1 or in_licences or (is_described and len(parts) == 2))
