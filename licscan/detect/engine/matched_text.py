"""The text that a match stands for, from its first word to its last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from licscan.detect.engine.match import Match
from licscan.detect.engine.query import Query
from licscan.detect.engine.vocabulary import Vocabulary, words, words_and_gaps


class Piece(NamedTuple):
    """A word, or what stands between two. ``position`` counts the known words of the text; it is -1 for all else."""

    value: str
    row: int
    position: int
    is_word: bool


# What of a piece is cut, counted and compared word by word as a whole and, after lowering its case, in parts: the text must
# then be gone through from its start, for the count of its words can be another than that of the search.
_UNSTEADY = ("\u0130", "\u03a3")


def matched_text(match: Match) -> str:
    """Return the text from the first matched word to the last, and the punctuation that follows."""
    return "".join(piece.value for piece in _reportable(match)).rstrip()


def highlighted_text(match: Match) -> str:
    """Return the matched text with every word that is not matched in square brackets."""
    stopwords, qspan = match.query.vocabulary.stopwords, match.qspan
    return "".join(
        f"[{piece.value}]"
        if piece.is_word and piece.position not in qspan and piece.value.lower() not in stopwords
        else piece.value
        for piece in _reportable(match)
    ).rstrip()


def whole_lines_text(match: Match) -> str:
    """Return the whole lines of the match; of a text with very long lines only what is matched."""
    query = match.query
    if query.text.has_long_lines:
        return matched_text(match)
    first, last = _row_range(match)
    rows = query.text.rows[first:last]
    if any(mark in row for mark in _UNSTEADY for row in rows):
        return "".join(piece.value for piece in _pieces(query, first, last, 0)).rstrip()
    return "".join(map(_ended, rows)).rstrip()


def tokenised(match: Match) -> tuple[str, ...]:
    """Return all words of the matched text, in lower case."""
    return tuple(words(highlighted_text(match).lower()))


def _reportable(match: Match) -> Iterator[Piece]:
    start, end, qspan = match.qstart, match.qend, match.qspan
    inside = False
    place_of_end = -1
    for place, piece in _pieces_of_lines(match):
        if place_of_end >= 0:
            # A quirk of ScanCode's: the punctuation after the very first piece of a text does not count.
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
    if any(mark in row for mark in _UNSTEADY for row in query.text.rows):
        everything = enumerate(_pieces(query, 0, last, 0))
        return ((place, piece) for place, piece in everything if piece.row >= first)
    position = query.first_position(first)
    # Only the very first piece of a text is told from the others.
    return enumerate(_pieces(query, first, last, position), start=1 if first else 0)


def _row_range(match: Match) -> tuple[int, int]:
    return match.query.text.rows_of(match.start_line, match.end_line)


def _pieces(query: Query, first: int, last: int, position: int) -> Iterator[Piece]:
    vocabulary = query.vocabulary
    for number, row in enumerate(query.text.rows[first:last], first):
        for found in words_and_gaps(_ended(row)):
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
