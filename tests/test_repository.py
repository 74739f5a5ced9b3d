"""What contributors and releases rest on: workflows, templates, hooks and lists are valid and agree with each other."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
import yaml
from pre_commit.clientlib import load_config

from licscan import __version__
from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def loaded(path: Path) -> Any:
    # YAML 1.1 takes the key "on" for a truth.
    text = path.read_text(encoding="utf-8").replace("\non:", '\n"on":')
    return json.loads(json.dumps(yaml.safe_load(text)))


def schema(name: str) -> Any:
    """A schema as the package ``check-jsonschema`` carries it."""
    spec = importlib.util.find_spec("check_jsonschema")
    assert spec and spec.origin, "install the test dependencies: pip install -e '.[test]'"
    return json.loads((Path(spec.origin).parent / "builtin_schemas/vendor" / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *(("github-workflows", path) for path in WORKFLOWS),
        *(("github-issue-forms", path) for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))),
        ("github-issue-config", GITHUB / "ISSUE_TEMPLATE/config.yml"),
        ("dependabot", GITHUB / "dependabot.yml"),
        ("github-actions", ROOT / "action.yml"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_a_file_for_the_host_is_valid_by_its_schema(name: str, path: Path) -> None:
    validator = jsonschema.validators.validator_for(schema(name))(schema(name))
    assert not [error.message for error in validator.iter_errors(loaded(path))]


def used(path: Path) -> Iterator[str]:
    """Yield each action that a workflow uses, with its comment."""
    yield from re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_an_action_is_pinned_to_a_commit_and_names_its_version(path: Path) -> None:
    loose = [use for use in used(path) if not re.fullmatch(r"\./.+|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)]
    assert loose == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_no_rights_but_those_that_a_job_asks_for(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    writing = {name for name, job in workflow["jobs"].items() if "write" in (job.get("permissions") or {}).values()}
    assert writing <= {"publish"}


def test_the_tests_run_on_every_python_and_system_that_the_classifiers_name() -> None:
    matrix = loaded(GITHUB / "workflows/ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    classifiers = PROJECT["classifiers"]
    pythons = [
        match[1] for each in classifiers if (match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each))
    ]
    assert matrix["python"] == pythons
    assert pythons[0] == PROJECT["requires-python"].removeprefix(">=")
    systems = {"ubuntu": "POSIX :: Linux", "macos": "MacOS", "windows": "Microsoft :: Windows"}
    named = {each.removeprefix("Operating System :: ") for each in classifiers if each.startswith("Operating System")}
    assert {systems[os.partition("-")[0]] for os in matrix["os"]} == named


def test_the_hooks_of_this_repository_are_valid_and_download_nothing() -> None:
    config = load_config(str(ROOT / ".pre-commit-config.yaml"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    assert {hook["language"] for hook in config["repos"][0]["hooks"]} <= {
        "system",
        "unsupported",
    }  # one thing, by its old and new name


def test_the_fast_tests_exist() -> None:
    lines = (ROOT / "tests/fast.txt").read_text(encoding="utf-8").splitlines()
    paths = [line.partition("::")[0] for line in lines if line.startswith("tests/")]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_file_that_the_image_copies_is_in_its_context() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    assert {name for names in copied for name in names.split()} == kept


def script(name: str) -> ModuleType:
    """A script of ``.ci`` as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_this_version_can_be_released_as_the_tag_of_its_number() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("licscan/__init__.py", "CHANGELOG.md")]
    assert script("release").problems(f"v{__version__}", *texts) == []


@pytest.mark.parametrize(
    ("tag", "changelog", "problem"),
    [
        ("v1.2.4", "## 1.2.4 - 2026-01-02\n", "tag v1.2.4 is not v1.2.3"),
        ("1.2.3", "## 1.2.3 - 2026-01-02\n", "tag 1.2.3 is not v1.2.3"),
        ("v1.2.3", "## Unreleased\n", "no heading '## 1.2.3 - "),
        ("v1.2.3", "## 1.2.3\n", "no heading '## 1.2.3 - "),
    ],
)
def test_another_tag_or_an_undated_changelog_is_not_released(tag: str, changelog: str, problem: str) -> None:
    found = script("release").problems(tag, '__version__ = "1.2.3"\n', changelog)
    assert [problem in each for each in found] == [True]
