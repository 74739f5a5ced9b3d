"""Imports go one way, and heavy or ugly libraries stay behind their doors."""

from __future__ import annotations

import ast
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
