from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from msgspec.json import schema as schema_of_msgspec

from licscan.core.result import Audit, Inventory
from licscan.document import encode
from licscan.document.envelope import StoredResult
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


def test_the_schema_is_the_same_whatever_form_msgspec_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    published = schema_text()

    def of_another_release(types: Any) -> Any:
        return _otherwise(schema_of_msgspec(types))

    monkeypatch.setattr("msgspec.json.schema", of_another_release)
    assert of_another_release(StoredResult) != schema_of_msgspec(StoredResult)
    assert schema_text() == published


def _otherwise(node: Any) -> Any:
    """Indent the docstrings in ``node`` and turn its alternatives round, as releases of msgspec do."""
    if isinstance(node, list):
        return [_otherwise(item) for item in node]
    if not isinstance(node, dict):
        return node
    other = {key: _otherwise(value) for key, value in node.items()}
    if isinstance(text := other.get("description"), str):
        first, *rest = text.split("\n")
        other["description"] = "\n".join([first, *(f"    {line}" if line else "" for line in rest)])
    if "anyOf" in other:
        other["anyOf"].reverse()
    return other


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
