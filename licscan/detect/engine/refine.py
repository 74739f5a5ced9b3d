"""Throwing out the matches that mean nothing. The tests and their order are those of ScanCode's ``refine_matches``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from licscan.detect.engine import flags
from licscan.detect.engine.expressions import contains
from licscan.detect.engine.gibberish import is_gibberish
from licscan.detect.engine.match import SEQUENCE, SPDX_ID, Match
from licscan.detect.engine.merge import merge
from licscan.detect.engine.query import Query
from licscan.detect.engine.spans import Span, bit_positions

# A match must not be thinner than this, in the text and in the rule.
_DENSITY = 0.4
# A word is isolated among so many words before and behind it that are unknown, single characters or numbers.
_ISOLATING = 5
SMALL_COVERAGE = 80

# How much of a match lies in another.
_SOME, _MUCH, _MOST, _ALMOST_ALL = 0.10, 0.40, 0.70, 0.90

# A list of licence names, as tools and catalogues have them, names nothing that applies.
_LIST_LENGTH = 15
_LIST_DISTANCE = 10
_LIST_MATCH_LENGTH = 20
_LONG_LIST_LENGTH = 150
_LONG_LIST_SHARE = 0.95
_DIFFERENT_SHARE = 1 / 3
_DIFFERENT = _LIST_LENGTH * _DIFFERENT_SHARE


def refine(matches: list[Match], query: Query, *, drop_false_positives: bool, join: bool) -> list[Match]:
    """Return the matches that hold; with ``join``, merge them first and last."""
    if not matches:
        return []
    if join:
        matches = merge(matches)
    for match in matches:
        match.set_lines()
    matches = [match for match in matches if _holds(match, query)]
    if len(matches) != 1:
        matches = [match for match in matches if not _is_scattered(match)]
    matches = merge([match for match in matches if not is_gibberish(match)])
    matches, contained = _without_contained(matches)
    matches, overlapping = _without_overlapping(matches)
    for dropped in (contained, overlapping):
        if dropped:
            matches += _apart_from(matches, dropped)
    matches, _ = _without_contained(matches)
    if drop_false_positives:
        matches = [match for match in matches if not match.rule.flags & flags.FALSE_POSITIVE]
        matches = _without_license_lists(matches)
    return merge(matches) if join else matches


def _holds(match: Match, query: Query) -> bool:
    if not _has_required_phrases(match, query):
        return False
    if match.matcher != SEQUENCE:
        return True
    return not (
        _is_thin(match)
        or match.coverage() < match.rule.minimum_coverage
        or _is_isolated_word(match, query)
        or _is_too_short(match)
    )


def _has_required_phrases(match: Match, query: Query) -> bool:
    """Tell whether all phrases that the rule requires are there, each without a gap and with the rule's own stop words."""
    rule = match.rule
    is_continuous = rule.flags & (flags.CONTINUOUS | flags.REQUIRED_PHRASE)
    if not is_continuous:
        phrases = rule.required_phrases
        if not phrases:
            return True
        return all(match.ibits & phrase == phrase for phrase in phrases) and _are_unbroken(match, query)
    return match.is_continuous() and _is_undisturbed_throughout(match, query)


def _are_unbroken(match: Match, query: Query) -> bool:
    """Tell whether each of the rule's phrases, which are all matched, stands in the text as one piece."""
    places: list[int] | None = None
    for phrase in match.rule.required_phrases:
        first, length = _extent(phrase)
        rank = (match.ibits & (1 << first) - 1).bit_count()
        if match.len == match.qspan.magnitude:
            place = match.qstart + rank
        else:
            places = places or match.qspan.positions()
            place = places[rank]
            if places[rank + length - 1] - place + 1 != length:
                return False
        if not _is_undisturbed(match, query, place, first, length):
            return False
    return True


def _extent(phrase: int) -> tuple[int, int]:
    """Return where the phrase begins and how long it is; it has no gaps."""
    return (phrase & -phrase).bit_length() - 1, phrase.bit_count()


