"""Lists in licence files that give each part of a work its licence, below a heading that names the part that was copied.

Collections of third-party licences (in wheels, jars and installers) name what they contain in a heading, and add the licence file of the
work that it comes from. That file may list parts that were not copied: below ``LIBLZMA``, the licence file of XZ Utils says that "liblzma is
in the public domain", and that scripts of XZ Utils are under the GPL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from licscan.core.finding import Cue, CueKind
from licscan.util.lazy_pattern import lazy

# The heading of a copied work: one word on a line of its own, perhaps behind marks of a heading.
_HEADING = lazy(r"[\s#=*-]{0,8}(?P<name>[A-Za-z][\w.+-]{2,40})[\s#=*:-]{0,8}$")
_RULE = lazy(r"\s*([-=*_#~])\1{2,}\s*$")
_ENTRY = lazy(r"(?P<indent>\s{0,12})[-*•]\s+(?P<text>\S.*)$")
_STATES = lazy(r"\s+(?:is|are|was|has)\b", re.IGNORECASE)
_MAX_ABOVE = 20  # lines from the heading to the list
_MAX_SECTION = 400  # lines of a section that are read
_MAX_ENTRY = 12  # lines of an entry
_MAX_CUES = 64
_MAX_ROW = 400  # characters


def other_parts(rows: Sequence[str], lines: Sequence[int] | None) -> tuple[Cue, ...]:
    """Return the entries of such lists that are about other parts than the heading's, each with the name of the part that was copied.

    ``rows`` are lines of text, ``lines`` their numbers, ``None`` where they count from 1.
    """
    found: list[Cue] = []
    for heading, name, end in _sections(rows):
        entries = list(_entries(rows, heading + 1, end))
        own = [entry for entry in entries if _is_about(rows[entry[0]], name)]
        if not own or entries[0][0] - heading > _MAX_ABOVE:
            continue
        for begin, last in _joined(rows, [entry for entry in entries if entry not in own]):
            numbers = (lines[begin], lines[last]) if lines is not None else (begin + 1, last + 1)
            found.append(Cue(kind=CueKind.NOT_COPIED, start_line=numbers[0], end_line=numbers[1], text=name))
    return tuple(found[:_MAX_CUES])


def _sections(rows: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """Yield the row of each heading, the name in it, and the row behind its section, which the next line of marks ends."""
    for number, row in enumerate(rows):
        heading = _HEADING.match(row) if len(row) <= _MAX_ROW else None
        if heading is None or not (_is_apart(rows, number - 1) and _is_apart(rows, number + 1)):
            continue
        first, last = number + 2, min(len(rows), number + _MAX_SECTION)
        end = next((each for each in range(first, last) if _RULE.match(rows[each][:_MAX_ROW])), last)
        yield number, heading["name"], end


def _is_apart(rows: Sequence[str], number: int) -> bool:
    """Whether a row is blank, a line of marks, or outside of the text."""
    return not 0 <= number < len(rows) or not rows[number].strip() or _RULE.match(rows[number][:_MAX_ROW]) is not None


def _entries(rows: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each entry: lines that are indented further than its mark belong to it."""
    row = first
    while row < last:
        entry = _ENTRY.match(rows[row][:_MAX_ROW])
        row += 1
        if entry is None:
            continue
        begin, depth = row - 1, len(entry["indent"])
        while row < min(last, begin + _MAX_ENTRY) and _continues(rows[row][:_MAX_ROW], depth):
            row += 1
        yield begin, row - 1


def _joined(rows: Sequence[str], entries: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join entries that follow each other, since one match may cover several, and take in a line that ends with a colon above them."""
    found: list[tuple[int, int]] = []
    for begin, end in entries:
        if found and found[-1][1] == begin - 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin - 1 if begin and rows[begin - 1].rstrip().endswith(":") else begin, end))
    return found


def _continues(row: str, depth: int) -> bool:
    return bool(row.strip()) and not _ENTRY.match(row) and len(row) - len(row.lstrip()) > depth


def _is_about(row: str, name: str) -> bool:
    entry = _ENTRY.match(row[:_MAX_ROW])
    text = entry["text"] if entry else ""
    return text[: len(name)].casefold() == name.casefold() and _STATES.match(text, len(name)) is not None
