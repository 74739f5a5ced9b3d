"""Rules, made when first touched."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from licscan.detect.engine import flags
from licscan.detect.engine.hashing import Tokens

if TYPE_CHECKING:
    from licscan.detect.engine.store import Array, Store

_NO_WORD = re.compile(r"[\W_]")


class Rule:
    """A text to look for, and what it says. ``flags`` are of ``engine.flags``; ``high_bits`` mark its legalese tokens."""

    def __init__(self, identifier: str, expression: str, length: int, flags: int) -> None:
        self.identifier = identifier
        self.expression = expression
        self.length = length
        self.flags = flags
        self.relevance = 100
        self.minimum_coverage = 0
        self.min_matched_length = 0
        self.min_high_matched_length = 0
        self.high_bits = 0
        self.url: str | None = None
        self.text = ""
        self.references: tuple[str, ...] = ()
        self.required_phrases: tuple[int, ...] = ()  # each as bits
        self.stopwords: dict[int, int] = {}  # token position -> how many stop words follow it

    @cached_property
    def has_unknown(self) -> bool:
        return "unknown" in self.expression

    @property
    def kind(self) -> str:
        """What the rule is a piece of, as ``Match.kind`` has it."""
        return next((name for bit, name in _KINDS if self.flags & bit), "")


_KINDS = (
    (flags.INTRO, "intro"),
    (flags.CLUE, "clue"),
    (flags.TEXT, "text"),
    (flags.NOTICE, "notice"),
    (flags.REFERENCE, "reference"),
    (flags.TAG, "tag"),
)


class Rules:
    """All rules of an index, by number."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[int, Rule] = {}
        self._names = store.table("rule_names")
        self._urls = store.table("rule_urls")
        self._texts = store.table("rule_texts")
        self._references = store.table("rule_references")
        self._expressions = store.table("expressions")
        self._expression = store.array("rule_expression")
        self.flags = store.array("rule_flags")
        self._relevance = store.array("rule_relevance")
        self.minimum_coverage = store.array("rule_minimum_coverage")
        self.min_matched = store.array("rule_min_matched_length")
        self._min_high_matched = store.array("rule_min_high_matched_length")
        self.required_phrases = store.array("rule_phrases"), store.array("rule_phrases_ends")
        self._stopwords = store.array("rule_stopwords"), store.array("rule_stopwords_ends")
        self.tokens: Tokens = store.array("rule_tokens")
        self.ends = store.array("rule_tokens_ends")
        self.starts = np.concatenate(([0], self.ends[:-1]))
        self.lengths = self.ends - self.starts
        self._legalese = int(store.array("legalese")[0])

    def tokens_of(self, number: int) -> Tokens:
        return self.tokens[self.starts[number] : self.ends[number]]

    def expression_number(self, number: int) -> int:
        """Return a number that equal licence expressions share."""
        return int(self._expression[number])

    def __getitem__(self, number: int) -> Rule:
        rule = self._made.get(number)
        if rule is None:
            rule = self._made[number] = self._make(number)
        return rule

    def _make(self, number: int) -> Rule:
        rule = Rule(
            self._names[number],
            self._expressions[int(self._expression[number])],
            int(self.lengths[number]),
            int(self.flags[number]),
        )
        rule.relevance = int(self._relevance[number])
        rule.minimum_coverage = int(self.minimum_coverage[number])
        rule.min_matched_length = int(self.min_matched[number])
        rule.min_high_matched_length = int(self._min_high_matched[number])
        rule.high_bits = bits_of(self.tokens_of(number) < self._legalese)
        rule.url = self._urls[number]
        rule.text = self._texts[number]
        references = self._references[number]
        rule.references = tuple(references.split("\n")) if references else ()
        phrases = _row(*self.required_phrases, number)
        rule.required_phrases = tuple(
            ((1 << end - start + 1) - 1) << start for start, end in zip(phrases[::2], phrases[1::2], strict=True)
        )
        stopwords = _row(*self._stopwords, number)
        rule.stopwords = dict(zip(stopwords[::2], stopwords[1::2], strict=True))
        return rule


def _row(values: Array, ends: Array, number: int) -> list[int]:
    start = int(ends[number - 1]) if number else 0
    row: list[int] = values[start : int(ends[number])].tolist()
    return row


def bits_of(mask: Array) -> int:
    """Return a number whose bit ``n`` is ``mask[n]``."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def spdx_rule(expression: str, text: str, high: Array) -> Rule:
    """Return the rule that ScanCode makes up for a line of ``SPDX-License-Identifier``; ``high`` marks its legalese tokens."""
    digest = hashlib.sha1(f"{expression!r}{text!r}".encode(), usedforsecurity=False).hexdigest()
    rule = Rule(f"spdx-license-identifier-{python_name(expression)}-{digest}", expression, len(high), flags.TAG)
    rule.high_bits = bits_of(high)
    return rule


def python_name(text: str) -> str:
    """Return ``text`` as part of a name in Python: in lower case, with an underscore for whatever is no letter or digit."""
    return _NO_WORD.sub("_", text.lower()).strip("_")
