"""What licscan's own rules say of a file, beside and before what ScanCode says of the same text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from licscan.classify.claims import CatalogueLike
from licscan.core.finding import Detection, FileFinding, Match
from licscan.modellicense.register import model_register
from licscan.statements.notices import vaguer_words
from licscan.statements.unspecific import is_unspecific

# ScanCode's words for "some terms stand here": they are those of the licence that was recognised.
GENERIC = frozenset(
    """unknown unknown-license-reference unknown-spdx free-unknown proprietary-license commercial-license warranty-disclaimer
    other-permissive generic-export-compliance llama-4-license-2025 gemma-pup-2024-02-21""".split()
)


class Overlay(Struct, frozen=True):
    """The overlay's matches by file, and the catalogue that knows what they say; ``denied`` are notices that state nothing."""

    matches: Mapping[str, tuple[Match, ...]]
    catalogue: CatalogueLike
    denied: Mapping[str, tuple[Match, ...]] = {}
    pointing: Mapping[str, tuple[Detection, ...]] = {}

    @classmethod
    def of(cls, overlay: Iterable[FileFinding], catalogue: CatalogueLike) -> Overlay:
        every = tuple(overlay)
        found = {
            finding.path: tuple(
                match for detection in finding.detections for match in detection.matches if not _points(match)
            )
            for finding in every
        }
        pointing = {
            finding.path: tuple(detection for detection in finding.detections if any(map(_points, detection.matches)))
            for finding in every
        }
        denied = {finding.path: finding.clues for finding in every if finding.clues}
        return cls(found, catalogue, denied, {path: there for path, there in pointing.items() if there})

    def of_file(self, path: str) -> tuple[Match, ...]:
        return self.matches.get(path, ())

    def pointers(self, path: str) -> tuple[Detection, ...]:
        """Return the sentences that point to a licence file, for the composition of the file's statements."""
        return self.pointing.get(path, ())

    def mistaken(self, match: Match) -> frozenset[str]:
        """Return the keys that give way in the lines of ``match`` to a licence that licscan's own rules recognise there."""
        own = self.of_file(match.path)
        return _mistaken(match, own) | vaguer_words(match, own, self.denied.get(match.path, ()))


def _points(match: Match) -> bool:
    return bool(match.references) and is_unspecific(match.expression)


def _mistaken(match: Match, own: Iterable[Match]) -> frozenset[str]:
    gone: set[str] = set()
    for recognised in own:
        if _overlap(recognised, match):
            entry = model_register().find(recognised.expression)
            gone |= GENERIC | set(entry.mistaken_for if entry else ())
    return frozenset(gone)


def _overlap(one: Match, other: Match) -> bool:
    return one.start_line <= other.end_line and other.start_line <= one.end_line
