"""Older documents made into today's, one version at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from licscan.core.message import verbatim
from licscan.document.envelope import SCHEMA_VERSION
from licscan.errors import UsageError

# Plain JSON in, plain JSON of the next version out: the types of a past version are not kept.
Step = Callable[[dict[str, Any]], dict[str, Any]]


def _with_statements(document: dict[str, Any]) -> dict[str, Any]:
    """1.1 has statements where 1.0 had matches that do not count, and what REUSE states outside files; the rest stays at its default."""
    for conclusion in document["audit"]["conclusions"]:
        conclusion["statements"] = [_statement(old) for old in conclusion.pop("demotions", ())]
    return document


def _statement(old: dict[str, Any]) -> dict[str, Any]:
    kept = {name: old[name] for name in ("expression", "rule_id", "location", "explanation")}
    return {**kept, "composition": old["reason"], "role": _ROLES_1_0.get(old["reason"], "reference")}


_ROLES_1_0 = {
    "bare-word-in-code": "identifier",
    "licence-id-list": "list-entry",
    "mention": "mention",
    "contribution-terms": "contribution-terms",
}


def _with_messages(document: dict[str, Any]) -> dict[str, Any]:
    """1.2 has messages, with id and values, where 1.1 had sentences: they are kept word for word."""
    audit, inventory = document["audit"], document["inventory"]
    for violation in [*audit["violations"], *(each["violation"] for each in audit.get("suppressed", ()))]:
        _to_messages(violation, "message", "how_to_fix", "question")
        _each(violation, "evidence", "note")
        _each(violation, "trace", "why")
    _each(audit, "suppressed", "why")
    _each(audit, "corrections", "note")
    for choice in audit.get("choices", ()):
        _each(choice, "trace", "why")
    for conclusion in audit["conclusions"]:
        _to_messages(conclusion, "disagreement")
        _each(conclusion, "evidence", "note")
        _each(conclusion, "statements", "explanation")
        classification = conclusion.get("classification") or {}
        _to_messages(classification, "problem")
        _each(classification, "units", "reason")
    _each(inventory, "issues", "message", "hint")
    _each(inventory, "skipped", "reason")
    return document


def _each(holder: dict[str, Any], name: str, *fields: str) -> None:
    for item in holder.get(name, ()):
        _to_messages(item, *fields)


def _to_messages(item: dict[str, Any], *fields: str) -> None:
    for name in fields:
        if name in item:
            text = item[name]
            item[name] = msgspec.to_builtins(verbatim(text)) if text else None


# The version that a step starts from -> (the version that it leads to, the step). 1.0 is the first version.
STEPS: Mapping[str, tuple[str, Step]] = {"1.0": ("1.1", _with_statements), "1.1": ("1.2", _with_messages)}


def migrate(
    document: dict[str, Any],
    *,
    where: str | None = None,
    target: str = SCHEMA_VERSION,
    steps: Mapping[str, tuple[str, Step]] = STEPS,
) -> dict[str, Any]:
    """Return ``document`` in the version ``target``; raise ``UsageError`` for a version that no step leads on from."""
    version = document["licscan"]["schema"]
    while version != target:
        if version not in steps:
            raise UsageError(
                f"a result of schema {version} cannot be read any more",
                where=where,
                hint="Make the result again with 'licscan scan'.",
            )
        version, step = steps[version]
        document = step(document)
        document["licscan"]["schema"] = version
    return document
