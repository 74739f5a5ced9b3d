"""Every kernel against its slow twin."""

from __future__ import annotations

from itertools import combinations, groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licscan.detect.engine import alignment as alignment_module
from licscan.detect.engine import hashing as hashing_module
from licscan.detect.engine import vocabulary as vocabulary_module
from licscan.detect.engine.alignment import Alignment, alignments
from licscan.detect.engine.exact import expanded
from licscan.detect.engine.hashing import Powers, WindowHashes, token_values
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.prefilter import covered, has_dense_part
from licscan.detect.engine.query import Following, Run, _cut
from licscan.detect.engine.reading import _has_long_line
from licscan.detect.engine.rounding import tenths
from licscan.detect.engine.spans import Span, bits_distance

LEGALESE = 5
token_lists = st.lists(st.integers(0, 8), min_size=1, max_size=60)
position_sets = st.sets(st.integers(0, 40), min_size=1)


@given(st.integers(1, 20_000), st.integers(0, 20_000))
def test_tenths_are_those_of_python(whole: int, part: int) -> None:
    ratio = min(part, whole) / whole
    assert tenths(np.array([ratio, ratio**2])).tolist() == [round(round(ratio, 1) * 10), round(round(ratio**2, 1) * 10)]


def test_ties_are_rounded_as_python_rounds_them() -> None:
    ties = [n / 20 for n in range(21)]
    assert tenths(np.array(ties)).tolist() == [round(round(tie, 1) * 10) for tie in ties]


@given(token_lists, st.integers(1, 10))
def test_equal_windows_have_equal_hashes_and_others_not(tokens: list[int], length: int) -> None:
    length = min(length, len(tokens))
    starts = np.arange(len(tokens) - length + 1)
    hashes = WindowHashes(np.array(tokens, dtype=np.int16), token_values(9), Powers()).of(starts, length).tolist()
    windows = [tuple(tokens[start : start + length]) for start in starts.tolist()]
    assert [one == hashes[0] for one in hashes] == [window == windows[0] for window in windows]


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 5))))
def test_ranges_are_expanded_one_after_the_other(ranges: list[tuple[int, int]]) -> None:
    begins, counts = (
        (np.array(part, dtype=np.int64) for part in zip(*ranges, strict=True)) if ranges else (np.empty(0, int),) * 2
    )
    assert expanded(begins, counts).tolist() == [begin + n for begin, count in ranges for n in range(count)]


def _span(positions: set[int]) -> Span:
    start = min(positions)
    return Span(start, sum(1 << (position - start) for position in positions))


@given(position_sets, position_sets)
def test_spans_are_sets(one: set[int], other: set[int]) -> None:
    a, b = _span(one), _span(other)
    assert (set(a), len(a), a.start, a.end) == (one, len(one), min(one), max(one))
    assert set(a | b) == one | other
    assert a.overlap(b) == len(one & other)
    assert a.covers(b) == (other <= one)
    assert (a == b) == (one == other)


@given(position_sets, position_sets)
def test_distances_are_those_of_scancode(one: set[int], other: set[int]) -> None:
    from licensedcode.spans import Span as Twin

    expected = Twin(one).distance_to(Twin(other))
    assert _span(one).distance_to(_span(other)) == expected
    assert bits_distance(sum(1 << n for n in one), sum(1 << n for n in other)) == expected


def _twin_of_blocks(text: list[int], rule: list[int], start: int) -> list[tuple[int, int, int]]:
    """Do what ScanCode's ``match_sequence`` does, with its own pure Python."""
    from licensedcode.seq import match_blocks

    postings: dict[int, list[int]] = {}
    for place, token in enumerate(rule):
        if token < LEGALESE:
            postings.setdefault(token, []).append(place)
    matchables = {place for place, token in enumerate(text) if token >= 0}
    found: list[tuple[int, int, int]] = []
    while start < len(text):
        blocks: Any = match_blocks(text, rule, start, len(text), postings, LEGALESE, matchables)
        if not blocks:
            break
        found += [tuple(block) for block in blocks if block.size > 1 or text[block.a] < LEGALESE]
        start = max(start, max(block.a + block.size for block in blocks))
    return found


@settings(max_examples=300)
@given(
    st.lists(st.integers(-1, 8), min_size=1, max_size=80),
    st.lists(token_lists, min_size=1, max_size=4),
    st.integers(0, 80),
)
def test_blocks_are_those_of_scancode(text: list[int], rules: list[list[int]], start: int) -> None:
    arrays = [np.array(rule, dtype=np.int16) for rule in rules]
    alignment = Alignment(np.array(text, dtype=np.int16), arrays, LEGALESE)
    for which, rule in enumerate(rules):
        assert alignment.blocks(which, start) == _twin_of_blocks(text, rule, start)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_long_texts_are_aligned_like_short_ones(seed: int) -> None:
    chance = np.random.default_rng(seed)
    text, rule = chance.integers(0, 7, 400), chance.integers(0, 7, 300)
    alignment = Alignment(text.astype(np.int16), [rule.astype(np.int16)], LEGALESE)
    assert alignment.blocks(0, 0) == _twin_of_blocks(text.tolist(), rule.tolist(), 0)


