"""Matched texts stay within bounds, and keep the words that matched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.same_words import digest_of, edges_of, words_of
from licscan.detect.long_texts import MOST_BESIDE, MOST_TIMES, with_bounded_texts

PART = "licensed under the MIT License"


def match(text: str) -> Match:
    return Match(
        expression="mit",
        expression_spdx="MIT",
        path="a.js",
        start_line=1,
        end_line=1,
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=5,
        matcher="2-aho",
        rule_id="mit_1.RULE",
        matched_text=text,
        edges=edges_of(text, PART),
        context=text[:2000],
    )


def finding(text: str, times: int) -> FileFinding:
    found = Detection(expression="mit", expression_spdx="MIT", identifier="mit-1", matches=(match(text),) * times)
    return FileFinding(path="a.js", expression="mit", expression_spdx="MIT", detections=(found,))


def test_a_text_that_is_repeated_a_few_times_stays_whole() -> None:
    text = f"{'x ' * 50_000}{PART}{' y' * 50_000}"
    assert with_bounded_texts(finding(text, 3), len(text)) == finding(text, 3)


@given(st.integers(0, 40_000), st.integers(0, 40_000), st.integers(20, 60))
def test_a_text_that_is_repeated_often_is_cut_to_the_words_that_matched(before: int, after: int, times: int) -> None:
    text = f"{'word ' * before}{PART}{' word' * after}"
    cut = with_bounded_texts(finding(text, times), len(text))
    matches = cut.detections[0].matches
    if times * len(text) > MOST_TIMES * len(text) + MOST_BESIDE:
        assert sum(len(each.matched_text) for each in matches) <= times * 1_100
    for each in matches:
        kept = words_of(each.matched_text)
        assert kept[each.edges[0] : len(kept) - each.edges[1]] == words_of(PART)
        assert digest_of(each.matched_text, each.edges) == digest_of(text, edges_of(text, PART))


def test_a_match_that_fills_its_lines_is_kept_whole() -> None:
    whole = replace(match("word " * 10_000), edges=(0, 0))
    found = Detection(expression="mit", expression_spdx="MIT", identifier="mit-1", matches=(whole,) * 20)
    given_finding = FileFinding(path="a.js", expression="mit", expression_spdx="MIT", detections=(found,))
    assert with_bounded_texts(given_finding, 50_000) == given_finding
