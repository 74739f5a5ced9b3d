"""Licence expressions as a small tree: a licence (perhaps WITH an exception), all of, one of.

Expressions inside licscan are written in ScanCode's keys (``gpl-2.0-plus WITH classpath-exception-2.0``); SPDX ids
are for reading and writing. Nothing here knows what a licence means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from license_expression import (
    ExpressionError as LibraryExpressionError,
)
from license_expression import (
    ExpressionParseError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
)
from msgspec import Struct

from licscan.core.message import Message, ProblemError, license_, message, quoted


class ExpressionError(ProblemError, ValueError):
    """The text is not a licence expression; ``problem`` says why."""


class Unit(Struct, frozen=True):
    """One licence, with the exception that modifies it if there is one: never judged apart from it."""

    key: str
    exception: str | None = None

    def __str__(self) -> str:
        return f"{self.key} WITH {self.exception}" if self.exception else self.key


class AllOf(Struct, frozen=True):
    """Every one of ``args`` applies (AND)."""

    args: tuple[Expression, ...]

    def __str__(self) -> str:
        return " AND ".join(_nested(arg) for arg in self.args)


class OneOf(Struct, frozen=True):
    """One of ``args`` may be chosen (OR)."""

    args: tuple[Expression, ...]

    def __str__(self) -> str:
        return " OR ".join(_nested(arg) for arg in self.args)


Expression = Unit | AllOf | OneOf

# The library recurses; a hostile text must not exhaust the stack. Nobody writes expressions half as deep.
_DEEPEST = 64
# Characters of one expression: that of the longest known lists of notices has a third of it.
LONGEST = 32_000
# Licences of one expression: a verdict tells what it thinks of each, once for each rule.
MOST_UNITS = 400

# Without a symbol table the library takes any word for a licence: what the words mean is the catalogue's to say.
_LICENSING = Licensing()


@lru_cache(maxsize=16_384)
def parse(text: str) -> Expression:
    """Return the tree of ``text``; raise ``ExpressionError`` saying what is wrong with it."""
    if len(text) > LONGEST:
        raise ExpressionError(
            message(
                "expression.long",
                "{licence} is longer than the {count} characters that a licence expression may have",
                licence=license_(f"{text[:80]!r}..."),
                count=LONGEST,
            )
        )
    _check_parentheses(text)
    try:
        tree = _LICENSING.parse(text, validate=False, strict=False)
    except (ExpressionParseError, LibraryExpressionError) as error:
        raise ExpressionError(
            message(
                "expression.wrong",
                "{licence} is not a licence expression: {detail}",
                licence=license_(_shown(text)),
                detail=quoted(str(error)[:200]),
            )
        ) from error
    except Exception as error:  # the library lets TypeError, IndexError and others out on odd input
        raise ExpressionError(_no_expression(text)) from error
    if tree is None:
        raise ExpressionError(message("expression.empty", "an empty text is not a licence expression"))
    found = _convert(tree, text)
    if sum(1 for _ in units(found)) > MOST_UNITS:
        raise ExpressionError(
            message(
                "expression.units",
                "{licence} names more than the {count} licences that an expression may have",
                licence=license_(_shown(text)),
                count=MOST_UNITS,
            )
        )
    return found


def _no_expression(text: str) -> Message:
    return message("expression.none", "{licence} is not a licence expression", licence=license_(_shown(text)))


def _shown(text: str) -> str:
    return repr(text) if len(text) <= 200 else f"{text[:200]!r}..."


def _check_parentheses(text: str) -> None:
    """Refuse what the library would repair or fail on: parentheses left open, closed twice, or nested without end."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth > _DEEPEST:
            raise ExpressionError(
                message(
                    "expression.nested",
                    "{licence} is not a licence expression: nested more than {count} deep",
                    licence=license_(f"{text[:80]!r}..."),
                    count=_DEEPEST,
                )
            )
        if depth < 0:
            break
    if depth:
        raise ExpressionError(
            message(
                "expression.parentheses",
                "{licence} is not a licence expression: its parentheses do not match",
                licence=license_(repr(text[:80])),
            )
        )


def units(expression: Expression) -> Iterator[Unit]:
    """Yield every unit, left to right, repeats included."""
    if isinstance(expression, Unit):
        yield expression
    else:
        for arg in expression.args:
            yield from units(arg)


def parsed(text: str | None) -> Expression | None:
    """Return the tree of ``text``; ``None`` for none, and for what is no expression: the conclusion reports that as a finding."""
    try:
        return parse(text) if text else None
    except ExpressionError:
        return None


def keys_of(text: str | None) -> tuple[str, ...]:
    """Return the keys in ``text``; none in what is no expression."""
    tree = parsed(text)
    return keys(tree) if tree else ()


def keys(expression: Expression) -> tuple[str, ...]:
    """Return each licence and exception key once, in order of appearance."""
    found: dict[str, None] = {}
    for unit in units(expression):
        found[unit.key] = None
        if unit.exception:
            found[unit.exception] = None
    return tuple(found)


def all_of(expressions: Iterable[Expression]) -> Expression | None:
    """Join with AND, flattened, each operand once; ``None`` when there is nothing to join."""
    return _join(expressions, AllOf)


def one_of(expressions: Iterable[Expression]) -> Expression | None:
    """Join with OR, flattened, each operand once; ``None`` when there is nothing to join."""
    return _join(expressions, OneOf)


def _join(expressions: Iterable[Expression], kind: type[AllOf] | type[OneOf]) -> Expression | None:
    operands: dict[Expression, None] = {}
    for expression in expressions:
        for operand in expression.args if isinstance(expression, kind) else (expression,):
            operands[operand] = None
    if len(operands) < 2:
        return next(iter(operands), None)
    return kind(tuple(operands))


def _convert(tree: object, text: str) -> Expression:
    if isinstance(tree, LicenseWithExceptionSymbol):
        return Unit(tree.license_symbol.key, tree.exception_symbol.key)
    if isinstance(tree, LicenseSymbol) and not any(character.isspace() for character in tree.key):
        return Unit(tree.key)
    operator = getattr(tree, "operator", "").strip().upper()
    args = [_convert(arg, text) for arg in getattr(tree, "args", ())]
    joined = all_of(args) if operator == "AND" else one_of(args) if operator == "OR" else None
    if joined is None:
        raise ExpressionError(_no_expression(text))
    return joined


def _nested(expression: Expression) -> str:
    return str(expression) if isinstance(expression, Unit) else f"({expression})"
