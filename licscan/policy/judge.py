"""From what rules say of single licences to what they say of an expression.

OR takes the best of its choices and names it, AND counts as its worst part, WITH is one unit. An ``-or-later`` licence is a
choice among its versions. Nothing here knows a rule's conditions: who judges a single licence is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from licscan.core.expression import AllOf, Expression, Unit
from licscan.core.message import Message, license_, listed, message
from licscan.core.verdict import Outcome, Severity, TraceStep, UnitClassification
from licscan.policy.checks import CheckFinding
from licscan.policy.schema import PolicyRule

OUTCOMES = (Outcome.ALLOW, Outcome.REVIEW, Outcome.DENY)
SEVERITIES = tuple(Severity)
Name = Callable[[Unit], str]
_OUTCOMES: Mapping[Outcome, Message] = {
    Outcome.ALLOW: message("outcome.allow", "allowed"),
    Outcome.REVIEW: message("outcome.review", "for review"),
    Outcome.DENY: message("outcome.deny", "denied"),
}


class Decision(Struct, frozen=True, kw_only=True):
    """What one rule says of one licence; ``finding`` is what its check found, if it has one."""

    rule: PolicyRule
    outcome: Outcome
    unit: UnitClassification | None
    finding: CheckFinding | None = None


class Judgement(Struct, frozen=True, kw_only=True):
    """The decisions that count, worst outcome of all, the part of the expression that was ``taken``, and the steps."""

    outcome: Outcome
    taken: Expression
    decisions: tuple[Decision, ...] = ()
    trace: tuple[TraceStep, ...] = ()


def judge(expression: Expression, judge_unit: Callable[[Unit], Judgement], name: Name) -> Judgement:
    """Judge ``expression`` from what ``judge_unit`` says of its units; ``name`` writes a unit for readers."""
    if isinstance(expression, Unit):
        return judge_unit(expression)
    parts = [judge(arg, judge_unit, name) for arg in expression.args]
    return _all(expression, parts, name) if isinstance(expression, AllOf) else best(expression, parts, name)


def best(expression: Expression, choices: Iterable[Judgement], name: Name) -> Judgement:
    """Take the best of ``choices``; the first of equals, so that the answer does not change from run to run."""
    parts = list(choices)
    taken = min(parts, key=_badness)
    others = [
        message(
            "trace.alternative",
            "{licence} would be {outcome}",
            licence=license_(render(part.taken, name)),
            outcome=_OUTCOMES[part.outcome],
        )
        for part in parts
        if part is not taken
    ]
    step = TraceStep(
        what=render(expression, name),
        outcome=taken.outcome,
        why=message(
            "trace.choice",
            "a choice: {licence} is taken ({outcome}); {others}",
            licence=license_(render(taken.taken, name)),
            outcome=_OUTCOMES[taken.outcome],
            others=listed(others or [message("trace.no-other", "no other")], "; "),
        ),
    )
    looked_at = tuple(step for part in parts for step in part.trace)
    return Judgement(
        outcome=taken.outcome, taken=taken.taken, decisions=taken.decisions, trace=(*_unique(looked_at), step)
    )


def every(expression: Expression, parts: Sequence[Judgement], name: Name) -> Judgement:
    """Join what ``expression`` comes to under each licence that the work may be passed on under: the worst of it counts.

    Where they take different alternatives of ``expression``, all of it is taken: none of them alone would do.
    """
    if len(parts) == 1:
        return parts[0]
    outcome = worst_outcome(part.outcome for part in parts)
    taken = list(dict.fromkeys(part.taken for part in parts))
    why = (
        message(
            "trace.every.taken",
            "each licence under which the work may be distributed is evaluated; taken are {licences} ({outcome})",
            licences=license_(", ".join(render(item, name) for item in taken)),
            outcome=_OUTCOMES[outcome],
        )
        if len(taken) > 1
        else message(
            "trace.every",
            "each licence under which the work may be distributed is evaluated ({outcome})",
            outcome=_OUTCOMES[outcome],
        )
    )
    step = TraceStep(what=render(expression, name), outcome=outcome, why=why)
    return Judgement(
        outcome=outcome,
        taken=taken[0] if len(taken) == 1 else expression,
        decisions=tuple(dict.fromkeys(decision for part in parts for decision in part.decisions)),
        trace=(*_unique(step for part in parts for step in part.trace), step),
    )


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """Deny before review before allow; allow when there is none."""
    return max(outcomes, key=OUTCOMES.index, default=Outcome.ALLOW)


def render(expression: Expression, name: Name) -> str:
    """Write ``expression`` with ``name`` for each of its units."""
    if isinstance(expression, Unit):
        return name(expression)
    operator = " AND " if isinstance(expression, AllOf) else " OR "
    parts = [f"({render(arg, name)})" if not isinstance(arg, Unit) else name(arg) for arg in expression.args]
    return operator.join(parts)


def _all(expression: AllOf, parts: list[Judgement], name: Name) -> Judgement:
    outcome = worst_outcome(part.outcome for part in parts)
    decisive = [render(part.taken, name) for part in parts if part.outcome is outcome]
    why = (
        message("trace.all", "all of it applies")
        if outcome is Outcome.ALLOW
        else message(
            "trace.all.decisive",
            "all of it applies, and {licences} is {outcome}",
            licences=license_(", ".join(dict.fromkeys(decisive))),
            outcome=_OUTCOMES[outcome],
        )
    )
    step = TraceStep(what=render(expression, name), outcome=outcome, why=why)
    operands: dict[Expression, None] = {}
    for part in parts:
        operands.update(dict.fromkeys(part.taken.args if isinstance(part.taken, AllOf) else (part.taken,)))
    taken = AllOf(tuple(operands)) if len(operands) > 1 else next(iter(operands))
    return Judgement(
        outcome=outcome,
        taken=taken,
        decisions=tuple(dict.fromkeys(decision for part in parts for decision in part.decisions)),
        trace=(*_unique(step for part in parts for step in part.trace), step),
    )


def _badness(part: Judgement) -> tuple[int, int, int, int]:
    """The outcome first, then how many denials, how many reviews, and how severe the worst is."""
    outcomes = [decision.outcome for decision in part.decisions]
    severities = [SEVERITIES.index(decision.rule.severity) for decision in part.decisions]
    return (
        OUTCOMES.index(part.outcome),
        outcomes.count(Outcome.DENY),
        outcomes.count(Outcome.REVIEW),
        max(severities, default=-1),
    )


def _unique(steps: Iterable[TraceStep]) -> tuple[TraceStep, ...]:
    return tuple(dict.fromkeys(steps))
