"""Which rules a run of text is compared with word by word: those that share most of its words.

This is ScanCode's ranking (``licensedcode.match_set``), over arrays. Sets of tokens come first, then multisets of the best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from licscan.detect.engine.exact import expanded
from licscan.detect.engine.hashing import Tokens
from licscan.detect.engine.rounding import tenths

if TYPE_CHECKING:
    from licscan.detect.engine.rules import Rules
    from licscan.detect.engine.store import Array, Store

Numbers = npt.NDArray[np.int64]
Ratios = npt.NDArray[np.float64]

# A text resembles a rule highly from here on.
HIGH_RESEMBLANCE = 0.8
# So many times the candidates asked for go from the comparison of sets to that of multisets.
_SECOND_ROUND = 10
# Of so many rules the tokens are not scanned one by one.
_MANY = 200
_BYTE = 255
# What a product of floats may be off.
_SLACK = 1e-6


class Scores(NamedTuple):
    """How well each of some rules fits, rounded and in full, in the order in which the scores count."""

    rules: Numbers
    rounded_high: npt.NDArray[np.bool_]
    rounded_containment: Numbers
    rounded_resemblance: Numbers
    rounded_length: Ratios
    high: npt.NDArray[np.bool_]
    containment: Ratios
    resemblance: Ratios
    length: Numbers

    def take(self, which: npt.NDArray[np.bool_] | Numbers) -> Scores:
        return Scores._make(part[which] for part in self)

    def best_first(self) -> Numbers:
        """Return the order of the rules, the higher number first among equals."""
        return np.lexsort((self.rules, *self[:0:-1]))[::-1]


class CandidateIndex:
    """Token sets and multisets of the rules that can be matched approximately, which are numbered among themselves here."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._rules = rules
        self._numbers = store.array("approximate_rules")
        self._legalese = int(store.array("legalese")[0])
        self._set_tokens = store.array("set_tokens")
        self._set_counts = store.array("set_counts")
        self._set_ends = store.array("set_tokens_ends")
        self._set_begins = np.concatenate(([0], self._set_ends[:-1]))
        self._set_sizes = self._set_ends - self._set_begins
        self._set_high = store.array("set_high")
        self._rounded_lengths = store.array("rounded_lengths")
        self._frequency = store.array("token_frequency")
        self._containment = store.array("minimum_containment")
        # Of tokens that many rules have, a row of zeros and ones; the number of each token's row, or -1.
        self._common_rows = store.array("common_rows")
        self._common = store.array("common").reshape(-1, len(self._numbers))
        self._postings, self._posting_begins = _inverted(store, "postings")
        self._length = store.array("approximate_length")
        self._min_matched = store.array("approximate_min_matched_length")
        self._min_high = store.array("approximate_min_high_matched_length")
        self._min_matched_unique = store.array("approximate_min_matched_length_unique")
        # How many of a rule's legalese tokens must be shared, even if all other tokens are.
        needed = np.maximum(self._min_matched_unique, np.ceil(self._containment * self._set_sizes - _SLACK))
        self._needed_high = np.maximum.reduce(
            (
                np.ones_like(self._set_high),
                store.array("approximate_min_high_matched_length_unique"),
                (needed - (self._set_sizes - self._set_high)).astype(np.int32),
            )
        )
        self._tokens_in_query = np.zeros(len(self._frequency), dtype=np.int32)  # zero between calls

    def candidates(self, searchable: Tokens, top: int) -> list[int]:
        """Return the numbers of the ``top`` best rules, best first; ``searchable`` has -1 where a token does not count."""
        distinct, counts = counted(searchable)
        high = distinct[: np.searchsorted(distinct, self._legalese)]
        if not len(high):
            return []
        shared_high = self._shared_by_all(high)
        rules = np.flatnonzero(shared_high >= self._needed_high)
        return self._ranked(distinct, counts, rules, shared_high[rules].astype(np.int64), top, only_near=False)

    def near_duplicates(self, searchable: Tokens, top: int) -> list[int]:
        """Return the rules that resemble the whole text highly, best first."""
        distinct, counts = counted(searchable)
        if not len(distinct) or distinct[0] >= self._legalese:
            return []
        # A rule that shares at least eight tenths of the union has all but two tenths of the text's words, and most of
        # any three tenths of them. The rarest have the fewest rules.
        by_rarity = distinct[np.argsort(self._frequency[distinct], kind="stable")]
        rarest = by_rarity[: len(distinct) * 3 // 10 + 1]
        shared_rare = np.bincount(self._having(rarest), minlength=len(self._numbers))
        rules = np.flatnonzero(shared_rare >= max(1, len(rarest) - len(distinct) // 5 - 1))
        sizes = self._set_sizes[rules]
        rules = rules[(sizes * 10 >= len(distinct) * 7) & (sizes * 7 <= len(distinct) * 10)]
        if not len(rules):
            return []
        self._tokens_in_query[distinct] = 1
        shared_high = self._shared(self._set_begins[rules], self._set_high[rules])
        self._tokens_in_query[distinct] = 0
        enough = shared_high >= self._needed_high[rules]
        return self._ranked(distinct, counts, rules[enough], shared_high[enough], top, only_near=True)

    def _having(self, tokens: Tokens) -> npt.NDArray[np.uint16]:
        """Return the rules that have each of the tokens, one after the other."""
        begins = self._posting_begins[tokens].tolist()
        ends = self._posting_begins[tokens + np.int64(1)].tolist()
        return np.concatenate(
            [self._postings[:0], *(self._postings[begin:end] for begin, end in zip(begins, ends, strict=True))]
        )

    def _shared_by_all(self, tokens: Tokens) -> npt.NDArray[np.uint16]:
        """Return how many of the tokens each rule has."""
        rows = self._common_rows[tokens]
        shared = np.bincount(self._having(tokens[rows < 0]), minlength=len(self._numbers)).astype(np.uint16)
        common = rows[rows >= 0].tolist()
        for start in range(0, len(common), _BYTE):
            # Bytes are added many at a time, as long as they cannot overflow.
            some = np.zeros(len(shared), dtype=np.uint8)
            for row in common[start : start + _BYTE]:
                some += self._common[row]
            shared += some
        return shared

    def _ranked(  # the query's tokens and how often each is there; the rules, and how many legalese tokens each shares
        self, distinct: Tokens, counts: Numbers, rules: Numbers, shared_high: Numbers, top: int, *, only_near: bool
    ) -> list[int]:
        if not len(rules):
            return []
        in_query = self._tokens_in_query
        in_query[distinct] = counts
        try:
            if only_near or len(rules) > top * _SECOND_ROUND:
                rules, shared = self._compared_as_sets(distinct, rules, shared_high)
                if only_near or len(rules) > top * _SECOND_ROUND:
                    # The order of this round only tells who comes to the next.
                    rules, shared = self._foremost(rules, shared, len(distinct), top * _SECOND_ROUND)
                    sets = self._scores(rules, shared, self._set_sizes[rules], len(distinct))
                    if only_near:
                        sets = sets.take(sets.rounded_high & sets.high)
                    rules = sets.take(sets.best_first()[: top * _SECOND_ROUND]).rules
            rules, shared = self._compared_as_multisets(rules)
        finally:
            in_query[distinct] = 0
        if not len(rules):
            return []
        scores = self._scores(rules, shared, self._length[rules], int(counts.sum()))
        if only_near:
            scores = scores.take(scores.rounded_high & scores.high)
        return self._without_equals(scores, top)

    def _compared_as_sets(self, distinct: Tokens, rules: Numbers, shared_high: Numbers) -> tuple[Numbers, Numbers]:
        """Return the rules that share enough distinct tokens, and how many."""
        high = self._set_high[rules]
        shared_low: Array
        if len(rules) > _MANY:
            shared_low = self._shared_by_all(distinct[np.searchsorted(distinct, self._legalese) :])[rules]
        else:
            shared_low = self._shared(self._set_begins[rules] + high, self._set_sizes[rules] - high)
        shared = shared_high + shared_low
        enough = (shared >= self._min_matched_unique[rules]) & self._contained(rules, shared, self._set_sizes[rules])
        return rules[enough], shared[enough]

    def _foremost(self, rules: Numbers, shared: Numbers, size: int, count: int) -> tuple[Numbers, Numbers]:
        """Return the first ``count`` of the rules and more, by the scores that count most: the others need no full order."""
        if len(rules) <= count:
            return rules, shared
        lengths = self._set_sizes[rules]
        is_high = tenths(shared / (size + lengths - shared)) >= round(HIGH_RESEMBLANCE * 10)
        rank = 16 * is_high + tenths(shared / lengths)
        last = len(rules) - count
        foremost = rank >= np.partition(rank, last)[last]
        return rules[foremost], shared[foremost]

    def _contained(self, rules: Numbers, shared: Numbers, lengths: Numbers) -> npt.NDArray[np.bool_]:
        return ~(shared / lengths < self._containment[rules])

    def _shared(self, begins: Numbers, sizes: Numbers) -> Numbers:
        """Return how many tokens of each stretch of the rules' sets are in the query. The legalese ones of a set come first."""
        hits = self._tokens_in_query[self._set_tokens[expanded(begins, sizes)]] > 0
        return _row_sums(hits, sizes)

    def _compared_as_multisets(self, rules: Numbers) -> tuple[Numbers, Numbers]:
        """Return the rules that share enough tokens, as sets too, and how many, repetitions counted."""
        if not len(rules):
            return rules, rules
        sizes = self._set_sizes[rules]
        places = expanded(self._set_begins[rules], sizes)
        tokens = self._set_tokens[places]
        in_query = self._tokens_in_query[tokens]
        common = np.minimum(in_query, self._set_counts[places])
        begins = np.cumsum(sizes) - sizes  # no set is empty
        distinct = np.add.reduceat(in_query > 0, begins, dtype=np.int64)
        shared = np.add.reduceat(common, begins, dtype=np.int64)
        high = np.add.reduceat(common * (tokens < self._legalese), begins, dtype=np.int64)
        enough = (
            (high > 0)
            & (high >= self._min_high[rules])
            & (shared >= self._min_matched[rules])
            & (distinct >= self._min_matched_unique[rules])
            & self._contained(rules, distinct, sizes)
            & self._contained(rules, shared, self._length[rules])
        )
        return rules[enough], shared[enough]

    def _scores(self, rules: Numbers, shared: Numbers, lengths: Numbers, size: int) -> Scores:
        containment = shared / lengths
        resemblance = shared / (size + lengths - shared)
        # Python's power of floats, for NumPy's square can differ in the last bit.
        amplified = np.array([ratio**2 for ratio in resemblance.tolist()], dtype=np.float64)
        return Scores(
            rules=rules,
            rounded_high=tenths(resemblance) >= round(HIGH_RESEMBLANCE * 10),
            rounded_containment=tenths(containment),
            rounded_resemblance=tenths(amplified),
            rounded_length=self._rounded_lengths[shared],
            high=resemblance >= HIGH_RESEMBLANCE,
            containment=containment,
            resemblance=amplified,
            length=shared,
        )

    def _without_equals(self, scores: Scores, top: int) -> list[int]:
        """Return the best, of rules with one expression, one length and equal rounded scores only the first."""
        ordered = scores.take(scores.best_first())
        numbers = self._numbers[ordered.rules].tolist()
        rounded = zip(*(part.tolist() for part in ordered[1:5]), strict=True)
        seen: set[tuple[object, ...]] = set()
        kept: list[int] = []
        for number, rounded_scores in zip(numbers, rounded, strict=True):
            key = (self._rules.expression_number(number), self._rules.lengths[number], rounded_scores)
            if key not in seen:
                seen.add(key)
                kept.append(number)
                if len(kept) == top:
                    break
        return kept


def counted(searchable: Tokens) -> tuple[Tokens, Numbers]:
    """Return the distinct tokens that count, in order, and how often each is there."""
    tokens = np.sort(searchable[searchable >= 0])
    changes = np.flatnonzero(tokens[1:] != tokens[:-1]) + 1
    begins = np.concatenate(([0], changes)) if len(tokens) else changes
    return tokens[begins], np.diff(begins, append=len(tokens))


def _inverted(store: Store, name: str) -> tuple[npt.NDArray[np.uint16], Numbers]:
    ends = store.array(f"{name}_ends")
    return store.array(name), np.concatenate(([0], ends))


def _row_sums(values: Array, sizes: Numbers) -> Numbers:
    """Return the sum of each of the consecutive rows of ``values``, which have ``sizes`` members."""
    sums = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    ends = np.cumsum(sizes)
    result: Numbers = sums[ends] - sums[ends - sizes]
    return result
