"""A text is opened once for all that is read of it; one that says nothing is not opened again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.core.finding import FileKind, SourceFile
from licscan.core.issue import Issue, IssueCode
from licscan.core.message import say
from licscan.core.selection import SelectedFile
from licscan.detect.cache import ResultCache
from licscan.pipeline.texts import NOTHING, TextWork, read_text, read_texts
from licscan.workers import run_here
from licscan.workers.remembered import Remembered

NOTHING_OF_MODELS = "import os\n"
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
    store, file = Kept(), selected(tmp_path / "a.py", NOTHING_OF_MODELS)
    assert list(read_texts([file], Remembered(run_here, store))) == [NOTHING]
    Path(file.location).write_text(MODEL)  # would be seen if it were read
    assert list(read_texts([file], Remembered(run_here, store))) == [NOTHING]


def test_what_says_something_is_read_each_time(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", MODEL)
    for _ in range(2):
        (facts,) = read_texts([file], Remembered(run_here, store))
        assert [reference.name for reference in facts.models.references] == ["example/bert"]
    assert not store


def test_a_file_that_changed_since_its_digest_was_taken_proves_nothing_of_it(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", MODEL)
    Path(file.location).write_text(NOTHING_OF_MODELS)
    assert list(read_texts([file], Remembered(run_here, store))) == [NOTHING]
    Path(file.location).write_text(MODEL)
    (facts,) = read_texts([file], Remembered(run_here, store))
    assert facts.models.references


def test_a_file_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    store, file = Kept(), selected(tmp_path / "a.py", MODEL)
    Path(file.location).unlink()
    assert list(read_texts([file], Remembered(run_here, store))) == [NOTHING] and not store


def test_equal_bytes_under_a_name_that_chooses_another_reader_are_another_question(tmp_path: Path) -> None:
    content = "hf download example/bert\n"
    script, text = selected(tmp_path / "a.py", content), selected(tmp_path / "a.sh", content)
    store = Kept()
    for _ in range(2):
        assert list(read_texts([script, text], Remembered(run_here, store))) == list(read_texts([script, text]))
    assert len(store) == 1


@pytest.mark.parametrize("count", [3, 1_200])
def test_answers_come_in_the_order_of_the_files(tmp_path: Path, count: int) -> None:
    files = [selected(tmp_path / f"{number}.py", NOTHING_OF_MODELS + f"# {number}\n") for number in range(count)]
    files[1] = selected(tmp_path / "1.py", MODEL)
    store = ResultCache(tmp_path / "cache")
    for _ in range(2):
        found = list(read_texts(files, Remembered(run_here, store)))
        assert len(found) == count and [number for number, facts in enumerate(found) if facts.models.references] == [1]
    store.close()


NOTICE = "# Diese Datei ist lizenziert unter der GNU General Public License, Version 3 oder später.\n"


def test_one_text_answers_all_readers(tmp_path: Path) -> None:
    marks = "# " + "REUSE-" + "IgnoreStart\n# x\n# " + "REUSE-" + "IgnoreEnd\n"
    (facts,) = read_texts([selected(tmp_path / "a.py", NOTICE + MODEL + marks)])
    assert [reference.name for reference in facts.models.references] == ["example/bert"]
    assert facts.notices and facts.notices.expression == "gpl-3.0-plus"
    assert [str(line) for line in facts.ignored] == ["a.py:4-6"]


def test_a_reader_that_breaks_costs_its_own_answer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("licscan.pipeline.texts.read_content", broken)
    facts = read_text(SourceFile(path="a.py", size=len(NOTICE), sha256=""), NOTICE.encode())
    assert facts.notices
    (issue,) = facts.issues
    assert issue.location and issue.location.path == "a.py" and "the reader of models" in str(issue.message)


def test_a_binary_file_is_not_opened(tmp_path: Path) -> None:
    file = selected(tmp_path / "a.bin", NOTICE)
    binary = replace(file, file=replace(file.file, kind=FileKind.BINARY))
    opened: list[object] = []

    def run(work: object, items: Sequence[object]) -> Iterator[object]:
        opened.extend(items)
        return iter(())

    assert list(read_texts([binary], run)) == [NOTHING] and not opened


def test_what_a_killed_worker_was_at_is_an_issue_of_its_file(tmp_path: Path) -> None:
    file = selected(tmp_path / "a.py", NOTHING_OF_MODELS)
    issue = Issue(code=IssueCode.TIMED_OUT, message=say("too long"))
    assert TextWork().refused(file, issue).issues == (issue,)
