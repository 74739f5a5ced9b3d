"""A file that says nothing of models is read once; whatever says something is read each time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from licscan.aimodel.file import NO_FACTS
from licscan.aimodel.remembered import RememberedFacts, read_each
from licscan.core.finding import SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.cache import ResultCache

NOTHING = "import os\n"
MODEL = 'from transformers import AutoModel\nAutoModel.from_pretrained("example/bert")\n'


class Kept(dict[bytes, bytes]):
    """A store in memory."""

    def prefetch(self, keys: Sequence[bytes]) -> None:
        self.asked = list(keys)

    def recall(self, key: bytes) -> bytes | None:
        return self.get(key)

    def keep(self, key: bytes, value: bytes) -> None:
        self[key] = value


def selected(path: Path, content: str) -> SelectedFile:
    path.write_text(content)
    data = content.encode()
    file = SourceFile(path=path.name, size=len(data), sha256=hashlib.sha256(data).hexdigest())
    return SelectedFile(file=file, location=str(path))


def test_what_says_nothing_is_not_read_again(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", NOTHING)
    assert list(RememberedFacts(store)([file])) == [NO_FACTS]
    Path(file.location).write_text(MODEL)  # would be seen if it were read
    assert list(RememberedFacts(store)([file])) == [NO_FACTS]


def test_what_says_something_is_read_each_time(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", MODEL)
    for _ in range(2):
        (facts,) = RememberedFacts(store)([file])
        assert [reference.name for reference in facts.references] == ["example/bert"]
    assert not store


def test_a_file_that_changed_since_its_digest_was_taken_proves_nothing_of_it(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", MODEL)
    Path(file.location).write_text(NOTHING)
    assert list(RememberedFacts(store)([file])) == [NO_FACTS]
    Path(file.location).write_text(MODEL)
    (facts,) = RememberedFacts(store)([file])
    assert facts.references


def test_a_file_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", MODEL)
    Path(file.location).unlink()
    assert list(RememberedFacts(store)([file])) == [NO_FACTS] and not store


def test_equal_bytes_for_another_reader_are_another_question(tmp_path: Path) -> None:
    content = "hf download example/bert\n"
    script, text = selected(tmp_path / "a.py", content), selected(tmp_path / "a.sh", content)
    store = Kept()
    for _ in range(2):
        assert list(RememberedFacts(store)([script, text])) == list(read_each([script, text]))
    assert len(store) == 1


@pytest.mark.parametrize("count", [3, 1_200])
def test_answers_come_in_the_order_of_the_files(tmp_path: Path, count: int) -> None:
    files = [selected(tmp_path / f"{number}.py", NOTHING + f"# {number}\n") for number in range(count)]
    files[1] = selected(tmp_path / "1.py", MODEL)
    store = ResultCache(tmp_path / "cache")
    for _ in range(2):
        found = list(RememberedFacts(store)(files))
        assert len(found) == count and [number for number, facts in enumerate(found) if facts.references] == [1]
    store.close()
