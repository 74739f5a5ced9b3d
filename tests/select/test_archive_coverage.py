"""Every byte of an archive belongs to a member, or is reported."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from licscan.core.issue import Issue, IssueLevel
from licscan.select import WalkOptions, select
from tests.select.test_archives import debian, entry, looked_into, tarred, zipped

GPL = b"SPDX-License-Identifier: GPL-3.0-only\n"
ONE = zipped({"a.txt": b"one"})


def tar(name: str = "a.txt", content: bytes = b"one") -> bytes:
    return tarred((entry(name), content), mode="w")


def issues_of(root: Path, name: str, content: bytes) -> tuple[list[Issue], dict[str, bytes]]:
    (root / name).write_bytes(content)
    selection, out = looked_into(root)
    return list(selection.issues), {path.partition("-extract/")[2]: data for path, data in out.items()}


def uncovered(root: Path, name: str, content: bytes) -> list[str]:
    """Return what is reported as content of no member; all other issues fail."""
    issues, _ = issues_of(root, name, content)
    assert {issue.level for issue in issues} <= {IssueLevel.UNREAD}, issues
    return [str(issue.message) for issue in issues]


TWO_TARS: dict[str, Callable[[], bytes]] = {
    "a.tar": lambda: tar() + tar("b.txt", GPL),
    "a.tar.gz": lambda: gzip.compress(tar() + tar("b.txt", GPL)),
    "b.tgz": lambda: gzip.compress(tar()) + gzip.compress(tar("b.txt", GPL)),
    "c.tgz": lambda: gzip.compress(tar()) + b"\0" * 700 + gzip.compress(tar("b.txt", GPL)),
    "a.tar.bz2": lambda: bz2.compress(tar()) + bz2.compress(tar("b.txt", GPL)),
    "a.tar.xz": lambda: lzma.compress(tar()) + lzma.compress(tar("b.txt", GPL)),
}


@pytest.mark.parametrize("name", TWO_TARS)
def test_archives_that_stand_one_behind_the_other_are_read_on(tmp_path: Path, name: str) -> None:
    issues, content = issues_of(tmp_path, name, TWO_TARS[name]())
    assert content == {"a.txt": b"one", "b.txt": GPL} and not issues


def test_an_entry_of_a_type_that_nobody_knows_is_a_file(tmp_path: Path) -> None:
    assert issues_of(tmp_path, "a.tar", tarred((entry("x.c", b"Z"), GPL), mode="w")) == ([], {"x.c": GPL})


def folder_with_data() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("folder/")
        archive.writestr(info, b"")
        info.file_size = info.compress_size = len(GPL)
        info.CRC = zlib.crc32(GPL)
        stream.write(GPL)
        archive.start_dir = stream.tell()
        info.header_offset = 0
    data = bytearray(stream.getvalue())
    data[14:26] = struct.pack("<LLL", zlib.crc32(GPL), len(GPL), len(GPL))
    return bytes(data)


def unlisted() -> bytes:
    """A zip with a member that its list does not name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", b"one")
        archive.writestr("b.txt", GPL)
        archive.writestr("c.txt", b"three")
        archive.filelist.remove(archive.getinfo("b.txt"))
    return stream.getvalue()


