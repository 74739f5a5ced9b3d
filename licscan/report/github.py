"""Findings as workflow commands of GitHub Actions, which it shows at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from licscan.core.issue import Issue
from licscan.core.text import one_line, plural, visible
from licscan.core.verdict import Violation
from licscan.report import summary
from licscan.report.annotation import Placer, level, sentence
from licscan.report.base import ReportInput

NAME = "github"
FILE_NAME = "annotations.txt"

# Of each kind a step may make so many annotations; what comes after is dropped without a word.
_MAX_OF_A_KIND = 10
_MAX_WHY = 150
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: ReportInput, stream: BinaryIO) -> None:
    text = "\n".join(_lines(report))
    stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))


def _lines(report: ReportInput) -> Iterator[str]:
    placer = Placer(report.inventory, report.prefix)
    used = dict.fromkeys(_COMMANDS, 0)
    left = 0
    unresolved = summary.unresolved(report.inventory)
    if summary.not_looked_at(report.inventory, report.audit) or not (report.audit.complete or unresolved):
        used["error"] += 1
        yield _incomplete(report, placer)
    for issue in unresolved[: _MAX_OF_A_KIND // 2]:
        kind = "error" if summary.is_gap(issue, report.audit) else "note"
        used[kind] += 1
        yield _unresolved(kind, issue, placer)
    for issue in summary.configuration_changes(report.inventory)[:_MAX_OF_A_KIND]:
        yield f"::notice title=licscan%3A configuration::{_data(one_line(str(issue.message), 1_000))}"
    content = summary.not_read(report.inventory, report.audit)
    if content:
        yield f"::notice title=licscan%3A not read::{_data(_not_read(content, placer))}"
    if left_out := "; ".join(sentence_of for _, sentence_of in summary.left_out(report.inventory, report.audit)):
        yield f"::notice title=licscan%3A left out::{_data(one_line(left_out, 4_000))}"
    for violation in summary.worst_first(report.audit.violations):
        kind = level(violation)
        # One place of each kind is kept for the count of the rest.
        if used[kind] >= _MAX_OF_A_KIND - 1:
            left += 1
            continue
        used[kind] += 1
        yield _command(kind, violation, placer)
    if left:
        yield f"::warning title=licscan::{_data(plural(left, 'more finding'))} in the step summary and the SARIF file"
    yield from _decided(summary.decided(report.audit), placer)


def _command(kind: str, violation: Violation, placer: Placer) -> str:
    place = placer.place(violation)
    line = f",line={place.start_line},endLine={place.end_line or place.start_line}" if place.start_line else ""
    title = ": ".join(filter(None, ("licscan", violation.code, violation.license_label)))
    given = f"file={_property(visible(place.path))}{line},title={_property(one_line(title, 120))}"
    return f"::{_COMMANDS[kind]} {given}::{_data(sentence(violation))}"


def _decided(decisions: Sequence[summary.Decided], placer: Placer) -> Iterator[str]:
    """Yield one annotation for all that people decided: it is never silent, and takes the place of no finding."""
    if not decisions:
        return
    told = [
        f"{each.about}: {each.what}, {each.license}: {one_line(each.why, _MAX_WHY)} ({each.by}; {placer.path(each.place)})"
        for each in decisions[:_MAX_OF_A_KIND]
    ]
    more = [f"and {len(decisions) - len(told):,} more"] if len(decisions) > len(told) else []
    yield f"::notice title=licscan%3A decided by people::{_data(one_line('; '.join((*told, *more)), 4_000))}"


def _unresolved(kind: str, issue: Issue, placer: Placer) -> str:
    """One line for all dependencies of a manifest of which nothing is known."""
    place = f"file={_property(visible(placer.path(issue.location.path)))}," if issue.location else ""
    return f"::{_COMMANDS[kind]} {place}title=licscan%3A unresolved::{_data(one_line(str(issue.message), 500))}"


def _incomplete(report: ReportInput, placer: Placer) -> str:
    unread = summary.not_looked_at(report.inventory, report.audit)
    first = f": {placer.at(unread[0].location) if unread[0].location else ''} {unread[0].message}" if unread else ""
    told = one_line(f"{plural(len(unread), 'thing')} could not be read{first}", 500)
    return f"::error title=licscan%3A incomplete::{_data(told)}"


def _not_read(content: Sequence[Issue], placer: Placer) -> str:
    named = [placer.path(issue.location.path) for issue in content[:_MAX_OF_A_KIND] if issue.location]
    more = f", and {len(content) - len(named):,} more" if len(content) > len(named) else ""
    return one_line(f"the content of {plural(len(content), 'file')} was not read: {', '.join(named)}{more}", 4_000)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
