"""What the licences behind an issue say of it: the clauses that decide, each with its section, and what a single text fills in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from licscan.core.component import Component
from licscan.core.expression import AllOf, Expression, ExpressionError, OneOf, Unit, parse, units
from licscan.core.message import Message, license_, mark, quoted, say
from licscan.core.remark import RemarkKind
from licscan.core.verdict import Conclusion, LicenseClass, Subject, UnitClassification
from licscan.duediligence.document import Clause
from licscan.duediligence.law_register import About, LawPoint, points_of
from licscan.duediligence.ratings import Topic
from licscan.duediligence.view import View

_MOST = 8  # clauses of an issue
_COPYLEFT = frozenset({LicenseClass.STRONG_COPYLEFT, LicenseClass.WEAK_COPYLEFT})
# Which clauses decide an issue, the weightiest first.
_DECIDING: Mapping[Topic, tuple[About, ...]] = {
    Topic.COPYLEFT: (About.REACH, About.RESTRICTIONS, About.BROWSER, About.TERMINATION),
    Topic.NETWORK: (About.NETWORK, About.REACH, About.RESTRICTIONS, About.BROWSER, About.TERMINATION),
    Topic.PROGRAMS: (About.AGGREGATE, About.SOURCE, About.INSTALLATION),
    Topic.SOURCE: (About.SOURCE, About.INSTALLATION, About.TERMINATION),
    Topic.WEAK: (About.PER_FILE, About.RELINKING, About.SOURCE, About.SALE, About.NAMES),
    Topic.RESTRICTED: (About.USE, About.SALE, About.TRANSFER, About.RESTRICTIONS),
    Topic.OWN_LICENCE: (About.NETWORK, About.REACH, About.TRANSFER),
    Topic.CLAUSES: (About.ADVERTISING, About.NAMES),
    Topic.PATENTS: (About.PATENTS,),
    Topic.NOTICES: (About.NOTICES,),
}
_SERVED = re.compile(r"\.(m?js|cjs|jsx|tsx?|css|wasm|vue|svelte)$", re.IGNORECASE)
_STATED: Mapping[str, str] = {
    "Licensor": mark("Licensor: {value}"),
    "Licensed Work": mark("Licensed work: {value}"),
    "Additional Use Grant": mark("Additional use grant: {value}"),
    "Change Date": mark("Change date: {value}"),
    "Change License": mark("Change licence: {value}"),
}
_DECIDE: Mapping[str, str] = {
    "Additional Use Grant": mark("additional use grant"),
    "Change Date": mark("change date"),
    "Change License": mark("change licence"),
}


def clauses(view: View, topic: Topic, subjects: Iterable[Subject]) -> tuple[Clause, ...]:
    """Return the clauses that decide an issue on ``subjects``, those of most subjects first within what they are about."""
    deciding = _DECIDING.get(topic, ())
    found: dict[LawPoint, dict[str, None]] = {}
    counted: dict[LawPoint, int] = {}
    for subject in {(each.kind, each.id): each for each in subjects}.values():
        conclusion = view.conclusion(subject)
        every = conclusion.classification.units if conclusion and conclusion.classification else ()
        about = [each for each in deciding if each is not About.BROWSER or _is_served(view, subject)]
        for unit in every:
            for point in _of_unit(unit, every, about):
                found.setdefault(point, {})[unit.spdx] = None
                counted[point] = counted.get(point, 0) + 1
    ordered = sorted(found, key=lambda point: (deciding.index(point.about), -counted[point]))
    return tuple(_clause(point, tuple(found[point])) for point in ordered[:_MOST])


def _of_unit(
    unit: UnitClassification, every: Sequence[UnitClassification], about: Sequence[About]
) -> Iterator[LawPoint]:
    key, _, exception = unit.unit.partition(" WITH ")
    others = frozenset(term for each in every if each is not unit for term in each.terms)
    for point in points_of(key, about):
        if point.about is About.REACH and exception and unit.license_class is not LicenseClass.STRONG_COPYLEFT:
            continue  # the exception lifts it
        if not point.beside or others.intersection(point.beside):
            yield point


def _clause(point: LawPoint, names: tuple[str, ...]) -> Clause:
    return Clause(
        id=point.id, licenses=names, section=Message(point.section), states=Message(point.states), source=point.source
    )


def _is_served(view: View, subject: Subject) -> bool:
    component = view.components.get(subject.id)
    return _is_npm(component) or bool(_SERVED.search(subject.id if component is None else ""))


def _is_npm(component: Component | None) -> bool:
    return component is not None and component.ecosystem == "npm"


def notes(view: View, conclusion: Conclusion | None) -> tuple[Message, ...]:
    """Return what one text adds: the parameters of BUSL-1.1 as it states them, and terms that can be bought instead."""
    if conclusion is None or conclusion.classification is None:
        return ()
    return (*_parameters(view, conclusion), *_for_sale(conclusion))


def _parameters(view: View, conclusion: Conclusion) -> Iterator[Message]:
    under = conclusion.classification.units if conclusion.classification else ()
    if not any(unit.unit.startswith("bsl-1.") for unit in under):
        return
    if view.judged.remarks is None:
        yield say("Parameters of the BUSL text were not looked for in this result: scan the codebase for them.")
        return
    places = {item.location.path for item in conclusion.evidence}
    stated: dict[str, str] = {}
    for remark in view.remarks[RemarkKind.PARAMETER]:
        if remark.location.path in places:
            stated.setdefault(remark.name, remark.text)
    for name, template in _STATED.items():
        if name in stated:
            yield say(template, value=quoted(stated[name]))
    missing = tuple(say(words) for name, words in _DECIDE.items() if name not in stated)
    if missing:
        yield say("Not stated in what was read of the BUSL text: {names}.", names=missing)


def _for_sale(conclusion: Conclusion) -> Iterator[Message]:
    """An alternative of a choice that is neither copyleft nor free: it applies to whoever holds it, and can be bought."""
    classification = conclusion.classification
    known = {unit.unit: unit for unit in classification.units} if classification else {}
    try:
        expression = parse(classification.expression) if classification else None
    except ExpressionError:
        return
    for choice in _choices(expression):
        classes = [{known[str(unit)].license_class for unit in units(arg) if str(unit) in known} for arg in choice.args]
        if not any(each & _COPYLEFT for each in classes):
            continue
        for arg, found in zip(choice.args, classes, strict=True):
            if LicenseClass.PROPRIETARY in found:
                named = " AND ".join(known[str(unit)].spdx for unit in units(arg) if str(unit) in known)
                yield say("Also offered under terms that can be bought: {licence}. They apply to holders of such a licence.", licence=license_(named))  # fmt: skip


def _choices(expression: Expression | None) -> Iterator[OneOf]:
    if expression is None or isinstance(expression, Unit):
        return
    if isinstance(expression, OneOf):
        yield expression
    if isinstance(expression, (AllOf, OneOf)):
        for arg in expression.args:
            yield from _choices(arg)
