"""ScanCode's copyright grammar, without what it does in vain: its answers, in a fraction of the time.

``lines`` chooses the groups of lines that are looked at, ``words`` labels their words, ``rules`` make a tree of them; ScanCode reads
the statements off the tree. Lines, words, trees and groups repeat, in the licence of each package: what was found in one is
remembered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import attr

from licscan.detect.copyright_grammar.letters import restored
from licscan.detect.copyright_grammar.lines import marked_groups
from licscan.detect.copyright_grammar.rules import Rules
from licscan.detect.copyright_grammar.scancode import cluecode
from licscan.detect.copyright_grammar.words import Words

__all__ = ["detections", "load", "restored"]

_MAX_GROUPS = 4_096
_USUAL = (
    "Copyright (c) 2009-2013, 2019 Jane Q. Doe <jane@example.invalid> (https://example.invalid/)",
    "Copyright 2014 Acme Inc. and other contributors. All rights reserved.",
)


class _Detector(cluecode.CopyrightDetector):  # type: ignore[misc]  # ScanCode's libraries are not typed
    """ScanCode's detector with another lexer and another parser."""

    def __init__(self) -> None:
        self.lexer = Words(cluecode.PATTERNS)
        self.parser = Rules(cluecode.GRAMMAR)


@cache
def _detector() -> _Detector:
    return _Detector()


def load() -> None:
    """Make the grammar ready, with the patterns and rules that nearly every notice asks for; doing so twice costs nothing."""
    for _ in detections(_USUAL, range(len(_USUAL))):
        pass


@lru_cache(maxsize=_MAX_GROUPS)
def _found_in(group: tuple[str, ...]) -> tuple[Any, ...]:
    """Return what stands in lines as ScanCode prepares them, numbered from 0."""
    return tuple(_detector().detect(numbered_lines=list(enumerate(group)), include_authors=False))


def detections(lines: Sequence[str], marked: Sequence[int], seconds: float = float("inf")) -> Iterator[Any]:
    """Yield what ``cluecode.copyrights.detect_copyrights_from_lines`` does for ``lines``, numbered from 1, without authors.

    ``marked`` are the lines around which statements are looked for, see ``marked_lines``; after ``seconds`` no more are.
    """
    deadline = time.monotonic() + seconds
    for group in marked_groups(lines, marked):
        numbers = [number + 1 for number, _ in group]
        for found in _found_in(tuple(prepared for _, prepared in group)):
            yield attr.evolve(found, start_line=numbers[found.start_line], end_line=numbers[found.end_line])
        if time.monotonic() > deadline:
            return
