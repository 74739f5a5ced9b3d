"""The same facts judged under several sets of declared facts, side by side: what changes when another set turns out to be true."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial, reduce

from licscan.core.facts import Facts
from licscan.core.message import Message, say
from licscan.core.verdict import Outcome, Subject, SubjectKind
from licscan.duediligence.compare import Filed, bucket_counts, fact_rows, filed, verdict
from licscan.duediligence.document import FactRow, Scenario, ScenarioRow, Scenarios
from licscan.duediligence.ratings import Bucket
from licscan.duediligence.view import View, declared_by
from licscan.duediligence.words import label


def scenarios(view: View) -> Scenarios | None:
    """Lay the scenarios side by side: each verdict, and each subject that they judge or file differently."""
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
    cells = [filed(view.inventory, audit) for _, audit in judged]
    subjects = {key: each.subject for found in cells for key, each in found.items()}
    rows = []
    alike = 0
    for key in sorted(subjects, key=_order):
        members = [found.get(key) for found in cells]
        if len({_compared(each) for each in members}) > 1:
            rows.append(_row(view, subjects[key], members))
        else:
            alike += any(each and each.findings for each in members)
    return Scenarios(columns=columns, differences=tuple(rows), same=alike)


def _scenario_facts(view: View, facts: Facts) -> tuple[FactRow, ...]:
    """Return the facts of a scenario; those that the product has too are as declared, not assumed."""
    assumption = say("assumed by the scenario")
    declared = fact_rows(view.audit.facts, partial(declared_by, view.judged))
    assumed = fact_rows(facts, lambda _fact: assumption)
    rows = (own if own.value == row.value else row for own, row in zip(declared, assumed, strict=True))
    return tuple(row for row in rows if row.value is not None)


def _compared(each: Filed | None) -> object:
    """What makes two judgements of a subject alike: where it is filed, and what is said of it."""
    if each is None:
        return None
    return each.bucket, frozenset((found.outcome, found.code, found.message) for found in each.findings)


def _order(key: tuple[SubjectKind, str]) -> tuple[str, str]:
    return key[0].value, key[1]


def _row(view: View, subject: Subject, cells: Iterable[Filed | None]) -> ScenarioRow:
    conclusion = view.conclusion(subject)
    found = conclusion.classification if conclusion else None
    return ScenarioRow(
        subject=view.ref(subject),
        license=found.expression_spdx if found else "",
        cells=tuple(_cell(view, cell) for cell in cells),
    )


def _cell(view: View, cell: Filed | None) -> Message:
    if cell is None:
        return say("nothing objects")
    bucket = Message(label(cell.bucket))
    if not cell.findings:
        owed = cell.bucket is Bucket.RESEARCH
        return (
            say("{bucket}: no rule applies, and more than notices is required", bucket=bucket)
            if owed
            else say("{bucket}: nothing objects", bucket=bucket)
        )
    outcomes = [found.outcome for found in cell.findings]
    codes = sorted({found.code for found in cell.findings})
    told = tuple(Message((view.order.codes or {}).get(code, code)) for code in codes)
    counted = say("Denied: {denied}, to review: {reviews}.", denied=outcomes.count(Outcome.DENY),
                  reviews=outcomes.count(Outcome.REVIEW))  # fmt: skip
    sentences = reduce(lambda first, second: say("{first} {second}", first=first, second=second), (*told, counted))
    return say("{bucket}: {sentences}", bucket=bucket, sentences=sentences)
