"""Findings as SARIF 2.1.0, for code scanning and editors: what the policy names, and nothing that it does not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from licscan.core.issue import Issue, IssueLevel
from licscan.core.location import Location
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import Correction, Suppression, SuppressionKind, Violation
from licscan.policy.codes import BY_CODE
from licscan.policy.reasons import REASONS
from licscan.report import summary
from licscan.report.annotation import Placer, fingerprint, level, sentence, uri
from licscan.report.base import ReportInput
from licscan.report.markdown import prose

NAME = "sarif"
FILE_NAME = "findings.sarif"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub shows 5,000 results of a run and refuses more than 25,000; of one result it shows 100 locations.
_MAX_RESULTS = 5_000
_MAX_LOCATIONS = 100
_MAX_ISSUES = 100
_KNOWN = (SuppressionKind.BASELINE, SuppressionKind.BEFORE)


def write(report: ReportInput, stream: BinaryIO) -> None:
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [_run(report)],
    }
    stream.write(json.dumps(document, indent=1, ensure_ascii=True).encode() + b"\n")


def _run(report: ReportInput) -> dict[str, Any]:
    active = summary.worst_first(report.audit.violations)[:_MAX_RESULTS]
    suppressed = report.audit.suppressed[: _MAX_RESULTS - len(active)]
    left_out = len(report.audit.violations) + len(report.audit.suppressed) - len(active) - len(suppressed)
    told = [*active, *(each.violation for each in suppressed)]
    rules = {violation.rule: number for number, violation in enumerate(_one_each(told))}
    placer = Placer(report.inventory, report.prefix)
    results = [_result(violation, rules, placer) | {"baselineState": "new"} for violation in active]
    results += [_result(each.violation, rules, placer) | _suppression(each, placer) for each in suppressed]
    return {
        "tool": {"driver": _driver(report, told)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "SRCROOT": {
                "description": {"text": "The top of the repository; the folder that was checked where there is none."}
            }
        },
        "invocations": [_invocation(report, left_out, placer)],
        "results": results,
        "properties": {"policy": visible(report.audit.policy.name), "policyDigest": report.audit.policy.digest},
    }


def _driver(report: ReportInput, told: Sequence[Violation]) -> dict[str, Any]:
    return {
        "name": "licscan",
        "version": report.inventory.run.tool_version,
        "rules": [_rule(report, violation) for violation in _one_each(told)],
    }


def _one_each(told: Iterable[Violation]) -> list[Violation]:
    """One finding of each rule, in order of appearance."""
    found: dict[str, Violation] = {}
    for violation in told:
        found.setdefault(violation.rule, violation)
    return list(found.values())


def _rule(report: ReportInput, violation: Violation) -> dict[str, Any]:
    entry = BY_CODE.get(violation.code)
    meaning = entry.description if entry else visible(violation.code)
    reason = REASONS.get(violation.code, meaning)
    decided = f"Rule {one_line(violation.rule)} of policy {one_line(report.audit.policy.name)}, resting on {one_line(violation.source)}."
    ask = "shows the text that was found beside the licence's."
    return {
        "id": visible(violation.rule),
        "name": visible(violation.code),
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": f"{meaning} {reason}"},
        "help": {
            "text": f"{meaning} {reason} {decided} licscan explain FILE:LINE {ask}",
            "markdown": "\n\n".join((f"**{meaning}**", reason, prose(decided), f"`licscan explain FILE:LINE` {ask}")),
        },
        "defaultConfiguration": {"level": level(violation)},
        "properties": {
            "tags": ["licence", "compliance", visible(violation.code)],
            "source": one_line(violation.source),
            "problem.severity": {"error": "error", "warning": "warning", "note": "recommendation"}[level(violation)],
        },
    }


def _result(violation: Violation, rules: Mapping[str, int], placer: Placer) -> dict[str, Any]:
    first, *others = [
        placer.place(violation),
        *(placer.at(item.location) for item in violation.evidence[1:_MAX_LOCATIONS]),
    ]
    found = {
        "ruleId": visible(violation.rule),
        "ruleIndex": rules[violation.rule],
        "level": level(violation),
        "message": {"text": sentence(violation)},
        "locations": [_location(first)],
        "fingerprints": {"licscan/v1": fingerprint(violation)},
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint(violation)[:32]}:1"},
        "properties": {
            "code": visible(violation.code),
            "licence": one_line(violation.expression_spdx or "none"),
            "severity": violation.severity.value,
            "subject": one_line(violation.subject.id),
        },
    }
    if others:
        found["relatedLocations"] = [_location(other) | {"id": number} for number, other in enumerate(others, 1)]
    return found


def _location(location: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(location.path), "uriBaseId": "SRCROOT"}}
    if location.start_line:
        physical["region"] = {"startLine": location.start_line, "endLine": location.end_line or location.start_line}
    return {"physicalLocation": physical}


def _suppression(each: Suppression, placer: Placer) -> dict[str, Any]:
    by = f" ({one_line(each.by)}, until {each.expires})" if each.by else ""
    told: dict[str, Any] = {"kind": "external", "status": "accepted", "justification": f"{one_line(str(each.why))}{by}"}
    if each.location:
        told["location"] = _location(placer.at(each.location))
    return {"suppressions": [told], "baselineState": "unchanged" if each.kind in _KNOWN else "new"}


def _invocation(report: ReportInput, left_out: int, placer: Placer) -> dict[str, Any]:
    notes = [_notification(issue, placer) for issue in report.inventory.issues[:_MAX_ISSUES]]
    unsaid = len(report.inventory.issues) - len(notes)
    for count, noun in ((left_out, "more finding"), (unsaid, "more thing")):
        if count > 0:
            notes.append({"level": "warning", "message": {"text": f"{plural(count, noun)} not told here."}})
    notes += [
        {"level": "note", "message": {"text": one_line(told, 500)}}
        for _, told in summary.left_out(report.inventory, report.audit)
    ]
    notes += [_correction(each, placer) for each in report.audit.corrections if each.applied]
    return {
        "executionSuccessful": report.audit.complete,
        "endTimeUtc": report.generated_at,
        "toolExecutionNotifications": notes,
    }


def _correction(each: Correction, placer: Placer) -> dict[str, Any]:
    """A correction takes a finding away without leaving one to suppress: it is told beside them."""
    text = f"{each.path} is taken to say {each.concluded or 'nothing'}, detected as {each.detected}: {each.why} ({each.by})"
    return {
        "level": "note",
        "message": {"text": one_line(text, 500)},
        "locations": [_location(placer.at(each.location))],
    }


def _notification(issue: Issue, placer: Placer) -> dict[str, Any]:
    told: dict[str, Any] = {
        "level": "error" if issue.level is IssueLevel.INCOMPLETE else "warning",
        "message": {"text": one_line(f"{issue.code.value}: {issue.message}", 500)},
    }
    if issue.location:
        told["locations"] = [_location(placer.at(issue.location))]
    return told
