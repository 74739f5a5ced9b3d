"""Parts 2 and 3: what each licence asks and limits, and the risk of each finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from licscan.core.location import Location
from licscan.core.message import message, name, say
from licscan.core.verdict import Evidence, LicenseClass, UnitClassification, Violation
from licscan.duediligence.document import EvidenceRow, LicenseReview, Risk
from licscan.duediligence.licence_terms import duties_of, limits_of
from licscan.duediligence.rate import (
    bucket_of,
    effort,
    liability,
    likelihood,
    remedies,
    severity_reason,
)
from licscan.duediligence.ratings import Bucket
from licscan.duediligence.stake import SOURCE, at_stake
from licscan.duediligence.view import View, digest

# Limits on what a business may do with it.
COMMERCIAL = frozenset({"non-commercial", "research-only", "evaluation-only", "internal-use", "no-sale", "no-hosting",
                        "competitor", "production-limit", "field-of-use", "user-limit", "revenue-limit", "acceptable-use",
                        "output-limits", "region-limit", "no-derivatives", "time-limited"})  # fmt: skip
_CLASS_ORDER = (
    LicenseClass.PROPRIETARY,
    LicenseClass.CUSTOM_MODEL,
    LicenseClass.STRONG_COPYLEFT,
    LicenseClass.UNKNOWN,
    LicenseClass.WEAK_COPYLEFT,
    LicenseClass.PERMISSIVE,
)
NAMED = message("note.named", "the place where it is or is named")
_SEVERITY_ORDER = ("critical", "high", "medium", "low", "info")


def licenses(view: View) -> tuple[LicenseReview, ...]:
    """Return each licence once: limits on commercial use first, then duties to give source, then by class.

    A file of a third-party component is spoken for by the component, unless a finding is about the file itself: the text of the
    GPL beside code under "version 2 or later" does not make it "version 2 only".
    """
    units: dict[str, UnitClassification] = {}
    subjects: Counter[str] = Counter()
    for conclusion in view.audit.conclusions:
        if view.is_spoken_for(conclusion):
            continue
        for unit in conclusion.classification.units if conclusion.classification else ():
            units.setdefault(unit.unit, unit)
            subjects[unit.unit] += 1
    rows = [_review(view, unit, subjects[unit.unit]) for unit in units.values()]
    return tuple(sorted(rows, key=_review_order))


def _review(view: View, unit: UnitClassification, subjects: int) -> LicenseReview:
    return LicenseReview(
        license=unit.spdx,
        name=view.license_names.get(unit.unit, ""),
        license_class=unit.license_class,
        reason=unit.reason or message("class.no-reason", "no reason is on record"),
        network=unit.network,
        duties=duties_of(unit),
        limits=limits_of(unit),
        commercial_limits=tuple(term for term in limits_of(unit) if term in COMMERCIAL),
        source_duties=tuple(duty for duty in duties_of(unit) if duty in SOURCE),
        subjects=subjects,
    )


def _review_order(row: LicenseReview) -> tuple[object, ...]:
    return (not row.commercial_limits, not row.source_duties, _CLASS_ORDER.index(row.license_class), row.license)


def risks(view: View) -> tuple[Risk, ...]:
    """Return each finding as a risk: by bucket, severity and likelihood, then as the policy ordered them."""
    rows = [_risk(view, violation) for violation in view.audit.violations]
    buckets = list(Bucket)
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                buckets.index(row.bucket),
                _SEVERITY_ORDER.index(row.severity.value),
                row.likelihood.value,
            ),
        )
    )


def _risk(view: View, violation: Violation) -> Risk:
    component = view.components.get(violation.subject.id)
    rated, why = likelihood(violation, view.audit.facts)
    dependents = len(view.graph.parents(violation.subject.id))
    work, work_reason = effort(violation, component.kind if component else None, dependents, view.unread)
    found = violation.message
    if violation.code == "no-licence" and violation.subject.id in view.unread:
        found = say("{subject}: its package is not in the tree and its metadata was not read, so that its licence is not known.",
                      subject=name(violation.subject.name))  # fmt: skip
    return Risk(
        id=violation.id,
        code=violation.code,
        rule=violation.rule,
        source=violation.source,
        subject=view.ref(violation.subject),
        license=violation.expression_spdx or "",
        license_class=violation.license_class,
        choice=violation.choice,
        bucket=bucket_of(violation, view.unread, view.own),
        outcome=violation.outcome,
        violates=violation.violates,
        severity=violation.severity,
        severity_reason=severity_reason(violation, view.audit.policy.name),
        likelihood=rated,
        likelihood_reason=why,
        message=found,
        liability=liability(violation, view.unread),
        duties=at_stake(view, violation),
        remedies=remedies(violation, view.unread),
        how_to_fix=violation.how_to_fix,
        effort=work,
        effort_reason=work_reason,
        question=violation.question,
        evidence=tuple(evidence_id(item) for item in evidence_of(view, violation)),
    )


def evidence_of(view: View, violation: Violation) -> tuple[Evidence, ...]:
    """Return what a finding rests on; where the finding has no place of its own, where its subject is named."""
    if violation.evidence:
        return violation.evidence
    subject = violation.subject
    component = view.components.get(subject.id)
    named = component or view.models.get(subject.id)
    places: Iterable[Location] = named.locations if named else ()
    found = tuple(Evidence(location=place, note=NAMED) for place in places)
    path = subject.path or (component.directory if component else None)
    return found or ((Evidence(location=Location(path=path), note=NAMED),) if path else ())


@lru_cache(maxsize=100_000)
def evidence_id(item: Evidence) -> str:
    location = item.location
    return digest(
        "evidence", location.path, location.start_line, location.end_line, item.rule_id, item.expression, item.text
    )


def evidence(view: View) -> tuple[EvidenceRow, ...]:
    """Return every piece of evidence once, with the findings that rest on it, by place."""
    found: dict[str, tuple[Evidence, list[str]]] = {}
    for violation in view.audit.violations:
        for item in evidence_of(view, violation):
            found.setdefault(evidence_id(item), (item, []))[1].append(violation.id)
    rows = (_evidence_row(view, key, item, findings) for key, (item, findings) in found.items())
    return tuple(sorted(rows, key=lambda row: (row.path, row.start_line or 0, row.id)))


def _evidence_row(view: View, key: str, item: Evidence, findings: list[str]) -> EvidenceRow:
    return EvidenceRow(
        id=key,
        findings=tuple(dict.fromkeys(findings)),
        path=item.location.path,
        start_line=item.location.start_line,
        end_line=item.location.end_line,
        digest=view.digests.get(item.location.path),
        license=view.spdx(item.expression or ""),
        rule=item.rule_id,
        matcher=item.matcher,
        score=item.score,
        text=item.text,
        note=item.note,
    )
