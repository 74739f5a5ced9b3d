"""The text of a file, row by row, as ScanCode reads it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``rows`` are lines, or pieces of long ones; ``lines`` gives the line number of each, or is ``None`` where they count from 1."""

    rows: Sequence[str]
    lines: Sequence[int] | None = None
    is_binary: bool = False
    has_long_lines: bool = False

    def line_of(self, row: int) -> int:
        return self.lines[row] if self.lines is not None else row + 1

    def rows_of(self, first_line: int, last_line: int) -> tuple[int, int]:
        """Return where the rows of some lines begin and end, the end excluded."""
        if self.lines is None:
            return first_line - 1, last_line
        return bisect_left(self.lines, first_line), bisect_right(self.lines, last_line)
