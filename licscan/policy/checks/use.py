"""Checks of what code may be used for, against what the product does with it."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.facts import Distribution
from licscan.policy.checks.base import CheckFinding, CheckInput, infringed, missing, undecided

# Terms of the catalogue that a declared fact decides; each of the others is a review wherever it is found.
NON_COMMERCIAL = "non-commercial"
_NOT_IN_COMMERCE = {NON_COMMERCIAL: "forbids commercial use", "research-only": "allows research alone"}
_LIMITS = {
    "no-sale": "selling it, or what lives from it",
    "field-of-use": "the purposes, platforms or products for which it may be used",
    "acceptable-use": "the uses that it may be put to",
    "competitor": "its use by competitors of its publisher",
    "time-limited": "its use until a date",
    "production-limit": "its use in production",
    "evaluation-only": "its use to evaluation",
    "internal-use": "its use to the inside, and may not be passed on",
    "user-limit": "the number of users of what uses it",
    "revenue-limit": "the revenue of those who use it",
    "output-limits": "what its output may be used for",
    "region-limit": "the countries in which it may be used",
}
KNOWN_TERMS = frozenset({*_NOT_IN_COMMERCE, *_LIMITS, "no-hosting", "no-derivatives"})


def permitted_use(case: CheckInput) -> Iterator[CheckFinding]:
    """``restricted-use``: non-commercial code in a commercial product, or another limit on what it is used for."""
    unit = case.unit
    if unit is None or case.accepted:
        return
    for term in sorted(set(unit.terms) & set(_NOT_IN_COMMERCE)):
        yield from _commerce(case, term, f"{unit.spdx} {_NOT_IN_COMMERCE[term]}")
    if "no-hosting" in unit.terms:
        yield from _hosting(case, f"{unit.spdx} may not be offered as a hosted service")
    if "no-derivatives" in unit.terms:
        yield from _changes(case, f"changed versions of what is under {unit.spdx} may not be passed on")
    for term in sorted(set(unit.terms) & set(_LIMITS)):
        yield undecided(term, f"{unit.spdx} limits {_LIMITS[term]}")


def _commerce(case: CheckInput, term: str, limit: str) -> Iterator[CheckFinding]:
    if case.facts.commercial is None:
        question = f"Is the product commercial? {limit}. Set 'commercial' to true or false."
        yield missing(term, "commercial", question, limit)
    elif case.facts.commercial:
        yield infringed(term, f"{limit}, and the product is declared commercial")


def _hosting(case: CheckInput, limit: str) -> Iterator[CheckFinding]:
    if case.facts.distribution is None:
        question = f"How does the product reach its users? {limit}. Set 'distribution'."
        yield missing("no-hosting", "distribution", question, limit)
    elif case.facts.distribution is Distribution.SAAS:
        yield infringed("no-hosting", f"{limit}, and the product is declared hosted")


def _changes(case: CheckInput, limit: str) -> Iterator[CheckFinding]:
    if case.facts.modified is None:
        question = f"Was it changed? {limit}. Set 'modified' to true or false."
        yield missing("no-derivatives", "modified", question, limit)
    elif case.facts.modified:
        yield infringed("no-derivatives", f"{limit}, and third-party code is declared to be modified")
