"""ScanCode's licence data, read without ScanCode's code."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from licscan.core.license import LicenseRecord
from licscan.detect import licensedb
from licscan.detect.installed import scancode_version
from licscan.detect.licensedb import license_records, license_text


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LicenseRecord]:
    return {record.key: record for record in license_records(tmp_path_factory.mktemp("cache"))}


def test_a_record_says_what_scancode_says(records: dict[str, LicenseRecord]) -> None:
    gpl = records["gpl-2.0-plus"]

    assert gpl.spdx == "GPL-2.0-or-later"
    assert gpl.category == "Copyleft"
    assert gpl.short_name == "GPL 2.0 or later"
    assert "GPL-2.0+" in gpl.other_spdx
    assert not (gpl.is_exception or gpl.is_deprecated or gpl.is_generic or gpl.is_unknown)


def test_marks_are_read(records: dict[str, LicenseRecord]) -> None:
    assert records["classpath-exception-2.0"].is_exception
    assert records["unknown"].is_unknown
    assert records["generic-exception"].is_generic
    assert records["libcap"].is_deprecated
    assert records["libcap"].replaced_by == ("bsd-new OR gpl-2.0-plus",)


def test_what_spdx_does_not_list_has_a_license_ref(records: dict[str, LicenseRecord]) -> None:
    assert all(record.spdx for record in records.values())
    assert records["libcap"].spdx == "LicenseRef-scancode-libcap"


def test_records_stand_in_the_order_of_their_keys(records: dict[str, LicenseRecord]) -> None:
    assert len(records) > 2400
    assert list(records) == sorted(records)


def test_the_second_reading_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = license_records(tmp_path)
    (copy,) = tmp_path.iterdir()
    assert copy.name.startswith(f"licenses-{scancode_version()}-")

    def not_again() -> None:
        raise AssertionError("ScanCode's files are read once")

    monkeypatch.setattr(licensedb, "_read_records", not_again)
    assert license_records(tmp_path) == first


def test_a_cache_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    first = license_records(tmp_path)
    (copy,) = tmp_path.iterdir()
    copy.write_bytes(b'[{"key": 1')

    assert license_records(tmp_path) == first
    assert copy.stat().st_size > 100_000


def test_a_cache_folder_that_cannot_be_written_costs_only_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")

    assert len(license_records(blocked / "cache")) > 2400
    assert "could not be cached" in caplog.text


def test_a_text_is_the_one_that_scancode_ships() -> None:
    assert license_text("mit").startswith("Permission is hereby granted, free of charge")
    assert license_text("unknown") == ""


@pytest.mark.parametrize("key", ["no-such-key", "../licenses/mit", "/etc/passwd", "", "mit\0"])
def test_a_key_that_is_none_has_no_text(key: str) -> None:
    with pytest.raises(KeyError):
        license_text(key)


def test_scancode_itself_is_not_imported() -> None:
    import subprocess

    code = (
        "import sys, pathlib, tempfile; from licscan.detect.licensedb import license_records, license_text;"
        "license_records(pathlib.Path(tempfile.mkdtemp())); license_text('mit');"
        "print([name for name in sys.modules if name.split('.')[0] in ('licensedcode', 'scancode', 'commoncode')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.scancode
def test_the_records_agree_with_scancode_own_reader(records: dict[str, LicenseRecord]) -> None:
    from licensedcode.models import load_licenses

    loaded = load_licenses(with_deprecated=True)
    assert set(loaded) == set(records)
    for key, record in records.items():
        theirs = loaded[key]
        assert record.name == theirs.name
        assert record.category == theirs.category
        assert record.is_exception is bool(theirs.is_exception)
        assert record.is_deprecated is bool(theirs.is_deprecated)
        assert record.other_spdx == tuple(theirs.other_spdx_license_keys or ())
        assert license_text(key) == theirs.text
