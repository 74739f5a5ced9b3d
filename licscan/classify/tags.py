"""SPDX tags with an id that ScanCode has no key for, and the catalogue has.

``SPDX-License-Identifier: LicenseRef-tii-falcon-llm-1.0`` is ``unknown-spdx`` to ScanCode. The tag names its licence all
the same: reading it again is no demotion.
"""

from __future__ import annotations

import re

from licscan.classify.claims import CatalogueLike
from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.finding import Match

UNKNOWN_TAG = "unknown-spdx"
_TAG = re.compile(r"SPDX-Licen[sc]e-Identifier:?\s*([^\r\n]+)", re.IGNORECASE)
# What closes a comment or a string that holds the tag.
_END = re.compile(r"\s*(?:\*/|-->|--%>|#\}|\"\"\"|'''|[\"'#;,]).*$")


def tagged_expression(match: Match, catalogue: CatalogueLike) -> str | None:
    """Return what the tag in ``match`` says in the catalogue's keys, ``None`` unless the catalogue knows all of it."""
    if UNKNOWN_TAG not in match.expression:
        return None
    found = _TAG.search(match.matched_text)
    if found is None:
        return None
    try:
        expression = catalogue.from_spdx(_END.sub("", found[1]).strip())
        known = UNKNOWN_TAG not in keys(parse(expression)) and catalogue.classify(expression).problem is None
    except ExpressionError:
        return None
    return expression if known else None
