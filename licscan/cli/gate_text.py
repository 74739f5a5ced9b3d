"""What the gate says on a terminal: one line when all is well, five lines at most for what must be mended."""

from __future__ import annotations

from collections.abc import Iterator

import click
from msgspec import Struct

from licscan.core.component import Component
from licscan.core.identity import evidence_digest
from licscan.core.issue import Issue, IssueLevel
from licscan.core.location import from_here
from licscan.core.result import Audit, Inventory
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import OWN_CODES, GoneFinding, SubjectKind, SuppressionKind, Violation

_SHOWN = 50  # findings; with more of them nobody reads on, and the reports have all
_WIDTH = 400
_SETTLE = (
    "nothing to mend? `licscan explain FILE:LINE --curation` (the detection is wrong) or `--waiver` (somebody "
    "answers for it) prints what to add to licscan.toml"
)


class Told(Struct, frozen=True, kw_only=True):
    """How the verdict is told. ``scope`` is what was checked, ``against`` with what it was compared, ``prefix`` stands
    before every path so that it can be opened."""

    scope: str
    against: str = ""
    prefix: str = ""
    older: int = 0  # findings that were there before and are only counted
    pointers: int = 0  # files whose content Git LFS keeps
    verbose: bool = False
    to_stderr: bool = False


def print_verdict(inventory: Inventory, audit: Audit, told: Told) -> None:
    """Print what must be mended, then one line with the verdict; that line alone when there is nothing."""
    for line in verdict_lines(inventory, audit, told):
        click.echo(line.encode("utf-8", "backslashreplace").decode(), err=told.to_stderr)


def verdict_lines(inventory: Inventory, audit: Audit, told: Told) -> Iterator[str]:
    """Yield the lines that are printed; none depends on the machine."""
    shown = [violation for violation in audit.violations if violation.violates or told.verbose]
    components = {component.id: component for component in inventory.components}
    for violation in shown[: None if told.verbose else _SHOWN]:
        yield from _finding(violation, audit, components, told)
    if len(shown) > _SHOWN and not told.verbose:
        yield f"and {plural(len(shown) - _SHOWN, 'more finding')}: --verbose or -o FORMAT=FILE has all"
    yield from _lapsed(audit, told)
    if any(violation.violates for violation in audit.violations):
        yield _SETTLE
    if told.verbose:
        yield from (_gone(each, told) for each in audit.gone_findings)
    unread = [issue for issue in inventory.issues if issue.level is IssueLevel.INCOMPLETE]
    if not audit.complete:
        yield from (line for issue in unread[:_SHOWN] for line in _issue(issue, told))
    yield _verdict(audit, told, len(unread))


def _finding(violation: Violation, audit: Audit, components: dict[str, Component], told: Told) -> Iterator[str]:
    subject = violation.subject
    licence = f": {one_line(violation.license_told, 120)}" if violation.license_told else ""
    yield f"{_place(violation, components, told)}: {violation.code}{licence} ({violation.severity.value})"
    version = (subject.id,) if subject.kind is SubjectKind.COMPONENT else ()
    remarks = (f"{label} {text}" for label, text in violation.remarks)
    note = "; ".join(visible(part) for part in (*version, *remarks))
    yield f"  {one_line(violation.message, _WIDTH)}{f' [{one_line(note, _WIDTH)}]' if note else ''}"
    digest = f"; evidence {evidence_digest(violation)}" if told.verbose else ""
    yield f"  policy {one_line(audit.policy.name, 100)}, rule {violation.rule} ({violation.source}){digest}"
    if violation.question:
        yield f"  asked: {one_line(violation.question, _WIDTH)}"
    yield f"  fix: {one_line(violation.how_to_fix, _WIDTH)}"


def _gone(each: GoneFinding, told: Told) -> str:
    what = f": {each.code}: {each.license or 'no licence'}" if each.code else ""
    return f"gone: {one_line(f'{from_here(told.prefix, each.path)}{what}', _WIDTH)}"


def _place(violation: Violation, components: dict[str, Component], told: Told) -> str:
    if violation.evidence:
        location = violation.evidence[0].location
    else:
        component = components.get(violation.subject.id)
        if component is None or not component.locations:
            return visible(violation.subject.path or violation.subject.name)
        location = component.locations[0]
    line = f":{location.start_line}" if location.start_line else ""
    return visible(f"{from_here(told.prefix, location.path)}{line}")


def _lapsed(audit: Audit, told: Told) -> Iterator[str]:
    """Waivers and corrections that do not hold are told whatever fails: one line each."""
    if told.verbose:
        return
    for violation in audit.violations:
        if violation.code in OWN_CODES and not violation.violates:
            place = from_here(told.prefix, str(violation.evidence[0].location))
            yield f"{visible(place)}: {violation.code}: {one_line(violation.message, _WIDTH)}"


def _issue(issue: Issue, told: Told) -> Iterator[str]:
    place = f"{visible(told.prefix + str(issue.location))}: " if issue.location else ""
    yield f"{place}{issue.code.value}: {one_line(issue.message, _WIDTH)}"
    if issue.hint:
        yield f"  {one_line(issue.hint, _WIDTH)}"


def _verdict(audit: Audit, told: Told, unread: int) -> str:
    violating = sum(violation.violates for violation in audit.violations)
    counted = [
        (len(audit.violations) - violating, "to look at (--verbose)"),
        (told.older + _count(audit, SuppressionKind.BEFORE), "there before"),
        (_count(audit, SuppressionKind.BASELINE), "in the baseline"),
        (audit.gone, "gone"),
        (_count(audit, SuppressionKind.WAIVER), "waived"),
        (sum(each.applied for each in audit.corrections), "corrected"),
        (told.pointers, "in Git LFS, not looked into"),
    ]
    rest = "".join(f", {count:,} {what}" for count, what in counted if count)
    scope = f"{told.scope} against {told.against}" if told.against else told.scope
    if violating:
        verb = "violates" if violating == 1 else "violate"
        return (
            f"licscan: {plural(violating, 'finding')} {verb} policy {one_line(audit.policy.name, 100)}: {scope}{rest}"
        )
    if not audit.complete:
        return f"licscan: incomplete: {plural(unread, 'thing')} could not be looked at: {scope}{rest}"
    return f"licscan: policy met: {scope}{rest}"


def _count(audit: Audit, kind: SuppressionKind) -> int:
    return sum(each.kind is kind for each in audit.suppressed)
