"""How a finding is filed and rated: bucket, likelihood, remedies, effort, and what may follow from it. Each with its reason.

The ratings are rules of thumb and say so: they order the work, they do not price it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from functools import cache

from licscan.core.component import REGISTRY_CLIENTS, SHIPPED, ComponentKind
from licscan.core.facts import Distribution, Facts
from licscan.core.issue import IssueCode
from licscan.core.message import Message, say
from licscan.core.result import Inventory
from licscan.core.verdict import LicenseClass, Outcome, Severity, SubjectKind, Violation
from licscan.duediligence.ratings import Bucket, Effort, Likelihood, Remedy
from licscan.duediligence.words import label

COPYLEFT_CODES = frozenset({"reciprocity", "distribution-terms"})
# Findings that are told and move nobody's bucket: they are about housekeeping, not about the right to use.
_HOUSEKEEPING = frozenset({"inventory", "stale-component", "waiver-unused", "waiver-expired", "licence-changed"})
_BUCKETS = tuple(Bucket)
CONFLICTS = frozenset({Bucket.CONFLICT_BROAD, Bucket.CONFLICT_NARROW, Bucket.NOT_LICENSED})
_ASKING = ("online", "online-sources")  # settings under which registries are asked
_SURE = 90.0  # a match of at least this score is a sure one; ScanCode's own reports draw the line here too


def unread(inventory: Inventory) -> frozenset[str]:
    """Return the ids of packages of which nothing was there that could state a licence: neither files nor metadata.

    That none was found says nothing of them; they are another thing than code that has no licence.
    """
    settings = dict(inventory.run.settings)
    asked = frozenset() if settings.keys().isdisjoint(_ASKING) else frozenset(REGISTRY_CLIENTS)
    failed = {
        value.text
        for issue in inventory.issues
        if issue.code is IssueCode.NOT_FETCHED
        for value in issue.message.values
    }
    return frozenset(
        component.id
        for component in inventory.components
        if component.kind is ComponentKind.PACKAGE
        and component.directory is None
        and not component.claims
        and (component.ecosystem not in asked or component.id in failed)
    )


def bucket_of(violation: Violation, unseen: Set[str] = frozenset(), own: Collection[str] = ()) -> Bucket:
    """Return how an auditor files ``violation``; ``unseen`` are the ids from ``unread``, ``own`` those of the seller's own folders: with its own
    code, on whatever terms, nobody is in conflict, and what remains are questions."""
    bucket = _bucket_of(violation, unseen)
    is_own = bool(own) and (violation.subject.id in own or violation.subject.owner in own)
    return Bucket.RESEARCH if is_own and bucket in CONFLICTS else bucket


def _bucket_of(violation: Violation, unseen: Set[str]) -> Bucket:
    if violation.code == "no-licence":
        unknown = violation.subject.id in unseen or _is_of_project(violation)
        return Bucket.RESEARCH if unknown else Bucket.NOT_LICENSED
    if violation.code in _HOUSEKEEPING:
        return Bucket.FINE
    if violation.severity is Severity.INFO and not _is_duty(violation):
        return Bucket.FINE
    if violation.code == "attribution-missing":
        return Bucket.NOTICE
    if violation.outcome is not Outcome.DENY or violation.question:
        return Bucket.RESEARCH
    reaches = violation.license_class is LicenseClass.STRONG_COPYLEFT and violation.code in COPYLEFT_CODES
    return Bucket.CONFLICT_BROAD if reaches and violation.subject.scope in SHIPPED else Bucket.CONFLICT_NARROW


def _is_of_project(violation: Violation) -> bool:
    """Whether it is the audited project itself that says no licence: a product that is sold has none in its tree, as a rule."""
    return violation.code == "no-licence" and violation.subject.kind is SubjectKind.PROJECT


def _is_duty(violation: Violation) -> bool:
    """Whether it tells duties of a model's licence that no fact decides: they are owed, and a person has to see to them."""
    return violation.code == "model-terms" and violation.outcome is not Outcome.ALLOW


def _is_told_only(violation: Violation) -> bool:
    return bucket_of(violation) is Bucket.FINE


def worst(buckets: Iterable[Bucket]) -> Bucket:
    return min(buckets, key=_BUCKETS.index, default=Bucket.FINE)


