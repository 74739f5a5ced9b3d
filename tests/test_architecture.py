"""Imports go one way, and heavy or ugly libraries stay behind their doors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "licscan"
STAGES = ("select", "detect", "component", "aimodel", "classify", "policy", "gate", "audit", "report")
# A stage may build on these; everything else it is handed.
ALLOWED = {
    "gate": {
        "select",
        "detect",
        "component",
        "aimodel",
        "classify",
        "policy",
        "pipeline",
    },  # it runs them over two states of a tree
    "report": {
        "audit",
        "policy",
    },  # the audit's document is what its forms write; the registry of codes has the help of each rule
}
SCANCODE = {
    "licensedcode",
    "packagedcode",
    "scancode",
    "textcode",
    "typecode",
    "commoncode",
    "cluecode",
    "scancode_config",
}
DOORS = ("detect/", "component/scancode.py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("module", [name for name in MODULES if name.split("/")[0] in (*STAGES, "core", "document")])
def test_a_stage_imports_no_sibling_and_nothing_above_it(module: str) -> None:
    stage = module.split("/")[0]
    for name in imports(PACKAGE / module):
        parts = name.split(".")
        if parts[0] != "licscan" or len(parts) < 2 or parts[1] not in (*STAGES, "cli", "pipeline"):
            continue
        assert parts[1] == stage or parts[1] in ALLOWED.get(stage, set()), f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_terminal_and_scancode_stay_behind_their_doors(module: str) -> None:
    for name in imports(PACKAGE / module):
        top = name.split(".")[0]
        assert top not in ("click", "rich") or module.startswith("cli/"), f"{module} imports {name}"
        assert top not in SCANCODE or module.startswith(DOORS), f"{module} imports {name}"


STARTS_PROGRAMS = {
    "component/client.py": "package clients, in an empty folder and with nothing of the tree within reach",
    "detect/index.py": "licscan itself, to build the index",
    "workers/crew.py": "licscan itself, as a worker",
}
PROGRAM_STARTERS = {"subprocess", "pty", "multiprocessing", "concurrent.futures.process"}
STARTING_CALLS = re.compile(r"\bos\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*|fork\w*)\b")


@pytest.mark.parametrize("module", MODULES)
def test_programs_are_started_in_few_places_and_git_in_none(module: str) -> None:
    text = (PACKAGE / module).read_text(encoding="utf-8")
    starters = {name for name in imports(PACKAGE / module) if name in PROGRAM_STARTERS}
    if module not in STARTS_PROGRAMS:
        assert not starters, f"{module} imports {starters}"
        assert not STARTING_CALLS.search(text), f"{module} starts a program"
    words = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    assert module not in STARTS_PROGRAMS or words.isdisjoint(("git", "git.exe")), f"{module} could start git"


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("select/git/")])
def test_git_data_are_read_in_one_package_alone(module: str) -> None:
    """Whoever opens a file of ``.git`` by himself follows the repository's links and settings by himself."""
    inside = re.compile(rb"\.git/|packed-refs|\.git[\"'] */")
    assert not inside.search(_code(PACKAGE / module)), f"{module} reads Git data"


def _code(path: Path) -> bytes:
    """The strings of a module that are no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documentation
    )
    return "\n".join(texts).encode("utf-8", "surrogatepass")
