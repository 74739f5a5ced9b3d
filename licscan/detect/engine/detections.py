"""Putting matches together to detections, each of which says one licence expression.

The kinds of groups, and what is made of each, are those of ``licensedcode.detection`` of ScanCode 32.5.0.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha1

from msgspec import Struct
from msgspec.structs import replace

from licscan.detect.engine import flags
from licscan.detect.engine.match import EXACT, HASH, SPDX_ID, Match
from licscan.detect.engine.matched_text import highlighted_text, tokenised
from licscan.detect.engine.rules import python_name
from licscan.detect.expressions import join_with_and, license_keys

# Matches with fewer lines than this between them belong together.
_LINES = 4
_CLUE_COVERAGE = 60
_COPYRIGHT = ("copyright", "(c)")
_BARE_NAMES = ("gpl_bare", "freeware_bare", "public-domain_bare")
_LOW_RELEVANCE = 60
_FAR_DOWN = 1000  # lines
_FEW_WORDS = 3


class Group(Struct, frozen=True, kw_only=True):
    """Matches that belong together; without an expression they are clues. ``identifier`` is empty for those."""

    matches: tuple[Match, ...]
    expression: str | None
    log: tuple[str, ...]
    identifier: str = ""


def detections(matches: Sequence[Match]) -> list[Group]:
    """Return the groups of a text's matches, in order."""
    groups = [_detection(group) for group in _grouped(matches)]
    if len(groups) < 2:
        return groups
    detected = {key for group in groups if group.expression for key in license_keys(group.expression)}
    return [_completed(group, detected) for group in groups]


def _completed(group: Group, detected: set[str]) -> Group:
    """Make a detection of clues that say nothing but what the text's detections say."""
    if group.expression or _is_certain_clue(group.matches):
        return group
    expression = join_with_and(match.rule.expression for match in group.matches)
    if not expression or not license_keys(expression) <= detected:
        return group
    return replace(
        group,
        expression=expression,
        log=(*group.log, "not-license-clues-as-more-detections-present"),
        identifier=_identifier(expression, group.matches),
    )


def _grouped(matches: Sequence[Match]) -> Iterator[tuple[Match, ...]]:
    """Yield the matches that stand close together; an introduction goes with what follows, a clue stands alone."""
    group: list[Match] = []
    for match in matches:
        if not group or group[-1].rule.flags & flags.INTRO:
            group.append(match)
        elif match.rule.flags & flags.INTRO:
            yield tuple(group)
            group = [match]
        elif match.rule.flags & flags.CLUE:
            yield tuple(group)
            yield (match,)
            group = []
        elif match.start_line <= group[-1].end_line + _LINES:
            group.append(match)
        else:
            yield tuple(group)
            group = [match]
    if group:
        yield tuple(group)


_Matches = tuple[Match, ...]


def _detection(matches: _Matches) -> Group:
    log, speaking = _judged(matches)
    expression = join_with_and(match.rule.expression for match in speaking) if speaking else None
    if expression is None:
        return Group(matches=matches, expression=None, log=log)
    return Group(matches=matches, expression=expression, log=log, identifier=_identifier(expression, matches))


def _judged(matches: _Matches) -> tuple[tuple[str, ...], _Matches | None]:
    """Return what kind of group it is, and those matches that its expression is made of; none for mere clues."""
    if _introduces_a_detection(matches):
        return ("unknown-intro-followed-by-match",), _without_intros(matches)
    for holds, log, speaks in _KINDS:
        if holds(matches):
            return log, matches if speaks else None
    return (), matches


def _refers_to_a_file(matches: _Matches) -> bool:
    return any(match.rule.references for match in matches) and not _has_extra_words(matches)


