"""The search of a text for licences: as a whole, by its SPDX lines, word for word, and approximately, in this order."""

from __future__ import annotations

from collections.abc import Sequence

from licscan.detect.engine import flags
from licscan.detect.engine.alignment import Alignment
from licscan.detect.engine.hashing import Tokens, WindowHashes
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.match import EXACT, HASH, SEQUENCE, SPDX_ID, Match
from licscan.detect.engine.merge import merge
from licscan.detect.engine.query import Query, Run
from licscan.detect.engine.refine import refine
from licscan.detect.engine.rules import spdx_rule
from licscan.detect.engine.spans import Span, range_bits
from licscan.detect.engine.spdx import SpdxReader, declaration

# How many rules the whole text, and a run of it, are compared with at most.
_NEAR_DUPLICATES, _CANDIDATES = 10, 70
# A licence text of more words that is matched better than this is not searched for other rules.
_LONG_TEXT, _WELL_MATCHED = 120, 98


class Searcher:
    """Finds the rules that a text matches. It keeps what can be used again from one text to the next."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._spdx = SpdxReader(knowledge)

    def search(self, query: Query) -> list[Match]:
        """Return all matches, in order of place."""
        if not len(query.tokens):
            return []
        hashes = self._knowledge.exact.hashes(query.tokens)
        whole = self._whole(query, hashes)
        if whole is not None:
            whole.set_lines()
            return [whole]
        return _Search(self._knowledge, self._spdx, query, hashes).matches()

    def _whole(self, query: Query, hashes: WindowHashes) -> Match | None:
        number = self._knowledge.exact.whole(query.tokens, hashes)
        if number is None:
            return None
        rule = self._knowledge.rules[number]
        return Match(query, rule, Span.of_range(0, rule.length), range_bits(0, rule.length), HASH)


class _Search:
    """One text being searched."""

    def __init__(self, knowledge: Knowledge, spdx: SpdxReader, query: Query, hashes: WindowHashes) -> None:
        self._knowledge = knowledge
        self._spdx = spdx
        self._query = query
        self._hashes = hashes
        # Legalese words that no complete match accounts for.
        self._open = query.high.copy()

    def matches(self) -> list[Match]:
        query = self._query
        matches = self._account_for(merge(self._spdx_lines()))
        matches += self._account_for(merge(self._exact()))
        if self._is_open(0, len(query.tokens)):
            matches += merge(self._approximate())
        matches = refine(matches, query, drop_false_positives=False, join=True)
        matches = refine(matches, query, drop_false_positives=True, join=True)
        matches.sort(key=lambda match: match.qstart)
        return matches

    def _account_for(self, matches: list[Match]) -> list[Match]:
        for match in matches:
            rule, coverage = match.rule, match.coverage()
            if rule.flags & flags.TEXT and rule.length > _LONG_TEXT and coverage > _WELL_MATCHED:
                self._subtract(match.qspan)
            if coverage == 100:
                self._open[list(match.qspan)] = False
        return matches

    def _subtract(self, span: Span) -> None:
        self._query.searchable[list(span)] = -1

    def _is_open(self, start: int, end: int) -> bool:
        """Tell whether there is a legalese word left to match, in a stretch that is not only numbers; ``end`` is excluded."""
        query = self._query
        return bool(self._open[start:end].any()) and not query.vocabulary.digits[query.tokens[start:end]].all()

    def _spdx_lines(self) -> list[Match]:
        query = self._query
        matches = []
        for row, start, end in query.spdx_rows:
            declared = declaration(query.text.rows[row].strip())
            expression = self._spdx.expression(declared)
            if not expression:
                continue
            length = end - start + 1
            rule = spdx_rule(expression, declared, query.high[start : end + 1])
            span = Span.of_range(start, length)
            matches.append(Match(query, rule, span, range_bits(0, length), SPDX_ID))
            self._subtract(span)
        return matches

    def _exact(self) -> list[Match]:
        query, rules = self._query, self._knowledge.rules
        matches = []
        for start, number in self._knowledge.exact.occurrences(query.tokens, self._hashes):
            rule = rules[number]
            span = Span.of_range(start, rule.length)
            matches.append(Match(query, rule, span, range_bits(0, rule.length), EXACT))
        return refine(matches, query, drop_false_positives=False, join=False)

    def _approximate(self) -> list[Match]:
        query = self._query
        matches: list[Match] = []
        # Like ScanCode, compare the whole text as it was at first, whatever was matched since.
        near = self._knowledge.candidates.near_duplicates(query.tokens, _NEAR_DUPLICATES)
        if near:
            matches = self._aligned(Run(0, len(query.tokens) - 1), query.tokens, near)
            for match in matches:
                self._subtract(match.qspan)
        for run in query.runs:
            matches += self._of_run(run)
        return matches

    def _of_run(self, run: Run) -> list[Match]:
        searchable = self._query.searchable[run.start : run.end + 1]
        high = (searchable >= 0) & self._query.high[run.start : run.end + 1]
        if not (high & self._open[run.start : run.end + 1]).any() or not self._is_open(run.start, run.end + 1):
            return []
        candidates = self._knowledge.candidates.candidates(searchable, _CANDIDATES)
        return self._aligned(run, searchable, candidates)

    def _aligned(self, run: Run, searchable: Tokens, candidates: Sequence[int]) -> list[Match]:
        if not candidates:
            return []
        query, rules = self._query, self._knowledge.rules
        alignment = Alignment(searchable, [rules.tokens_of(number) for number in candidates], query.vocabulary.legalese)
        matches: list[Match] = []
        for which, number in enumerate(candidates):
            rule = rules[number]
            start = 0
            while True:
                blocks = alignment.blocks(which, start)
                if not blocks:
                    break
                matches += [
                    Match(query, rule, Span.of_range(run.start + i, length), range_bits(j, length), SEQUENCE)
                    for i, j, length in blocks
                ]
                last = run.start + max(i + length for i, _, length in blocks) - 1
                # A quirk of ScanCode's: the place to go on from counts from the text's start, and is taken to count from the run's.
                start = last + 1
                if start >= run.end:
                    break
        return merge(matches)
