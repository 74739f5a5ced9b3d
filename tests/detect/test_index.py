"""The index: built once, by one process, and again when it cannot be trusted."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from licscan.detect import index
from licscan.detect.engine.store import Store, save
from licscan.errors import DetectorError
from licscan.util.progress import Progress


class Builder:
    """Stands for the process that loads ScanCode's index, which takes long."""

    def __init__(self) -> None:
        self.built = 0
        self._lock = threading.Lock()

    def __call__(self, path: Path, progress: Progress) -> None:
        with self._lock:
            self.built += 1
        progress.step(index.STAGE, 1, 1)
        save(path, index.index_fingerprint(), {"numbers": np.arange(5)})


class Steps:
    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int | None]] = []

    def step(self, stage: str, done: int, total: int | None) -> None:
        self.seen.append((stage, done, total))


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    builder = Builder()
    monkeypatch.setattr(index, "_build", builder)
    return builder


def test_the_index_is_built_once_and_tells_how_far_it_is(builder: Builder, tmp_path: Path) -> None:
    progress = Steps()
    for _ in range(2):
        assert index.open_index(tmp_path, progress).array("numbers").tolist() == [0, 1, 2, 3, 4]
    assert builder.built == 1
    assert progress.seen == [(index.STAGE, 1, 1)]


def test_a_damaged_index_is_built_again(builder: Builder, tmp_path: Path) -> None:
    index.open_index(tmp_path)
    path = index.index_path(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert index.open_index(tmp_path).array("numbers").tolist() == [0, 1, 2, 3, 4]
    assert builder.built == 2


def test_an_index_with_one_wrong_byte_is_built_again(builder: Builder, tmp_path: Path) -> None:
    index.open_index(tmp_path)
    path = index.index_path(tmp_path)
    content = bytearray(path.read_bytes())
    content[-60] ^= 1
    path.write_bytes(content)
    assert index.open_index(tmp_path).array("numbers").tolist() == [0, 1, 2, 3, 4]
    assert builder.built == 2


def test_an_index_is_read_as_a_whole_only_once(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        index.open_index(tmp_path)
    monkeypatch.setattr(Store, "verify", lambda self: pytest.fail("read again"))
    index.open_index(tmp_path)
    assert builder.built == 1


def test_a_new_index_takes_the_place_of_those_that_nobody_used_for_the_longest(
    builder: Builder, tmp_path: Path
) -> None:
    for age in range(4):
        other = tmp_path / f"index-0-{age}.bin"
        other.write_bytes(b"")
        os.utime(other, (1_000_000 - age, 1_000_000 - age))
        other.with_suffix(".lock").write_bytes(b"")
    (tmp_path / f".{index.index_path(tmp_path).name}.abc").write_bytes(b"left by a builder that was killed")
    index.open_index(tmp_path)
    own = index.index_path(tmp_path).stem
    assert {path.stem for path in tmp_path.iterdir()} == {"index-0-0", "index-0-1", own}


def test_two_builders_at_once_build_one_index(builder: Builder, tmp_path: Path) -> None:
    threads = [threading.Thread(target=index.open_index, args=(tmp_path,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builder.built == 1


def test_a_folder_that_cannot_be_written_is_told(builder: Builder, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    with pytest.raises(DetectorError) as raised:
        index.open_index(in_the_way)
    assert "--cache-dir" in str(raised.value)
    assert builder.built == 0


def test_the_fingerprint_names_scancodes_version() -> None:
    from importlib.metadata import version

    assert version("scancode-toolkit") in index.index_fingerprint()


def test_a_builder_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(index, "_BUILDER", "import sys; sys.exit('out of luck')")
    with pytest.raises(DetectorError, match="out of luck"):
        index.open_index(tmp_path)


def test_the_first_of_several_exceptions_is_the_cause(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fails = "try:\n  raise OSError('libgomp.so.1: cannot open shared object file')\nexcept OSError as e:\n  raise Exception('so and\\nso') from e"
    monkeypatch.setattr(index, "_BUILDER", fails)
    with pytest.raises(DetectorError, match="cannot be built: OSError: libgomp") as raised:
        index.open_index(tmp_path)
    assert "libgomp1" in (raised.value.hint or "")


def test_packages_that_do_not_fit_are_told_from_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(index, "_BUILDER", "import no_such_module")
    with pytest.raises(DetectorError, match="ModuleNotFoundError") as raised:
        index.open_index(tmp_path)
    assert "pip check" in (raised.value.hint or "")
    assert "space" not in (raised.value.hint or "")


def test_a_builder_tells_its_steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(index, "_BUILDER", "print('hello'); print('1/2'); import sys; sys.exit('then fails')")
    progress = Steps()
    with pytest.raises(DetectorError):
        index.open_index(tmp_path, progress)
    assert progress.seen == [(index.STAGE, 1, 2)]
