"""Facts and a policy in, violations out: pure, and the same for the same input."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.expression import Expression, Unit, parsed
from licscan.core.facts import Facts
from licscan.core.message import message, name, ours
from licscan.core.result import Inventory
from licscan.core.verdict import (
    Choice,
    Classification,
    Conclusion,
    LicenseClass,
    Outcome,
    Remark,
    SubjectKind,
    TraceStep,
    UnitClassification,
    Violation,
)
from licscan.modellicense.terms import model_terms
from licscan.policy.agreement import held_judgement, is_held, needs_agreement, without_unheld
from licscan.policy.bound import bounded
from licscan.policy.catalogue import LicenseCatalogue
from licscan.policy.context import Context
from licscan.policy.finding import Case, badness, violations
from licscan.policy.fold import fold
from licscan.policy.judge import Decision, Judgement, best, every, judge, render, worst_outcome
from licscan.policy.matching import outbound_relation, outbound_variants
from licscan.policy.own_texts import own_texts
from licscan.policy.profile import Profile
from licscan.policy.rules import Rulebook
from licscan.policy.schema import ExpressionState, Policy
from licscan.policy.waive import without_version


class Verdicts(Struct, frozen=True, kw_only=True):
    """What a policy says of an inventory: what it objects to, and which choices it took where not all were alike."""

    violations: tuple[Violation, ...]
    choices: tuple[Choice, ...]


def evaluate(
    inventory: Inventory,
    conclusions: tuple[Conclusion, ...],
    policy: Policy,
    facts: Facts,
    catalogue: LicenseCatalogue | None = None,
) -> tuple[Violation, ...]:
    """Return what ``policy`` objects to, worst first."""
    return evaluate_all(inventory, conclusions, policy, facts, catalogue).violations


def evaluate_all(
    inventory: Inventory,
    conclusions: tuple[Conclusion, ...],
    policy: Policy,
    facts: Facts,
    catalogue: LicenseCatalogue | None = None,
) -> Verdicts:
    """Return what ``policy`` objects to and the choices that it took.

    Without a ``catalogue`` an ``-or-later`` licence is judged as it stands, and a declared outbound licence is known only
    by the licences of ``conclusions`` and the compatibility matrix.
    """
    evaluation = _Evaluation(inventory, conclusions, policy, facts, catalogue)
    found: list[Violation] = []
    choices: list[Choice] = []
    for conclusion in conclusions:
        objections, choice = evaluation.conclusion(conclusion)
        found += objections
        if choice:
            choices.append(choice)
    components = {component.id: component for component in inventory.components}
    return Verdicts(
        violations=bounded(
            sorted(fold(found, components, policy, own_texts(inventory, conclusions)), key=badness), inventory
        ),
        choices=tuple(sorted(choices, key=lambda choice: (choice.subject.kind.value, choice.subject.id))),
    )


class _Evaluation:
    """One evaluation. Equal expressions in equal profiles are judged once."""

    def __init__(
        self,
        inventory: Inventory,
        conclusions: tuple[Conclusion, ...],
        policy: Policy,
        facts: Facts,
        catalogue: LicenseCatalogue | None,
    ) -> None:
        self._policy = policy
        self._catalogue = catalogue
        self._context = Context(inventory, conclusions, facts, catalogue)
        self._rules = Rulebook(policy, facts, model_terms(), self._context.statements)
        self._facts = facts
        self._judged: dict[tuple[str, Profile, tuple[str, ...]], Judgement] = {}

    def conclusion(self, conclusion: Conclusion) -> tuple[list[Violation], Choice | None]:
        profile = self._context.profile(conclusion.subject, self._rules.globs, self._policy.below)
        if conclusion.altered:
            profile = replace(profile, altered=conclusion.altered)
        found = conclusion.classification
        expression = parsed(found.expression if found else None)
        if found is None or expression is None:
            without = ExpressionState.UNCERTAIN if conclusion.possible else ExpressionState.MISSING
            state = ExpressionState.UNPARSABLE if found else without
            decisions = self._rules.decisions(None, profile, state)
            if found is None and self._context.is_unresolved(conclusion.subject):
                # One line of its manifest reports that it was not looked up; what its age tells holds all the same.
                decisions = tuple(each for each in decisions if each.finding is not None)
            return self._violations(conclusion, profile, decisions, None), None
        judgement = self._judge(expression, found, profile, self._names(conclusion))
        choice = self._choice(conclusion, expression, found, judgement)
        if not judgement.decisions:
            return [], choice
        return self._violations(conclusion, profile, judgement.decisions, judgement, choice), choice

    def _names(self, conclusion: Conclusion) -> tuple[str, ...]:
        """Return what the subject's package is called, where a licence may be held for it."""
        found = conclusion.classification
        if not self._facts.commercial_licences or found is None or not any(map(needs_agreement, found.units)):
            return ()
        component = self._context.component(conclusion.subject)
        return (
            (component.name, component.id, without_version(component.id)) if component else (conclusion.subject.name,)
        )

    def _judge(
        self, expression: Expression, found: Classification, profile: Profile, names: tuple[str, ...]
    ) -> Judgement:
        key = (found.expression, profile, names)
        judgement = self._judged.get(key)
        if judgement is None:
            units = {unit.unit: unit for unit in found.units}
            held = {unit.unit: is_held(unit, names, self._facts) for unit in found.units if needs_agreement(unit)}
            open_to_us = without_unheld(expression, lambda unit: held.get(str(unit)) is False)
            parts = [self._judge_in(open_to_us, units, held, variant) for variant in outbound_variants(profile)]
            judgement = self._judged[key] = every(open_to_us, parts, lambda unit: self._classified(unit, units).spdx)
        return judgement

    def _judge_in(
        self, expression: Expression, units: dict[str, UnitClassification], held: dict[str, bool], profile: Profile
    ) -> Judgement:
        def judge_unit(unit: Unit) -> Judgement:
            if held.get(str(unit)):
                return held_judgement(unit, self._classified(unit, units))
            return self._versions(unit, units, profile)

        return judge(expression, judge_unit, lambda unit: self._classified(unit, units).spdx)

    def _versions(self, unit: Unit, units: dict[str, UnitClassification], profile: Profile) -> Judgement:
        """Judge one licence; where it is objected to and a later version may be taken, the best of them."""
        as_it_stands = self._unit(unit, self._classified(unit, units), profile)
        if self._catalogue is None or as_it_stands.outcome is Outcome.ALLOW:
            return as_it_stands
        versions = self._catalogue.choices(unit)[1:]
        later = [self._unit(version, self._classified(version, units), profile) for version in versions]
        if all(version.outcome is as_it_stands.outcome for version in later):
            return as_it_stands
        return best(unit, [as_it_stands, *later], lambda version: self._classified(version, units).spdx)

    def _unit(self, unit: Unit, classified: UnitClassification, profile: Profile) -> Judgement:
        decisions = self._rules.decisions(classified, profile)
        outcome = worst_outcome(decision.outcome for decision in decisions)
        rules = ", ".join(dict.fromkeys(decision.rule.id for decision in decisions))
        values = {
            "class": ours(classified.license_class.value),
            "rules": ours(rules) if rules else message("trace.no-rule", "no rule objects"),
        }
        why = (
            message("trace.class-reason", "{class} ({reason}): {rules}", **values, reason=classified.reason)
            if classified.reason
            else message("trace.class", "{class}: {rules}", **values)
        )
        return Judgement(
            outcome=outcome,
            taken=unit,
            decisions=decisions,
            trace=(TraceStep(what=classified.spdx, outcome=outcome, why=why),),
        )

    def _classified(self, unit: Unit, units: dict[str, UnitClassification]) -> UnitClassification:
        known = units.get(str(unit)) or self._context.known.get(str(unit).lower())
        if known:
            return known
        if self._catalogue:
            return self._catalogue.classify_unit(unit)
        return UnitClassification(
            unit=str(unit),
            spdx=str(unit),
            license_class=LicenseClass.UNKNOWN,
            reason=message("class.not-classified", "it was not classified"),
        )

    def _choice(
        self, conclusion: Conclusion, expression: Expression, found: Classification, judgement: Judgement
    ) -> Choice | None:
        """Return what was taken, where something was left out and not every part would have done."""
        if judgement.taken == expression or all(step.outcome is judgement.outcome for step in judgement.trace):
            return None
        units = {unit.unit: unit for unit in found.units}
        return Choice(
            subject=conclusion.subject,
            expression_spdx=found.expression_spdx,
            taken=render(judgement.taken, lambda unit: self._classified(unit, units).spdx),
            outcome=judgement.outcome,
            trace=judgement.trace,
        )

    def _violations(
        self,
        conclusion: Conclusion,
        profile: Profile,
        decisions: tuple[Decision, ...],
        judgement: Judgement | None,
        choice: Choice | None = None,
    ) -> list[Violation]:
        if not decisions:
            return []
        case = Case(
            conclusion=conclusion,
            policy=self._policy,
            choice=choice.taken if choice else None,
            # Many projects of one repository go out under the same licence.
            outbound=tuple(dict.fromkeys(out.expression_spdx if out else None for out in profile.outbounds)),
            trace=judgement.trace if judgement else (),
            remarks=self._remarks(conclusion, profile, decisions),
        )
        return violations(case, decisions)

    def _remarks(
        self, conclusion: Conclusion, profile: Profile, decisions: tuple[Decision, ...]
    ) -> tuple[TraceStep, ...]:
        """Tell who brings the subject in, and how its licences stand to the project's own."""
        remarks: dict[TraceStep, None] = {}
        outcome = worst_outcome(decision.outcome for decision in decisions)
        subject = conclusion.subject
        component = subject.id if subject.kind is SubjectKind.COMPONENT else subject.owner
        for way in self._context.reach.ways(component) if component else ():
            remarks[
                TraceStep(
                    what=Remark.VIA.value,
                    outcome=outcome,
                    why=message("trace.way", "{way}", way=name(" -> ".join(way))),
                )
            ] = None
        if conclusion.classification is None:
            for place in self._context.tried(subject):
                remarks[TraceStep(what=Remark.TRIED.value, outcome=outcome, why=place)] = None
        for decision in decisions:
            if decision.unit and decision.rule.when.outbound:
                why = outbound_relation(decision.unit, profile).why
                remarks[TraceStep(what="outbound licence", outcome=decision.outcome, why=why)] = None
        return tuple(remarks)
