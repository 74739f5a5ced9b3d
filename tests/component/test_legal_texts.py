"""The texts that components bring along: as they are written, each once in memory, and no more than a document can take."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from licscan.component.legal_texts import LegalTextsWork, legal_texts
from licscan.core.finding import FileKind, SourceFile
from licscan.core.issue import IssueCode
from licscan.core.selection import SelectedFile
from licscan.workers.trouble import crashed
from licscan.workers.work import Work


def placed(folder: Path, path: str, content: bytes) -> SelectedFile:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    file = SourceFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest(), kind=FileKind.LEGAL)
    return SelectedFile(file=file, location=str(place))


def test_a_text_keeps_the_letters_of_its_own_encoding(tmp_path: Path) -> None:
    files = [
        placed(tmp_path, "a/LICENSE", "© Jürgen\r\nall".encode()),
        placed(tmp_path, "a/NOTICE", "© Jürgen".encode("cp1252")),
    ]
    texts, issues = legal_texts({"pkg": files})
    assert [(text.path, text.kind.value, text.text) for text in texts] == [
        ("a/LICENSE", "license", "© Jürgen\nall"),
        ("a/NOTICE", "notice", "© Jürgen"),
    ]
    assert not issues


def test_texts_beyond_the_limit_are_left_out_and_named_and_equal_ones_cost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["licscan.component.legal_texts"], "MAX_TOTAL", 1_000)
    files = [
        placed(tmp_path, "a/LICENSE", b"x" * 900),
        placed(tmp_path, "b/LICENSE", b"y" * 900),
        placed(tmp_path, "c/LICENSE", b"x" * 900),
    ]
    texts, (issue,) = legal_texts({"pkg": files})
    assert [text.path for text in texts] == ["a/LICENSE", "c/LICENSE"]
    assert issue.code is IssueCode.TOO_LARGE
    assert issue.location and issue.location.path == "b/LICENSE"


def test_a_text_that_its_worker_dies_of_is_an_issue_of_its_file(tmp_path: Path) -> None:
    def all_die(work: Work[Any, Any], items: Sequence[Any]) -> Iterator[Any]:
        return (work.refused(item, crashed(work.path(item), work.name, "ended")) for item in items)

    texts, (issue,) = legal_texts({"pkg": [placed(tmp_path, "a/LICENSE", b"text")]}, all_die)
    assert not texts
    assert issue.code is IssueCode.CRASHED
    assert issue.location and issue.location.path == "a/LICENSE"


def test_a_link_in_place_of_a_text_is_not_followed(tmp_path: Path) -> None:
    file = placed(tmp_path, "a/LICENSE", b"text")
    Path(file.location).unlink()
    (tmp_path / "secret").write_text("secret")
    Path(file.location).symlink_to(tmp_path / "secret")
    assert LegalTextsWork().do(file) is None
