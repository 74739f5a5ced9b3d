"""The trees of fixtures/conformance/trees, scanned as a user scans them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance_trees import EXPECTATIONS, FIELDS, TREES, cases, words, wrong

FILES = sorted(path.stem for path in TREES.glob("*.yaml"))
CASES = [case for name in FILES for case in cases(name)]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_tree_is_concluded_as_a_licence_engineer_does(case: dict[str, Any], tmp_path: Path) -> None:
    assert wrong(case, tmp_path) == []


def test_every_case_gives_its_reason_and_expects_something() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) <= FIELDS, case["id"]
        assert words(case) >= 4, case["id"]
        assert case["expect"] and set(case["expect"]) <= EXPECTATIONS, case["id"]
