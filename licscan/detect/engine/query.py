"""A text as it is searched: its known words as numbers, where each stands, and the runs it is cut into."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from licscan.detect.engine.hashing import Tokens
from licscan.detect.engine.spans import Span
from licscan.detect.engine.vocabulary import ROW_END, STOP, UNKNOWN, Vocabulary

if TYPE_CHECKING:
    from licscan.detect.engine.text import Text

Positions = npt.NDArray[np.int32]

# After so many rows without a legalese word a run ends, in a text and in a binary.
TEXT_GAP, BINARY_GAP = 15, 50
# In a text with very long lines, rows are cut after so many words.
ROW_WORDS = 25
# So many rows of which the places of words are kept.
_ROWS_KEPT = 16
# So many rows are looked at at once.
_AT_ONCE = 100_000
_SPDX = (("spdx", "license", "identifier"), ("licenses", "nuget", "org"))


@dataclass(frozen=True, slots=True)
class Run:
    """Positions from ``start`` to ``end``, both included."""

    start: int
    end: int


class Following:
    """How many words of a kind that is not counted as known follow the known words at some positions."""

    __slots__ = ("_counts", "_positions")

    def __init__(self, positions: Positions) -> None:
        """Take the position before each such word, in order; for those that precede all known words it is -1."""
        begins = np.flatnonzero(np.diff(positions, prepend=-2))
        self._positions = array("i", positions[begins].tobytes())
        self._counts = array("i", np.diff(begins, append=len(positions)).astype(np.int32).tobytes())

    def after(self, position: int) -> int:
        """Return how many follow a known word; -1 is the start of the text."""
        found = bisect_left(self._positions, position)
        is_there = found < len(self._positions) and self._positions[found] == position
        return self._counts[found] if is_there else 0

    def are_in(self, start: int, end: int) -> bool:
        """Tell whether there are any after the positions from ``start``, up to ``end``."""
        return bisect_left(self._positions, start) < bisect_left(self._positions, end)

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the positions from ``start``, up to ``end``, that such words follow, and how many."""
        first = bisect_left(self._positions, start)
        last = bisect_left(self._positions, end, first)
        if first == last:
            return []
        return list(zip(self._positions[first:last], self._counts[first:last], strict=True))

    def total(self) -> int:
        return sum(self._counts)


@dataclass(slots=True, eq=False)
class Query:
    """``tokens`` are the known words of the text; all positions count them alone.

    ``rows`` has the row of each; ``unknowns`` and ``stopwords`` tell where there are such words between. ``searchable``
    has the token where it may still be matched, else -1.
    """

    text: Text
    tokens: Tokens
    rows: Positions
    runs: Sequence[Run]
    spdx_rows: Sequence[tuple[int, int, int]]  # row, first and last position
    high: npt.NDArray[np.bool_]
    unknowns: Following
    stopwords: Following
    vocabulary: Vocabulary
    searchable: Tokens = field(init=False)
    _steady: bool | None = field(init=False, default=None)
    _places: dict[int, list[tuple[int, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.searchable = self.tokens.copy()

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
        return _first_of(self.rows, row)

    def unknowns_in(self, span: Span) -> int:
        """Return how many unknown words follow the positions of ``span``, its last one excepted."""
        bits, start = span.bits, span.start
        between = self.unknowns.between(start, span.end)
        return sum(count for position, count in between if bits >> (position - start) & 1)

    def short_words(self, start: int, end: int) -> int:
        """Return how many of the words from ``start``, up to ``end``, are single characters or numbers."""
        return int(np.count_nonzero(self.vocabulary.short[self.tokens[max(0, start) : max(0, end)]]))

    def word_count(self) -> int:
        """Return the number of words, known and unknown, stop words excepted."""
        return len(self.tokens) + self.unknowns.total()


def read_query(text: Text, vocabulary: Vocabulary) -> Query:
    """Cut ``text`` into words and runs."""
    marked = vocabulary.encode(text.content)
    at_end = marked == ROW_END
    row_of_all = np.cumsum(at_end, dtype=np.int32)
    row_of_all -= at_end
    words = ~at_end & (marked != STOP)
    ids, row_of_word = marked[words], row_of_all[words]
    del row_of_all
    known = ids >= 0
    tokens, rows = ids[known], row_of_word[known]
    return Query(
        text=text,
        tokens=tokens,
        rows=rows,
        runs=_runs(ids, known, row_of_word, text, vocabulary),
        spdx_rows=_spdx_rows(ids, row_of_word, rows, vocabulary),
        high=tokens < vocabulary.legalese,
        unknowns=Following(_last_before(known)[~known]),
        stopwords=Following(_last_before(marked >= 0)[marked == STOP]),
        vocabulary=vocabulary,
    )


def _last_before(known: npt.NDArray[np.bool_]) -> Positions:
    """Return the position of the last known word up to each word; -1 where there is none."""
    positions = np.cumsum(known, dtype=np.int32)
    positions -= 1
    return positions


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
        within = np.arange(len(ids), dtype=np.int32)
        within -= np.repeat(starts.astype(np.int32), np.diff(starts, append=len(ids)))
        starts = np.flatnonzero(within % ROW_WORDS == 0)
        row_numbers = np.arange(len(starts), dtype=np.int32)
    digits = ~known | vocabulary.digits[np.where(known, ids, 0)]
    high = known & (ids < vocabulary.legalese)
    good = np.logical_or.reduceat(high, starts) & ~np.logical_and.reduceat(digits, starts)
    ends = np.cumsum(np.add.reduceat(known, starts, dtype=np.int32), dtype=np.int32)
    runs = _cut(_rows_by_number(row_numbers, good, ends), BINARY_GAP if text.is_binary else TEXT_GAP)
    if runs:
        last = runs[-1]
        tokens = ids[known][last.start : last.end + 1]
        if vocabulary.digits[tokens].all():
            runs.pop()
    return tuple(runs)


def _rows_by_number(*columns: npt.NDArray[np.generic]) -> Iterator[tuple[int, bool, int]]:
    for start in range(0, len(columns[0]), _AT_ONCE):
        yield from zip(*(column[start : start + _AT_ONCE].tolist() for column in columns), strict=True)


def _cut(rows: Iterable[tuple[int, bool, int]], gap: int) -> list[Run]:
    """``rows`` are those with words: number, whether it says something of licences, and how many known words there are up to its end."""
    runs: list[Run] = []
    start = end = 0  # of the run at hand, ``end`` excluded
    idle = 0  # rows in succession that say nothing
    next_row = first = 0
    for row, is_good, last in rows:
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
        end = first = last
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
            offset = hit - _first_of(row_of_word, row)
            if offset < 3 and row == row_of_word[hit + 2]:
                found[row] = min(offset, found.get(row, offset))
    result = []
    for row, offset in sorted(found.items()):
        first, end = _first_of(rows, row), _first_of(rows, row + 1)
        if first + offset < end:
            result.append((row, first + offset, end - 1))
    return result


def _first_of(rows: Positions, row: int) -> int:
    """Return the first place whose row is ``row`` or a later one."""
    # A number of another type would have the whole array converted.
    return int(rows.searchsorted(np.int32(row)))
