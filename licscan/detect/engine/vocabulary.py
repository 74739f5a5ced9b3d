"""The words that rules are made of, and how a text is cut into words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from licscan.detect.engine.hashing import Tokens

if TYPE_CHECKING:
    from licscan.detect.engine.store import Store

UNKNOWN, STOP, ROW_END = -1, -2, -3

# So many characters are cut into words at once, and those up to the next blank more: a word takes ten times the memory of its number.
_AT_ONCE = 1_000_000

_WORD = r"[^_\W]+\+?[^_\W]*"
_WORDS_AND_ROW_ENDS = re.compile(_WORD + r"|\n")
words = re.compile(_WORD).findall
_each_word = re.compile(_WORD).finditer
_next_blank = re.compile(r"[ \n]").search
gap = re.compile(r"[_\W\s\+]+[_\W\s]?").match
words_and_gaps = re.compile(rf"(?P<word>{_WORD})|[_\W\s\+]+[_\W\s]?").finditer


class Vocabulary:
    """Token ids by word; ids below ``legalese`` are words that speak of licences."""

    def __init__(self, store: Store) -> None:
        self.legalese = int(store.array("legalese")[0])
        self.digits = store.array("digit_tokens")
        self.size = len(self.digits)
        self.short = store.array("short_tokens")  # single characters and numbers
        self.stopwords = frozenset(store.texts("stopwords"))
        self._tokens: dict[str, int] = dict(zip(store.texts("words"), store.array("word_tokens").tolist(), strict=True))
        self._with_marks: dict[str, int] = {**self._tokens, **dict.fromkeys(self.stopwords, STOP), "\n": ROW_END}

    def token(self, word: str) -> int:
        return self._tokens.get(word, UNKNOWN)

    def knows(self, word: str) -> bool:
        return word in self._tokens

    def known_spans(self, row: str) -> list[tuple[int, int]]:
        """Return where each known word of ``row`` begins and ends."""
        return [found.span() for found in _each_word(row) if found[0].lower() in self._tokens]

    def encode(self, text: str) -> Tokens:
        """Return the id of every word of ``text``, ``STOP`` and ``UNKNOWN`` included, and ``ROW_END`` for every line feed."""
        return np.concatenate([self._encode(portion) for portion in _portions(text)])

    def _encode(self, text: str) -> Tokens:
        found = _WORDS_AND_ROW_ENDS.findall(text.lower())
        return np.fromiter(map(self._with_marks.get, found, repeat(UNKNOWN)), dtype=np.int16, count=len(found))


def _portions(text: str) -> Iterator[str]:
    """Yield the text in portions that end before a blank: no word goes beyond one, and the case of no letter depends on what does."""
    start = 0
    while len(text) - start > _AT_ONCE and (blank := _next_blank(text, start + _AT_ONCE)):
        yield text[start : blank.start()]
        start = blank.start()
    yield text[start:]
