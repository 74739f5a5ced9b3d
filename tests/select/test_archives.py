"""Archives are looked into within limits, and nothing in them gets out."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.selection import Selection
from licscan.select import WalkOptions, select
from licscan.select.archive import ArchiveLimits, with_archives


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(*infos: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for info, content in infos:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def looked_into(root: Path, limits: ArchiveLimits | None = None) -> tuple[Selection, dict[str, bytes]]:
    """Return the selection and the content of all that came out of archives."""
    with with_archives(select(root, WalkOptions()), limits or ArchiveLimits()) as selection:
        content = {
            item.file.path: Path(item.location).read_bytes()
            for item in selection.files
            if "-extract/" in item.file.path
        }
    return selection, content


def refused(selection: Selection) -> list[str]:
    assert {issue.code for issue in selection.issues} <= {IssueCode.UNSAFE_ARCHIVE}
    return [str(issue.message) for issue in selection.issues]


@pytest.mark.parametrize("name", ["a.zip", "a.jar", "a.whl", "A.ZIP"])
def test_a_zip_joins_the_selection_and_is_gone_afterwards(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(zipped({"META-INF/LICENSE": b"MIT License", "x/y.class": b"\0"}))
    selection, content = looked_into(tmp_path)
    assert content == {f"{name}-extract/META-INF/LICENSE": b"MIT License", f"{name}-extract/x/y.class": b"\0"}
    assert name in {item.file.path for item in selection.files} and selection.issues == ()
    assert not any(os.path.exists(item.location) for item in selection.files if "-extract/" in item.file.path)


@pytest.mark.parametrize(
    ("name", "mode"), [("a.tar", "w"), ("a.tgz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")]
)
def test_a_tarball_joins_the_selection(tmp_path: Path, name: str, mode: str) -> None:
    (tmp_path / name).write_bytes(tarred((entry("p-1.0/LICENSE"), b"text"), (entry("p-1.0/a.c"), b"int a;"), mode=mode))
    _, content = looked_into(tmp_path)
    assert content == {f"{name}-extract/p-1.0/LICENSE": b"text", f"{name}-extract/p-1.0/a.c": b"int a;"}


def debian(control: bytes, data: bytes) -> bytes:
    parts = [("debian-binary", b"2.0\n"), ("control.tar.xz", control), ("data.tar.xz", data)]
    return b"!<arch>\n" + b"".join(
        f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content + b"\n" * (len(content) % 2)
        for name, content in parts
    )


def test_a_debian_package_gives_its_record_and_the_files_that_it_installs(tmp_path: Path) -> None:
    control = tarred((entry("./control"), b"Package: x"), mode="w:xz")
    data = tarred((entry("./usr/share/doc/x/copyright"), b"License: MIT"), mode="w:xz")
    (tmp_path / "x.deb").write_bytes(debian(control, data))
    selection, content = looked_into(tmp_path)
    assert selection.issues == () and content == {
        "x.deb-extract/DEBIAN/control": b"Package: x",
        "x.deb-extract/usr/share/doc/x/copyright": b"License: MIT",
    }


def test_a_broken_record_of_a_debian_package_costs_none_of_its_files(tmp_path: Path) -> None:
    data = tarred((entry("./usr/share/doc/x/copyright"), b"License: MIT"), mode="w:xz")
    (tmp_path / "x.deb").write_bytes(debian(b"odd", data))
    selection, content = looked_into(tmp_path)
    assert content == {"x.deb-extract/usr/share/doc/x/copyright": b"License: MIT"}
    assert [issue.code for issue in selection.issues] == [IssueCode.UNSAFE_ARCHIVE]


def test_an_archive_in_an_archive_is_looked_into_as_deep_as_allowed(tmp_path: Path) -> None:
    packed = zipped({"LICENSE": b"inner"})
    for _ in range(4):
        packed = zipped({"in.zip": packed})
    (tmp_path / "a.zip").write_bytes(packed)
    selection, content = looked_into(tmp_path)
    assert not any(path.endswith("LICENSE") for path in content)
    assert refused(selection) == ["archives are nested more than 3 deep"]
    _, content = looked_into(tmp_path, ArchiveLimits(max_depth=9))
    assert b"inner" in content.values()


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/tmp/licscan-out", "C:\\out", "..\\out", "\\\\host\\out"])
def test_a_path_that_leaves_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a.zip").write_bytes(zipped({name: b"x", "good": b"y"}))
    (root / "b.tgz").write_bytes(tarred((entry(name), b"x"), (entry("good"), b"y")))
    before = sorted(tmp_path.rglob("*"))
    selection, content = looked_into(root)
    assert set(content) == {"a.zip-extract/good", "b.tgz-extract/good"}
    assert len(refused(selection)) == 2 and all("refused" in message for message in refused(selection))
    assert all(issue.level is IssueLevel.INCOMPLETE for issue in selection.issues)
    assert sorted(tmp_path.rglob("*")) == before and not Path("/tmp/licscan-out").exists()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "device"),
    ],
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes, told: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    root = tmp_path / "tree"
    root.mkdir()
    # The second member would be written through the link.
    (root / "a.tgz").write_bytes(tarred((entry("way", kind, str(tmp_path)), b""), (entry("way/secret"), b"changed")))
    selection, content = looked_into(root)
    assert content == {"a.tgz-extract/way/secret": b"changed"} and secret.read_text() == "secret"
    (message,) = refused(selection)
    assert told in message


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("way")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    selection, content = looked_into(tmp_path)
    assert content == {} and "link" in refused(selection)[0]


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tgz"])
def test_a_bomb_goes_off_within_its_limits(tmp_path: Path, name: str) -> None:
    zeros = b"\0" * (40 * 1024 * 1024)
    packed = zipped({"zeros": zeros}) if name.endswith("zip") else tarred((entry("zeros"), zeros))
    (tmp_path / name).write_bytes(packed)
    selection, content = looked_into(tmp_path)
    (message,) = refused(selection)
    assert "times as large" in message or "more comes out" in message
    assert sum(map(len, content.values())) <= 21 * 1024 * 1024


def test_size_count_and_members_are_limited(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"f{number}": os.urandom(1000) for number in range(20)}))
    for limits, told in [
        (ArchiveLimits(max_count=5), "more than 5 members"),
        (ArchiveLimits(max_size=5000), "over 5,000 bytes"),
        (ArchiveLimits(max_member=500), "over 500 bytes"),
    ]:
        selection, _ = looked_into(tmp_path, limits)
        assert told in refused(selection)[0]


def test_nested_archives_share_one_budget(tmp_path: Path) -> None:
    inner = zipped({"f": os.urandom(3000)})
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.zip": inner for number in range(3)}))
    selection, _ = looked_into(tmp_path, ArchiveLimits(max_size=14_000))
    assert any("over 14,000 bytes" in message for message in refused(selection))


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.deb", "a.tar.xz"])
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nonsense", b"\x1f\x8b\x08 nonsense", b"!<arch>\nx" * 20, b"\xfd7zXZ\0abc"]
)
def test_what_is_no_archive_is_told_and_costs_nothing_else(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.zip").write_bytes(zipped({"LICENSE": b"text"}))
    selection, found = looked_into(tmp_path)
    assert found == {"good.zip-extract/LICENSE": b"text"}
    assert len(refused(selection)) <= 1


def test_an_encrypted_or_repeated_member_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"f": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(data))
    (tmp_path / "b.tgz").write_bytes(tarred((entry("f"), b"1"), (entry("f"), b"2")))
    messages = refused(looked_into(tmp_path)[0])
    assert len(messages) == 2 and "another member has its name" in messages[1]


def test_version_control_inside_is_left_out_and_what_only_bears_its_name_is_not(tmp_path: Path) -> None:
    repository = {
        ".git/HEAD": b"ref: refs/heads/main\n",
        ".git/config": b"",
        ".git/refs/x": b"",
        ".git/objects/pack/x": b"no pack",
    }
    members = {
        **repository,
        ".git/gpl.c": b"int g;",
        "CVS/gpl.c": b"int g;",
        "{arch}/gpl.c": b"int g;",
        "a.c": b"int a;",
    }
    (tmp_path / "a.zip").write_bytes(zipped(members))
    found = [path.removeprefix("a.zip-extract/") for path in looked_into(tmp_path)[1]]
    assert sorted(found) == [".git/gpl.c", ".git/objects/pack/x", "CVS/gpl.c", "a.c", "{arch}/gpl.c"]
