"""What differs between a licence text in a tree and the licence that it is taken for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from licscan.core.location import Location


class ChangeKind(str, Enum):
    """How the words of a file differ from those of the licence."""

    ADDED = "added"  # a whole sentence that the licence does not have
    REMOVED = "removed"  # words of the licence that the file does not have
    REPLACED = "replaced"  # a sentence of the licence in other words


class ChangeEffect(str, Enum):
    """What a changed sentence does to the terms."""

    RESTRICTS = "restricts"
    REMOVES_GRANT = "removes-grant"
    OBLIGES = "obliges"
    WIDENS = "widens"
    UNCLEAR = "unclear"


class TextChange(Struct, frozen=True, kw_only=True):
    """One changed sentence.

    ``text`` is the sentence as the file has it, in lower case and without punctuation, the words that the licence does not have in
    ``[[`` and ``]]``; ``missing`` are the words of the licence that the file lacks there. Both may be clipped.
    """

    kind: ChangeKind
    location: Location
    text: str = ""
    missing: str = ""


class Alteration(Struct, frozen=True, kw_only=True):
    """The changed sentences of the licence file at ``path``. ``expression`` names the licences whose texts were compared, in
    ScanCode's keys; ``licences`` counts all that the file names. ``complete`` is false where there were more changes than are kept."""

    path: str
    expression: str
    expression_spdx: str
    changes: tuple[TextChange, ...]
    licences: int = 1
    complete: bool = True


class JudgedChange(Struct, frozen=True, kw_only=True):
    """A change that alters the terms: what it does, and why that is thought."""

    change: TextChange
    effect: ChangeEffect
    reason: str


RESTRICTING = frozenset({ChangeEffect.RESTRICTS, ChangeEffect.REMOVES_GRANT})


def takes_away(changes: Iterable[JudgedChange]) -> bool:
    """Whether one of the changes takes away what the licence permits."""
    return any(change.effect in RESTRICTING for change in changes)
