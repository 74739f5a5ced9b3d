"""A text as it is searched: its known words as numbers, where each stands, and the runs it is cut into."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from licscan.detect.engine.hashing import Tokens
from licscan.detect.engine.spans import Span
from licscan.detect.engine.vocabulary import ROW_END, STOP, UNKNOWN, Vocabulary

if TYPE_CHECKING:
    from licscan.detect.engine.text import Text

Positions = npt.NDArray[np.int64]

# After so many rows without a legalese word a run ends, in a text and in a binary.
TEXT_GAP, BINARY_GAP = 15, 50
# In a text with very long lines, rows are cut after so many words.
ROW_WORDS = 25
# So many rows of which the places of words are kept.
_ROWS_KEPT = 16
_SPDX = (("spdx", "license", "identifier"), ("licenses", "nuget", "org"))


@dataclass(frozen=True, slots=True)
class SpdxLine:
    """A row that declares a licence in SPDX's way, and the first and last position of its known words."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """Positions from ``start`` to ``end``, both included."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Query:
    """``tokens`` are the known words of the text; all positions count them alone.

    ``rows`` has the row of each; ``unknowns`` and ``stopwords`` are positions, in order, after which there are such words,
    with their number in the ``..._counts``. Those before the first known word count as unknown in ``leading``. ``searchable``
    has the token where it may still be matched, else -1.
    """

    text: Text
    tokens: Tokens
    rows: Positions
    runs: Sequence[Run]
    spdx_rows: Sequence[tuple[int, int, int]]  # row, first and last position
    high: npt.NDArray[np.bool_]
    unknowns: list[int]
    unknown_counts: list[int]
    leading: int
    stopwords: dict[int, int]
    vocabulary: Vocabulary
    searchable: Tokens = field(init=False)
    stopword_positions: list[int] = field(init=False)
    _steady: bool | None = field(init=False, default=None)
    _places: dict[int, list[tuple[int, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.searchable = self.tokens.copy()
        self.stopword_positions = list(self.stopwords)

    def line_of(self, position: int) -> int:
        return self.text.line_of(int(self.rows[position]))

    def is_steady(self, unsteady: Sequence[str]) -> bool:
        """Tell whether none of some characters is in the text; it must always be asked for the same."""
        if self._steady is None:
            self._steady = self.text.content.isascii() or not any(map(self.text.content.__contains__, unsteady))
        return self._steady

    def place_in_row(self, position: int) -> tuple[int, int]:
        """Return where in its row the known word at ``position`` begins and ends."""
        row = int(self.rows[position])
        places = self._places.get(row)
        if places is None:
            if len(self._places) >= _ROWS_KEPT:
                self._places.clear()
            places = self._places[row] = self.vocabulary.known_spans(self.text.rows[row])
        return places[position - self.first_position(row)]

    def first_position(self, row: int) -> int:
        """Return the position of the first known word at or behind the start of ``row``."""
        return int(np.searchsorted(self.rows, row))

    def unknowns_in(self, span: Span) -> int:
        """Return how many unknown words follow the positions of ``span``, its last one excepted."""
        first = bisect_left(self.unknowns, span.start)
        last = bisect_left(self.unknowns, span.end, lo=first)
        if first == last:
            return 0
        bits, start = span.bits, span.start
        return sum(
            count
            for position, count in zip(self.unknowns[first:last], self.unknown_counts[first:last], strict=True)
            if bits >> (position - start) & 1
        )

    def unknowns_after(self, position: int) -> int:
        """Return how many unknown words follow a position; -1 is the start."""
        if position < 0:
            return self.leading if position == -1 else 0
        found = bisect_left(self.unknowns, position)
        return self.unknown_counts[found] if found < len(self.unknowns) and self.unknowns[found] == position else 0

    def has_unknowns(self, start: int, end: int) -> bool:
        """Tell whether unknown words follow any of the positions from ``start``, up to ``end``."""
        return bisect_left(self.unknowns, start) < bisect_left(self.unknowns, end)

    def stopwords_in(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the positions from ``start``, up to ``end``, that stop words follow, and how many."""
        places = self.stopword_positions
        found = places[bisect_left(places, start) : bisect_left(places, end)]
        return [(place, self.stopwords[place]) for place in found]

    def short_words(self, start: int, end: int) -> int:
        """Return how many of the words from ``start``, up to ``end``, are single characters or numbers."""
        return int(np.count_nonzero(self.vocabulary.short[self.tokens[max(0, start) : max(0, end)]]))

    def word_count(self) -> int:
        """Return the number of words, known and unknown, stop words excepted."""
        return len(self.tokens) + self.leading + sum(self.unknown_counts)


def read_query(text: Text, vocabulary: Vocabulary) -> Query:
    """Cut ``text`` into words and runs."""
    marked = vocabulary.encode(text.content)
    at_end = marked == ROW_END
    row_of_all = np.cumsum(at_end) - at_end
    words = ~at_end & (marked != STOP)
    ids, row_of_word = marked[words], row_of_all[words]
    known = ids >= 0
    tokens, rows = ids[known], row_of_word[known]
    position = np.cumsum(known) - 1
    unknown_positions, unknown_counts = np.unique(position[~known], return_counts=True)
    stop_positions, stop_counts = np.unique((np.cumsum(marked >= 0) - 1)[marked == STOP], return_counts=True)
    leading = 0
    if len(unknown_positions) and unknown_positions[0] < 0:
        leading = int(unknown_counts[0])
        unknown_positions, unknown_counts = unknown_positions[1:], unknown_counts[1:]
    return Query(
        text=text,
        tokens=tokens,
        rows=rows,
        runs=_runs(ids, known, row_of_word, text, vocabulary),
        spdx_rows=_spdx_rows(ids, row_of_word, rows, vocabulary),
        high=tokens < vocabulary.legalese,
        unknowns=unknown_positions.tolist(),
        unknown_counts=unknown_counts.tolist(),
        leading=leading,
        stopwords=dict(zip(stop_positions.tolist(), stop_counts.tolist(), strict=True)),
        vocabulary=vocabulary,
    )


def _runs(
    ids: Tokens, known: npt.NDArray[np.bool_], row_of_word: Positions, text: Text, vocabulary: Vocabulary
) -> tuple[Run, ...]:
    """Cut the known words into runs, wherever there are enough rows in succession that say nothing of licences."""
    if not len(ids):
        return ()
    starts = np.flatnonzero(np.diff(row_of_word, prepend=-1))
    row_numbers = row_of_word[starts]
    if text.has_long_lines:
        # Rows are cut into pieces, and empty ones vanish.
        within = np.arange(len(ids)) - np.repeat(starts, np.diff(starts, append=len(ids)))
        starts = np.flatnonzero(within % ROW_WORDS == 0)
        row_numbers = np.arange(len(starts))
    digits = ~known | vocabulary.digits[np.where(known, ids, 0)]
    high = known & (ids < vocabulary.legalese)
    good = np.logical_or.reduceat(high, starts) & ~np.logical_and.reduceat(digits, starts)
    before = np.concatenate(([0], np.cumsum(known)))[np.append(starts, len(ids))]
    runs = _cut(row_numbers.tolist(), good.tolist(), before.tolist(), BINARY_GAP if text.is_binary else TEXT_GAP)
    if runs:
        last = runs[-1]
        tokens = ids[known][last.start : last.end + 1]
        if vocabulary.digits[tokens].all():
            runs.pop()
    return tuple(runs)


def _cut(rows: list[int], good: list[bool], before: list[int], gap: int) -> list[Run]:
    """``rows`` are those with words, by number; ``before`` says how many known words precede each, and all of them last."""
    runs: list[Run] = []
    start = end = 0  # of the run at hand, ``end`` excluded
    idle = 0  # rows in succession that say nothing
    next_row = 0
    for row, is_good, (first, last) in zip(rows, good, pairwise(before), strict=True):
        empty = row - next_row
        next_row = row + 1
        # Every row, empty or not, is looked at before it is counted.
        if end > start and idle + empty >= gap:
            runs.append(Run(start, end - 1))
            start = end
            idle = empty - max(0, gap - idle)
        else:
            idle += empty
        if end == start:
            start = end = first
        end = last
        idle = 0 if is_good else idle + 1
    if end > start:
        runs.append(Run(start, end - 1))
    return runs


def _spdx_rows(
    ids: Tokens, row_of_word: Positions, rows: Positions, vocabulary: Vocabulary
) -> list[tuple[int, int, int]]:
    """Return the rows whose first, second or third word begins ``SPDX-License-Identifier`` or the like."""
    found: dict[int, int] = {}  # row -> how many words precede
    for pattern in _SPDX:
        one, two, three = (vocabulary.token(word) for word in pattern)
        if len(ids) < 3 or (one, two, three) == (UNKNOWN, UNKNOWN, UNKNOWN):
            continue
        hits = np.flatnonzero((ids[:-2] == one) & (ids[1:-1] == two) & (ids[2:] == three))
        for hit in hits.tolist():
            row = int(row_of_word[hit])
            offset = hit - int(np.searchsorted(row_of_word, row))
            if offset < 3 and row == row_of_word[hit + 2]:
                found[row] = min(offset, found.get(row, offset))
    result = []
    for row, offset in sorted(found.items()):
        first, end = np.searchsorted(rows, (row, row + 1)).tolist()
        if first + offset < end:
            result.append((row, first + offset, end - 1))
    return result
