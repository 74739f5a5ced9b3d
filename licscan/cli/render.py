"""The summary on the terminal: the verdict first, then what to fix, then what was found. Plain text when piped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from licscan.core.issue import Issue
from licscan.core.location import Location, from_here
from licscan.core.result import Audit, Inventory
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import Statement, Violation
from licscan.report import summary
from licscan.report.summary import VerdictState

_GROUPS = 10  # what fits on a screen or two; the reports have the rest
_PLACES = 5
_ISSUES = 10
_LEFT_OUT = 3

_TONES = {VerdictState.MET: "bold green", VerdictState.VIOLATED: "bold red", VerdictState.INCOMPLETE: "bold yellow"}


def summary_console(*, to_stderr: bool) -> Console:
    """The console of summaries: as wide as the terminal, unwrapped when piped so that lines can be searched."""
    return Console(stderr=to_stderr, soft_wrap=True, highlight=False)


def print_summary(
    console: Console,
    inventory: Inventory,
    audit: Audit,
    written: Sequence[Path],
    *,
    root: Path | None = None,
    verbose: bool = False,
) -> None:
    """Print what a developer needs next; all of it with ``verbose``, instead of the worst of it.

    ``written`` are the reports; ``root`` is put before every path, so that ``path:line`` can be opened from the
    working directory.
    """
    page = _Page(console, root, verbose)
    _print_verdict(page, inventory, audit)
    _print_findings(page, audit)
    _print_decided(page, audit)
    _print_classes(page, inventory, audit)
    _print_choices(page, audit)
    _print_unread(page, inventory, audit)
    if written:
        page.title("Reports")
        for path in written:
            page.place(str(path))


class _Page:
    """A console that prints scanned text as it stands: never as markup, never cut, never as an escape."""

    def __init__(self, console: Console, root: Path | None, verbose: bool) -> None:
        self._console = console
        self._verbose = verbose
        self._root = "" if root is None or root == Path() else f"{root.as_posix().rstrip('/')}/"

    def limit(self, count: int) -> int | None:
        """Return how many of a list are shown: ``None`` is all."""
        return None if self._verbose else count

    def title(self, text: str) -> None:
        self._console.print()
        self.line((text, "bold"))

    def line(self, *parts: tuple[str, str], indent: int = 0) -> None:
        """Print one line that the terminal may wrap, and no one else: paths and pipes stay whole."""
        text = Text(" " * indent)
        for part, style in parts:
            text.append(self._printable(part), style)
        self._console.print(text, soft_wrap=True)

    def prose(self, text: str, *, label: str = "", style: str = "", indent: int = 4) -> None:
        """Print a sentence, wrapped under its own indent on a terminal, on one line elsewhere."""
        shown = Text.assemble((label, "bold"), (self._printable(one_line(text, 1000)), style))
        if self._console.is_terminal:
            self._console.print(Padding(shown, (0, 0, 0, indent), expand=False), soft_wrap=False)
        else:
            self._console.print(Text(" " * indent) + shown, soft_wrap=True)

    def place(self, path: str, note: str = "", *, indent: int = 2) -> None:
        self.line((visible(path), "cyan"), (note, ""), indent=indent)

    def found_at(self, location: Location) -> str:
        line = f":{location.start_line}" if location.start_line else ""
        return f"{from_here(self._root, location.path)}{line}"

    def _printable(self, text: str) -> str:
        """Return ``text`` in characters that the output's encoding has."""
        encoding = self._console.encoding
        return visible(text).encode(encoding, "backslashreplace").decode(encoding)


def _print_verdict(page: _Page, inventory: Inventory, audit: Audit) -> None:
    verdict = summary.verdict(inventory, audit)
    page.line((verdict.headline, _TONES[verdict.state]), (f": {one_line(inventory.run.root, 100)}", ""))
    page.line((verdict.detail, ""))
    page.line((f"Policy {one_line(audit.policy.name, 100)}: {one_line(audit.policy.title, 200)}", "dim"))


def _print_findings(page: _Page, audit: Audit) -> None:
    groups = summary.group_alike(audit.violations)
    if groups:
        page.title("To fix")
    shown = groups[: page.limit(_GROUPS)]
    for group in shown:
        _print_group(page, group, audit.policy.name)
    left = groups[len(shown) :]
    if left:
        count = sum(len(group.violations) for group in left)
        page.line((f"and {plural(count, 'more finding')}: see the reports", "bold"), indent=2)


