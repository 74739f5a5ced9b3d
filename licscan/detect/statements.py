"""Where the project shows the phrases that licences oblige their users to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from licscan.core.finding import FileKind
from licscan.core.selection import SelectedFile
from licscan.core.statement import Statement, find_statements

# A notice stands in a text that somebody wrote, and those are small.
_MAX_SIZE = 1024 * 1024
_NO_TEXT = (FileKind.BINARY, FileKind.EMPTY)


def statements_in(files: Iterable[SelectedFile], phrases: Sequence[str]) -> tuple[Statement, ...]:
    """Return every place where a text file among ``files`` shows one of ``phrases``; no phrase, no reading.

    A file that has become unreadable shows nothing: selection has told of those that could not be read.
    """
    if not phrases:
        return ()
    found: list[Statement] = []
    for selected in files:
        if selected.file.kind in _NO_TEXT or selected.file.size > _MAX_SIZE:
            continue
        try:
            text = Path(selected.location).read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        found.extend(find_statements(selected.file.path, text, phrases))
    return tuple(found)
