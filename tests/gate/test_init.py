"""``licscan init``: a configuration that holds, a hook that runs, and nothing overwritten."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from licscan.config.settings import Settings, load_settings
from licscan.core.facts import Facts
from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, Check


def test_the_configuration_that_is_written_is_valid_and_changes_nothing(project: Repository, check: Check) -> None:
    assert check(command="init").code is ExitCode.MET
    settings = load_settings(project.root)
    assert settings == Settings(source=project.root / "licscan.toml", policy_root=project.root)


def test_every_example_in_it_is_valid(project: Repository, check: Check) -> None:
    check(command="init")
    file = project.root / "licscan.toml"
    lines = [
        line.removeprefix("# ") if " = " in line or "[[" in line else line for line in file.read_text().splitlines()
    ]
    file.write_text("\n".join(lines))
    settings = load_settings(project.root)
    assert len(settings.decisions.waivers) == len(settings.decisions.curations) == len(settings.usage) == 1
    facts = {name: getattr(settings.facts, name) for name in Facts.__struct_fields__}
    assert [name for name, value in facts.items() if value in (None, ())] == []  # every fact has its example


def test_an_existing_configuration_is_left_as_it_is(project: Repository, check: Check) -> None:
    project.write("licscan.toml", 'policy = "saas"\n')
    done = check(command="init")
    assert (done.code, "exists already" in done.err) == (ExitCode.USAGE, True)
    assert (project.root / "licscan.toml").read_text() == 'policy = "saas"\n'


def test_a_configuration_in_pyproject_is_not_put_out_of_force(project: Repository, check: Check) -> None:
    project.write("pyproject.toml", '[tool.licscan]\npolicy = "saas"\n')
    done = check(command="init")
    assert done.code is ExitCode.USAGE
    assert done.err.startswith("licscan: pyproject.toml: it exists already")
    assert not (project.root / "licscan.toml").exists()
    assert check("--hook", command="init").code is ExitCode.MET
    assert not (project.root / "licscan.toml").exists()


def test_a_manifest_that_says_nothing_to_licscan_is_no_configuration(project: Repository, check: Check) -> None:
    project.write("pyproject.toml", '[project]\nname = "shop"\n')
    assert check(command="init").code is ExitCode.MET
    assert (project.root / "licscan.toml").exists()


def test_not_even_a_dangling_link_is_written_through(project: Repository, check: Check, tmp_path: Path) -> None:
    (project.root / "licscan.toml").symlink_to(tmp_path / "elsewhere")
    assert check(command="init").code is ExitCode.USAGE
    assert not (tmp_path / "elsewhere").exists()


def test_the_hook_stops_a_commit(project: Repository, check: Check) -> None:
    assert check("--hook", command="init").code is ExitCode.MET
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def commit() -> subprocess.CompletedProcess[str]:
        project.git("add", "--all")
        return subprocess.run(
            ["git", "commit", "--message", "x"],
            cwd=project.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    project.write("app/main.py", GPL_NOTICE)
    stopped = commit()
    assert stopped.returncode == 1
    assert "app/main.py:1: distribution-terms" in stopped.stdout + stopped.stderr
    project.write("app/main.py", "print('fine')\n")
    assert commit().returncode == 0


def test_an_existing_hook_is_left_as_it_is(project: Repository, check: Check) -> None:
    hook = project.root / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 0\n")
    done = check("--hook", command="init")
    assert (done.code, hook.read_text()) == (ExitCode.USAGE, "#!/bin/sh\nexit 0\n")
    assert not (project.root / "licscan.toml").exists()


@pytest.mark.parametrize("scope", ["--local"])
def test_hooks_of_another_folder_are_not_touched(project: Repository, check: Check, scope: str) -> None:
    project.git("config", scope, "core.hooksPath", "/somewhere/else")
    done = check("--hook", command="init")
    assert (done.code, "core.hooksPath" in done.err) == (ExitCode.USAGE, True)
