"""The members of zip, tar and Debian archives, one after the other, whatever the format."""

from __future__ import annotations

import io
import lzma
import re
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
from licscan.select.compressed import STREAMS, Decompressed
from licscan.select.uncovered import Place, Uncovered
from licscan.select.zip_members import ZipMembers
from licscan.util.regular_files import open_regular
from licscan.util.zip_directory import directory_length

if TYPE_CHECKING:
    from typing_extensions import Self

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60
_DEB_VERSION = re.compile(rb"\d+\.\d+\n")
_LONGEST_VERSION = 64
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
_RECORD_TYPES = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_LONGEST_HEADER = 64 * 1024
# Further records of one tar header, and of all headers that are for the whole archive: more is content.
_LONGEST_RECORDS = 8 * 1024
_LONGEST_LINK = 4_096  # bytes that a link leads to; no system takes more
_MOST_GARBAGE = 64 * 1024 * 1024  # bytes of a tar that are searched for a next member
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


def members(location: str, name: str, *, max_output: int, max_directory: int, uncovered: Uncovered) -> Iterator[Member]:
    """Yield the members of the archive that can be opened at ``location``; ``name`` gives its format, ``max_output``
    bounds the bytes that a compressed tar or the entry of a folder may come to, and ``max_directory`` those of a zip's list of
    members. ``uncovered`` receives what belongs to no member, up to where the iteration ends. Raises ``BrokenArchive``."""
    lowered = name.lower()
    read = _deb if lowered.endswith(DEB_SUFFIXES) else _tar_file
    try:
        if lowered.endswith(ZIP_SUFFIXES):
            yield from _zip(location, max_output, max_directory, uncovered)
        else:
            yield from read(location, max_output, uncovered)
    except _FAILURES as error:
        raise _broken(error) from error


def _zip(location: str, max_output: int, max_directory: int, uncovered: Uncovered) -> Iterator[Member]:
    with open_regular(location) as stream, _opened_zip(stream, max_directory) as archive:
        content = ZipMembers(stream, archive, uncovered)
        content.account()
        for info in archive.infolist():
            if (kind := _zip_kind(info)) is MemberKind.FOLDER:
                content.folder(info, max_output)
            # orig_filename: the reader cuts ``filename`` at a NUL, and what was checked must be what was written.
            yield Member(name=info.orig_filename, kind=kind, open=lambda info=info: content.open(info))  # type: ignore[misc]


def _zip_kind(info: zipfile.ZipInfo) -> MemberKind:
    if info.is_dir():
        return MemberKind.FOLDER
    is_link = (info.external_attr >> 16) & _TYPE_MASK == _LINK_MODE
    if is_link and max(info.file_size, info.compress_size) <= _LONGEST_LINK:
        return MemberKind.LINK
    return MemberKind.FILE


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


def _tar_file(location: str, max_output: int, uncovered: Uncovered) -> Iterator[Member]:
    with open_regular(location) as stream:
        yield from _tar(stream, max_output, uncovered)


def _tar(stream: BinaryIO, max_output: int, uncovered: Uncovered) -> Iterator[Member]:
    """Yield the members up to the end of the stream: archives that stand one behind the other are read on, as ``tar -i`` does."""
    plain = cast("IO[bytes]", _Limited(_decompressed(stream, uncovered), max_output))
    header = _header_reader(uncovered)
    with tarfile.open(fileobj=plain, mode="r|", tarinfo=header, ignore_zeros=True) as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined] # it would keep every header that it has seen
            yield Member(name=info.name, kind=_tar_kind(info), open=lambda info=info: _content(archive, info))  # type: ignore[misc]
            uncovered.add(Place.DATA, _padding(archive, info))


def _padding(archive: tarfile.TarFile, info: tarfile.TarInfo) -> int:
    """Return how many bytes behind a member's data, up to the next header, are not the zeros that belong there."""
    stream, padding = archive.fileobj, -info.size % tarfile.BLOCKSIZE
    if _tar_kind(info) is not MemberKind.FILE or info.issparse() or not padding or stream is None:
        return 0
    stream.seek(info.offset_data + info.size)
    return len(stream.read(padding).strip(b"\0"))


