"""Every term of the register is judged by some check: decided by facts, asked for, or told as a duty."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from licscan.core.component import Scope
from licscan.core.facts import Distribution, Facts
from licscan.core.verdict import SubjectKind
from licscan.modellicense.register import model_register
from licscan.modellicense.terms import read_terms
from licscan.policy.checks import CheckFinding, CheckInput
from licscan.policy.checks.model import model_terms
from licscan.policy.checks.model_duties import model_duties
from licscan.policy.profile import Profile

# What only says more of another term.
QUALIFIERS = {
    "display_alternatives",
    "display_condition",
    "mau_measured",
    "mau_effect",
    "revenue_effect",
    "litigation_trigger",
    "geographic_exclusions_level",
    "language_limits_level",
    "acceptable_use_policy_url",
}
TERMS: dict[str, Any] = {
    name: value
    for entry in model_register()
    for name, value in entry.terms.items()
    if value not in (False, "allowed", "user") and name not in QUALIFIERS
}
PROFILE = Profile(kind=SubjectKind.MODEL, scope=Scope.RUNTIME, component=None)


def told(terms: dict[str, Any], facts: Facts) -> list[CheckFinding]:
    (entry,) = read_terms(
        {"licenses": [{"id": "x", "name": "X", "confidence": "high", "source": "the text", "terms": terms}]}
    )
    case = CheckInput(unit=None, profile=PROFILE, facts=facts, code="model-terms", terms=entry, statements=())
    return list(chain(model_terms(case), model_duties(case)))


@pytest.mark.parametrize("name", TERMS)
def test_a_term_alone_is_judged(name: str) -> None:
    value = {"conflicts": [6]} if name == "open_source_definition" else TERMS[name]
    assert told({name: value}, Facts())


def test_no_term_is_nothing_to_judge() -> None:
    assert told({"commercial_use": "allowed"}, Facts()) == []


def test_what_goes_with_copies_is_no_matter_where_none_are_passed_on() -> None:
    assert told({"license_copy_required": True}, Facts(distribution=Distribution.INTERNAL)) == []


def test_a_patent_clause_like_that_of_apache_is_not_told() -> None:
    assert told({"patent_termination": True, "litigation_trigger": "patent"}, Facts()) == []
    assert told({"patent_termination": True, "litigation_trigger": "any-ip"}, Facts())


@pytest.mark.parametrize(
    ("terms", "facts", "asked"),
    [
        ({"daily_active_users_max": 1000}, Facts(monthly_active_users=999), False),
        ({"daily_active_users_max": 1000}, Facts(monthly_active_users=1000), True),
        ({"daily_active_users_max": 1000}, Facts(), True),
        ({"maas_revenue_threshold_usd": 50}, Facts(annual_revenue_usd=49), False),
        ({"maas_revenue_threshold_usd": 50}, Facts(annual_revenue_usd=50), True),
        ({"annual_revenue_limit": "RMB 1,000"}, Facts(annual_revenue_usd=0), False),
        ({"annual_revenue_limit": "RMB 1,000"}, Facts(annual_revenue_usd=1), True),
        ({"competing_products_forbidden": True}, Facts(), True),
    ],
)
def test_a_limit_without_a_fact_is_asked_unless_another_fact_settles_it(
    terms: dict[str, Any], facts: Facts, asked: bool
) -> None:
    found = told(terms, facts)
    assert [bool(one.question) for one in found] == ([True] if asked else [])
    assert all("accepted = " in str(one.question) for one in found)
