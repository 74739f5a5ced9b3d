"""The obligations checklist: for each part and each duty of its licence whether it is fulfilled, open or not triggered,
and what proves it. A duty is fulfilled only where something in the tree or in the declared facts shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from licscan.core.component import SHIPPED, Component, ComponentKind
from licscan.core.facts import Distribution, Linking
from licscan.core.message import Message, license_, mark, name, path, say
from licscan.core.verdict import (
    LicenseClass,
    Subject,
    SubjectKind,
    UnitClassification,
    Violation,
)
from licscan.duediligence.copied import copied_files
from licscan.duediligence.document import Duty, SubjectRef
from licscan.duediligence.licence_terms import duties_of
from licscan.duediligence.rate import COPYLEFT_CODES
from licscan.duediligence.ratings import DutyState
from licscan.duediligence.taken import taken_units
from licscan.duediligence.usage import COMPILED, distribution_of, is_modified, linking_of
from licscan.duediligence.view import View, digest
from licscan.duediligence.words import label

_STATES = (DutyState.OPEN, DutyState.FULFILLED, DutyState.NOT_TRIGGERED)
KEPT_INSIDE = frozenset({Distribution.NONE, Distribution.INTERNAL})
# Duties that hold for who hosts, too; all others are owed to those who get copies.
HOSTED = frozenset({"network-source", "attribution-display"})
# What is left to see where a library under the LGPL is in the product, by how it is linked.
_RELINKING: Mapping[Linking | None, Message] = {
    Linking.DYNAMIC: say(
        "It is stated to be linked dynamically, so that users can replace it; that the product's terms allow changes and reverse "
        "engineering for it is not on record."
    ),
    Linking.STATIC: say(
        "It is stated to be linked statically: users need what it takes to link the product again; that they get it is not on record."
    ),
    None: say("How it is linked is not declared."),
}
# What stands beside the source of what is compiled, by the duty that it would fulfil.
_BESIDE_SOURCE: Mapping[str, str] = {
    "license-text": mark(
        "The licence's text is in {place}, beside the source; the product is delivered as binaries, and that the text is distributed "
        "with them is not on record."
    ),
    "attribution": mark(
        "Its notices are in its source, and the licence's text in {place}; the product is delivered as binaries, and that the "
        "notices are distributed with them is not on record."
    ),
}
Finding = tuple[DutyState, Message, tuple[str, ...]]


class _Case(Struct, frozen=True):
    view: View
    subject: Subject
    component: Component | None
    unit: UnitClassification
    files: tuple[str, ...] = ()  # of a project, under a licence that is not its own


def duties(view: View) -> tuple[Duty, ...]:
    """Return the checklist: what is open, fulfilled, not triggered; each in the order of the judgement."""
    rows: list[Duty] = []
    for conclusion in view.audit.conclusions:
        component = view.components.get(conclusion.subject.id)
        if conclusion.subject.kind not in (SubjectKind.COMPONENT, SubjectKind.MODEL) or not conclusion.classification:
            continue
        if component and component.kind is ComponentKind.PROJECT:
            continue
        for unit in taken_units(conclusion, view.choices.get((conclusion.subject.kind, conclusion.subject.id))):
            case = _Case(view, conclusion.subject, component, unit)
            ref = view.ref(conclusion.subject)
            rows += (_duty(case, ref, duty) for duty in duties_of(unit))
    rows += _of_copied_files(view)
    return tuple(sorted(rows, key=lambda row: _STATES.index(row.state)))  # what is still owed first


def _of_copied_files(view: View) -> Iterator[Duty]:
    """Yield what is owed for files that are under other licences than their project: once for all files of a licence."""
    for copied in copied_files(view):
        case = _Case(view, copied.subject, None, copied.unit, copied.paths)
        for duty in duties_of(copied.unit):
            state, proof, places = _state(case, duty)
            yield Duty(
                id=digest("duty", "files", copied.ref.id, copied.subject.scope.value, copied.unit.unit, duty),
                subject=copied.ref,
                license=copied.unit.spdx,
                duty=duty,
                state=state,
                proof=say("Files of it: {count}, the first of them {place}. {proof}", count=len(copied.paths),
                          place=path(copied.paths[0]), proof=proof),
                places=places or copied.paths[:3],
            )  # fmt: skip


def _duty(case: _Case, ref: SubjectRef, duty: str) -> Duty:
    state, proof, places = _state(case, duty)
    return Duty(
        id=digest("duty", ref.kind.value, ref.id, case.unit.unit, duty),
        subject=ref,
        license=case.unit.spdx,
        duty=duty,
        state=state,
        proof=proof,
        places=places,
    )


def _state(case: _Case, duty: str) -> Finding:
    untriggered = _untriggered(case, duty)
    if untriggered:
        return DutyState.NOT_TRIGGERED, untriggered, ()
    shown = _shown(case, duty)
    if shown:
        return shown
    model = case.view.models.get(case.subject.id)
    if model and model.format == "reference":
        return (
            DutyState.OPEN,
            say("The product names it, and the tree does not hold it; whether it is passed on, and with what, is not on record."),
            (),
        )  # fmt: skip
    if distribution_of(case.view, case.component) is None:
        return DutyState.OPEN, say("Nothing in the tree shows it; how the product is delivered is not declared."), ()
    return DutyState.OPEN, say("Nothing in the tree shows it."), ()


def _untriggered(case: _Case, duty: str) -> Message | None:
    scope = case.subject.scope
    model = case.view.models.get(case.subject.id)
    if model and model.served_by:
        return say("{service} runs it for the product: no copy of it is passed on.", service=name(model.served_by))
    distribution = distribution_of(case.view, case.component)
    if scope not in SHIPPED:
        return say("It is used for {scope} only, and does not reach what is delivered.", scope=Message(label(scope)))
    if distribution in KEPT_INSIDE:
        return say("It is declared not to leave its makers.")
    if distribution is Distribution.SAAS and duty not in HOSTED:
        return say("It is declared to be hosted only: no copies are passed on.")
    weak = duty == "same-license" and case.unit.license_class is LicenseClass.WEAK_COPYLEFT
    if (duty == "state-changes" or weak) and is_modified(case.view, case.component) is False:
        return say("It is not modified: the usage facts of the component name the source of this statement.")
    return None


def _shown(case: _Case, duty: str) -> Finding | None:
    if duty == "attribution" and case.files:
        return (
            DutyState.OPEN,
            say("Their notices are in the files; that they are distributed with the product is not on record."),
            (),
        )
    if duty in ("license-text", "attribution"):
        return _text_shown(case, duty)
    if duty == "source-disclosure":
        accepted = {entry.lower() for entry in case.view.audit.facts.accepted}
        names = {f"source-not-provided:{name}".lower() for name in (case.unit.unit, case.unit.spdx)}
        if accepted & names:
            return DutyState.FULFILLED, say("The source is declared to be kept and offered."), ()
        if case.files:
            return (
                DutyState.OPEN,
                say("The files are in the tree; that recipients are offered their source is not on record."),
                (),
            )
        if case.component is not None and case.component.directory:
            return DutyState.OPEN, _source_held(case, case.component.directory), (case.component.directory,)
    weak = duty == "same-license" and case.unit.license_class is LicenseClass.WEAK_COPYLEFT
    if (duty == "state-changes" or weak) and is_modified(case.view, case.component) is None:
        return (
            DutyState.OPEN,
            say("Whether it was changed is not declared, and there is nothing to compare its files with."),
            (),
        )
    if duty == "same-license" and case.unit.license_class is LicenseClass.STRONG_COPYLEFT:
        return _same_license(case)
    if duty == "relinking":
        return DutyState.OPEN, _RELINKING[linking_of(case.view, case.component)], ()
    return None


def _source_held(case: _Case, folder: str) -> Message:
    """What the checklist says where the files of a copyleft part are in the tree."""
    if case.unit.license_class is LicenseClass.STRONG_COPYLEFT:
        return say(
            "Its files are in the tree at {folder}; that recipients are offered its source, and that of the work that it "
            "reaches, is not on record.",
            folder=path(folder),
        )
    return say(
        "Its files are in the tree at {folder}; that recipients are offered its source is not on record.",
        folder=path(folder),
    )


def _text_shown(case: _Case, duty: str) -> Finding | None:
    base = case.unit.unit.partition(" WITH ")[0]
    # "Version 2 or later" has no text of its own: that of version 2 goes with it.
    names = dict.fromkeys((case.unit.unit, base, base.removesuffix("-plus")))
    component = case.component
    model = case.view.models.get(case.subject.id)
    if component:
        found = next((texts for name in names if (texts := case.view.texts_of(component, name))), ())
    elif model and model.format != "reference":
        found = next((texts for name in names if (texts := case.view.texts_beside(model, name))), ())
    elif case.files:
        found = next((texts for name in names if (texts := case.view.texts_in(case.subject.id, name))), ())
    else:
        return None
    if not found:
        return None
    if _is_compiled(case) and not case.view.is_notice(found[0]):
        return DutyState.OPEN, say(_BESIDE_SOURCE[duty], place=path(found[0])), found[:3]
    if duty == "license-text":
        return DutyState.FULFILLED, say("The licence's text is in {place}.", place=path(found[0])), found[:3]
    if component and (component.copyrights or component.holders):
        return (
            DutyState.FULFILLED,
            say("Its files name the copyright holders, and the licence's text is in {place}.", place=path(found[0])),
            found[:3],
        )
    return (
        DutyState.OPEN,
        say(
            "The licence's text is in {place}; whose copyright has to be named is not recorded.",
            place=path(found[0]),
        ),
        found[:3],
    )


def _is_compiled(case: _Case) -> bool:
    """Whether it goes into binaries, so that what stands beside its source does not go out by itself."""
    component = case.component
    if distribution_of(case.view, component) is not Distribution.BINARY:
        return False
    if component is None:
        return bool(case.files)
    return component.kind is ComponentKind.VENDORED or (component.ecosystem or "") in COMPILED


def _named(violation: Violation) -> Collection[str]:
    """The licences that a finding on a file is about: a file can be under others beside."""
    return violation.trace[-1].what.split(", ") if violation.trace else [violation.expression_spdx or ""]


def _same_license(case: _Case) -> Finding | None:
    """A strong copyleft that the policy finds at home in the project's own licence is kept; one that it objects to is not."""
    subjects = [(SubjectKind.FILE, each) for each in case.files] or [(case.subject.kind, case.subject.id)]
    found = [violation for subject in subjects for violation in case.view.violations.get(subject, ())]
    objected = [
        violation
        for violation in found
        if violation.code in COPYLEFT_CODES and (not case.files or case.unit.spdx in _named(violation))
    ]
    if objected:
        return DutyState.OPEN, say("The policy finds that the project's own licence does not fit."), ()
    outbound = case.view.audit.facts.outbound
    if outbound:
        return (
            DutyState.FULFILLED,
            say(
                "The project is licensed under {licence}, which the policy finds compatible.",
                licence=license_(outbound),
            ),
            (),
        )
    return DutyState.FULFILLED, say("The policy finds that the project's own licence fits."), ()
