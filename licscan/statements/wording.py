"""What stands in a licence file of a package beside its terms.

Licence files of wheels and npm packages are long: the package's own text, texts of what was built into it, and prose
around them that names further licences ("GPL-compatible", "test.py is GPL"). The texts and notices are terms. A few words
beside a whole text are none, and the text behind a licence with an exception is no second licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from licscan.core.expression import Unit, parsed, units
from licscan.core.finding import Match
from licscan.statements.unspecific import is_unspecific
from licscan.util.lazy_pattern import lazy

# A match of this many words is a licence's text or its full notice; one of that few names a licence at best.
_TEXT_WORDS = 80
_MENTION_WORDS = 4
_NEXT_PARAGRAPH = 2  # lines from the end of a notice to the beginning of the next paragraph
_ENDS_WITHIN = 8  # lines from a licence to the disclaimer that ends it, a paragraph between them included
_BEGINS_WITHIN = 4
_DISCLAIMER = "warranty-disclaimer"
_NOTICES = lazy(r"\bcopyright\s+notices?\b", re.IGNORECASE)
_LICENSE = lazy(r"licen[cs]|\bterms\b|permission", re.IGNORECASE)
_TAG = "spdx-license-identifier"


class Aside(str, Enum):
    """Why a match in a licence file states no terms of its own."""

    MENTION = "mention"  # it names a licence in passing
    EXCEPTED = "excepted"  # it repeats a part of a licence with an exception that the file states
    SILENT = "silent"  # it names no licence, and sets no terms that those around it do not set


def asides(matches: Sequence[Match]) -> Mapping[Match, Aside]:
    """Return the ``matches`` of one licence file that are no terms; none in a file without a whole licence text."""
    if not any(map(_is_text, matches)):
        return {}
    excepted = _excepted(matches)
    found: dict[Match, Aside] = {}
    for match in matches:
        if _is_mention(match):
            found[match] = Aside.MENTION
        elif _is_explained(match, matches, excepted):
            found[match] = Aside.EXCEPTED
        elif _is_silent(match, matches):
            found[match] = Aside.SILENT
    return found


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
    exception without its licence; or X where the exception stands on the same line or opens the next paragraph."""
    (unit, *others) = _units(match) or (None,)
    if unit is None or others or unit.exception:
        return False
    exceptions = set().union(*excepted.values()) if excepted else set()
    if unit.key in exceptions:
        return True
    own = excepted.get(_text_key(unit))
    if own is None:
        return False
    return _is_text(match) or any(_adds(other, match, unit, own) for other in matches)


def _adds(other: Match, match: Match, unit: Unit, exceptions: set[str]) -> bool:
    """Whether ``other`` adds one of ``exceptions`` to what ``match`` says of ``unit``."""
    behind = other.start_line - match.end_line
    if behind == 0 and {each.key for each in _units(other)} & exceptions:
        return True
    whole = any(_text_key(each) == _text_key(unit) and each.exception in exceptions for each in _units(other))
    return whole and 0 < behind <= _NEXT_PARAGRAPH


def _is_silent(match: Match, matches: Sequence[Match]) -> bool:
    """Whether a match speaks of copyright notices alone, or is the disclaimer that a licence beside it begins or ends with."""
    if is_unspecific(match.expression):
        text = match.matched_text
        return bool(_NOTICES.search(text)) and not _LICENSE.search(text)
    return match.expression == _DISCLAIMER and any(
        match.start_line - _ENDS_WITHIN <= other.end_line <= match.start_line
        or match.end_line <= other.start_line <= match.end_line + _BEGINS_WITHIN
        for other in matches
        if other.expression != _DISCLAIMER and not is_unspecific(other.expression) and not _is_mention(other)
    )


def _units(match: Match) -> tuple[Unit, ...]:
    tree = parsed(match.expression)
    return tuple(units(tree)) if tree else ()


def _text_key(unit: Unit) -> str:
    return unit.key.removesuffix("-plus")
