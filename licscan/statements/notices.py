"""What notices in other languages than English make of the words in them that ScanCode found."""

from __future__ import annotations

from collections.abc import Iterable

from licscan.core.expression import keys_of
from licscan.core.finding import Match
from licscan.statements.unspecific import UNSPECIFIC

# Rule ids of licscan's own notices begin so.
NOTICE = "licscan:notice"
_FAMILIES = ("agpl", "lgpl", "gpl")


def vaguer_words(found: Match, stated: Iterable[Match], denied: Iterable[Match]) -> set[str]:
    """Return the keys that do not count in ``found``, a match of ScanCode's: of what a sentence in the same lines denies or only compares with, and what
    names a family ("GPL") of which a notice there names the version."""
    gone: set[str] = set()
    there = keys_of(found.expression)
    for match in stated:
        if match.rule_id.startswith(NOTICE) and _encloses(match, found):
            gone |= UNSPECIFIC | {key for key in there if key != match.expression and _is_vague(key, match.expression)}
    for match in denied:
        if _encloses(match, found):
            gone |= {key for key in there if _family(key) == _family(match.expression)}
    return gone


def _encloses(notice: Match, found: Match) -> bool:
    return notice.start_line <= found.start_line and found.end_line <= notice.end_line


def _is_vague(key: str, stated: str) -> bool:
    family = _family(stated)
    return family in _FAMILIES and key in (
        f"{family}-1.0-plus",
        f"{family}-2.0-plus",
        f"{family}-1.0",
        stated.removesuffix("-plus"),
    )


def _family(key: str) -> str:
    return next((family for family in _FAMILIES if key.startswith(f"{family}-")), key.split("-")[0])
