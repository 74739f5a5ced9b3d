"""A licence talked of without a version, beside the notice that tells it: "so that it can use the LGPL" under "version 2.1 or later".

ScanCode reads such a name as "any version" (``gpl-1.0-plus``), which would stand as a second licence beside the first one.
Same family, so no class and no duty is lost: only the first version is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from licscan.core.expression import ExpressionError, Unit, parse
from licscan.core.finding import Match

# What ScanCode says where a family is named and no version: family -> that key.
_ANY_VERSION = {"gpl-1.0-plus": "gpl", "lgpl-2.0-plus": "lgpl"}
_FAMILY = re.compile(r"(l?gpl)-\d")
_LONG_ENOUGH = ("notice", "text")
# A version, or words that grant something: these count.
_SPEAKS = re.compile(r"\d|\bunder\b|licen[cs]ed", re.IGNORECASE)


def told_by(match: Match, others: Sequence[Match]) -> Match | None:
    """Return the notice of the same file that tells the version which ``match`` leaves out; ``None`` where it has to count."""
    family = _ANY_VERSION.get(match.expression)
    if family is None or match.kind != "reference" or _SPEAKS.search(match.matched_text):
        return None
    return next((other for other in others if other.path == match.path and _tells(other, family, match)), None)


def _tells(other: Match, family: str, match: Match) -> bool:
    is_notice = other.kind in _LONG_ENOUGH or other.matcher == "1-spdx-id"
    return is_notice and other.expression != match.expression and _family(other.expression) == family


def _family(expression: str) -> str | None:
    """Return the family of a single licence; an exception, a choice or several licences say more than a version."""
    try:
        unit = parse(expression)
    except ExpressionError:
        return None
    found = _FAMILY.match(unit.key) if isinstance(unit, Unit) and str(unit) == unit.key else None
    return found[1] if found else None
