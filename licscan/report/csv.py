"""The findings as a table for spreadsheets: one row a finding, decision, AI model or thing not scanned, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from licscan.core.issue import Issue
from licscan.core.text import one_line, visible
from licscan.core.verdict import Correction, SubjectKind, Suppression, Violation
from licscan.report.base import ReportInput
from licscan.report.models import ModelView, model_views
from licscan.report.summary import left_out, not_looked_at, not_read, unresolved, worst_first

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
    "policy_digest",
)

_UNDECIDED = (None,) * 5
# The outcome of a row that is a model and no finding.
MODEL_ROW = "model"
# The outcomes of rows about what the findings cannot speak for: not scanned, dependencies of which nothing is known, content not
# read, left out on purpose.
INCOMPLETE_ROW, UNRESOLVED_ROW, NOT_READ_ROW, LEFT_OUT_ROW = "incomplete", "unresolved", "not-read", "left-out"
_MAX_PLACES = 20

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
    """Yield what counts, the worst first, then what does not count, and by whose word; then every AI model and dataset; then what
    nobody looked at, and why."""
    for violation in worst_first(report.audit.violations):
        yield (*_row(violation, violates=violation.violates), *_UNDECIDED)
    for each in report.audit.suppressed:
        yield (*_row(each.violation, violates=False), *_suppressed(each))
    for correction in report.audit.corrections:
        if correction.applied:
            yield _corrected(correction)
    for view in model_views(report.inventory, report.audit):
        yield _model(view)
    for issue in not_looked_at(report.inventory, report.audit):
        yield _unseen(INCOMPLETE_ROW, issue)
    for issue in unresolved(report.inventory):
        yield _unseen(UNRESOLVED_ROW, issue)
    for issue in not_read(report.inventory, report.audit):
        yield _unseen(NOT_READ_ROW, issue)
    for _, sentence in left_out(report.inventory, report.audit):
        yield _made({"violates": "no", "outcome": LEFT_OUT_ROW, "message": one_line(sentence, 2000)})


def _unseen(outcome: str, issue: Issue) -> Sequence[object]:
    place = issue.location
    return _made(
        {
            "violates": "no",
            "outcome": outcome,
            "code": issue.code.value,
            "subject": place.path if place else None,
            "path": place.path if place else None,
            "start_line": place.start_line if place else None,
            "message": one_line(str(issue.message), 2000),
            "how_to_fix": one_line(str(issue.hint or ""), 2000) or None,
        }
    )


def _made(cells: Mapping[str, object]) -> Sequence[object]:
    """Return the row with ``cells``; the others are empty."""
    return tuple(cells.get(column) for column in COLUMNS[:-2])


def _suppressed(each: Suppression) -> Sequence[object]:
    return each.kind.value, one_line(str(each.why), 2000), each.by, each.expires, each.location


def _corrected(correction: Correction) -> Sequence[object]:
    cells = {
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
    return _made(cells)


def _model(view: ModelView) -> Sequence[object]:
    """A model or dataset with its terms and the verdict: no finding, and nothing that counts."""
    model, classification = view.model, view.conclusion.classification if view.conclusion else None
    place = model.locations[0] if model.locations else None
    places = [f"{at.path}:{at.start_line}" if at.start_line else at.path for at in model.locations[:_MAX_PLACES]]
    terms = [
        f"{entry.spdx}: {', '.join(entry.terms)}{f' ({entry.note})' if entry.note else ''}" for entry in view.terms
    ]
    remarks = {
        "verdict": view.verdict,
        "where": ", ".join(places) + (" ..." if len(model.locations) > _MAX_PLACES else ""),
        "derives from": ", ".join(model.base_models),
        "datasets": ", ".join(model.datasets),
    }
    cells = {
        "violates": "no",
        "outcome": MODEL_ROW,
        "subject_kind": model.kind.value,
        "subject": model.id,
        "licence": classification.expression_spdx if classification else None,
        "class": classification.license_class.value if classification else "none",
        "path": place.path if place else None,
        "start_line": place.start_line if place else None,
        "end_line": place.end_line if place else None,
        "message": one_line("; ".join(terms) or "no terms of a model licence are on record for it", 2000),
        "question": one_line(" ".join(view.questions), 2000) or None,
        "remarks": "; ".join(f"{label}: {one_line(str(text), 2000)}" for label, text in remarks.items() if text),
    }
    return _made(cells)


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
        one_line(str(violation.message), 2000),
        one_line(str(violation.how_to_fix), 2000),
        violation.question and str(violation.question),
        "; ".join(f"{label}: {one_line(str(text), 2000)}" for label, text in violation.remarks),
        violation.source,
        violation.id,
    )
