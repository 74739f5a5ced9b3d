"""The text that a match stands for, from its first word to its last."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from licscan.detect.engine.match import Match
from licscan.detect.engine.query import Query
from licscan.detect.engine.vocabulary import Vocabulary, gap, words, words_and_gaps

# What of a word is cut and counted as a whole, and in another way after lowering its case: the text must then be gone through
# from its start, for the count of its words can be another than that of the search.
_UNSTEADY = ("\u0130", "\u03a3")


class Piece(NamedTuple):
    """A word, or what stands between two. ``position`` counts the known words of the text; it is -1 for all else."""

    value: str
    row: int
    position: int
    is_word: bool


def matched_text(match: Match) -> str:
    """Return the text from the first matched word to the last, and the punctuation that follows."""
    if _is_steady(match):
        return _cut_out(match).rstrip()
    return "".join(piece.value for piece in _reportable(match)).rstrip()


def highlighted_text(match: Match) -> str:
    """Return the matched text with every word that is not matched in square brackets."""
    stopwords, qspan = match.query.vocabulary.stopwords, match.qspan
    pieces = _pieces([_cut_out(match)], match.query, match.qstart) if _is_steady(match) else _reportable(match)
    return "".join(
        f"[{piece.value}]"
        if piece.is_word and piece.position not in qspan and piece.value.lower() not in stopwords
        else piece.value
        for piece in pieces
    ).rstrip()


def whole_lines_text(match: Match) -> str:
    """Return the whole lines of the match; of a text with very long lines only what is matched."""
    query = match.query
    if query.text.has_long_lines:
        return matched_text(match)
    return _whole_rows(query, *_row_range(match))


@lru_cache(maxsize=8)
def _whole_rows(query: Query, first: int, last: int) -> str:
    # Kept, so that the many matches of one huge line share its text.
    rows = map(_ended, query.text.rows[first:last])
    if query.is_steady(_UNSTEADY):
        return "".join(rows).rstrip()
    return "".join(piece.value for piece in _pieces(rows, query, 0)).rstrip()


def release() -> None:
    """Let go of the last text."""
    _whole_rows.cache_clear()
    _all_pieces.cache_clear()


def tokenised(match: Match) -> tuple[str, ...]:
    """Return all words of the matched text, in lower case."""
    # Brackets around a word change nothing, unless it falls into several.
    text = matched_text(match) if _is_steady(match) else highlighted_text(match)
    return tuple(words(text.lower()))


def _is_steady(match: Match) -> bool:
    """Tell whether the text can be cut out by the places of the first and last word: both are known, and on the match's lines."""
    query = match.query
    return (
        query.is_steady(_UNSTEADY)
        and query.line_of(match.qstart) >= match.start_line
        and query.line_of(match.qend) <= match.end_line
    )


def _cut_out(match: Match) -> str:
    query = match.query
    first, last = int(query.rows[match.qstart]), int(query.rows[match.qend])
    rows = query.text.rows
    start = query.place_in_row(match.qstart)[0]
    begin, end = query.place_in_row(match.qend)
    # A quirk of ScanCode's: the punctuation after the very first piece of a text does not count.
    behind = _gap_behind(rows[last], end) if last or begin else ""
    if first == last:
        return rows[first][start:end] + behind
    return "".join((_ended(rows[first][start:]), *map(_ended, rows[first + 1 : last]), rows[last][:end], behind))


def _gap_behind(row: str, end: int) -> str:
    """Return what stands between the word that ends there and the next one, unless it is blank."""
    found = gap(row, end)
    between = found[0] if found else ""
    if end + len(between) == len(row):
        between = _ended(between)
    return between if between.strip() else ""


def _reportable(match: Match) -> Iterator[Piece]:
    """Yield what is reported of a match, going through all of its lines."""
    start, end, qspan = match.qstart, match.qend, match.qspan
    inside = False
    place_of_end = -1
    for place, piece in _pieces_of_lines(match):
        if place_of_end >= 0:
            if place_of_end and not piece.is_word and piece.value.strip():
                yield piece
            return
        inside = inside or piece.position == start
        if inside or (piece.position >= 0 and piece.position in qspan):
            yield piece
        if piece.position == end:
            place_of_end = place


def _pieces_of_lines(match: Match) -> Iterator[tuple[int, Piece]]:
    """Yield the pieces of the match's lines, each with its place among all pieces of the text (or a later one)."""
    query = match.query
    first, last = _row_range(match)
    rows = query.text.rows
    if query.is_steady(_UNSTEADY):
        # Only the very first piece of a text is told from the others.
        pieces = _pieces(map(_ended, rows[first:last]), query, query.first_position(first))
        return enumerate(pieces, start=1 if first else 0)
    everything = _all_pieces(query)
    begin = bisect_left(everything, first, key=lambda piece: piece.row)
    return takewhile(lambda placed: placed[1].row < last, enumerate(islice(everything, begin, None), begin))


@lru_cache(maxsize=1)
def _all_pieces(query: Query) -> list[Piece]:
    return list(_pieces(map(_ended, query.text.rows), query, 0))


def _row_range(match: Match) -> tuple[int, int]:
    return match.query.text.rows_of(match.start_line, match.end_line)


def _pieces(rows: Iterable[str], query: Query, position: int) -> Iterator[Piece]:
    """Yield the pieces of the rows; ``position`` is that of their first known word."""
    vocabulary = query.vocabulary
    for number, row in enumerate(rows):
        for found in words_and_gaps(row):
            if found["word"] is None:
                yield Piece(found[0], number, -1, False)
                continue
            for value, is_known in _words_of(found["word"], vocabulary):
                yield Piece(value, number, position if is_known else -1, True)
                position += is_known


def _words_of(word: str, vocabulary: Vocabulary) -> Iterable[tuple[str, bool]]:
    """Return ``word`` and whether it is known; its parts, should lowering its case break it up."""
    parts = [part for part in words(word.lower()) if part not in vocabulary.stopwords]
    if len(parts) < 2:
        return ((word, bool(parts) and vocabulary.knows(parts[0])),)
    return [(part, vocabulary.knows(part)) for part in parts]


def _ended(row: str) -> str:
    return f"{row}\n"
