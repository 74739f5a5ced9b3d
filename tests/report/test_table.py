from __future__ import annotations

from licscan.report import table
from tests.report import samples
from tests.report.golden import written

TEXT = written(table, samples.sample()).decode()


def test_it_is_plain_text_without_boxes_or_colour() -> None:
    assert TEXT.isascii()
    assert not any(line != line.rstrip() for line in TEXT.splitlines())


def test_sentences_are_wrapped_and_paths_are_whole() -> None:
    sentences = [line for line in TEXT.splitlines() if line.startswith("    ") and " " in line.strip()]
    assert all(len(line) <= 100 for line in sentences)
    assert "models/llama/config.json  LicenseRef-scancode-llama-2-license-2023" in TEXT


def test_counts_stand_under_their_heads() -> None:
    head, *lines = TEXT[TEXT.index("class  ") :].splitlines()[:8]
    strong = next(line for line in lines if line.startswith("Strong copyleft"))
    assert strong.split()[-4:] == ["0", "1", "0", "8"]
    assert len(strong) == len(head)


def test_sections_are_set_apart_by_one_empty_line() -> None:
    assert "\n\n\n" not in TEXT
