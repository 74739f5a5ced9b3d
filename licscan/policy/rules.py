"""What a policy's rules say of one licence in one subject.

Rules are read from top to bottom. For each finding code the first rule without a check that holds decides; rules with a
check all speak, since each looks at another term. An ``allow`` that holds settles its code for the rules below it, and
without a code everything.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from licscan.core.display_phrase import Statement
from licscan.core.facts import Distribution, Facts
from licscan.core.verdict import LicenseClass, Outcome, Severity, SubjectKind, UnitClassification
from licscan.modellicense.terms import TermsRegister
from licscan.policy.checks import CHECKS, Answer, CheckInput
from licscan.policy.judge import Decision
from licscan.policy.matching import applicable, holds
from licscan.policy.profile import Profile
from licscan.policy.schema import Condition, ExpressionState, Policy, PolicyRule

# What no policy decides is never passed over: these stand behind every policy's last rule.
FALLBACKS = (
    PolicyRule(
        id="fallback-unparsable",
        code="expression-unparsable",
        verdict=Outcome.REVIEW,
        severity=Severity.HIGH,
        message="The licence of {subject} cannot be read: {expression}.",
        how_to_fix="Correct the expression where it is written, or ask its author which licence is meant.",
        source="licscan",
        when=Condition(expression=ExpressionState.UNPARSABLE),
    ),
    PolicyRule(
        id="fallback-class-unknown",
        code="class-unknown",
        verdict=Outcome.REVIEW,
        severity=Severity.MEDIUM,
        message="The terms of {licence} in {subject} could not be determined.",
        how_to_fix="Read the licence, and record which one it is.",
        source="licscan",
        when=Condition(classes=(LicenseClass.UNKNOWN,)),
    ),
    PolicyRule(
        id="fallback-licence-uncertain",
        code="licence-uncertain",
        verdict=Outcome.REVIEW,
        severity=Severity.HIGH,
        message="Which licence {subject} has is uncertain: the evidence of it is weak.",
        how_to_fix="Read the text that is shown, and record which licence it is.",
        source="licscan",
        when=Condition(expression=ExpressionState.UNCERTAIN, subjects=(SubjectKind.PROJECT, SubjectKind.COMPONENT)),
    ),
    PolicyRule(
        id="fallback-no-licence",
        code="no-licence",
        verdict=Outcome.REVIEW,
        severity=Severity.HIGH,
        message="No licence is declared or detected for {subject}.",
        how_to_fix="Ask its author for a licence, replace it or take it out.",
        source="report 3.2.2",
        when=Condition(
            expression=ExpressionState.MISSING,
            subjects=(SubjectKind.COMPONENT, SubjectKind.MODEL),
        ),
    ),
)


class Rulebook:
    """The rules of a policy that the declared facts let speak."""

    def __init__(self, policy: Policy, facts: Facts, register: TermsRegister, statements: tuple[Statement, ...] | None):
        # Of a model that a service runs nothing is passed on, however the product itself goes out.
        self._facts = {False: facts, True: replace(facts, distribution=Distribution.NONE)}
        self._register = register
        self._statements = statements
        every = (*policy.rules, *FALLBACKS)
        self._rules = {
            (served, state): [rule for rule in every if rule.when.expression is state and applicable(rule, known)]
            for served, known in self._facts.items()
            for state in ExpressionState
        }
        rules = [rule for rule in every if any(applicable(rule, known) for known in self._facts.values())]
        conditions = [condition for rule in rules for condition in (rule.when, rule.unless) if condition]
        self.globs = tuple(dict.fromkeys(glob for condition in conditions for glob in condition.paths))

    def decisions(
        self, unit: UnitClassification | None, profile: Profile, state: ExpressionState = ExpressionState.KNOWN
    ) -> tuple[Decision, ...]:
        """Return what the rules for ``state`` say of ``unit``, which is ``None`` where there is no licence to judge."""
        found: list[Decision] = []
        settled: set[str] = set()
        served = profile.served_by is not None
        for rule in self._rules[served, state]:
            if rule.code in settled or not holds(rule, unit, profile, self._facts[served]):
                continue
            if rule.verdict is Outcome.ALLOW and rule.code is None:
                break
            found += self._say(rule, unit, profile)
            if rule.code and not rule.check:
                settled.add(rule.code)
        return tuple(found)

    def _say(self, rule: PolicyRule, unit: UnitClassification | None, profile: Profile) -> Iterator[Decision]:
        if rule.verdict is Outcome.ALLOW:
            return
        if rule.check is None:
            yield Decision(rule=rule, outcome=rule.verdict, unit=unit)
            return
        case = CheckInput(
            unit=unit,
            profile=profile,
            facts=self._facts[profile.served_by is not None],
            code=rule.code or "",
            terms=self._register.find(unit.unit, unit.spdx) if unit else None,
            statements=self._statements,
        )
        for found in CHECKS[rule.check](case):
            # Its service holds the users of a model to its terms: what it asks of them is for a person, and fails nothing.
            finding = (
                replace(found, question=None) if profile.served_by and found.answer is not Answer.INFRINGED else found
            )
            outcome = rule.verdict if finding.answer is Answer.INFRINGED else Outcome.REVIEW
            yield Decision(rule=rule, outcome=outcome, unit=unit, finding=finding)
