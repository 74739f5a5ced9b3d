"""Verdicts and counts of one judgement, the facts that it rests on, and one result against an earlier one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from licscan.core.component import ComponentKind
from licscan.core.facts import Facts
from licscan.core.message import Message, license_, say
from licscan.core.message import version as version_
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Subject, SubjectKind, Violation
from licscan.duediligence.document import (
    BucketCount,
    ChapterRow,
    FactRow,
    SubjectRef,
    Verdict,
)
from licscan.duediligence.own_code import own_folders
from licscan.duediligence.rate import CONFLICTS, bucket_of, unread
from licscan.duediligence.ratings import Bucket, VerdictState
from licscan.duediligence.register import Filing, subject_bucket
from licscan.duediligence.view import View

Key = tuple[SubjectKind, str]


def verdict(inventory: Inventory, audit: Audit) -> Verdict:
    """Return the verdict of one judgement: conflicts before gaps before reviews."""
    unseen, own = unread(inventory), own_folders(inventory, audit)
    buckets = [bucket_of(violation, unseen, own) for violation in audit.violations]
    conflicting = sum(bucket in CONFLICTS for bucket in buckets)
    reviews = sum(bucket is Bucket.RESEARCH for bucket in buckets)
    told = say(
        "Findings that are conflicts or unlicensed items: {conflicts}; that need review: {reviews}; that need notices or are for "
        "information: {others}.",
        conflicts=conflicting,
        reviews=reviews,
        others=len(buckets) - conflicting - reviews,
    )
    if conflicting:
        return conflicts(told)
    if not inventory.complete:
        return Verdict(state=VerdictState.INCOMPLETE, headline=say("The scan is incomplete"), detail=told)
    if reviews or any(count.subjects for count in bucket_counts(inventory, audit) if count.bucket is Bucket.RESEARCH):
        headline = say("No conflict; questions are open")
        if not audit.passed:
            headline = say("No conflict; the policy is not met until open questions are answered")
        return Verdict(state=VerdictState.REVIEWS, headline=headline, detail=told)
    return Verdict(state=VerdictState.CLEAR, headline=say("No conflict was found"), detail=told)


def conflicts(told: Message) -> Verdict:
    """Return the verdict on a product with conflicts; ``told`` counts the findings."""
    headline = say("Conflicts must be resolved or reflected in the price")
    return Verdict(state=VerdictState.CONFLICTS, headline=headline, detail=told)


class Filed(Struct, frozen=True):
    """One subject, where it is filed, and the findings on it."""

    subject: Subject
    bucket: Bucket
    findings: tuple[Violation, ...]


def filed(inventory: Inventory, audit: Audit) -> Mapping[Key, Filed]:
    """Return where each subject is filed: components, models, projects, and files with findings of their own."""
    by = Filing(unread(inventory), audit.facts.distribution, own_folders(inventory, audit))
    own = {component.id for component in inventory.components if component.kind is ComponentKind.PROJECT}
    found: dict[Key, list[Violation]] = {}
    for violation in audit.violations:
        found.setdefault((violation.subject.kind, violation.subject.id), []).append(violation)
    concluded = {(c.subject.kind, c.subject.id): c for c in audit.conclusions}
    rows = {}
    for key in dict.fromkeys((*(key for key in concluded if key[0] is not SubjectKind.FILE), *found)):
        third_party = key[0] in (SubjectKind.COMPONENT, SubjectKind.MODEL) and key[1] not in own
        members, conclusion = found.get(key, []), concluded.get(key)
        bucket = subject_bucket(members, conclusion, by, third_party=third_party)
        subject = members[0].subject if members else concluded[key].subject
        rows[key] = Filed(subject, bucket, tuple(members))
    return rows


def bucket_counts(inventory: Inventory, audit: Audit) -> tuple[BucketCount, ...]:
    """Count subjects and findings of each bucket; a subject counts once, by its worst finding."""
    unseen, own = unread(inventory), own_folders(inventory, audit)
    findings = Counter(bucket_of(violation, unseen, own) for violation in audit.violations)
    subjects = Counter(each.bucket for each in filed(inventory, audit).values())
    return tuple(BucketCount(bucket=bucket, subjects=subjects[bucket], findings=findings[bucket]) for bucket in Bucket)


def fact_rows(facts: Facts, source: Callable[[str], Message]) -> tuple[FactRow, ...]:
    """Return every fact, declared or not, in a fixed order."""
    nobody = say("not declared")
    rows = []
    for name in Facts.__struct_fields__:
        value = getattr(facts, name)
        missing = value is None or value == ()
        rows.append(
            FactRow(name=name, value=None if missing else _shown(value), source=nobody if missing else source(name))
        )
    return tuple(rows)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(getattr(value, "value", value))


def license_changes(view: View) -> Iterator[ChapterRow]:
    """Yield the components whose licence is another than in the earlier result, by ecosystem and name."""
    if view.judged.previous is None:
        return
    before = _licenses(*view.judged.previous)
    for component in view.inventory.components:
        ref = view.component_ref(component)
        conclusion = view.conclusions.get((ref.kind, ref.id))
        now = conclusion.classification.expression_spdx if conclusion and conclusion.classification else ""
        yield from _changed(ref, now, before.get((component.ecosystem or component.kind.value, component.name), []))


def _changed(ref: SubjectRef, now: str, before: list[tuple[str | None, str]]) -> Iterator[ChapterRow]:
    """Yield one row for each licence that the part had before, unless it had this one already."""
    if any(earlier == now for _, earlier in before):
        return
    versions: dict[str, dict[str | None, None]] = {}
    for number, earlier in before:
        versions.setdefault(earlier, {})[number] = None
    for earlier, had in versions.items():
        old, new = license_(earlier or "-"), license_(now or "-")
        if ref.version in had:
            what = say("{old} before, {new} now.", old=old, new=new)
        else:
            numbers = tuple(say("{subject}", subject=version_(number or "-")) for number in had)
            what = say("{old} in {before}; {new} in {after}.", old=old, before=numbers, new=new,
                       after=version_(ref.version or "-"))  # fmt: skip
        yield ChapterRow(subject=ref, license=now, what=what)


def _licenses(inventory: Inventory, audit: Audit) -> Mapping[tuple[str, str], list[tuple[str | None, str]]]:
    concluded = {c.subject.id: c.classification for c in audit.conclusions if c.subject.kind is not SubjectKind.FILE}
    found: dict[tuple[str, str], list[tuple[str | None, str]]] = {}
    for component in inventory.components:
        told = concluded.get(component.id)
        key = (component.ecosystem or component.kind.value, component.name)
        found.setdefault(key, []).append((component.version, told.expression_spdx if told else ""))
    return found
