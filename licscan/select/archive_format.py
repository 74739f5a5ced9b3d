"""The members of zip, tar and Debian archives, one after the other, whatever the format."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from enum import Enum
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.archive import DEB_SUFFIXES, ZIP_SUFFIXES
from licscan.core.message import ProblemError, message, quoted
from licscan.core.text import plain_message
from licscan.util.regular_files import open_regular
from licscan.util.zip_directory import directory_length

if TYPE_CHECKING:
    from typing_extensions import Self

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60
_LINK_MODE = 0o120000
_TYPE_MASK = 0o170000
# Headers that hold the name or further records of the next one.
_HEADER_TYPES = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
_LONGEST_HEADER = 64 * 1024
_FAILURES = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class BrokenArchive(ProblemError):
    """The archive is none, is damaged, is encrypted, or uses what cannot be read."""


class MemberKind(str, Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SPECIAL = "device or other special file"


class Member(Struct, frozen=True, kw_only=True):
    """One entry. ``name`` is as the archive has it, unchecked. ``open`` may be called until the next member is asked for."""

    name: str
    kind: MemberKind
    open: Callable[[], IO[bytes]]

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the content in pieces of at most ``size`` bytes; raise ``BrokenArchive`` when it cannot be read."""
        try:
            with self.open() as stream:
                while chunk := stream.read(size):
                    yield chunk
        except _FAILURES as error:
            raise _broken(error) from error


def members(location: str, name: str, *, max_output: int, max_directory: int) -> Iterator[Member]:
    """Yield the members of the archive that can be opened at ``location``; ``name`` tells its format, ``max_output``
    bounds the bytes that a compressed tar may come to, and ``max_directory`` those of a zip's list of members. Raises ``BrokenArchive``."""
    lowered = name.lower()
    read = _deb if lowered.endswith(DEB_SUFFIXES) else _tar_file
    try:
        if lowered.endswith(ZIP_SUFFIXES):
            yield from _zip(location, max_directory)
        else:
            yield from read(location, max_output)
    except _FAILURES as error:
        raise _broken(error) from error


def _zip(location: str, max_directory: int) -> Iterator[Member]:
    with open_regular(location) as stream, _opened_zip(stream, max_directory) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 16
            is_link = mode & _TYPE_MASK == _LINK_MODE
            kind = MemberKind.FOLDER if info.is_dir() else MemberKind.LINK if is_link else MemberKind.FILE
            # orig_filename: the reader cuts ``filename`` at a NUL, and what was checked must be what was written.
            yield Member(name=info.orig_filename, kind=kind, open=lambda info=info: archive.open(info))  # type: ignore[misc]


def _opened_zip(stream: BinaryIO, max_directory: int) -> zipfile.ZipFile:
    """Open a zip whose list of members, which is read whole, is not longer than any real one."""
    length = directory_length(stream)
    if length > max_directory:
        raise BrokenArchive(
            message(
                "issue.list-members-takes",
                "its list of members takes {count} bytes, and the limit is {most}",
                count=length,
                most=max_directory,
            )
        )
    return zipfile.ZipFile(stream)


def _tar_file(location: str, max_output: int) -> Iterator[Member]:
    with open_regular(location) as stream:
        yield from _tar(stream, max_output)


def _tar(stream: BinaryIO, max_output: int) -> Iterator[Member]:
    plain = cast("IO[bytes]", _Limited(_decompressed(stream), max_output))
    with tarfile.open(fileobj=plain, mode="r|", tarinfo=_BoundedInfo) as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined] # it would keep every header that it has seen
            yield Member(name=info.name, kind=_tar_kind(info), open=lambda info=info: _content(archive, info))  # type: ignore[misc]


class _BoundedInfo(tarfile.TarInfo):
    """A header whose long names and further records, which are read whole, are not longer than any real one."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _HEADER_TYPES and info.size > _LONGEST_HEADER:
            raise tarfile.ReadError(f"a header of {info.size:,} bytes is over the limit of {_LONGEST_HEADER:,}")
        return info


def _tar_kind(info: tarfile.TarInfo) -> MemberKind:
    if info.isreg():
        return MemberKind.FILE
    if info.isdir():
        return MemberKind.FOLDER
    return MemberKind.LINK if info.issym() or info.islnk() else MemberKind.SPECIAL


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(info)
    if found is None:
        raise BrokenArchive(message("issue.has-no-content", "{text} has no content", text=quoted(info.name[:200])))
    return found


def _deb(location: str, max_output: int) -> Iterator[Member]:
    """The package's records below ``DEBIAN``, as dpkg-deb lays them out, and the files that it installs: the two tars, in any
    compression."""
    trouble: BrokenArchive | None = None
    with open_regular(location) as stream:
        if stream.read(len(_AR_MAGIC)) != _AR_MAGIC:
            raise BrokenArchive(message("issue.no-debian-package", "it is not a Debian package"))
        while len(header := stream.read(_AR_HEADER)) == _AR_HEADER:
            size = int(header[48:58])
            if size < 0:
                raise BrokenArchive(message("issue.member-has-less", "a member has less than no bytes"))
            start = stream.tell()
            if header[:16].startswith(b"control.tar"):
                try:
                    for member in _tar(cast("BinaryIO", _Section(stream, size)), max_output):
                        yield replace(member, name=f"DEBIAN/{member.name}")
                except _FAILURES as error:
                    trouble = _broken(error)  # told when the files are out: they matter more
            elif header[:16].startswith(b"data.tar"):
                yield from _tar(cast("BinaryIO", _Section(stream, size)), max_output)
                if trouble:
                    raise trouble
                return
            stream.seek(start + size + size % 2)
    raise BrokenArchive(message("issue.holds-no-data", "it has no data.tar"))


def _decompressed(stream: BinaryIO) -> IO[bytes]:
    head = stream.read(6)
    stream.seek(-len(head), io.SEEK_CUR)
    if head.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    if head.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(stream))
    if head.startswith(b"\xfd7zXZ\0"):
        return cast("IO[bytes]", lzma.LZMAFile(stream))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        raise BrokenArchive(message("issue.compression-zstd-not", "its compression (zstd) is not read"))
    return stream


class _Limited(io.RawIOBase):
    """A stream that ends in an error once more than ``limit`` bytes were read from it."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > self._left:
            size = self._left + 1
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BrokenArchive(message("issue.more-comes-out", "more comes out of it than it may hold"))
        return data


class _Section(io.RawIOBase):
    """A part of a file from where it stands, as a stream of its own."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._start = stream.tell()
        self._end = self._start + size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = self._stream.read(min(len(view), max(0, self._end - self._stream.tell())))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._stream.tell(), io.SEEK_END: self._end}[whence]
        return self._stream.seek(max(self._start, base + offset)) - self._start

    def tell(self) -> int:
        return self._stream.tell() - self._start


def _broken(error: Exception) -> BrokenArchive:
    return BrokenArchive(
        message("issue.parser", "{text}", text=quoted(plain_message(str(error)) or type(error).__name__))
    )
