from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from licscan.cli.render import print_summary
from licscan.core.issue import Issue, IssueCode
from licscan.core.message import say
from licscan.report.base import ReportInput
from tests.report import samples
from tests.report.golden import assert_golden

SGR = re.compile(r"\x1b\[[0-9;]*m")
REPORTS = (Path("licscan-report/sbom.cdx.json"), Path("licscan-report/report.html"))


def printed(
    report: ReportInput,
    *,
    terminal: bool = False,
    encoding: str = "utf-8",
    verbose: bool = False,
    root: Path | None = None,
) -> str:
    """Return what the summary writes to a pipe, or to a terminal of 100 columns."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    console = Console(file=stream, force_terminal=terminal or None, width=100 if terminal else None, soft_wrap=True)
    print_summary(console, report.inventory, report.audit, REPORTS, root=root, verbose=verbose)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.fixture(autouse=True)
def ordinary_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["sample", "clean", "empty"])
def test_the_summary_is_as_it_was_accepted(name: str, update_golden: bool) -> None:
    report = {"sample": samples.sample(), "clean": samples.clean(), "empty": samples.empty()}[name]
    assert_golden(f"report/{name}/summary.txt", printed(report).encode(), update=update_golden)


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (samples.sample(), "Policy violated: shop"),
        (samples.clean(), "Policy met: tidy"),
        (samples.empty(), "Scan incomplete: shut"),
    ],
)
def test_the_verdict_comes_first(report: ReportInput, headline: str) -> None:
    assert printed(report).splitlines()[0] == headline
    assert SGR.sub("", printed(report, terminal=True)).splitlines()[0] == headline


def test_what_to_mend_comes_before_what_was_found_and_the_worst_comes_first() -> None:
    text = printed(samples.sample())
    order = [
        "Policy violated",
        "To fix",
        "critical",
        "llama2-mau",
        "llama2-osd",
        "Licences by class",
        "Not scanned",
        "Reports",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_a_finding_tells_code_place_rule_and_repair() -> None:
    text = printed(samples.sample())
    start = text.index("  llama2-mau")
    block = text[start : text.index("  llama2-osd")]
    assert "LicenseRef-scancode-llama-2-license-2023" in block
    assert "\n    models/llama/config.json\n" in block
    assert "question: How many monthly active users" in block
    assert "fix: Declare the figure: licscan scan --fact" in block
    assert "rule: llama2-mau of policy default, resting on report 3.2.2" in block


def test_places_can_be_opened_from_the_working_directory() -> None:
    text = printed(samples.sample(), root=Path("fixtures/shop"))
    assert "\n    fixtures/shop/third_party/readline/COPYING:1\n" in text
    assert "\n    third_party/readline/COPYING:1\n" in printed(samples.sample(), root=Path())


def test_a_pipe_gets_no_colour_no_boxes_and_no_wrapping() -> None:
    text = printed(samples.sample())
    assert text.isascii()
    assert "\x1b" not in text
    assert "fix: Replace it, move it out of what is distributed, or release the whole work under GPL-3.0-only." in text


def test_a_terminal_gets_colour_and_nothing_else_that_controls_it() -> None:
    text = printed(samples.sample(), terminal=True)
    assert "\x1b[1;31mPolicy violated" in text
    rest = SGR.sub("", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest)


def test_a_terminal_gets_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    codes = {code for found in SGR.findall(printed(samples.sample(), terminal=True)) for code in found[2:-1].split(";")}
    assert not codes & {str(number) for number in (*range(30, 50), *range(90, 108))}


@pytest.mark.parametrize("terminal", [True, False])
def test_markup_in_a_file_name_is_shown_and_not_obeyed(terminal: bool) -> None:
    text = SGR.sub("", printed(samples.sample(), terminal=terminal))
    assert "src/[bold red]x[/]:boom:[link=http://evil.example]y.py:3" in text
    assert "src/\\x1b[2J\\x1b]8;;http://evil.example\\x07click" in text


def test_an_output_that_cannot_show_a_character_gets_it_written_out() -> None:
    report = samples.clean()
    run = replace(report.inventory.run, root="naïve-项目")
    inventory = replace(report.inventory, run=run, files=(), findings=())
    shown = printed(ReportInput(inventory=inventory, audit=report.audit, generated_at=""), encoding="ascii")
    assert shown.startswith("Policy met: na\\xefve-\\u9879\\u76ee\n")


def test_many_findings_are_cut_and_counted_unless_all_are_wanted() -> None:
    report = samples.large(500)
    short, long = printed(report), printed(report, verbose=True)
    assert "and 495 more places" in short
    assert short.count("module_") < 10
    assert "more" not in long
    assert all(f"module_{number}.c:" in long for number in range(500))


def test_a_terminal_gets_sentences_wrapped_under_their_indent_and_paths_whole() -> None:
    lines = SGR.sub("", printed(samples.sample(), terminal=True)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("    fix: Replace it"))
    assert len(lines[start].rstrip()) <= 100
    assert lines[start + 1].startswith("    ")
    assert lines[start + 1].strip() == "GPL-3.0-only."
    folder = Path("a" * 120)
    assert (
        f"    {folder}/package-lock.json:44"
        in SGR.sub("", printed(samples.sample(), terminal=True, root=folder)).splitlines()
    )


def test_findings_of_one_rule_about_one_licence_are_told_together() -> None:
    report = samples.large(3)
    named = [replace(v, how_to_fix=f"Replace {v.subject.id}.") for v in report.audit.violations]
    other = replace(named[0], expression="agpl-3.0", expression_spdx="AGPL-3.0-only")
    audit = replace(report.audit, violations=(*named, other))
    text = printed(replace(report, audit=audit))
    assert text.count("reciprocity  ") == 2
    assert "reciprocity  GPL-3.0-only  (high, violates, 3 findings)" in text


def test_a_crowd_of_everything_is_cut_and_counted() -> None:
    report = samples.sample()
    issue = Issue(code=IssueCode.CRASHED, message=say("the detector failed"))
    rules = [
        replace(violation, rule=f"{violation.rule}-{n}") for n in range(3) for violation in report.audit.violations
    ]
    audit = replace(report.audit, choices=report.audit.choices * 8, violations=tuple(rules))
    crowd = replace(report, inventory=replace(report.inventory, issues=(issue,) * 14), audit=audit)
    text = printed(crowd)
    assert "\n  the detector failed\n" in text
    assert "and 4 more: see the reports" in text  # issues
    assert "and 3 more: see the reports" in text  # choices
    assert re.search(r"and \d+ more findings: see the reports", text)
    assert "see the reports" not in printed(crowd, verbose=True)
