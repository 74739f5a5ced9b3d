"""Aligning a run of text with candidate rules: the longest common stretches of legalese words, grown by the words around.

The result is that of ScanCode's ``licensedcode.seq``, which looks for the longest stretch in a part of the text and
of the rule, then left and right of it. Here all common stretches are found once, for all candidates together; the search in
a part clips them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from licscan.detect.engine.exact import expanded
from licscan.detect.engine.hashing import Tokens

Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Block = tuple[int, int, int]  # where in the text, where in the rule, how many tokens
# Stretches have their length first, and negative: the least of them is the longest, and the first of equally long ones.
Stretch = tuple[int, int, int]
_Part = tuple[int, int, int, int]  # from and to where in the text, and in the rule

# So many pairs of equal words, one of the text and one of a rule, are looked at at once.
_PAIRS = 500_000
_NOTHING: Stretch = (0, 0, 0)


class Segments(NamedTuple):
    """Stretches with the equal words around them that are no legalese: which rule, and where in the text and in the rule."""

    rule: Numbers
    text_start: Numbers
    rule_start: Numbers
    length: Numbers


class Alignment:
    """The common stretches of one run of text with several rules. Positions in the text count from the run's start."""

    def __init__(self, searchable: Tokens, rules: Sequence[Tokens], legalese: int) -> None:
        self._searchable = searchable
        self._rules = rules
        self._legalese = legalese
        counts, self._stretches = _common_stretches(searchable, rules, legalese)
        self._begins: list[int] = np.concatenate(([0], np.cumsum(counts))).tolist()

    def __len__(self) -> int:
        """How many stretches there are."""
        return self._begins[-1]

    @cached_property
    def _reach(self) -> list[int]:
        """Where in the text the last stretch of each rule ends."""
        reach = np.zeros(len(self._rules), dtype=np.int32)
        begins = np.array(self._begins)
        having = np.flatnonzero(np.diff(begins))
        if len(having):
            reach[having] = np.maximum.reduceat(self._stretches[1] - self._stretches[0], begins[having])
        ends: list[int] = reach.tolist()
        return ends

    @cached_property
    def _text(self) -> list[int]:
        text: list[int] = self._searchable.tolist()
        return text

    def segments(self) -> Segments:
        """Return all stretches, grown to both sides up to the next word that differs, or that another stretch begins with."""
        lengths = np.array([len(rule) for rule in self._rules])
        ends = np.cumsum(lengths + 1)
        begins = ends - lengths
        # What stands before and behind a rule, and the text, equals nothing.
        joined = np.full(int(ends[-1]) + 1, -3, dtype=np.int16)
        places = np.arange(int(lengths.sum())) + np.repeat(np.arange(1, len(lengths) + 1), lengths)
        joined[places] = np.concatenate(self._rules)
        text = np.full(len(self._searchable) + 2, -2, dtype=np.int16)
        text[1:-1] = self._searchable
        negative, text_start, rule_start = self._stretches
        which = np.repeat(np.arange(len(lengths), dtype=np.int32), np.diff(self._begins))
        shift = begins[which]
        text_start, in_rules = text_start + 1, rule_start + shift
        before = _equals(text, joined, text_start - 1, in_rules - 1, -1, self._legalese)
        behind = _equals(text, joined, text_start - negative, in_rules - negative, 1, self._legalese)
        return Segments(which, text_start - 1 - before, rule_start - before, before - negative + behind)

    def blocks(self, which: int, start: int) -> list[Block]:
        """Return the blocks that the text from ``start`` on has in common with a rule, repetitions included."""
        found: list[Block] = []
        # Where there is no stretch left there is no block either.
        if start >= self._reach[which]:
            return found
        rule: list[int] = self._rules[which].tolist()
        stretches = _Stretches(self._stretches[:, self._begins[which] : self._begins[which + 1]], len(rule))
        while start < self._reach[which]:
            blocks = _matching_blocks(self._text, rule, start, stretches)
            if not blocks:
                break
            # A single word that is no legalese makes no match, but the search goes on behind it.
            found += [block for block in blocks if block[2] > 1 or self._text[block[0]] < self._legalese]
            start = max(start, max(place + length for place, _, length in blocks))
        return found


def alignments(
    searchable: Tokens, numbers: Sequence[int], rules: Sequence[Tokens], legalese: int
) -> Iterator[tuple[Sequence[int], Alignment]]:
    """Yield the alignments of the text with all rules, a portion of them at a time, with the numbers of those; a text that is large and
    like many rules has tens of millions of equal words with them."""
    begin = pairs = 0
    for end, more in enumerate(_pair_counts(searchable, rules, legalese)):
        if pairs and pairs + more > _PAIRS:
            yield numbers[begin:end], Alignment(searchable, rules[begin:end], legalese)
            begin, pairs = end, 0
        pairs += more
    yield numbers[begin:], Alignment(searchable, rules[begin:], legalese)


