"""What a licence file of a package says of the package's terms, and what it only mentions.

Facts stay ScanCode's: this reads them for a component, once.
"""

from __future__ import annotations

from msgspec import Struct

from licscan.core.expression import all_of
from licscan.core.finding import FileFinding
from licscan.core.wording import Aside, asides, parsed


class Wording(Struct, frozen=True, kw_only=True):
    """``terms`` is what the file puts the package under, ``mentions`` what it names besides: expressions in ScanCode's keys."""

    terms: str | None
    mentions: tuple[str, ...] = ()


def wording(finding: FileFinding) -> Wording:
    """Return what a licence file says. Without a whole text in it, whatever was found counts."""
    matches = [match for detection in finding.detections for match in detection.matches]
    beside = asides(matches)
    if not beside:
        return Wording(terms=finding.expression)
    counted = [match for match in matches if match not in beside]
    terms = all_of(tree for match in counted if (tree := parsed(match.expression)))
    said = {match.expression for match in counted}
    others = dict.fromkeys(
        match.expression for match, aside in beside.items() if aside is Aside.MENTION and match.expression not in said
    )
    return Wording(terms=str(terms) if terms else None, mentions=tuple(others))