def likelihood(violation: Violation, facts: Facts) -> tuple[Likelihood, Message]:
    """Return how likely it is that the finding holds and takes effect, and why: the first reason that decides."""
    scope = violation.subject.scope
    if _is_told_only(violation):
        return Likelihood.LOW, say("For information only; no claim rests on it.")
    if violation.question:
        return Likelihood.MEDIUM, say("A fact that decides it is not declared.")
    if scope not in SHIPPED:
        return Likelihood.LOW, say(
            "It is used for {scope} only, and does not reach what is delivered.", scope=Message(label(scope))
        )
    scores = [item.score for item in violation.evidence if item.score is not None]
    if scores and max(scores) < _SURE:
        best = f"{max(scores):.0f}"
        return Likelihood.MEDIUM, say(
            "The best match has a score of {score} of 100: the text may be another one.", score=best
        )
    if violation.outcome is not Outcome.DENY:
        return Likelihood.MEDIUM, say("Whether it takes effect depends on what a person has to decide.")
    if facts.distribution in (Distribution.NONE, Distribution.INTERNAL) and violation.code in COPYLEFT_CODES:
        return Likelihood.LOW, say("The product is declared not to leave its makers: nothing triggers the terms today.")
    if facts.distribution is Distribution.SAAS and violation.code in COPYLEFT_CODES:
        return Likelihood.MEDIUM, say(
            "The product is declared hosted: most copyleft takes effect when copies are passed on."
        )
    if facts.distribution is None:
        return Likelihood.MEDIUM, say(
            "By its place and scope it reaches what is delivered; how the product is delivered is not declared."
        )
    if scores:
        return Likelihood.HIGH, say(
            "The best match has a score of {score} of 100, and by its place and scope the part reaches what is delivered; what "
            "the build actually packs was not examined.",
            score=f"{max(scores):.0f}",
        )
    return Likelihood.HIGH, say(
        "By its place and scope the part reaches what is delivered; what the build actually packs was not examined."
    )


def severity_reason(violation: Violation, policy: str) -> Message:
    return _severity_reason(violation.rule, policy, violation.source)


@cache
def _severity_reason(rule: str, policy: str, source: str) -> Message:
    return say(
        "Set by rule {rule} of policy {policy}, which rests on {source}.", rule=rule, policy=policy, source=source
    )


_COPYLEFT = (Remedy.REPLACE, Remedy.REMOVE, Remedy.ISOLATE, Remedy.RELICENSE, Remedy.COMPLY)
_WEAK = (Remedy.COMPLY, Remedy.ISOLATE, Remedy.REPLACE, Remedy.REMOVE, Remedy.RELICENSE)
_REMEDIES: Mapping[str, tuple[Remedy, ...]] = {
    "reciprocity": _COPYLEFT,
    "distribution-terms": (Remedy.REMOVE, Remedy.REPLACE, Remedy.RELICENSE, Remedy.COMPLY),
    "attribution-missing": (Remedy.COMPLY,),
    "source-not-provided": (Remedy.COMPLY, Remedy.REPLACE),
    "restricted-use": (Remedy.REPLACE, Remedy.RELICENSE, Remedy.REMOVE),
    "special-terms": (Remedy.COMPLY, Remedy.REPLACE),
    "no-licence": (Remedy.RELICENSE, Remedy.REPLACE, Remedy.REMOVE),
    "falcon-attribution": (Remedy.COMPLY,),
    "stale-component": (Remedy.CLARIFY, Remedy.REPLACE),
    "licence-altered": (Remedy.REPLACE, Remedy.RELICENSE, Remedy.REMOVE),
    "licence-drift": (Remedy.CLARIFY, Remedy.COMPLY, Remedy.REPLACE),
}


def remedies(violation: Violation, unseen: Set[str] = frozenset()) -> tuple[Remedy, ...]:
    """Return the options, the usual one first."""
    if violation.code == "no-licence" and violation.subject.id in unseen:
        return (Remedy.CLARIFY, Remedy.REPLACE, Remedy.REMOVE)
    if _is_of_project(violation):
        return (Remedy.CLARIFY,)
    if violation.severity is Severity.INFO and _is_told_only(violation):
        return ()
    if violation.code in COPYLEFT_CODES and violation.license_class is LicenseClass.WEAK_COPYLEFT:
        return _WEAK if violation.outcome is not Outcome.REVIEW else (Remedy.CLARIFY, *_WEAK)
    found = _REMEDIES.get(violation.code)
    if found is None:
        found = (Remedy.COMPLY, Remedy.REPLACE) if violation.subject.kind is SubjectKind.MODEL else (Remedy.CLARIFY,)
    if violation.question or (violation.outcome is Outcome.REVIEW and violation.code in COPYLEFT_CODES):
        return (Remedy.CLARIFY, *(remedy for remedy in found if remedy is not Remedy.CLARIFY))
    return found


