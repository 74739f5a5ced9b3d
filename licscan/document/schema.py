"""The JSON schema of a stored result, made from the types: ``python -m licscan.document.schema > docs/schema/...``."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

import msgspec

from licscan.document.envelope import SCHEMA_VERSION, StoredResult

FILE_NAME = f"result-{SCHEMA_VERSION}.json"


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of the documents that ``encode`` writes."""
    schema: dict[str, Any] = _uniform(msgspec.json.schema(StoredResult))
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"licscan result {SCHEMA_VERSION}",
        "description": "What licscan found in a codebase (inventory), and how a policy judged it (audit).",
    }
    return head | schema


def _uniform(node: Any) -> Any:
    """Return ``node`` in the one form that is published.

    Releases of msgspec differ in the indentation of docstrings and in the order of alternatives; neither means anything.
    """
    if isinstance(node, list):
        return [_uniform(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _uniform_value(key, value) for key, value in node.items()}


def _uniform_value(key: str, value: Any) -> Any:
    if key == "description" and isinstance(value, str):
        return inspect.cleandoc(value)
    if key == "anyOf" and isinstance(value, list):
        return sorted(map(_uniform, value), key=lambda choice: json.dumps(choice, sort_keys=True))
    return _uniform(value)


def schema_text() -> str:
    """Return the schema as it is published in ``docs/schema/``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
