from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from licscan.core.result import Audit, Inventory
from licscan.document import encode
from licscan.document.schema import FILE_NAME, json_schema, schema_text
from licscan.report.base import ReportInput
from tests.document import strategies
from tests.report import samples

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schema" / FILE_NAME


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_that_of_the_types(update_golden: bool) -> None:
    if update_golden:
        PUBLISHED.write_text(schema_text(), encoding="utf-8")
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    "report", [samples.sample(), samples.clean(), samples.empty()], ids=["sample", "clean", "empty"]
)
def test_real_documents_are_valid(validator: Draft202012Validator, report: ReportInput) -> None:
    assert list(validator.iter_errors(json.loads(encode(report.inventory, report.audit)))) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(inventory=strategies.inventories(), audit=strategies.audits())
def test_whatever_can_be_written_is_valid(inventory: Inventory, audit: Audit) -> None:
    schema = Draft202012Validator(json_schema())
    assert list(schema.iter_errors(json.loads(encode(inventory, audit)))) == []


def test_the_schema_sees_a_wrong_value(validator: Draft202012Validator) -> None:
    report = samples.clean()
    document: dict[str, Any] = json.loads(encode(report.inventory, report.audit))
    document["audit"]["complete"] = "perhaps"
    document["inventory"]["files"][0].pop("path")
    places = sorted("/".join(map(str, error.absolute_path)) for error in validator.iter_errors(document))
    assert places == ["audit/complete", "inventory/files/0"]
