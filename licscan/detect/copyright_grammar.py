"""ScanCode's copyright grammar, without what it does in vain: its answers, in a fraction of the time.

It tags every word with the first of over a thousand patterns that fits, and words repeat: what a word was is remembered. It
parses every group of lines that holds a year or an address: those without a mark of a statement are left out, since none is found
in them. Lines and groups of lines repeat, in the licence of each package: what was found in one is remembered. And a rule, of
which there are some four hundred, builds a tree anew even where it changes nothing: only those that change one are asked,
which the labels of its words tell.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

import attr
from pygmars.lex import Lexer
from pygmars.parse import Parser
from pygmars.tree import Tree

# Words that are remembered; the longest words, mostly data, are not worth it.
_MAX_WORDS = 100_000
_LONGEST_WORD = 100
_MAX_LINES = 16_384
_MAX_GROUPS = 4_096
_MAX_SHAPES = 16_384


def _late(module: str, name: str) -> Callable[..., Any]:
    """Return a function that gets at ``name`` of ``module`` when it is called."""
    return lambda *args, **kwargs: getattr(import_module(module), name)(*args, **kwargs)


def _load_grammar() -> Any:
    """Import ScanCode's grammar without two libraries that it loads for callers who have files to read: two thirds of the time."""
    stand_ins = []
    for name, function in (("bs4.dammit", "UnicodeDammit"), ("typecode", "get_type")):
        if name not in sys.modules:
            stand_ins.append(name)
            sys.modules[name] = ModuleType(name)
            setattr(sys.modules[name], function, _late(name, function))
    try:
        grammar = import_module("cluecode.copyrights")
    finally:
        for name in stand_ins:
            del sys.modules[name]
    for name in ("prepare_text_line", "is_candidate"):  # what they answer depends on the line alone
        setattr(grammar, name, lru_cache(maxsize=_MAX_LINES)(getattr(grammar, name)))
    return grammar


_grammar = _load_grammar()


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
        self._next = lru_cache(maxsize=_MAX_SHAPES)(self._next_that_changes)

    def parse(self, tokens: Sequence[Any]) -> Any:
        tree = Tree(self._root, tokens)
        number = -1
        while (number := self._next(number + 1, _labels(tree))) < len(self._rules):
            tree = self._rules[number][0].parse(tree)
        return tree

    def _next_that_changes(self, start: int, labels: str) -> int:
        """Return the number of the first rule from ``start`` on that changes a tree with these labels."""
        for number in range(start, len(self._rules)):
            if self._rules[number][1](labels).replace("{}", "") != labels:
                return number
        return len(self._rules)


def _labels(tree: Any) -> str:
    return "".join(f"<{piece.label}>" for piece in tree)


@cache
def _detector() -> Any:
    detector = _grammar.CopyrightDetector()
    detector.lexer = _RememberingLexer(_grammar.PATTERNS)
    detector.parser = _PatientParser(detector.parser)
    return detector


def load() -> None:
    """Make the grammar ready; doing so twice costs nothing."""
    _detector()


@lru_cache(maxsize=_MAX_GROUPS)
def _found_in(group: tuple[str, ...]) -> tuple[Any, ...]:
    """Return what stands in lines as ScanCode prepares them, numbered from 0."""
    return tuple(_detector().detect(numbered_lines=list(enumerate(group)), include_authors=False))


def detections(
    lines: Sequence[tuple[int, str]], is_marked: Callable[[str], bool], seconds: float = float("inf")
) -> Iterator[Any]:
    """Yield what ``cluecode.copyrights.detect_copyrights_from_lines`` does for numbered ``lines`` without authors, within ``seconds``.

    ``is_marked`` tells lines that a statement can begin or end in; a group without one, as it is written or in
    the ASCII that ScanCode makes of it, is not looked at.
    """
    deadline = time.monotonic() + seconds
    marked = {number for number, line in lines if is_marked(line)}
    for group in _grammar.collect_candidate_lines(lines):
        if any(number in marked or is_marked(prepared) for number, prepared in group):
            numbers = [number for number, _ in group]
            for found in _found_in(tuple(prepared for _, prepared in group)):
                yield attr.evolve(found, start_line=numbers[found.start_line], end_line=numbers[found.end_line])
        if time.monotonic() > deadline:
            return