def _header_reader(uncovered: Uncovered) -> type[tarfile.TarInfo]:
    """Return the reader of one tar's headers: names and further records, which are read whole, are not longer than any real
    ones, and blocks that are no header where one is due are counted."""
    found = False
    garbage = 0
    records = 0

    class Header(tarfile.TarInfo):
        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            nonlocal found, garbage
            try:
                info = super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError:
                lost = len(buf) if buf.strip(b"\0") else 0
                garbage += lost
                if lost and (not found or garbage > _MOST_GARBAGE):
                    raise tarfile.ReadError("invalid header") from None
                uncovered.add(Place.BETWEEN, lost)
                raise
            found = True
            check_length(info)
            return info

    def check_length(info: tarfile.TarInfo) -> None:
        nonlocal records
        if info.type in _HEADER_TYPES and info.size > _LONGEST_HEADER:
            raise tarfile.ReadError(f"a header of {info.size:,} bytes is over the limit of {_LONGEST_HEADER:,}")
        if info.type == tarfile.XGLTYPE:
            records += info.size
        length = records if info.type == tarfile.XGLTYPE else info.size
        if info.type in _RECORD_TYPES and length > _LONGEST_RECORDS:
            uncovered.add(Place.FIELDS, info.size)

    return Header


def _tar_kind(info: tarfile.TarInfo) -> MemberKind:
    # A type that nobody knows is a file to every reader.
    if info.isreg() or info.type not in tarfile.SUPPORTED_TYPES:
        return MemberKind.FILE
    if info.isdir():
        return MemberKind.FOLDER
    return MemberKind.LINK if info.issym() or info.islnk() else MemberKind.SPECIAL


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(info)
    if found is None:
        raise BrokenArchive(message("issue.has-no-content", "{text} has no content", text=quoted(info.name[:200])))
    return found


def _deb(location: str, max_output: int, uncovered: Uncovered) -> Iterator[Member]:
    """The package's records below ``DEBIAN``, as dpkg-deb lays them out, and the files that it installs: the two tars, in any
    compression. Further parts, which dpkg ignores, are files below ``DEBIAN``."""
    trouble: BrokenArchive | None = None
    has_data = False
    with open_regular(location) as stream:
        if stream.read(len(_AR_MAGIC)) != _AR_MAGIC:
            raise BrokenArchive(message("issue.no-debian-package", "it is not a Debian package"))
        while len(header := stream.read(_AR_HEADER)) == _AR_HEADER:
            name, size = header[:16].decode("latin-1").rstrip(" /"), int(header[48:58])
            if size < 0:
                raise BrokenArchive(message("issue.member-has-less", "a member has less than no bytes"))
            start = stream.tell()
            part = cast("BinaryIO", _Section(stream, size))
            if name.startswith("control.tar"):
                try:
                    for member in _tar(part, max_output, uncovered):
                        yield replace(member, name=f"DEBIAN/{member.name}")
                except _FAILURES as error:
                    trouble = trouble or _broken(error)  # reported when the files are out: they matter more
            elif name.startswith("data.tar"):
                has_data = True
                yield from _tar(part, max_output, uncovered)
            elif name != "debian-binary" or not _DEB_VERSION.fullmatch(part.read(_LONGEST_VERSION)):
                part.seek(0)
                yield Member(name=f"DEBIAN/{name}", kind=MemberKind.FILE, open=lambda part=part: part)  # type: ignore[misc]
            stream.seek(start + size + size % 2)
        uncovered.add(Place.BEHIND, len(header))
    if trouble:
        raise trouble
    if not has_data:
        raise BrokenArchive(message("issue.holds-no-data", "it has no data.tar"))


def _decompressed(stream: BinaryIO, uncovered: Uncovered) -> IO[bytes]:
    head = stream.read(6)
    stream.seek(-len(head), io.SEEK_CUR)
    for magic, new in STREAMS:
        if head.startswith(magic):
            return cast("IO[bytes]", Decompressed(stream, magic, new, uncovered))
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
