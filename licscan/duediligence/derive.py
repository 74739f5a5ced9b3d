"""From judged facts to the report: pure, in the report's order, the same for the same input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from licscan.core.message import Message, license_, mark, quoted, say
from licscan.core.verdict import Composition, LicenseClass, SubjectKind
from licscan.duediligence.chapters import chapters, reaches
from licscan.duediligence.compare import bucket_counts, conflicts, fact_rows, verdict
from licscan.duediligence.coverage import coverage, source
from licscan.duediligence.document import (
    ClassCount,
    Control,
    Decision,
    DueDiligence,
    Issue,
    Product,
    Risk,
    Scenarios,
    SubjectRef,
    Verdict,
)
from licscan.duediligence.duties import duties
from licscan.duediligence.issues import front, issues
from licscan.duediligence.plan import actions, watch
from licscan.duediligence.questions import questions
from licscan.duediligence.rate import CONFLICTS
from licscan.duediligence.ratings import Bucket, VerdictState
from licscan.duediligence.register import register
from licscan.duediligence.review import evidence, licenses, risks
from licscan.duediligence.scenarios import scenarios
from licscan.duediligence.view import Judged, Order, View, declared_by

_REFERENCE = "unknown-license-reference"  # ScanCode's key for words that point to a licence elsewhere
_SUPPRESSED = {
    Composition.BARE_WORD_IN_CODE: say("names and operators of the program"),
    Composition.LICENSE_ID_LIST: say("an entry of a list of licence ids"),
    Composition.RESOLVED_REFERENCE: say("a reference to a licence that is stated elsewhere and counted"),
    Composition.PACKAGE_LICENSE_DATA: say("licence data of another package, which is judged itself"),
    Composition.MENTION: say("words that mention a licence and put nothing under it"),
    Composition.EXCEPTED_TEXT: say("a part of a licence with an exception that is stated beside it"),
    Composition.CONTRIBUTION_TERMS: say("terms of contributions, which give whoever receives the code nothing"),
    Composition.NAMES_NO_LICENSE: say("words of licences in a place where they name none and set no terms"),
    Composition.DENIED: say("a licence that the sentence denies"),
    Composition.COMPARED: say("a licence that the sentence only compares with"),
    Composition.OTHER_WORK: say("the licence of another work or of another version"),
    Composition.FUTURE: say("a licence that applies only from a later date"),
    Composition.TOOL_CONFIGURATION: say("the configuration of a licence tool"),
    Composition.PROGRAM_DATA: say("a string or a pattern of the program"),
    Composition.KEPT_AS_DATA: say("a licence text that is kept as data"),
    Composition.INTRODUCTION: say("the introduction to a licence that counts"),
    Composition.BESIDE_A_LICENSE: say("a disclaimer or an added permission beside a licence that counts"),
    Composition.REPEATED: say("a repetition of a licence that is stated more exactly"),
    Composition.UNCERTAIN: say("a match that is too weak to state a fact"),
    Composition.STATED_OUTSIDE: say("what is stated for one file in another, as REUSE has it"),
    Composition.IGNORED: say("words between the ignore marks of REUSE"),
    Composition.LICENSE_TEXT: say("a licence text in LICENSES/, kept for the files that are under it"),
}

_APPLIED = mark("{detected} is taken to be {concluded}; decided by {who}.")
_DISMISSED = mark("{detected} does not count as its licence; decided by {who}.")
_LAPSED = mark("{detected} was corrected to {concluded}, and the file has changed since; decided by {who}.")


def derive(products: Sequence[Judged], order: Order) -> DueDiligence:
    """Return the report on one or more judged products."""
    policy = products[0].audit.policy
    control = Control(
        generated_at=order.generated_at,
        tool_version=order.tool_version,
        scancode_version=order.scancode_version,
        policy_name=policy.name,
        policy_title=Message(policy.title),
        policy_digest=policy.digest,
        command=order.command,
        auditor=order.auditor,
        reviewer=order.reviewer,
        confidentiality=_confidentiality(order),
        notice=say(
            "This report states what a scan found and what licences state. It is not legal advice; counsel has to assess it."
        ),
    )
    return DueDiligence(
        control=control,
        products=tuple(
            _product(f"p{number}", name, judged, order)
            for number, (name, judged) in enumerate(zip(_names(products), products, strict=True), 1)
        ),
    )


def _confidentiality(order: Order) -> Message:
    """The mark of confidentiality: the orderer's own words, or the usual ones."""
    if order.confidentiality:
        return say("{mark}", mark=order.confidentiality)
    return say("Confidential: for the parties to the transaction and their advisers only")


def _names(products: Sequence[Judged]) -> Iterator[str]:
    """Yield the names of the products; those of one name are told apart by their place."""
    names = [judged.inventory.run.root for judged in products]
    for number, name in enumerate(names, 1):
        yield f"{name} ({number})" if names.count(name) > 1 else name


def _product(key: str, name: str, judged: Judged, order: Order) -> Product:
    view = View(judged, order)
    found = risks(view)
    named = issues(view, found)
    asked = questions(view, found, named)
    laid = scenarios(view)
    return Product(
        key=key,
        name=name,
        source=source(judged),
        facts=fact_rows(judged.audit.facts, partial(declared_by, judged)),
        verdict=_verdict(view, named),
        buckets=bucket_counts(judged.inventory, judged.audit),
        classes=_classes(view),
        front=front(view, named, asked),
        issues=named,
        changers=tuple(_changers(view, found, laid)),
        coverage=coverage(view),
        components=register(view),
        licenses=licenses(view),
        risks=found,
        actions=actions(found),
        duties=duties(view),
        watch=watch(view),
        questions=asked,
        chapters=chapters(view),
        reach=reaches(view),
        evidence=evidence(view),
        decisions=_decisions(view),
        scenarios=laid,
        configuration=judged.configuration,
    )


