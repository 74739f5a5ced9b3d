"""Checks of what code may be used for, against what the product does with it."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.facts import Distribution
from licscan.policy.checks.base import CheckFinding, CheckInput, infringed, missing, undecided

# Terms of the catalogue, and what each forbids or limits, in words.
NON_COMMERCIAL = "non-commercial"
_LIMITS = {
    "field-of-use": "the fields in which it may be used",
    "acceptable-use": "its use by an acceptable-use policy",
    "use-restrictions": "its use by a list of forbidden uses",
    "competitor": "its use by competitors of the publisher",
    "non-compete": "its use by competitors of the publisher",
    "evaluation-only": "its use to evaluation",
    "research-only": "its use to research",
    "academic-only": "its use to teaching and research",
    "internal-use": "its use to the licensee's own business",
    "no-hosting": "its offering as a hosted service",
    "user-limit": "the size of the product that uses it",
    "revenue-limit": "the size of the business that uses it",
}


def permitted_use(case: CheckInput) -> Iterator[CheckFinding]:
    """``restricted-use``: non-commercial code in a commercial product, or another limit on what it is used for."""
    unit = case.unit
    if unit is None or case.accepted:
        return
    if NON_COMMERCIAL in unit.terms:
        yield from _non_commercial(case)
    for term in sorted(set(unit.terms) & set(_LIMITS)):
        yield from _limit(case, term)


def _non_commercial(case: CheckInput) -> Iterator[CheckFinding]:
    name = case.unit.spdx if case.unit else ""
    if case.facts.commercial is None:
        yield missing(
            NON_COMMERCIAL,
            "commercial",
            f"Is the product commercial? {name} forbids commercial use. Set 'commercial' to true or false.",
        )
    elif case.facts.commercial:
        yield infringed(NON_COMMERCIAL, f"{name} forbids commercial use, and the product is declared commercial")


def _limit(case: CheckInput, term: str) -> Iterator[CheckFinding]:
    name = case.unit.spdx if case.unit else ""
    detail = f"{name} limits {_LIMITS[term]}"
    if term == "no-hosting":
        if case.facts.distribution is Distribution.SAAS:
            yield infringed(term, f"{detail}, and the product is declared hosted (distribution: saas)")
        elif case.facts.distribution is None:
            yield missing(
                term, "distribution", f"How does the product reach its users? {detail}. Set 'distribution' to tell."
            )
        return
    yield undecided(term, detail)
