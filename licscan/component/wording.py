"""What a licence file of a package says of the package's terms, and what it only mentions.

Licence files of wheels and npm packages are long: the package's own text, texts of what was built into it, and prose
around them that names further licences ("GPL-compatible", "test.py is GPL"). The texts and notices are terms. A few words
beside a whole text are none, but they are told. Facts stay ScanCode's: this reads them for a component, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from licscan.core.expression import Expression, ExpressionError, Unit, all_of, parse, units
from licscan.core.finding import FileFinding, Match

# A match of this many words is a licence's text or its full notice; one of that few names a licence at best.
_TEXT_WORDS = 80
_MENTION_WORDS = 4
_TAG = "spdx-license-identifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """``terms`` is what the file puts the package under, ``mentions`` what it names besides: expressions in ScanCode's keys."""

    terms: str | None
    mentions: tuple[str, ...] = ()


def wording(finding: FileFinding) -> Wording:
    """Return what a licence file says. Without a whole text in it, whatever was found counts."""
    matches = [match for detection in finding.detections for match in detection.matches]
    if not any(map(_is_text, matches)):
        return Wording(terms=finding.expression)
    excepted = _excepted(matches)
    mentioned = [match for match in matches if _is_mention(match)]
    explained = [match for match in matches if match not in mentioned and _is_explained(match, matches, excepted)]
    counted = [match for match in matches if match not in mentioned and match not in explained]
    if len(counted) == len(matches):
        return Wording(terms=finding.expression)
    terms = all_of(tree for match in counted if (tree := _parsed(match.expression)))
    said = {match.expression for match in counted}
    others = dict.fromkeys(match.expression for match in mentioned if match.expression not in said)
    return Wording(terms=str(terms) if terms else None, mentions=tuple(others))


def _is_text(match: Match) -> bool:
    return match.matched_length >= _TEXT_WORDS or match.rule_id.endswith(".LICENSE")


def _is_mention(match: Match) -> bool:
    return (
        match.matched_length <= _MENTION_WORDS
        and match.kind != "text"
        and not _is_text(match)
        and _TAG not in match.matched_text.lower()
    )


def _excepted(matches: Iterable[Match]) -> dict[str, set[str]]:
    """Return the licences that the file states with an exception, by the key of their text, with these exceptions."""
    found: dict[str, set[str]] = {}
    for match in matches:
        for unit in _units(match):
            if unit.exception:
                found.setdefault(_text_key(unit), set()).add(unit.exception)
    return found


def _is_explained(match: Match, matches: Sequence[Match], excepted: dict[str, set[str]]) -> bool:
    """Whether a match repeats a part of ``X WITH exception``, which the file states: the text of X, which knows no exception; the
    exception without its licence; or X where the exception stands on the same line."""
    (unit, *others) = _units(match) or (None,)
    if unit is None or others or unit.exception:
        return False
    exceptions = set().union(*excepted.values()) if excepted else set()
    if unit.key in exceptions:
        return True
    own = excepted.get(_text_key(unit))
    if own is None:
        return False
    beside = any(other.start_line == match.end_line and {each.key for each in _units(other)} & own for other in matches)
    return _is_text(match) or beside


def _units(match: Match) -> tuple[Unit, ...]:
    tree = _parsed(match.expression)
    return tuple(units(tree)) if tree else ()


def _parsed(expression: str) -> Expression | None:
    try:
        return parse(expression)
    except ExpressionError:
        return None  # the finding's own expression is told as one that cannot be read


def _text_key(unit: Unit) -> str:
    return unit.key.removesuffix("-plus")
