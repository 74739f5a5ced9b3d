"""Why a licence is in its class: the catalogue's reason, taken apart into the texts that it was made of.

The reason of a unit is one text: that of its licence, of its exception, and of its use over a network, with semicolons
between them. Each of them may have semicolons of its own, so they are told apart by being known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from licscan.core.message import Kind, Message, Value, mark, verbatim
from licscan.duediligence.sentences import Sentences

_BETWEEN = "; "

# What is said where no rule file has a reason. Keys of licences are quoted from what was scanned.
_OF_THE_CATALOGUE = (
    mark("deprecated by ScanCode in favour of {replacement}"),
    mark("ScanCode's category '{category}' has no class"),
    mark("nobody has said what {licence} does to its licence: no permission in it is relied on"),
    mark("'{licence}' is no licence that ScanCode knows"),
    mark("'{licence}' is an exception and stands without the licence that it modifies"),
    mark("'{licence}' is no exception that ScanCode knows"),
)


class Reasons:
    """Reads reasons; ``known`` are those of the rule files."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._others = Sentences(_OF_THE_CATALOGUE, ())

    def read(self, text: str, *, trusted: bool) -> Message:
        """Return a reason as a phrase. What no catalogue has is shown as it stands, and goes in blind mode unless ``trusted``."""
        parts = tuple(self._part(part, trusted=trusted) for part in self._parts(text))
        if len(parts) == 1:
            return parts[0]
        return Message(mark("{reasons}"), (Value("reasons", Kind.OURS, messages=parts, between=_BETWEEN),))

    def _part(self, text: str, *, trusted: bool) -> Message:
        if text in self._known:
            return Message(text)
        found = self._others.read(text)
        return Message(text) if trusted and found == verbatim(text) else found

    def _parts(self, text: str) -> Iterator[str]:
        """Yield the longest known reason at the start, again and again; up to the next semicolon where none is known."""
        pieces = text.split(_BETWEEN)
        while pieces:
            ends = range(len(pieces), 1, -1)
            end = next((end for end in ends if _BETWEEN.join(pieces[:end]) in self._known), 1)
            yield _BETWEEN.join(pieces[:end])
            pieces = pieces[end:]
