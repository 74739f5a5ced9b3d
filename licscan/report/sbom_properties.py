"""The ``licscan:`` properties: what an SBOM format has no field for, told without loss. docs/sbom.md lists them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from licscan.core.aimodel import AiModel
from licscan.core.component import Component, Dependency, LicenseClaim
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.result import Audit, Inventory
from licscan.core.text import visible
from licscan.core.verdict import Composition, Conclusion, Statement
from licscan.report.sbom import Part, Sbom
from licscan.report.summary import Decided, decided, known_before, names_of, skipped_by_reason

PREFIX = "licscan:"

_encode = msgspec.json.Encoder().encode  # of a large tree, half the time went into the standard library's

Pair = tuple[str, str]  # a name, and a value on one line


def prop(name: str, value: object) -> Pair:
    """Return one property; ``value`` is shown as text, everything but a plain text as JSON."""
    return PREFIX + name, visible(value) if isinstance(value, str) else as_json(value)


def as_json(value: object) -> str:
    """Return ``value`` as JSON on one line that any format can hold: odd characters stand as JSON escapes."""
    with suppress(UnicodeEncodeError):  # a path that is not UTF-8
        text = _encode(value).decode()
        if visible(text) == text:
            return text
    return json.dumps(value, separators=(",", ":"))


def part_properties(part: Part) -> Iterator[Pair]:
    """Yield what is told of a part: its claims, its conclusion, its findings, and its own facts."""
    for claim in part.claims:
        yield prop(f"license:{claim.source.value}", claim_value(claim))
    if part.conclusion is not None:
        yield from _conclusion(part.conclusion)
    for violation in part.violations:
        yield prop("finding", violation.id)
    if isinstance(part.subject, Component):
        yield from _component(part.subject)
    elif isinstance(part.subject, AiModel):
        yield from _model(part.subject)


def scan_properties(inventory: Inventory, audit: Audit, sbom: Sbom) -> Iterator[Pair]:
    """Yield what is told of the scan as a whole: its settings, its policy, what it could not look at, and what people
    decided."""
    yield prop("detector", inventory.run.detector)
    yield prop("policy", {"name": audit.policy.name, "digest": audit.policy.digest})
    yield prop("policy:passed", audit.passed)
    yield prop("scan:complete", audit.complete)
    for name, value in inventory.run.settings:
        yield prop(f"setting:{visible(name)}", value)
    for issue in inventory.issues:
        yield prop("issue", issue_value(issue))
    for reason in skipped_by_reason(inventory):
        yield prop("skipped", {"reason": reason.reason, "count": reason.count, "paths": names_of(reason)})
    for dependency in sbom.dangling:
        yield prop("unresolved-dependency", dependency_value(dependency))
    for each in decided(audit):
        yield prop("decision", decision_value(each))
    if known := known_before(audit):
        yield prop("known-before", known)


def claim_value(claim: LicenseClaim) -> dict[str, Any]:
    """Return ``claim`` as a JSON object; what it does not say is left out."""
    return _said(
        expression=claim.expression,
        spdx=claim.expression_spdx,
        raw=claim.raw,
        origin=claim.origin or None,
        locations=[location_value(location) for location in claim.locations] or None,
    )


def location_value(location: Location) -> dict[str, Any]:
    return _said(path=location.path, start=location.start_line, end=location.end_line)


def dependency_value(dependency: Dependency) -> dict[str, Any]:
    return _said(parent=dependency.parent, child=dependency.child, requirement=dependency.requirement)


def issue_value(issue: Issue) -> dict[str, Any]:
    return _said(
        code=issue.code.value,
        level=issue.level.value,
        message=str(issue.message),
        location=location_value(issue.location) if issue.location else None,
        hint=issue.hint and str(issue.hint),
    )


def decision_value(each: Decided) -> dict[str, Any]:
    return _said(
        what=each.what,
        about=each.about,
        license=each.license,
        why=each.why,
        by=each.by,
        until=each.until or None,
        place=each.place or None,
    )


def _conclusion(conclusion: Conclusion) -> Iterator[Pair]:
    classification = conclusion.classification
    if classification is not None:
        yield prop("class", classification.license_class.value)
        yield prop(
            "conclusion",
            _said(
                expression=classification.expression,
                spdx=classification.expression_spdx,
                problem=classification.problem and str(classification.problem),
            ),
        )
    for statement in conclusion.suppressed:
        if statement.composition not in _IN_THE_CONCLUSION:
            yield prop("suppressed", _statement_value(statement))


# Their licence is in the conclusion already, by another statement of the same file.
_IN_THE_CONCLUSION = frozenset(
    {Composition.REPEATED, Composition.INTRODUCTION, Composition.BESIDE_A_LICENSE, Composition.EXCEPTED_TEXT}
)


def _statement_value(statement: Statement) -> dict[str, Any]:
    return _said(
        reason=statement.composition.value,
        expression=statement.expression,
        rule=statement.rule_id,
        location=location_value(statement.location),
        explanation=str(statement.explanation or ""),
    )


def _component(component: Component) -> Iterator[Pair]:
    yield prop("kind", component.kind.value)
    yield prop("scope", component.scope.value)
    if component.unresolved:
        yield prop("unresolved", True)
    if component.direct is not None:
        yield prop("direct", component.direct)
    if component.ecosystem:
        yield prop("ecosystem", component.ecosystem)
    if component.directory:
        yield prop("directory", component.directory)
    for holder in component.holders:
        yield prop("holder", holder)


def _model(model: AiModel) -> Iterator[Pair]:
    yield prop("model:id", model.id)
    yield prop("model:format", model.format)
    for name, value in (("relation", model.relation), ("size", model.size), ("parameters", model.parameters)):
        if value is not None:
            yield prop(f"model:{name}", value)
    if model.served_by:
        yield prop("model:served-by", model.served_by)
    for revision in model.revisions:
        yield prop("model:revision", revision)
    for clue in model.clues:
        yield prop("model:clue", location_value(clue))


def _said(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
