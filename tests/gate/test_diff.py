"""``licscan diff``: what came, went and changed, and what caused it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.app.diff import Cause, Side, diff
from licscan.cli.diff_text import markdown, table
from licscan.core.facts import Facts
from licscan.document import decode
from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, Check
from tests.gate.test_check_changes import lockfile, manifest


@pytest.fixture
def history(project: Repository) -> Repository:
    """Three commits: a GPL header comes in; it goes, and a GPL dependency comes instead."""
    project.git("tag", "clean")
    project.write("app/main.py", GPL_NOTICE)
    project.commit()
    project.git("tag", "header")
    project.write("app/main.py", "print(1)\n")
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    project.commit()
    project.git("tag", "dependency")
    return project


def told(check: Check, old: str, new: str, *arguments: str) -> dict[str, list[dict[str, object]]]:
    done = check(old, new, "--format", "json", *arguments, command="diff")
    return dict(json.loads(done.out))


def test_two_commits_are_compared_and_each_finding_has_its_cause(history: Repository, check: Check) -> None:
    first = told(check, "clean", "header")
    assert [(each["cause"], each["violation"]["subject"]["id"]) for each in first["new"]] == [("code", "app/main.py")]  # type: ignore[index]
    second = told(check, "header", "dependency")
    assert {each["cause"] for each in second["removed"]} == {"code"}
    causes = {each["violation"]["subject"]["id"]: each["cause"] for each in second["new"]}  # type: ignore[index]
    assert causes["pkg:npm/viral@1.0.0"] == "dependency"


def test_another_policy_is_told_as_the_cause(history: Repository, check: Check) -> None:
    history.write("licscan.toml", 'outbound = "GPL-3.0-only"\n')
    history.commit()
    found = told(check, "dependency", "HEAD")
    assert [(each["cause"], each["violation"]["subject"]["id"]) for each in found["removed"]] == [  # type: ignore[index]
        ("policy", "pkg:npm/viral@1.0.0")
    ]


def test_a_stored_result_is_compared_with_the_tree(history: Repository, check: Check) -> None:
    history.git("checkout", "--quiet", "clean")
    check("-o", "json=../old.json", command="scan")
    history.git("checkout", "--quiet", "header")
    done = check("../old.json", command="diff")
    assert done.code is ExitCode.MET
    assert "app/main.py:1: distribution-terms: GPL-3.0-or-later (violates; code)" in done.out
    assert "+ file app/main.py: GPL-3.0-or-later" not in done.out
    assert "+ file app/main.py: GPL-3.0-or-later" in check("../old.json", "--all", command="diff").out
    assert check("../old.json", "--fail-on-new", command="diff").code is ExitCode.VIOLATED


def test_nothing_new_does_not_fail(history: Repository, check: Check) -> None:
    assert check("header", "clean", "--fail-on-new", command="diff").code is ExitCode.MET


def test_markdown_tells_the_same(history: Repository, check: Check) -> None:
    out = check("clean", "header", "--format", "markdown", command="diff").out
    assert "| `distribution-terms` | `app/main.py:1` | `GPL-3.0-or-later` | violates | code |" in out


def test_what_is_neither_file_nor_commit_is_told(history: Repository, check: Check) -> None:
    done = check("nowhere", "clean", command="diff")
    assert done.code is ExitCode.USAGE
    assert "'nowhere' is not a file, a folder or a commit" in done.err


@pytest.fixture
def side(history: Repository, check: Check) -> Side:
    history.git("checkout", "--quiet", "header")
    check("-o", "json=../r.json", command="scan")
    document = decode((history.root.parent / "r.json").read_bytes())
    return Side(name="r", inventory=document.inventory, audit=document.audit)


def without_findings(side: Side) -> Side:
    """The same facts, of which nothing was said."""
    audit = replace(side.audit, violations=(), conclusions=())
    return replace(side, audit=audit)


def test_other_rule_data_is_told_apart_from_another_tool(side: Side, tmp_path: Path) -> None:
    old = without_findings(side)
    data = replace(old, inventory=replace(old.inventory, run=replace(old.inventory.run, scancode_version="1.0")))
    tool = replace(old, inventory=replace(old.inventory, run=replace(old.inventory.run, tool_version="0.0")))
    assert {each.cause for each in diff(data, side).new} == {Cause.RULE_DATA}
    assert {each.cause for each in diff(tool, side).new} == {Cause.TOOL}


def made_by(side: Side, tool_version: str) -> Side:
    """The same result, as another licscan made it."""
    return replace(side, inventory=replace(side.inventory, run=replace(side.inventory.run, tool_version=tool_version)))


def test_changes_of_licscan_are_apart_from_those_of_the_code(side: Side) -> None:
    old = made_by(without_findings(side), "0.1.0")
    found = diff(old, side)
    assert {each.cause for each in found.new} == {each.cause for each in found.licenses} == {Cause.TOOL}
    for lines in (list(table(found, everything=False)), list(markdown(found, everything=False))):
        text = "\n".join(lines)
        assert text.index("Changes of licscan, in files that are the same") < text.index("app/main.py:1")
        assert "1 of 1 difference in findings caused by licscan or its data" in text


def test_a_changed_file_is_the_code_s_doing_whatever_licscan_compares(side: Side) -> None:
    files = tuple(
        replace(file, sha256="0" * 64) if file.path == "app/main.py" else file for file in side.inventory.files
    )
    old = made_by(without_findings(side), "0.1.0")
    old = replace(old, inventory=replace(old.inventory, files=files))
    found = diff(old, side)
    assert [each.cause for each in found.new] == [Cause.CODE]
    assert "Changes of licscan" not in "\n".join(table(found, everything=False))


def test_a_component_that_a_newer_licscan_reads_better_is_no_other_dependency(
    history: Repository, check: Check
) -> None:
    check("-o", "json=../r.json", command="scan")
    document = decode((history.root.parent / "r.json").read_bytes())
    new = Side(name="r", inventory=document.inventory, audit=document.audit)
    unread = tuple(replace(each, claims=()) for each in document.inventory.components)
    old = replace(without_findings(new), inventory=replace(document.inventory, components=unread))
    assert {each.cause for each in diff(old, new).new} == {Cause.DEPENDENCY}
    assert {each.cause for each in diff(made_by(old, "0.1.0"), new).new} == {Cause.TOOL}


def test_other_declared_facts_are_policy(side: Side) -> None:
    old = replace(side, audit=replace(side.audit, violations=(), facts=Facts(outbound="GPL-3.0-only")))
    assert {each.cause for each in diff(old, side).new} == {Cause.POLICY}


def test_a_result_does_not_differ_from_itself(side: Side) -> None:
    found = diff(side, side)
    assert (found.new, found.removed, found.changed, found.licenses, found.versions) == ((), (), (), (), ())
    assert found.unchanged == len(side.audit.violations)


def test_a_licence_that_changes_with_the_version_is_told(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("lib"))
    locked = lockfile(lib="MIT")
    project.write("package-lock.json", locked)
    project.commit()
    newer = json.loads(locked)
    newer["packages"]["node_modules/lib"] |= {"version": "2.0.0", "license": "BUSL-1.1"}
    project.write("package-lock.json", json.dumps(newer))
    project.commit()
    assert "lib: 1.0.0 -> 2.0.0, licence changed: MIT -> BUSL-1.1" in check("HEAD~1", "HEAD", command="diff").out
    marked = check("HEAD~1", "HEAD", "--format", "markdown", command="diff").out
    assert "| `lib` | `1.0.0` | `2.0.0` | `MIT` | `BUSL-1.1` |" in marked


def test_the_project_s_own_licence_comes_first_then_the_verdict_and_the_rest_is_counted(
    history: Repository, check: Check
) -> None:
    history.write("LICENSE", "SPDX-License-Identifier: AGPL-3.0-only\n")
    history.write("package.json", manifest("viral").replace("MIT", "AGPL-3.0-only"))
    history.commit()
    for form, closing in (("table", "--all lists them"), ("markdown", "</details>")):
        out = check("clean", "HEAD", "--format", form, command="diff").out
        own, rest = out.index("The project's own licence"), out.index("Changes that do not affect the verdict")
        assert own < out.index("AGPL-3.0-only") < rest < out.index(closing)