def declared_shorter(method: int) -> bytes:
    """A zip whose member has more data than its record admits."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", b"one" + GPL)
        info = archive.getinfo("a.txt")
        info.file_size, info.CRC = 3, zlib.crc32(b"one")
    return stream.getvalue()


def behind_the_end_of_deflate() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"one")
        stream.write(GPL)
        archive.start_dir = stream.tell()
        archive.getinfo("a.txt").compress_size += len(GPL)
    return stream.getvalue()


def with_comment() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", b"one")
        archive.comment = GPL * 100
    return stream.getvalue()


def with_gzip_comment() -> bytes:
    plain = gzip.compress(tar())
    return plain[:3] + bytes([plain[3] | 16]) + plain[4:10] + GPL * 100 + b"\0" + plain[10:]


def padded_with_text() -> bytes:
    data = bytearray(tar())
    data[515 : 515 + len(GPL)] = GPL
    return bytes(data)


UNCOVERED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "two zips": ("a.zip", lambda: zipped({"g.c": GPL}) + ONE, "before the first member"),
    "text before a zip": ("a.zip", lambda: GPL + ONE, "before the first member"),
    "text behind a zip": ("a.jar", lambda: ONE + GPL, "behind the end"),
    "a member that is not listed": ("a.whl", unlisted, "between members"),
    "data of a folder": ("a.zip", folder_with_data, "in the entries of folders"),
    "data behind deflated data": ("a.zip", behind_the_end_of_deflate, "behind the data"),
    "a long comment of a zip": ("a.zip", with_comment, "in comments"),
    "a long comment of a gzip stream": ("a.tgz", with_gzip_comment, "in comments"),
    "text behind a tar": ("a.tar", lambda: tar() + GPL, "between members"),
    "text behind a compressed tar": ("a.tgz", lambda: gzip.compress(tar()) + GPL, "behind the end"),
    "text behind bzip2": ("a.tar.bz2", lambda: bz2.compress(tar()) + GPL, "behind the end"),
    "text behind xz": ("a.tar.xz", lambda: lzma.compress(tar()) + GPL, "behind the end"),
    "text between a member and the next": ("a.tar", padded_with_text, "behind the data"),
    "data of a tar's folder": (
        "a.tar",
        lambda: tarred((entry("d", tarfile.DIRTYPE), GPL * 30), (entry("a.txt"), b"one"), mode="w"),
        "between members",
    ),
    "text behind a Debian package": (
        "a.deb",
        lambda: debian(tarred((entry("control"), b"Package: p\n")), tarred((entry("a"), b"a"))) + GPL,
        "behind the end",
    ),
}


@pytest.mark.parametrize("case", UNCOVERED)
def test_content_of_no_member_is_reported_with_its_size_and_place(tmp_path: Path, case: str) -> None:
    name, content, place = UNCOVERED[case]
    (told,) = uncovered(tmp_path, name, content())
    assert "of the archive belong to no member" in told and place in told


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_data_beyond_the_declared_size_of_a_member_are_an_issue(tmp_path: Path, method: int) -> None:
    issues, _ = issues_of(tmp_path, "a.zip", declared_shorter(method))
    assert [issue.level for issue in issues] == [IssueLevel.INCOMPLETE]


@pytest.mark.parametrize("name", ["a.zip", "a.jar"])
def test_an_archive_between_texts_is_reported_where_archives_are_not_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"#!/bin/sh\n" * 100 + ONE + b"text\n" * 2_000)
    (issue,) = select(tmp_path, WalkOptions()).issues
    assert issue.level is IssueLevel.UNREAD and "--archives" in str(issue.hint)


def test_further_parts_of_a_debian_package_are_read(tmp_path: Path) -> None:
    package = debian(tarred((entry("control"), b"Package: p\n")), tarred((entry("usr/a"), b"a")))
    part = f"{'extra.c':<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(GPL):<10}`\n".encode() + GPL
    issues, content = issues_of(tmp_path, "a.deb", package + part)
    assert not issues and content == {"DEBIAN/control": b"Package: p\n", "usr/a": b"a", "DEBIAN/extra.c": GPL}


def test_padding_descriptors_and_short_comments_are_no_content(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        """A stream that cannot go back: sizes are written behind the data."""

        def seekable(self) -> bool:
            return False

        def seek(self, *_args: int) -> int:
            raise io.UnsupportedOperation

    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("d/", b"")
        archive.writestr("a.txt", b"one")
        archive.comment = b"0123456789abcdef0123456789abcdef01234567"
    assert uncovered(tmp_path, "a.zip", stream.getvalue()) == []
    assert uncovered(tmp_path, "a.tgz", gzip.compress(tar() + b"\0" * 20_480) + b"\0" * 512) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_compression_gives_the_same_content(tmp_path: Path, method: int) -> None:
    stream = io.BytesIO()
    large = b"".join(b"%d" % number for number in range(400_000))
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("large", large)
        archive.writestr("empty", b"")
    assert issues_of(tmp_path, "a.zip", stream.getvalue()) == ([], {"large": large, "empty": b""})
