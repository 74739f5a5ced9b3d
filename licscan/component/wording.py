"""What a licence file of a package says of the package's terms, and what it only mentions.

Facts stay ScanCode's: this reads them for a component, once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from msgspec import Struct

from licscan.component.base import base_of
from licscan.component.license_ids import key_expression
from licscan.core.expression import all_of
from licscan.core.finding import FileFinding, Match
from licscan.core.pointers import pointers
from licscan.core.untold import left_out, parsed, untold
from licscan.core.wording import Aside, asides

_FIELD = re.compile(r"\s*(?:SPDX-)?Licen[cs]e(?:-Identifier|-Expression)?:\s*(?P<value>\S.*?)\s*", re.IGNORECASE)
_OPERATOR = re.compile(r"\s(?:OR|AND|WITH)\s", re.IGNORECASE)


class Wording(Struct, frozen=True, kw_only=True):
    """``terms`` is what the file puts the package under, ``mentions`` what it names besides: expressions in ScanCode's keys."""

    terms: str | None
    mentions: tuple[str, ...] = ()


def wording(finding: FileFinding, read: Collection[str] = ()) -> Wording:
    """Return what a licence file says. Without a whole text in it, whatever was found counts.

    ``read`` are the names of the package's files that say terms themselves, in small letters: to point to one of them is no term.
    """
    pairs = [(detection, match) for detection in finding.detections for match in detection.matches]
    others = {name for name in read if name != base_of(finding.path).lower()}
    beside = asides([match for _, match in pairs])
    silent = {match for detection, match in pairs if left_out(match, detection) or _is_answered(match, others)}
    fields = _fields(match for _, match in pairs)
    if not beside and not fields and not any(_is_answered(match, others) for _, match in pairs):
        return Wording(terms=finding.expression)
    counted = [match for _, match in pairs if match in fields or (match not in beside and match not in silent)]
    said = dict.fromkeys(fields.get(match, match.expression) for match in counted)
    terms = all_of(tree for expression in said if (tree := parsed(expression)))
    mentions = dict.fromkeys(
        match.expression
        for match, aside in beside.items()
        if aside is Aside.MENTION and match.expression not in said and match not in silent and match not in fields
    )
    return Wording(terms=str(terms) if terms else None, mentions=tuple(mentions))


def _fields(matches: Iterable[Match]) -> dict[Match, str]:
    """Return what stands in fields on one line ("License: FTL OR GPL-2.0-or-later"), read as one expression, for each match there.

    ScanCode finds the ids apart, and a choice becomes a sum.
    """
    found = {}
    for match in matches:
        field = _FIELD.fullmatch(match.matched_text) if match.start_line == match.end_line else None
        if field and _OPERATOR.search(field["value"]) and (said := key_expression(field["value"])):
            found[match] = said
    return found


def _is_answered(match: Match, names: Collection[str]) -> bool:
    """Whether ``match`` does nothing but point to files that are read themselves, all of them among ``names``."""
    if not match.references or not untold(match.expression):
        return False
    return all(any(base_of(name).lower() in names for name in pointer) for pointer in pointers(match))