def _verdict(view: View, named: Sequence[Issue]) -> Verdict:
    """The verdict of the judgement; an issue that no finding is about (what is sold, whose rights are missing) counts too."""
    found = verdict(view.inventory, view.audit)
    buckets = {issue.bucket for issue in named if not issue.findings}
    if buckets & CONFLICTS:
        return conflicts(found.detail)
    if found.state is VerdictState.CLEAR and Bucket.RESEARCH in buckets:
        return Verdict(state=VerdictState.REVIEWS, headline=say("No conflict; questions are open"), detail=found.detail)
    return found


def _classes(view: View) -> tuple[ClassCount, ...]:
    counted: Counter[tuple[LicenseClass | None, SubjectKind]] = Counter()
    for conclusion in view.audit.conclusions:
        if view.is_spoken_for(conclusion):
            continue
        if conclusion.classification or conclusion.subject.kind is not SubjectKind.FILE:
            which = conclusion.classification.license_class if conclusion.classification else None
            counted[which, conclusion.subject.kind] += 1
    return tuple(
        ClassCount(
            license_class=which,
            projects=counted[which, SubjectKind.PROJECT],
            components=counted[which, SubjectKind.COMPONENT],
            models=counted[which, SubjectKind.MODEL],
            files=counted[which, SubjectKind.FILE],
        )
        for which in (*LicenseClass, None)
    )


def _changers(view: View, found: Sequence[Risk], laid: Scenarios | None) -> Iterator[Message]:
    """What would change the verdict: conflicts resolved, facts declared, scenarios that turn out to be true."""
    inventory, audit = view.inventory, view.audit
    for bucket, text in (
        (Bucket.CONFLICT_BROAD, say("Findings that are resolved with the broad conflicts: {count}.", count=_count(found, Bucket.CONFLICT_BROAD))),
        (Bucket.CONFLICT_NARROW, say("Findings that are resolved when single parts are replaced: {count}.", count=_count(found, Bucket.CONFLICT_NARROW))),
        (Bucket.NOT_LICENSED, say("Findings that are resolved when licences are obtained for what has none: {count}.", count=_count(found, Bucket.NOT_LICENSED))),
    ):  # fmt: skip
        if _count(found, bucket):
            yield text
    conflicts = {risk.id for risk in found if risk.bucket in CONFLICTS}
    if conflicts:
        rest = replace(audit, violations=tuple(each for each in audit.violations if each.id not in conflicts))
        yield say(
            "With all of these resolved, the verdict would be: {headline}.", headline=verdict(inventory, rest).headline
        )
    asked = sum(1 for risk in found if risk.question)
    if asked:
        yield say(
            "Findings that depend on open questions of fact: {count}.",
            count=asked,
        )
    decided = sum(1 for risk in found if risk.bucket is Bucket.RESEARCH and not risk.question)
    if decided:
        yield say("Findings pending review: {count}.", count=decided)
    for scenario in laid.columns if laid else ():
        yield say(
            "In the scenario {name}, judged by policy {policy}: {headline}.",
            name=scenario.name,
            policy=scenario.policy,
            headline=scenario.verdict.headline,
        )


def _count(found: Sequence[Risk], bucket: Bucket) -> int:
    return sum(1 for risk in found if risk.bucket is bucket)


def _decisions(view: View) -> tuple[Decision, ...]:
    """Choices among licences, then matches that do not count, by subject and reason."""
    choices = [
        Decision(
            kind="choice",
            subject=view.ref(choice.subject),
            what=say("{taken} of {offered}", taken=license_(choice.taken), offered=license_(choice.expression_spdx)),
            why=say("the part that the policy permits best"),
        )
        for choice in view.audit.choices
    ]
    counted: Counter[tuple[SubjectRef, Composition, str]] = Counter(
        (view.ref(conclusion.subject), statement.composition, statement.expression)
        for conclusion in view.audit.conclusions
        for statement in conclusion.suppressed
    )
    suppressed = [
        Decision(
            kind="does-not-count",
            subject=subject,
            what=say("a match of {licence} does not count", licence=license_(view.spdx(expression)))
            if expression != _REFERENCE
            else say("a reference to a licence that it does not name does not count"),
            why=_SUPPRESSED[composition],
            count=count,
        )
        for (subject, composition, expression), count in counted.items()
    ]
    return (*choices, *_waived(view), *_corrected(view), *suppressed)


def _waived(view: View) -> Iterator[Decision]:
    """Findings that somebody answers for, with by whom, why and until when."""
    for suppression in view.audit.suppressed:
        violation = suppression.violation
        yield Decision(
            kind=suppression.kind.value,
            subject=view.ref(violation.subject),
            what=say(
                "{message} Does not count until {date}; decided by {who}.",
                message=violation.message,
                date=suppression.expires or "-",
                who=quoted(suppression.by or "-"),
            ),
            why=suppression.why,
        )


def _corrected(view: View) -> Iterator[Decision]:
    """Detections that a person corrected; one that no longer applies says so."""
    for correction in view.audit.corrections:
        subject = SubjectRef(kind=SubjectKind.FILE, id=correction.path, name=correction.path)
        said = {"detected": license_(view.spdx(correction.detected)), "who": quoted(correction.by)}
        if correction.applied and not correction.concluded:
            what = say(_DISMISSED, **said)
        else:
            concluded = license_(view.spdx(correction.concluded) if correction.concluded else "-")
            what = say(_APPLIED if correction.applied else _LAPSED, concluded=concluded, **said)
        yield Decision(
            kind="curation",
            subject=subject,
            what=what,
            why=say("{why}", why=quoted(correction.why)),
        )
