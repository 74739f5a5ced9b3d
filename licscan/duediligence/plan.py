"""Parts 4 and 5: what to do and in which order, how it is watched from then on, and what somebody else has to answer."""

from __future__ import annotations

from collections.abc import Sequence

from licscan.core.message import Kind, Message, say
from licscan.duediligence.document import Action, Risk
from licscan.duediligence.ratings import Bucket, Effort
from licscan.duediligence.view import View, digest

_SHOWN = 200  # subjects that an action names; the register has all of them
_BUCKETS, _EFFORTS = tuple(Bucket), tuple(Effort)
_OF_ONE_SUBJECT = frozenset({Kind.NAME, Kind.PATH, Kind.SUBJECT, Kind.TEXT})
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def actions(risks: Sequence[Risk]) -> tuple[Action, ...]:
    """Return one action for all findings that the same step fixes, what blocks a purchase first, then by cost."""
    groups: dict[tuple[object, ...], list[Risk]] = {}
    for risk in risks:
        if risk.bucket is not Bucket.FINE:
            groups.setdefault((risk.bucket, *_step(risk)), []).append(risk)
    ordered = sorted(groups.values(), key=_urgency)
    return tuple(_action(number, members) for number, members in enumerate(ordered, 1))


def _step(risk: Risk) -> tuple[object, ...]:
    """What makes two findings one step: the same words; where these name a part or a place, the same rule and licence.

    Questions of fact are about one subject each; one answer may settle several.
    """
    if not any(value.kind in _OF_ONE_SUBJECT for value in risk.how_to_fix.values):
        return (risk.how_to_fix,)
    return risk.rule, risk.how_to_fix.text, risk.license, risk.subject.id if risk.question else ""


def _urgency(members: list[Risk]) -> tuple[object, ...]:
    first = members[0]
    return (
        _BUCKETS.index(first.bucket),
        min(_SEVERITIES.index(risk.severity.value) for risk in members),
        -max(_EFFORTS.index(risk.effort) for risk in members),
        -len(members),
        first.rule,
        first.license,
        first.id,
    )


def _action(order: int, members: list[Risk]) -> Action:
    first = members[0]
    names = tuple(dict.fromkeys(risk.subject.name for risk in members))
    return Action(
        id=digest("action", *sorted(risk.id for risk in members)),
        order=order,
        phase=_phase(first),
        what=first.how_to_fix
        if len(names) == 1
        else say("{step} This applies to all items listed.", step=first.how_to_fix),
        remedies=first.remedies,
        effort=max((risk.effort for risk in members), key=_EFFORTS.index),
        severity=min((risk.severity for risk in members), key=lambda severity: _SEVERITIES.index(severity.value)),
        findings=tuple(risk.id for risk in members),
        subjects=names[:_SHOWN],
    )


def _phase(risk: Risk) -> Message:
    if risk.bucket in (Bucket.CONFLICT_BROAD, Bucket.CONFLICT_NARROW, Bucket.NOT_LICENSED):
        return say("before closing: resolve, or reflect it in the price")
    if risk.bucket is Bucket.RESEARCH:
        return say("before closing: clarify")
    return say("after the merger: with the next release")


def watch(view: View) -> tuple[Message, ...]:
    """Return how compliance is watched after the merger: gate, policy, schedule, inventory, training."""
    policy = view.audit.policy
    return (
        say("Gate: run {command} in the build of every change, so that nothing comes in that the policy denies.",
            command="licscan check --since REF"),
        say("Policy: judge by {policy} or by a policy of your own that extends it; keep it under review.",
            policy=policy.name),
        say("Schedule: scan the whole tree before each release and at least every three months, and compare with the result of "
            "this audit ({command}): licences change between versions.", command="licscan diff OLD NEW"),
        say("Inventory: keep the SBOM of each release ({command}) with the release; findings that stay the same keep the ids that "
            "they have in this report.", command=f"licscan scan --policy {policy.name} -o cyclonedx-json"),
        say("Hook: have developers run {command} before they commit, where a finding is cheapest to fix.",
            command="licscan check --staged"),
        say("Decisions: record each with its reason and its end date in the configuration, not in a mail."),
    )  # fmt: skip
