"""Scanned text, made fit to be shown: file names and file contents are hostile until they passed here."""

from __future__ import annotations

import re
import unicodedata

# Characters that Unicode counts as letters, marks or symbols and that show nothing: fillers, joiners, selectors.
_INVISIBLE = frozenset(
    chr(code)
    for code in (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    )
)
# What is looked at one by one: ASCII that prints is plain, and begins a new letter for the marks that follow.
_NO_PLAIN = re.compile(r"[^ -~]+")
_NO_PLAIN_LINES = re.compile(r"[^ -~\n\t]+")
# An apostrophe within a word is none.
_QUOTED = re.compile(r"""(?<![A-Za-z])[bru]?['"](?:.*['"](?![A-Za-z])|.*)|&\S+""")
_MAX_MARKS = 4  # more combining marks on one letter than any script needs would draw over the lines around it


def visible(text: str, *, newlines: bool = False) -> str:
    r"""Return ``text`` with every character that could act or hide written out (``\x1b``, ``\u202e``, ``\n``).

    Escaped are control characters (terminal escapes among them), bidirectional overrides and every other format
    character, line separators, lone surrogates, private and unassigned characters, invisible letters, and piles of
    combining marks. Line feeds and tabs stay as they are with ``newlines``. Markup is for each format to escape.
    """
    if text.isprintable() and text.isascii():
        return text
    return (_NO_PLAIN_LINES if newlines else _NO_PLAIN).sub(_shown, text)


def plain_message(text: str, limit: int = 200) -> str:
    """Return what a parser's message says, without the pieces of the file that it quotes: the first line, from the first quote to the
    last one left out, entities too."""
    first = next(iter(text.strip().splitlines()), "")
    return one_line(_QUOTED.sub("...", first), limit)


def one_line(text: str, limit: int = 300) -> str:
    """Return ``text`` on one line, visible, runs of white space as one space, clipped to ``limit`` characters."""
    # Cut before the work: a minified file is one line of megabytes.
    flat = visible(" ".join(text[: limit * 20].split()))
    whole = len(text) <= limit * 20 and len(flat) <= limit
    return flat if whole else f"{flat[: limit - 3].rstrip()}..."


def clip(
    text: str,
    *,
    lines: int = 12,
    width: int = 240,
    lines_left: str = "[more lines: {count}]",
    characters_left: str = "[more characters: {count}]",
) -> str:
    """Return at most ``lines`` lines of ``text``, each at most ``width`` characters, visible, and say what was cut.

    ``lines_left`` and ``characters_left`` say it, in the reader's language.
    """
    every = text.replace("\r\n", "\n").split("\n")
    shown = [_clip_line(line, width, characters_left) for line in every[:lines]]
    if len(every) > lines:
        shown.append(lines_left.format(count=f"{len(every) - lines:,}"))
    return "\n".join(shown)


def plural(count: int, singular: str, plural_form: str | None = None) -> str:
    """Return ``count`` with its noun: ``1 file``, ``2,470 files``."""
    return f"{count:,} {singular if count == 1 else plural_form or singular + 's'}"


def _clip_line(line: str, width: int, characters_left: str) -> str:
    shown = visible(line[:width], newlines=True)
    return shown if len(line) <= width else f"{shown} {characters_left.format(count=f'{len(line) - width:,}')}"


def _shown(run: re.Match[str]) -> str:
    """Return a run of characters, each as it is or written out."""
    shown = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        shown.append(character if marks <= _MAX_MARKS and _is_plain(character) else _escape(character))
    return "".join(shown)


def _is_plain(character: str) -> bool:
    if character in _INVISIBLE:
        return False
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if named:
        return named
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
