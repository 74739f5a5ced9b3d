"""A licence field that is no name is read as a text: a whole licence, or the words after ``License:``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from licscan.core.finding import FileFinding
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult
from licscan.detect.fast import FastDetector
from licscan.detect.statement import read_statement


class Reader:
    """A detector that remembers what it was shown."""

    fingerprint = "reader"

    def __init__(self, expression: str | None) -> None:
        self.expression = expression
        self.shown: list[str] = []
        self.places: list[Path] = []

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for file in files:
            self.places.append(Path(file.location))
            self.shown.append(Path(file.location).read_text())
            found = FileFinding(path=file.file.path, expression=self.expression) if self.expression else None
            yield DetectionResult(path=file.file.path, finding=found)


@pytest.mark.parametrize(
    ("text", "shown"), [("Artistic License", "License: Artistic License"), ("first line\nsecond", "first line\nsecond")]
)
def test_a_line_is_read_after_the_word_licence_and_a_text_as_it_is(text: str, shown: str) -> None:
    reader = Reader("mit")
    found = read_statement(text, reader)
    assert found and found.expression == "mit" and reader.shown == [shown]
    assert not reader.places[0].exists()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 300_000])
def test_nothing_and_far_too_much_is_not_read(text: str) -> None:
    reader = Reader("mit")
    assert read_statement(text, reader) is None and reader.shown == []


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> FastDetector:
    return FastDetector(tmp_path_factory.mktemp("cache"))


@pytest.mark.scancode
@pytest.mark.parametrize("text", ["MIT AND (GPL-2.0", "MIT or Foo", "MIT, Foo", "GPL-2.0 with my-exception", "MIT/Foo"])
def test_a_line_that_joins_names_is_not_read_in_part(text: str, engine: FastDetector) -> None:
    assert read_statement(text, engine) is None


@pytest.mark.scancode
@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("Dual licensed under the MIT and GPL licenses", "mit OR gpl-1.0-plus"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "apache-2.0"),
    ],
)
def test_a_line_that_one_rule_explains_and_an_address_count(text: str, expression: str, engine: FastDetector) -> None:
    found = read_statement(text, engine)
    assert found and found.expression == expression


def test_what_is_not_recognised_stays_unknown() -> None:
    assert read_statement("ask Bob", Reader(None)) is None
