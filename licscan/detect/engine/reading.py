"""Reading the text of a file as ScanCode reads it."""

from __future__ import annotations

from licscan.detect.engine.text import Text


def read_text(location: str) -> Text | None:
    """Return the text of a file; ``None`` where ScanCode finds none in it. Raise ``OSError`` when it cannot be read."""
    from textcode.analysis import numbered_text_lines
    from typecode.contenttype import get_type

    kind = get_type(location)
    if not kind.contains_text:
        return None
    numbered = list(numbered_text_lines(location, demarkup=False))
    return Text(
        rows=[row for _, row in numbered],
        lines=[line for line, _ in numbered],
        is_binary=kind.is_binary,
        has_long_lines=kind.is_text_with_long_lines,
    )
