"""From decisions to violations: the words, the evidence, and an id that stays the same from run to run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from licscan.core.expression import keys_of
from licscan.core.message import Kind, Message, Value, license_, listed, mark, message, ours, path
from licscan.core.message import fact as fact_
from licscan.core.verdict import (
    Conclusion,
    Evidence,
    LicenseClass,
    Outcome,
    Subject,
    SubjectKind,
    TraceStep,
    UnitClassification,
    Violation,
)
from licscan.policy.codes import MODEL_CODES
from licscan.policy.judge import OUTCOMES, SEVERITIES, Decision, worst_outcome
from licscan.policy.schema import FAIL_ON_MISSING_FACT, FAIL_ON_MODEL_FACT, Policy, PolicyRule
from licscan.policy.template import fill

_SHOWN_PATHS = 3
_encode = json.JSONEncoder(ensure_ascii=True).encode  # made once: there are tens of thousands of ids
_CLASS_ORDER = (
    LicenseClass.PERMISSIVE,
    LicenseClass.WEAK_COPYLEFT,
    LicenseClass.STRONG_COPYLEFT,
    LicenseClass.CUSTOM_MODEL,
    LicenseClass.PROPRIETARY,
    LicenseClass.UNKNOWN,
)
# What is asked when a rule's ``ask`` names the fact and no check has words of its own for it.
_QUESTIONS: Mapping[str, Message] = {
    "outbound": message(
        "ask.outbound", "Under which licence is the project distributed? Set 'outbound' to its SPDX expression."
    ),
    "distribution": message(
        "ask.distribution",
        "How does the product reach its users? Set 'distribution' to none, internal, saas, binary or source.",
    ),
    "commercial": message("ask.commercial.plain", "Is the product commercial? Set 'commercial' to true or false."),
    "linking": message("ask.linking", "How is the library linked? Set 'linking' to static or dynamic."),
    "modified": message("ask.modified", "Was the code changed? Set 'modified' to true or false."),
}


class Case(Struct, frozen=True, kw_only=True):
    """A conclusion that a policy objects to, with what there is to tell about it. ``outbound`` and ``choice`` are in
    SPDX form, ``None`` for a licence that is not known; ``remarks`` are steps that explain the subject's place."""

    conclusion: Conclusion
    policy: Policy
    choice: str | None = None
    outbound: tuple[str | None, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    remarks: tuple[TraceStep, ...] = ()


def violations(case: Case, decisions: Sequence[Decision]) -> list[Violation]:
    """Return one violation for each rule, and for each term that its check found."""
    groups: dict[tuple[str, str, Message | None], list[Decision]] = {}
    for decision in decisions:
        finding = decision.finding
        words = (finding.term, finding.detail) if finding else ("", None)
        groups.setdefault((decision.rule.id, *words), []).append(decision)
    return [_violation(case, group) for group in groups.values()]


def _violation(case: Case, group: Sequence[Decision]) -> Violation:
    rule, finding = group[0].rule, group[0].finding
    outcome = worst_outcome(decision.outcome for decision in group)
    named = tuple(dict.fromkeys(decision.unit for decision in group if decision.unit))
    question = (finding.question if finding else None) or (_question(rule.ask) if rule.ask else None)
    evidence = finding.evidence if finding else ()
    if not (finding and finding.alone):
        evidence = (*_evidence(case.conclusion, named), *evidence)
    expression, written = _expressions(case.conclusion)
    fact = (finding.fact if finding else None) or rule.ask or ""
    values = _values(case, named, evidence) | {
        "fact": Value("fact", Kind.FACT, fact),
        "detail": Value("detail", Kind.OURS, messages=(finding.detail,) if finding else ()),
    }
    return Violation(
        id=fingerprint(rule.id, finding.term if finding else "", case.conclusion.subject, expression, evidence),
        code=rule.code or "",
        rule=rule.id,
        outcome=outcome,
        violates=_violates(case.policy, outcome, rule, question is not None),
        severity=rule.severity,
        subject=case.conclusion.subject,
        expression=expression,
        expression_spdx=written,
        message=fill(f"rule.{rule.id}", rule.message, values),
        how_to_fix=fill(f"rule.{rule.id}.fix", rule.how_to_fix, values),
        source=rule.source,
        license_class=max((unit.license_class for unit in named), key=_CLASS_ORDER.index, default=None),
        choice=case.choice,
        question=question,
        fact=fact or None if question else None,
        evidence=evidence,
        trace=(*case.remarks, *case.trace, *_steps(rule, named, outcome, finding.detail if finding else None)),
    )


def fingerprint(rule: str, term: str, subject: Subject, expression: str | None, evidence: Sequence[Evidence]) -> str:
    """Return the id of a violation: SHA-256 over its rule, subject, expression, term and evidence, in hex.

    Line numbers, scores and the blanks of quoted text are left out, so that an edit elsewhere in a file changes no id.
    """
    quoted = sorted({(item.location.path, item.expression or "", _normal(item.text)) for item in evidence})
    content = [rule, term, subject.kind.value, subject.id, expression, quoted]
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def badness(violation: Violation) -> tuple[object, ...]:
    """The order in which violations are told: what fails first, then the worst, then by code and place."""
    return (
        not violation.violates,
        -OUTCOMES.index(violation.outcome),
        -SEVERITIES.index(violation.severity),
        violation.code,
        violation.subject.kind.value,
        violation.subject.id,
        violation.rule,
        violation.id,
    )


def _violates(policy: Policy, outcome: Outcome, rule: PolicyRule, asks: bool) -> bool:
    # A policy that fails on a class that is unknown fails on a licence that is uncertain.
    code = "class-unknown" if rule.code == "licence-uncertain" and rule.code not in policy.fail_on else rule.code
    if outcome.value in policy.fail_on or code in policy.fail_on:
        return True
    asking = {FAIL_ON_MISSING_FACT}
    if rule.code in MODEL_CODES:
        asking.add(FAIL_ON_MODEL_FACT)
    return asks and not asking.isdisjoint(policy.fail_on)


def _question(fact: str) -> Message:
    return _QUESTIONS.get(fact) or message("ask.fact", "Declare the fact '{fact}'.", fact=fact_(fact))


def _evidence(conclusion: Conclusion, named: Sequence[UnitClassification]) -> tuple[Evidence, ...]:
    """Return the evidence that speaks of the licences in question; all of it when none says which."""
    wanted = {part for unit in named for part in unit.unit.split(" WITH ")}
    telling = tuple(item for item in conclusion.evidence if not wanted.isdisjoint(_keys(item.expression)))
    return telling or conclusion.evidence


@lru_cache(maxsize=16_384)
def _keys(expression: str | None) -> tuple[str, ...]:
    return keys_of(expression)


def _expressions(conclusion: Conclusion) -> tuple[str | None, str | None]:
    found = conclusion.classification
    return (found.expression, found.expression_spdx) if found else (None, None)


def _values(case: Case, named: Sequence[UnitClassification], evidence: Sequence[Evidence]) -> dict[str, Value]:
    found = case.conclusion.classification
    expression = (found.expression if found.problem and not found.units else found.expression_spdx) if found else ""
    licences = ", ".join(unit.spdx for unit in named)
    return {
        "subject": Value("subject", Kind.NAME, title(case.conclusion.subject)),
        "licence": Value("licence", Kind.LICENSE, licences)
        if licences
        else Value("licence", Kind.OURS, mark("no licence")),
        "expression": Value("expression", Kind.LICENSE, expression),
        "choice": Value("choice", Kind.LICENSE, case.choice or ""),
        "paths": _paths(case.conclusion.subject, evidence),
        "outbound": Value(
            "outbound", Kind.OURS, messages=tuple(map(_outbound, case.outbound or (None,))), between=" / "
        ),
    }


def _outbound(licence: str | None) -> Message:
    if licence is None:
        return message("outbound.not-known", "an unknown licence")
    return message("outbound", "{licence}", licence=license_(licence))


def title(subject: Subject) -> str:
    """Return what a reader knows the subject by: a file's path, the name of everything else."""
    return subject.id if subject.kind is SubjectKind.FILE else subject.name


def _paths(subject: Subject, evidence: Sequence[Evidence]) -> Value:
    places = list(dict.fromkeys(str(item.location) for item in evidence)) or [subject.path or subject.id]
    shown = [message("place", "{path}", path=path(place)) for place in places[:_SHOWN_PATHS]]
    more = len(places) - _SHOWN_PATHS
    if more <= 0:
        return Value("paths", Kind.OURS, messages=tuple(shown))
    whole = message("places.more", "{paths} and {count} more", paths=listed(shown), count=more)
    return Value("paths", Kind.OURS, messages=(whole,))


def _steps(
    rule: PolicyRule, named: Sequence[UnitClassification], outcome: Outcome, detail: Message | None
) -> tuple[TraceStep, ...]:
    values = {"rule": ours(rule.id), "source": ours(rule.source)}
    why = (
        message("trace.rule-detail", "rule {rule} ({source}): {detail}", **values, detail=detail)
        if detail
        else message("trace.rule", "rule {rule} ({source})", **values)
    )
    return (TraceStep(what=", ".join(unit.spdx for unit in named) or "no licence", outcome=outcome, why=why),)


def _normal(text: str) -> str:
    return " ".join(text.split())
