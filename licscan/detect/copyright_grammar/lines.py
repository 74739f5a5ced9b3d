"""Which lines of a text are looked at: groups of them, as ScanCode makes them, of which one bears a mark.

ScanCode makes groups around every line with a year, an address or a word like ``author``. Only those around marks are made here: few, in
most files.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache

from licscan.detect.copyright_grammar.scancode import cluecode
from licscan.detect.copyright_marks import bears_mark

# What a line holds, as it is written, that can begin or carry on a group: more than ScanCode asks for, never less.
_CAN_BEGIN = re.compile(
    r"""
    (?:19|20)\d\d | 169 | a9 | @ | by | auth | devel | filecontributor
    | opyr | opyl | copr | right | reserv
    | [^a-z0-9]c\) | \|copy\| | &copy
    | h[^a-z0-9]*t[^a-z0-9]*t[^a-z0-9]*p
    | s/?[>&] | \\xc2  # taken out by ScanCode, which may join what stands around them
    """,
    re.VERBOSE | re.IGNORECASE,
)
# So many lines in a row that can do neither end any group.
_APART = 3
_CARRIED_ON = ("copyright", "copyrights", "and", "by", ",")
_MAX_LINES = 16_384

Group = list[tuple[int, str]]
"""Lines by their number, from 0, as ScanCode prepares them."""


def marked_groups(lines: Sequence[str], marked: Sequence[int]) -> Iterator[Group]:
    """Yield those groups of ``cluecode.copyrights.collect_candidate_lines`` in which a line bears a mark.

    ``marked`` are the numbers of the lines in question, see ``marked_lines``.
    """
    for group in _groups_around(lines, marked):
        if any(bears_mark(lines[number]) or bears_mark(prepared) for number, prepared in group):
            yield group


def _groups_around(lines: Sequence[str], marked: Sequence[int]) -> Iterator[Group]:
    done = 0
    for number in marked:
        if number >= done:
            done = yield from _groups(lines, _beginning(lines, number, done), number)


def can_begin(line: str) -> bool:
    """Whether ScanCode may take ``line`` for a candidate; what is none for sure is never prepared for the question."""
    return not line.isascii() or _CAN_BEGIN.search(line) is not None


def _beginning(lines: Sequence[str], number: int, earliest: int) -> int:
    """Return the nearest line, from ``number`` back, before which no group can be open."""
    apart = 0
    while number > earliest and apart < _APART:
        number -= 1
        apart = 0 if can_begin(lines[number]) else apart + 1
    return number + apart if apart == _APART else earliest


def _groups(lines: Sequence[str], start: int, last: int) -> Generator[Group, None, int]:
    """Yield the groups from ``start`` until one has ended behind ``last``; return the number of the line after.

    As ``collect_candidate_lines`` does, sentence by sentence.
    """
    group: Group = []
    more = 0  # lines that still belong to the group, whatever they say
    before = ""
    for number in range(start, len(lines)):
        if number > last and not group:
            return number
        line = lines[number]
        letters = cluecode.remove_non_chars("", line.lower())
        ends = cluecode.is_end_of_statement(letters)
        if ends or _carries_on(line, letters):
            group.append((number, _prepared(line)))
            more, before = 2, letters
        elif more and (letters or before.endswith(_CARRIED_ON) or cluecode.has_trailing_year(before)):
            group.append((number, _prepared(line)))
            more -= 1
        elif group:
            ends = True
        if ends:
            yield group
            group, more = [], 0
    if group:
        yield group
    return len(lines)


def _carries_on(line: str, letters: str) -> bool:
    return can_begin(line) and ("http" in letters or "s>" in line or _is_candidate(_prepared(line)))


@lru_cache(maxsize=_MAX_LINES)
def _prepared(line: str) -> str:
    return str(cluecode.prepare_text_line(line))


@lru_cache(maxsize=_MAX_LINES)
def _is_candidate(prepared: str) -> bool:
    """Answer as ``cluecode.copyrights.is_candidate`` does, which asks what costs most first."""
    hints = cluecode.copyrights_hint
    lowered = prepared.lower()
    return (
        bool(hints.years(prepared) or any(marker in lowered for marker in hints.statement_markers))
        and not cluecode.is_only_digit_and_punct(prepared)
        and not cluecode.gibberish_detector.detect_gibberish(prepared)
    )
