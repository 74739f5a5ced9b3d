"""What of an archive belongs to no member: content that nobody who unpacks it gets, and that is shipped all the same."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from licscan.core.message import Message, message


class Place(Enum):
    """Where in an archive such content is."""

    BEFORE = "before"
    BETWEEN = "between"
    BEHIND = "behind"
    FOLDER = "folder"
    DATA = "data"
    FIELDS = "fields"


_PLACES = {
    Place.BEFORE: message("archive.place-before", "before the first member, as in an archive that extracts itself"),
    Place.BETWEEN: message("archive.place-between", "between members"),
    Place.BEHIND: message("archive.place-behind", "behind the end of the archive"),
    Place.FOLDER: message("archive.place-folder", "in the entries of folders"),
    Place.DATA: message("archive.place-data", "behind the data of members"),
    Place.FIELDS: message("archive.place-fields", "in comments and further fields"),
}


class Uncovered:
    """How many bytes of one archive belong to no member, by place."""

    def __init__(self) -> None:
        self._counts: dict[Place, int] = {}

    def add(self, place: Place, count: int) -> None:
        if count > 0:
            self._counts[place] = self._counts.get(place, 0) + count

    def messages(self) -> Iterator[Message]:
        for place in Place:
            count = self._counts.get(place, 0)
            if count == 1:
                yield message(
                    "issue.archive-byte-no-member",
                    "1 byte of the archive belongs to no member: it is {place}",
                    place=_PLACES[place],
                )
            elif count:
                yield message(
                    "issue.archive-bytes-no-member",
                    "{count} bytes of the archive belong to no member: they are {place}",
                    count=count,
                    place=_PLACES[place],
                )