def _is_undisturbed(match: Match, query: Query, place: int, first: int, length: int) -> bool:
    """Tell whether no unknown word and only the rule's own stop words follow the words of a phrase, its last one excepted.

    It begins at ``place`` in the text, and at ``first`` in the rule.
    """
    if query.unknowns.are_in(place, place + length - 1):
        return False
    in_text = query.stopwords.between(place, place + length - 1)
    stopwords = match.rule.stopwords
    in_rule = [(at, count) for at, count in stopwords.items() if first <= at < first + length - 1] if stopwords else []
    return [(at - place + first, count) for at, count in in_text] == in_rule


def _is_undisturbed_throughout(match: Match, query: Query) -> bool:
    """Tell the same of all that is matched, which is one piece of the text."""
    if match.len == match.iend - match.istart + 1:
        return _is_undisturbed(match, query, match.qstart, match.istart, match.len)
    pairs = list(zip(match.qspan, bit_positions(match.ibits), strict=False))
    return all(
        not query.unknowns.after(qpos) and match.rule.stopwords.get(ipos, 0) == query.stopwords.after(qpos)
        for qpos, ipos in pairs[:-1]
    )


def _is_thin(match: Match) -> bool:
    return match.qdensity() < _DENSITY or match.idensity() < _DENSITY


def _is_isolated_word(match: Match, query: Query) -> bool:
    if match.len != 1:
        return False
    place = match.qstart
    before = query.unknowns.after(place - 1) + query.short_words(place - 1 - _ISOLATING, place)
    if before < _ISOLATING:
        return False
    return query.unknowns.after(place) + query.short_words(place, place + 1 + _ISOLATING) >= _ISOLATING


def _is_too_short(match: Match) -> bool:
    rule = match.rule
    return (
        match.len < rule.min_matched_length
        or match.hilen < rule.min_high_matched_length
        or bool(rule.flags & flags.SMALL and match.coverage() < SMALL_COVERAGE)
    )


def _is_scattered(match: Match) -> bool:
    rule_flags = match.rule.flags
    if not rule_flags & flags.SMALL:
        return False
    allowed = match.len + (2 if rule_flags & flags.TAG else 0)
    return match.end_line - match.start_line + 1 > allowed


def _place(match: Match) -> tuple[int, int, int, int]:
    return match.qstart, -match.hilen, -match.len, match.order


# Which of two neighbours goes; with ``_STOP`` no later one can meet the first.
_CURRENT, _FOLLOWING, _NEITHER, _STOP = "current", "following", "neither", "stop"
_Judge = Callable[[Match, Match, "Match | None"], str]


def _without(matches: list[Match], judge: _Judge) -> tuple[list[Match], list[Match]]:
    """Compare each match with those behind it, and return those kept and those dropped."""
    if len(matches) < 2:
        return matches, []
    matches = sorted(matches, key=_place)
    dropped: list[Match] = []
    i = 0
    while i < len(matches) - 1:
        j = i + 1
        while j < len(matches):
            verdict = judge(matches[i], matches[j], matches[i - 1] if i else None)
            if verdict is _NEITHER:
                j += 1
            elif verdict is _FOLLOWING:
                dropped.append(matches.pop(j))
            else:
                if verdict is _CURRENT:
                    dropped.append(matches.pop(i))
                    i -= 1
                break
        i += 1
    return matches, dropped


def _without_contained(matches: list[Match]) -> tuple[list[Match], list[Match]]:
    return _without(matches, _contained)


def _contained(current: Match, following: Match, _previous: Match | None) -> str:
    if following.qend > current.qend:
        return _STOP
    if current.qspan == following.qspan:
        return _FOLLOWING if current.coverage() >= following.coverage() else _CURRENT
    if current.qspan.covers(following.qspan):
        return _FOLLOWING
    return _CURRENT if following.qspan.covers(current.qspan) else _NEITHER


def _without_overlapping(matches: list[Match]) -> tuple[list[Match], list[Match]]:
    return _without(matches, _overlapping)


