from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from licscan.detect.word_diff import differences

WORDS = st.lists(st.sampled_from("a b c d e".split()), max_size=40)


@given(WORDS, WORDS)
def test_what_does_not_differ_is_equal_and_in_order(left: list[str], right: list[str]) -> None:
    built: list[str] = []
    place = other = 0
    for one in differences(left, right):
        assert left[place : one.left] == right[other : one.right]
        built += [*left[place : one.left], *right[one.right : one.right_end]]
        place, other = one.left_end, one.right_end
    assert left[place:] == right[other:]
    assert [*built, *left[place:]] == right


def test_one_word_in_a_long_text_is_one_difference() -> None:
    text = [f"word{number % 97}-{number}" for number in range(20_000)]
    changed = [*text[:9_000], "not", *text[9_000:]]
    assert [tuple(one) for one in differences(changed, text)] == [(9_000, 9_001, 9_000, 9_000)]


def test_texts_of_repeated_words_are_given_up_and_not_compared_for_ever() -> None:
    shuffled = random.Random(7).choices("ab", k=100_000)
    found = differences(shuffled, random.Random(8).choices("ab", k=50_000))
    assert sum(one.left_end - one.left for one in found) > 90_000