def _is_false_positive(matches: _Matches) -> bool:
    rules = [match.rule for match in matches]
    if all(rule.relevance == 100 for rule in rules):
        return False
    low = all(rule.relevance < _LOW_RELEVANCE for rule in rules)
    one_word = all(rule.length == 1 for rule in rules)
    suspicious = (
        (len(rules) == 1 and low and any(name in rules[0].identifier for name in _BARE_NAMES))
        or (one_word and all("gpl" in rule.identifier for rule in rules))
        or (
            low
            and min(match.start_line for match in matches) > _FAR_DOWN
            and any(rule.length <= _FEW_WORDS for rule in rules)
        )
        or (one_word and all(rule.flags & flags.TAG for rule in rules))
    )
    # The text comes last: it has to be put together first.
    return suspicious and not all(_names_a_copyright(match) for match in matches)


def _names_a_copyright(match: Match) -> bool:
    text = highlighted_text(match).lower()
    return any(word in text for word in _COPYRIGHT)


def _is_certain_clue(matches: _Matches) -> bool:
    return _is_certain(matches) and all(match.rule.flags & flags.CLUE for match in matches)


def _is_perfect(matches: _Matches) -> bool:
    return _is_certain(matches) and not _has_unknown(matches) and not _has_extra_words(matches)


def _is_low_quality(matches: _Matches) -> bool:
    return not _is_certain(matches) and not any(match.coverage() > _CLUE_COVERAGE for match in matches)


def _is_imperfect(matches: _Matches) -> bool:
    return any(match.coverage() < 100 for match in matches)


def _has_extra_words(matches: _Matches) -> bool:
    return any(match.coverage() * match.rule.relevance / 100 - match.score() > 0 for match in matches)


def _has_unknown(matches: _Matches) -> bool:
    return any(match.rule.has_unknown for match in matches)


def _is_certain(matches: _Matches) -> bool:
    return all(match.matcher in (HASH, SPDX_ID, EXACT) and match.coverage() == 100 for match in matches)


# In this order: the first that holds tells what is logged, and whether the matches speak.
_KINDS: tuple[tuple[Callable[[_Matches], bool], tuple[str, ...], bool], ...] = (
    (_refers_to_a_file, (), True),
    (_is_false_positive, ("possible-false-positive",), False),
    (_is_certain_clue, ("license-clues",), False),
    (_is_perfect, (), True),
    (_has_unknown, ("unknown-match",), True),
    (_is_low_quality, ("low-quality-matches",), False),
    (_is_imperfect, ("imperfect-match-coverage",), True),
    (_has_extra_words, ("extra-words",), True),
)


def _introduces_a_detection(matches: _Matches) -> bool:
    """Tell whether there is an introduction ("licensed under the following terms") and what it introduces."""
    if len(matches) == 1 or all(map(_is_unknown_intro, matches)):
        return False
    introduced = False
    for match in matches:
        if _is_unknown_intro(match):
            introduced = True
        elif introduced and match.coverage() >= 100 and not match.rule.has_unknown:
            return True
    if not introduced:
        return False
    others = _without_intros(matches)
    return len(others) != len(matches) and not any(match.coverage() > 100 for match in others)


def _is_unknown_intro(match: Match) -> bool:
    return match.rule.has_unknown and _can_introduce(match)


def _can_introduce(match: Match) -> bool:
    return bool(match.rule.flags & (flags.INTRO | flags.CLUE)) or match.rule.expression == "free-unknown"


def _without_intros(matches: _Matches) -> _Matches:
    others = tuple(
        match
        for match in matches
        if not (_can_introduce(match) and (match.matcher == EXACT or match.coverage() == 100))
    )
    return others or matches


def _identifier(expression: str, matches: _Matches) -> str:
    """Return a name for the detection that equal detections share: its expression, and a digest of what was matched."""
    content = tuple((match.rule.identifier, match.score(), tokenised(match)) for match in matches)
    digest = sha1(repr(content).encode(), usedforsecurity=False).hexdigest()
    return f"{python_name(expression)}-{uuid.UUID(hex=digest[:32])}"
