"""The installed ScanCode, found without asking what takes long to load."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from licscan.detect import installed
from licscan.errors import DetectorError


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    kept = (installed.scancode_version, installed.scancode_record, installed.license_folder, installed._found)
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def test_version_and_record_are_those_that_python_itself_tells() -> None:
    told = importlib.metadata.distribution("scancode-toolkit")
    assert installed.scancode_version() == told.version
    assert installed.scancode_record().splitlines() == (told.read_text("RECORD") or "").splitlines()


def test_they_are_found_without_loading_a_mail_parser() -> None:
    code = (
        "import sys; from licscan.detect.installed import scancode_version; scancode_version();"
        "print([name for name in sys.modules if name.startswith(('email', 'importlib.metadata', 'licensedcode'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("folders", [(), ("scancode_toolkit-1.dist-info", "scancode_toolkit-2.dist-info")])
def test_python_is_asked_where_the_folder_is_missing_or_there_are_two(
    folders: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(installed, "_package", lambda: tmp_path / "licensedcode")
    assert installed.scancode_version() == importlib.metadata.version("scancode-toolkit")


def test_a_machine_without_scancode_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_PACKAGE", "no_such_package_at_all")
    monkeypatch.setattr(installed, "_DISTRIBUTIONS", ())
    for ask in (installed.scancode_version, installed.scancode_record, installed.license_folder):
        with pytest.raises(DetectorError, match="not installed") as caught:
            ask()
        assert "pip install" in (caught.value.hint or "")
