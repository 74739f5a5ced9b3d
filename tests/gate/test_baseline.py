"""Old debts: a baseline, waivers and corrections, from the command line."""

from __future__ import annotations

import json

import pytest

from licscan import __version__
from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, Check


@pytest.fixture
def indebted(project: Repository) -> Repository:
    """A project with two old findings."""
    project.write("app/one.py", GPL_NOTICE)
    project.write("app/two.py", GPL_NOTICE.replace("General", "Affero General"))
    project.commit()
    return project


def test_with_a_baseline_only_what_is_new_fails(indebted: Repository, check: Check) -> None:
    assert check().code is ExitCode.VIOLATED
    assert check("--write-baseline").code is ExitCode.MET
    done = check()
    assert (done.code, done.out) == (ExitCode.MET, "licscan: policy met: 5 files, 2 in the baseline\n")
    indebted.write("app/three.py", GPL_NOTICE)
    done = check()
    assert done.code is ExitCode.VIOLATED
    assert done.out.startswith("app/three.py:1: ")
    assert done.verdict.endswith("6 files, 2 in the baseline")


def test_it_tells_how_many_are_left_and_which_are_gone(indebted: Repository, check: Check) -> None:
    check("--write-baseline")
    (indebted.root / "app/one.py").unlink()
    assert check().out == "licscan: policy met: 4 files, 1 in the baseline, 1 gone\n"
    told = "gone: app/one.py: distribution-terms: GPL-3.0-or-later"
    assert told in check("--verbose").out.splitlines()
    check("-o", "json=result.json")
    (gone,) = json.loads((indebted.root / "result.json").read_text())["audit"]["gone_findings"]
    assert gone == {"path": "app/one.py", "code": "distribution-terms", "license": "GPL-3.0-or-later"}


def test_after_an_upgrade_known_findings_that_no_longer_apply_are_listed_by_name(
    indebted: Repository, check: Check
) -> None:
    check("--write-baseline")
    file = indebted.root / "licscan-baseline.json"
    (indebted.root / "app/one.py").unlink()
    own = f'"licscan": "{__version__}",\n '
    assert own in file.read_text()
    file.write_text(file.read_text().replace(own, ""))  # as licscan 0.1 wrote it
    heading, gone, verdict = check().out.splitlines()
    assert heading.startswith(f"the baseline was written by licscan 0.1; under {__version__} ")
    assert gone == "gone: app/one.py: distribution-terms: GPL-3.0-or-later"
    assert verdict.endswith("1 in the baseline, 1 gone")


def test_a_change_tells_which_old_findings_it_takes_away(indebted: Repository, check: Check) -> None:
    indebted.git("rm", "--quiet", "app/one.py")
    assert check("--staged").verdict.endswith("1 there before, 1 gone")
    assert "gone: app/one.py" in check("--staged", "--verbose").out.splitlines()


def test_a_moved_file_stays_known_and_another_licence_does_not(indebted: Repository, check: Check) -> None:
    check("--write-baseline")
    indebted.git("mv", "app/one.py", "app/moved.py")
    assert check().out == "licscan: policy met: 5 files, 2 in the baseline\n"
    indebted.write("app/moved.py", "# SPDX-License-Identifier: GPL-2.0-only\n")
    done = check()
    assert (done.code, done.out.splitlines()[0]) == (
        ExitCode.VIOLATED,
        "app/moved.py:1: distribution-terms: GPL-2.0-only (high)",
    )


def test_the_baseline_is_sorted_one_finding_a_line_and_names_no_machine(indebted: Repository, check: Check) -> None:
    check("--write-baseline")
    text = (indebted.root / "licscan-baseline.json").read_text()
    assert [each["path"] for each in json.loads(text)["findings"]] == sorted(
        (each["path"] for each in json.loads(text)["findings"]), key=lambda path: text.index(path)
    )
    assert len([line for line in text.splitlines() if '"key"' in line]) == 2
    assert str(indebted.root) not in text
    check("--write-baseline")
    assert (indebted.root / "licscan-baseline.json").read_text() == text


