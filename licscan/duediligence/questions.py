"""Part 5: what engineering, management and counsel have to answer, each with the effect of the answer.

One question an issue, and the facts of the product: never one for each finding. A fact that is answered is applied to the stored result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.message import Message, license_, mark, name, path, say
from licscan.duediligence.document import Issue, Question, Risk
from licscan.duediligence.ratings import Addressee, Topic
from licscan.duediligence.view import View, digest
from licscan.duediligence.worded import subjects_of

ENGINEERING, MANAGEMENT, COUNSEL = Addressee.ENGINEERING, Addressee.MANAGEMENT, Addressee.COUNSEL
# Facts about the technique; all others are the company's.
_OF_ENGINEERING = frozenset({"linking", "modified", "separate_programs", "linked_programs"})
_CHOICES = 3  # named in the question about choices
_READABLE = 120  # characters of an expression that a question names


class _Words(Struct, frozen=True):
    addressee: Addressee
    text: str
    effect: str
    fact: str | None = None


_BY_TOPIC: Mapping[Topic, _Words] = {
    Topic.COPYLEFT: _Words(
        ENGINEERING,
        mark("How is each of these parts used: linked into the product, run as a program of its own, or not delivered? {subjects}"),
        mark("Separate or not delivered: resolved. Linked: a conflict that has to be replaced, relicensed or priced."),
    ),
    Topic.NETWORK: _Words(
        ENGINEERING,
        mark("Is it modified, is it part of the product's own process, and is it reachable over a network? {subjects}"),
        mark("Section 13 of the AGPL binds who modifies it. Unmodified and separate: keep its notices. Otherwise a conflict."),
    ),
    Topic.NO_LICENCE: _Words(
        MANAGEMENT,
        mark("Who wrote it, and on which terms was it received? {subjects}"),
        mark("A licence or proof of authorship resolves it; otherwise it has to be replaced."),
    ),
    Topic.RESTRICTED: _Words(
        MANAGEMENT,
        mark("Was a licence bought, for which use, and does it pass to a buyer on a change of control? {subjects}"),
        mark("A contract that covers the use and the buyer resolves it; otherwise buy a licence or replace the part."),
        "commercial_licences",
    ),
    Topic.COMMERCIAL: _Words(
        MANAGEMENT,
        mark("Which licences were bought, for how many developers and deployments, and may they be assigned on a change of control? {subjects}"),
        mark("Contracts that cover the use and the buyer resolve it; otherwise licences have to be bought."),
        "commercial_licences",
    ),
    Topic.MODELS: _Words(
        MANAGEMENT,
        mark("Does the use of the models keep to their terms, and do the terms allow for a change of control? {subjects}"),
        mark("If so, conditions of delivery are left; otherwise a licence of the publisher or another model is needed."),
    ),
    Topic.ALTERED: _Words(COUNSEL, mark("What does the altered sentence allow? {subjects}"), mark("It decides whether the part may be used as the product uses it.")),
    Topic.ADAPTED: _Words(
        ENGINEERING,
        mark("How much was taken from each of these sources, and under which licence? {subjects}"),
        mark("A licence that fits: add its notices. Copyleft or no licence: rewrite it, or obtain a licence."),
    ),
    Topic.EDITION_COPYLEFT: _Words(
        ENGINEERING,
        mark("Which of these parts are distributed with what is sold under other terms? {subjects}"),
        mark("None: no conflict. Any: a conflict, unless its holder licenses it on these terms."),
    ),
    Topic.OWN_LICENCE: _Words(
        MANAGEMENT,
        mark("Does the company hold the rights in every contribution (employment, assignments, contributor agreements)? {subjects}"),
        mark("With all rights it may also be sold under other terms; without, only under its open-source licence."),
    ),
    Topic.EDITION: _Words(
        MANAGEMENT,
        mark("Who wrote the commercial edition, and does it contain code of others under copyleft? {subjects}"),
        mark("Copyleft of others in it is a conflict: the copyright holder may offer two licences, others may not."),
    ),
    Topic.PROGRAMS: _Words(
        ENGINEERING,
        mark("Which of these run as programs of their own, and which is the product linked with? {subjects}"),
        mark("Separate: their terms do not reach the product, and their source is due. Linked: a conflict."),
        "separate_programs",
    ),
    Topic.SOURCE: _Words(
        ENGINEERING,
        mark("Where is the source of exactly these versions kept, and how is it offered to recipients? {subjects}"),
        mark("Kept and offered: resolved. Otherwise deliveries so far breached the licence."),
    ),
    Topic.UNKNOWN_TERMS: _Words(COUNSEL, mark("What do these terms allow? {subjects}"), mark("Until they are read, the parts count as unlicensed.")),
    Topic.OWN_UNSTATED: _Words(
        MANAGEMENT,
        mark("Under which terms is the product sold or offered? {subjects}"),
        mark("It decides whether copyleft of others conflicts with the product."),
        "outbound",
    ),
    Topic.WEAK: _Words(
        ENGINEERING,
        mark("Were these parts modified, and how are they linked? {subjects}"),
        mark("Unmodified and linked dynamically: notices and an offer of source are enough. Otherwise changes, or the means to relink, are due."),
    ),
    Topic.CLAUSES: _Words(COUNSEL, mark("Are these clauses kept, and do they bind a buyer? {subjects}"), mark("A clause that is not kept can end the licence.")),
    Topic.PATENTS: _Words(COUNSEL, mark("Does the buyer hold patents, or bring suits, that these clauses reach? {subjects}"), mark("If so, the licence may end with the suit.")),
    Topic.PAPERS: _Words(ENGINEERING, mark("Which of the licences applies to what is delivered? {subjects}"), mark("It decides which notices and conditions apply.")),
    Topic.ASSISTED: _Words(
        ENGINEERING,
        mark("Which parts were generated, with which tool, and were they compared with public code? {subjects}"),
        mark("Generated parts may have no owner; copied ones carry the licence of their source."),
    ),
    Topic.TOOLS: _Words(ENGINEERING, mark("Is any of it delivered with the product? {subjects}"), mark("If not, nothing is due.")),
    Topic.OTHER: _Words(COUNSEL, mark("Is this acceptable, and on which conditions? {subjects}"), mark("Requires human judgement.")),
}  # fmt: skip
_FACTS: Mapping[str, _Words] = {
    "distribution": _Words(
        MANAGEMENT,
        mark("Was the product, in any version, given to anybody outside: as binaries, as source, on devices, in browsers, or as a hosted service only?"),
        mark("Most copyleft takes effect with the first copy that is passed on; code sent to browsers is such a copy."),
    ),
    "commercial": _Words(
        MANAGEMENT,
        mark("Is the product sold, or used to earn money in another way?"),
        mark("Non-commercial terms, and several model licences, depend on it."),
    ),
}  # fmt: skip


def questions(view: View, risks: Sequence[Risk], issues: Sequence[Issue]) -> tuple[Question, ...]:
    """Return the questions, the most consequential first: facts of the product, one for each issue, what findings ask, choices."""
    found = (
        *_undeclared(view),
        *_of_issues(issues),
        *_of_unopened(view),
        *_of_ignored(view),
        *_of_risks(view, risks, issues),
        *_of_choices(view),
    )
    return tuple(replace(question, number=number) for number, question in enumerate(found, 1))


def _undeclared(view: View) -> Iterator[Question]:
    for fact, words in _FACTS.items():
        if getattr(view.audit.facts, fact) is None and view.audit.violations:
            yield _question(words.addressee, say(words.text), say(words.effect), fact)


def _of_issues(issues: Sequence[Issue]) -> Iterator[Question]:
    for issue in issues:
        words = _BY_TOPIC.get(issue.topic)
        if words is not None:
            text = say(
                words.text,
                subjects=say("(issue {number}: {items})", number=issue.number, items=subjects_of(issue.items)),
            )
            yield _question(words.addressee, text, say(words.effect), words.fact, (issue.number,), issue.findings)


def _of_risks(view: View, risks: Sequence[Risk], issues: Sequence[Issue]) -> Iterator[Question]:
    """What licences ask for in their own words, once for each question, unless the facts above ask for it already."""
    numbers = {finding: issue.number for issue in issues for finding in issue.findings}
    asking: dict[Message, list[Risk]] = {}
    for risk in risks:
        if risk.question:
            asking.setdefault(risk.question, []).append(risk)
    facts = {violation.id: violation.fact for violation in view.audit.violations}
    asked = {words.fact for issue in issues if (words := _BY_TOPIC.get(issue.topic))}
    for text, members in asking.items():
        fact = facts.get(members[0].id) or None
        if fact in _FACTS or (fact and fact in asked):
            continue
        about = tuple(dict.fromkeys(numbers[risk.id] for risk in members))
        effect = say("Decides findings on {subject}: {count}.", subject=_names([risk.subject.name for risk in members]), count=len(members))  # fmt: skip
        who = ENGINEERING if fact in _OF_ENGINEERING else MANAGEMENT
        yield _question(who, text, effect, fact, about, tuple(risk.id for risk in members))


def _of_unopened(view: View) -> Iterator[Question]:
    """One question for all archives and formats that were recognised and not read."""
    places = [issue.location.path for issue in view.unopened if issue.location]
    if places:
        text = say("What do the archives and formats hold that were not opened, and from whom are they? There are {count}, the first of them {place}.",
                   count=len(places), place=path(places[0]))  # fmt: skip
        yield _question(
            ENGINEERING,
            text,
            say("What they hold is judged like everything else: scan with --archives, or state what they are."),
        )


def _of_ignored(view: View) -> Iterator[Question]:
    """One question for all statements that the marks of REUSE take out of the result."""
    if view.ignored:
        first = view.ignored[0]
        text = say("Do these licence statements, which stand between the ignore marks of REUSE, apply to the files that they are in? There are {count}, the first of them {licence} in {place}.",
                   count=len(view.ignored), licence=license_(first.expression), place=path(str(first.location)))  # fmt: skip
        yield _question(
            ENGINEERING,
            text,
            say("They do not count. A statement that applies has to stand outside the marks, and is judged then."),
        )


def _of_choices(view: View) -> Iterator[Question]:
    """One question for all choices among licences that were taken."""
    taken = sorted(
        dict.fromkeys((choice.taken, choice.expression_spdx) for choice in view.audit.choices),
        key=lambda each: len(each[1]),
    )
    if not taken:
        return
    short = [each for each in taken if len(each[1]) <= _READABLE] or taken[:1]
    named = tuple(say("{taken} of {offered}", taken=license_(one), offered=license_(whole)) for one, whole in short[:_CHOICES])  # fmt: skip
    text = say(
        "Are the choices among licences right? There are {count}, such as {choices}.", count=len(taken), choices=named
    )
    yield _question(COUNSEL, text, say("The licence that was taken decides the conditions; the others fall away."))


def _question(
    addressee: Addressee,
    text: Message,
    effect: Message,
    fact: str | None = None,
    issues: tuple[int, ...] = (),
    findings: tuple[str, ...] = (),
) -> Question:
    return Question(
        id=digest("question", addressee.value, text.text, *findings),
        number=0,
        addressee=addressee,
        text=text,
        effect=effect,
        fact=fact,
        issues=issues,
        findings=findings,
    )


def _names(found: Sequence[str]) -> Message:
    distinct = tuple(dict.fromkeys(found))
    if len(distinct) == 1:
        return say("{first}", first=name(distinct[0]))
    return say("{first} and {count} others", first=name(distinct[0]), count=len(distinct) - 1)
