"""Which licences of an expression bind: of a choice the one that was taken, else the one that asks least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from licscan.core.expression import AllOf, Expression, ExpressionError, OneOf, Unit, parse
from licscan.core.verdict import Choice, Conclusion, LicenseClass, UnitClassification

_CLASSES = tuple(LicenseClass)


def taken_units(conclusion: Conclusion, choice: Choice | None) -> tuple[UnitClassification, ...]:
    """Return the licences whose duties count: of an OR the choice that was taken, else the one that asks least."""
    classification = conclusion.classification
    if classification is None:
        return ()
    units = {unit.unit: unit for unit in classification.units}
    if choice:
        words = set(choice.taken.replace("(", " ").replace(")", " ").split())
        taken = tuple(unit for unit in units.values() if set(unit.spdx.split()) <= words)
        if taken:
            return taken
    try:
        return tuple(dict.fromkeys(_lightest(parse(classification.expression), units)))
    except ExpressionError:
        return ()


def _lightest(expression: Expression, units: Mapping[str, UnitClassification]) -> Iterator[UnitClassification]:
    if isinstance(expression, Unit):
        if str(expression) in units:
            yield units[str(expression)]
    elif isinstance(expression, AllOf):
        for part in expression.args:
            yield from _lightest(part, units)
    elif isinstance(expression, OneOf):
        choices = [tuple(_lightest(part, units)) for part in expression.args]
        yield from min(choices, key=_weight)


def _weight(units: tuple[UnitClassification, ...]) -> tuple[int, int]:
    worst = max((_CLASSES.index(unit.license_class) for unit in units), default=0)
    return worst, sum(len(unit.obligations) for unit in units)
