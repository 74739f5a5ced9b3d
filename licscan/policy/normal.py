"""Expressions that a person wrote, in ScanCode's keys, and compared whatever the order of their parts."""

from __future__ import annotations

from licscan.core.expression import Expression, ExpressionError, Unit, parse
from licscan.policy.catalogue import LicenseCatalogue

NONE = "none"


def in_keys(text: str, catalogue: LicenseCatalogue) -> str | None:
    """Return an expression in SPDX ids or ScanCode's keys in the latter; ``None`` for the word ``none``."""
    if text.strip().lower() == NONE:
        return None
    try:
        return catalogue.from_spdx(text)
    except ExpressionError:
        return text


def same_expression(one: str | None, other: str | None) -> bool:
    """Whether two expressions in ScanCode's keys say the same, in whatever order."""
    if one is None or other is None:
        return one is other
    try:
        return _normal(parse(one)) == _normal(parse(other))
    except ExpressionError:
        return one == other


def _normal(expression: Expression) -> object:
    if isinstance(expression, Unit):
        return str(expression).lower()
    return type(expression).__name__, frozenset(_normal(part) for part in expression.args)
