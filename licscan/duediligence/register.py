"""Part 1: the components, direct and indirect, with versions, origin, and how each is used, by whose word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set

from msgspec import Struct

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import SHIPPED, ClaimSource, Component, ComponentKind, LicenseClaim, Scope
from licscan.core.facts import Distribution
from licscan.core.message import Message, mark, name, path, say
from licscan.core.verdict import Conclusion, LicenseClass, SubjectKind, UnitClassification, Violation
from licscan.duediligence.document import Entry, SubjectRef, Usage
from licscan.duediligence.duties import HOSTED, KEPT_INSIDE
from licscan.duediligence.rate import bucket_of, worst
from licscan.duediligence.ratings import Bucket
from licscan.duediligence.taken import taken_units
from licscan.duediligence.usage import usage_of_component, usage_of_part, usage_of_reference
from licscan.duediligence.view import View

_NOTICES = frozenset({"attribution", "attribution-display", "license-text", "notice-file", "state-changes"})
_ORIGINS: Mapping[ComponentKind, str] = {
    ComponentKind.PROJECT: mark("the audited code itself"),
    ComponentKind.PACKAGE: mark("package"),
    ComponentKind.VENDORED: mark("copied into the tree"),
    ComponentKind.SYSTEM: mark("system package"),
}


def register(view: View) -> tuple[Entry, ...]:
    """Return every component and model, and every first-party file with findings, the worst bucket first."""
    rows = [
        *(_component(view, component) for component in view.inventory.components),
        *(_model(view, model) for model in view.inventory.models),
        *_files(view),
    ]
    order = list(Bucket)
    return tuple(
        sorted(
            rows, key=lambda row: (order.index(row.bucket), row.subject.kind.value, row.subject.name, row.subject.id)
        )
    )


class Filing(Struct, frozen=True):
    """What decides how subjects are filed: the ids of packages that nothing was read of (``rate.unread``), how the product reaches
    others, and the ids of the seller's own folders."""

    unseen: Set[str]
    distribution: Distribution | None
    own: Collection[str] = ()


def filing(view: View) -> Filing:
    return Filing(view.unread, view.audit.facts.distribution, view.own)


def subject_bucket(
    found: Iterable[Violation], conclusion: Conclusion | None, by: Filing, *, third_party: bool
) -> Bucket:
    """Return the worst bucket of the findings; without any, what the licence asks for decides."""
    bucket = worst(bucket_of(violation, by.unseen, by.own) for violation in found)
    if bucket is not Bucket.FINE or not third_party or conclusion is None:
        return bucket
    units = taken_units(conclusion, None)
    if conclusion.subject.scope in SHIPPED and any(_asks_more(unit, by.distribution) for unit in units):
        return Bucket.RESEARCH
    return Bucket.NOTICE if any(unit.obligations for unit in units) else Bucket.FINE


def _asks_more(unit: UnitClassification, distribution: Distribution | None) -> bool:
    """Whether more than notices is owed, so that somebody has to see to it although nothing objects; or nobody knows what is."""
    if unit.license_class in (LicenseClass.PROPRIETARY, LicenseClass.UNKNOWN):
        return True
    if distribution in KEPT_INSIDE:
        return False
    more = frozenset(unit.obligations) - _NOTICES
    return bool(more & HOSTED) if distribution is Distribution.SAAS else bool(more)


def _component(view: View, component: Component) -> Entry:
    ref = view.component_ref(component)
    conclusion = view.conclusions.get((ref.kind, ref.id))
    found = view.violations.get((ref.kind, ref.id), [])
    classification = conclusion.classification if conclusion else None
    chain = view.graph.chain(component.id)
    is_project = component.kind is ComponentKind.PROJECT
    return Entry(
        subject=ref,
        origin=_origin(component),
        purl=component.purl,
        scope=component.scope,
        direct=None if is_project else _direct(component, chain),
        chain=tuple(view.graph.title(step) for step in chain),
        declared=_claims(component.claims, ClaimSource.DECLARED),
        detected=_claims(component.claims, ClaimSource.DETECTED),
        concluded=classification.expression_spdx if classification else "",
        license_class=classification.license_class if classification else None,
        bucket=subject_bucket(found, conclusion, filing(view), third_party=not is_project),
        usage=() if is_project else usage_of_component(view, component),
        named_at=tuple(str(location) for location in component.locations),
        holders=tuple(dict.fromkeys((*component.holders, *component.copyrights))),
        findings=tuple(violation.id for violation in found),
    )


