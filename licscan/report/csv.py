"""The findings as a table for spreadsheets: one row a finding or decision, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from licscan.core.marker import MARKER
from licscan.core.text import one_line, visible
from licscan.core.verdict import Correction, SubjectKind, Suppression, Violation
from licscan.report.base import ReportInput
from licscan.report.summary import worst_first

NAME = "csv"
FILE_NAME = "findings.csv"

# The format has no comments, so the mark of our own files is the name of the last column (the policy's digest).
COLUMNS = (
    "violates",
    "outcome",
    "severity",
    "code",
    "rule",
    "subject_kind",
    "subject",
    "scope",
    "licence",
    "class",
    "choice",
    "path",
    "start_line",
    "end_line",
    "message",
    "how_to_fix",
    "question",
    "remarks",
    "source",
    "id",
    "decided",
    "decided_why",
    "decided_by",
    "decided_until",
    "decided_at",
    "policy",
    MARKER,
)

_UNDECIDED = (None,) * 5

# A spreadsheet takes these for a formula at the start of a cell, and of what it takes for a cell where the
# separator is a semicolon; full-width forms too.
_FORMULA = re.compile(r"(^[\s'\"]*|;)(?=[=+\-@＝＋－＠])")


def write(report: ReportInput, stream: BinaryIO) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    policy = (report.audit.policy.name, report.audit.policy.digest)
    for row in _rows(report):
        writer.writerow([cell(value) for value in (*row, *policy)])
    stream.write(text.getvalue().encode("utf-8", "backslashreplace"))


def cell(value: object) -> str:
    """Return ``value`` as a spreadsheet may show it: an apostrophe stands before what would be a formula."""
    return _FORMULA.sub(r"\1'", visible("" if value is None else str(value)))


def _rows(report: ReportInput) -> Iterator[Sequence[object]]:
    """Yield what counts, the worst first, then what does not count, and by whose word."""
    for violation in worst_first(report.audit.violations):
        yield (*_row(violation, violates=violation.violates), *_UNDECIDED)
    for each in report.audit.suppressed:
        yield (*_row(each.violation, violates=False), *_suppressed(each))
    for correction in report.audit.corrections:
        if correction.applied:
            yield _corrected(correction)


def _suppressed(each: Suppression) -> Sequence[object]:
    return each.kind.value, one_line(each.why, 2000), each.by, each.expires, each.location


def _corrected(correction: Correction) -> Sequence[object]:
    told = dict.fromkeys(COLUMNS[:-2])
    told |= {
        "violates": "no",
        "subject_kind": SubjectKind.FILE.value,
        "subject": correction.path,
        "licence": correction.concluded,
        "path": correction.path,
        "message": f"detected as {correction.detected}",
        "decided": "correction",
        "decided_why": one_line(correction.why, 2000),
        "decided_by": correction.by,
        "decided_at": str(correction.location),
    }
    return tuple(told.values())


def _row(violation: Violation, *, violates: bool) -> Sequence[object]:
    subject = violation.subject
    place = violation.evidence[0].location if violation.evidence else None
    return (
        "yes" if violates else "no",
        violation.outcome.value,
        violation.severity.value,
        violation.code,
        violation.rule,
        subject.kind.value,
        subject.id,
        subject.scope.value,
        violation.expression_spdx,
        violation.license_class.value if violation.license_class else "none",
        violation.choice,
        place.path if place else subject.path,
        place.start_line if place else None,
        place.end_line if place else None,
        one_line(violation.message, 2000),
        one_line(violation.how_to_fix, 2000),
        violation.question,
        "; ".join(f"{label}: {one_line(text, 2000)}" for label, text in violation.remarks),
        violation.source,
        violation.id,
    )
