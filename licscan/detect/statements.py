"""Where the project shows the phrases that licences oblige their users to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from licscan.core.display_phrase import Statement, find_statements
from licscan.core.finding import FileKind
from licscan.core.issue import Issue
from licscan.core.message import mark
from licscan.core.selection import SelectedFile
from licscan.modellicense.display import find_shown
from licscan.util.regular_files import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

# A notice stands in a text that somebody wrote, and those are small.
_MAX_SIZE = 1024 * 1024
_NO_TEXT = (FileKind.BINARY, FileKind.EMPTY)


class StatementsWork(Work[SelectedFile, "tuple[Statement, ...] | Issue"]):
    """Looks for ``phrases`` in texts; with ``shown`` where users and recipients see them, else wherever they stand."""

    name = mark("the search for statements")
    batch = 256
    sources = ("core", "detect/statements.py", "modellicense/display.py", "util")
    nothing = ()

    def __init__(self, phrases: Sequence[str], *, shown: bool = True) -> None:
        self._find = find_shown if shown else find_statements
        self._wanted = [(phrase, _rare_first(phrase)) for phrase in phrases]
        self._what = f"{shown} {sha256(repr(sorted(phrases)).encode()).hexdigest()}"

    def do(self, item: SelectedFile) -> tuple[Statement, ...] | Issue:
        try:
            content = read_regular(item.location, _MAX_SIZE)
        except OSError:
            return ()
        # Most files lack a word of each phrase, and a pattern takes fifty times as long to tell.
        lowered = content.lower()
        near = [phrase for phrase, words in self._wanted if all(word in lowered for word in words)]
        return self._find(item.file.path, content.decode("utf-8", "replace"), near) if near else ()

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> tuple[Statement, ...] | Issue:
        return issue

    def file(self, item: SelectedFile) -> SelectedFile:
        return item

    def traits(self, item: SelectedFile) -> str:
        return f"{self._what} {item.file.path}"


def statements_in(
    files: Iterable[SelectedFile], phrases: Sequence[str], run: RunWork = run_here, *, shown: bool = True
) -> tuple[tuple[Statement, ...], tuple[Issue, ...]]:
    """Return every place where a text file among ``files`` shows one of ``phrases``, and what could not be read; no phrase, no reading.

    Without ``shown`` a comment or an identifier counts too.

    A file that has become unreadable shows nothing: selection has told of those that could not be read.
    """
    if not phrases:
        return (), ()
    wanted = [file for file in files if file.file.kind not in _NO_TEXT and file.file.size <= _MAX_SIZE]
    found: list[Statement] = []
    issues: list[Issue] = []
    for answer in run(StatementsWork(phrases, shown=shown), wanted):
        if isinstance(answer, Issue):
            issues.append(answer)
        else:
            found += answer
    return tuple(found), tuple(issues)


def _rare_first(phrase: str) -> list[bytes]:
    """Return the words that a text with ``phrase`` has in some case, the long ones first; letters beyond ASCII have other cases."""
    return sorted((word.encode() for word in phrase.lower().split() if word.isascii()), key=len, reverse=True)
