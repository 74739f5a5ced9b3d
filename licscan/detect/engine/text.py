"""The text of a file, row by row, as ScanCode reads it."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence


class Text:
    """Rows are lines, or pieces of long ones. ``content`` is all of them, each ended by a line feed.

    ``lines`` gives the line number of each row, or is ``None`` where they count from 1.
    """

    __slots__ = ("_rows", "content", "has_long_lines", "is_binary", "lines")

    def __init__(
        self, content: str, *, lines: Sequence[int] | None = None, is_binary: bool = False, has_long_lines: bool = False
    ) -> None:
        self.content = content
        self.lines = lines
        self.is_binary = is_binary
        self.has_long_lines = has_long_lines
        self._rows: list[str] | None = None

    @classmethod
    def of_rows(
        cls, numbered: Iterable[tuple[int, str]], *, is_binary: bool = False, has_long_lines: bool = False
    ) -> Text:
        """Return the text of (line number, row) pairs, in order."""
        lines = array("i")
        rows = []
        for line, row in numbered:
            lines.append(line)
            rows.append(row.rstrip("\n"))
        # A line feed inside a row, as a PDF can have it, is no end of a row.
        text = cls(
            "".join([row.replace("\n", " ") + "\n" for row in rows]),
            lines=lines,
            is_binary=is_binary,
            has_long_lines=has_long_lines,
        )
        text._rows = rows
        return text

    @property
    def rows(self) -> list[str]:
        """The rows, without the line feeds that end them."""
        if self._rows is None:
            self._rows = self.content.split("\n")
            self._rows.pop()
        return self._rows

    def line_of(self, row: int) -> int:
        return self.lines[row] if self.lines is not None else row + 1

    def rows_of(self, first_line: int, last_line: int) -> tuple[int, int]:
        """Return where the rows of some lines begin and end, the end excluded."""
        if self.lines is None:
            return first_line - 1, last_line
        return bisect_left(self.lines, first_line), bisect_right(self.lines, last_line)
