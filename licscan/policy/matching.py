"""Whether a rule's conditions hold for one licence in one subject."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from licscan.core.expression import units
from licscan.core.facts import Facts
from licscan.core.verdict import LicenseClass, UnitClassification
from licscan.declared.territories import shared
from licscan.declared.uses import wider
from licscan.policy.compatibility import Compatibility, alternatives, relation, worst
from licscan.policy.profile import Profile
from licscan.policy.schema import Condition, FactCondition, OutboundRelation, PolicyRule
from licscan.util.ignore_patterns import ignore_rules

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def applicable(rule: PolicyRule, facts: Facts) -> bool:
    """Whether the declared facts let ``rule`` speak at all."""
    if rule.ask and getattr(facts, rule.ask) is not None:
        return False
    return _facts_hold(rule.when, facts)


def holds(rule: PolicyRule, unit: UnitClassification | None, profile: Profile, facts: Facts) -> bool:
    """Whether ``rule`` speaks about ``unit`` (``None`` where there is no licence to judge) in ``profile``."""
    if not _condition_holds(rule.when, unit, profile):
        return False
    exception = rule.unless
    return exception is None or not (_facts_hold(exception, facts) and _condition_holds(exception, unit, profile))


def outbound_relation(unit: UnitClassification, profile: Profile) -> Compatibility:
    """How ``unit`` stands to the licences of all projects that it is part of: the least favourable counts."""
    return worst(relation(outbound, unit) if outbound else worst(()) for outbound in profile.outbounds)


def outbound_variants(profile: Profile) -> tuple[Profile, ...]:
    """Return ``profile`` once for each licence that somebody who gets the work may choose: what comes in has to fit each of them,
    and may do so under different alternatives of its own. Without such a choice that is ``profile`` alone."""
    found = [alternatives(outbound) if outbound else (None,) for outbound in profile.outbounds]
    if all(len(choices) == 1 for choices in found):
        return (profile,)
    return tuple(replace(profile, outbounds=(choice,)) for choices in found for choice in choices)


def license_matches(pattern: str, unit: UnitClassification) -> bool:
    """Whether ``pattern`` names ``unit``, by its ScanCode key or SPDX id; the exception has to be named too."""
    return any(_name_matches(pattern.lower(), name.lower()) for name in (unit.unit, unit.spdx))


def matching_globs(path: str, globs: Iterable[str]) -> frozenset[str]:
    """Return the globs, written as in an ignore file, that match ``path``."""
    return frozenset(glob for glob in globs if _glob(glob).match_file(path))


def _condition_holds(condition: Condition, unit: UnitClassification | None, profile: Profile) -> bool:
    return _subject_holds(condition, profile) and _unit_holds(condition, unit, profile)


def _subject_holds(condition: Condition, profile: Profile) -> bool:
    return (
        (not condition.scopes or profile.scope in condition.scopes)
        and (not condition.subjects or profile.kind in condition.subjects)
        and (not condition.components or profile.component in condition.components)
        and (not condition.programs or profile.program in condition.programs)
        and (condition.browser is None or condition.browser == profile.browser)
        and (not condition.paths or not profile.globs.isdisjoint(condition.paths))
        and (not condition.outbound_classes or not _outbound_classes(profile).isdisjoint(condition.outbound_classes))
    )


def _outbound_classes(profile: Profile) -> frozenset[LicenseClass]:
    """Return the classes of the licences that the projects go out under."""
    return frozenset(
        unit.license_class
        for outbound in profile.outbounds
        if outbound
        for unit in outbound.units
        if unit.unit in {str(part) for part in units(outbound.tree)}
    )


def _unit_holds(condition: Condition, unit: UnitClassification | None, profile: Profile) -> bool:
    if unit is None:
        return not (
            condition.classes
            or condition.licenses
            or condition.network is not None
            or condition.obligations
            or condition.terms
            or (condition.outbound and not _known_or_not(condition, profile))
        )
    return (
        (not condition.classes or unit.license_class in condition.classes)
        and (not condition.licenses or any(license_matches(pattern, unit) for pattern in condition.licenses))
        and (condition.network is None or condition.network == unit.network)
        and (not condition.obligations or not set(condition.obligations).isdisjoint(unit.obligations))
        and (not condition.terms or not set(condition.terms).isdisjoint(unit.terms))
        and (not condition.outbound or outbound_relation(unit, profile).relation in condition.outbound)
    )


def _known_or_not(condition: Condition, profile: Profile) -> bool:
    """Without a licence that comes in, all there is to ask is whether the project's own is known."""
    return None in profile.outbounds and OutboundRelation.UNKNOWN in condition.outbound


def _facts_hold(condition: Condition, facts: Facts) -> bool:
    return all(_fact_holds(asked, getattr(facts, asked.name)) for asked in condition.facts)


def _fact_holds(asked: FactCondition, value: object) -> bool:
    if value is None:
        return asked.missing
    if asked.values and isinstance(value, tuple) and asked.name in _NAMED:
        return _NAMED[asked.name](value, asked.values)
    if asked.values:
        return not {word.lower() for word in asked.values}.isdisjoint(_words(value))
    return _within(asked, value) if isinstance(value, int) and not isinstance(value, bool) else False


def _share_places(declared: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return bool(shared(declared, asked))


def _share_uses(declared: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    wanted = {use.lower() for use in asked}
    return any(not wanted.isdisjoint(wider(use)) for use in declared)


def _share_languages(declared: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether a language is the same; with a country or script (``pt-BR``) it is still that language."""
    wanted = {language.lower() for language in asked}
    return any(
        not wanted.isdisjoint((language.lower(), language.lower().partition("-")[0])) or language == "*"
        for language in declared
    )


_NAMED: Mapping[str, Callable[[tuple[str, ...], tuple[str, ...]], bool]] = {
    "regions": _share_places,
    "languages": _share_languages,
    "uses": _share_uses,
}


def _within(asked: FactCondition, value: int) -> bool:
    bounds: tuple[tuple[int | None, Callable[[int, int], bool]], ...] = (
        (asked.above, operator.gt),
        (asked.at_least, operator.ge),
        (asked.below, operator.lt),
        (asked.at_most, operator.le),
    )
    given = [compare(value, limit) for limit, compare in bounds if limit is not None]
    return bool(given) and all(given)  # nothing but "missing" was asked, and it is not


def _words(value: object) -> set[str]:
    if isinstance(value, tuple):
        return {str(item).lower() for item in value}
    return {str(value.value if isinstance(value, Enum) else value).lower()}


@lru_cache(maxsize=16_384)
def _name_matches(pattern: str, name: str) -> bool:
    wanted, _, wanted_exception = pattern.partition(" with ")
    base, _, exception = name.partition(" with ")
    if bool(wanted_exception) != bool(exception):
        return False  # a licence with its exception is another licence: "gpl-*" does not name it
    return fnmatchcase(base, wanted) and fnmatchcase(exception, wanted_exception)


@lru_cache(maxsize=1_024)
def _glob(glob: str) -> GitIgnoreSpec:
    return ignore_rules([glob])
