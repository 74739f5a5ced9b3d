"""Licences that somebody has to buy: an alternative that is one ("GPL-3.0-only, or our commercial licence") applies to those
who hold it, and the fact ``commercial_licences`` says who does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from licscan.core.expression import Expression, OneOf, Unit, units
from licscan.core.facts import Facts
from licscan.core.message import fact, message, ours
from licscan.core.verdict import LicenseClass, Outcome, TraceStep, UnitClassification
from licscan.policy.judge import Judgement

_CLASSES = frozenset({LicenseClass.PROPRIETARY, LicenseClass.UNKNOWN})
_FOR_SALE = re.compile(
    r"(?<!non)(?<!non-)commercial|proprietary-license|licenseref-(?!scancode-).*(?:proprietary|eula|enterprise)"
)
FACT = "commercial_licences"


def needs_agreement(unit: UnitClassification) -> bool:
    """Whether ``unit`` is a licence that its owner grants for a price, and to nobody else."""
    return unit.license_class in _CLASSES and any(_FOR_SALE.search(name.lower()) for name in (unit.unit, unit.spdx))


def is_held(unit: UnitClassification, names: Iterable[str], facts: Facts) -> bool:
    """Whether the fact names the licence, or the package (by one of ``names``) that it is held for; globs, in any case."""
    known = [name.lower() for name in (unit.unit, unit.spdx, *names)]
    return any(fnmatchcase(name, entry.lower()) for entry in facts.commercial_licences for name in known)


def without_unheld(expression: Expression, is_unheld: Callable[[Unit], bool]) -> Expression:
    """Return ``expression`` without the alternatives that need a licence that nobody holds; all of them stay where none is left."""
    if isinstance(expression, Unit):
        return expression
    args = tuple(without_unheld(arg, is_unheld) for arg in expression.args)
    if not isinstance(expression, OneOf):
        return type(expression)(args)
    left = tuple(arg for arg in args if not any(map(is_unheld, units(arg))))
    return left[0] if len(left) == 1 else OneOf(left or args)


def held_judgement(unit: Unit, classified: UnitClassification) -> Judgement:
    """Return what every policy says of a licence that was bought: allowed, by the fact that says so."""
    why = message(
        "trace.licence-held",
        "{class}: the fact {fact} states that a licence for it was bought",
        **{"class": ours(classified.license_class.value)},
        fact=fact(FACT),
    )
    return Judgement(
        outcome=Outcome.ALLOW, taken=unit, trace=(TraceStep(what=classified.spdx, outcome=Outcome.ALLOW, why=why),)
    )
