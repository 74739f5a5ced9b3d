"""The SQLite database of rpm: headers are read, older databases are told, and nothing hostile in it gets further."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.component.ecosystem.rpm import parse_header
from licscan.component.formats import BrokenManifest
from licscan.core.component import ComponentKind
from licscan.core.issue import IssueCode
from tests.component.trees import by_id, discovered, edges

GREET: Mapping[int, object] = {
    1000: "greet",
    1001: "2.10",
    1002: "3.fc39",
    1003: 1,
    1004: ["Says hello"],
    1011: "Example Vendor",
    1014: "GPLv3+ and (MIT or ASL 2.0)",
    1020: "https://example.invalid/greet",
    1022: "x86_64",
    273: "ab" * 32,  # a digest of the header, which is none of the package
    1047: ("greet", "greet(x86-64)"),
    1049: ("libgreet.so.1", "/bin/sh", "rpmlib(PayloadIsXz)"),
}
LIBGREET: Mapping[int, object] = {
    1000: "libgreet",
    1001: "1.0",
    1002: "1.fc39",
    1014: "LGPL-2.1-or-later",
    1022: "x86_64",
    1047: ("libgreet", "libgreet.so.1"),
}
KEY: Mapping[int, object] = {1000: "gpg-pubkey", 1001: "18b8e74c", 1002: "62f2920f", 1014: "pubkey"}


def header(tags: Mapping[int, object]) -> bytes:
    """A header as rpm stores it: two counts, an index of 16 bytes a tag, and the values."""
    index, data = b"", b""
    for tag, value in sorted(tags.items()):
        if isinstance(value, int):
            data += b"\0" * (-len(data) % 4)
            index += struct.pack(">IIiI", tag, 4, len(data), 1)
            data += struct.pack(">I", value)
        else:
            texts = [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]
            kind = 6 if isinstance(value, str) else 9 if isinstance(value, list) else 8
            index += struct.pack(">IIiI", tag, kind, len(data), len(texts))
            data += b"".join(text.encode() + b"\0" for text in texts)
    return struct.pack(">II", len(tags), len(data)) + index + data


def database(root: Path, blobs: Sequence[object], folder: str = "var/lib/rpm") -> Path:
    path = root / folder / "rpmdb.sqlite"
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
    connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("folder", ["var/lib/rpm", "usr/lib/sysimage/rpm"])
def test_installed_packages_and_what_they_need_are_read(tmp_path: Path, folder: str) -> None:
    database(tmp_path, [header(GREET), header(LIBGREET), header(KEY)], folder)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text("ID=fedora\n")
    facts = discovered(tmp_path)
    found = {id_: item for id_, item in by_id(facts).items() if item.kind is ComponentKind.SYSTEM}
    greet, libgreet = (
        "pkg:rpm/fedora/greet@2.10-3.fc39?arch=x86_64&epoch=1",
        "pkg:rpm/fedora/libgreet@1.0-1.fc39?arch=x86_64",
    )
    assert set(found) == {greet, libgreet} and not facts.issues
    item = found[greet]
    assert item.hashes == ()
    assert [claim.expression for claim in item.claims] == ["gpl-3.0-plus AND (mit OR apache-2.0)"]
    assert (item.supplier, item.homepage, item.description) == (
        "Example Vendor",
        "https://example.invalid/greet",
        "Says hello",
    )
    assert (greet, libgreet, "runtime") in edges(facts)


def test_the_licence_files_of_a_package_belong_to_it(tmp_path: Path) -> None:
    database(tmp_path, [header(GREET)])
    (tmp_path / "usr/share/licenses/greet").mkdir(parents=True)
    (tmp_path / "usr/share/licenses/greet/COPYING").write_text("text")
    (item,) = [item for item in discovered(tmp_path).components if item.kind is ComponentKind.SYSTEM]
    assert item.directory == "usr/share/licenses/greet"


@pytest.mark.parametrize(("name", "kind"), [("Packages", "Berkeley DB"), ("Packages.db", "NDB")])
def test_a_database_of_another_kind_is_an_issue(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    (tmp_path / "var/lib/rpm" / name).write_bytes(b"\0" * 100)
    (issue,) = discovered(tmp_path).issues
    assert issue.code is IssueCode.BROKEN_MANIFEST and kind in str(issue.message)


def test_changes_that_are_only_in_the_log_are_told(tmp_path: Path) -> None:
    path = database(tmp_path, [header(GREET)])
    path.with_name("rpmdb.sqlite-wal").write_bytes(b"x" * 100)
    (issue,) = discovered(tmp_path).issues
    assert "log" in str(issue.message)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 4096])
def test_what_is_no_database_is_an_issue(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    (tmp_path / "var/lib/rpm/rpmdb.sqlite").write_bytes(content)
    assert [issue.code for issue in discovered(tmp_path).issues] == [IssueCode.BROKEN_MANIFEST]


@pytest.mark.parametrize(
    "blobs", [[b"short"], ["text"], [header({1014: "MIT"})], [struct.pack(">II", 2**31, 2**31) + b"x" * 64]]
)
def test_a_broken_header_is_an_issue(tmp_path: Path, blobs: list[object]) -> None:
    database(tmp_path, blobs)
    assert [issue.code for issue in discovered(tmp_path).issues] == [IssueCode.BROKEN_MANIFEST]


def test_a_view_that_never_ends_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    connection = sqlite3.connect(tmp_path / "var/lib/rpm/rpmdb.sqlite")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS hnum, x AS blob FROM n"
    connection.execute(f"CREATE VIEW Packages AS {endless}")
    connection.close()
    (issue,) = discovered(tmp_path).issues
    assert issue.code is IssueCode.BROKEN_MANIFEST and "no table" in str(issue.message)


def test_nothing_is_written_beside_the_database(tmp_path: Path) -> None:
    path = database(tmp_path, [header(GREET)])
    discovered(tmp_path)
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@given(st.binary(max_size=300) | st.binary(max_size=40).map(lambda tail: header(GREET)[:-20] + tail))
def test_any_bytes_are_a_header_or_broken(blob: bytes) -> None:
    try:
        found = parse_header(blob)
    except BrokenManifest:
        return
    assert all(isinstance(value, str) for values in found.values() for value in values)


@given(
    st.dictionaries(st.integers(1000, 1100), st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
)
def test_what_was_written_is_read_back(tags: dict[int, str]) -> None:
    assert parse_header(header(tags)) == {tag: (text.strip(),) for tag, text in tags.items()}


@pytest.mark.skipif(
    not Path("/var/lib/rpm/rpmdb.sqlite").exists() or not shutil.which("rpm"), reason="not an rpm system"
)
def test_the_packages_of_this_system_are_those_that_rpm_lists(tmp_path: Path) -> None:
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    shutil.copy("/var/lib/rpm/rpmdb.sqlite", tmp_path / "var/lib/rpm")
    listed = subprocess.run(["rpm", "-qa", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\\n"], capture_output=True, text=True)
    installed = {tuple(line.split()) for line in listed.stdout.splitlines() if not line.startswith("gpg-pubkey")}
    systems = [item for item in discovered(tmp_path).components if item.kind is ComponentKind.SYSTEM]
    assert {(item.name.rpartition("/")[2], item.version) for item in systems} == installed
