"""One stretch of text matched to one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from licscan.detect.engine.spans import Span

if TYPE_CHECKING:
    from licscan.detect.engine.query import Query
    from licscan.detect.engine.rules import Rule

HASH, SPDX_ID, EXACT, SEQUENCE = "1-hash", "1-spdx-id", "2-aho", "3-seq"
ORDER = {HASH: 0, EXACT: 1, SPDX_ID: 2, SEQUENCE: 3}


class Match:
    """``qspan`` are positions of the text, ``ibits`` those of the rule; in order, they go together.

    The lines are those of when they were last set: like ScanCode, merging leaves them as they are.
    """

    __slots__ = (
        "end_line",
        "hilen",
        "ibits",
        "len",
        "matcher",
        "order",
        "qend",
        "qspan",
        "qstart",
        "query",
        "rule",
        "start_line",
    )

    def __init__(self, query: Query, rule: Rule, qspan: Span, ibits: int, matcher: str) -> None:
        self.query = query
        self.rule = rule
        self.matcher = matcher
        self.order = ORDER[matcher]
        self.start_line = 0
        self.end_line = 0
        self._take(qspan, ibits)

    def _take(self, qspan: Span, ibits: int) -> None:
        self.qspan = qspan
        self.ibits = ibits
        self.qstart = qspan.start
        self.qend = qspan.end
        self.len = len(qspan)
        self.hilen = (ibits & self.rule.high_bits).bit_count()

    def set_lines(self) -> None:
        self.start_line = self.query.line_of(self.qstart)
        self.end_line = self.query.line_of(self.qend)

    def absorb(self, other: Match) -> None:
        """Take in another match to the same rule."""
        self._take(self.qspan | other.qspan, self.ibits | other.ibits)
        if other.matcher not in self.matcher:
            self.matcher = f"{self.matcher} {other.matcher}"
            self.order = max(self.order, other.order)

    def aligned_with(self, other: Match) -> bool:
        """Tell whether both together have as many positions in the text as in the rule."""
        return len(self.qspan | other.qspan) == (self.ibits | other.ibits).bit_count()

    def surrounds(self, other: Match) -> bool:
        return self.qstart <= other.qstart and self.qend >= other.qend

    def is_after(self, other: Match) -> bool:
        """Tell whether this match lies behind the other, in the text and in the rule."""
        return self.qstart > other.qend and self.istart > other.iend

    @property
    def istart(self) -> int:
        return (self.ibits & -self.ibits).bit_length() - 1

    @property
    def iend(self) -> int:
        return self.ibits.bit_length() - 1

    def qmagnitude(self) -> int:
        """Return how many words of the text lie between the first and last matched one, unknown words after a matched one included."""
        return self.qspan.magnitude + self.query.unknowns_in(self.qspan)

    def is_continuous(self) -> bool:
        return self.len == self.qspan.magnitude == self.qmagnitude()

    def _coverage(self) -> float:
        return self.len / self.rule.length if self.rule.length else 0

    def coverage(self) -> float:
        """Return how much of the rule is matched, in per cent."""
        return round(self._coverage() * 100, 2)

    def score(self) -> float:
        relevance = self.rule.relevance / 100
        if not relevance:
            return 0
        query_coverage = self.len / self.qmagnitude()
        rule_coverage = self._coverage()
        if query_coverage < 1 and rule_coverage < 1:
            return round(rule_coverage * relevance * 100, 2)
        return round(query_coverage * rule_coverage * relevance * 100, 2)

    def qdensity(self) -> float:
        return self.len / self.qmagnitude()

    def idensity(self) -> float:
        return self.ibits.bit_count() / (self.iend - self.istart + 1)
