"""What licscan's own rules say of a file, beside and before what ScanCode says of the same text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from licscan.classify.claims import CatalogueLike
from licscan.core.expression import AllOf, Expression, ExpressionError, all_of, keys, parse
from licscan.core.finding import Detection, FileFinding, Match
from licscan.model_register import model_register

# ScanCode's words for "some terms stand here": they are those of the licence that was recognised.
GENERIC = frozenset(
    """unknown unknown-license-reference unknown-spdx free-unknown proprietary-license commercial-license warranty-disclaimer
    other-permissive generic-export-compliance llama-4-license-2025 gemma-pup-2024-02-21""".split()
)


class Overlay(Struct, frozen=True):
    """The overlay's matches by file, and the catalogue that knows what they say."""

    matches: Mapping[str, tuple[Match, ...]]
    catalogue: CatalogueLike

    @classmethod
    def of(cls, overlay: Iterable[FileFinding], catalogue: CatalogueLike) -> Overlay:
        found = {
            finding.path: tuple(match for detection in finding.detections for match in detection.matches)
            for finding in overlay
        }
        return cls(found, catalogue)

    def of_file(self, path: str) -> tuple[Match, ...]:
        return self.matches.get(path, ())

    def restated(self, texts: Sequence[str], detection: Detection, path: str) -> list[str]:
        """Return what a detection in the file at ``path`` says, given ``texts`` as what its matches say.

        What ScanCode took a model licence's text for is left out.
        """
        mistaken = _mistaken(detection, self.of_file(path))
        return [kept for text in texts if (kept := _without(text, mistaken))] if mistaken else list(texts)


def _mistaken(detection: Detection, matches: Iterable[Match]) -> set[str]:
    """Return the keys that give way in ``detection`` to the model licences recognised in the same lines."""
    gone: set[str] = set()
    for match in matches:
        if any(_overlap(match, other) for other in detection.matches):
            entry = model_register().find(match.expression)
            gone |= GENERIC | set(entry.mistaken_for if entry else ())
    return gone


def _without(text: str, gone: set[str]) -> str | None:
    try:
        expression = parse(text)
    except ExpressionError:
        return text
    kept = all_of(_kept(expression, gone))
    return str(kept) if kept else None


def _kept(expression: Expression, gone: set[str]) -> list[Expression]:
    if set(keys(expression)) <= gone:
        return []
    if isinstance(expression, AllOf):
        return [kept for part in expression.args for kept in _kept(part, gone)]
    return [expression]


def _overlap(one: Match, other: Match) -> bool:
    return one.start_line <= other.end_line and other.start_line <= one.end_line
