"""Findings as JUnit XML: a test case for each finding, so that a build server shows them as failures."""

from __future__ import annotations

from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from licscan.core.issue import Issue
from licscan.core.text import one_line, visible
from licscan.core.verdict import Correction, Violation
from licscan.report import summary
from licscan.report.annotation import Placer, sentence
from licscan.report.base import ReportInput

NAME = "junit"
FILE_NAME = "junit.xml"

# Cases about content that was not read; the JSON result has all.
_MAX_NOT_READ = 100


def write(report: ReportInput, stream: BinaryIO) -> None:
    suite = _suite(report)
    suites = Element("testsuites", {key: suite.attrib[key] for key in ("tests", "failures", "errors", "skipped")})
    suites.append(suite)
    indent(suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    stream.write(head.encode() + tostring(suites, encoding="unicode").encode() + b"\n")


def _suite(report: ReportInput) -> Element:
    suite = Element("testsuite", {"name": f"licscan: {one_line(report.audit.policy.name)}"})
    placer = Placer(report.inventory, report.prefix)
    violations = summary.worst_first(report.audit.violations)
    for violation in violations:
        case = _case(suite, violation, placer)
        if violation.violates:
            failure = SubElement(
                case, "failure", {"type": violation.code, "message": one_line(str(violation.message), 500)}
            )
            failure.text = _details(violation, placer, report)
        else:
            SubElement(case, "system-out").text = _details(violation, placer, report)
    for each in report.audit.suppressed:
        by = f" ({each.by}, until {each.expires}; {placer.path(str(each.location))})" if each.by else ""
        SubElement(_case(suite, each.violation, placer), "skipped", {"message": one_line(f"{each.why}{by}", 500)})
    for correction in report.audit.corrections:
        if correction.applied:
            _corrected(suite, correction, placer)
    _issues(suite, report, placer)
    for reason, sentence_of in summary.left_out(report.inventory, report.audit):
        case = SubElement(suite, "testcase", {"classname": "licscan.left-out", "name": one_line(reason)})
        SubElement(case, "skipped", {"message": one_line(sentence_of, 500)})
    if not len(suite):
        SubElement(suite, "testcase", {"classname": "licscan", "name": "the policy is met"})
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("timestamp", report.generated_at.rstrip("Z"))
    return suite


def _case(suite: Element, violation: Violation, placer: Placer) -> Element:
    place = placer.place(violation)
    name = ": ".join(filter(None, (visible(violation.subject.name), violation.license_label)))
    given = {"classname": f"licscan.{violation.rule}", "name": one_line(name), "file": visible(place.path)}
    if place.start_line:
        given["line"] = str(place.start_line)
    return SubElement(suite, "testcase", given)


def _issues(suite: Element, report: ReportInput, placer: Placer) -> None:
    if not report.audit.complete:
        for issue in summary.not_looked_at(report.inventory, report.audit):
            _issue(suite, issue, placer, group="incomplete", is_error=True)
    for issue in summary.unresolved(report.inventory):
        _issue(suite, issue, placer, group="unresolved", is_error=summary.is_gap(issue, report.audit))
    told = (*summary.configuration_changes(report.inventory), *summary.not_read(report.inventory, report.audit))
    for issue in told[:_MAX_NOT_READ]:
        _issue(suite, issue, placer, group=issue.code.value, is_error=False)


def _issue(suite: Element, issue: Issue, placer: Placer, *, group: str, is_error: bool) -> None:
    place = placer.path(str(issue.location)) if issue.location else "the scan"
    case = SubElement(suite, "testcase", {"classname": f"licscan.{group}", "name": visible(place)})
    kind, attributes = ("error", {"type": issue.code.value}) if is_error else ("skipped", {})
    SubElement(case, kind, {**attributes, "message": one_line(str(issue.message), 500)})


def _corrected(suite: Element, each: Correction, placer: Placer) -> None:
    given = {"classname": "licscan.correction", "name": visible(each.path), "file": visible(placer.path(each.path))}
    taken = f"taken to say {each.concluded or 'nothing'}, detected as {each.detected}"
    told = one_line(f"{taken}: {each.why} ({each.by}; {placer.path(str(each.location))})", 500)
    SubElement(SubElement(suite, "testcase", given), "skipped", {"message": told})


def _details(violation: Violation, placer: Placer, report: ReportInput) -> str:
    decided = f"policy {report.audit.policy.name}, rule {violation.rule} ({violation.source})"
    return f"{visible(str(placer.place(violation)))}\n{sentence(violation)}\n{one_line(decided)}"
