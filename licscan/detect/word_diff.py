"""Which words two texts share, in order: a comparison whose cost does not depend on how the texts are made.

Runs of words that occur once in both are taken first, then what lies between them is compared again with shorter runs, and only
short stretches are compared word by word. Of repeated, shuffled words that somebody made to be slow, the rest counts as different.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

_RUNS = (8, 4, 2)
_MAX_EXACT = 20_000  # pairs of words that are compared one by one


class Block(NamedTuple):
    """``size`` equal words, from ``left`` in the first text and ``right`` in the second."""

    left: int
    right: int
    size: int


class Difference(NamedTuple):
    """The words from ``left`` to ``left_end`` of the first text stand where the second has ``right`` to ``right_end``."""

    left: int
    left_end: int
    right: int
    right_end: int


def differences(left: Sequence[str], right: Sequence[str]) -> list[Difference]:
    """Return what differs between two texts, in order, the words before the first and behind the last equal one included."""
    found = []
    at_left = at_right = 0
    for block in (*_blocks(left, right), Block(len(left), len(right), 0)):
        if block.left > at_left or block.right > at_right:
            found.append(Difference(at_left, block.left, at_right, block.right))
        at_left, at_right = block.left + block.size, block.right + block.size
    return found


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[Block]:
    """Yield the equal blocks in order; neighbours may touch."""
    todo = [(0, len(left), 0, len(right), 0)]
    while todo:
        start, end, other, other_end, depth = todo.pop()
        size = _common(left, right, start, end, other, other_end)
        if size:
            yield Block(start, other, size)
            start, other = start + size, other + size
        if start == end or other == other_end:
            continue
        tail = _common_end(left, right, start, end, other, other_end)
        if tail:
            todo.append((end - tail, end, other_end - tail, other_end, depth))
            end, other_end = end - tail, other_end - tail
        if start == end or other == other_end:
            continue
        if (end - start) * (other_end - other) <= _MAX_EXACT:
            matcher = SequenceMatcher(None, left[start:end], right[other:other_end], autojunk=False)
            inner = [Block(start + one.a, other + one.b, one.size) for one in matcher.get_matching_blocks() if one.size]
            todo.extend(
                (block.left, block.left + block.size, block.right, block.right + block.size, depth)
                for block in reversed(inner)
            )
        elif depth < len(_RUNS):
            todo.extend(reversed(_between(left, right, (start, end, other, other_end), depth)))


def _common(left: Sequence[str], right: Sequence[str], start: int, end: int, other: int, other_end: int) -> int:
    size, most = 0, min(end - start, other_end - other)
    while size < most and left[start + size] == right[other + size]:
        size += 1
    return size


def _common_end(left: Sequence[str], right: Sequence[str], start: int, end: int, other: int, other_end: int) -> int:
    size, most = 0, min(end - start, other_end - other)
    while size < most and left[end - size - 1] == right[other_end - size - 1]:
        size += 1
    return size


def _between(
    left: Sequence[str], right: Sequence[str], part: tuple[int, int, int, int], depth: int
) -> list[tuple[int, int, int, int, int]]:
    """Return the parts into which the anchors cut ``part``, each beginning with an anchor but the first."""
    start, end, other, other_end = part
    anchors = _anchors(left[start:end], right[other:other_end], _RUNS[depth])
    if not anchors:
        return [(start, end, other, other_end, depth + 1)]
    cuts = [(start, other), *((start + one, other + two) for one, two in anchors), (end, other_end)]
    return [(one, two, first, second, depth + 1) for (one, first), (two, second) in pairwise(cuts)]


def _anchors(left: Sequence[str], right: Sequence[str], run: int) -> list[tuple[int, int]]:
    """Return where runs begin that occur once in each text, those in the same order in both."""
    one, two = _unique_runs(left, run), _unique_runs(right, run)
    pairs = [(place, two[words]) for words, place in one.items() if words in two]
    return _ascending(pairs)


def _unique_runs(words: Sequence[str], run: int) -> dict[tuple[str, ...], int]:
    places: dict[tuple[str, ...], int] = {}
    for place in range(len(words) - run + 1):
        key = tuple(words[place : place + run])
        places[key] = -1 if key in places else place
    return {key: place for key, place in places.items() if place >= 0}


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest selection of ``pairs``, which ascend by their first member, that ascends by the second too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, right) in enumerate(pairs):
        place = bisect_left(ends, right)
        before.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(right)
            last.append(number)
        else:
            ends[place], last[place] = right, number
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
