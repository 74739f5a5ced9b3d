"""What issues are about: for each topic the words of the front page, why it matters to a transaction, how to resolve it, and who answers.

The costs are classes of work, the same for every target (``ratings.Cost``): they order what to negotiate, they are no estimate.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from licscan.core.component import SHIPPED
from licscan.core.message import mark, say
from licscan.core.verdict import LicenseClass, SubjectKind, Violation
from licscan.duediligence.document import Option
from licscan.duediligence.own_code import Own
from licscan.duediligence.rate import COPYLEFT_CODES
from licscan.duediligence.ratings import Addressee, Concern, Cost, Effort, Remedy, Topic
from licscan.duediligence.view import View

ENGINEERING, MANAGEMENT, COUNSEL = Addressee.ENGINEERING, Addressee.MANAGEMENT, Addressee.COUNSEL
_UPKEEP = frozenset({"inventory", "stale-component", "waiver-unused", "waiver-expired", "licence-changed"})
_BY_CODE: Mapping[str, Topic] = {
    "source-not-provided": Topic.SOURCE,
    "restricted-use": Topic.RESTRICTED,
    "licence-altered": Topic.ALTERED,
    "special-terms": Topic.CLAUSES,
    "attribution-missing": Topic.NOTICES,
    "class-unknown": Topic.UNKNOWN_TERMS,
    "expression-unparsable": Topic.UNKNOWN_TERMS,
    "declared-detected-mismatch": Topic.PAPERS,
    "assisted-code": Topic.ASSISTED,
}


class Words(Struct, frozen=True, kw_only=True):
    """The words of a topic. ``title`` and ``what`` have places for ``{licence}`` and ``{subjects}``."""

    title: str
    what: str
    why: str
    concerns: tuple[Concern, ...]
    options: tuple[Option, ...]
    addressees: tuple[Addressee, ...]


def topic_of(view: View, violation: Violation, *, own: Own | None = None, in_image: bool = False) -> Topic:
    """Return what ``violation`` is about. ``own`` is what its subject is to the product where it is the seller's code, ``in_image`` that it stands beside the
    product in a root filesystem."""
    subject = violation.subject
    if subject.kind is SubjectKind.MODEL:
        return Topic.MODELS
    if own is not None:
        return Topic.EDITION if own is Own.EDITION else Topic.OWN_LICENCE
    if violation.code == "no-licence":
        return Topic.OWN_UNSTATED if subject.kind is SubjectKind.PROJECT else Topic.NO_LICENCE
    if violation.code in COPYLEFT_CODES:
        return _of_copyleft(view, violation, in_image=in_image)
    if violation.code in _UPKEEP:
        return Topic.UPKEEP
    if violation.code == "special-terms" and "patent" in violation.rule:
        return Topic.PATENTS
    return _BY_CODE.get(violation.code, Topic.OTHER)


def _of_copyleft(view: View, violation: Violation, *, in_image: bool) -> Topic:
    subject = violation.subject
    if subject.scope not in SHIPPED:
        return Topic.TOOLS
    if subject.kind is SubjectKind.PROJECT:
        return Topic.OWN_LICENCE
    if violation.license_class is LicenseClass.WEAK_COPYLEFT:
        return Topic.WEAK
    if in_image or violation.rule.endswith("program-unstated"):
        return Topic.PROGRAMS
    conclusion = view.conclusion(subject)
    network = conclusion is not None and conclusion.classification is not None and conclusion.classification.network
    return Topic.NETWORK if network else Topic.COPYLEFT


def _option(remedy: Remedy, what: str, effort: Effort, cost: Cost) -> Option:
    return Option(remedy=remedy, what=say(what), effort=effort, cost=cost)


_REPLACE = _option(Remedy.REPLACE, mark("Replace the part"), Effort.WEEKS, Cost.MEDIUM)
_ISOLATE = _option(Remedy.ISOLATE, mark("Run it as a separate program"), Effort.WEEKS, Cost.MEDIUM)
_BUY = _option(Remedy.RELICENSE, mark("Obtain a licence from the rights holder"), Effort.WEEKS, Cost.HIGH)
_KEEP = _option(Remedy.COMPLY, mark("Keep the licence's conditions with each delivery"), Effort.DAYS, Cost.LOW)
_ASK = _option(Remedy.CLARIFY, mark("Obtain the missing information"), Effort.HOURS, Cost.LOW)
_READ = _option(Remedy.CLARIFY, mark("Have the terms read"), Effort.HOURS, Cost.LOW)

WORDS: Mapping[Topic, Words] = {
    Topic.COPYLEFT: Words(
        title=mark("{licence} code in the delivered product: {subjects}"),
        what=mark("Code of others under {licence} is part of what is delivered under other terms."),
        why=mark("Rights holders can stop delivery. Publishing the whole work under {licence} would end the exclusivity of the source."),
        concerns=(Concern.INJUNCTION, Concern.EXCLUSIVITY),
        options=(_REPLACE, _ISOLATE, _BUY),
        addressees=(ENGINEERING, COUNSEL),
    ),
    Topic.NETWORK: Words(
        title=mark("{licence} code in the delivered or hosted product: {subjects}"),
        what=mark("Code of others under {licence} is part of the product. Its copyleft also covers use over a network."),
        why=mark("Users of a modified hosted version can demand its source. Rights holders can stop the service."),
        concerns=(Concern.INJUNCTION, Concern.EXCLUSIVITY),
        options=(_REPLACE, _BUY, _option(Remedy.COMPLY, mark("Offer the source of the running version to its users"), Effort.DAYS, Cost.LOW)),
        addressees=(ENGINEERING, COUNSEL),
    ),
    Topic.NO_LICENCE: Words(
        title=mark("Code without a licence: {subjects}"),
        what=mark("No licence is declared or found. All rights are reserved to the author."),
        why=mark("It may not be copied, changed or delivered. Its author can stop delivery or demand a fee."),
        concerns=(Concern.INJUNCTION, Concern.PAYMENT),
        options=(_BUY, _REPLACE),
        addressees=(ENGINEERING, MANAGEMENT),
    ),
    Topic.RESTRICTED: Words(
        title=mark("Limits on use ({licence}): {subjects}"),
        what=mark("These are not open-source terms ({licence}). They limit who may use the code, and for what."),
        why=mark("Use beyond the grant is unlicensed. A licence may have to be bought, and may not pass to a buyer."),
        concerns=(Concern.PAYMENT, Concern.CONTROL, Concern.INJUNCTION),
        options=(_option(Remedy.CLARIFY, mark("Produce the contract, if one was made"), Effort.HOURS, Cost.LOW), _BUY, _REPLACE),
        addressees=(MANAGEMENT, COUNSEL),
    ),
    Topic.COMMERCIAL: Words(
        title=mark("Components that are sold under commercial terms: {subjects}"),
        what=mark("Their publishers sell them under terms of their own. Whether licences were bought, and for how many developers, is not stated."),
        why=mark("A licence may be missing, too small, or not assignable on a change of control."),
        concerns=(Concern.PAYMENT, Concern.CONTROL),
        options=(_option(Remedy.CLARIFY, mark("Produce the contracts and the number of licences"), Effort.HOURS, Cost.LOW), _BUY, _REPLACE),
        addressees=(MANAGEMENT,),
    ),
    Topic.MODELS: Words(
        title=mark("AI models under {licence}: {subjects}"),
        what=mark("The publisher's terms apply to the models and, in part, to what they produce."),
        why=mark("Limits on users, uses or revenue can end the right to use. Some count the buyer's group as well."),
        concerns=(Concern.CONTROL, Concern.PAYMENT),
        options=(_ASK, _option(Remedy.COMPLY, mark("Keep the publisher's conditions"), Effort.DAYS, Cost.LOW),
                 _option(Remedy.REPLACE, mark("Use another model"), Effort.MONTHS, Cost.HIGH)),
        addressees=(MANAGEMENT, COUNSEL),
    ),
    Topic.ALTERED: Words(
        title=mark("Altered licence text: {subjects}"),
        what=mark("A licence text differs from the licence that it is taken from, in a sentence that sets terms."),
        why=mark("The changed sentence decides what is allowed; the licence's name does not."),
        concerns=(Concern.INJUNCTION, Concern.DELAY),
        options=(_READ, _REPLACE),
        addressees=(COUNSEL,),
    ),
    Topic.ADAPTED: Words(
        title=mark("Code from elsewhere, by the word of comments: {subjects}"),
        what=mark("Comments say that code was adapted from other works. Their licences were not determined."),
        why=mark("Third-party code keeps its licence, whatever the file states. Under copyleft it can reach the product."),
        concerns=(Concern.INJUNCTION, Concern.EXCLUSIVITY),
        options=(_option(Remedy.CLARIFY, mark("Compare with the sources and record their licences"), Effort.DAYS, Cost.LOW), _REPLACE),
        addressees=(ENGINEERING,),
    ),
    Topic.EDITION_COPYLEFT: Words(
        title=mark("Copyleft of others in a product that is also sold under other terms: {subjects}"),
        what=mark("Parts of others are under strong copyleft, and part of the product is sold under commercial terms."),
        why=mark("Only the holder of all rights may offer two licences. Code of others under copyleft stays under it, in the commercial edition too."),
        concerns=(Concern.EXCLUSIVITY, Concern.INJUNCTION),
        options=(_REPLACE, _BUY, _option(Remedy.ISOLATE, mark("Keep it out of the commercial edition"), Effort.WEEKS, Cost.MEDIUM)),
        addressees=(ENGINEERING, COUNSEL),
    ),
    Topic.OWN_LICENCE: Words(
        title=mark("The product itself is under {licence}: {subjects}"),
        what=mark("The product's own source is offered to everybody under {licence}."),
        why=mark("Published versions stay free for all. Only the owner of all rights in it may also sell it under other terms."),
        concerns=(Concern.EXCLUSIVITY, Concern.CONTROL),
        options=(_option(Remedy.CLARIFY, mark("Prove the rights in every contribution"), Effort.DAYS, Cost.LOW),
                 _option(Remedy.RELICENSE, mark("Obtain missing rights from contributors"), Effort.WEEKS, Cost.MEDIUM)),
        addressees=(MANAGEMENT, COUNSEL),
    ),
    Topic.EDITION: Words(
        title=mark("The seller's own commercial edition: {subjects}"),
        what=mark("Part of the seller's own code is under commercial terms of its own."),
        why=mark("It is what is sold: its value depends on complete rights, and on no copyleft of others in it."),
        concerns=(Concern.EXCLUSIVITY, Concern.PAYMENT),
        options=(_option(Remedy.CLARIFY, mark("Confirm authorship and customers' contracts"), Effort.DAYS, Cost.LOW),),
        addressees=(MANAGEMENT, COUNSEL),
    ),
    Topic.PROGRAMS: Words(
        title=mark("Programs in the delivered image, {licence}: {subjects}"),
        what=mark("Delivered beside the product. Whether each is a separate program or linked with the product is not stated."),
        why=mark("Separate programs leave the product's own terms alone (GPL-2.0 section 2, GPL-3.0 section 5); linked ones do not. Source is due in both cases."),
        concerns=(Concern.INJUNCTION, Concern.DELAY),
        options=(_option(Remedy.CLARIFY, mark("State for each program whether it is separate"), Effort.DAYS, Cost.LOW),
                 _option(Remedy.COMPLY, mark("Provide the source, or a written offer, with each delivery"), Effort.DAYS, Cost.LOW)),
        addressees=(ENGINEERING, COUNSEL),
    ),
    Topic.SOURCE: Words(
        title=mark("Source missing for {licence}: {subjects}"),
        what=mark("Only binaries are in the tree. Neither the source nor a written offer was found."),
        why=mark("Delivering without the source, or an offer of it, breaches the licence (GPL-2.0 section 3, GPL-3.0 section 6)."),
        concerns=(Concern.INJUNCTION, Concern.DELAY),
        options=(_option(Remedy.COMPLY, mark("Collect the source of exactly these versions and offer it"), Effort.DAYS, Cost.LOW), _REPLACE),
        addressees=(ENGINEERING,),
    ),
    Topic.UNKNOWN_TERMS: Words(
        title=mark("Terms not determined: {subjects}"),
        what=mark("There are licence terms, and what they allow could not be determined."),
        why=mark("No right to use it can be relied upon until the terms have been read."),
        concerns=(Concern.DELAY,),
        options=(_READ, _REPLACE),
        addressees=(COUNSEL,),
    ),
    Topic.OWN_UNSTATED: Words(
        title=mark("The product's own licence is not stated: {subjects}"),
        what=mark("The tree states no licence for the product itself."),
        why=mark("Whether copyleft of others conflicts with the product's terms depends on these terms."),
        concerns=(Concern.DELAY,),
        options=(_option(Remedy.CLARIFY, mark("State the terms under which it is sold"), Effort.HOURS, Cost.LOW),),
        addressees=(MANAGEMENT,),
    ),
    Topic.WEAK: Words(
        title=mark("{licence}, conditions of delivery: {subjects}"),
        what=mark("Changes to these files or libraries stay under {licence}; the rest of the product does not."),
        why=mark("Usable in a closed product if source, notices and, for LGPL libraries, relinking are provided."),
        concerns=(Concern.DELAY,),
        options=(_KEEP,),
        addressees=(ENGINEERING,),
    ),
    Topic.CLAUSES: Words(
        title=mark("Clauses on credit, names or courts ({licence}): {subjects}"),
        what=mark("The licence requires credit in advertising or on screen, limits the use of names, or sets court and law."),
        why=mark("Minor conditions. A breach can end the licence or lead to a claim."),
        concerns=(Concern.DELAY,),
        options=(_KEEP,),
        addressees=(COUNSEL,),
    ),
    Topic.PATENTS: Words(
        title=mark("Patent clauses ({licence}): {subjects}"),
        what=mark("The licence ends for anyone who brings a patent claim over the software."),
        why=mark("Weigh this against the buyer's patents and any running suit."),
        concerns=(Concern.CONTROL,),
        options=(_READ,),
        addressees=(COUNSEL,),
    ),
    Topic.PAPERS: Words(
        title=mark("Declared and detected licences differ: {subjects}"),
        what=mark("Files contain licences that the package does not declare."),
        why=mark("The files decide. Obligations may be missing from the notices."),
        concerns=(Concern.DELAY,),
        options=(_READ,),
        addressees=(ENGINEERING,),
    ),
    Topic.ASSISTED: Words(
        title=mark("Possible AI-generated code: {subjects}"),
        what=mark("The code or commits contain marks of coding assistants."),
        why=mark("Generated code may have no owner, and may repeat code of others."),
        concerns=(Concern.EXCLUSIVITY,),
        options=(_option(Remedy.CLARIFY, mark("State which parts were generated, and under which tool's terms"), Effort.DAYS, Cost.LOW),),
        addressees=(ENGINEERING, COUNSEL),
    ),
    Topic.NOTICES: Words(
        title=mark("Notices missing: {subjects}"),
        what=mark("These parts have no licence text or copyright notice, beside them or in a notice file."),
        why=mark("Nearly every licence requires them. Cheap to add, and to be done before the next release."),
        concerns=(Concern.DELAY,),
        options=(_option(Remedy.COMPLY, mark("Generate the notice file and ship it"), Effort.HOURS, Cost.LOW),),
        addressees=(ENGINEERING,),
    ),
    Topic.TOOLS: Words(
        title=mark("Copyleft in tools and tests ({licence}): {subjects}"),
        what=mark("Used for tests, development, the build or documentation only."),
        why=mark("No effect as long as none of it is delivered."),
        concerns=(Concern.DELAY,),
        options=(_option(Remedy.CLARIFY, mark("Compare a delivered copy with this list"), Effort.HOURS, Cost.LOW),),
        addressees=(ENGINEERING,),
    ),
    Topic.UPKEEP: Words(
        title=mark("Upkeep: {subjects}"),
        what=mark("Old versions, changed licences or lapsed decisions."),
        why=mark("No claim follows from it. It shows how well the code is maintained."),
        concerns=(Concern.DELAY,),
        options=(_option(Remedy.REPLACE, mark("Update the part"), Effort.DAYS, Cost.LOW),),
        addressees=(ENGINEERING,),
    ),
    Topic.OTHER: Words(
        title=mark("Other points ({licence}): {subjects}"),
        what=mark("See the findings in the register."),
        why=mark("Requires human judgement."),
        concerns=(Concern.DELAY,),
        options=(_READ,),
        addressees=(COUNSEL,),
    ),
}  # fmt: skip
