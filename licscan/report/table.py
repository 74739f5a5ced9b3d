"""The compliance report as plain text: for a log, a mail, or a terminal without anything."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import BinaryIO

from licscan.core.issue import Issue
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import Violation
from licscan.report import summary
from licscan.report.base import ReportInput
from licscan.report.models import model_views

NAME = "table"
FILE_NAME = "report.txt"

_WIDTH = 100


def write(report: ReportInput, stream: BinaryIO) -> None:
    parts = (_head, _findings, _decided, _classes, _choices, _components, _models, _suppressed, _unread, _basis)
    text = "\n".join(line for part in parts for line in part(report))
    stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))


def _head(report: ReportInput) -> Iterator[str]:
    verdict = summary.verdict(report.inventory, report.audit)
    policy = report.audit.policy
    yield f"{verdict.headline.upper()}: {one_line(report.inventory.run.root, 100)}"
    yield verdict.detail
    yield f"Policy {one_line(policy.name)}: {one_line(policy.title)}"
    yield ""


def _findings(report: ReportInput) -> Iterator[str]:
    groups = summary.group_by_rule(report.audit.violations)
    if groups:
        yield from _title("Findings")
    for group in groups:
        lead = group.lead
        shared = len({violation.how_to_fix for violation in group.violations}) == 1
        yield f"{visible(lead.code)}: {plural(len(group.violations), 'finding')}"
        yield from _field("rule", f"{lead.rule} (policy {report.audit.policy.name}, {lead.source})")
        if shared:
            yield from _field("fix", str(lead.how_to_fix))
        for violation in group.violations:
            yield from _finding(violation, shared)
        yield ""


def _finding(violation: Violation, shared: bool) -> Iterator[str]:
    state = "violates" if violation.violates else "to review"
    licence = f"  {one_line(violation.license_label)}" if violation.license_label else ""
    where = str(violation.evidence[0].location) if violation.evidence else violation.subject.id
    yield f"  - {visible(where)}{licence}  ({violation.severity.value}, {state})"
    yield from _field("", str(violation.message))
    for label, remark in violation.remarks:
        yield from _field(label, str(remark))
    for label, text in (("choice", violation.choice), ("question", violation.question)):
        if text:
            yield from _field(label, str(text))
    if not shared:
        yield from _field("fix", str(violation.how_to_fix))


def _decided(report: ReportInput) -> Iterator[str]:
    decided = summary.decided(report.audit)
    if decided:
        yield from _title("Decided by people (they count as decided, not as found)")
    for each in decided:
        until = f", until {each.until}" if each.until else ""
        yield f"{visible(each.what)}: {visible(each.about)}, {one_line(each.license)}"
        yield from _field("", f"{each.why} ({each.by}{until}; {each.place})")
    if decided:
        yield ""
    known = summary.known_before(report.audit)
    if known:
        yield f"{plural(known, 'finding')} known before, not counted."
        yield ""


def _classes(report: ReportInput) -> Iterator[str]:
    yield from _title("Licences by class")
    yield f"{'class':<22}{'projects':>9}{'components':>12}{'models':>8}{'files':>10}"
    for count in summary.class_counts(report.inventory, report.audit):
        yield f"{count.label:<22}{count.projects:>9,}{count.components:>12,}{count.models:>8,}{count.files:>10,}"
    yield ""


def _choices(report: ReportInput) -> Iterator[str]:
    if not report.audit.choices:
        return
    yield from _title("Choices taken")
    for choice in report.audit.choices:
        yield f"{visible(choice.subject.name)}: {one_line(choice.taken)}, of {one_line(choice.expression_spdx)}"
    yield ""


def _components(report: ReportInput) -> Iterator[str]:
    views, _ = summary.component_views(report.inventory, report.audit)
    if views:
        yield from _title("Components")
    for view in views:
        classification = view.conclusion.classification if view.conclusion else None
        licence = one_line(classification.expression_spdx) if classification else "no licence"
        label = summary.CLASS_LABELS[classification.license_class if classification else None]
        version = f" {view.component.version}" if view.component.version else ""
        told = f"{licence} ({label.lower()})"
        if classification is None and view.component.unresolved:
            told = summary.UNRESOLVED.lower()
        yield f"{visible(view.component.name + version)}: {told}, {view.component.scope.value}"
    if views:
        yield ""


def _models(report: ReportInput) -> Iterator[str]:
    views = model_views(report.inventory, report.audit)
    if views:
        yield from _title("AI models and datasets")
    for view in views:
        found = view.conclusion.classification if view.conclusion else None
        licence = one_line(found.expression_spdx) if found else "no licence"
        label = summary.CLASS_LABELS[found.license_class if found else None]
        yield f"{visible(view.model.name)}: {licence} ({label.lower()}), {view.verdict}"
        yield from _field("where", ", ".join(str(place) for place in view.model.locations[:5]) or "nowhere")
        if view.model.base_models:
            yield from _field("base", " > ".join(view.model.base_models))
        for license_ in view.terms:
            yield from _field("terms", f"{license_.name}: {'; '.join(license_.terms) or 'none'}")
            yield from _field("shown", "; ".join(license_.shown)) if license_.shown else ()
        for question in view.questions:
            yield from _field("asks", question)
    if views:
        yield ""


def _suppressed(report: ReportInput) -> Iterator[str]:
    by_reason = summary.suppressed_statements(report.audit)
    if by_reason:
        yield from _title("Matches that do not count")
    for reason, items in by_reason:
        yield f"{summary.COMPOSITION_LABELS[reason]}: {plural(len(items), 'match', 'matches')}"
        for _, statement in items:
            yield f"  - {visible(str(statement.location))}  {one_line(statement.expression)}"
            yield from _field("", str(statement.explanation or ""))
        yield ""


def _unread(report: ReportInput) -> Iterator[str]:
    unread, warnings = summary.not_looked_at(report.inventory, report.audit), summary.warnings(report.inventory)
    content = summary.not_read(report.inventory, report.audit)
    unresolved = summary.unresolved(report.inventory)
    if unresolved:
        yield from _title("Unresolved dependencies")
        yield from (line for issue in unresolved for line in _field("", str(issue.message)))
        yield ""
    if unread:
        yield from _title("Not scanned (the scan is incomplete)")
        yield from (line for issue in unread for line in _issue(issue))
        yield ""
    if content:
        yield from _title("Content that was not read")
        yield from (line for issue in content for line in _issue(issue))
        yield ""
    if warnings:
        yield from _title("Worth knowing")
        yield from (line for issue in warnings for line in _issue(issue))
        yield ""
    if report.inventory.skipped:
        yield from _title("Left out on purpose")
        for reason in summary.skipped_by_reason(report.inventory):
            yield f"{reason.count:>9,}  {one_line(reason.reason)}"
            yield from _field("", summary.names_of(reason))
        yield ""


def _issue(issue: Issue) -> Iterator[str]:
    place = f"{visible(str(issue.location))}: " if issue.location else ""
    yield f"{place}{one_line(str(issue.message))} ({issue.code.value})"
    if issue.hint:
        yield from _field("", str(issue.hint))


def _basis(report: ReportInput) -> Iterator[str]:
    run = report.inventory.run
    yield from _title("Basis")
    for name, value in summary.stated_facts(report.audit.facts):
        yield f"{name:<26}{one_line(value)}"
    yield f"{'policy digest':<26}{one_line(report.audit.policy.digest)}"
    yield f"{'versions':<26}licscan {one_line(run.tool_version)}, ScanCode {one_line(run.rule_data)}"
    yield f"{'made at':<26}{one_line(report.generated_at)}"
    yield "This report is no legal advice."


def _title(text: str) -> Iterator[str]:
    yield from (text, "-" * len(text))


def _field(label: str, text: str) -> Iterator[str]:
    """Yield ``text`` wrapped under its label; a long word (a path) stays whole, to be copied."""
    prefix = f"    {label + ':' if label else '':<{10 if label else 0}}"
    yield from textwrap.wrap(
        one_line(text, 2000),
        width=_WIDTH,
        initial_indent=prefix,
        subsequent_indent=" " * len(prefix),
        break_long_words=False,
        break_on_hyphens=False,
    )
