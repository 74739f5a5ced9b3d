"""What is kept and demoted in real trees, against labels made by hand."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def noise() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licscan_noise", ROOT / "benchmarks" / "noise.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_nothing_that_was_labelled_to_keep_is_suppressed(noise: ModuleType) -> None:
    assert [f"{one.tree}: {one.match.location}" for one in noise.judge() if one.is_wrongly_suppressed] == []


def test_every_suppressed_match_has_the_reason_of_its_label(noise: ModuleType) -> None:
    lost = [one for one in noise.judge() if one.suppressed and one.label and not one.is_carried]
    differing = [one for one in lost if one.suppressed.composition.value != one.label]
    assert [f"{one.tree}: {one.match.location}" for one in differing] == []


def test_the_documented_numbers_are_the_measured_ones(noise: ModuleType) -> None:
    text = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    documented = text.split("<!-- measured -->")[1].split("<!-- /measured -->")[0].strip()
    assert documented == noise.table(noise.measure(noise.judge()))


def test_the_labels_are_many_and_from_many_trees(noise: ModuleType) -> None:
    judged = noise.judge()
    reasons = Counter(one.label for one in judged if one.label)
    assert len(judged) >= 200
    assert sum(reasons.values()) >= 60
    assert len(reasons) >= 6
    assert len({one.tree for one in judged}) >= 8
    assert all(one.why for one in judged)
