"""ScanCode's copyright grammar, without what it does in vain: its answers, in a fraction of the time.

It tags every word with the first of some eight hundred patterns that fits, and words repeat: what a word was is remembered. And it
parses every group of lines that holds a year or an address: those without a mark of a statement are left out, since none is found
in them. The words of a group are written out once and again where a rule changed them, not for each of some four hundred rules.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from cluecode.copyrights import PATTERNS, CopyrightDetector, collect_candidate_lines
from pygmars.lex import Lexer
from pygmars.parse import Parser
from pygmars.tree import Tree

# Words that are remembered; the longest words, mostly data, are not worth it.
_MAX_WORDS = 100_000
_LONGEST_WORD = 100


class _RememberingLexer(Lexer):  # type: ignore[misc]  # ScanCode's libraries are not typed
    """Tags a word as the lexer would, which depends on nothing but the word."""

    def __init__(self, matchers: Sequence[tuple[str, str]]) -> None:
        super().__init__(matchers=matchers)
        self._labels: dict[str, str | None] = {}

    def lex_tokens(self, tokens: Iterable[Any], trace: bool = False) -> Iterator[Any]:
        for token in tokens:
            label = self._label(token.value)
            if label is not None:
                token.label = label
            yield token

    def _label(self, word: str) -> str | None:
        if word in self._labels:
            return self._labels[word]
        found = next((label for matches, label in self._matchers if matches(word)), None)
        if len(self._labels) < _MAX_WORDS and len(word) <= _LONGEST_WORD:
            self._labels[word] = found
        return found


class _PatientParser:
    """Parses as the parser that is passed in, whose rules are asked for a tree only where they change it."""

    def __init__(self, parser: Parser) -> None:
        # A rule puts braces around what it matches, and takes out those around nothing.
        self._rules = [(rule, rule._transformer) for rule in parser.rules]
        self._root = parser._root_label

    def parse(self, tokens: Sequence[Any]) -> Any:
        tree = Tree(self._root, tokens)
        labels = _labels(tree)
        for rule, transformed in self._rules:
            if transformed(labels).replace("{}", "") != labels:
                tree = rule.parse(tree)
                labels = _labels(tree)
        return tree


def _labels(tree: Any) -> str:
    return "".join(f"<{piece.label}>" for piece in tree)


@cache
def _detector() -> Any:
    detector = CopyrightDetector()
    detector.lexer = _RememberingLexer(PATTERNS)
    detector.parser = _PatientParser(detector.parser)
    return detector


def detections(
    lines: Sequence[tuple[int, str]], is_marked: Callable[[str], bool], seconds: float = float("inf")
) -> Iterator[Any]:
    """Yield what ``cluecode.copyrights.detect_copyrights_from_lines`` does for numbered ``lines`` without authors, within ``seconds``.

    ``is_marked`` tells lines that a statement can begin or end in; a group without one, as it is written or in
    the ASCII that ScanCode makes of it, is not looked at.
    """
    deadline = time.monotonic() + seconds
    marked = {number for number, line in lines if is_marked(line)}
    for group in collect_candidate_lines(lines):
        if any(number in marked or is_marked(prepared) for number, prepared in group):
            yield from _detector().detect(numbered_lines=group, include_authors=False)
        if time.monotonic() > deadline:
            return
