"""A folder below its configuration: what the configuration says of paths counts from where it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from licscan.cli import run
from licscan.config.rebase import excluded
from licscan.config.settings import Settings
from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, MIT, Check

DECISIONS = """outbound = "MIT"

[[waiver]]
path = "services/shop/wrap.py"
reason = "separate-licence"
comment = "Bought."
by = "legal@example.com"
expires = 9999-01-01
approved = "GPL-3.0-or-later"
evidence = "{evidence}"

[[curation]]
path = "services/shop/quote.py"
detected = "GPL-3.0-or-later"
concluded = "none"
why = "It quotes."
by = "legal@example.com"

[[waiver]]
path = "services/other/**"
reason = "separate-licence"
comment = "Of another folder."
by = "legal@example.com"
expires = 9999-01-01
approved = "GPL-2.0-only"

[[curation]]
path = "services/other/quote.py"
detected = "GPL-2.0-only"
concluded = "none"
why = "Of another folder."
by = "legal@example.com"
"""


@pytest.fixture
def monorepo(project: Repository, check: Check) -> Repository:
    """A repository with two folders of services, and a configuration at its top."""
    project.write("licscan.toml", 'outbound = "MIT"\n')
    project.write("services/shop/wrap.py", GPL_NOTICE)
    project.write("services/shop/main.py", "print('shop')\n")
    project.write("services/other/wrap.py", GPL_NOTICE)
    project.commit()
    return project


def decide(monorepo: Repository, check: Check) -> None:
    evidence = check("--verbose").out.partition("; evidence ")[2][:16]
    monorepo.write("services/shop/quote.py", GPL_NOTICE)
    monorepo.write("licscan.toml", DECISIONS.format(evidence=evidence))


def test_waivers_and_corrections_hold_in_a_folder_as_in_the_whole(monorepo: Repository, check: Check) -> None:
    decide(monorepo, check)
    done = check("services/shop")
    assert (done.code, done.out) == (ExitCode.MET, "licscan: policy met: 3 files, 1 waived, 1 corrected\n")


def test_a_waiver_that_lapsed_is_told_where_it_stands(monorepo: Repository, check: Check) -> None:
    decide(monorepo, check)
    file = monorepo.root / "licscan.toml"
    file.write_text(file.read_text().replace("9999-01-01", "2020-01-01"))
    done = check("services/shop")
    assert done.code is ExitCode.VIOLATED
    assert "\nlicscan.toml:3: waiver-expired: The waiver for services/shop/wrap.py has lapsed" in done.out
    assert "\nlicscan.toml:3: waiver-expired" in check("services/shop", "--verbose").out


def test_what_the_configuration_leaves_out_is_left_out_in_a_folder_too(monorepo: Repository, check: Check) -> None:
    monorepo.write("licscan.toml", 'outbound = "MIT"\nexclude = ["/services/shop/wrap.py"]\n')
    assert check("services/shop").out == "licscan: policy met: 1 file\n"
    assert check("services/other").code is ExitCode.VIOLATED


def test_a_rule_of_the_policy_that_speaks_of_a_path_does_too(monorepo: Repository, check: Check) -> None:
    monorepo.write("licscan.toml", 'outbound = "MIT"\npolicy = "ours.yaml"\n')
    monorepo.write(
        "ours.yaml",
        "policy: {name: ours, title: Ours}\nextends: default\nrules:\n  - id: shop\n"
        "    when: {path: [/services/shop/**]}\n    verdict: allow\n",
    )
    assert check("services/shop").code is ExitCode.MET
    assert check("services/other").code is ExitCode.VIOLATED


def test_the_baseline_of_the_whole_counts_for_a_folder_and_no_other_folders_debts(
    monorepo: Repository, check: Check
) -> None:
    check("--write-baseline")
    assert check("services/shop").out == "licscan: policy met: 2 files, 1 in the baseline\n"
    monorepo.git("rm", "--quiet", "services/other/wrap.py")
    monorepo.write("services/shop/copy.py", GPL_NOTICE)
    done = check("services/shop")
    assert done.code is ExitCode.VIOLATED  # the debt that is gone was another folder's
    assert done.verdict.endswith("3 files, 1 in the baseline")


@pytest.mark.parametrize("name", ["licscan.toml", "pyproject.toml", None])
def test_a_configuration_or_a_baseline_is_found_above_the_folder(
    monorepo: Repository, check: Check, name: str | None
) -> None:
    (monorepo.root / "licscan.toml").unlink()
    monorepo.write("services/shop/LICENSE", MIT)
    check("--write-baseline")
    if name:
        table = "[tool.licscan]\n" if name == "pyproject.toml" else ""
        monorepo.write(name, f'{table}outbound = "MIT"\n')
    assert check("services/shop").out == "licscan: policy met: 3 files, 1 in the baseline\n"


def test_a_baseline_that_is_written_for_a_folder_keeps_what_is_known_of_others(
    monorepo: Repository, check: Check
) -> None:
    check("--write-baseline")
    file = monorepo.root / "licscan-baseline.json"
    before = file.read_text()
    assert check("services/shop", "--write-baseline").err.endswith(
        "licscan: 2 findings in licscan-baseline.json from now on: commit it\n"
    )
    assert file.read_text() == before
    (monorepo.root / "services/shop/wrap.py").unlink()
    check("services/shop", "--write-baseline")
    assert [each["path"] for each in json.loads(file.read_text())["findings"]] == ["services/other/wrap.py"]


@pytest.mark.parametrize(
    ("given", "patterns"),
    [
        ("*.js", ("/a[b]/**/*.js",)),
        ("gen/", ("/a[b]/**/gen/",)),
        ("/gen", ("/a[b]/gen",)),
        ("x/gen", ("/a[b]/x/gen",)),
        ("!keep.js", ("!/a[b]/**/keep.js",)),
    ],
)
def test_patterns_of_the_command_line_count_from_the_folder(
    given: str, patterns: Sequence[str], tmp_path: Path
) -> None:
    expected = tuple(pattern.replace("[b]", r"\[b\]") for pattern in patterns)
    assert excluded(Settings(below="a[b]/"), [given]) == expected
    assert excluded(Settings(), [given]) == (given,)


FORMATS = ("sarif", "github", "gitlab", "junit")


@pytest.mark.parametrize("place", [("services/shop", "."), (".", "services/shop")])
def test_annotations_stand_where_their_hosts_look_for_them(
    monorepo: Repository, check: Check, place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, here = place
    decide(monorepo, check)
    monorepo.write("services/shop/new.py", GPL_NOTICE)
    top, out = monorepo.root, monorepo.root.parent
    monorepo.root = top / here
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(out / "summary"))
    check(folder, *(f"-o{name}={out / name}" for name in FORMATS))
    for name in FORMATS:
        text = (out / name).read_text()
        assert "services/shop/new.py" in text
        assert "../licscan.toml" not in text  # of the decisions: it stands at the top
    results = json.loads((out / "sarif").read_text())["runs"][0]["results"]
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results]
    assert sorted(uris) == ["services/shop/new.py", "services/shop/wrap.py"]
    assert "::error file=services/shop/new.py,line=1," in (out / "github").read_text()


def test_what_is_scanned_outside_any_repository_has_no_prefix(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/new.py").write_text(GPL_NOTICE)
    run(["check", str(tmp_path / "shop"), "-q", f"-ogithub={tmp_path / 'github'}", f"--cache-dir={cache}"])
    text = (tmp_path / "github").read_text()
    assert "file=new.py,line=1," in text
    assert str(tmp_path) not in text


def test_the_configuration_of_a_folder_is_no_licence_of_the_whole(monorepo: Repository, check: Check) -> None:
    monorepo.write("services/shop/licscan.toml", DECISIONS.format(evidence="0" * 16))
    monorepo.git("add", "--all")
    assert check("--staged").out == "licscan: policy met: 1 changed file against HEAD, 2 there before\n"
    assert check("-q", f"-ojson={monorepo.root.parent / 'result.json'}").code is ExitCode.VIOLATED
    findings = json.loads((monorepo.root.parent / "result.json").read_text())["audit"]["violations"]
    assert {each["subject"]["id"] for each in findings} == {"services/shop/wrap.py", "services/other/wrap.py"}
    monorepo.write(
        "services/shop/licscan.toml", f"{GPL_NOTICE}\noutbound = 'MIT'\n"
    )  # what a file is called hides nothing
    monorepo.git("add", "--all")
    assert check("--staged").out.startswith("services/shop/licscan.toml:1: distribution-terms: GPL-3.0-or-later")
