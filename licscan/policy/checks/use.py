"""Checks of what code may be used for, against what the product does with it."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.facts import Distribution
from licscan.core.message import Message, filled, license_, message
from licscan.policy.checks.base import CheckFinding, CheckInput, infringed, missing, undecided

# Terms of the catalogue that a declared fact decides; each of the others is a review wherever it is found.
NON_COMMERCIAL = "non-commercial"
_NOT_IN_COMMERCE = {
    NON_COMMERCIAL: message("use.non-commercial", "{licence} forbids commercial use"),
    "research-only": message("use.research-only", "{licence} allows research alone"),
}
_LIMITS = {
    "no-sale": message("use.no-sale", "{licence} limits selling it, or what lives from it"),
    "field-of-use": message(
        "use.field-of-use", "{licence} limits the purposes, platforms or products for which it may be used"
    ),
    "acceptable-use": message("use.acceptable-use", "{licence} limits the uses that it may be put to"),
    "competitor": message("use.competitor", "{licence} limits its use by competitors of its publisher"),
    "time-limited": message("use.time-limited", "{licence} limits its use until a date"),
    "production-limit": message("use.production-limit", "{licence} limits its use in production"),
    "evaluation-only": message("use.evaluation-only", "{licence} limits its use to evaluation"),
    "internal-use": message("use.internal-use", "{licence} limits its use to the inside, and may not be passed on"),
    "user-limit": message("use.user-limit", "{licence} limits the number of users of what uses it"),
    "revenue-limit": message("use.revenue-limit", "{licence} limits the revenue of those who use it"),
    "output-limits": message("use.output-limits", "{licence} limits what its output may be used for"),
    "region-limit": message("use.region-limit", "{licence} limits the countries in which it may be used"),
}
KNOWN_TERMS = frozenset({*_NOT_IN_COMMERCE, *_LIMITS, "no-hosting", "no-derivatives"})


def permitted_use(case: CheckInput) -> Iterator[CheckFinding]:
    """``restricted-use``: non-commercial code in a commercial product, or another limit on what it is used for."""
    unit = case.unit
    if unit is None or case.accepted:
        return
    for term in sorted(set(unit.terms) & set(_NOT_IN_COMMERCE)):
        yield from _commerce(case, term, filled(_NOT_IN_COMMERCE[term], licence=license_(unit.spdx)))
    if "no-hosting" in unit.terms:
        yield from _hosting(
            case,
            message("use.no-hosting", "{licence} may not be offered as a hosted service", licence=license_(unit.spdx)),
        )
    if "no-derivatives" in unit.terms:
        yield from _changes(
            case,
            message(
                "use.no-derivatives",
                "changed versions of what is under {licence} may not be passed on",
                licence=license_(unit.spdx),
            ),
        )
    for term in sorted(set(unit.terms) & set(_LIMITS)):
        yield undecided(term, filled(_LIMITS[term], licence=license_(unit.spdx)))


def _commerce(case: CheckInput, term: str, limit: Message) -> Iterator[CheckFinding]:
    if case.facts.commercial is None:
        question = message(
            "ask.commercial.limit",
            "Is the product commercial? {limit}. Set 'commercial' to true or false.",
            limit=limit,
        )
        yield missing(term, "commercial", question, limit)
    elif case.facts.commercial:
        yield infringed(
            term, message("use.commercial-declared", "{limit}, and the product is declared commercial", limit=limit)
        )


def _hosting(case: CheckInput, limit: Message) -> Iterator[CheckFinding]:
    if case.facts.distribution is None:
        question = message(
            "ask.distribution.limit",
            "How does the product reach its users? {limit}. Set 'distribution'.",
            limit=limit,
        )
        yield missing("no-hosting", "distribution", question, limit)
    elif case.facts.distribution is Distribution.SAAS:
        yield infringed(
            "no-hosting", message("use.hosted-declared", "{limit}, and the product is declared hosted", limit=limit)
        )


def _changes(case: CheckInput, limit: Message) -> Iterator[CheckFinding]:
    if case.facts.modified is None:
        question = message(
            "ask.modified.limit", "Was it changed? {limit}. Set 'modified' to true or false.", limit=limit
        )
        yield missing("no-derivatives", "modified", question, limit)
    elif case.facts.modified:
        yield infringed(
            "no-derivatives",
            message("use.modified-declared", "{limit}, and third-party code is declared to be modified", limit=limit),
        )
