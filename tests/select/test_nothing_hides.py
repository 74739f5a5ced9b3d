"""What is left out is what it claims to be, and what was not read is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from licscan.core.finding import FileKind
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.selection import Selection
from licscan.select import select
from licscan.select.archive import with_archives
from licscan.select.unread import unread_content
from licscan.select.walk import WalkOptions
from tests.conftest import Repository

GPL = b"/* SPDX-License-Identifier: GPL-2.0-only */\n"
NAMES = (".git", ".GIT", ".hg", ".svn", "CVS", "cvs", ".bzr", "_darcs", "_MTN", "{arch}", ".repo")


def paths(selection: Selection) -> list[str]:
    return [selected.file.path for selected in selection.files]


def unread(selection: Selection) -> dict[str, str]:
    return {
        issue.location.path: str(issue.message).rpartition(": it is ")[2]
        for issue in selection.issues
        if issue.code is IssueCode.NOT_READ and issue.location
    }


@pytest.mark.parametrize("all_files", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_only_bears_a_name_of_version_control_is_looked_at(
    name: str, all_files: bool, tmp_path: Path
) -> None:
    (tmp_path / name / "deep").mkdir(parents=True)
    (tmp_path / name / "gpl.c").write_bytes(GPL)
    (tmp_path / name / "deep" / "COPYING").write_bytes(GPL)
    selection = select(tmp_path, WalkOptions(all_files=all_files))
    assert paths(selection) == [f"{name}/deep/COPYING", f"{name}/gpl.c"]


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes", ".cvsignore", "vssver.scc", ".git", "CVS"])
def test_a_file_of_such_a_name_is_looked_at(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(GPL)
    assert paths(select(tmp_path, WalkOptions(all_files=True))) == [name]


def test_a_real_repository_is_left_out_whole_and_what_is_hidden_in_it_is_not(repository: Repository) -> None:
    for number in range(3):
        repository.write("main.c", f"int x = {number};\n")
        repository.commit()
    repository.git("tag", "-a", "v1", "-m", "one")
    repository.git("gc", "--quiet")
    repository.write("main.c", "int y;\n")
    repository.git("stash")
    repository.git("worktree", "add", "-q", str(repository.root.parent / "other"), "-b", "other")
    top = repository.root / ".git"
    selection = select(repository.root, WalkOptions(all_files=True))
    assert paths(selection) == ["main.c"]
    assert [(each.path, str(each.reason)) for each in selection.skipped] == [(".git", "version control")]
    hidden = [
        "src/gpl.c",
        "objects/gpl.c",
        "objects/ab/" + "c" * 38,
        "refs/heads/gpl",
        "hooks/gpl.c",
        "HEAD_gpl",
        "logs/gpl",
        "index.c",
    ]
    for name in hidden:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(GPL)
    (top / "description").write_bytes(GPL * 500)
    found = paths(select(repository.root, WalkOptions(all_files=True)))
    assert found == sorted(
        [*(f".git/{name}" for name in (*hidden, "description")), "main.c"], key=lambda path: path.split("/")
    )
    other = select(repository.root.parent / "other", WalkOptions(all_files=True))
    assert paths(other) == ["main.c"]
    assert [str(each.reason) for each in other.skipped] == ["version control settings"]


def test_a_working_copy_of_subversion_and_of_cvs_are_known_by_their_files(tmp_path: Path) -> None:
    svn = tmp_path / ".svn"
    (svn / "pristine" / "aa").mkdir(parents=True)
    (svn / "wc.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    (svn / "entries").write_text("12\n")
    (svn / "pristine" / "aa" / ("a" * 40 + ".svn-base")).write_bytes(GPL)  # not what its name says
    cvs = tmp_path / "CVS"
    cvs.mkdir()
    (cvs / "Root").write_text(":pserver:a@example.invalid:/r\n")
    (cvs / "Repository").write_text("module\n")
    (cvs / "Entries").write_text("/main.c/1.1/Mon Jan  1 00:00:00 2001//\nD/sub////\nD\n")
    assert paths(select(tmp_path, WalkOptions())) == [".svn/pristine/aa/" + "a" * 40 + ".svn-base"]
    (cvs / "Entries").write_bytes(GPL)
    assert "CVS/Entries" in paths(select(tmp_path, WalkOptions()))


def test_in_parity_with_scancode_names_are_left_out_and_told_as_not_read(tmp_path: Path) -> None:
    (tmp_path / "CVS").mkdir()
    (tmp_path / "CVS" / "gpl.c").write_bytes(GPL)
    (tmp_path / "a.c").write_bytes(GPL)
    (tmp_path / ".gitignore").write_bytes(b"*.o\n")
    selection = select(tmp_path, WalkOptions(all_files=True, scancode_names=True))
    assert paths(selection) == ["a.c"]
    assert set(unread(selection)) == {"CVS", ".gitignore"}


def test_a_tree_of_any_depth_is_walked(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(1_200):
        folder = folder / "d"
    subprocess.run(["mkdir", "-p", str(folder)], check=True)
    (folder / "deep.c").write_bytes(GPL)
    found = paths(select(tmp_path, WalkOptions()))
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # deeper than Python removes
    assert len(found) == 1


def zipped(name: str = "a.c") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, GPL * 20)
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("a.c")
        info.size = len(GPL)
        archive.addfile(info, io.BytesIO(GPL))
    return stream.getvalue()


CONTENT = {
    "lib.jar": zipped(),
    "renamed.c": zipped(),
    "app.apk": zipped("classes.dex"),
    "report.docx": zipped("word/document.xml"),
    "text.odt": zipped("content.xml"),
    "a.c.gz": gzip.compress(GPL),
    "a.bz2": bz2.compress(GPL),
    "a.xz": lzma.compress(GPL),
    "a.lzma": lzma.compress(GPL, format=lzma.FORMAT_ALONE),
    "a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "a.rar": b"Rar!\x1a\x07\x01\x00" + bytes(40),
    "a.zst": b"\x28\xb5\x2f\xfd" + bytes(40),
    "a.rpm": b"\xed\xab\xee\xdb" + bytes(120),
    "a.deb": b"!<arch>\ndebian-binary   " + bytes(60),
    "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "disc.iso": bytes(32769) + b"CD001" + bytes(2000),
    "image.dmg": bytes(2000) + b"koly" + bytes(508),
    "src.tar": tarred(),
    "tool": b"#!/bin/sh\nexec unzip\n" + zipped(),
    "setup.exe": b"MZ" + bytes(5000) + zipped(),
    "mainframe.txt": GPL.decode().encode("cp037") * 20,
    "noise.c": bytes(range(256)) * 20,
    "big5.txt": "許可證條款與條件說明文件".encode("big5") * 50,
    "weights.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12\n",
}


@pytest.mark.parametrize("name", CONTENT)
def test_content_that_is_not_read_is_told_whatever_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(CONTENT[name])
    selection = select(tmp_path, WalkOptions())
    assert set(unread(selection)) == {name}
    assert {issue.level for issue in selection.issues} == {IssueLevel.UNREAD}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.c", GPL),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("picture.c", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("song.mp3", b"ID3" + bytes(200)),
        ("font.woff2", b"wOF2" + bytes(200)),
        ("video.mp4", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
        ("prog", b"\x7fELF" + bytes(200)),
        ("latin.txt", "Lizenz für Größe, freie Software\n".encode("latin-1") * 20),
        ("utf16.txt", "Licensed under the MIT license\n".encode("utf-16")),
        ("utf16le.txt", "Licensed under the MIT license\n".encode("utf-16-le")),
        ("readme.md", b"BZh is how bzip2 files begin\n"),
        ("paper.pdf", b"%PDF-1.4\n" + bytes(100)),
        ("data.bin", bytes(range(256)) * 8),
        ("empty.jar", b""),
    ],
)
def test_media_programs_and_texts_are_not_told(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert unread(select(tmp_path, WalkOptions())) == {}


def test_with_archives_only_what_is_still_not_read_is_told(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("inner.jar", zipped())
        archive.writestr("notes.txt.gz", gzip.compress(GPL))
        archive.writestr("CVS/gpl.c", GPL)
    (tmp_path / "outer.zip").write_bytes(stream.getvalue())
    (tmp_path / "app.apk").write_bytes(zipped())
    (tmp_path / "renamed.dat").write_bytes(zipped())
    with with_archives(select(tmp_path, WalkOptions(archives=True))) as opened:
        assert set(unread(opened)) == {"app.apk", "renamed.dat", "outer.zip-extract/notes.txt.gz"}
        assert "outer.zip-extract/CVS/gpl.c" in paths(opened)
        assert "outer.zip-extract/inner.jar-extract/a.c" in paths(opened)


@pytest.mark.parametrize("cut", range(4))
def test_a_text_in_utf_8_is_read_wherever_its_last_character_is_cut(cut: int) -> None:
    text = ("分发方式：二进制。" * 20).encode()
    assert unread_content("a.toml", text[: len(text) - cut], b"", FileKind.DATA) is None
