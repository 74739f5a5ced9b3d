"""Which rules can come to a match that holds, told before any match is made.

Whatever alignment finds for a rule lies on the stretches that text and rule have in common, each with the equal words around it.
Where these together cover too little of the rule, or lie too far apart, or miss a phrase that the rule requires, every match to it
would be thrown out by ``refine`` for itself alone: before it is compared with another rule's. So nothing is lost by not making any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from licscan.detect.engine import flags
from licscan.detect.engine.alignment import Alignment, Segments
from licscan.detect.engine.exact import expanded
from licscan.detect.engine.refine import SMALL_COVERAGE
from licscan.detect.engine.rules import Rules

Numbers = npt.NDArray[np.int64]
# A match is thin that is matched on less than two of five words, in the text or in the rule.
_WORDS, _OF = 2, 5
# Coverage is rounded to hundredths of a per cent before it is compared.
_ROUNDING = 0.006
# So many segments, and those of one rule more, are looked at at once.
_AT_ONCE = 250_000


class Coverage(NamedTuple):
    """Disjoint intervals of places, in order, ends excluded; those of one rule lie far from those of another."""

    starts: Numbers
    ends: Numbers
    distance: int  # from the places of one rule to those of the next

    def rules(self) -> Numbers:
        return self.starts // self.distance


class _Part(NamedTuple):
    """The segments of a run that begins at ``start``, and the number of the rule of each."""

    rules: npt.NDArray[np.int32]
    start: int
    segments: Segments

    def of(self, wanted: npt.NDArray[np.bool_]) -> _Part:
        return _Part(self.rules[wanted], self.start, Segments(*(column[wanted] for column in self.segments)))


class RulePrefilter:
    """What matches to each rule need to hold."""

    def __init__(self, rules: Rules) -> None:
        self._phrases, self._phrase_ends = rules.required_phrases
        self._needed = _needed_lengths(rules)

    def holding(self, found: Iterable[tuple[int, Sequence[int], Alignment]]) -> frozenset[int]:
        """Return the numbers of the rules to which some match may hold.

        ``found`` has for each run of one text where it starts, the numbers of the rules it is aligned with, and the alignment.
        """
        parts = [
            _Part(np.array(numbers, dtype=np.int32)[segments.rule], start, segments)
            for start, numbers, alignment in found
            if len(alignment)
            for segments in (alignment.segments(),)
        ]
        if not parts:
            return frozenset()
        # What holds of a rule depends on no other: they are taken some at a time, for the sake of memory.
        portion = np.cumsum(sum(np.bincount(part.rules, minlength=len(self._needed)) for part in parts)) // _AT_ONCE
        holding: set[int] = set()
        for number in range(int(portion[-1]) + 1):
            some = [part.of(portion[part.rules] == number) for part in parts]
            holding.update(self._holding([part for part in some if len(part.rules)]))
        return frozenset(holding)

    def _holding(self, parts: Sequence[_Part]) -> list[int]:
        if not parts:
            return []
        numbers, which = np.unique(np.concatenate([part.rules for part in parts]), return_inverse=True)
        lengths = np.concatenate([part.segments.length for part in parts])
        text = np.concatenate([part.segments.text_start + part.start for part in parts])
        able = self._able(numbers, which, text, lengths)
        kept = able[which]
        in_rules = np.concatenate([part.segments.rule_start for part in parts])[kept]
        able &= self._able(numbers, which[kept], in_rules, lengths[kept])
        able &= self._with_phrases(numbers, covered(which[kept], in_rules, lengths[kept]))
        held: list[int] = numbers[able].tolist()
        return held

    def _able(self, numbers: Numbers, which: Numbers, places: Numbers, lengths: Numbers) -> npt.NDArray[np.bool_]:
        able = np.zeros(len(numbers), dtype=np.bool_)
        if len(which):
            coverage = covered(which, places, lengths)
            able[coverage.rules()[has_dense_part(coverage, self._needed[numbers[coverage.rules()]])]] = True
        return able

    def _with_phrases(self, numbers: Numbers, coverage: Coverage) -> npt.NDArray[np.bool_]:
        """Tell of each rule whether all phrases that it requires are covered."""
        begins = np.where(numbers > 0, self._phrase_ends[numbers - 1], 0)
        counts = self._phrase_ends[numbers] - begins
        whole = np.ones(len(numbers), dtype=np.bool_)
        ends = self._phrases[expanded(begins, counts)].reshape(-1, 2).astype(np.int64)
        if not len(ends) or not len(coverage.starts):
            return whole
        rules = np.repeat(np.arange(len(numbers)), counts // 2)
        first, last = (rules * coverage.distance + place for place in ends.T)
        interval = np.searchsorted(coverage.starts, first, side="right") - 1
        missing = (interval < 0) | (coverage.ends[interval] <= last)
        whole[rules[missing]] = False
        return whole


def covered(which: Numbers, places: Numbers, lengths: Numbers) -> Coverage:
    """Return what the stretches cover together; ``which`` numbers the rule of each."""
    distance = 10 * (int((places + lengths).max(initial=0)) + 1)
    starts = which * distance + places
    order = np.argsort(starts, kind="stable")
    starts = starts[order]
    ends = np.maximum.accumulate(starts + lengths[order])
    apart = np.flatnonzero(starts[1:] > ends[:-1])
    firsts = np.concatenate(([0], apart + 1)) if len(starts) else np.empty(0, dtype=np.int64)
    lasts = np.concatenate((apart, [len(starts) - 1])) if len(starts) else np.empty(0, dtype=np.int64)
    return Coverage(starts[firsts], ends[lasts], distance)


def has_dense_part(coverage: Coverage, needed: Numbers) -> npt.NDArray[np.bool_]:
    """Tell of each interval whether a part of the places that begins with it covers as many as needed, and is not too thin."""
    starts, ends, _ = coverage
    total = np.cumsum(ends - starts)
    before = total - (ends - starts)
    reaching = np.searchsorted(total, before + needed)
    possible = np.flatnonzero(reaching < len(starts))
    # Dense enough: _OF * covered >= _WORDS * extent, which can be told from both ends one by one.
    at_end = np.maximum.accumulate((_OF * total - _WORDS * ends)[::-1])[::-1]
    dense = np.zeros(len(starts), dtype=np.bool_)
    dense[possible] = at_end[reaching[possible]] >= (_OF * before - _WORDS * starts)[possible]
    return dense


def _needed_lengths(rules: Rules) -> Numbers:
    """Return how many words of each rule a match has to have."""
    percent = np.where(
        rules.flags & flags.SMALL, np.maximum(rules.minimum_coverage, SMALL_COVERAGE), rules.minimum_coverage
    )
    needed: Numbers = np.maximum(
        rules.min_matched, np.ceil((percent - _ROUNDING) * rules.lengths / 100).astype(np.int64)
    )
    return np.maximum(needed, 1)
