"""Aligning a run of text with candidate rules: the longest common stretches of legalese words, grown by the words around.

The result is that of ScanCode's ``licensedcode.seq``, which looks for the longest stretch in a part of the text and
of the rule, then left and right of it. Here all common stretches are found once, for all candidates together; the search in
a part clips them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from licscan.detect.engine.exact import expanded
from licscan.detect.engine.hashing import Tokens

Block = tuple[int, int, int]  # where in the text, where in the rule, how many tokens


class Alignment:
    """The common stretches of one run of text with several rules. Positions in the text count from the run's start."""

    def __init__(self, searchable: Tokens, rules: Sequence[Tokens], legalese: int) -> None:
        self._text: list[int] = searchable.tolist()
        self._rules = rules
        self._legalese = legalese
        self._stretches = _common_stretches(searchable, rules, legalese)

    def blocks(self, which: int, start: int) -> list[Block]:
        """Return the blocks that the text from ``start`` on has in common with a rule, repetitions included."""
        stretches = self._stretches.get(which)
        found: list[Block] = []
        if not stretches:
            return found
        rule: list[int] = self._rules[which].tolist()
        size = len(self._text)
        while start < size:
            blocks = _matching_blocks(self._text, rule, start, size, stretches)
            if not blocks:
                break
            # A single word that is no legalese makes no match, but the search goes on behind it.
            found += [block for block in blocks if block[2] > 1 or self._text[block[0]] < self._legalese]
            start = max(start, max(place + length for place, _, length in blocks))
        return found


def _common_stretches(searchable: Tokens, rules: Sequence[Tokens], legalese: int) -> dict[int, list[Block]]:
    """Return for each rule the maximal stretches of legalese tokens that it shares with the text, longest first."""
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
    token = joined[high]
    times = counts[token]
    in_text = places[expanded(first[token], times)]
    in_rules = np.repeat(spread[high], times)
    # One number for each pair, in which the neighbours on a diagonal differ by one.
    pairs = np.sort((in_rules - in_text + size) * (size + 1) + in_text)
    begins = np.flatnonzero(np.diff(pairs, prepend=-2) != 1)
    stretch_lengths = np.diff(begins, append=len(pairs))
    diagonals, text_starts = np.divmod(pairs[begins], size + 1)
    rule_starts = diagonals - size + text_starts
    which = np.searchsorted(origins, rule_starts, side="right") - 1
    rule_starts -= origins[which]
    order = np.lexsort((rule_starts, text_starts, -stretch_lengths))
    stretches: dict[int, list[Block]] = defaultdict(list)
    for rule, *block in zip(
        which[order].tolist(),
        text_starts[order].tolist(),
        rule_starts[order].tolist(),
        stretch_lengths[order].tolist(),
        strict=True,
    ):
        stretches[rule].append(tuple(block))
    return stretches


def _matching_blocks(text: list[int], rule: list[int], start: int, end: int, stretches: list[Block]) -> list[Block]:
    """Return the blocks in order, adjacent ones as one."""
    parts = [(start, end, 0, len(rule))]
    blocks: list[Block] = []
    while parts:
        part = parts.pop()
        longest = _longest(stretches, part)
        if longest is None:
            continue
        i, j, length = grown = _grown(text, rule, longest, part)
        blocks.append(grown)
        text_start, text_end, rule_start, rule_end = part
        if text_start < i and rule_start < j:
            parts.append((text_start, i, rule_start, j))
        if i + length < text_end and j + length < rule_end:
            parts.append((i + length, text_end, j + length, rule_end))
    blocks.sort()
    return _collapsed(blocks)


def _longest(stretches: list[Block], part: tuple[int, int, int, int]) -> Block | None:
    """Return the longest stretch inside ``part``; the first in the text, then in the rule, of equally long ones."""
    text_start, text_end, rule_start, rule_end = part
    best: Block | None = None
    best_length = 0
    for i, j, length in stretches:
        if length < best_length:
            break
        skipped = max(0, text_start - i, rule_start - j)
        clipped = min(length, text_end - i, rule_end - j) - skipped
        if clipped < best_length or clipped <= 0:
            continue
        block = (i + skipped, j + skipped, clipped)
        if clipped > best_length or best is None or block < best:
            best, best_length = block, clipped
    return best


def _grown(text: list[int], rule: list[int], block: Block, part: tuple[int, int, int, int]) -> Block:
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
