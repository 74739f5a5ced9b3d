"""What holds for every report that people read, whatever its format."""

from __future__ import annotations

import re
import unicodedata

import pytest
from msgspec.structs import replace

from licscan.core.issue import Issue, IssueCode
from licscan.core.message import say
from licscan.report import csv, html, json, markdown, table
from licscan.report.base import Reporter, ReportInput
from tests.report import samples
from tests.report.golden import assert_golden, written

READABLE: tuple[Reporter, ...] = (html, markdown, table, csv)
ALL: tuple[Reporter, ...] = (*READABLE, json)
SAMPLES = {"sample": samples.sample(), "clean": samples.clean(), "empty": samples.empty()}

every_format = pytest.mark.parametrize("reporter", ALL, ids=lambda reporter: str(reporter.NAME))
every_readable = pytest.mark.parametrize("reporter", READABLE, ids=lambda reporter: str(reporter.NAME))
every_sample = pytest.mark.parametrize("name", SAMPLES)


@every_format
@every_sample
def test_a_report_is_as_it_was_accepted(reporter: Reporter, name: str, update_golden: bool) -> None:
    assert_golden(f"report/{name}/{reporter.FILE_NAME}", written(reporter, SAMPLES[name]), update=update_golden)


@every_format
def test_the_same_result_gives_the_same_bytes(reporter: Reporter) -> None:
    assert written(reporter, samples.sample()) == written(reporter, samples.sample())


@every_format
def test_nothing_in_a_report_controls_a_terminal_or_turns_text_round(reporter: Reporter) -> None:
    text = written(reporter, samples.sample()).decode()
    acting = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert acting <= {"\n", "\r"}
    assert ("\\u001b" if reporter is json else "\\x1b") in text
    assert "\\u202e" in text


@every_readable
def test_no_line_is_longer_than_what_it_tells(reporter: Reporter) -> None:
    """5,000 characters on one line of the scanned tree do not become a line of the report."""
    assert "x" * 300 not in written(reporter, samples.sample()).decode()


@every_readable
def test_every_finding_says_what_where_which_rule_and_how_to_fix(reporter: Reporter) -> None:
    report = samples.sample()
    text = plain(written(reporter, report).decode())
    for violation in report.audit.violations:
        if violation.id.startswith("hostile"):
            continue
        for told in (violation.code, violation.rule, violation.source, violation.how_to_fix, violation.question):
            assert plain(str(told or "")) in text


@pytest.mark.parametrize("reporter", (html, markdown, table), ids=lambda reporter: str(reporter.NAME))
def test_what_was_not_looked_at_is_told_with_the_reason(reporter: Reporter) -> None:
    text = plain(written(reporter, samples.sample()).decode())
    assert "incomplete" in text
    assert "data/dump.sql" in text
    assert plain("the file has 200 MB of text, the limit is 10 MB") in text
    assert "4,031" in text
    assert plain("installed packages: read as components") in text


@pytest.mark.parametrize("reporter", (html, markdown, table), ids=lambda reporter: str(reporter.NAME))
def test_matches_that_do_not_count_are_told_with_the_reason(reporter: Reporter) -> None:
    text = plain(written(reporter, samples.sample()).decode())
    assert "lib/compat.py:88" in text
    assert plain("the word 'gpl' is the name of a variable here") in text


@pytest.mark.parametrize("reporter", (html, markdown, table), ids=lambda reporter: str(reporter.NAME))
@pytest.mark.parametrize(
    ("report", "headline"),
    [(samples.sample(), "policy violated"), (samples.clean(), "policy met"), (samples.empty(), "scan incomplete")],
)
def test_the_verdict_comes_first(reporter: Reporter, report: ReportInput, headline: str) -> None:
    text = written(reporter, report).decode().lower()
    body = text[text.index("<main") :] if reporter is html else text
    assert body.index(headline) < 400


def plain(text: str) -> str:
    """Return ``text`` without markup, escapes and line breaks of its own format, to look for words in it."""
    text = re.sub(r"<[^>]*>|<!-- -->", "", text)
    for entity, character in (("&#39;", "'"), ("&#34;", '"'), ("&gt;", ">"), ("&lt;", "<"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.replace("\\_", "_").replace('""', '"').split())


def crowded() -> ReportInput:
    """Return the sample with more issues, suppressed statements, choices and skipped paths than a list shows."""
    report = samples.sample()
    inventory, audit = report.inventory, report.audit
    unread = Issue(code=IssueCode.CRASHED, message=say("the detector failed on this file"))
    conclusions = tuple(
        replace(conclusion, statements=conclusion.suppressed * 60) if conclusion.suppressed else conclusion
        for conclusion in audit.conclusions
    )
    violations = tuple(replace(v, how_to_fix=f"Mend {v.id}.", evidence=v.evidence * 11) for v in audit.violations)
    return replace(
        report,
        inventory=replace(inventory, issues=inventory.issues + (unread,) * 60, skipped=inventory.skipped[-1:] * 600),
        audit=replace(audit, choices=audit.choices * 60, conclusions=conclusions, violations=violations),
    )


@pytest.mark.parametrize(
    ("reporter", "told"),
    [
        (markdown, ["and 12 more", "and 10 more, all in the HTML report", "symbolic link: never followed: 600 files"]),
        (html, ["and 100 more paths, all listed", "and 12 more places, all listed", "60 choices", "60 matches"]),
        (table, ["600 symbolic link: never followed"]),
    ],
)
def test_a_list_that_is_cut_says_what_is_missing(reporter: Reporter, told: list[str]) -> None:
    text = plain(written(reporter, crowded()).decode())
    for part in told:
        assert part in text


@every_readable
def test_repairs_that_differ_are_told_with_each_finding(reporter: Reporter) -> None:
    text = plain(written(reporter, crowded()).decode())
    assert all(f"Mend {number}." in text for number in ("readline", "mystery", "hostile-1", "hostile-5"))