def _model(view: View, model: AiModel) -> Entry:
    kind = SubjectKind.MODEL
    conclusion = view.conclusions.get((kind, model.id))
    found = view.violations.get((kind, model.id), [])
    classification = conclusion.classification if conclusion else None
    scope = conclusion.subject.scope if conclusion else Scope.RUNTIME
    what = _model_origin(model)
    return Entry(
        subject=SubjectRef(kind=kind, id=model.id, name=model.name),
        origin=what,
        purl=None,
        scope=scope,
        direct=None,
        chain=(),
        declared=_claims(model.claims, ClaimSource.DECLARED),
        detected=_claims(model.claims, ClaimSource.DETECTED),
        concluded=classification.expression_spdx if classification else "",
        license_class=classification.license_class if classification else None,
        bucket=subject_bucket(found, conclusion, filing(view), third_party=True),
        usage=_model_usage(view, model, scope),
        named_at=tuple(str(location) for location in model.locations),
        holders=(model.publisher,) if model.publisher and not conclusion else (),
        findings=tuple(violation.id for violation in found),
    )


def _model_usage(view: View, model: AiModel, scope: Scope) -> tuple[Usage, ...]:
    named = str(model.locations[0]) if model.locations else None
    if model.format == "reference" and named:
        return usage_of_reference(view, scope, named)
    return usage_of_part(view, scope, named)


def _model_origin(model: AiModel) -> Message:
    """Say whether the model itself lies in the tree, or is only named there."""
    dataset = model.kind is AiModelKind.DATASET
    if model.served_by:
        return say("AI model, run by {service} for the product", service=name(model.served_by))
    if model.format == "reference":
        return (
            say("dataset, named in code or configuration")
            if dataset
            else say("AI model, named in code or configuration")
        )
    return (
        say("dataset ({format})", format=model.format) if dataset else say("AI model ({format})", format=model.format)
    )


def _files(view: View) -> Iterator[Entry]:
    for (kind, _), found in view.violations.items():
        subject = found[0].subject
        known = view.components if kind is not SubjectKind.MODEL else view.models
        if kind is not SubjectKind.FILE and subject.id in known:
            continue
        conclusion = view.conclusion(subject)
        classification = conclusion.classification if conclusion else None
        owner = view.components.get(subject.owner or "")
        yield Entry(
            subject=view.ref(subject),
            origin=say("file of {owner}", owner=name(owner.name)) if owner else say("file"),
            purl=None,
            scope=subject.scope,
            direct=None,
            chain=tuple(view.graph.title(step) for step in view.graph.chain(subject.owner or "")),
            declared="",
            detected=classification.expression_spdx if classification else "",
            concluded=classification.expression_spdx if classification else "",
            license_class=classification.license_class if classification else None,
            bucket=subject_bucket(found, conclusion, filing(view), third_party=False),
            usage=usage_of_part(view, subject.scope, None),
            named_at=(subject.path,) if subject.path else (),
            holders=(),
            findings=tuple(violation.id for violation in found),
        )


def _origin(component: Component) -> Message:
    if component.ecosystem:
        return say("package from {ecosystem}", ecosystem=component.ecosystem)
    if component.kind is ComponentKind.VENDORED and component.directory:
        return say("copied into {folder}", folder=path(component.directory))
    return Message(_ORIGINS[component.kind])


def _direct(component: Component, chain: tuple[str, ...]) -> bool | None:
    if component.direct is not None:
        return component.direct
    return len(chain) == 2 if chain else None


def _claims(claims: Iterable[LicenseClaim], source: ClaimSource) -> str:
    said = (claim.expression_spdx or claim.raw for claim in claims if claim.source is source)
    return "; ".join(dict.fromkeys(text for text in said if text))
