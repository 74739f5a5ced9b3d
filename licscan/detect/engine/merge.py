"""Joining matches to the same rule that belong together. It loses nothing."""

from __future__ import annotations

from itertools import groupby

from licscan.detect.engine.match import Match
from licscan.detect.engine.spans import bits_distance

# How far apart two matches may be, in tokens.
MAX_DISTANCE = 50


def _by_rule(match: Match) -> str:
    return match.rule.identifier


def _merge_order(match: Match) -> tuple[str, int, int, int, int]:
    return match.rule.identifier, match.qstart, -match.hilen, -match.len, match.order


def merge(matches: list[Match]) -> list[Match]:
    """Return the matches ordered by rule and place, joined where one continues another; they are changed in place."""
    if len(matches) < 2:
        return matches
    matches.sort(key=_merge_order)
    merged: list[Match] = []
    for _, group in groupby(matches, key=_by_rule):
        of_rule = list(group)
        merged += _merge_rule(of_rule) if len(of_rule) > 1 else of_rule
    return merged


def _merge_rule(matches: list[Match]) -> list[Match]:
    limit = min(matches[0].rule.length // 2 or 1, MAX_DISTANCE)
    i = 0
    while i < len(matches) - 1:
        j = i + 1
        while j < len(matches):
            current, following = matches[i], matches[j]
            if (
                current.qspan.distance_to(following.qspan) > limit
                or bits_distance(current.ibits, following.ibits) > limit
            ):
                break
            verdict = _compare(current, following)
            if verdict is _DROP_CURRENT:
                del matches[i]
                i -= 1
                break
            if verdict is _DROP_FOLLOWING:
                del matches[j]
            else:
                j += 1
        i += 1
    return matches


_DROP_CURRENT, _DROP_FOLLOWING, _KEEP = "drop current", "drop following", "keep"


def _compare(current: Match, following: Match) -> str:
    """Tell which of two neighbours goes, after it was taken into the other where it adds to it."""
    same_rule_part = current.ibits == following.ibits
    if same_rule_part and current.qspan.overlap(following.qspan):
        denser = current.qspan.magnitude <= following.qspan.magnitude
        return _DROP_FOLLOWING if denser or current.qspan == following.qspan else _DROP_CURRENT
    if current.qspan.covers(following.qspan):
        return _DROP_FOLLOWING
    if following.qspan.covers(current.qspan):
        return _DROP_CURRENT
    if current.surrounds(following) and current.aligned_with(following):
        current.absorb(following)
        return _DROP_FOLLOWING
    if following.surrounds(current) and following.aligned_with(current):
        following.absorb(current)
        return _DROP_CURRENT
    if following.is_after(current) or _overlap_in_step(current, following):
        current.absorb(following)
        return _DROP_FOLLOWING
    return _KEEP


def _overlap_in_step(current: Match, following: Match) -> bool:
    if not (
        current.qstart <= following.qstart
        and current.qend <= following.qend
        and current.istart <= following.istart
        and current.iend <= following.iend
    ):
        return False
    overlap = current.qspan.overlap(following.qspan)
    return bool(overlap) and overlap == (current.ibits & following.ibits).bit_count()
