"""The words of a text, which survive when it is moved, indented or filled anew."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from functools import lru_cache

_WORD = re.compile(r"\w+")
# From so many characters on, where words begin is remembered.
_LONG = 10_000


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, in lower case."""
    return _WORD.findall(text.lower())


def edges_of(lines: str, part: str) -> tuple[int, int]:
    """Return how many words of ``lines`` stand before ``part``, which is cut out of them, and how many after it."""
    start = lines.find(part) if part else -1
    while start >= 0:
        end = start + len(part)
        if not _is_within_a_word(lines, start) and not _is_within_a_word(lines, end):
            return _words_around(lines, start, end)
        start = lines.find(part, start + 1)  # as "GPL" in "LGPL"
    return 0, 0


def _words_around(text: str, start: int, end: int) -> tuple[int, int]:
    if len(text) < _LONG or len(text.lower()) != len(text):
        return len(words_of(text[:start])), len(words_of(text[end:]))
    begins = _begins(text)
    return bisect_left(begins, start), len(begins) - bisect_left(begins, end)


@lru_cache(maxsize=4)
def _begins(text: str) -> list[int]:
    """Return where the words of a long text begin; the matches of one line share it."""
    return [word.start() for word in _WORD.finditer(text.lower())]


def _is_within_a_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and bool(_WORD.match(text[place - 1])) and bool(_WORD.match(text[place]))


def digest_of(text: str, edges: tuple[int, int]) -> str:
    """Return a name for the words of ``text`` without those at its ``edges``: 16 hexadecimal digits, empty for no words."""
    words = words_of(text)
    kept = words[edges[0] : len(words) - edges[1]]
    return hashlib.sha256(" ".join(kept).encode()).hexdigest()[:16] if kept else ""
