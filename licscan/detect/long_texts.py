"""Matched texts within bounds: a match stands for whole lines, and a file of one line would be repeated with each of its matches."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from licscan.core.finding import FileFinding, Match

# The matched texts of a file may have so many characters for each of its own, and so many beside.
MOST_TIMES, MOST_BESIDE = 8, 256 * 1024
# Beyond that, longer texts are cut to the matched words and so many characters before and behind them.
_LONG, _AROUND = 1_000, 200

_WORD = re.compile(r"\w+")


def with_bounded_texts(finding: FileFinding, size: int) -> FileFinding:
    """Return ``finding``, for a text of ``size`` characters, with its matched texts within bounds.

    What is cut are words beside those that matched (``edges`` still say how many of them stand there), and the lines around them.
    """
    every = [*(match for detection in finding.detections for match in detection.matches), *finding.clues]
    if sum(len(match.matched_text) for match in every) <= MOST_TIMES * size + MOST_BESIDE:
        return finding
    return replace(
        finding,
        detections=tuple(
            replace(detection, matches=tuple(map(_cut, detection.matches))) for detection in finding.detections
        ),
        clues=tuple(map(_cut, finding.clues)),
    )


def _cut(match: Match) -> Match:
    text = match.matched_text
    if len(text) <= _LONG or match.edges == (0, 0):
        return match
    words = _words(text)
    before, after = match.edges
    if before + after >= len(words):
        return match
    first, last = before, len(words) - after - 1
    begin, end = words[first][0] - _AROUND, words[last][1] + _AROUND
    while first and words[first - 1][0] >= begin:
        first -= 1
    while last + 1 < len(words) and words[last + 1][1] <= end:
        last += 1
    cut = text[words[first][0] : words[last][1]]
    return replace(match, matched_text=cut, edges=(before - first, last - (len(words) - after - 1)), context="")


@lru_cache(maxsize=4)
def _words(text: str) -> list[tuple[int, int]]:
    """Return where the words of ``text`` begin and end; the matches of one line share it."""
    return [word.span() for word in _WORD.finditer(text)]
