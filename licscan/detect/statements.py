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
    wanted = [(phrase, _rare_first(phrase)) for phrase in phrases]
    found: list[Statement] = []
    for selected in files:
        if selected.file.kind in _NO_TEXT or selected.file.size > _MAX_SIZE:
            continue
        try:
            content = Path(selected.location).read_bytes()
        except OSError:
            continue
        # Most files lack a word of each phrase, and a pattern takes fifty times as long to tell.
        lowered = content.lower()
        near = [phrase for phrase, words in wanted if all(word in lowered for word in words)]
        if near:
            found.extend(find_statements(selected.file.path, content.decode("utf-8", "replace"), near))
    return tuple(found)


def _rare_first(phrase: str) -> list[bytes]:
    """Return the words that a text with ``phrase`` has in some case, the long ones first; letters beyond ASCII have other cases."""
    return sorted((word.encode() for word in phrase.lower().split() if word.isascii()), key=len, reverse=True)
