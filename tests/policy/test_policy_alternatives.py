"""Choices on both sides: what a project is offered under, what comes in, and alternatives that have to be bought."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licscan.core.expression import AllOf, Expression, OneOf, Unit, parse
from licscan.core.facts import Distribution, Facts
from licscan.core.verdict import Outcome, Violation
from licscan.policy.evaluate import evaluate, evaluate_all
from licscan.policy.judge import OUTCOMES, worst_outcome
from licscan.policy.load import load_policy
from licscan.policy.schema import Policy
from tests.policy import factories as make

NO_FACTS = Facts()
SOLD = "commercial-license"
KEYS = ["mit", "apache-2.0", "lgpl-2.1", "mpl-2.0", "gpl-2.0", "gpl-2.0-plus", "gpl-3.0", "gpl-3.0-plus", "agpl-3.0"]
LICENCES: st.SearchStrategy[Expression] = st.sampled_from(KEYS).map(Unit) | st.just(
    parse("gpl-2.0 WITH classpath-exception-2.0")
)
TREES: st.SearchStrategy[Expression] = st.recursive(
    LICENCES,
    lambda inner: st.one_of(
        *(st.lists(inner, min_size=2, max_size=3).map(tuple).map(kind) for kind in (AllOf, OneOf)),
    ),
    max_leaves=5,
)


@cache
def policy(name: str) -> Policy:
    return load_policy(name)


def judged(own: str, incoming: str, facts: Facts = NO_FACTS, name: str = "default") -> tuple[Violation, ...]:
    conclusions = (make.project(own), make.file("a.c", incoming))
    return evaluate(make.inventory(), conclusions, policy(name), facts, make.SmallCatalogue())


def outcome(own: Expression, incoming: Expression) -> int:
    found = [item for item in judged(str(own), str(incoming)) if item.subject.id == "a.c"]
    return OUTCOMES.index(worst_outcome(item.outcome for item in found))


@settings(max_examples=40)
@given(TREES)
def test_an_expression_fits_itself(tree: Expression) -> None:
    assert outcome(tree, tree) == 0


@settings(max_examples=40)
@given(TREES, TREES, TREES)
def test_another_alternative_never_makes_what_comes_in_worse_and_another_part_never_better(
    own: Expression, incoming: Expression, more: Expression
) -> None:
    alone = outcome(own, incoming)
    assert outcome(own, OneOf((incoming, more))) <= alone <= outcome(own, AllOf((incoming, more)))


@settings(max_examples=40)
@given(TREES, TREES, TREES)
def test_another_offer_of_the_project_never_makes_it_easier_to_fit(
    own: Expression, incoming: Expression, more: Expression
) -> None:
    assert outcome(OneOf((own, more)), incoming) >= outcome(own, incoming)


@pytest.mark.parametrize(
    ("own", "incoming", "denied"),
    [
        ("gpl-2.0 OR gpl-3.0", "gpl-2.0 OR gpl-3.0", False),
        ("gpl-2.0 OR gpl-3.0", "gpl-3.0", True),
        ("gpl-2.0 OR gpl-3.0", "gpl-2.0-plus", False),
        ("gpl-2.0 OR mit", "gpl-2.0 OR mit", False),
        ("gpl-2.0 OR mit", "gpl-2.0", True),
        ("gpl-2.0 OR mit", "mit", False),
        ("gpl-2.0", "gpl-3.0", True),
        ("gpl-3.0", "gpl-2.0", True),
        ("gpl-3.0", "gpl-2.0-plus", False),
        ("gpl-3.0-plus", "gpl-2.0-plus", False),
        ("gpl-2.0", "lgpl-2.1", False),
        ("gpl-2.0", "mpl-2.0", False),
        ("gpl-2.0", "apache-2.0", True),
        ("gpl-3.0", "apache-2.0", False),
        ("gpl-2.0", "apache-2.0 OR mit", False),
        ("gpl-2.0 OR gpl-3.0", "apache-2.0", True),
        ("mit", "apache-2.0", False),
        ("gpl-2.0 WITH classpath-exception-2.0", "gpl-2.0 WITH classpath-exception-2.0", False),
        ("mit", "gpl-2.0 WITH classpath-exception-2.0", False),
    ],
)
def test_pairs_of_licences_are_decided(own: str, incoming: str, denied: bool) -> None:
    found = [item.code for item in judged(own, incoming) if item.outcome is Outcome.DENY]
    assert found == (["distribution-terms"] if denied else [])


def test_what_is_linked_and_not_copied_is_not_held_against_a_copyleft_project() -> None:
    library = make.package("lib")
    conclusions = (make.project("gpl-2.0"), make.about(library, "apache-2.0"))
    inventory = make.inventory(components=[make.project_component(), library])
    assert evaluate(inventory, conclusions, policy("default"), Facts(), make.SmallCatalogue()) == ()


@pytest.mark.parametrize("name", ["default", "proprietary-distribution"])
def test_an_alternative_that_nobody_holds_is_not_chosen(name: str) -> None:
    facts = Facts(distribution=Distribution.BINARY, commercial=True)
    found = judged("mit", f"agpl-3.0 OR {SOLD}", facts, name)
    assert ("distribution-terms", Outcome.DENY) in [(item.code, item.outcome) for item in found]
    assert all(item.choice is None or SOLD not in item.choice for item in found)


@pytest.mark.parametrize("entry", [SOLD, "LicenseRef-scancode-commercial-*", "LIB", "pkg:pypi/lib"])
def test_an_alternative_that_was_bought_is_allowed(entry: str) -> None:
    library = make.package("lib")
    conclusions = (make.project("mit"), make.about(library, f"agpl-3.0 OR {SOLD}"))
    inventory = make.inventory(components=[make.project_component(), library])
    facts = Facts(distribution=Distribution.BINARY, commercial_licences=(entry,))
    verdicts = evaluate_all(inventory, conclusions, policy("default"), facts, make.SmallCatalogue())
    assert verdicts.violations == ()
    assert [choice.taken for choice in verdicts.choices] == ["LicenseRef-scancode-commercial-license"]


def test_a_licence_held_for_one_package_is_none_for_another() -> None:
    library = make.package("other")
    conclusions = (make.project("mit"), make.about(library, f"agpl-3.0 OR {SOLD}"))
    inventory = make.inventory(components=[make.project_component(), library])
    found = evaluate(
        inventory, conclusions, policy("default"), Facts(commercial_licences=("lib",)), make.SmallCatalogue()
    )
    assert [item.outcome for item in found] == [Outcome.DENY]


def test_a_free_alternative_beside_one_that_is_sold_is_taken() -> None:
    assert judged("mit", f"mit OR {SOLD}") == ()


def test_a_licence_that_is_sold_and_no_alternative_is_judged_as_it_stands() -> None:
    (found,) = judged("mit", SOLD)
    assert (found.code, found.outcome) == ("restricted-use", Outcome.REVIEW)
    assert judged("mit", SOLD, Facts(commercial_licences=(SOLD,))) == ()
