"""What an exception does to the licence that it stands beside (``rules/exceptions.yaml``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from licscan.classify.classes import reason_of
from licscan.core.expression import AllOf, Expression, Unit, all_of
from licscan.core.message import Message
from licscan.util.rule_data import packaged, read_sections

FILE = "exceptions.yaml"


class Effect(str, Enum):
    """How ``WITH`` changes the class of its base."""

    LIFTS = "lifts"  # strong copyleft stops at the covered files: weak
    NONE = "none"  # permits something that leaves the copyleft's reach as it is
    RESTRICTS = "restricts"  # takes away a freedom: the whole is proprietary
    UNKNOWN = "unknown"  # what it says cannot be told


class ExceptionRuling(Struct, frozen=True, kw_only=True):
    """The effect of one exception, why, and who says so. ``lifts`` tells for what the copyleft is lifted, ``base`` for which one
    licence (ScanCode's key) the exception is written. ``names`` is the licence that the exception's own text says it is added to."""

    key: str
    effect: Effect
    reason: Message
    source: str
    lifts: str = ""
    base: str = ""
    names: str = ""


def read_exceptions(text: str, file: str = FILE) -> Mapping[str, ExceptionRuling]:
    """Return the rulings in ``text`` by exception key; raise ``RuleFileError`` with file and line."""
    rulings: dict[str, ExceptionRuling] = {}
    for entry in read_sections(text, file, ("exceptions",))["exceptions"]:
        entry.allow("effect", "lifts", "reason", "source", "base", "names", "exceptions")
        effect = entry.choice("effect", Effect)
        if (effect is Effect.LIFTS) != ("lifts" in entry.fields):
            raise entry.error("'lifts' tells what the copyleft is lifted for: it goes with that effect and no other")
        if effect is not Effect.NONE and "base" in entry.fields:
            raise entry.error("'base' joins a licence and its exception unseen: only one without effect can have it")
        for key in entry.texts("exceptions"):
            if key in rulings:
                raise entry.error(f"{key!r} is listed twice: an exception has exactly one effect")
            rulings[key] = ExceptionRuling(
                key=key,
                effect=effect,
                reason=reason_of(entry.text("reason")),
                source=entry.text("source"),
                lifts=entry.text("lifts", ""),
                base=entry.text("base", ""),
                names=entry.text("names", ""),
            )
    return rulings


@lru_cache(maxsize=1)
def packaged_exceptions() -> Mapping[str, ExceptionRuling]:
    """Return the rulings that ship with licscan."""
    return read_exceptions(packaged(FILE))


def joined_with_base(expression: Expression) -> Expression:
    """Return ``mit AND musl-exception`` as ``mit AND mit WITH musl-exception``: what was found as two texts is one licence.

    Only exceptions that are written for one permissive licence, and leave its class as it is, are joined with it.
    """
    if not isinstance(expression, AllOf):
        return expression
    there = {arg.key for arg in expression.args if isinstance(arg, Unit) and not arg.exception}
    joined = all_of(_with_base(arg, there) for arg in expression.args)
    return joined or expression


def _with_base(expression: Expression, there: Collection[str]) -> Expression:
    if not isinstance(expression, Unit) or expression.exception:
        return expression
    ruling = packaged_exceptions().get(expression.key)
    return Unit(ruling.base, expression.key) if ruling and ruling.base in there else expression
