"""Four hundred rules make a tree of labelled words, each of what the rules before it have left.

A rule is a regular expression over labels. Few of them fit a given text: those whose labels are not there are not asked, nor
compiled, and the others build a tree only where they change one, which the labels tell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pygmars.parse import Rule
from pygmars.tree import Tree

_MAX_SHAPES = 16_384
_ROOT = "ROOT"
_ELEMENT = re.compile(r"<([^<>]*)>\s*([?*+]?)")
_LABELS = re.compile(r"[A-Z0-9_|-]+")


class Rules:
    """Parses as ``pygmars.parse.Parser(grammar, loop=1)`` does."""

    def __init__(self, grammar: str) -> None:
        self._lines = [line for text in grammar.splitlines() if (line := text.strip()) and not line.startswith("#")]
        self._needs = [needs_of(line) for line in self._lines]
        self._made: dict[int, Rule] = {}
        # Trees repeat, as licences do.
        self._next = lru_cache(maxsize=_MAX_SHAPES)(self._next_that_changes)
        self._fitting = lru_cache(maxsize=_MAX_SHAPES)(self._that_fit)

    def parse(self, tokens: Sequence[Any]) -> Any:
        tree = Tree(_ROOT, tokens)
        number = -1
        while (number := self._next(number + 1, tuple(piece.label for piece in tree))) < len(self._lines):
            tree = self._rule(number).parse(tree)
        return tree

    def _next_that_changes(self, start: int, labels: Sequence[str]) -> int:
        """Return the number of the first rule from ``start`` on that changes a tree with these labels."""
        fitting = self._fitting(frozenset(labels))
        joined = "".join(f"<{label}>" for label in labels)
        for number in fitting[bisect_left(fitting, start) :]:
            # A rule puts braces around what it matches, and takes out those around nothing.
            if self._rule(number)._transformer(joined).replace("{}", "") != joined:
                return number
        return len(self._lines)

    def _that_fit(self, labels: frozenset[str]) -> tuple[int, ...]:
        """Return the numbers of the rules of which every needed word can be one of ``labels``."""
        return tuple(number for number, needs in enumerate(self._needs) if not any(map(labels.isdisjoint, needs)))

    def _rule(self, number: int) -> Any:
        if number not in self._made:
            self._made[number] = Rule.from_string(self._lines[number], _ROOT)
        return self._made[number]


def needs_of(rule: str) -> tuple[frozenset[str], ...]:
    """Return, for each word that ``rule`` (``NAME: {<NNP|NN> <OF>? <COMP>+} # why``) cannot do without, the labels it may have.

    Of a rule with anything but words in a row nothing is said.
    """
    _, _, text = rule.partition(":")
    pattern = text.partition("#")[0].strip()
    if pattern.startswith("{") and pattern.endswith("}"):
        pattern = pattern[1:-1]
    if _ELEMENT.sub("", pattern).strip():
        return ()
    needs = (
        frozenset(labels.split("|"))
        for labels, often in _ELEMENT.findall(pattern)
        if often not in ("?", "*") and _LABELS.fullmatch(labels)
    )
    return tuple(dict.fromkeys(needs))