def _print_group(page: _Page, group: summary.FindingGroup, policy: str) -> None:
    lead = group.lead
    state, tone = ("violates", "bold red") if lead.violates else ("to review", "bold yellow")
    count = f", {plural(len(group.violations), 'finding')}" if len(group.violations) > 1 else ""
    page.line(
        (lead.code, tone),
        (f"  {one_line(lead.license_label, 120)}" if lead.license_label else "", ""),
        (f"  ({lead.severity.value}, {state}{count})", "dim"),
        indent=2,
    )
    page.prose(str(lead.message))
    places = list(_places(page, group.violations))
    shown = places[: page.limit(_PLACES)]
    for place in shown:
        page.place(place, indent=4)
    if len(places) > len(shown):
        page.line((f"and {plural(len(places) - len(shown), 'more place')}", "dim"), indent=4)
    for label, text in lead.remarks:
        page.prose(str(text), label=f"{label}: ")
    if lead.choice:
        page.prose(lead.choice, label="choice: ")
    if lead.question:
        page.prose(str(lead.question), label="question: ")
    page.prose(str(lead.how_to_fix), label="fix: ")
    page.prose(f"{lead.rule} of policy {policy}, resting on {lead.source}", label="rule: ", style="dim")


def _places(page: _Page, violations: Sequence[Violation]) -> Iterator[str]:
    """Yield where each finding stands: every place of a single one, the first place of each of many."""
    for violation in violations:
        locations = [evidence.location for evidence in violation.evidence]
        if not locations:
            yield violation.subject.id
        for location in locations if len(violations) == 1 else locations[:1]:
            yield page.found_at(location)


def _print_decided(page: _Page, audit: Audit) -> None:
    decided = summary.decided(audit)
    if decided:
        page.title("Decided by people")
    shown = decided[: page.limit(_ISSUES)]
    for each in shown:
        until = f", until {each.until}" if each.until else ""
        page.place(
            each.about, f"  {each.what}, {one_line(each.license)} ({one_line(each.by, 60)}{until}; {each.place})"
        )
    if len(decided) > len(shown):
        page.line((f"and {len(decided) - len(shown):,} more: see the reports", "bold"), indent=2)


def _print_classes(page: _Page, inventory: Inventory, audit: Audit) -> None:
    counts = [count for count in summary.class_counts(inventory, audit) if count.total]
    if not counts:
        return
    page.title("Licences by class")
    for count in counts:
        parts = (
            (count.projects, "project"),
            (count.components, "component"),
            (count.models, "model"),
            (count.files, "file"),
        )
        told = ", ".join(plural(number, noun) for number, noun in parts if number)
        page.line((f"{count.label:<20}", ""), (f"{count.total:>7,}", "bold"), (f"  {told}", "dim"), indent=2)


def _print_choices(page: _Page, audit: Audit) -> None:
    if audit.choices:
        page.title("Choices taken")
    shown = audit.choices[: page.limit(_PLACES)]
    for choice in shown:
        page.place(choice.subject.name, f"  {one_line(choice.taken)}, of {one_line(choice.expression_spdx)}")
    if len(audit.choices) > len(shown):
        page.line((f"and {len(audit.choices) - len(shown):,} more: see the reports", "bold"), indent=2)


def _print_unread(page: _Page, inventory: Inventory, audit: Audit) -> None:
    _print_issues(page, "Not scanned", summary.not_looked_at(inventory, audit))
    _print_issues(page, "Unresolved dependencies", summary.unresolved(inventory))
    _print_issues(page, "Content that was not read", summary.not_read(inventory, audit))
    _print_issues(page, "Worth knowing", summary.warnings(inventory))
    reasons = summary.skipped_by_reason(inventory)
    if reasons:
        page.title("Left out on purpose")
    for reason in reasons:
        page.line((f"{reason.count:>7,}", "bold"), (f"  {one_line(reason.reason)}", "dim"), indent=2)
        for entry in reason.entries[: page.limit(_LEFT_OUT)]:
            page.place(entry.path, "")
    _print_ignored(page, summary.between_marks(audit))


def _print_ignored(page: _Page, ignored: Sequence[Statement]) -> None:
    if ignored:
        page.title("Between the ignore marks of REUSE, and not counted")
    shown = ignored[: page.limit(_ISSUES)]
    for statement in shown:
        page.place(page.found_at(statement.location), f"  {one_line(statement.expression)}")
    if len(ignored) > len(shown):
        page.line((f"and {len(ignored) - len(shown):,} more: see the reports", "bold"), indent=2)


def _print_issues(page: _Page, title: str, issues: Sequence[Issue]) -> None:
    if issues:
        page.title(title)
    shown = issues[: page.limit(_ISSUES)]
    for issue in shown:
        if issue.location:
            page.place(page.found_at(issue.location), f"  {one_line(str(issue.message))}")
        else:
            page.line((one_line(str(issue.message)), ""), indent=2)
        if issue.hint:
            page.prose(str(issue.hint), style="dim")
    if len(issues) > len(shown):
        page.line((f"and {len(issues) - len(shown):,} more: see the reports", "bold"), indent=2)
