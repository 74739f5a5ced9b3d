"""The words of a match, however they are laid out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from licscan.core.same_words import digest_of, edges_of, words_of

WORDS = st.lists(st.sampled_from(["this", "program", "is", "Free", "GPL", "2.0", "the"]), min_size=1, max_size=8)


@given(before=WORDS, part=WORDS, after=WORDS, fill=st.sampled_from([" ", "\n", "\n# ", "  \n * "]))
def test_what_stands_around_a_match_on_its_lines_does_not_matter(
    before: list[str], part: list[str], after: list[str], fill: str
) -> None:
    text = fill.join(part)
    lines = f"{' '.join(before)}; {text}; {' '.join(after)}"
    assert digest_of(lines, edges_of(lines, text)) == digest_of(" ".join(part), (0, 0))


def test_other_words_within_matter() -> None:
    assert digest_of("version 2 of the licence", (0, 0)) != digest_of("version 3 of the licence", (0, 0))


def test_what_is_not_cut_out_of_the_lines_has_no_edges() -> None:
    assert edges_of("some lines", "elsewhere") == edges_of("some lines", "") == (0, 0)


def test_no_words_have_no_digest() -> None:
    assert digest_of("/* */", (0, 0)) == ""
    assert words_of("A b-C") == ["a", "b", "c"]
