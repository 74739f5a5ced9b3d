from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.core.text import clip, one_line, plural, visible

anything = st.one_of(
    st.text(),
    st.text(alphabet="a \n\t\r\x00\x1b\x7f\x9b\u202e\u2066\u200b\u2028\ufeff\u00ad\u3164\u2800\ufe0f\ud83d\u0301é中"),
)


def acts(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("src/main.c", "src/main.c"),
        ("naïve/项目 名.c", "naïve/项目 名.c"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("a\u202egpj.exe", "a\\u202egpj.exe"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud83d", "\\ud83d"),
        ("\u3164\u2800", "\\u3164\\u2800"),
        ("a\u3000b", "a\u3000b"),
        ("\\x41", "\\x41"),
    ],
)
def test_what_acts_or_hides_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_accents_stay_and_piles_of_them_do_not() -> None:
    assert visible("e\u0301\u0323") == "e\u0301\u0323"
    assert visible("e" + "\u0301" * 50).count("\u0301") == 4


@given(anything)
def test_nothing_visible_acts(text: str) -> None:
    assert not any(acts(character) for character in visible(text))


@given(anything)
def test_lines_and_tabs_stay_where_they_are_wanted(text: str) -> None:
    shown = visible(text, newlines=True)
    assert shown.count("\n") == text.count("\n")
    assert all(character in "\n\t" for character in shown if acts(character))


@given(anything)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(anything, st.integers(min_value=10, max_value=40))
def test_one_line_is_one_line_of_no_more_than_its_limit(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert len(shown) <= limit
    assert not any(acts(character) for character in shown)


def test_one_line_says_that_it_was_cut() -> None:
    assert one_line("a  b\n\nc") == "a b c"
    assert one_line("word " * 100, 20) == "word word word wo..."
    assert one_line(" " * 10_000 + "a", 20).endswith("...")
    assert one_line("x" * 10_000_000, 20) == "x" * 17 + "..."


def test_clip_cuts_lines_and_says_how_much() -> None:
    assert clip("a\nb") == "a\nb"
    assert clip("a\r\nb\x1b") == "a\nb\\x1b"
    assert clip("a\nb\nc\nd", lines=2) == "a\nb\n[more lines: 2]"
    assert clip("a\nb\nc", lines=2) == "a\nb\n[more lines: 1]"
    assert clip("x" * 1010, width=10) == "x" * 10 + " [more characters: 1,000]"


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 matches"), (1, "1 match"), (2, "2 matches"), (2470, "2,470 matches")]
)
def test_nouns_follow_their_number(count: int, told: str) -> None:
    assert plural(count, "match", "matches") == told
    assert plural(3, "file") == "3 files"
