"""What was found, in the words of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from licscan.core import finding as core
from licscan.core.same_words import edges_of
from licscan.detect.engine.detections import Group
from licscan.detect.engine.knowledge import Knowledge
from licscan.detect.engine.match import Match
from licscan.detect.engine.matched_text import matched_text, whole_lines_text
from licscan.detect.engine.query import Query
from licscan.detect.engine.spans import Span
from licscan.detect.expressions import in_spdx, join_with_and
from licscan.detect.findings import CONTEXT_LINES, context_of, matches_of
from licscan.detect.long_texts import with_bounded_texts
from licscan.detect.surroundings import unread_tags, with_surroundings


class FindingMaker:
    """Turns the groups of a text's matches into the finding of its file."""

    def __init__(self, knowledge: Knowledge) -> None:
        ids = knowledge.spdx_by_key
        self._in_spdx = lru_cache(maxsize=16_384)(lambda expression: in_spdx(expression, ids.__getitem__))

    def finding(self, path: str, query: Query, groups: Sequence[Group]) -> core.FileFinding:
        """Return the finding; ``groups`` are all of the text, in order."""
        rows = query.text.rows
        tags = [(query.text.line_of(row), rows[row]) for row, _, _ in query.spdx_rows]
        if not groups:
            return core.FileFinding(path=path, cues=unread_tags(tags, ()))
        detections = [self._detection(path, group, group.expression) for group in groups if group.expression]
        clues = [match for group in groups if not group.expression for match in group.matches]
        expression = join_with_and(detection.expression for detection in detections)
        found = core.FileFinding(
            path=path,
            expression=expression,
            expression_spdx=self._in_spdx(expression) if expression else None,
            detections=tuple(detections),
            clues=tuple(self._match(path, match) for match in clues),
            license_text_percent=_license_text_percent(query, groups),
        )
        found = with_surroundings(found, rows, query.text.lines)
        if tags:
            found = replace(found, cues=(*found.cues, *unread_tags(tags, matches_of(found))))
        return with_bounded_texts(found, sum(map(len, rows)) + len(rows))

    def _detection(self, path: str, group: Group, expression: str) -> core.Detection:
        return core.Detection(
            expression=expression,
            expression_spdx=self._in_spdx(expression),
            identifier=group.identifier,
            matches=tuple(self._match(path, match) for match in group.matches),
            log=group.log,
        )

    def _match(self, path: str, match: Match) -> core.Match:
        rule, text = match.rule, whole_lines_text(match)
        return core.Match(
            expression=rule.expression,
            expression_spdx=self._in_spdx(rule.expression),
            path=path,
            start_line=match.start_line,
            end_line=match.end_line,
            score=match.score(),
            coverage=match.coverage(),
            relevance=rule.relevance,
            matched_length=match.len,
            matcher=match.matcher,
            rule_id=rule.identifier,
            rule_url=rule.url,
            matched_text=text,
            edges=edges_of(text, matched_text(match)),
            context=_context(match, text),
            kind=rule.kind,
            references=rule.references,
        )


def _context(match: Match, text: str) -> str:
    source = match.query.text
    first, last = source.rows_of(match.start_line - CONTEXT_LINES, match.end_line + CONTEXT_LINES)
    rows = source.rows[max(0, first) : last]
    numbered = [(source.line_of(number), row) for number, row in enumerate(rows, max(0, first))]
    return context_of(numbered, match.start_line, match.end_line, text)


def _license_text_percent(query: Query, groups: Sequence[Group]) -> float:
    spans = [match.qspan for group in groups for match in group.matches]
    matched = spans[0]
    for span in spans[1:]:
        matched = Span.__or__(matched, span)
    return float(round(len(matched) / query.word_count() * 100, 2))