def _overlapping(current: Match, following: Match, previous: Match | None) -> str:
    if following.qstart > current.qend:
        return _STOP
    overlap = current.qspan.overlap(following.qspan)
    if not overlap or current.rule.flags & following.rule.flags & flags.FALSE_POSITIVE:
        return _NEITHER
    verdict = _by_share(current, following, overlap / current.len, overlap / following.len)
    if verdict is not _NEITHER or previous is None or previous.qspan.overlap(following.qspan):
        return verdict
    # What the matches before and behind it cover together needs no match of its own.
    with_previous = current.qspan.overlap(previous.qspan)
    if with_previous and with_previous + overlap >= current.len * 0.9:
        return _CURRENT
    return _NEITHER


def _by_share(current: Match, following: Match, of_current: float, of_following: float) -> str:
    longer, shorter = current.len >= following.len, current.len <= following.len
    if of_following >= _ALMOST_ALL and longer:
        return _FOLLOWING
    if of_current >= _ALMOST_ALL and shorter:
        return _CURRENT
    longer = longer and current.hilen >= following.hilen
    shorter = shorter and current.hilen <= following.hilen
    if of_following >= _MOST and longer:
        return _FOLLOWING
    if of_current >= _MOST and shorter:
        return _CURRENT
    much = max(of_current, of_following) >= _MUCH
    some_of_following = of_following >= _SOME and current.surrounds(following)
    some_of_current = of_current >= _SOME and following.surrounds(current)
    if longer and (much or some_of_following) and _licensing_contains(current, following):
        return _FOLLOWING
    if of_following >= _MUCH and _ends_in_the_word_that_begins(current, following):
        return _FOLLOWING
    if shorter and (much or some_of_current) and _licensing_contains(following, current):
        return _CURRENT
    return _NEITHER


def _licensing_contains(one: Match, other: Match) -> bool:
    return contains(one.rule.expression, other.rule.expression)


def _ends_in_the_word_that_begins(current: Match, following: Match) -> bool:
    """Tell whether only the word "license" is shared, in "... license" and "license foo"."""
    return (
        following.len == 2
        and current.len >= following.len + 2
        and current.hilen >= following.hilen
        and bool(current.rule.flags & flags.ENDS_WITH_LICENSE)
        and bool(following.rule.flags & flags.STARTS_WITH_LICENSE)
    )


def _apart_from(matches: Sequence[Match], dropped: list[Match]) -> list[Match]:
    """Return those dropped matches that share no position with any that is kept: they were dropped for one that is gone too."""
    if not matches:
        return merge(dropped)
    start = min(match.qstart for match in matches)
    bits = 0
    for match in matches:
        bits |= match.qspan.bits << match.qstart - start
    lowest = bits & -bits
    taken = Span(start + lowest.bit_length() - 1, bits >> lowest.bit_length() - 1)
    return [match for match in merge(dropped) if not taken.overlap(match.qspan)]


def _without_license_lists(matches: list[Match]) -> list[Match]:
    if len(matches) < _LIST_LENGTH:
        return matches
    if len(matches) > _LONG_LIST_LENGTH and _is_long_list(matches):
        return []
    kept: list[Match] = []
    names: list[Match] = []

    def settle() -> None:
        if not _is_list(names, _LIST_LENGTH, _DIFFERENT):
            kept.extend(names)
        names.clear()

    for match in matches:
        is_name = _can_be_listed(match)
        if not is_name or (names and names[-1].qspan.distance_to(match.qspan) > _LIST_DISTANCE):
            settle()
        (names if is_name else kept).append(match)
    settle()
    return kept


def _is_long_list(matches: Sequence[Match]) -> bool:
    listed = sum(map(_can_be_listed, matches))
    return listed / len(matches) > _LONG_LIST_SHARE and _is_list(matches, _LONG_LIST_LENGTH, _LONG_LIST_LENGTH)


def _is_list(matches: Sequence[Match], length: int, different: float) -> bool:
    if len(matches) < length:
        return False
    expressions = len({match.rule.expression for match in matches})
    return expressions / len(matches) > _DIFFERENT_SHARE or expressions >= different


def _can_be_listed(match: Match) -> bool:
    return (
        bool(match.rule.flags & (flags.REFERENCE | flags.TAG | flags.INTRO | flags.CLUE))
        and match.matcher != SPDX_ID
        and match.coverage() == 100
        and match.len <= _LIST_MATCH_LENGTH
    )
