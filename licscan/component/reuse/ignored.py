"""The lines that a file marks as no statement of its own: those between REUSE's two ignore marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.reuse import IGNORE_END, IGNORE_START
from licscan.core.selection import SelectedFile
from licscan.regular import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

_MAX_SIZE = 10 * 1024 * 1024


class IgnoredWork(Work[SelectedFile, "tuple[Location, ...] | Issue"]):
    """Looks for the marks in files."""

    name = "the search for ignore marks"
    batch = 256

    def do(self, item: SelectedFile) -> tuple[Location, ...] | Issue:
        try:
            data = read_regular(item.location, _MAX_SIZE)
        except OSError:
            return ()
        return tuple(ignored_lines(item.file.path, data))

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def is_light(self, item: SelectedFile) -> bool:
        return item.file.size <= LIGHT_SIZE

    def refused(self, item: SelectedFile, issue: Issue) -> tuple[Location, ...] | Issue:
        return issue


def ignored_in(
    files: Iterable[SelectedFile], paths: Collection[str], run: RunWork = run_here
) -> tuple[tuple[Location, ...], tuple[Issue, ...]]:
    """Return the ignored lines of those ``files`` whose path is among ``paths``, and what could not be read.

    A file that has become unreadable, or is too large, marks nothing: then every statement in it counts.
    """
    wanted = [file for file in files if file.file.path in paths and file.file.size <= _MAX_SIZE]
    found: list[Location] = []
    issues: list[Issue] = []
    for answer in run(IgnoredWork(), wanted):
        if isinstance(answer, Issue):
            issues.append(answer)
        else:
            found += answer
    return tuple(found), tuple(issues)


def ignored_lines(path: str, data: bytes) -> Iterator[Location]:
    """Yield the lines of ``data`` between the marks; where the second is missing, all lines up to the last."""
    start = data.find(IGNORE_START)
    while start >= 0:
        end = data.find(IGNORE_END, start)
        first = data.count(b"\n", 0, start) + 1
        last = data.count(b"\n", 0, len(data) if end < 0 else end) + 1
        yield Location(path=path, start_line=first, end_line=last)
        start = data.find(IGNORE_START, end) if end >= 0 else -1
