"""The file of arrays: what goes in comes out, and nothing that is not whole is taken for good."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from licscan.detect.engine.store import DamagedError, Store, save, text_arrays


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "index.bin"
    numbers = np.arange(1000, dtype=np.int16)
    save(path, "good", {"numbers": numbers, **text_arrays("texts", ["one", "", "zwölf"]), "none": numbers[:0]})
    return path


def test_arrays_and_texts_come_back_as_they_were(saved: Path) -> None:
    store = Store(saved, "good")
    assert store.array("numbers").tolist() == list(range(1000))
    assert store.array("none").tolist() == []
    assert store.texts("texts") == ["one", "", "zwölf"]
    assert [store.table("texts")[number] for number in range(3)] == ["one", "", "zwölf"]


def test_what_was_built_from_something_else_is_refused(saved: Path) -> None:
    with pytest.raises(DamagedError):
        Store(saved, "other")


@pytest.mark.parametrize("kept", [0, 10, 100, 17_000])
def test_a_file_that_is_cut_short_is_refused(saved: Path, kept: int) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(DamagedError):
        Store(saved, "good")


@pytest.mark.parametrize("place", [0, 20, 30, 60])
def test_a_header_with_a_wrong_byte_is_refused(saved: Path, place: int) -> None:
    content = bytearray(saved.read_bytes())
    content[place] ^= 0xFF
    saved.write_bytes(content)
    with pytest.raises(DamagedError):
        Store(saved, "good")


def test_saving_leaves_nothing_but_the_file(saved: Path) -> None:
    assert [path.name for path in saved.parent.iterdir()] == ["index.bin"]


def test_what_cannot_be_saved_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        save(saved, "new", {})
    assert [path.name for path in saved.parent.iterdir()] == ["index.bin"]
    assert Store(saved, "good").texts("texts")[0] == "one"