def test_a_baseline_counts_for_changes_too(indebted: Repository, check: Check) -> None:
    check("--write-baseline")
    indebted.git("rm", "--quiet", "--cached", "app/one.py")
    indebted.git("add", "licscan-baseline.json")
    indebted.git("commit", "--quiet", "--message", "x")
    indebted.git("add", "app/one.py")
    done = check("--staged")
    assert done.code is ExitCode.MET, done.out
    assert "1 in the baseline" in done.out


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"version": 1', '"version": 2', "written by a newer licscan"),
        ('"version": 1', '"version": 0', "written by an older licscan"),
        ('"findings"', '"found"', "this is not a baseline"),
        ("{", "[", "this is not a baseline"),
    ],
)
def test_a_baseline_that_cannot_be_read_is_told(
    indebted: Repository, check: Check, old: str, new: str, what: str
) -> None:
    check("--write-baseline")
    file = indebted.root / "licscan-baseline.json"
    file.write_text(file.read_text().replace(old, new, 1))
    done = check()
    assert done.code is ExitCode.USAGE
    assert what in done.err
    assert "licscan-baseline.json" in done.err


def test_a_baseline_that_is_asked_for_has_to_be_there(indebted: Repository, check: Check) -> None:
    done = check("--baseline", "nowhere.json")
    assert (done.code, "no such baseline" in done.err) == (ExitCode.USAGE, True)


def test_no_baseline_is_written_of_what_could_not_be_read(indebted: Repository, check: Check) -> None:
    indebted.write("app/huge.py", "word " * 500_000)
    done = check("--write-baseline", "--max-file-size", "1MB")
    assert done.code is ExitCode.USAGE
    assert not (indebted.root / "licscan-baseline.json").exists()


def test_a_report_is_not_left_out_in_silence_where_a_baseline_is_written(indebted: Repository, check: Check) -> None:
    done = check("--write-baseline", "-o", "json=result.json")
    assert (done.code, "a baseline is written, or a report" in done.err) == (ExitCode.USAGE, True)
    assert not (indebted.root / "licscan-baseline.json").exists()


def digest_of(check: Check, path: str) -> str:
    lines = check("--verbose").out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{path}:"))
    return next(line for line in lines[start:] if "evidence " in line).rpartition("evidence ")[2]


def waiver(evidence: str, expires: str = "2999-12-31") -> str:
    return f"""[[waiver]]
path = "app/one.py"
reason = "legal-approval"
comment = "looked at"
by = "A Lawyer"
expires = {expires}
approved = "GPL-3.0-or-later"
evidence = "{evidence}"
"""


def test_a_waiver_with_the_digest_that_check_prints_holds_and_is_counted(indebted: Repository, check: Check) -> None:
    indebted.write("licscan.toml", waiver(digest_of(check, "app/one.py")))
    done = check()
    assert done.code is ExitCode.VIOLATED
    assert "app/one.py" not in done.out
    assert done.verdict.endswith(", 1 waived")


def test_a_waiver_lapses_with_the_text_that_was_looked_at(indebted: Repository, check: Check) -> None:
    indebted.write("licscan.toml", waiver(digest_of(check, "app/one.py")))
    indebted.write("app/one.py", GPL_NOTICE.replace("This program", "This other program"))
    done = check()
    assert "app/one.py:1: distribution-terms" in done.out
    assert "licscan.toml:1: waiver-expired: " in done.out


