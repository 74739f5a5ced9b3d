"""Real lockfiles of every client against what they say, kept in golden files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.component.trees import by_id, discovered, edges, told
from tests.conftest import FIXTURES, ROOT

CASES = sorted(path.name for path in (FIXTURES / "component").iterdir() if path.is_dir())
GOLDEN = ROOT / "tests" / "golden" / "component"

# The same two projects, locked by seven clients.
NPM_CASES = [
    "bun",
    "npm-package-lock-v1",
    "npm-package-lock-v2",
    "npm-package-lock-v3",
    "pnpm",
    "yarn-berry",
    "yarn-classic",
]


@pytest.mark.parametrize("case", CASES)
def test_a_fixture_gives_the_components_that_its_golden_file_lists(case: str, update_golden: bool) -> None:
    found = told(discovered(FIXTURES / "component" / case))
    golden = GOLDEN / f"{case}.txt"
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_two_discoveries_of_a_fixture_are_equal(case: str) -> None:
    assert discovered(FIXTURES / "component" / case) == discovered(FIXTURES / "component" / case)


@pytest.mark.parametrize("case", NPM_CASES)
def test_every_javascript_client_locks_the_same_direct_dependencies(case: str) -> None:
    found = edges(discovered(FIXTURES / "component" / case))
    app, panel = "pkg:npm/lock-sample@1.0.0", "pkg:npm/%40sample/panel@0.1.0"
    assert {edge for edge in found if edge[0] == app} == {
        (app, "pkg:npm/debug@4.4.3", "runtime"),
        (app, "pkg:npm/fsevents@2.3.3", "optional"),
        (app, "pkg:npm/semver@6.3.2", "development"),
        (app, "pkg:npm/string-width@4.2.3", "runtime"),
    }
    assert {(app, child, scope) for _, child, scope in found if _ == panel} >= {
        (app, "pkg:npm/react-dom@18.3.1", "runtime"),
        (app, "pkg:npm/semver@7.8.6", "runtime"),
    }


@pytest.mark.parametrize("case", NPM_CASES)
def test_every_javascript_client_locks_the_same_indirect_packages(case: str) -> None:
    components = by_id(discovered(FIXTURES / "component" / case))
    indirect = {"ansi-regex@5.0.1", "emoji-regex@8.0.0", "js-tokens@4.0.0", "ms@2.1.3", "scheduler@0.23.2"}
    assert all(components[f"pkg:npm/{name}"].direct is False for name in indirect)


def test_no_fixture_holds_a_registry_address() -> None:
    addresses = {
        line
        for path in sorted((FIXTURES / "component").rglob("*"))
        if path.is_file()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if "://" in line and "example.invalid" not in line and Path(path).suffix != ".md" and "xmlns" not in line
    }
    assert not addresses
