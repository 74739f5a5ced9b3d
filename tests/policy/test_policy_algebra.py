"""The algebra of choices: properties that hold for every expression and every judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.core.expression import AllOf, Expression, OneOf, Unit, units
from licscan.core.message import Kind, Value, verbatim
from licscan.core.text import visible
from licscan.core.verdict import LicenseClass, Outcome, Severity, UnitClassification
from licscan.policy.compatibility import Outbound, pair, relation, worst
from licscan.policy.judge import OUTCOMES, Decision, Judgement, judge, render
from licscan.policy.schema import OutboundRelation, PolicyRule
from licscan.policy.template import fill, unknown_placeholders
from tests.policy import factories as make

NAMES = [f"l{number}" for number in range(6)]
UNITS = st.builds(Unit, st.sampled_from(NAMES))
TREES: st.SearchStrategy[Expression] = st.recursive(
    UNITS,
    lambda inner: st.one_of(
        *(st.lists(inner, min_size=2, max_size=3).map(tuple).map(kind) for kind in (AllOf, OneOf)),
    ),
    max_leaves=8,
)
VERDICTS = st.fixed_dictionaries({name: st.sampled_from(OUTCOMES) for name in NAMES})


def judgement(tree: Expression, verdicts: dict[str, Outcome]) -> Judgement:
    def one(unit: Unit) -> Judgement:
        outcome = verdicts[unit.key]
        classified = UnitClassification(unit=unit.key, spdx=unit.key, license_class=LicenseClass.PERMISSIVE)
        rule = PolicyRule(
            id="r", code="reciprocity", verdict=outcome, severity=Severity.LOW, message="", how_to_fix="", source=""
        )
        decisions = () if outcome is Outcome.ALLOW else (Decision(rule=rule, outcome=outcome, unit=classified),)
        return Judgement(outcome=outcome, taken=unit, decisions=decisions)

    return judge(tree, one, lambda unit: unit.key)


def expected(tree: Expression, verdicts: dict[str, Outcome]) -> int:
    if isinstance(tree, Unit):
        return OUTCOMES.index(verdicts[tree.key])
    parts = [expected(arg, verdicts) for arg in tree.args]
    return max(parts) if isinstance(tree, AllOf) else min(parts)


@given(TREES, VERDICTS)
def test_or_takes_the_best_and_and_the_worst(tree: Expression, verdicts: dict[str, Outcome]) -> None:
    assert OUTCOMES.index(judgement(tree, verdicts).outcome) == expected(tree, verdicts)


@given(TREES, VERDICTS)
def test_what_is_taken_holds_no_choice_and_gives_the_same_outcome(
    tree: Expression, verdicts: dict[str, Outcome]
) -> None:
    found = judgement(tree, verdicts)
    assert set(units(found.taken)) <= set(units(tree))
    assert " OR " not in render(found.taken, str)
    assert OUTCOMES.index(found.outcome) == expected(found.taken, verdicts)


@given(TREES, VERDICTS)
def test_decisions_are_those_of_what_is_taken(tree: Expression, verdicts: dict[str, Outcome]) -> None:
    found = judgement(tree, verdicts)
    taken = {unit.key for unit in units(found.taken)}
    assert {decision.unit.unit for decision in found.decisions if decision.unit} == {
        key for key in taken if verdicts[key] is not Outcome.ALLOW
    }


@given(TREES, VERDICTS, st.sampled_from(NAMES))
def test_a_milder_verdict_on_one_licence_never_makes_the_whole_worse(
    tree: Expression, verdicts: dict[str, Outcome], name: str
) -> None:
    before = OUTCOMES.index(judgement(tree, verdicts).outcome)
    after = OUTCOMES.index(judgement(tree, {**verdicts, name: Outcome.ALLOW}).outcome)
    assert after <= before


@given(TREES, VERDICTS)
def test_every_or_and_and_leaves_a_step_that_names_it(tree: Expression, verdicts: dict[str, Outcome]) -> None:
    trace = judgement(tree, verdicts).trace
    if isinstance(tree, Unit):
        assert trace == ()
    else:
        assert trace[-1].what == render(tree, str)
        assert trace[-1].outcome is judgement(tree, verdicts).outcome


def outbound(tree: Expression, *keys: str) -> Outbound:
    return Outbound(
        expression=str(tree),
        expression_spdx=str(tree),
        tree=tree,
        units=tuple(make.unit(key) for key in keys),
        origin="",
    )


@given(st.sampled_from(sorted(make.LICENSES)))
def test_every_licence_fits_itself(key: str) -> None:
    assert pair(make.unit(key), make.unit(key)).relation is OutboundRelation.COMPATIBLE


@given(st.sampled_from(sorted(make.LICENSES)), st.sampled_from(sorted(make.LICENSES)))
def test_strong_copyleft_never_fits_what_is_not_strong_copyleft(own: str, incoming: str) -> None:
    strong = LicenseClass.STRONG_COPYLEFT
    if make.unit(incoming).license_class is strong and make.unit(own).license_class is not strong:
        assert pair(make.unit(own), make.unit(incoming)).relation is not OutboundRelation.COMPATIBLE


def test_a_work_offered_under_either_licence_has_to_fit_both() -> None:
    either = outbound(OneOf((Unit("mit"), Unit("gpl-3.0"))), "mit", "gpl-3.0")
    both = outbound(AllOf((Unit("mit"), Unit("gpl-3.0"))), "mit", "gpl-3.0")
    assert relation(either, make.unit("gpl-3.0")).relation is OutboundRelation.INCOMPATIBLE
    assert relation(both, make.unit("gpl-3.0")).relation is OutboundRelation.COMPATIBLE


def test_no_outbound_licence_is_unknown() -> None:
    assert worst(()).relation is OutboundRelation.UNKNOWN


@given(st.text(max_size=60), st.text(max_size=60))
def test_values_are_never_templates(subject: str, detail: str) -> None:
    values = {
        "subject": Value("subject", Kind.NAME, subject),
        "detail": Value("detail", Kind.OURS, messages=(verbatim(detail),)),
    }
    filled = str(fill("rule.x", "{subject} and {detail}", values))
    assert filled == f"{visible(subject)} and {visible(detail)}"
    assert not any(ord(character) < 32 for character in filled)


def test_only_plain_placeholders_are_known() -> None:
    assert unknown_placeholders("{subject} {licence}") == ()
    assert unknown_placeholders("{subject!r} {0} {} {licence.x} {") == ("subject!r", "0", "", "licence.x", "{")


@pytest.mark.parametrize(
    ("own", "incoming", "expected"),
    [
        # The Linux kernel: plain GPL-2.0 files in a work whose licence has a note.
        ("gpl-2.0 WITH linux-syscall-note", "gpl-2.0", OutboundRelation.COMPATIBLE),
        ("gpl-2.0", "gpl-2.0 WITH linux-syscall-note", OutboundRelation.COMPATIBLE),
        ("gpl-3.0", "gpl-2.0-plus WITH openssl-exception", OutboundRelation.COMPATIBLE),
        ("mit", "gpl-2.0-plus WITH openssl-exception", OutboundRelation.INCOMPATIBLE),
        # The matrix holds this pair: the promise to those who link would be broken.
        ("gpl-2.0 WITH classpath-exception-2.0", "gpl-2.0", OutboundRelation.INCOMPATIBLE),
        ("mit", "gpl-3.0 WITH linux-syscall-note", OutboundRelation.UNDECIDED),
        ("gpl-3.0", "gpl-2.0 WITH commons-clause", OutboundRelation.UNDECIDED),
        ("apache-2.0 WITH commons-clause", "gpl-3.0", OutboundRelation.INCOMPATIBLE),
    ],
)
def test_an_exception_that_permits_more_may_be_dropped(own: str, incoming: str, expected: OutboundRelation) -> None:
    classes = {
        "linux-syscall-note": LicenseClass.WEAK_COPYLEFT,
        "openssl-exception": LicenseClass.STRONG_COPYLEFT,
        "commons-clause": LicenseClass.PROPRIETARY,
    }

    def unit(name: str) -> UnitClassification:
        base, _, exception = name.partition(" WITH ")
        plain = make.unit(base)
        if not exception or name in make.LICENSES:
            return make.unit(name)
        return UnitClassification(unit=name, spdx=f"{plain.spdx} WITH {exception}", license_class=classes[exception])

    assert pair(unit(own), unit(incoming)).relation is expected
