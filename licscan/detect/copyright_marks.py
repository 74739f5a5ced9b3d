"""The marks without one of which ScanCode's grammar finds no statement of copyright: where there is none, it is not even loaded."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

_MARKS = (
    "opyr",
    "opyl",
    "copr",
    "(c)",
    "\N{COPYRIGHT SIGN}",
    "|copy|",
    "&copy",
    "&#169",
    "xa9",
    "00a9",
    "\\a9",
    "<a9>",
    "right",
    "reserv",
)
# What is left of ``(c)`` in the drawing of a comment: its signs become spaces, and these are passed over.
_LOOSE = re.compile(r"\([^a-z0-9\n]{1,3}c\)")


def bears_mark(text: str) -> bool:
    """Whether ``text`` holds one of the marks as it stands."""
    lowered = text.lower()
    return any(mark in lowered for mark in _MARKS)


def marked_lines(lines: Sequence[str]) -> list[int]:
    """Return the numbers, from 0, of the lines that bear a mark, or may when their letters of other scripts are written in ASCII."""
    found = set() if "".join(lines).isascii() else {number for number, line in enumerate(lines) if not line.isascii()}
    lowered = "\n".join(lines).lower()
    # Line by line, the same takes ten times as long.
    ends = list(accumulate(len(line) + 1 for line in lowered.split("\n")))
    for mark in _MARKS:
        start = lowered.find(mark)
        while start >= 0:
            number = bisect_right(ends, start)
            found.add(number)
            start = lowered.find(mark, ends[number])
    found.update(bisect_right(ends, loose.start()) for loose in _LOOSE.finditer(lowered))
    return sorted(found)
