"""Phrases that a licence obliges its users to show, and where a project shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from licscan.core.location import Location


class Statement(Struct, frozen=True, kw_only=True):
    """``phrase``, as the licence words it, was found at ``location``."""

    phrase: str
    location: Location


def find_statements(path: str, text: str, phrases: Iterable[str]) -> tuple[Statement, ...]:
    """Return where ``text`` shows each phrase; case, line breaks and comment signs between its words do not matter."""
    found = []
    for phrase in phrases:
        for match in _pattern(phrase).finditer(text):
            start = text.count("\n", 0, match.start()) + 1
            end = start + match[0].count("\n")
            found.append(Statement(phrase=phrase, location=Location(path=path, start_line=start, end_line=end)))
    return tuple(found)


@lru_cache(maxsize=256)
def _pattern(phrase: str) -> re.Pattern[str]:
    # Between two words: blanks, and what begins a comment line or wraps a line of markup.
    gap = r"[\s#*/;>\"'`_|-]{1,40}"
    return re.compile(r"(?<!\w)" + gap.join(re.escape(word) for word in phrase.split()) + r"(?!\w)", re.IGNORECASE)
