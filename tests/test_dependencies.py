"""What is imported is declared, and what the tests passed with is recorded."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
MACHINES = (("linux", "x86_64"), ("darwin", "arm64"), ("win32", "AMD64"))
OWN = {"licscan", "tests", "benchmarks", "fuzz"}


def declared(*extras: str) -> set[str]:
    """The names of the distributions that pyproject.toml asks for, with these extras."""
    asked = [*PROJECT["dependencies"], *(line for each in extras for line in PROJECT["optional-dependencies"][each])]
    return {canonicalize_name(Requirement(line).name) for line in asked}


def imported(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the first word of each absolute import below ``folder``, with the file that has it."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], path.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], path.name


def undeclared(folder: Path, distributions: set[str]) -> list[str]:
    """The third-party imports below ``folder`` of which no distribution is among ``distributions``."""
    providers = packages_distributions()
    neighbours = {path.stem for each in (folder, ROOT / "benchmarks") for path in each.rglob("*.py")}
    return [
        f"{file} imports {package}"
        for package, file in imported(folder)
        if package not in sys.stdlib_module_names | OWN | neighbours
        and distributions.isdisjoint(
            map(canonicalize_name, providers.get(package, [package]))
        )  # an absent one is called as it is imported
    ]


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("licscan", ()), ("tests", ("test",)), ("benchmarks", ("test",)), (".ci", ())],
    ids=["licscan", "tests", "benchmarks", ".ci"],
)
def test_every_package_that_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    assert undeclared(ROOT / folder, declared(*extras)) == []


def test_a_package_that_only_comes_with_another_one_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\nimport sortedcontainers\nfrom rich.table import Table\n")
    assert undeclared(tmp_path, declared()) == ["a.py imports sortedcontainers"]


@pytest.mark.parametrize("machine", MACHINES, ids=" ".join)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_constraints_hold_exactly_one_version_of_every_dependency_everywhere(
    python: str, machine: tuple[str, str]
) -> None:
    environment = {"python_version": python, "sys_platform": machine[0], "platform_machine": machine[1]}
    pinned = [each.name for each in CONSTRAINTS if each.marker is None or each.marker.evaluate(environment)]
    assert len(pinned) == len(set(pinned))
    conditional = {"tomli"}  # only older Pythons need it
    assert declared("test", "lint") - conditional <= set(pinned)


def test_a_constraint_is_a_plain_version() -> None:
    for each in CONSTRAINTS:
        assert each.url is None
        assert [part.operator for part in each.specifier] == ["=="], each
        assert each.name != "licscan"


def test_the_constraints_allow_what_is_declared() -> None:
    pinned = {
        each.name: str(each.specifier).removeprefix("==")
        for each in CONSTRAINTS
        if each.marker is None or each.marker.evaluate()
    }
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    for requirement in map(Requirement, lines):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


@pytest.mark.parametrize("file", ["README.md", ".ci/run", "CONTRIBUTING.md", "Dockerfile"])
def test_documented_installations_take_the_versions_that_passed(file: str) -> None:
    commands = re.findall(r"pip install .*", (ROOT / file).read_text(encoding="utf-8"))
    installing = [command for command in commands if "-c" not in command or "constraints.txt" not in command]
    assert commands
    assert installing == []


def test_a_workflow_of_its_own_tests_the_newest_versions_and_blocks_no_change() -> None:
    text = (ROOT / ".github/workflows/newest-dependencies.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text.replace("\non:", '\n"on":'))
    assert set(workflow["on"]) == {"schedule", "workflow_dispatch"}
    assert re.findall(r"pip install .*-c ", text) == []
    assert workflow["jobs"]["newest"]["strategy"]["matrix"]["python"] == list(PYTHONS)
