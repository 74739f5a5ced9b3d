"""What must stay denied: the cases of fixtures/conformance/must_deny.yaml, through the whole pipeline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from licscan.app.run_options import cache_folder
from licscan.detect.index import index_path, open_index
from tests.classify.cases import Judge, load_cases, open_judge

CASES = load_cases("must_deny.yaml")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    cache = tmp_path_factory.mktemp("must-deny-cache")
    ready = index_path(cache_folder(None))
    if ready.exists():
        os.link(ready, cache / ready.name)
    else:
        open_index(cache)
    with open_judge(cache) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_stays_denied(case: dict[str, Any], judge: Judge, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()

    assert judge.differences(case, tree) == [], case["why"]


def test_a_tree_without_the_copyleft_passes(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (tmp_path / "a.py").write_text("# SPDX-License-Identifier: Apache-2.0\na = 1\n")

    assert judge.judge(tmp_path, []).exit == 0


def test_the_suite_is_long_enough_and_every_case_gives_its_reason() -> None:
    assert len(CASES) >= 60
    assert len({case["id"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) <= {"id", "why", "files", "options", "expect"}
        assert set(case["expect"]) <= {"exit", "licence", "class", "has"}
        assert case["why"]
        assert case["expect"]["exit"] == 1
