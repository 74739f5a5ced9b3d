"""What is left out is what it claims to be, and what was not read is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
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
    left_out = {each.path: (str(each.reason), each.count) for each in selection.skipped}
    kept = sum(1 for path in top.rglob("*") if path.is_file()) - 1
    assert left_out == {
        ".git": ("version control", kept),
        ".git/COMMIT_EDITMSG": ("text written for version control", 1),
    }
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


# A text where a system keeps files of its own, in a form that the system does not write. The first entries make the folder one of its own.
HIDDEN = {
    ".git": (
        ["HEAD", "objects/", "refs/"],
        "hooks/pre-commit hooks/pre-commit.sample branches/x refs/heads/x refs/x.c logs/HEAD packed-refs FETCH_HEAD shallow x.index "
        "modules/a/index config description info/exclude info/attributes rebase-merge/x.c rebase-merge/onto lfs/tmp/x lfs/cache/x gc.log "
        "objects/info/packs objects/pack/pack-ab.keep commondir modules/a/b/refs/heads/x worktrees/w/gitdir ORIG_HEAD",
    ),
    ".hg": (
        ["requires", "store/"],
        "hgrc branch bookmarks cache/branch2-served cache/x store/data/a.i store/undo store/phaseroots wcache/x undo.desc dirstate localtags",
    ),
    ".svn": (
        ["wc.db"],
        "entries format props/x.c prop-base/x lock all-wcprops wc.db-journal pristine/aa/" + "a" * 40 + ".svn-base",
    ),
    "CVS": (["Root", "Repository", "Entries"], "Template Notify Tag Checkin.prog Entries.Log Base"),
    ".bzr": (
        ["branch-format"],
        "README branch/format branch/tags checkout/x repository/pack-names branch-lock/x checkout/dirstate",
    ),
    "_darcs": (
        ["hashed_inventory", "format"],
        "prefs/boring prefs/x patches/pending patches/00 index rebase tentative_pristine",
    ),
    "_mtn": (["options", "revision"], "format work inodeprints"),
    "{arch}": (["=tagging-method"], "++x =tagging-method a/patch-log/x ++default-version"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_text_where_a_system_keeps_its_own_files_is_looked_at(name: str, tmp_path: Path) -> None:
    proofs, places = HIDDEN[name]
    for proof in proofs:
        proven = tmp_path / name / proof
        if proof.endswith("/"):
            proven.mkdir(parents=True)
        else:
            proven.parent.mkdir(parents=True, exist_ok=True)
            proven.touch()
    for place in places.split():
        (tmp_path / name / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / place).write_bytes(b"/* SPDX-License-Identifier: GPL-3.0-only */\nint x;\n")
    found = paths(select(tmp_path, WalkOptions(all_files=True)))
    assert sorted(found) == sorted(f"{name}/{place}" for place in places.split())


@pytest.mark.parametrize("length", [8_000, 9_000, 100_000])
def test_a_text_behind_lines_of_the_systems_own_is_looked_at(length: int, repository: Repository) -> None:
    own = f"{'0' * 40} refs/heads/x\n"
    (repository.root / ".git" / "packed-refs").write_bytes((own * (length // len(own))).encode() + GPL)
    assert ".git/packed-refs" in paths(select(repository.root, WalkOptions(all_files=True)))


def test_a_search_a_stopped_series_and_shared_folders_are_known_by_their_files(
    repository: Repository, tmp_path: Path
) -> None:
    git, hg, bzr = repository.root / ".git", repository.root / "h" / ".hg", repository.root / "b" / ".bzr"
    for folder in (git / "rebase-apply", hg, bzr / "branch"):
        folder.mkdir(parents=True)
    (git / "BISECT_EXPECTED_REV").write_text("1" * 40 + "\n")
    (git / "rebase-apply" / "utf8").write_text("t\n")
    (hg / "requires").write_text("share-safe\nshared\n")
    (hg / "sharedpath").write_text("/srv/h/.hg")
    (bzr / "branch-format").write_text("Bazaar-NG meta directory, format 1\n")
    (bzr / "branch" / "location").write_text("file:///srv/z/")
    assert not [path for path in paths(select(repository.root, WalkOptions(all_files=True))) if "/." in f"/{path}"]
    for each in (git / "BISECT_EXPECTED_REV", bzr / "branch" / "location"):
        each.write_bytes(GPL)
    assert {".git/BISECT_EXPECTED_REV", "b/.bzr/branch/location"} <= set(
        paths(select(repository.root, WalkOptions(all_files=True)))
    )


CLIENTS = {
    "hg": ["hg init .", "hg add -q a", "hg commit -q -u a -m one", "hg bookmark b", "hg tag -q -u a t"],
    "brz": ["brz init -q .", "brz whoami --branch a@b.example", "brz add -q a", "brz commit -q -m one"],
    "svn": ["svnadmin create $OUT/r", "svn co -q file://$OUT/r .", "svn add -q a", "svn ci -q -m one", "svn up -q"],
    "cvs": ["cvs -d $OUT/c init", "cvs -Q -d $OUT/c import -m one m v r", "cvs -Q -d $OUT/c co -d . m"],
    "darcs": ["darcs init", "darcs add -q a", "darcs record -q -a -A a@b.example -m one"],
}
# Texts that these clients write for people, and that are looked at: lists of patterns, and a message of the day.
PEOPLE_S = {"_darcs/prefs/binaries", "_darcs/prefs/boring", "_darcs/prefs/motd"}


@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_client_writes_is_left_out(client: str, tmp_path: Path) -> None:
    if shutil.which(client) is None:
        pytest.skip(f"needs {client}")
    tree, out = tmp_path / "tree", tmp_path / "out"
    tree.mkdir()
    out.mkdir()
    (tree / "a").write_text("x\n")
    environment = {**os.environ, "OUT": str(out), "HOME": str(out), "BRZ_HOME": str(out), "HGRCPATH": ""}
    for command in CLIENTS[client]:
        subprocess.run(command, shell=True, cwd=tree, env=environment, check=True, capture_output=True)
    found = set(paths(select(tree, WalkOptions(all_files=True))))
    assert found - PEOPLE_S - {".hgtags"} == {"a"}


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
