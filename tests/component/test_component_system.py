"""Root filesystems: this machine's own Debian records, and packages unpacked without any."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from licscan.core.component import ComponentKind
from tests.component.conftest import Plant
from tests.component.trees import by_id, discovered

STATUS = Path("/var/lib/dpkg/status")


@pytest.mark.skipif(not STATUS.exists() or not shutil.which("dpkg-query"), reason="not a Debian system")
def test_the_packages_of_this_system_are_those_that_dpkg_lists(tmp_path: Path) -> None:
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    shutil.copy(STATUS, tmp_path / "var/lib/dpkg/status")
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${Version} ${db:Status-Status}\\n"]
    listed = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    installed = {tuple(line.split()[:2]) for line in listed if line.endswith(" installed")}
    facts = discovered(tmp_path)
    found = {
        (item.name.rpartition("/")[2], item.version) for item in facts.components if item.kind is ComponentKind.SYSTEM
    }
    assert found == installed
    assert not facts.issues
    assert facts.dependencies


def test_a_package_unpacked_without_records_is_known_by_its_copyright_and_changelog(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/doc/greet"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text("Format: x\n\nFiles: *\nLicense: GPL-3+\n")
    (folder / "changelog.Debian.gz").write_bytes(gzip.compress(b"greet (2.10-3) unstable; urgency=low\n"))
    (system,) = [item for item in discovered(tmp_path).components if item.kind is ComponentKind.SYSTEM]
    assert (system.id, system.claims[0].expression) == ("pkg:deb/debian/greet@2.10-3", "gpl-3.0-plus")


REAL = ("hostname", "libattr1", "debianutils")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A root filesystem of a few real packages, unpacked with ``dpkg -x``, and the versions that their files are of."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        pytest.skip("apt-get or dpkg-deb is absent")
    downloads, root = tmp_path_factory.mktemp("debs"), tmp_path_factory.mktemp("root")
    command = ["apt-get", "-o", "APT::Sandbox::User=root", "download", "-qq", *REAL]
    done = subprocess.run(command, cwd=downloads, capture_output=True, text=True, check=False)
    files = sorted(downloads.glob("*.deb"))
    if done.returncode or len(files) != len(REAL):
        pytest.skip(f"the packages cannot be had: {done.stderr.strip()[-200:]}")
    versions = {}
    for file in files:
        subprocess.run(["dpkg", "-x", file, root], check=True)
        fields = subprocess.run(
            ["dpkg-deb", "--show", "--showformat", "${Package} ${Version}", file],
            capture_output=True,
            text=True,
            check=True,
        )
        name, version = fields.stdout.split()
        versions[name] = version
    return root, versions


def test_real_packages_unpacked_by_dpkg_are_found_with_version_and_licence(
    unpacked: tuple[Path, dict[str, str]],
) -> None:
    root, versions = unpacked
    facts = discovered(root)
    systems = {item.name.rpartition("/")[2]: item for item in facts.components if item.kind is ComponentKind.SYSTEM}
    assert set(systems) == set(versions) and not facts.issues
    for name, item in systems.items():
        # A package that shares its source's changelog has the source's version, without the suffix of a mere rebuild.
        assert item.version and versions[name].startswith(item.version)
        assert any(claim.raw for claim in item.claims)


def test_a_damaged_changelog_costs_only_the_version(plant: Plant) -> None:
    facts = plant({"usr/share/doc/greet/copyright": "words", "usr/share/doc/greet/changelog.gz": "no gzip"})
    assert by_id(facts)["pkg:deb/debian/greet"].version is None
    assert not facts.issues


CONTROL = "Package: greet\nVersion: 1:2.10-3\nArchitecture: amd64\nMaintainer: A B <ab@example.invalid>\nDescription: says hello\n"
COPYRIGHT = "Format: x\n\nFiles: *\nLicense: GPL-3+\n"


def test_a_debian_package_file_is_known_by_its_own_record(plant: Plant) -> None:
    facts = plant(
        {
            "pkg/greet.deb-extract/DEBIAN/control": CONTROL,
            "pkg/greet.deb-extract/usr/share/doc/greet/copyright": COPYRIGHT,
            "pkg/greet.deb-extract/usr/bin/greet": "",
        }
    )
    (system,) = [item for item in facts.components if item.kind is ComponentKind.SYSTEM]
    assert (system.id, system.directory) == ("pkg:deb/debian/greet@1:2.10-3?arch=amd64", "pkg/greet.deb-extract")
    assert [claim.expression for claim in system.claims] == ["gpl-3.0-plus"]
    assert [item.child for item in facts.dependencies] == [system.id]


def test_a_control_file_of_a_project_is_no_package(plant: Plant) -> None:
    facts = plant({"packaging/DEBIAN/control": CONTROL})
    assert [item.kind for item in facts.components] == [ComponentKind.PROJECT] and not facts.issues


def test_a_broken_control_file_is_an_issue(plant: Plant) -> None:
    (issue,) = plant({"x.deb-extract/DEBIAN/control": "Package: greet\n"}).issues
    assert str(issue.location) == "x.deb-extract/DEBIAN/control:1"


INSTALLED = """Package: greet
Status: install ok installed
Version: 1
Source: greetings (1.0)

Package: libgreet1
Status: install ok installed
Version: 1
Architecture: amd64
Source: greetings (1.0)
"""


def test_the_files_that_dpkg_lists_belong_to_the_package_also_where_usr_is_merged(tmp_path: Path) -> None:
    files = {
        "var/lib/dpkg/status": INSTALLED,
        "var/lib/dpkg/info/greet.list": "/.\n/bin\n/bin/greet\n/usr/share/greet/words\n/usr/share/doc/greet/copyright\n/etc/gone\n/../../out\n",
        "var/lib/dpkg/info/libgreet1:amd64.list": "/usr/lib/libgreet.so.1\n",
        "usr/bin/greet": "x",
        "usr/share/greet/words": "x",
        "usr/lib/libgreet.so.1": "x",
        "usr/share/doc/greet/copyright": "License: GPL-3+\n",
    }
    for place, content in files.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(content)
    found = {item.name: item for item in discovered(tmp_path).components if item.kind is ComponentKind.SYSTEM}
    assert found["debian/greet"].other_paths == ("usr/bin/greet", "usr/share/greet/words")
    assert found["debian/libgreet1"].other_paths == ("usr/lib/libgreet.so.1",)


def test_packages_of_one_source_share_the_copyright_file_that_one_of_them_has(tmp_path: Path) -> None:
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(INSTALLED)
    documents = tmp_path / "usr/share/doc"
    (documents / "greet").mkdir(parents=True)
    (documents / "greet/copyright").write_text("Format: x\n\nFiles: *\nLicense: GPL-3+\n")
    (documents / "libgreet1").symlink_to("greet")
    found = {item.name: item for item in discovered(tmp_path).components if item.kind is ComponentKind.SYSTEM}
    assert [claim.expression for claim in found["debian/libgreet1"].claims] == ["gpl-3.0-plus"]
    assert found["debian/libgreet1"].directory is None
