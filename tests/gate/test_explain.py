"""``licscan explain``: a file, a line, a component, a licence; each with its reasons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, Check
from tests.gate.test_check_changes import lockfile, manifest


def test_a_file_shows_its_text_beside_the_rules_and_who_decided(project: Repository, check: Check) -> None:
    project.write("app/main.py", GPL_NOTICE.replace("redistribute", "reproduce"))
    done = check("app/main.py", command="explain")
    assert done.code is ExitCode.MET
    assert done.out.startswith("app/main.py: GPL-3.0-or-later\n")
    assert "[reproduce]" in done.out
    assert "[redistribute]" in done.out
    assert "coverage" in done.out
    assert "class: strong-copyleft" in done.out
    assert "policy default, rule copyleft-code (report 3.2.2): deny" in done.out


def test_a_line_shows_what_stands_there_and_nothing_else(project: Repository, check: Check) -> None:
    project.write("app/main.py", f"# SPDX-License-Identifier: MIT\n{chr(10) * 9}{GPL_NOTICE}")
    out = check("app/main.py:1", command="explain").out
    assert "app/main.py:1: MIT" in out
    assert "app/main.py:11" not in out
    out = check("app/main.py:5", command="explain").out
    assert "nothing was detected at line 5" in out
    assert "no rule objects to what stands at line 5" in out


def test_a_suppressed_statement_is_explained(project: Repository, check: Check) -> None:
    project.write("app/main.py", "gpl = 1\n")
    out = check("app/main.py", command="explain").out
    assert "a name in the program in code, about nothing that is licensed here" in out
    assert "does not count [bare-word-in-code]: " in out
    assert "no rule objects to it" in out


def test_an_existing_file_wins_over_a_licence_and_options_say_which_is_meant(project: Repository, check: Check) -> None:
    project.write("mit", "SPDX-License-Identifier: GPL-3.0-only\n")
    assert check("mit", command="explain").out.startswith("mit: GPL-3.0-only")
    assert check("--licence", "mit", command="explain").out.startswith("MIT: MIT License")


@pytest.mark.parametrize("name", ["gpl-2.0", "GPL-2.0-only", "GPL-2.0"])
def test_a_licence_is_known_by_any_of_its_ids(project: Repository, check: Check, name: str) -> None:
    out = check(name, command="explain").out
    assert out.startswith("GPL-2.0-only: GNU General Public License 2.0")
    assert "class: strong-copyleft" in out
    assert "source-disclosure" in out
    assert "report 3.2.1" in out
    assert "  default                   deny (reciprocity, violates)" in out


def test_a_licence_with_an_exception_is_one_licence(project: Repository, check: Check) -> None:
    out = check("GPL-2.0-only WITH Classpath-exception-2.0", command="explain").out
    assert "class: weak-copyleft" in out


def test_a_folder_of_that_name_leaves_the_licence_to_its_option(project: Repository, check: Check) -> None:
    project.write("zlib/a.c", "int a;\n")
    done = check("zlib", command="explain")
    assert (done.code, "--component or --licence" in done.err) == (ExitCode.USAGE, True)
    assert check("--licence", "zlib", command="explain").out.startswith("Zlib: ")


@pytest.mark.parametrize("scanned", [False, True])
def test_a_project_that_nothing_names_is_known_as_check_and_scan_call_it(
    project: Repository, check: Check, scanned: bool, tmp_path: Path
) -> None:
    (project.root / "LICENSE").unlink()
    project.root = project.root.rename(tmp_path / "shop")
    name = "shop" if scanned else "repository"
    told = check(*(["-q", "-otable"] if scanned else []), command="scan" if scanned else "check").out
    assert f"No licence is declared or detected for the project {name}." in told
    block = check("--component", name, "--waiver", command="explain")
    assert block.code is ExitCode.MET
    assert 'approved = "none"' in block.out
    project.write("licscan.toml", completed(block.out))
    assert check().code is ExitCode.MET


def test_a_place_that_check_printed_is_found_from_any_folder(project: Repository, check: Check) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    project.root /= "app"
    place = check("--staged").out.partition(": ")[0]
    assert place == "app/main.py:1"
    told = check(place, command="explain")
    assert told.out.startswith("app/main.py: GPL-3.0-or-later\n")
    project.write("app/main.py", "print('nearer')\n")  # what is seen from here comes first
    assert check("app/main.py", command="explain").out.startswith("app/app/main.py: ")


def test_a_line_counts_from_1(project: Repository, check: Check) -> None:
    done = check("app/main.py:0", command="explain")
    assert (done.code, "lines count from 1" in done.err) == (ExitCode.USAGE, True)


def test_a_licence_shows_what_the_report_says_of_it(project: Repository, check: Check) -> None:
    told = check("gpl-2.0", command="explain").out
    assert "\nwhat the report says:\n  strong-copyleft (report 3.2.1): The whole work is released" in told
    assert "\n  reciprocity (report 3.2.2): Copyleft reaches down" in told
    weak = check("LGPL-2.1-only", command="explain").out
    assert "weak-copyleft (report 3.2.1): Changes to the licensed code" in weak
    assert "the whole work has to be released" not in weak
    assert "  restricted-use (report 3.2.2): " in check("BUSL-1.1", command="explain").out


def test_what_is_neither_is_told(project: Repository, check: Check) -> None:
    done = check("gpl-99", command="explain")
    assert done.code is ExitCode.USAGE
    assert "no file here and no licence" in done.err


def test_a_component_shows_where_it_comes_from_and_each_source_of_its_licence(
    project: Repository, check: Check
) -> None:
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    done = check("--component", "viral", command="explain")
    assert done.out.startswith("viral 1.0.0: GPL-3.0-only\n")
    assert "package-lock.json" in done.out
    assert "needed by pkg:npm/app@1.0.0" in done.out
    assert "declared: GPL-3.0-only" in done.out
    assert check("--component", "pkg:npm/viral", command="explain").out == done.out


def test_a_component_that_is_not_there_is_told_with_what_is_close(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    done = check("--component", "virall", command="explain")
    assert (done.code, "did you mean 'viral'?" in done.err) == (ExitCode.USAGE, True)


def test_one_thing_at_a_time(project: Repository, check: Check) -> None:
    assert check("mit", "--component", "x", command="explain").code is ExitCode.USAGE
    assert check(command="explain").code is ExitCode.USAGE


def test_a_line_of_a_lockfile_shows_the_finding_about_the_component_that_it_names(
    project: Repository, check: Check
) -> None:
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    place = check().out.partition(": ")[0]
    out = check(place, command="explain").out
    assert "rule copyleft-dependency" in out
    assert "viral" in out


def completed(block: str) -> str:
    """A block as somebody would fill it in."""
    for key, value in {
        "reason": "legal-approval",
        "comment": "looked at",
        "why": "a quotation",
        "by": "A Lawyer",
        "expires": "2999-12-31",
        "concluded": "none",
    }.items():
        block = re.sub(rf'(?m)^{key} = ""', f'{key} = "{value}"', block)
    return block


ODD = 'app/[odd] *na\\me "q".py'


@pytest.mark.parametrize("path", ["app/main.py", ODD])
@pytest.mark.parametrize(("option", "told"), [("--waiver", "1 waived"), ("--curation", "1 corrected")])
def test_what_is_printed_to_settle_a_finding_does_once_it_is_filled_in(
    project: Repository, check: Check, path: str, option: str, told: str
) -> None:
    project.write(path, GPL_NOTICE)
    project.commit()
    block = "# ours, without a line feed" + check(path, option, command="explain").out
    project.write("licscan.toml", block)
    refused = check()
    assert refused.code is ExitCode.USAGE  # what a person has to decide is not decided for them
    assert "licscan.toml:" in refused.err
    project.write("licscan.toml", completed(block))
    done = check()
    assert (done.code, told in done.verdict) == (ExitCode.MET, True), done


@pytest.mark.parametrize("kind", ["--waiver", "--curation"])
def test_what_is_printed_fits_a_configuration_in_pyproject(project: Repository, check: Check, kind: str) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.write("pyproject.toml", '[tool.licscan]\noutbound = "MIT"\n')
    assert check().code is ExitCode.VIOLATED
    block = completed(check("app/main.py:2", kind, command="explain").out)
    with (project.root / "pyproject.toml").open("a") as file:
        file.write(block)
    assert check().code is ExitCode.MET


@pytest.mark.parametrize("kind", ["--waiver", "--curation"])
def test_what_is_printed_of_a_folder_fits_the_configuration_above_it(
    project: Repository, check: Check, kind: str
) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.write("licscan.toml", 'outbound = "MIT"\n')
    block = completed(check("app/main.py:2", "--root", "app", kind, command="explain").out)
    assert 'path = "app/main.py"' in block
    with (project.root / "licscan.toml").open("a") as file:
        file.write(block)
    assert check().code is ExitCode.MET
    assert check("app").code is ExitCode.MET


def test_a_dependency_is_waived_by_its_name_in_any_version(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    block = check("--component", "viral", "--waiver", command="explain").out
    assert 'component = "pkg:npm/viral"' in block
    project.write("licscan.toml", completed(block))
    assert "1 waived" in check().verdict
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only").replace("1.0.0", "1.0.1"))
    assert "1 waived" in check().verdict


def test_a_model_that_code_loads_is_waived_at_its_line(project: Repository, check: Check) -> None:
    project.write(
        "app/main.py", 'from transformers import AutoModel\nAutoModel.from_pretrained("meta-llama/Llama-2-7b-hf")\n'
    )
    before = check()
    assert before.code is ExitCode.VIOLATED
    assert "\n  asked: How many monthly active users" in check("app/main.py:2", command="explain").out
    project.write("licscan.toml", completed(check("app/main.py:2", "--waiver", command="explain").out))
    assert check().code is ExitCode.MET


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["app/main.py", "--waiver"], "there is no finding about it"),
        (["app/main.py", "--curation"], "nothing is detected in it"),
        (["--component", "app", "--curation"], "a correction is about a file"),
        (["mit", "--waiver"], "a licence is no finding"),
    ],
)
def test_where_there_is_nothing_to_settle_that_is_told(
    project: Repository, check: Check, arguments: list[str], what: str
) -> None:
    project.write("package.json", manifest())
    done = check(*arguments, command="explain")
    assert (done.code, what in done.err, done.out) == (ExitCode.USAGE, True, "")


def test_a_dependency_that_nobody_read_is_unresolved(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("widget"))
    out = check("--component", "widget", command="explain").out
    assert out.startswith("widget: unresolved\n")
    assert "neither its files nor its metadata were read" in out
