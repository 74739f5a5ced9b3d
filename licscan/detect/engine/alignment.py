"""Aligning a run of text with candidate rules: the longest common stretches of legalese words, grown by the words around.

The result is that of ScanCode's ``licensedcode.seq``, which looks for the longest stretch in a part of the text and
of the rule, then left and right of it. Here all common stretches are found once, for all candidates together; the search in
a part clips them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from licscan.detect.engine.exact import expanded
from licscan.detect.engine.hashing import Tokens
from licscan.detect.engine.store import Array

Block = tuple[int, int, int]  # where in the text, where in the rule, how many tokens
# Stretches have their length first, and negative: the least of them is the longest, and the first of equally long ones.
Stretches = Array | list[Block]
_Part = tuple[int, int, int, int]  # from and to where in the text, and in the rule

# Up to so many stretches a list is faster than an array.
_FEW = 150


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
        if stretches is None:
            return found
        rule: list[int] = self._rules[which].tolist()
        # Where there is no stretch left there is no block either.
        reach = _reach(stretches)
        while start < reach:
            blocks = _matching_blocks(self._text, rule, start, stretches)
            if not blocks:
                break
            # A single word that is no legalese makes no match, but the search goes on behind it.
            found += [block for block in blocks if block[2] > 1 or self._text[block[0]] < self._legalese]
            start = max(start, max(place + length for place, _, length in blocks))
        return found


def _common_stretches(searchable: Tokens, rules: Sequence[Tokens], legalese: int) -> dict[int, Stretches]:
    """Return for each rule the maximal stretches of legalese tokens that it shares with the text."""
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
    if not len(pairs):
        return {}
    begins = np.flatnonzero(np.diff(pairs, prepend=-2) != 1)
    stretch_lengths = np.diff(begins, append=len(pairs))
    diagonals, text_starts = np.divmod(pairs[begins], size + 1)
    rule_starts = diagonals - size + text_starts
    which = np.searchsorted(origins, rule_starts, side="right") - 1
    rule_starts -= origins[which]
    by_rule = np.argsort(which, kind="stable")
    found = np.stack((-stretch_lengths, text_starts, rule_starts))[:, by_rule]
    present, counts = np.unique(which[by_rule], return_counts=True)
    parts = np.split(found, np.cumsum(counts)[:-1], axis=1)
    return {rule: _handy(part) for rule, part in zip(present.tolist(), parts, strict=True)}


def _handy(stretches: Array) -> Stretches:
    """Return what is faster to work with: few of them as a list, many as an array of three rows."""
    return stretches if stretches.shape[1] > _FEW else list(zip(*stretches.tolist(), strict=True))


def _reach(stretches: Stretches) -> int:
    """Return where in the text the last stretch ends."""
    if isinstance(stretches, list):
        return max(i - length for length, i, _ in stretches)
    return int((stretches[1] - stretches[0]).max())


def _matching_blocks(text: list[int], rule: list[int], start: int, stretches: Stretches) -> list[Block]:
    """Return the blocks in order, adjacent ones as one."""
    inside = _behind(stretches, start, 0) if start else stretches
    parts: list[tuple[_Part, Stretches]] = [((start, len(text), 0, len(rule)), inside)]
    blocks: list[Block] = []
    while parts:
        part, inside = parts.pop()
        if isinstance(inside, list) and not inside:
            continue
        text_start, text_end, rule_start, rule_end = part
        i, j, length = grown = _grown(text, rule, _longest(inside), part)
        blocks.append(grown)
        if text_start < i and rule_start < j:
            parts.append(((text_start, i, rule_start, j), _before(inside, i, j)))
        i, j = i + length, j + length
        if i < text_end and j < rule_end:
            parts.append(((i, text_end, j, rule_end), _behind(inside, i, j)))
    blocks.sort()
    return _collapsed(blocks)


def _longest(stretches: Stretches) -> Block:
    """Return the longest stretch; the first in the text, then in the rule, of equally long ones."""
    if isinstance(stretches, list):
        length, i, j = min(stretches)
    else:
        # One number for each: the length counts most, then the place in the text, then that in the rule.
        best = np.argmin((stretches[0] << 44) + (stretches[1] << 16) + stretches[2])
        length, i, j = stretches[:, best].tolist()
    return i, j, -length


def _before(stretches: Stretches, text_end: int, rule_end: int) -> Stretches:
    """Return what of the stretches lies before these places."""
    if isinstance(stretches, list):
        return [
            (max(negative, i - text_end, j - rule_end), i, j)
            for negative, i, j in stretches
            if i < text_end and j < rule_end
        ]
    negative, i, j = stretches[:, (stretches[1] < text_end) & (stretches[2] < rule_end)]
    return _handy(np.stack((np.maximum(negative, np.maximum(i - text_end, j - rule_end)), i, j)))


def _behind(stretches: Stretches, text_start: int, rule_start: int) -> Stretches:
    """Return what of the stretches lies at these places or behind them."""
    if isinstance(stretches, list):
        return [
            (negative + skipped, i + skipped, j + skipped)
            for negative, i, j in stretches
            if negative + (skipped := max(0, text_start - i, rule_start - j)) < 0
        ]
    skipped = np.maximum(np.maximum(text_start - stretches[1], rule_start - stretches[2]), 0)
    inside = stretches[0] + skipped < 0
    return _handy(stretches[:, inside] + skipped[inside])


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
