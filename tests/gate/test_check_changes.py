"""``licscan check`` over real changes in real repositories: what a change causes fails, and nothing else does."""

from __future__ import annotations

import json
import subprocess
import tempfile
import textwrap
from pathlib import Path

import licensedcode
import pytest

from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, MIT, Check


def lockfile(**licenses: str) -> str:
    packages: dict[str, object] = {"": {"name": "app", "version": "1.0.0", "license": "MIT", "dependencies": {}}}
    for name, license_ in licenses.items():
        packages[f"node_modules/{name}"] = {"version": "1.0.0", "license": license_, "resolved": "", "integrity": ""}
        packages[""]["dependencies"][name] = "^1.0.0"  # type: ignore[index]
    return json.dumps({"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}, indent=1)


def manifest(*names: str) -> str:
    depends = dict.fromkeys(names, "^1.0.0")
    return json.dumps({"name": "app", "version": "1.0.0", "license": "MIT", "dependencies": depends})


def test_nothing_staged_is_met_in_one_line(project: Repository, check: Check) -> None:
    done = check("--staged")
    assert (done.code, done.out) == (ExitCode.MET, "licscan: policy met: nothing changed against HEAD\n")


def test_a_harmless_change_is_met_in_one_line(project: Repository, check: Check) -> None:
    project.write("app/main.py", "print('hello, world')\n")
    project.git("add", "--all")
    done = check("--staged")
    assert (done.code, done.out) == (ExitCode.MET, "licscan: policy met: 1 changed file against HEAD\n")


def test_a_gpl_header_that_is_staged_fails_in_five_lines_at_most(project: Repository, check: Check) -> None:
    project.write("app/main.py", f"import os\n\n{GPL_NOTICE}\nprint('hello')\n")
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    *lines, verdict = done.out.splitlines()
    assert lines[0].startswith("app/main.py:3: distribution-terms: GPL-3.0-or-later")
    assert len(lines) <= 5
    assert "policy default, rule copyleft-code" in done.out
    assert "fix: " in done.out
    assert verdict == "licscan: 1 finding violates policy default: 1 changed file against HEAD"


def test_the_index_is_checked_and_not_the_work_tree(project: Repository, check: Check) -> None:
    project.write("app/main.py", GPL_NOTICE)
    assert check("--staged").code is ExitCode.MET
    project.git("add", "--all")
    project.write("app/main.py", "print('clean again')\n")
    assert check("--staged").code is ExitCode.VIOLATED


def test_a_file_that_another_refers_to_is_read_from_the_index(project: Repository, check: Check) -> None:
    project.write("lib/COPYING.txt", GPL_NOTICE)
    project.write("lib/code.py", "# For the license see COPYING.txt\n")
    project.git("add", "--all")
    project.write("lib/COPYING.txt", MIT)
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "GPL-3.0-or-later" in done.out


def test_what_was_there_before_is_one_counted_line(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.write("app/main.py", "print('hello, world')\n")
    project.git("add", "--all")
    done = check("--staged")
    assert (done.code, done.out) == (
        ExitCode.MET,
        "licscan: policy met: 1 changed file against HEAD, 1 there before\n",
    )


def test_moving_and_reformatting_an_old_header_is_nothing_new(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.write("app/old.py", "import os\n\n\n" + GPL_NOTICE.replace("# ", "#    ") + "\nx = 1\n")
    project.git("add", "--all")
    done = check("--staged")
    assert (done.code, "1 there before" in done.out) == (ExitCode.MET, True)


FILLED = """# Wraps text. Copyright (C) 2020 Somebody. This program is free
# software: you can redistribute it and/or modify it under the
# terms of the GNU General Public License as published by the
# Free Software Foundation, either version 3 of the License, or
# (at your option) any later version. It is used by many.
x = 1
"""


def test_a_paragraph_that_is_filled_anew_is_nothing_new(project: Repository, check: Check) -> None:
    project.write("app/old.py", FILLED)
    project.commit()
    prose = " ".join(FILLED.replace("x = 1", "").replace("#", " ").split())
    for width, sign in ((40, "// "), (90, " * ")):
        project.write("app/old.py", "".join(f"{sign}{line}\n" for line in textwrap.wrap(prose, width)))
        project.git("add", "--all")
        assert check("--staged").verdict.endswith("1 changed file against HEAD, 1 there before")
    project.write("app/old.py", FILLED.replace("version 3 of", "version 2 of"))
    project.git("add", "--all")
    assert check("--staged").code is ExitCode.VIOLATED


def test_a_whole_text_that_is_indented_is_nothing_new(project: Repository, check: Check) -> None:
    text = (Path(licensedcode.__file__).parent / "data/licenses/gpl-3.0.LICENSE").read_text().split("---", 2)[2]
    project.write("app/old.c", f"/*\n{text}\n*/\n")
    project.commit()
    project.write("app/old.c", f"/*\n{textwrap.indent(text, '   * ')}\n*/\n")
    project.git("add", "--all")
    assert check("--staged").verdict.endswith("1 changed file against HEAD, 1 there before")


def test_a_renamed_file_is_nothing_new(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.git("mv", "app/old.py", "app/new.py")
    done = check("--staged")
    assert (done.code, done.out) == (
        ExitCode.MET,
        "licscan: policy met: 1 changed file against HEAD, 1 there before\n",
    )


def test_a_second_copy_is_new(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.write("app/copy.py", GPL_NOTICE)
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert done.out.startswith("app/copy.py:1: ")


def test_another_licence_is_new(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.write("app/old.py", GPL_NOTICE.replace("General", "Affero General"))
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "AGPL-3.0-or-later" in done.out


def test_a_deleted_licence_fails(project: Repository, check: Check) -> None:
    project.git("rm", "--quiet", "LICENSE")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "no-licence" in done.out
    assert check("app/main.py").code is ExitCode.VIOLATED  # pre-commit names no deleted files


def test_a_hook_without_files_means_what_is_staged_unless_it_asks_for_the_tree(
    project: Repository, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert check().code is ExitCode.MET
    for whole in ((".",), ("--all-files",)):
        assert check(*whole).code is ExitCode.VIOLATED
    assert check("--write-baseline").code is ExitCode.MET


def test_a_deleted_file_takes_its_finding_along(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.git("rm", "--quiet", "app/old.py")
    done = check("--staged")
    assert (done.code, done.verdict) == (
        ExitCode.MET,
        "licscan: policy met: 1 changed file against HEAD, 1 gone",
    )


def test_a_gpl_dependency_in_a_lockfile_fails_at_its_line(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("fine"))
    project.write("package-lock.json", lockfile(fine="MIT"))
    project.commit()
    project.write("package.json", manifest("fine", "viral"))
    project.write("package-lock.json", lockfile(fine="MIT", viral="GPL-3.0-only"))
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "pkg:npm/viral@1.0.0" in done.out
    assert "package-lock.json:" in done.out


def test_projects_of_one_repository_under_the_same_licence_are_named_once(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    for name in ("one", "two"):
        project.write(f"packages/{name}/package.json", manifest("viral").replace('"app"', f'"{name}"'))
    assert "the project is licensed under MIT." in check().out


def test_a_changed_configuration_is_part_of_the_change(project: Repository, check: Check) -> None:
    project.write("app/lib.py", "# SPDX-License-Identifier: GPL-3.0-only\n")
    project.write("licscan.toml", 'outbound = "GPL-3.0-only"\n')
    project.commit()
    project.write("licscan.toml", 'outbound = "MIT"\n')
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "app/lib.py:1" in done.out


def test_a_configuration_that_is_not_staged_does_not_count(project: Repository, check: Check) -> None:
    project.write("app/lib.py", GPL_NOTICE)
    project.git("add", "--all")
    project.write("licscan.toml", 'exclude = ["app/"]\n')
    assert check("--staged").code is ExitCode.VIOLATED


def test_one_that_is_not_staged_does_not_count_where_temporary_files_lie_in_the_repository(
    project: Repository, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    project.write("licscan.toml", 'exclude = ["app/"]\n')
    (project.root / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(project.root / "tmp"))
    assert check("--staged").code is ExitCode.VIOLATED


def test_a_mistake_in_a_staged_configuration_is_told_with_its_line(project: Repository, check: Check) -> None:
    project.write("licscan.toml", '# ours\npolicyy = "default"\n')
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.USAGE
    assert "licscan.toml:2: 'policyy' is no setting" in done.err
    assert "/tmp" not in done.err


def test_a_policy_of_the_repository_is_read_from_the_index_with_what_it_extends(
    project: Repository, check: Check
) -> None:
    rule = "rules:\n  - id: gpl-here\n    code: reciprocity\n    when: {licence: GPL-3.0-or-later, path: app/**}\n    verdict: allow\n"
    project.write("policies/base.yaml", f"policy:\n  name: base\n  title: Base\nextends: default\n{rule}")
    project.write("policies/ours.yaml", "policy:\n  name: ours\n  title: Ours\nextends: base.yaml\nrules: []\n")
    project.write("licscan.toml", 'policy = "policies/ours.yaml"\n')
    project.commit()
    project.write("app/main.py", "print(1)\n")
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.MET, done.err


def test_a_policy_beside_the_repository_is_read_only_where_the_user_names_it(project: Repository, check: Check) -> None:
    rule = "rules:\n  - id: all\n    when: {licence: GPL-3.0-or-later}\n    verdict: allow\n"
    shared = f"policy:\n  name: shared\n  title: Shared\nextends: default\n{rule}"
    (project.root.parent / "shared.yaml").write_text(shared)
    project.write("licscan.toml", 'policy = "../shared.yaml"\n')
    project.commit()
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    done = check("--staged")
    assert (done.code, "leads out of this tree" in done.err) == (ExitCode.USAGE, True)
    project.write("licscan.toml", 'policy = "policies/nowhere.yaml"\n')
    project.git("add", "--all")
    done = check("--staged")
    assert (done.code, "policies/nowhere.yaml: there is no such policy file" in done.err) == (ExitCode.USAGE, True)


def test_named_files_are_read_from_the_work_tree(project: Repository, check: Check) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.write("app/untracked.py", GPL_NOTICE)
    done = check("app/main.py")
    assert done.code is ExitCode.VIOLATED
    assert "app/main.py:1" in done.out
    assert "untracked" not in done.out
    assert "app/untracked.py:1" in check("app/main.py", "app/untracked.py").out


def test_since_understands_what_was_renamed_and_deleted(project: Repository, check: Check) -> None:
    project.write("app/old.py", GPL_NOTICE)
    project.commit()
    project.git("checkout", "--quiet", "-b", "feature")
    project.git("mv", "app/old.py", "app/moved.py")
    project.git("rm", "--quiet", "app/other.py")
    project.commit()
    done = check("--since", "main")
    assert (done.code, done.out) == (
        ExitCode.MET,
        "licscan: policy met: 2 changed files against the merge base with main, 1 there before\n",
    )
    project.git("rm", "--quiet", "LICENSE")
    project.commit()
    assert check("--since", "main").code is ExitCode.VIOLATED


def test_since_sees_commits_and_not_what_the_other_branch_did(project: Repository, check: Check) -> None:
    project.git("checkout", "--quiet", "-b", "feature")
    project.write("app/mine.py", GPL_NOTICE)
    project.commit()
    project.git("checkout", "--quiet", "main")
    project.write("app/theirs.py", GPL_NOTICE)
    project.commit()
    project.git("checkout", "--quiet", "feature")
    done = check("--since", "main")
    assert done.code is ExitCode.VIOLATED
    assert "app/mine.py:1" in done.out
    assert done.verdict == (
        "licscan: 1 finding violates policy default: 1 changed file against the merge base with main"
    )


def test_the_second_run_remembers_and_says_the_same(project: Repository, check: Check) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    first = check("--staged")
    assert check("--staged") == first
    assert check("--staged", "--no-cache") == first


def test_an_installed_package_counts_when_a_lockfile_brings_it_in(project: Repository, check: Check) -> None:
    info = project.root / ".venv/lib/python3.11/site-packages/viral-1.0.dist-info"
    info.mkdir(parents=True)
    (project.root / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: viral\nVersion: 1.0\nLicense-Expression: GPL-3.0-only\n"
    )
    (info / "RECORD").write_text("")
    project.write(".gitignore", ".venv\n")
    project.git("add", ".gitignore")
    project.git("commit", "--quiet", "--message", "ignore")
    project.write("app/main.py", "print(2)\n")
    project.git("add", "app/main.py")
    assert check("--staged").code is ExitCode.MET
    project.write("requirements.txt", "viral==1.0\n")
    project.git("add", "requirements.txt")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED, done.out
    assert "viral" in done.out


def test_the_output_is_the_same_from_another_folder(
    project: Repository, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.git("rm", "--quiet", "LICENSE")
    project.git("add", "--all")
    first, whole = check("--staged"), check()
    assert "no-licence" in first.out
    moved = tmp_path / "elsewhere" / "under-another-name"
    moved.parent.mkdir()
    subprocess.run(["cp", "-r", str(project.root), str(moved)], check=True)
    project.root = moved
    second = check("--staged")
    assert (second.code, second.out) == (first.code, first.out)
    assert check().out == whole.out
    assert str(tmp_path) not in first.out


def test_dependencies_that_nobody_installed_are_one_line_and_no_finding(project: Repository, check: Check) -> None:
    names = [f"part{number:02}" for number in range(14)]
    project.write("package.json", json.dumps(json.loads(manifest(*names)), indent=1))
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.INCOMPLETE
    line, verdict = done.out.splitlines()
    told = "14 of 14 dependencies in package.json are unresolved; run with --online, or after installing them"
    assert line == f"package.json: unresolved: {told}"
    assert verdict == "licscan: incomplete: dependencies of 1 manifest are unresolved: 1 changed file against HEAD"
    assert check("--staged", "--accept-unresolved").code is ExitCode.MET


def test_only_the_dependencies_that_a_change_brings_in_leave_it_incomplete(project: Repository, check: Check) -> None:
    project.write("package.json", manifest("old", "older"))
    project.commit()
    project.write("package.json", manifest("old", "older", "new"))
    project.write("src/app.py", "x = 1\n")
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.INCOMPLETE
    assert "1 of 1 dependency in package.json is unresolved" in done.out
    project.commit()
    project.write("src/app.py", "x = 2\n")
    project.write("package.json", json.dumps(json.loads(manifest("old", "older", "new")), indent=3))
    project.git("add", "--all")
    assert check("--staged").code is ExitCode.MET


def test_a_named_licence_comes_before_a_licence_file_that_is_gone(project: Repository, check: Check) -> None:
    project.git("rm", "--quiet", "LICENSE")
    project.write("LICENSE.txt", MIT)
    project.write(
        "pyproject.toml", '[project]\nname = "app"\nversion = "1"\nlicense = "MIT"\nlicense-files = ["LICENSE.txt"]\n'
    )
    project.git("add", "--all")
    assert check("--staged").code is ExitCode.MET
    project.commit("a licence file with an ending")
    project.git("mv", "LICENSE.txt", "COPYING.txt")
    assert check("--staged").code is ExitCode.MET


def test_a_change_since_is_judged_by_the_bases_configuration_and_says_what_it_alters(
    project: Repository, check: Check
) -> None:
    base = project.git("rev-parse", "HEAD").strip()
    project.write("src/gpl.py", f"{GPL_NOTICE}\n")
    project.write("licscan.toml", 'policy = "internal"\nexclude = ["src/"]\n[facts]\ndistribution = "none"\n')
    project.commit()
    done = check("--since", base)
    assert done.code is ExitCode.VIOLATED, done.out
    assert "src/gpl.py:1" in done.out
    assert "would leave out 1 file by 'exclude': src/gpl.py" in done.out
    assert "takes the policy internal for default" in done.out
    assert "alters the facts: distribution" in done.out
    # What is merged is what the next change is judged by.
    project.write("src/more.py", f"{GPL_NOTICE}\n")
    project.commit()
    assert check("--since", "HEAD~1").code is ExitCode.MET
