"""Phrases that a licence obliges its users to show, and where a project shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from licscan.core.location import Location

# Places of one phrase in one file: a notice is shown, and need not be counted.
MOST_PLACES = 100


class Statement(Struct, frozen=True, kw_only=True):
    """``phrase``, as the licence words it, was found at ``location``. ``place`` says what a reader sees there: a notice, documentation,
    a template or the user interface; empty where nobody asked."""

    phrase: str
    location: Location
    place: str = ""


def find_statements(path: str, text: str, phrases: Iterable[str]) -> tuple[Statement, ...]:
    """Return where ``text`` shows each phrase, the first ``MOST_PLACES`` of them; case, line breaks and comment signs between
    its words do not matter."""
    found = []
    for phrase in phrases:
        line, counted = 1, 0
        for match in islice(_pattern(phrase).finditer(text), MOST_PLACES):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            start, end = line, line + match[0].count("\n")
            found.append(Statement(phrase=phrase, location=Location(path=path, start_line=start, end_line=end)))
    return tuple(found)


@lru_cache(maxsize=256)
def _pattern(phrase: str) -> re.Pattern[str]:
    # Between two words: blanks, and what begins a comment line or wraps a line of markup.
    gap = r"[\s#*/;>\"'`_|-]{1,40}"
    return re.compile(r"(?<!\w)" + gap.join(re.escape(word) for word in phrase.split()) + r"(?!\w)", re.IGNORECASE)
