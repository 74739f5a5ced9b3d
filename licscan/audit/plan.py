"""Parts 4 and 5: what to do and in which order, how it is watched from then on, and what somebody else has to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from licscan.audit.document import Action, Question, Risk
from licscan.audit.phrase import Kind, Phrase, license_, name, say
from licscan.audit.rate import COPYLEFT_CODES
from licscan.audit.ratings import Bucket, Effort
from licscan.audit.view import View, digest
from licscan.core.verdict import LicenseClass, Outcome, SubjectKind

_SHOWN = 200  # subjects that an action names; the register has all of them
_BUCKETS, _EFFORTS = tuple(Bucket), tuple(Effort)
_OF_ONE_SUBJECT = frozenset({Kind.NAME, Kind.PATH, Kind.SUBJECT, Kind.TEXT})
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def actions(risks: Sequence[Risk]) -> tuple[Action, ...]:
    """Return one action for all findings that the same step mends, what blocks a purchase first, then by cost."""
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
    return risk.rule, risk.how_to_fix.msgid, risk.license, risk.subject.id if risk.question else ""


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


def _phase(risk: Risk) -> Phrase:
    if risk.bucket in (Bucket.CONFLICT_BROAD, Bucket.CONFLICT_NARROW, Bucket.NOT_LICENSED):
        return say("before closing: resolve, or reflect it in the price")
    if risk.bucket is Bucket.RESEARCH:
        return say("before closing: clarify")
    return say("after the merger: with the next release")


def watch(view: View) -> tuple[Phrase, ...]:
    """Return how compliance is watched after the merger: gate, policy, schedule, inventory, training."""
    policy = view.audit.policy
    return (
        say("Gate: run {command} in the build of every change, so that nothing comes in that the policy denies.",
            command="licscan check --since REF"),
        say("Policy: judge by {policy} (digest {digest}) or by a policy of your own that extends it; keep it under review.",
            policy=policy.name, digest=policy.digest),
        say("Schedule: scan the whole tree before each release and at least every three months, and compare with the result of "
            "this audit ({command}): licences change between versions.", command="licscan diff OLD NEW"),
        say("Inventory: keep the SBOM of each release ({command}) with the release; findings that stay the same keep the ids that "
            "they have in this report.", command=f"licscan scan --policy {policy.name} -o cyclonedx-json"),
        say("Hook: have developers run {command} before they commit, where a finding is cheapest to fix.",
            command="licscan check --staged"),
        say("Decisions: record each with its reason and its end date in the configuration, not in a mail."),
    )  # fmt: skip


def questions(view: View, risks: Sequence[Risk]) -> tuple[Question, ...]:
    """Return every missing fact as a question, then every place where a lawyer decides."""
    return (*_asked(risks), *_undeclared(view, risks), *_for_counsel(view, risks))


def _asked(risks: Sequence[Risk]) -> Iterator[Question]:
    asking: dict[Phrase, list[Risk]] = {}
    for risk in risks:
        if risk.question:
            asking.setdefault(risk.question, []).append(risk)
    for text, members in asking.items():
        named = list(dict.fromkeys(risk.subject.name for risk in members))
        why = say("Findings that it decides: {count}, on {subject}.", count=len(members), subject=_names(named))
        yield _question("fact", text, why, members)


def _undeclared(view: View, risks: Sequence[Risk]) -> Iterator[Question]:
    """The facts that copyleft turns on, where no finding asks for them by itself."""
    facts = view.audit.facts
    copyleft = [risk for risk in risks if risk.license_class and "copyleft" in risk.license_class.value]
    asked = (
        ("distribution", say("Was the product, in any version, ever given to anybody outside: as binaries, as source, on devices, or "
                             "as a hosted service only?"), True),
        ("commercial", say("Is the product sold, or used to earn money in another way?"), True),
        ("modified", say("Was third-party code under copyleft changed, and where are the changes kept?"), bool(copyleft)),
        ("linking", say("How are the copyleft libraries bound to the product's own code: linked statically, linked dynamically, run "
                        "as processes of their own?"), bool(copyleft)),
    )  # fmt: skip
    for fact, text, matters in asked:
        if matters and getattr(facts, fact) is None:
            why = say("The fact '{fact}' is not declared; duties and scenarios depend on it.", fact=fact)
            yield _question("fact", text, why, copyleft if fact != "commercial" else ())


def _for_counsel(view: View, risks: Sequence[Risk]) -> Iterator[Question]:
    undecided = [
        risk
        for risk in risks
        if risk.outcome is Outcome.REVIEW and not risk.question and risk.bucket is Bucket.RESEARCH
    ]
    groups: dict[tuple[object, ...], list[Risk]] = {}
    for risk in sorted(undecided, key=lambda risk: (risk.rule, risk.license)):
        groups.setdefault((risk.rule, risk.license, _asked_of(risk).msgid, _shape(risk.message)), []).append(risk)
    for members in groups.values():
        text = say("{message} {question}", message=members[0].message, question=_asked_of(members[0]))
        why = say("Requires human judgement. Findings: {count}.", count=len(members))
        if members[0].license:
            why = say(
                "Requires human judgement. Findings: {count}; licence: {licence}.",
                count=len(members),
                licence=license_(members[0].license),
            )
        yield _question("counsel", text, why, members)
    denied = [risk for risk in risks if risk.bucket is Bucket.CONFLICT_BROAD]
    for license_text, group in groupby(sorted(denied, key=lambda risk: risk.license), key=lambda risk: risk.license):
        members = list(group)
        yield _question(
            "counsel",
            say("Does the way in which the product uses code under {licence} make the product a work based on it?",
                licence=license_(license_text)),
            say("Tools tell that the code is there; whether the whole is a derived work is a question of law."),
            members,
        )  # fmt: skip
    for choice in view.audit.choices:
        text = say("Is {taken} the right choice of {offered} for {subject}?", taken=license_(choice.taken),
                   offered=license_(choice.expression_spdx), subject=name(choice.subject.name))  # fmt: skip
        why = say("The licence offers a choice; the policy took the part that asks least.")
        found = view.violations.get((choice.subject.kind, choice.subject.id), ())
        yield Question(id=digest("question", choice.subject.id, choice.taken), kind="counsel", text=text, why=why,
                       findings=tuple(each.id for each in found))  # fmt: skip
    if any(risk.subject.kind is SubjectKind.MODEL for risk in risks):
        yield _question(
            "counsel",
            say("Do the terms of the models go over to the buyer, and do they survive a change of control?"),
            say(
                "Licences of models often cannot be transferred, and count the users or the revenue of affiliates too."
            ),
            [risk for risk in risks if risk.subject.kind is SubjectKind.MODEL],
        )


def _shape(message: Phrase) -> tuple[object, ...]:
    """What a message says, whatever it says it of: findings of one shape are one question."""
    inner = tuple(_shape(phrase) for value in message.values for phrase in value.phrases)
    return (message.msgid, *inner)


def _asked_of(risk: Risk) -> Phrase:
    """The question that a finding without a fact of its own puts to counsel."""
    if risk.code in COPYLEFT_CODES and risk.license_class is LicenseClass.WEAK_COPYLEFT:
        return _WEAK_LIBRARY if "relinking" in risk.duties else _WEAK
    return _QUESTIONS.get(risk.code, _ANY_QUESTION)


_WEAK = say(
    "Are its conditions kept where it is delivered: the source offered, the notices kept, changes under the same licence?"
)
_WEAK_LIBRARY = say(
    "Are its conditions kept where it is delivered: the source offered, the notices kept, changes under the same licence, and users "
    "able to replace the library?"
)
_ANY_QUESTION = say("Is that acceptable, and on which conditions?")
_QUESTIONS: Mapping[str, Phrase] = {
    "reciprocity": say("Does any of it reach what is delivered, and what follows if it does?"),
    "distribution-terms": say("Does any of it reach what is delivered, and what follows if it does?"),
    "model-terms": say("Is that acceptable to the company, and who sees that it is kept?"),
    "no-licence": say("Under which terms may it be used, and who can say so?"),
    "restricted-use": say("Does the use that the product makes of it stay within that limit?"),
    "special-terms": say("Are these clauses kept, and do they bind the buyer after the purchase?"),
    "licence-altered": say("Under which terms may it be used, and who can say so?"),
    "licence-drift": say("Which of the two licences holds?"),
    "declared-detected-mismatch": say("Which of the two licences holds?"),
    "class-unknown": say("What does the licence allow?"),
    "expression-unparsable": say("Which licence is meant?"),
    "assisted-code": say("Who holds the rights in it, and does it repeat code of others?"),
}


def _question(kind: str, text: Phrase, why: Phrase, risks: Sequence[Risk]) -> Question:
    ids = tuple(risk.id for risk in risks)
    return Question(id=digest("question", kind, text.msgid, *ids), kind=kind, text=text, why=why, findings=ids)


def _names(found: list[str]) -> Phrase:
    first = name(found[0])
    return (
        say("{first}", first=first)
        if len(found) == 1
        else say("{first} and {count} others", first=first, count=len(found) - 1)
    )
