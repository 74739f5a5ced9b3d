"""Names as they are written: ScanCode's grammar reads texts in ASCII, and a notice is reproduced with the letters of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from licscan.detect.copyright_grammar.scancode import cluecode

# What drawings of comments put before a line.
_DRAWING = re.compile(r"^[\s/#*;%\-!<>|]*")
_MARK = re.compile(r"copyright|\(c\)|\N{COPYRIGHT SIGN}", re.IGNORECASE)
_NO_NAME = re.compile(r"[\s,.;:]*(?:all rights reserved[.\s]*)?$", re.IGNORECASE)
_ASCII_LETTERS = 8_192


def restored(found: str, lines: Sequence[str]) -> str:
    """Return ``found``, a statement or a holder that was read from ``lines``, with the letters that stand there.

    What is written in ASCII alone stays as the grammar says it.
    """
    raw = " ".join(_DRAWING.sub("", line).strip() for line in lines)
    if not any(letter.isalpha() and not letter.isascii() for letter in raw):
        return found
    letters, places = _letters(raw)
    wanted = _bare(found)
    start = letters.find(wanted) if wanted else -1
    if start < 0:
        # The grammar writes "Copyright (c)" for a sign, and may leave words out: the line then says it better than half a name.
        mark = _MARK.search(raw)
        return _without_end(raw[mark.start() :]) if mark and _MARK.search(found) else found
    first, last = places[start], places[start + len(wanted) - 1]
    return _without_end(raw[_beginning(raw, first) : _end(raw, last + 1)])


def _letters(raw: str) -> tuple[str, list[int]]:
    """Return the ASCII letters and digits that the grammar reads in ``raw``, and where each of them comes from."""
    letters: list[str] = []
    places: list[int] = []
    for number, character in enumerate(raw):
        for letter in _bare(_in_ascii(character)):
            letters.append(letter)
            places.append(number)
    return "".join(letters), places


def _beginning(raw: str, first: int) -> int:
    return first - 1 if first and raw[first - 1] == "(" else first


def _end(raw: str, last: int) -> int:
    """Return where a name ends: with the last of its letters, of whatever script, and the bracket that it opened."""
    while last < len(raw) and not raw[last].isascii():
        last += 1
    for opening, closing in ("()", "<>"):
        if raw[last : last + 1] == closing and raw.count(opening, 0, last) > raw.count(closing, 0, last):
            last += 1
    return last


def _without_end(text: str) -> str:
    return " ".join(_NO_NAME.sub("", text).split())


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


@lru_cache(maxsize=_ASCII_LETTERS)
def _in_ascii(character: str) -> str:
    return character if character.isascii() else str(cluecode.toascii(character, translit=True))