def effort(
    violation: Violation, kind: ComponentKind | None, dependents: int, unseen: Set[str] = frozenset()
) -> tuple[Effort, Message]:
    """Return the effort class of the usual option, and why. ``dependents`` is how many parts need the subject."""
    found = remedies(violation, unseen)
    if not found:
        return Effort.HOURS, say("Nothing has to be changed on its account.")
    first = found[0]
    if violation.code == "stale-component":
        return Effort.HOURS, say("Review it first, then update or replace it.")
    if first is Remedy.CLARIFY:
        return Effort.HOURS, say("A question has to be answered first.")
    if first is Remedy.COMPLY and violation.code != "source-not-provided":
        return Effort.HOURS, say("A notice, a text or a record has to be added.")
    if first is Remedy.COMPLY:
        return Effort.DAYS, say("The source of exactly this version has to be found and kept.")
    if violation.subject.kind is SubjectKind.MODEL:
        return Effort.MONTHS, say("What was built and tested on the model has to be built and tested on another.")
    if violation.subject.kind is SubjectKind.FILE or kind is ComponentKind.VENDORED:
        return Effort.WEEKS, say("Copied code has to be rewritten, or replaced by a part that does the same.")
    if dependents > 1:
        return Effort.WEEKS, say(
            "{count} other parts need it: they have to be changed or replaced with it.", count=dependents
        )
    return Effort.DAYS, say("A package is exchanged for another, and what calls it is adapted and tested.")


def liability(violation: Violation, unseen: Set[str] = frozenset()) -> Message:
    """Return what may follow if the finding holds; worded as what can be claimed, not as what is so."""
    if violation.code == "no-licence" and violation.subject.id in unseen:
        return say(
            "Whether it has a licence is not known: its package is not in the tree, and its metadata was not read. Until it is "
            "known, no right to use it can be relied upon."
        )
    if _is_of_project(violation):
        return say(
            "Whether the licences in it are compatible cannot be determined until its own licence is known. That none is stated "
            "keeps its rights with whoever wrote it: that they are the seller's has to be shown otherwise."
        )
    if _is_duty(violation) and violation.severity is Severity.INFO:
        return _LIABILITIES["special-terms"]  # told, and binding all the same
    if violation.severity is Severity.INFO:
        return _OTHER
    if violation.code in COPYLEFT_CODES and violation.license_class is LicenseClass.WEAK_COPYLEFT:
        return say(
            "If it was passed on, changed or not, and its conditions were not kept (source, notices, licence text), the right to "
            "pass it on may have ended: its authors can demand that this stops, and damages. Offering the source of that part is "
            "the usual way to settle."
        )
    if violation.code in COPYLEFT_CODES:
        return say(
            "If copies were passed on under other terms, its authors can demand that this stops, and damages. Publishing the source "
            "of the whole work under the same licence is what they usually ask for in exchange. The licence may have ended: GPL "
            "version 2 ends by itself with a breach, version 3 lets a first breach be cured."
        )
    default = _MODEL_LIABILITY if violation.code.startswith(("llama2-", "falcon-", "model-terms")) else _OTHER
    return _LIABILITIES.get(violation.code, default)


_LIABILITIES: Mapping[str, Message] = {
    "attribution-missing": say(
        "Its authors can ask for the notices to be added, and for damages for copies that went out without them."
    ),
    "source-not-provided": say(
        "Recipients and authors can ask for the source; until it is provided, passing copies on may be an infringement."
    ),
    "restricted-use": say(
        "Use beyond what the licence grants is use without a licence: its owner can ask that it stops, for a fee, and for damages."
    ),
    "licence-altered": say(
        "Use beyond what the licence grants is use without a licence: its owner can ask that it stops, for a fee, and for damages."
    ),
    "special-terms": say("A condition of the licence that is not kept can end it, or be sued for as a breach."),
    "llama2-language": say(
        "The limit is in the model's card, not in the text of its licence; whether it binds is for counsel. The publisher "
        "does not claim that the model is fit for other languages."
    ),
    "no-licence": say(
        "Without a licence it may not be copied, changed or distributed: its owner can demand that this stops, and damages."
    ),
    "licence-drift": say("The terms of the model that it derives from may hold instead of those that it names."),
    "class-unknown": say("What it allows is not known: until it is, no right to use it can be relied upon."),
    "expression-unparsable": say("What it allows is not known: until it is, no right to use it can be relied upon."),
    "assisted-code": say("Who owns it, and whether it repeats code under another licence, is not proven."),
}
_MODEL_LIABILITY = say(
    "If the product does not fit these terms, the licence of the model may be ended or never have been granted: its publisher can "
    "demand that the use stops, and damages, or make a licence depend on a fee."
)
_OTHER = say("No claim follows from it by itself.")
