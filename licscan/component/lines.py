"""Line numbers of fields, found by searching the text: parsers give values and forget where they stood."""

from __future__ import annotations

from bisect import bisect_left

from msgspec.structs import replace

from licscan.core.location import Location

_LEAST_BUDGET = 16 * 1024 * 1024
_BUDGET_SHARE = 16


class Lines:
    """Locations in one file.

    Searching is bounded to some times the file's size: after that a location is the whole file, so that a hostile
    manifest with a million names costs its fields their lines and nobody their time.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._data = data
        self._at = 0
        self._ends: list[int] | None = None
        self._budget = max(_LEAST_BUDGET, _BUDGET_SHARE * len(data))

    def first(self, *needles: str) -> Location:
        """Return the line of the first occurrence of the first of ``needles`` that there is."""
        found = next((at for needle in needles if (at := self._find(needle.encode(), 0)) >= 0), -1)
        return self._location(found)

    def span(self, opening: str, closing: str) -> Location:
        """Return the lines from the first ``opening`` to the ``closing`` that follows it; its line alone where none does."""
        start = self._find(opening.encode(), 0)
        end = self._find(closing.encode(), start + len(opening)) if start >= 0 else -1
        first, last = self._location(start), self._location(end)
        return replace(first, end_line=last.start_line) if end >= 0 else first

    def at(self, *needles: str) -> Location:
        """Return the line of the next occurrence after the last one found here: for walks in the file's order."""
        for needle in needles:
            wanted = needle.encode()
            found = self._find(wanted, self._at)
            if found < 0 < self._at:
                found = self._find(wanted, 0)
            if found >= 0:
                self._at = found
                return self._location(found)
        return self._location(-1)

    def _find(self, needle: bytes, start: int) -> int:
        if self._budget < 0:
            return -1
        found = self._data.find(needle, start)
        self._budget -= (found if found >= 0 else len(self._data)) - start
        return found

    def _location(self, found: int) -> Location:
        if found < 0:
            return Location(path=self._path)
        if self._ends is None:
            self._ends = _ends(self._data)
        return Location(path=self._path, start_line=bisect_left(self._ends, found) + 1)


def _ends(data: bytes) -> list[int]:
    """Return where the lines end."""
    ends, at = [], data.find(b"\n")
    while at >= 0:
        ends.append(at)
        at = data.find(b"\n", at + 1)
    return ends