def _pair_counts(searchable: Tokens, rules: Sequence[Tokens], legalese: int) -> list[int]:
    """Return how often a word of the text equals one of each rule; nothing where all of them together are few."""
    counts = np.bincount(searchable[(searchable >= 0) & (searchable < legalese)], minlength=legalese)
    lengths = [len(rule) for rule in rules]
    if sum(lengths) * int(counts.max()) <= _PAIRS:
        return []
    joined = np.concatenate(rules)
    times = np.where(joined < legalese, counts[np.minimum(joined, legalese - 1)], 0)
    sums: list[int] = np.add.reduceat(times, np.cumsum([0, *lengths[:-1]])).tolist()
    return sums


def _equals(text: Tokens, rules: Tokens, in_text: Places, in_rules: Places, step: int, legalese: int) -> Places:
    """Return how many words that are no legalese are equal from each pair of places on, in steps of ``step``."""
    count = np.zeros(len(in_text), dtype=np.int64)
    going = np.arange(len(in_text))
    while len(going):
        token = text[in_text]
        same = (token == rules[in_rules]) & (token >= legalese)
        going, in_text, in_rules = going[same], in_text[same] + step, in_rules[same] + step
        count[going] += 1
    return count


def _common_stretches(searchable: Tokens, rules: Sequence[Tokens], legalese: int) -> tuple[Places, Numbers]:
    """Return the maximal stretches of legalese tokens that the rules share with the text, in the order of the rules.

    They come as how many each rule has, and an array of three rows.
    """
    size = len(searchable)
    places = np.flatnonzero((searchable >= 0) & (searchable < legalese))
    tokens = searchable[places]
    by_token = np.argsort(tokens, kind="stable")
    places, tokens = places[by_token], tokens[by_token]
    counts = np.bincount(tokens, minlength=legalese)
    first = np.cumsum(counts) - counts
    # The rules stand one behind the other, so far apart that no diagonal of one reaches another.
    lengths = np.array([len(rule) for rule in rules])
    origins = np.concatenate(([0], np.cumsum(lengths + size + 1)))
    joined = np.concatenate(rules)
    spread = np.arange(len(joined)) + np.repeat(origins[:-1] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    high = np.flatnonzero(joined < legalese)
    token, in_rules = joined[high], spread[high]
    begins, times = first[token], counts[token]
    if (total := int(times.sum())) <= _PAIRS:
        return _stretches_of(size, in_rules, places[expanded(begins, times)], times, origins)
    words = tokens.astype(np.int64) * (size + 1) + places
    counts = np.zeros(len(rules), dtype=np.int64)
    # There are hardly fewer stretches than pairs.
    stretches = np.empty((3, total), dtype=np.int32)
    for begins, times in _bands(size, token, in_rules, words, -(-total // _PAIRS)):
        more, some = _stretches_of(size, in_rules, places[expanded(begins, times)], times, origins)
        before = int(counts.sum())
        stretches[:, before : before + some.shape[1]] = some
        counts += more
    return counts, stretches[:, : int(counts.sum())]


def _bands(size: int, token: Tokens, in_rules: Places, words: Places, count: int) -> Iterator[tuple[Places, Places]]:
    """Yield the pairs of equal words band by band of diagonals, ``count`` of them.

    They come as where those of each word of the rules begin in ``words``, and how many. ``words`` has the words of the text in order, each
    as its token times ``size + 1``, and its place.
    """
    of_token = token.astype(np.int64) * (size + 1)
    ends = np.searchsorted(words, of_token + size)
    edges = np.linspace(in_rules.min(), in_rules.max() + size + 1, count + 1).astype(np.int64)
    for edge in edges[1:]:
        begins = np.searchsorted(words, of_token + np.clip(in_rules + size + 1 - edge, 0, size))
        yield begins, ends - begins
        ends = begins


def _stretches_of(
    size: int, in_rules: Places, in_text: Places, times: Places, origins: Places
) -> tuple[Places, Numbers]:
    """Return the stretches of some pairs, all those of their diagonals; each place in the rules has so many of those in the text."""
    # One number for each pair, in which the neighbours on a diagonal differ by one. In place: there can be many.
    pairs = np.repeat(in_rules, times)
    pairs -= in_text
    pairs += size
    pairs *= size + 1
    pairs += in_text
    pairs.sort()
    begins = np.flatnonzero(np.diff(pairs, prepend=-2) != 1)
    stretch_lengths = np.diff(begins, append=len(pairs))
    diagonals, text_starts = np.divmod(pairs[begins], size + 1)
    rule_starts = diagonals - size + text_starts
    which = np.searchsorted(origins, rule_starts, side="right") - 1
    rule_starts -= origins[which]
    # The rules' places never overlap, on no diagonal: they come in order.
    counts = np.bincount(which, minlength=len(origins) - 1)
    return counts, np.stack((-stretch_lengths, text_starts, rule_starts)).astype(np.int32)


class _Stretches:
    """The stretches of a rule: those of one word, which are the most and kept close, apart from the longer ones."""

    def __init__(self, stretches: Numbers, rule_length: int) -> None:
        is_one = stretches[0] == -1
        ones = stretches[1][is_one].astype(np.int64)
        ones *= rule_length
        ones += stretches[2][is_one]
        ones.sort()
        self._text = array("i", (ones // rule_length).astype(np.int32).tobytes())
        self._rule = array("i", (ones % rule_length).astype(np.int32).tobytes())
        self.longer: list[Stretch] = list(zip(*stretches[:, ~is_one].tolist(), strict=True))

    def ones_between(self, text_start: int, text_end: int) -> Iterator[tuple[int, int]]:
        """Yield where each stretch of one word is, in text and rule, in order."""
        first = bisect_left(self._text, text_start)
        last = bisect_left(self._text, text_end, first)
        return zip(self._text[first:last], self._rule[first:last], strict=True)


def _matching_blocks(text: list[int], rule: list[int], start: int, stretches: _Stretches) -> list[Block]:
    """Return the blocks in order, adjacent ones as one."""
    longer = _behind(stretches.longer, start, 0) if start else stretches.longer
    parts: list[tuple[_Part, list[Stretch]]] = [((start, len(text), 0, len(rule)), longer)]
    blocks: list[Block] = []
    while parts:
        part, longer = parts.pop()
        text_start, text_end, rule_start, rule_end = part
        negative, i, j = min(longer, default=_NOTHING)
        if negative >= -1:
            blocks += _chain(text, rule, part, stretches.ones_between(text_start, text_end), longer)
            continue
        i, j, length = grown = _grown(text, rule, (i, j, -negative), part)
        blocks.append(grown)
        if text_start < i and rule_start < j:
            parts.append(((text_start, i, rule_start, j), _before(longer, i, j)))
        i, j = i + length, j + length
        if i < text_end and j < rule_end:
            parts.append(((i, text_end, j, rule_end), _behind(longer, i, j)))
    blocks.sort()
    return _collapsed(blocks)


def _chain(
    text: list[int], rule: list[int], part: _Part, ones: Iterable[tuple[int, int]], clipped: list[Stretch]
) -> Iterator[Block]:
    """Yield the blocks of a part in which all stretches are of one word: the first is as long as any, and nothing is left of it."""
    text_start, text_end, rule_start, rule_end = part
    if clipped:
        ones = merge(ones, sorted((i, j) for _, i, j in clipped))
    for i, j in ones:
        if i < text_start or not rule_start <= j < rule_end:
            continue
        i, j, length = _grown(text, rule, (i, j, 1), (text_start, text_end, rule_start, rule_end))
        yield i, j, length
        text_start, rule_start = i + length, j + length


def _before(stretches: list[Stretch], text_end: int, rule_end: int) -> list[Stretch]:
    """Return what of the stretches lies before these places."""
    return [
        (negative, i, j)
        if i - negative <= text_end and j - negative <= rule_end
        else (max(i - text_end, j - rule_end), i, j)
        for negative, i, j in stretches
        if i < text_end and j < rule_end
    ]


def _behind(stretches: list[Stretch], text_start: int, rule_start: int) -> list[Stretch]:
    """Return what of the stretches lies at these places or behind them."""
    return [
        (negative, i, j)
        if i >= text_start and j >= rule_start
        else (negative + (skipped := max(text_start - i, rule_start - j)), i + skipped, j + skipped)
        for negative, i, j in stretches
        if i - negative > text_start and j - negative > rule_start
    ]


def _grown(text: list[int], rule: list[int], block: Block, part: _Part) -> Block:
    """Return ``block`` with the equal tokens on both sides of it, whatever they say."""
    text_start, text_end, rule_start, rule_end = part
    i, j, length = block
    while i > text_start and j > rule_start and text[i - 1] == rule[j - 1]:
        i, j, length = i - 1, j - 1, length + 1
    limit = min(text_end - i, rule_end - j)
    while length < limit and text[i + length] == rule[j + length]:
        length += 1
    return i, j, length


def _collapsed(blocks: list[Block]) -> list[Block]:
    collapsed: list[Block] = []
    for i, j, length in blocks:
        if collapsed:
            before_i, before_j, before = collapsed[-1]
            if before_i + before == i and before_j + before == j:
                collapsed[-1] = (before_i, before_j, before + length)
                continue
        collapsed.append((i, j, length))
    return collapsed
