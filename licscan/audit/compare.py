"""The same facts under several sets of declared facts, and one result against an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from licscan.audit.document import (
    BucketCount,
    ChapterRow,
    FactRow,
    Scenario,
    ScenarioRow,
    Scenarios,
    SubjectRef,
    Verdict,
)
from licscan.audit.phrase import Phrase, license_, say
from licscan.audit.phrase import version as version_
from licscan.audit.rate import bucket_of, unread
from licscan.audit.ratings import Bucket, VerdictState
from licscan.audit.register import Filing, subject_bucket
from licscan.audit.view import View, declared_by
from licscan.audit.words import label
from licscan.core.component import ComponentKind
from licscan.core.facts import Facts
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Outcome, Subject, SubjectKind, Violation

_OUTCOMES = (Outcome.DENY, Outcome.REVIEW, Outcome.ALLOW)
Key = tuple[SubjectKind, str]


def verdict(inventory: Inventory, audit: Audit) -> Verdict:
    """Return the verdict of one judgement: conflicts before gaps before reviews."""
    unseen = unread(inventory)
    buckets = [bucket_of(violation, unseen) for violation in audit.violations]
    conflicts = sum(
        bucket in (Bucket.CONFLICT_BROAD, Bucket.CONFLICT_NARROW, Bucket.NOT_LICENSED) for bucket in buckets
    )
    reviews = sum(bucket is Bucket.RESEARCH for bucket in buckets)
    told = say(
        "Findings that are conflicts or lack a licence: {conflicts}; that somebody has to look into: {reviews}; that ask for notices "
        "or are for information: {others}.",
        conflicts=conflicts,
        reviews=reviews,
        others=len(buckets) - conflicts - reviews,
    )
    if conflicts:
        return Verdict(
            state=VerdictState.CONFLICTS, headline=say("Conflicts have to be mended or priced in"), detail=told
        )
    if not inventory.complete:
        return Verdict(state=VerdictState.INCOMPLETE, headline=say("Not everything could be looked at"), detail=told)
    if reviews or any(count.subjects for count in bucket_counts(inventory, audit) if count.bucket is Bucket.RESEARCH):
        return Verdict(state=VerdictState.REVIEWS, headline=say("No conflict; questions are open"), detail=told)
    return Verdict(state=VerdictState.CLEAR, headline=say("No conflict was found"), detail=told)


def bucket_counts(inventory: Inventory, audit: Audit) -> tuple[BucketCount, ...]:
    """Count subjects (components, models, projects, and files with findings of their own) and findings of each bucket."""
    unseen = unread(inventory)
    findings = dict.fromkeys(Bucket, 0)
    by_subject: dict[Key, list[Violation]] = {}
    for violation in audit.violations:
        findings[bucket_of(violation, unseen)] += 1
        by_subject.setdefault((violation.subject.kind, violation.subject.id), []).append(violation)
    own = {component.id for component in inventory.components if component.kind is ComponentKind.PROJECT}
    by = Filing(unseen, audit.facts.distribution)
    subjects = dict.fromkeys(Bucket, 0)
    concluded = {(c.subject.kind, c.subject.id): c for c in audit.conclusions}
    keys = {key for key in concluded if key[0] is not SubjectKind.FILE} | set(by_subject)
    for key in keys:
        third_party = key[0] in (SubjectKind.COMPONENT, SubjectKind.MODEL) and key[1] not in own
        bucket = subject_bucket(by_subject.get(key, ()), concluded.get(key), by, third_party=third_party)
        subjects[bucket] += 1
    return tuple(BucketCount(bucket=bucket, subjects=subjects[bucket], findings=findings[bucket]) for bucket in Bucket)


def fact_rows(facts: Facts, source: Callable[[str], Phrase]) -> tuple[FactRow, ...]:
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


def scenarios(view: View) -> Scenarios | None:
    """Lay the scenarios side by side: each verdict, and each subject that they judge differently."""
    judged = view.judged.scenarios
    if not judged:
        return None
    columns = tuple(
        Scenario(
            name=name,
            facts=_scenario_facts(view, audit.facts),
            policy=audit.policy.name,
            verdict=verdict(view.inventory, audit),
            buckets=bucket_counts(view.inventory, audit),
        )
        for name, audit in judged
    )
    cells = [_outcomes(audit) for _, audit in judged]
    subjects = {key: subject for found in cells for key, (subject, _, _) in found.items()}
    differing = [key for key in subjects if len({_compared(found, key) for found in cells}) > 1]
    rows = [_row(view, subjects[key], [found.get(key) for found in cells]) for key in sorted(differing, key=_key_order)]
    return Scenarios(columns=columns, differences=tuple(rows), same=len(subjects) - len(differing))


def _scenario_facts(view: View, facts: Facts) -> tuple[FactRow, ...]:
    """Return the facts of a scenario; those that the product has too are as declared, not assumed."""
    assumption = say("assumed by the scenario")
    declared = fact_rows(view.audit.facts, partial(declared_by, view.judged))
    assumed = fact_rows(facts, lambda _fact: assumption)
    rows = (own if own.value == row.value else row for own, row in zip(declared, assumed, strict=True))
    return tuple(row for row in rows if row.value is not None)


_Cell = tuple[Subject, Outcome, tuple[str, ...]]


def _outcomes(audit: Audit) -> Mapping[Key, _Cell]:
    found: dict[Key, list[Violation]] = {}
    for violation in audit.violations:
        found.setdefault((violation.subject.kind, violation.subject.id), []).append(violation)
    return {
        key: (
            members[0].subject,
            min((violation.outcome for violation in members), key=_OUTCOMES.index),
            tuple(sorted({violation.code for violation in members})),
        )
        for key, members in found.items()
    }


def _compared(found: Mapping[Key, _Cell], key: Key) -> tuple[object, ...]:
    return found[key][1:] if key in found else (Outcome.ALLOW, ())


def _key_order(key: Key) -> tuple[str, str]:
    return key[0].value, key[1]


def _row(view: View, subject: Subject, cells: Iterable[_Cell | None]) -> ScenarioRow:
    conclusion = view.conclusion(subject)
    found = conclusion.classification if conclusion else None
    return ScenarioRow(
        subject=view.ref(subject),
        license=found.expression_spdx if found else "",
        cells=tuple(_cell(view, cell) for cell in cells),
    )


def _cell(view: View, cell: _Cell | None) -> Phrase:
    if cell is None:
        return say("nothing objects")
    _, outcome, codes = cell
    told = tuple(Phrase((view.order.codes or {}).get(code, code)) for code in codes)
    return say("{outcome}: {codes}", outcome=Phrase(label(outcome)), codes=told)


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
