"""What an exception does to the licence that it stands beside (``rules/exceptions.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from licscan.classify.rulefile import packaged, read_sections

FILE = "exceptions.yaml"


class Effect(str, Enum):
    """How ``WITH`` changes the class of its base."""

    LIFTS = "lifts"  # strong copyleft stops at the covered files: weak
    NONE = "none"  # permits something that leaves the copyleft's reach as it is
    RESTRICTS = "restricts"  # takes away a freedom: the whole is proprietary
    UNKNOWN = "unknown"  # what it says cannot be told


class ExceptionRuling(Struct, frozen=True, kw_only=True):
    """The effect of one exception, why, and who says so. ``lifts`` tells for what the copyleft is lifted."""

    key: str
    effect: Effect
    reason: str
    source: str
    lifts: str = ""


def read_exceptions(text: str, file: str = FILE) -> Mapping[str, ExceptionRuling]:
    """Return the rulings in ``text`` by exception key; raise ``RuleFileError`` with file and line."""
    rulings: dict[str, ExceptionRuling] = {}
    for entry in read_sections(text, file, ("exceptions",))["exceptions"]:
        entry.allow("effect", "lifts", "reason", "source", "exceptions")
        effect = entry.choice("effect", Effect)
        if (effect is Effect.LIFTS) != ("lifts" in entry.fields):
            raise entry.error("'lifts' tells what the copyleft is lifted for: it goes with that effect and no other")
        for key in entry.texts("exceptions"):
            if key in rulings:
                raise entry.error(f"{key!r} is listed twice: an exception has exactly one effect")
            rulings[key] = ExceptionRuling(
                key=key,
                effect=effect,
                reason=entry.text("reason"),
                source=entry.text("source"),
                lifts=entry.text("lifts", ""),
            )
    return rulings


@lru_cache(maxsize=1)
def packaged_exceptions() -> Mapping[str, ExceptionRuling]:
    """Return the rulings that ship with licscan."""
    return read_exceptions(packaged(FILE))
