"""Findings as a code quality report of GitLab, which it shows in the merge request."""

from __future__ import annotations

import hashlib
import json
from typing import Any, BinaryIO

from licscan.core.issue import Issue, IssueCode
from licscan.core.text import one_line, visible
from licscan.core.verdict import Severity, Violation
from licscan.report import summary
from licscan.report.annotation import Placer, fingerprint, sentence
from licscan.report.base import ReportInput

NAME = "gitlab"
FILE_NAME = "gl-code-quality-report.json"

_SEVERITIES = {
    Severity.INFO: "info",
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}

# Entries about content that was not read; the JSON result has all.
_MAX_NOT_READ = 100


def write(report: ReportInput, stream: BinaryIO) -> None:
    placer = Placer(report.inventory, report.prefix)
    entries = [_entry(violation, placer) for violation in summary.worst_first(report.audit.violations)]
    if not report.audit.complete:
        entries += [
            {
                "description": one_line(f"Not scanned: {issue.message}", 500),
                "check_name": f"licscan: {issue.code.value}",
                "fingerprint": f"{issue.code.value}:{visible(placer.path(issue.location.path))}",
                "severity": "critical",
                "location": {
                    "path": visible(placer.path(issue.location.path)),
                    "lines": {"begin": issue.location.start_line or 1},
                },
            }
            for issue in summary.not_looked_at(report.inventory, report.audit)
            if issue.location
        ]
    told = (
        *summary.unresolved(report.inventory),
        *summary.configuration_changes(report.inventory),
        *summary.not_read(report.inventory, report.audit),
    )
    entries += [_not_read(issue, placer) for issue in told[:_MAX_NOT_READ]]
    entries += [_left_out(reason, told) for reason, told in summary.left_out(report.inventory, report.audit)]
    entries += [_decision(each, placer) for each in summary.decided(report.audit)]
    stream.write(json.dumps(entries, indent=1, ensure_ascii=True).encode() + b"\n")


def _not_read(issue: Issue, placer: Placer) -> dict[str, Any]:
    """Content that the policy does not require, and dependencies that are unresolved: shown without a severity of their own."""
    path = visible(placer.path(issue.location.path)) if issue.location else "."
    return {
        "description": one_line(str(issue.message), 500),
        "check_name": f"licscan: {issue.code.value}",
        # The count of unresolved dependencies changes from run to run, and the line stays the same.
        "fingerprint": f"{issue.code.value}:{path}"
        + ("" if issue.code is IssueCode.UNRESOLVED else f":{visible(str(issue.message))}"),
        "severity": "info",
        "location": {"path": path, "lines": {"begin": 1}},
    }


def _left_out(reason: str, sentence_of: str) -> dict[str, Any]:
    """What was left out on purpose. The fingerprint is that of the reason: a merge request shows a new reason, and no new file."""
    return {
        "description": one_line(sentence_of, 1_000),
        "check_name": "licscan: left-out",
        "fingerprint": f"left-out:{visible(reason)}",
        "severity": "info",
        "location": {"path": ".", "lines": {"begin": 1}},
    }


def _decision(each: summary.Decided, placer: Placer) -> dict[str, Any]:
    """Shown where it is written: a merge request that adds a waiver says so."""
    path, _, line = placer.path(each.place).rpartition(":")
    told = f"{each.what}: {each.about}: {each.license}: {each.why} ({each.by})"
    digest = hashlib.sha256(f"{told} {each.until}".encode("utf-8", "backslashreplace")).hexdigest()
    return {
        "description": one_line(told, 1_000),
        "check_name": "licscan: decided by people",
        "fingerprint": digest,
        "severity": "info",
        "location": {
            "path": visible(path or each.place),
            "lines": {"begin": int(line) if path and line.isdigit() else 1},
        },
    }


def _entry(violation: Violation, placer: Placer) -> dict[str, Any]:
    place = placer.place(violation)
    return {
        "description": sentence(violation),
        "check_name": f"licscan: {violation.code}",
        "fingerprint": fingerprint(violation),
        "severity": _SEVERITIES[violation.severity],
        "location": {"path": visible(place.path), "lines": {"begin": place.start_line or 1}},
    }
