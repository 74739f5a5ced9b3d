"""``licscan cache``: what is told, what is built, what is removed and what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licscan.cli import run
from licscan.detect import index as index_module
from licscan.detect.cache import ResultCache
from licscan.detect.index import index_path
from licscan.errors import DetectorError, ExitCode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def test_an_empty_cache_is_told_as_such(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", "info", "--cache-dir", str(folder)]) is ExitCode.MET
    told = capsys.readouterr().out
    assert "not built yet" in told
    assert "licscan cache warm" in told
    assert "results  none" in told


def test_telling_what_there_is_makes_nothing(folder: Path) -> None:
    run(["cache", "info", "--cache-dir", str(folder)])
    assert list(folder.iterdir()) == []


def test_what_the_cache_holds_is_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index_path(folder).write_bytes(b"x" * 2_000_000)
    ResultCache(folder).close()
    assert run(["cache", "info", "--cache-dir", str(folder)]) is ExitCode.MET
    told = capsys.readouterr().out
    assert "2.0 MB, ready" in told
    assert "0 answers" in told


def test_clear_removes_licscans_own_files_and_no_other(folder: Path) -> None:
    ResultCache(folder).close()
    for name in ("index-1-old.bin", "index-1-old.lock", "licenses-32.5.0-1.json", "results.sqlite-journal"):
        (folder / name).write_text("x")
    for name in ("thesis.odt", "licenses.txt", "my-index-1.bin"):
        (folder / name).write_text("mine")
    (folder / "index-9.bin").symlink_to(folder / "thesis.odt")
    assert run(["cache", "clear", "--cache-dir", str(folder)]) is ExitCode.MET
    assert sorted(path.name for path in folder.iterdir()) == [
        "index-9.bin",
        "licenses.txt",
        "my-index-1.bin",
        "thesis.odt",
    ]


def test_clearing_results_keeps_the_index(folder: Path) -> None:
    ResultCache(folder).close()
    (folder / "index-1.bin").write_text("x")
    assert run(["cache", "clear", "--results", "--cache-dir", str(folder)]) is ExitCode.MET
    assert [path.name for path in folder.iterdir()] == ["index-1.bin"]


def test_clearing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert run(["cache", "clear", "--cache-dir", str(tmp_path / "nowhere")]) is ExitCode.MET


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that may not be written")
def test_a_folder_that_may_not_be_written_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "index-1.bin").write_text("x")
    folder.chmod(0o500)
    assert run(["cache", "clear", "--cache-dir", str(folder)]) is ExitCode.USAGE
    assert "index-1.bin" in capsys.readouterr().err
    folder.chmod(0o700)


def test_an_index_that_cannot_be_built_is_no_success(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DetectorError("there is no room")

    monkeypatch.setattr(index_module, "_build", refuse)
    assert run(["cache", "warm", "--cache-dir", str(folder)]) is ExitCode.INCOMPLETE
    assert "there is no room" in capsys.readouterr().err
