"""The licence field of a manifest, read as the manifest's own format says, in place of its letters.

ScanCode finds licence names in a manifest as in any text, and splits ``"license": "(MIT OR GPL-2.0-only)"`` into two
detections. Where the component stage has read the same field, what it says is what the author declared: the file and the
project that it describes are concluded from one and the same claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from licscan.core.component import ClaimSource, ComponentKind, LicenseClaim
from licscan.core.finding import Match
from licscan.core.result import Inventory
from licscan.core.same_words import words_of
from licscan.util.lazy_pattern import lazy

_WORD = lazy(r"[a-z0-9]+")
# What a field is called; anything else beside its value is text that the field does not explain.
_FIELD_WORDS = frozenset(
    "license licenses licence licences licensed spdx expression type name classifiers classifier text file osi approved id url http https "
    "distribution repo manual licenseurl packagelicenseexpression packagelicenseurl".split()
)


class Field(Struct, frozen=True):
    """The lines of one licence field and what it says. ``is_own`` tells the manifest of the component itself from a lockfile or
    a listing, which speaks of others."""

    start: int
    end: int
    claim: LicenseClaim
    is_own: bool


class ManifestFields(Struct, frozen=True):
    """The understood licence fields of every manifest, by path."""

    fields: Mapping[str, Sequence[Field]]

    @classmethod
    def of(cls, inventory: Inventory) -> ManifestFields:
        found: dict[str, list[Field]] = defaultdict(list)
        for component in inventory.components:
            for claim in component.claims:
                if claim.source is not ClaimSource.DECLARED or not claim.expression or not claim.raw:
                    continue
                for place in claim.locations:
                    is_own = (
                        component.kind is not ComponentKind.SYSTEM
                        and component.directory == place.path.rpartition("/")[0]
                    )
                    if place.start_line:
                        end = place.end_line or place.start_line
                        found[place.path].append(Field(place.start_line, end, claim, is_own))
        return cls(found)

    def claim(self, match: Match) -> LicenseClaim | None:
        """Return the field that ``match`` is a part of; ``None`` when it says a word that the field does not.

        Several lines that a field has to itself are the field, whatever stands between its names.
        """
        said: set[str] | None = None
        for field in self.fields.get(match.path, ()):
            if not field.start <= match.start_line <= match.end_line <= field.end:
                continue
            if field.end > field.start:
                return field.claim
            if said is None:
                said = _said(match)
            if said <= set(_WORD.findall((field.claim.raw or "").lower())):
                return field.claim
        return None

    def unsaid(self, path: str, said: Collection[LicenseClaim]) -> tuple[LicenseClaim, ...]:
        """Return what the fields of the manifest at ``path`` say of its own component, without what is ``said`` already: words in
        which ScanCode finds no licence."""
        own = [field.claim for field in self.fields.get(path, ()) if field.is_own]
        known = {claim.expression for claim in said}
        return tuple(claim for claim in dict.fromkeys(own) if claim.expression not in known)


def _said(match: Match) -> set[str]:
    """Return the words that matched, without those that only call the field: a whole manifest may stand on one line."""
    words = words_of(match.matched_text)
    before, after = match.edges
    matched = " ".join(words[before : len(words) - after])
    return set(_WORD.findall(matched)) - _FIELD_WORDS
