"""Parse TOML that somebody else wrote: the standard library's parser, behind limits on what takes it time and memory without end."""

from __future__ import annotations

import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOMLDecodeError = tomllib.TOMLDecodeError

# Parts of one key (``a.b.c``), which the parser holds again for each of them; and how deep lists and tables may stand in each other.
MOST_PARTS = 100
MOST_DEPTH = 100
# Quoted texts of several lines and of one, comments, and what is counted.
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?|#[^\n]*|[\[{]|[\]}]|[.]|[\n=,]',
    re.DOTALL,
)


def parse_toml(text: str) -> dict[str, Any]:
    """Return what ``text`` says; raise ``TOMLDecodeError`` for what is no TOML, or over a limit."""
    _check(text)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise TOMLDecodeError(f"nested more than {MOST_DEPTH} deep") from error


def _check(text: str) -> None:
    # Told at once of nearly all: a key with many parts has many dots on one line, and depth many brackets.
    if text.count("[") + text.count("{") <= MOST_DEPTH and not _has_dots(text):
        return
    depth = dots = 0
    line = 1
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece == ".":
            dots += 1
        elif piece in "[{":
            depth += 1
        elif piece in "]}":
            depth = max(0, depth - 1)
        elif piece in "\n=,":
            dots = 0
        line += piece.count("\n")
        if dots >= MOST_PARTS:
            raise TOMLDecodeError(f"a key of more than {MOST_PARTS} parts (at line {line})")
        if depth > MOST_DEPTH:
            raise TOMLDecodeError(f"nested more than {MOST_DEPTH} deep (at line {line})")


def _has_dots(text: str) -> bool:
    return text.count(".") >= MOST_PARTS and any(line.count(".") >= MOST_PARTS for line in text.split("\n"))