def test_a_waiver_lapses_by_the_real_date_whatever_the_results_pretend(
    indebted: Repository, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    indebted.write("licscan.toml", waiver(digest_of(check, "app/one.py"), expires="2020-01-01"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1500000000")
    assert "its last day was 2020-01-01" in check().out


@pytest.mark.parametrize(
    ("old", "new", "line"), [('path = "app/one.py"', "path = app/one.py", 2), ('by = "A Lawyer"', 'by = ""', 5)]
)
def test_a_mistake_in_a_waiver_is_told_with_its_line_seen_from_here(
    indebted: Repository, check: Check, old: str, new: str, line: int
) -> None:
    indebted.write("licscan.toml", waiver("0" * 16).replace(old, new))
    indebted.git("add", "--all")
    for arguments in ([], ["--staged"]):
        done = check(*arguments)
        assert done.code is ExitCode.USAGE
        assert done.err.startswith(f"licscan: licscan.toml:{line}: ")


def test_what_is_told_of_waivers_and_corrections_names_no_licence(indebted: Repository, check: Check) -> None:
    indebted.write("licscan.toml", waiver("0" * 16).replace("app/one.py", "nowhere.py"))
    done = check("--verbose", "-o", "github=../github", "-o", "junit=../junit", "-o", "table=../table")
    assert "licscan.toml:1: waiver-unused (info)" in done.out.splitlines()
    assert "title=licscan%3A waiver-unused::Nothing needs" in (indebted.root.parent / "github").read_text()
    assert 'name="licscan.toml" file="licscan.toml" line="1"' in (indebted.root.parent / "junit").read_text()
    assert "  - licscan.toml:1  (info, to review)" in (indebted.root.parent / "table").read_text()


def test_a_correction_is_applied_and_listed(indebted: Repository, check: Check) -> None:
    indebted.write(
        "licscan.toml",
        '[[curation]]\npath = "app/one.py"\ndetected = "GPL-3.0-or-later"\nconcluded = "MIT"\nwhy = "a quotation"\nby = "me"\n',
    )
    done = check("-o", "markdown=../out.md", "-o", "github=../github")
    assert "app/one.py" not in done.out
    assert done.verdict.endswith(", 1 corrected")
    told = "app/one.py: corrected, MIT, detected as GPL-3.0-or-later: a quotation (me; licscan.toml:1)"
    assert told in (indebted.root.parent / "github").read_text()
    assert "corrected to MIT, detected as GPL-3.0-or-later: a quotation" in check("app/one.py", command="explain").out
    assert "corrected: `app/one.py`" in (indebted.root.parent / "out.md").read_text()


def test_decisions_in_pyproject_are_no_licences_of_pyproject(indebted: Repository, check: Check) -> None:
    block = waiver(digest_of(check, "app/one.py")).replace("[[waiver]]", "[[tool.licscan.waiver]]")
    correction = '[[tool.licscan.curation]]\npath = "app/two.py"\ndetected = "AGPL-3.0-or-later"\nconcluded = "MIT"\n'
    text = f'[tool.licscan]\noutbound = "MIT"\n\n{block}\n{correction}why = "a quotation"\nby = "me"\n'
    indebted.write("pyproject.toml", text)
    indebted.git("add", "--all")
    done = check()
    assert (done.code, done.out) == (ExitCode.MET, "licscan: policy met: 6 files, 1 waived, 1 corrected\n")
    assert check("--staged").code is ExitCode.MET
    reason = "does not count [names-no-licence]: it is in licscan's own configuration, which lists licences by name"
    assert reason in check("pyproject.toml", command="explain").out
    indebted.write("pyproject.toml", f'{text}\n[tool.other]\nlicense = "GPL-3.0-or-later"\n')
    indebted.git("add", "--all")
    for arguments in ([], ["--staged"]):
        done = check(*arguments)
        assert done.code is ExitCode.VIOLATED
        assert done.out.startswith("pyproject.toml:")


def test_a_change_in_what_a_waiver_covers_is_judged_by_the_staged_configuration(
    indebted: Repository, check: Check
) -> None:
    indebted.write("licscan.toml", waiver(digest_of(check, "app/one.py")))
    indebted.commit()
    assert "1 waived" in check("app/main.py").out or check("--staged").code is ExitCode.MET
    indebted.git("rm", "--quiet", "licscan.toml")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "app/one.py:1" in done.out