@given(st.lists(st.integers(-1, 8), min_size=1, max_size=60), st.lists(token_lists, min_size=1, max_size=8), st.data())
def test_rules_are_aligned_a_portion_at_a_time_as_all_at_once(
    text: list[int], rules: list[list[int]], data: st.DataObject
) -> None:
    tokens = np.array(text, dtype=np.int16)
    arrays = [np.array(rule, dtype=np.int16) for rule in rules]
    numbers = list(range(100, 100 + len(rules)))
    whole = Alignment(tokens, arrays, LEGALESE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment_module, "_PAIRS", data.draw(st.integers(1, 60)))
        portions = list(alignments(tokens, numbers, arrays, LEGALESE))
    assert [number for some, _ in portions for number in some] == numbers
    assert sum(len(alignment) for _, alignment in portions) == len(whole)
    found = {number: alignment.blocks(at, 0) for some, alignment in portions for at, number in enumerate(some)}
    assert found == {number: whole.blocks(number - 100, 0) for number in numbers}


@given(
    st.lists(st.integers(-1, 8), min_size=1, max_size=60),
    st.lists(token_lists, min_size=1, max_size=4),
    st.integers(1, 60),
)
def test_stretches_are_found_band_by_band_as_all_at_once(text: list[int], rules: list[list[int]], pairs: int) -> None:
    tokens = np.array(text, dtype=np.int16)
    arrays = [np.array(rule, dtype=np.int16) for rule in rules]
    whole = alignment_module._common_stretches(tokens, arrays, LEGALESE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment_module, "_PAIRS", pairs)
        banded = alignment_module._common_stretches(tokens, arrays, LEGALESE)
    assert [part.tolist() for part in banded] == [part.tolist() for part in whole]


@given(st.lists(st.integers(-1, 3), max_size=60))
def test_words_that_follow_are_counted_by_position(words: list[int]) -> None:
    """Words of -1 follow the known word before them, or none."""
    positions, known = [], -1
    for word in words:
        known += word >= 0
        if word < 0:
            positions.append(known)
    following = Following(np.array(positions, dtype=np.int32))
    places = range(-1, known + 2)
    assert [following.after(place) for place in places] == [positions.count(place) for place in places]
    assert following.total() == len(positions)
    for start, end in combinations(places, 2):
        between = [(place, positions.count(place)) for place in range(start, end) if place in positions]
        assert following.between(start, end) == between
        assert following.are_in(start, end) == bool(between)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), st.integers(1, 5))
def test_hashes_of_a_long_text_are_those_of_a_short_one(tokens: list[int], block_bits: int) -> None:
    text, values = np.array(tokens, dtype=np.int16), token_values(9)
    starts = np.arange(len(tokens))
    whole = WindowHashes(text, values, Powers()).of(starts, len(tokens) - starts).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing_module, "_BLOCK_BITS", block_bits)
        patch.setattr(hashing_module, "_BLOCK", 1 << block_bits)
        in_blocks = WindowHashes(text, values, Powers()).of(starts, len(tokens) - starts).tolist()
    assert in_blocks == whole


@given(st.text("license foo\nΣσİ_+-\t\u2003", max_size=200), st.integers(1, 30))
def test_a_text_is_cut_into_words_a_portion_at_a_time_as_all_at_once(
    knowledge: Knowledge, text: str, at_once: int
) -> None:
    whole = knowledge.vocabulary.encode(text).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary_module, "_AT_ONCE", at_once)
        assert knowledge.vocabulary.encode(text).tolist() == whole


@given(st.lists(st.integers(0, 260)))
def test_a_long_line_is_seen(lengths: list[int]) -> None:
    assert _has_long_line(b"\n".join(b"x" * length for length in lengths)) == any(length > 250 for length in lengths)


@given(position_sets)
def test_places_select_the_positions(positions: set[int]) -> None:
    chosen = np.arange(60)[_span(positions).places()].tolist()
    assert chosen == sorted(positions) == _span(positions).positions()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(1, 6)), min_size=1, max_size=12),
    st.integers(1, 12),
)
def test_dense_parts_are_those_that_a_look_at_every_part_finds(
    stretches: list[tuple[int, int, int]], needed: int
) -> None:
    which, places, lengths = (np.array(part) for part in zip(*stretches, strict=True))
    coverage = covered(which, places, lengths)
    dense = has_dense_part(coverage, np.full(len(coverage.starts), needed))
    found = set(coverage.rules()[dense].tolist())
    for rule in set(which.tolist()):
        on = {place + n for number, place, length in stretches if number == rule for n in range(length)}
        parts = [(len([p for p in on if first <= p <= last]), last - first + 1) for first in on for last in on]
        assert (rule in found) == any(count >= needed and count / extent >= 0.4 for count, extent in parts)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=80), st.integers(1, 6))
def test_runs_end_after_idle_rows(rows: list[tuple[int, bool]], gap: int) -> None:
    """``rows`` have so many known words and say something of licences or not; a row without words never does."""
    runs: list[Run] = []
    start = end = position = idle = 0
    for words, good in rows:
        if end > start and idle >= gap:
            runs.append(Run(start, end - 1))
            start, end, idle = position, position, 0
        if end == start:
            start = end = position
        position += words
        end = position if words else end
        idle = 0 if words and good else idle + 1
    if end > start:
        runs.append(Run(start, end - 1))

    with_words = [number for number, (words, _) in enumerate(rows) if words]
    found = _cut(
        ((number, rows[number][1], sum(words for words, _ in rows[: number + 1])) for number in with_words), gap
    )
    # Idle rows behind the last words can end a run, but begin none.
    assert found == runs, list(groupby(rows))
