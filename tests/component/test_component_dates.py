"""The dates of components, and whether their files are as their package brought them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path

import pytest

from licscan.component import ComponentOptions, discover
from licscan.component.dates import dated
from licscan.core.component import DateKind
from licscan.core.location import Location
from tests.component.conftest import Plant
from tests.component.trees import by_id, nothing_read, select_all

UV = """version = 1
[[package]]
name = "six"
version = "1.16.0"
sdist = { url = "https://example.org/six.tar.gz", hash = "sha256:aa", upload-time = "2021-05-05T14:18:18.379Z" }
wheels = [{ url = "https://example.org/six.whl", hash = "sha256:bb", upload-time = "2021-05-04T23:59:59Z" }]
[[package]]
name = "idna"
version = "3.6"
"""
PYLOCK = """lock-version = "1.0"
created-by = "a test"
[[packages]]
name = "six"
version = "1.16.0"
[[packages.wheels]]
name = "six.whl"
upload-time = 2021-05-05T14:18:17Z
hashes = {sha256 = "aa"}
"""
COMPOSER = json.dumps({"packages": [{"name": "a/b", "version": "1.0", "time": "2019-02-03T04:05:06+00:00"}]})
CONDA = json.dumps({"name": "zlib", "version": "1.2.11", "timestamp": 1572463200000})
APK = "P:musl\nV:1.2.2-r0\nt:1600000000\n\n"
STATUS = "Package: hello\nStatus: install ok installed\nVersion: 2.10-2\nArchitecture: all\n\n"
CHANGELOG = b"hello (2.10-2) unstable; urgency=low\n\n  * A change.\n\n -- A. N. Other <a@example.org>  Mon, 13 May 2019 01:30:00 +0200\n"


@pytest.mark.parametrize(
    ("files", "component", "kind", "day"),
    [
        ({"uv.lock": UV}, "pkg:pypi/six@1.16.0", DateKind.RELEASED, "2021-05-04"),
        ({"pylock.toml": PYLOCK}, "pkg:pypi/six@1.16.0", DateKind.RELEASED, "2021-05-05"),
        ({"composer.json": "{}", "composer.lock": COMPOSER}, "pkg:composer/a/b@1.0", DateKind.RELEASED, "2019-02-03"),
        ({"env/conda-meta/zlib.json": CONDA}, "pkg:conda/zlib@1.2.11", DateKind.BUILT, "2019-10-30"),
        ({"root/lib/apk/db/installed": APK}, "pkg:apk/alpine/musl@1.2.2-r0", DateKind.BUILT, "2020-09-13"),
        (
            {"go.mod": "module m\nrequire example.org/x v0.0.0-20190101120000-abcdefabcdef\n"},
            "pkg:golang/example.org/x@v0.0.0-20190101120000-abcdefabcdef",
            DateKind.RELEASED,
            "2019-01-01",
        ),
    ],
)
def test_a_date_is_read_where_one_is_recorded(
    plant: Plant, files: dict[str, str], component: str, kind: DateKind, day: str
) -> None:
    found = by_id(plant(files))[component].dated
    assert found and (found.kind, found.day) == (kind, day)
    assert found.location and found.location.path in files


def test_a_package_without_a_recorded_date_has_none(plant: Plant) -> None:
    assert by_id(plant({"uv.lock": UV}))["pkg:pypi/idna@3.6"].dated is None


def test_a_debian_package_is_as_old_as_its_changelog_says(tmp_path: Path) -> None:
    folder = tmp_path / "root/usr/share/doc/hello"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text("License: MIT")
    (folder / "changelog.Debian.gz").write_bytes(gzip.compress(CHANGELOG))
    status = tmp_path / "root/var/lib/dpkg/status"
    status.parent.mkdir(parents=True)
    status.write_text(STATUS)
    facts = discover(select_all(tmp_path), ComponentOptions(root_name="tree"), nothing_read)
    found = by_id(facts)["pkg:deb/debian/hello@2.10-2?arch=all"].dated
    assert found and found.day == "2019-05-12"  # in UTC


@pytest.mark.parametrize("written", ["", "soon", "1985-10-26T08:15:00Z", -1, 1e30, True, None, ["2020"], "0000-00-00"])
def test_what_is_no_date_or_cannot_be_true_is_no_date(written: object) -> None:
    assert dated(DateKind.RELEASED, written, "x", Location(path="x")) is None


def record(files: dict[str, bytes]) -> str:
    def line(name: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        return f"{name},sha256={digest},{len(data)}"

    return "\n".join([*(line(name, data) for name, data in files.items()), "a-1.dist-info/RECORD,,"])


def installed(root: Path, changed: bytes | None = None, *, keep: bool = True) -> Path:
    """An installed wheel of two modules, one of which may have been changed or taken away since."""
    files = {"a/__init__.py": b"one = 1\n", "a/two.py": b"two = 2\n"}
    site = root / "lib/python3.11/site-packages"
    for name, data in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)
    info = site / "a-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a\nVersion: 1\n")
    (info / "RECORD").write_text(record(files))
    if changed is not None:
        (site / "a/two.py").write_bytes(changed)
    if not keep:
        (site / "a/two.py").unlink()
    return root


def check_of(root: Path, component: str = "pkg:pypi/a@1"):  # type: ignore[no-untyped-def]
    facts = discover(select_all(root, left_out=()), ComponentOptions(root_name="tree"), nothing_read)
    return by_id(facts)[component].check


def test_files_of_a_wheel_that_are_as_recorded_are_proven_so(tmp_path: Path) -> None:
    found = check_of(installed(tmp_path))
    assert (found.same, found.changed, found.unseen) == (2, (), 0)
    assert found.location.path.endswith("a-1.dist-info/RECORD")


def test_a_changed_file_of_a_wheel_is_named(tmp_path: Path) -> None:
    found = check_of(installed(tmp_path, changed=b"two = 3\n"))
    assert (found.same, found.changed) == (1, ("lib/python3.11/site-packages/a/two.py",))


def test_a_file_that_is_gone_is_counted_and_not_called_changed(tmp_path: Path) -> None:
    found = check_of(installed(tmp_path, keep=False))
    assert (found.same, found.changed, found.unseen) == (1, (), 1)


def test_nothing_is_said_of_files_that_were_not_looked_at(tmp_path: Path) -> None:
    installed(tmp_path / ".venv")
    (tmp_path / ".venv/pyvenv.cfg").write_text("version = 3.11\n")
    facts = discover(select_all(tmp_path), ComponentOptions(root_name="tree"), nothing_read)
    assert by_id(facts)["pkg:pypi/a@1"].check is None


def test_a_vendored_crate_is_compared_with_its_checksums(tmp_path: Path) -> None:
    crate = tmp_path / "vendor/libc"
    crate.mkdir(parents=True)
    manifest = b'[package]\nname = "libc"\nversion = "0.2.0"\n'
    (crate / "Cargo.toml").write_bytes(manifest)
    (crate / "lib.rs").write_bytes(b"// changed\n")
    digests = {"Cargo.toml": hashlib.sha256(manifest).hexdigest(), "lib.rs": "0" * 64, "../../etc/passwd": "0" * 64}
    (crate / ".cargo-checksum.json").write_text(json.dumps({"files": digests, "package": "x"}))
    found = check_of(tmp_path, "pkg:cargo/libc@0.2.0")
    assert (found.same, found.changed) == (1, ("vendor/libc/lib.rs",))


@pytest.mark.parametrize("content", ["", "no csv \x00", "a/two.py,sha256=!!!,1", "../../../etc/passwd,sha256=AA,1"])
def test_a_damaged_record_proves_nothing_and_breaks_nothing(tmp_path: Path, content: str) -> None:
    installed(tmp_path)
    (tmp_path / "lib/python3.11/site-packages/a-1.dist-info/RECORD").write_text(content)
    assert check_of(tmp_path) is None
