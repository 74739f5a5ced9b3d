"""The search of a text for licences: as a whole, by its SPDX lines, word for word, and approximately, in this order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from licscan.detect.engine import flags
from licscan.detect.engine.alignment import Alignment, alignments
from licscan.detect.engine.hashing import Tokens, WindowHashes
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.match import EXACT, HASH, SEQUENCE, SPDX_ID, Match
from licscan.detect.engine.merge import merge
from licscan.detect.engine.query import Query, Run
from licscan.detect.engine.refine import refine
from licscan.detect.engine.rules import Rule, spdx_rule
from licscan.detect.engine.spans import Span, range_bits
from licscan.detect.engine.spdx import SpdxReader, declaration

# How many rules the whole text, and a run of it, are compared with at most.
_NEAR_DUPLICATES, _CANDIDATES = 10, 70
# A licence text of more words that is matched better than this is not searched for other rules.
_LONG_TEXT, _WELL_MATCHED = 120, 98
# So many stretches that a text has in common with rules are kept at once.
_STRETCHES = 1_000_000


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
                self._open[match.qspan.places()] = False
        return matches

    def _subtract(self, span: Span) -> None:
        self._query.searchable[span.places()] = -1

    def _is_open(self, start: int, end: int) -> bool:
        """Tell whether there is a legalese word left to match, in a stretch that is not only numbers; ``end`` is excluded."""
        query = self._query
        return bool(self._open[start:end].any()) and not query.vocabulary.digits[query.tokens[start:end]].all()

    def _spdx_lines(self) -> list[Match]:
        query = self._query
        matches = []
        # A text that says the same a hundred thousand times needs one rule for it.
        made: dict[tuple[str, bytes], Rule] = {}
        for row, start, end in query.spdx_rows:
            declared = declaration(query.text.rows[row].strip())
            expression = self._spdx.expression(declared)
            if not expression:
                continue
            length = end - start + 1
            high = query.high[start : end + 1]
            said = declared, high.tobytes()
            rule = made.get(said)
            if rule is None:
                rule = made[said] = spdx_rule(expression, declared, high)
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
        whole = Run(0, len(query.tokens) - 1)
        for numbers, alignment in self._alignments(query.tokens, near) if near else ():
            matches += self._matches(whole, numbers, alignment)
        for match in matches:
            self._subtract(match.qspan)
        return matches + self._of_runs(frozenset(near))

    def _of_runs(self, near: frozenset[int]) -> list[Match]:
        """Return the matches of all runs to the rules to which any can hold; those ``near`` have matches already, which may be joined."""
        matches: list[Match] = []
        aligned: list[tuple[Run, Sequence[int], Alignment]] = []
        stretches = 0
        for run in self._query.runs:
            searchable = self._query.searchable[run.start : run.end + 1]
            candidates = self._candidates_of(run, searchable)
            if not candidates:
                continue
            for numbers, alignment in self._alignments(searchable, candidates):
                stretches += len(alignment)
                aligned.append((run, numbers, alignment))
                if stretches > _STRETCHES:  # a text like no other: take what comes, and keep nothing
                    while aligned:
                        matches += self._matches(*aligned.pop(0))
        if stretches > _STRETCHES:
            return matches
        holding = near | self._knowledge.prefilter.holding(
            (run.start, numbers, alignment) for run, numbers, alignment in aligned
        )
        for run, numbers, alignment in aligned:
            if not holding.isdisjoint(numbers):
                matches += self._matches(run, numbers, alignment, holding)
        return matches

    def _candidates_of(self, run: Run, searchable: Tokens) -> list[int]:
        """Return the rules to align a run with."""
        high = (searchable >= 0) & self._query.high[run.start : run.end + 1]
        if not (high & self._open[run.start : run.end + 1]).any() or not self._is_open(run.start, run.end + 1):
            return []
        return self._knowledge.candidates.candidates(searchable, _CANDIDATES)

    def _alignments(self, searchable: Tokens, candidates: Sequence[int]) -> Iterator[tuple[Sequence[int], Alignment]]:
        rules = [self._knowledge.rules.tokens_of(number) for number in candidates]
        return alignments(searchable, candidates, rules, self._query.vocabulary.legalese)

    def _matches(
        self, run: Run, candidates: Sequence[int], alignment: Alignment, wanted: Collection[int] | None = None
    ) -> list[Match]:
        """Return the matches of a run to all candidates, or to those that are wanted; those to one rule are merged."""
        query, rules = self._query, self._knowledge.rules
        matches: list[Match] = []
        for which, number in enumerate(candidates):
            if wanted is not None and number not in wanted:
                continue
            rule = rules[number]
            of_rule: list[Match] = []
            start = 0
            while True:
                blocks = alignment.blocks(which, start)
                if not blocks:
                    break
                of_rule += [
                    Match(query, rule, Span.of_range(run.start + i, length), range_bits(j, length), SEQUENCE)
                    for i, j, length in blocks
                ]
                last = run.start + max(i + length for i, _, length in blocks) - 1
                # A quirk of ScanCode's: the place to go on from counts from the text's start, and is taken to count from the run's.
                start = last + 1
                if start >= run.end:
                    break
            matches += merge(of_rule)
        return matches
