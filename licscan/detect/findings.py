"""What a detector finds, put into the words of the domain.

It reads the objects of ScanCode's detection by shape, so that any engine that gives the same objects can use it,
and loads nothing of ScanCode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.same_words import edges_of
from licscan.detect.expressions import in_spdx, join_with_and
from licscan.detect.long_texts import with_bounded_texts
from licscan.detect.surroundings import unread_tags, with_surroundings

# How much of a file is kept around a match, for whoever must judge it without the file.
CONTEXT_LINES = 3
CONTEXT_LENGTH = 2_000

_KINDS = ("intro", "clue", "text", "notice", "reference", "tag")


class FoundRule(Protocol):
    """ScanCode's ``Rule``; its ``is_license_*`` flags tell the kind."""

    identifier: str
    license_expression: str
    relevance: int
    referenced_filenames: Sequence[str]

    @property
    def rule_url(self) -> str | None: ...


class FoundMatch(Protocol):
    """ScanCode's ``LicenseMatch``."""

    rule: Any
    start_line: int
    end_line: int
    matcher: str
    qspan: Any

    def score(self) -> float: ...
    def coverage(self) -> float: ...
    def len(self) -> int: ...
    def matched_text(self, *, whole_lines: bool, highlight: bool) -> str: ...


class FoundDetection(Protocol):
    """ScanCode's ``LicenseDetection``; without an expression its matches are mere clues."""

    license_expression: str | None
    license_expression_spdx: str | None
    identifier: str | None
    matches: Sequence[Any]
    detection_log: Sequence[str]

    def percentage_license_text_of_file(self, qspans: Sequence[Any]) -> float: ...


def matches_of(finding: FileFinding) -> list[Match]:
    """Return all matches of a file, clues among them."""
    return [*(match for detection in finding.detections for match in detection.matches), *finding.clues]


class Converter:
    """Turns what was found in one file into its ``FileFinding``.

    ``spdx_id`` gives the SPDX id of a ScanCode key. ``lines`` yields (line number, text) of the file, as ScanCode reads
    it; it is called once.
    """

    def __init__(
        self, path: str, spdx_id: Callable[[str], str], lines: Callable[[], Iterable[tuple[int, str]]]
    ) -> None:
        self._path = path
        self._spdx_id = spdx_id
        self._read_lines = lines
        self._lines: list[tuple[int, str]] | None = None

    def finding(self, detections: Sequence[FoundDetection]) -> FileFinding:
        """Return the finding of the file; ``detections`` are all of it, clues among them, in ScanCode's order."""
        numbered = self._numbered_lines()
        # A line feed inside a row, as a PDF can have it, is no end of a row.
        rows = [row.rstrip("\n").replace("\n", " ") for _, row in numbered]
        tags = [(line, row) for (line, _), row in zip(numbered, rows, strict=True) if "spdx" in row.lower()]
        if not detections:
            return FileFinding(path=self._path, cues=unread_tags(tags, ()))
        proper = [self._detection(found, found.license_expression) for found in detections if found.license_expression]
        clues = [match for found in detections if not found.license_expression for match in found.matches]
        expression = join_with_and(detection.expression for detection in proper)
        positions = [match.qspan for found in detections for match in found.matches]
        finding = FileFinding(
            path=self._path,
            expression=expression,
            expression_spdx=in_spdx(expression, self._spdx_id) if expression else None,
            detections=tuple(proper),
            clues=tuple(self._match(match) for match in clues),
            license_text_percent=float(detections[-1].percentage_license_text_of_file(positions)),
        )
        found = with_surroundings(finding, rows, [number for number, _ in numbered])
        found = replace(found, cues=(*found.cues, *unread_tags(tags, matches_of(found))))
        return with_bounded_texts(found, sum(map(len, rows)) + len(rows))

    def _detection(self, found: FoundDetection, expression: str) -> Detection:
        return Detection(
            expression=expression,
            expression_spdx=in_spdx(expression, self._spdx_id),
            identifier=found.identifier or "",
            matches=tuple(self._match(match) for match in found.matches),
            log=tuple(found.detection_log),
        )

    def _match(self, found: FoundMatch) -> Match:
        rule: FoundRule = found.rule
        # A match's expression can be any of the rule's objects that print as it.
        expression = str(rule.license_expression)
        text = found.matched_text(whole_lines=True, highlight=False)
        return Match(
            expression=expression,
            expression_spdx=in_spdx(expression, self._spdx_id),
            path=self._path,
            start_line=found.start_line,
            end_line=found.end_line,
            score=found.score(),
            coverage=found.coverage(),
            relevance=rule.relevance,
            matched_length=found.len(),
            matcher=found.matcher,
            rule_id=rule.identifier,
            rule_url=rule.rule_url,
            matched_text=text,
            edges=edges_of(text, found.matched_text(whole_lines=False, highlight=False)),
            context=self._context(found.start_line, found.end_line, text),
            kind=rule_kind(rule),
            references=tuple(rule.referenced_filenames or ()),
        )

    def _context(self, start: int, end: int, matched_text: str) -> str:
        return context_of(self._numbered_lines(), start, end, matched_text)

    def _numbered_lines(self) -> list[tuple[int, str]]:
        if self._lines is None:
            self._lines = list(self._read_lines())
        return self._lines


def rule_kind(rule: object) -> str:
    """Return what a ScanCode rule is a piece of, as ``Match.kind`` has it."""
    return next((kind for kind in _KINDS if getattr(rule, f"is_license_{kind}", False)), "")


def context_of(lines: Sequence[tuple[int, str]], start: int, end: int, matched_text: str) -> str:
    """Return the whole lines from ``CONTEXT_LINES`` before ``start`` to as many after ``end``, within ``CONTEXT_LENGTH``.

    Where that is too long, what is kept begins a little before the matched text.
    """
    before: list[str] = []
    after: list[str] = []
    for number, line in lines:
        if number > end + CONTEXT_LINES:
            break
        if number >= start - CONTEXT_LINES:
            (before if number < start else after).append(line.rstrip("\r\n"))
    text = "\n".join(before + after)
    if len(text) <= CONTEXT_LENGTH:
        return text
    match_starts = sum(map(len, before)) + len(before)
    first_words = matched_text[:80].split("\n")[0]
    found = text.find(first_words, match_starts) if first_words else -1
    anchor = found if found >= 0 else match_starts
    begin = max(0, min(anchor - CONTEXT_LENGTH // 4, len(text) - CONTEXT_LENGTH))
    return text[begin : begin + CONTEXT_LENGTH]
