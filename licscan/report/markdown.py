"""The compliance report in Markdown, for a pull request or a file; scanned text can neither format, link nor notify."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from licscan.core.issue import Issue
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import Statement, Violation
from licscan.report import summary
from licscan.report.base import ReportInput
from licscan.report.models import ModelView, model_views

NAME = "markdown"
FILE_NAME = "report.md"

# Hosting services refuse comments of more than 65,536 characters; what does not fit is counted.
_BUDGET = 45_000
_LISTED = 50
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~$&]")
# What a hosting service makes into a notification or a link by itself, out of a backslash's reach.
_REFERENCE = re.compile(r"@|\\#|(?<=[a-z]):(?=//)|(?<=www)\.", re.IGNORECASE)


def write(report: ReportInput, stream: BinaryIO) -> None:
    parts = (_head, _findings, _decided, _classes, _models, _choices, _unread, _suppressed, _basis)
    text = "\n".join(line for part in parts for line in part(report))
    stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))


def prose(text: str, limit: int = 1000) -> str:
    """Return ``text`` on one line as Markdown that reads as it stands: no markup, no link, no mention."""
    return _REFERENCE.sub(r"\g<0><!-- -->", _SPECIAL.sub(r"\\\g<0>", one_line(text, limit)))


def code(text: str, limit: int = 300) -> str:
    """Return ``text`` as a code span that holds in a table too, whatever backticks and bars stand in it."""
    shown = visible(text[:limit]).replace("|", "\\x7c") + ("..." if len(text) > limit else "")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if "`" in shown or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _head(report: ReportInput) -> Iterator[str]:
    verdict = summary.verdict(report.inventory, report.audit)
    policy = report.audit.policy
    yield f"# {verdict.headline}: {prose(report.inventory.run.root)}"
    yield ""
    yield f"**{verdict.detail}**"
    yield ""
    yield f"Judged under the policy {code(policy.name)} ({prose(policy.title)})."


def _findings(report: ReportInput) -> Iterator[str]:
    groups = summary.group_by_rule(report.audit.violations)
    if not groups:
        return
    yield from ("", "## Findings")
    left = _BUDGET
    shown = 0
    for group in groups:
        if left < 0:
            break
        shared = len({violation.how_to_fix for violation in group.violations}) == 1
        head = _group_head(report, group, shared)
        yield from head
        left -= sum(map(len, head))
        for violation in group.violations:
            row = _row(violation, shared)
            left -= len(row)
            if left < 0:
                break
            yield row
            shown += 1
    if shown < len(report.audit.violations):
        rest = plural(len(report.audit.violations) - shown, "more finding")
        yield from ("", f"**{rest}** not shown here: the HTML report and the JSON result have them all.")


def _group_head(report: ReportInput, group: summary.FindingGroup, shared: bool) -> list[str]:
    lead = group.lead
    fix = ["", f"**How to fix:** {prose(str(lead.how_to_fix))}"] if shared else []
    return [
        "",
        f"### {code(lead.code)}: {plural(len(group.violations), 'finding')}",
        "",
        f"Decided by rule {code(lead.rule)} of policy {code(report.audit.policy.name)}, resting on {prose(lead.source)}.",
        *fix,
        "",
        "| | Severity | Where | Licence | What was found |",
        "|---|---|---|---|---|",
    ]


def _row(violation: Violation, shared: bool) -> str:
    told = [prose(str(violation.message))]
    told += (f"{label.capitalize()}: {prose(str(text))}" for label, text in violation.remarks)
    if violation.choice:
        told.append(f"Choice taken: {code(violation.choice)}.")
    if violation.question:
        told.append(f"**Question:** {prose(str(violation.question))}")
    if not shared:
        told.append(f"**How to fix:** {prose(str(violation.how_to_fix))}")
    where = str(violation.evidence[0].location) if violation.evidence else violation.subject.id
    cells = (
        "violates" if violation.violates else "to review",
        violation.severity.value,
        code(where),
        code(violation.expression_spdx) if violation.expression_spdx else "none",
        "<br>".join(told),
    )
    return f"| {' | '.join(cells)} |"


def _decided(report: ReportInput) -> Iterator[str]:
    decided = summary.decided(report.audit)
    known = summary.known_before(report.audit)
    if decided or known:
        yield from ("", "## Decided by people", "")
    for each in decided[:_LISTED]:
        until = f", until {code(each.until)}" if each.until else ""
        yield f"- {prose(each.what)}: {code(each.about)} {code(each.license)}: {prose(each.why)} ({prose(each.by)}{until}; {code(each.place)})"
    if len(decided) > _LISTED:
        yield f"- and {len(decided) - _LISTED:,} more, all in the HTML report and the JSON result"
    if known:
        yield f"- {plural(known, 'finding')} known before, not counted"


def _classes(report: ReportInput) -> Iterator[str]:
    yield from ("", "## Licences by class", "")
    yield "| Class | Projects | Components | Models | Files |"
    yield "|---|--:|--:|--:|--:|"
    for count in summary.class_counts(report.inventory, report.audit):
        if count.total:
            yield f"| {count.label} | {count.projects:,} | {count.components:,} | {count.models:,} | {count.files:,} |"


def _models(report: ReportInput) -> Iterator[str]:
    views = model_views(report.inventory, report.audit)
    if views:
        yield from ("", "## AI models and datasets", "")
        yield "| Model | Where | Licence | Class | Terms | Missing facts | Verdict |"
        yield "|---|---|---|---|---|---|---|"
    for view in views[:_LISTED]:
        yield f"| {' | '.join(_model_cells(view))} |"
    if len(views) > _LISTED:
        yield from ("", f"and {len(views) - _LISTED:,} more, all in the HTML report and the JSON result")


def _model_cells(view: ModelView) -> tuple[str, ...]:
    found = view.conclusion.classification if view.conclusion else None
    terms = "<br>".join(
        f"{prose(license_.name)}: {prose('; '.join((*license_.terms, *license_.shown)))}" for license_ in view.terms
    )
    places = [code(str(place)) for place in view.model.locations[:3]]
    more = len(view.model.locations) - len(places)
    base = f" from {', '.join(code(base) for base in view.model.base_models[:3])}" if view.model.base_models else ""
    return (
        code(view.model.name) + base,
        "<br>".join([*places, *([f"and {more:,} more"] if more else [])]) or "-",
        code(found.expression_spdx) if found else "none",
        summary.CLASS_LABELS[found.license_class if found else None],
        terms or "-",
        "<br>".join(prose(question) for question in view.questions) or "-",
        view.verdict,
    )


def _choices(report: ReportInput) -> Iterator[str]:
    choices = report.audit.choices
    if choices:
        yield from ("", "## Choices taken", "")
    for choice in choices[:_LISTED]:
        yield f"- {code(choice.subject.name)}: {code(choice.taken)}, of {code(choice.expression_spdx)}"
    if len(choices) > _LISTED:
        yield f"- and {len(choices) - _LISTED:,} more, all in the HTML report and the JSON result"


def _unread(report: ReportInput) -> Iterator[str]:
    unread, warnings = summary.not_looked_at(report.inventory, report.audit), summary.warnings(report.inventory)
    content = summary.not_read(report.inventory, report.audit)
    skipped = summary.skipped_by_reason(report.inventory)
    unresolved = summary.unresolved(report.inventory)
    if unread or unresolved or content or warnings or skipped or not report.audit.complete:
        yield from ("", "## Not scanned")
    if not report.audit.complete:
        yield from ("", "**The scan is incomplete:** what was not read may hide what would violate the policy.")
    yield from _issues(unread)
    if unresolved:
        yield from ("", "Unresolved dependencies:")
        yield from _issues(unresolved)
    if content:
        yield from ("", f"Content that was not read ({len(content):,}):")
        yield from _issues(content)
    if warnings:
        yield from ("", "Worth knowing:")
        yield from _issues(warnings)
    if skipped:
        yield from ("", "Left out on purpose:", "")
        for reason in skipped:
            yield f"- {prose(reason.reason)}: {plural(reason.count, 'file')}: {prose(summary.names_of(reason))}"


def _issues(issues: Sequence[Issue]) -> Iterator[str]:
    if not issues:
        return
    yield from ("", "| Where | What | What to do |", "|---|---|---|")
    for issue in issues[:_LISTED]:
        where = code(str(issue.location)) if issue.location else "-"
        yield f"| {where} | {code(issue.code.value)} {prose(str(issue.message))} | {prose(str(issue.hint or ''))} |"
    if len(issues) > _LISTED:
        yield from ("", f"and {len(issues) - _LISTED:,} more")


def _suppressed(report: ReportInput) -> Iterator[str]:
    by_reason = summary.suppressed_statements(report.audit)
    if by_reason:
        yield from ("", "## Matches that do not count")
    for reason, items in by_reason:
        heading = f"{summary.COMPOSITION_LABELS[reason]}: {plural(len(items), 'match', 'matches')}"
        yield from ("", f"<details><summary>{heading}</summary>", "")
        yield from (_statement(statement) for _, statement in items[:_LISTED])
        if len(items) > _LISTED:
            yield f"- and {len(items) - _LISTED:,} more, all in the HTML report and the JSON result"
        yield from ("", "</details>")


def _statement(statement: Statement) -> str:
    return f"- {code(str(statement.location))} {code(statement.expression)}: {prose(str(statement.explanation or ''))}"


def _basis(report: ReportInput) -> Iterator[str]:
    run = report.inventory.run
    stated = [
        f"{name} = {value}" for name, value in summary.stated_facts(report.audit.facts) if value != summary.NOT_STATED
    ]
    facts = ", ".join(code(fact) for fact in stated) or "none declared"
    yield from ("", "## Basis", "")
    yield f"- Facts: {facts}"
    yield f"- Read: {plural(len(report.inventory.files), 'file')}, {plural(len(report.inventory.components), 'component')}, {plural(len(report.inventory.models), 'AI model')}"
    yield f"- Policy: {code(report.audit.policy.name)}, digest {code(report.audit.policy.digest)}"
    yield f"- licscan {prose(run.tool_version)}, ScanCode {prose(run.rule_data)}, {prose(report.generated_at)}"
    yield "- This report is no legal advice."
