"""Line numbers of fields in a file that is walked through in order."""

from __future__ import annotations

from bisect import bisect_left

from licscan.core.location import Location


class Lines:
    """Locations in one file. Searching starts where the last hit was, so a walk in the file's order is linear."""

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._data = data
        self._at = 0
        self._ends = _ends(data)

    def at(self, *needles: str) -> Location:
        """Return the line of the next occurrence of the first of ``needles`` that there is, else the whole file."""
        for needle in needles:
            found = self._find(needle.encode())
            if found >= 0:
                self._at = found
                return Location(path=self._path, start_line=bisect_left(self._ends, found) + 1)
        return Location(path=self._path)

    def _find(self, needle: bytes) -> int:
        found = self._data.find(needle, self._at)
        return found if found >= 0 else self._data.find(needle, 0, self._at + len(needle))


def _ends(data: bytes) -> list[int]:
    ends, at = [], data.find(b"\n")
    while at >= 0:
        ends.append(at)
        at = data.find(b"\n", at + 1)
    return ends
