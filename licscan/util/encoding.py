"""Which encoding a text file is in, told from how it begins."""

from __future__ import annotations

import codecs
import re

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4_096
_SAMPLE = 64 * 1024
# Bytes beyond ASCII in a row; the second of a character may be ASCII in some encodings.
_HIGH_RUN = re.compile(rb"[\x80-\xff](?:[\x80-\xff]|[\x40-\x7e](?=[\x80-\xff]))*")
_SCRIPTS = ["gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "tis_620"]
_LEAST = 8  # bytes; fewer tell nothing
# Shares of a text's units whose high bytes are zero: Latin letters, and the blanks, digits and line ends of every script.
_MANY = 0.7
_CONTROLS = frozenset((*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F))
_MOST_CONTROLS = 0.01


def wide_encoding(head: bytes) -> str | None:
    """Return ``utf-16``, ``utf-32`` (with a byte-order mark) or a form of them with its byte order, ``None`` for everything else.

    ``head`` is how a file begins. Without a mark, text is told from binary data by the zeros in it: they stand in every other place,
    or in three of four, nearly everywhere, and what is left is text.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding if _is_text(head[: _HEAD + len(mark)], encoding) else None
    head = head[:_HEAD]
    if len(head) < _LEAST or b"\0" not in head:
        return None
    for encoding, width, place in (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1)):
        if _is_wide(head, width, place) and _is_text(head, encoding):
            return encoding
    return None


def decoded(content: bytes) -> str:
    """Return the text of a file: wide encodings by their mark or their zeros, else UTF-8, else Latin-1."""
    encoding = wide_encoding(content[:_HEAD])
    if encoding:
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def as_written(content: bytes) -> str:
    """Return the text of a file whose names are reproduced: as ``decoded``, but in the encoding that its bytes are most likely in,
    where that is neither UTF-8 nor a wide one. Few letters tell little; a text without any sign of another script is Western European."""
    try:
        return content.decode("utf-8-sig") if b"\0" not in content else decoded(content)
    except UnicodeDecodeError:
        return content.decode(_narrow_encoding(content), "replace")


def _narrow_encoding(content: bytes) -> str:
    """Return which of the encodings without a mark fits the lines of ``content`` that are more than ASCII."""
    sample = b"\n".join(line for line in content[:_SAMPLE].splitlines() if not line.isascii())
    runs = [len(run) for run in _HIGH_RUN.findall(sample)]
    # Letters with accents stand between plain ones; a character of another script takes two bytes, or has its like beside it.
    if sum(length > 2 for length in runs) * 4 < len(runs):
        return "cp1252"
    from charset_normalizer import from_bytes  # asked of the few files that are in none of the usual encodings

    best = from_bytes(sample, cp_isolation=_SCRIPTS).best()
    return best.encoding if best else "cp1252"


def _is_wide(head: bytes, width: int, place: int) -> bool:
    """Whether the units of ``head`` are mostly one byte at ``place`` and zeros."""
    units = len(head) // width
    zeros = [head[other : units * width : width].count(0) for other in range(width) if other != place]
    return all(count >= _MANY * units for count in zeros) and head[place : units * width : width].count(0) == 0


def _is_text(head: bytes, encoding: str) -> bool:
    width = 4 if "32" in encoding else 2
    try:
        text = head[: len(head) // width * width].decode(encoding, "strict")
    except UnicodeDecodeError as error:
        # A pair of surrogates may be cut at the end.
        if error.start < len(head) - 2 * width:
            return False
        text = head[: error.start].decode(encoding, "replace")
    controls = sum(ord(letter) in _CONTROLS for letter in text)
    return controls <= _MOST_CONTROLS * len(text)
