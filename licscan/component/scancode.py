"""The door to ScanCode's licence and package data; nothing else in this package imports it.

Importing it takes a second, so it is opened only when something needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licscan.core.expression import ExpressionError, parse


def license_ids() -> dict[str, dict[str, str]]:
    """Return the content of ``license_ids.json`` as the installed ScanCode has it."""
    from licensedcode.models import load_licenses

    licenses: Mapping[str, Any] = load_licenses(with_deprecated=True)
    spdx: dict[str, str] = {}
    current: dict[str, str] = {}
    former: dict[str, str] = {}
    for key, item in sorted(licenses.items()):
        expression = _expression(key, item)
        own = item.spdx_license_key or f"LicenseRef-scancode-{key}"
        if not item.is_deprecated:
            spdx[key] = own
        if expression is None:
            continue
        (former if item.is_deprecated else current)[own.lower()] = expression
        for other in item.other_spdx_license_keys or ():
            former.setdefault(other.lower(), expression)
    expressions = {**former, **current}
    return {"spdx": spdx, "expressions": dict(sorted(expressions.items()))}


def _expression(key: str, item: Any) -> str | None:
    """Return what an id of this licence stands for: itself, or for a deprecated one its replacement."""
    if not item.is_deprecated:
        return key
    replaced = [str(part) for part in item.replaced_by or ()]
    if len(replaced) != 1:
        return None
    try:
        return str(parse(replaced[0]))
    except ExpressionError:
        return None
