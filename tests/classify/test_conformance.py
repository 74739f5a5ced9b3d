"""The conformance suite of fixtures/conformance, run against the catalogue."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from licscan.classify.catalogue import Catalogue
from licscan.core.expression import ExpressionError
from licscan.core.verdict import Classification, LicenseClass
from tests.conftest import FIXTURES

ROWS: list[dict[str, Any]] = yaml.safe_load((FIXTURES / "conformance" / "expressions.yaml").read_text("utf-8"))["rows"]
FIELDS = {"expression", "class", "network", "problem", "why", "source"}


def classify_spdx(catalogue: Catalogue, text: str) -> Classification:
    """Classify an SPDX expression; what does not parse is handed on as it is."""
    try:
        return catalogue.classify(catalogue.from_spdx(text))
    except ExpressionError:
        return catalogue.classify(text)


@pytest.mark.parametrize("row", ROWS, ids=[row["expression"] or "(empty)" for row in ROWS])
def test_a_row_has_its_class(row: dict[str, Any], catalogue: Catalogue) -> None:
    classification = classify_spdx(catalogue, row["expression"])

    assert classification.license_class is LicenseClass(row["class"]), row["why"]
    assert classification.network is row.get("network", False)
    assert (classification.problem is not None) is row.get("problem", False)


def test_the_suite_is_long_enough_and_every_row_gives_its_reason() -> None:
    assert len(ROWS) >= 120
    assert len({row["expression"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert set(row) <= FIELDS
        assert row["why"] and row["source"]


def test_the_suite_covers_every_class() -> None:
    assert {row["class"] for row in ROWS} == {member.value for member in LicenseClass}
