"""The first of over a thousand patterns that a word fits tells what it is: a year, a company, a sign."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

# Words that are remembered; the longest words, mostly data, are not worth it.
_MAX_WORDS = 100_000
_LONGEST_WORD = 100

# What most patterns begin with: a letter, digit or sign, or one of a few in brackets, and letters; a parenthesis may come before it.
_BEGINNING = re.compile(
    r"\^? (\\\(\?)? (?: \[([A-Za-z0-9]+)\] | ([A-Za-z0-9]) | \\([().@]) )(?![?*{]) ([A-Za-z0-9]*)(?![?*{])", re.VERBOSE
)
_ESCAPED = re.compile(r"\\.")
_INNERMOST = re.compile(r"\[[^\]]*\]|\([^()]*\)")


class Words:
    """Labels words as ``pygmars.lex.Lexer(patterns)`` does, which depends on nothing but the word.

    A pattern is tried, and compiled, when a word comes that holds the letters it asks for.
    """

    def __init__(self, patterns: Sequence[tuple[str, str]]) -> None:
        self._anywhere: list[_Pattern] = []
        self._beginning: dict[str, list[_Pattern]] = defaultdict(list)
        for number, (text, label) in enumerate(patterns):
            beginnings, letters = asked_for(text)
            pattern = _Pattern(number=number, text=text, label=label, letters=letters)
            if beginnings is None:
                self._anywhere.append(pattern)
            for character in beginnings or "":
                self._beginning[character].append(pattern)
        self._in_order = cache(self._that_may_begin)
        self._labels: dict[str, str | None] = {}

    def lex_tokens(self, tokens: Iterable[Any], trace: bool = False) -> Iterator[Any]:
        for token in tokens:
            label = self.label(token.value)
            if label is not None:
                token.label = label
            yield token

    def label(self, word: str) -> str | None:
        if word in self._labels:
            return self._labels[word]
        found = next(
            (
                pattern.label
                for pattern in self._in_order(word[:1])
                if pattern.letters in word and _matcher(pattern.text)(word)
            ),
            None,
        )
        if len(self._labels) < _MAX_WORDS and len(word) <= _LONGEST_WORD:
            self._labels[word] = found
        return found

    def _that_may_begin(self, character: str) -> list[_Pattern]:
        """Return what can match a word that begins with ``character``, in the order of the patterns."""
        return sorted((*self._anywhere, *self._beginning.get(character, ())), key=lambda pattern: pattern.number)


class _Pattern(Struct, frozen=True, kw_only=True):
    number: int
    text: str
    label: str
    letters: str


@cache
def _matcher(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).match


def asked_for(pattern: str) -> tuple[str | None, str]:
    """Return the characters of which one begins whatever ``pattern`` matches, and letters that are in it.

    ``None`` and no letters where that is not plain to see.
    """
    begins = _BEGINNING.match(pattern)
    if begins is None or _is_choice(pattern):
        return None, ""
    parenthesis, several, one, sign, letters = begins.groups()
    characters = ("(" if parenthesis else "") + (several or one or sign)
    return "".join(dict.fromkeys(characters)), letters


def _is_choice(pattern: str) -> bool:
    """Whether ``pattern`` is several, of which one matches; one within parentheses does not count."""
    if "|" not in pattern:
        return False
    outside = _ESCAPED.sub("", pattern)
    while (less := _INNERMOST.sub("", outside)) != outside:
        outside = less
    return "|" in outside
