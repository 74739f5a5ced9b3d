"""The door to ScanCode's type detection and text extraction: what a file's text is, line by line."""

from __future__ import annotations

import os
from collections.abc import Iterator

from textcode.analysis import numbered_text_lines
from typecode import contenttype


def text_lines(location: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, text) as ScanCode reads the file: nothing for pictures and archives, the printable
    strings of a binary, the sources of a source map. A long line can come in pieces that carry one number."""
    return iter(numbered_text_lines(location, demarkup=False))


def document_text(location: str) -> str:
    """Return the text of a document (PDF), a line of it per line."""
    return "\n".join(line.rstrip("\n") for _, line in text_lines(location))


def has_more_text_than(location: str, limit: int) -> bool:
    """Tell whether more than ``limit`` bytes of text come out of the file, without reading more than needed."""
    size = os.path.getsize(location)
    if size <= limit:
        return False
    file_type = contenttype.get_type(location)
    if not file_type.contains_text:
        return False
    if file_type.is_text and not file_type.is_js_map:
        return True
    if file_type.is_js_map and size > 4 * limit:
        return True  # a source map is parsed as one JSON document before any of its text can be counted
    extracted = 0
    for _, line in text_lines(location):
        extracted += len(line)
        if extracted > limit:
            return True
    return False


def forget_type(location: str) -> None:
    """Drop what ScanCode remembers of the file: it keeps one object for every file it ever saw."""
    contenttype._registry.pop(os.path.abspath(location), None)
