"""The licence field of a manifest, read as the manifest's own format says, in place of its letters.

ScanCode finds licence names in a manifest as in any text, and splits ``"license": "(MIT OR GPL-2.0-only)"`` into two
detections. Where the component stage has read the same field, what it says is what the author declared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.finding import Match
from licscan.core.result import Inventory

_WORD = re.compile(r"[a-z0-9]+")
# What a field is called; anything else beside its value is text that the field does not explain.
_FIELD_WORDS = frozenset(
    "license licenses licence licences spdx expression type name classifiers classifier text file osi approved id".split()
)


class ManifestFields(Struct, frozen=True):
    """The understood licence fields of every manifest, by path and line."""

    claims: Mapping[tuple[str, int], Sequence[LicenseClaim]]

    @classmethod
    def of(cls, inventory: Inventory) -> ManifestFields:
        claims: dict[tuple[str, int], list[LicenseClaim]] = defaultdict(list)
        for component in inventory.components:
            for claim in component.claims:
                for location in claim.locations:
                    if claim.source is ClaimSource.DECLARED and claim.expression and claim.raw and location.start_line:
                        claims[location.path, location.start_line].append(claim)
        return cls(claims)

    def claim(self, match: Match) -> LicenseClaim | None:
        """Return the field that ``match`` is a part of; ``None`` when it says a word that the field does not."""
        if match.start_line != match.end_line:
            return None
        said = set(_WORD.findall(match.matched_text.lower())) - _FIELD_WORDS
        fields = self.claims.get((match.path, match.start_line), ())
        return next((claim for claim in fields if said and said <= set(_WORD.findall((claim.raw or "").lower()))), None)
