"""The gate's output on a terminal: one line when the policy is met, at most five for each finding that must be fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
from msgspec import Struct

from licscan import __version__
from licscan.core.component import Component
from licscan.core.identity import evidence_digest
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location, from_here
from licscan.core.result import Audit, Inventory, lacking
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import OWN_CODES, GoneFinding, SubjectKind, SuppressionKind, Violation

_SHOWN = 50  # findings, those alike as one; with more of them nobody reads on, and the reports have all
_NAMED = 10  # components with the same finding
_WIDTH = 600
_SETTLE = (
    "nothing to fix? `licscan explain FILE:LINE --curation` (the detection is wrong) or `--waiver` (a person "
    "accepts it) prints what to add to the configuration"
)


class Presentation(Struct, frozen=True, kw_only=True):
    """How the verdict is presentation. ``scope`` is what was checked, ``against`` with what it was compared, ``prefix`` stands
    before every path so that it can be opened."""

    scope: str
    against: str = ""
    prefix: str = ""
    older: int = 0  # findings that were there before and are only counted
    pointers: int = 0  # files whose content Git LFS keeps
    baseline_of: str = ""  # the version of licscan that wrote the baseline; empty where there is none
    verbose: bool = False
    to_stderr: bool = False


def print_verdict(inventory: Inventory, audit: Audit, presentation: Presentation) -> None:
    """Print what must be fixed, then one line with the verdict; that line alone when there is nothing."""
    for line in verdict_lines(inventory, audit, presentation):
        click.echo(line.encode("utf-8", "backslashreplace").decode(), err=presentation.to_stderr)


def verdict_lines(inventory: Inventory, audit: Audit, presentation: Presentation) -> Iterator[str]:
    """Yield the lines that are printed; none depends on the machine."""
    shown = [violation for violation in audit.violations if violation.violates or presentation.verbose]
    components = {component.id: component for component in inventory.components}
    blocks = [[violation] for violation in shown] if presentation.verbose else _alike(shown, components)
    for block in blocks[: None if presentation.verbose else _SHOWN]:
        yield from _finding(block, audit, components, presentation)
    left = sum(map(len, blocks[_SHOWN:]))
    if left and not presentation.verbose:
        yield f"and {plural(left, 'more finding')}: --verbose or -o FORMAT=FILE has all"
    yield from _lapsed(audit, presentation)
    if any(violation.violates for violation in audit.violations):
        yield _SETTLE
    yield from _no_longer_present(audit, presentation)
    for issue in inventory.issues:
        if issue.code is IssueCode.CONFIGURATION_CHANGED:
            yield from _issue(issue, presentation)
    unread = lacking(inventory.issues, audit.completeness, audit.unresolved)
    not_read = sum(issue.level is IssueLevel.UNREAD for issue in inventory.issues)
    if presentation.verbose and audit.complete:
        yield from (
            line
            for issue in inventory.issues
            if issue.level is not IssueLevel.INCOMPLETE
            for line in _issue(issue, presentation)
        )
    if not audit.complete:
        yield from (line for issue in unread[:_SHOWN] for line in _issue(issue, presentation))
    lists = sum(issue.code is IssueCode.UNRESOLVED for issue in unread)
    yield _verdict(audit, presentation, (len(unread) - lists, lists), not_read if audit.complete else 0)


def _alike(shown: Sequence[Violation], components: Mapping[str, Component]) -> list[list[Violation]]:
    """Return the findings in their order, grouped where they share one place and one fix: a lockfile whose packages are not
    installed has as many as it has lines."""
    found: dict[object, list[Violation]] = {}
    for violation in shown:
        place, component = _location(violation, components), components.get(violation.subject.id)
        is_here = component is not None and component.directory is not None
        if violation.subject.kind is not SubjectKind.COMPONENT or place is None or is_here or violation.question:
            found[len(found)] = [violation]
        else:
            key = (place.path, violation.code, violation.rule, violation.expression, violation.how_to_fix)
            found.setdefault(key, []).append(violation)
    return list(found.values())


def _finding(
    block: Sequence[Violation], audit: Audit, components: Mapping[str, Component], presentation: Presentation
) -> Iterator[str]:
    violation, *others = block
    subject = violation.subject
    licence = f": {one_line(violation.license_label, 120)}" if violation.license_label else ""
    yield f"{_place(violation, components, presentation)}: {violation.code}{licence} ({violation.severity.value})"
    version = (subject.id,) if subject.kind is SubjectKind.COMPONENT else ()
    remarks = (f"{label} {text}" for label, text in violation.remarks)
    note = "; ".join(visible(part) for part in (*version, *remarks))
    yield f"  {one_line(str(violation.message), _WIDTH)}{f' [{one_line(note, _WIDTH)}]' if note else ''}"
    if others:
        names = ", ".join(_name(each, components) for each in others[:_NAMED])
        more = f" and {len(others) - _NAMED:,} more (--verbose)" if len(others) > _NAMED else ""
        yield f"  and {len(others):,} alike: {one_line(names, _WIDTH)}{more}"
    digest = f"; evidence {evidence_digest(violation)}" if presentation.verbose else ""
    yield f"  policy {one_line(audit.policy.name, 100)}, rule {violation.rule} ({violation.source}){digest}"
    if violation.question:
        yield f"  asked: {one_line(str(violation.question), _WIDTH)}"
    yield f"  fix: {one_line(str(violation.how_to_fix), _WIDTH)}"


def _no_longer_present(audit: Audit, presentation: Presentation) -> Iterator[str]:
    """Yield a line for each known finding that is gone: on request, and always after an upgrade of licscan."""
    upgraded = bool(presentation.baseline_of) and presentation.baseline_of != __version__
    if audit.gone_findings and upgraded:
        yield (
            f"the baseline was written by licscan {one_line(presentation.baseline_of, 40)}; under {__version__} these known findings are gone "
            "(review them, then run `licscan check --write-baseline`):"
        )
    if presentation.verbose or upgraded:
        yield from (_gone(each, presentation) for each in audit.gone_findings)


def _gone(each: GoneFinding, presentation: Presentation) -> str:
    what = f": {each.code}: {each.license or 'no licence'}" if each.code else ""
    return f"gone: {one_line(f'{from_here(presentation.prefix, each.path)}{what}', _WIDTH)}"


def _name(violation: Violation, components: Mapping[str, Component]) -> str:
    location = _location(violation, components)
    return f"{violation.subject.name}{f' (line {location.start_line})' if location and location.start_line else ''}"


def _place(violation: Violation, components: Mapping[str, Component], presentation: Presentation) -> str:
    location = _location(violation, components)
    if location is None:
        return visible(violation.subject.path or violation.subject.name)
    line = f":{location.start_line}" if location.start_line else ""
    return visible(f"{from_here(presentation.prefix, location.path)}{line}")


def _location(violation: Violation, components: Mapping[str, Component]) -> Location | None:
    if violation.evidence:
        return violation.evidence[0].location
    component = components.get(violation.subject.id)
    return component.locations[0] if component and component.locations else None


def _lapsed(audit: Audit, presentation: Presentation) -> Iterator[str]:
    """Waivers and corrections that do not hold are presentation whatever fails: one line each."""
    if presentation.verbose:
        return
    for violation in audit.violations:
        if violation.code in OWN_CODES and not violation.violates:
            place = from_here(presentation.prefix, str(violation.evidence[0].location))
            yield f"{visible(place)}: {violation.code}: {one_line(str(violation.message), _WIDTH)}"


def _issue(issue: Issue, presentation: Presentation) -> Iterator[str]:
    place = f"{visible(presentation.prefix + str(issue.location))}: " if issue.location else ""
    yield f"{place}{issue.code.value}: {one_line(str(issue.message), _WIDTH)}"
    if issue.hint:
        yield f"  {one_line(str(issue.hint), _WIDTH)}"


def _verdict(audit: Audit, presentation: Presentation, unread: tuple[int, int], not_read: int) -> str:
    """Return the last line; ``unread`` are how many things were not scanned, and the dependencies of how many manifests."""
    violating = sum(violation.violates for violation in audit.violations)
    counted = [
        (len(audit.violations) - violating, "to review (--verbose)"),
        (presentation.older + _count(audit, SuppressionKind.BEFORE), "there before"),
        (_count(audit, SuppressionKind.BASELINE), "in the baseline"),
        (audit.gone, "gone"),
        (_count(audit, SuppressionKind.WAIVER), "waived"),
        (sum(each.applied for each in audit.corrections), "corrected"),
        (presentation.pointers, "in Git LFS, not read"),
        (not_read, "not read (--verbose)"),
    ]
    rest = "".join(f", {count:,} {what}" for count, what in counted if count)
    scope = f"{presentation.scope} against {presentation.against}" if presentation.against else presentation.scope
    if violating:
        verb = "violates" if violating == 1 else "violate"
        return (
            f"licscan: {plural(violating, 'finding')} {verb} policy {one_line(audit.policy.name, 100)}: {scope}{rest}"
        )
    if not audit.complete:
        things, lists = unread
        gaps = [f"{plural(things, 'thing')} could not be read"] if things or not lists else []
        gaps += [f"dependencies of {plural(lists, 'manifest')} are unresolved"] if lists else []
        return f"licscan: incomplete: {', '.join(gaps)}: {scope}{rest}"
    return f"licscan: policy met: {scope}{rest}"


def _count(audit: Audit, kind: SuppressionKind) -> int:
    return sum(each.kind is kind for each in audit.suppressed)
