"""The words of a text, which survive when it is moved, indented or filled anew."""

from __future__ import annotations

import hashlib
import re

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, in lower case."""
    return _WORD.findall(text.lower())


def edges_of(lines: str, part: str) -> tuple[int, int]:
    """Return how many words of ``lines`` stand before ``part``, which is cut out of them, and how many after it."""
    start = lines.find(part) if part else -1
    while start >= 0:
        end = start + len(part)
        if not _is_within_a_word(lines, start) and not _is_within_a_word(lines, end):
            return len(words_of(lines[:start])), len(words_of(lines[end:]))
        start = lines.find(part, start + 1)  # as "GPL" in "LGPL"
    return 0, 0


def _is_within_a_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and bool(_WORD.match(text[place - 1])) and bool(_WORD.match(text[place]))


def digest_of(text: str, edges: tuple[int, int]) -> str:
    """Return a name for the words of ``text`` without those at its ``edges``: 16 hexadecimal digits, empty for no words."""
    words = words_of(text)
    kept = words[edges[0] : len(words) - edges[1]]
    return hashlib.sha256(" ".join(kept).encode()).hexdigest()[:16] if kept else ""
