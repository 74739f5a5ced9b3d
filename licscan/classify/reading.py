"""What the matches of one file come to: which do not count, which are a manifest's field, which point elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from licscan.classify.claims import UNKNOWN, text_of
from licscan.classify.demote import Demoted
from licscan.classify.manifest_field import ManifestFields
from licscan.core.expression import AllOf, Expression, ExpressionError, Unit, all_of, parse, units
from licscan.core.finding import Detection, Match
from licscan.core.same_words import digest_of
from licscan.core.untold import untold
from licscan.core.verdict import DemotionReason, Evidence

MAX_EVIDENCE_TEXT = 2_000  # characters of matched text that a conclusion carries
_WEAK = ("intro", "clue")


class FileReading(Struct, frozen=True):
    """How the matches of one file are read."""

    demoted: Demoted
    fields: ManifestFields

    def expressions(self, detection: Detection) -> list[str]:
        """Return what a detection says without its demoted matches; ScanCode's own word where all of them count as they are."""
        answered = dict.fromkeys(
            self.demoted.answers[match].expression for match in detection.matches if match in self.demoted.answers
        )
        kept = [match for match in detection.matches if match not in self.demoted.matches]
        counted = [*self._kept(detection, kept, answered=bool(answered)), *answered]
        return [*counted, *_replaced_notices(kept, counted)]

    def _kept(self, detection: Detection, kept: Sequence[Match], *, answered: bool) -> list[str]:
        field_of = {match: claim for match in kept if (claim := self.fields.claim(match))}
        reasons = {self.demoted.matches[match].reason for match in detection.matches if match in self.demoted.matches}
        if reasons <= {DemotionReason.RESOLVED_REFERENCE} and not field_of and not answered:
            return [detection.expression]
        said = [claim.expression for claim in field_of.values() if claim.expression]
        rest = _joined(detection, [match for match in kept if match not in field_of])
        return [*dict.fromkeys(said), *([rest] if rest else [])]

    def evidence(self, match: Match) -> Evidence:
        claim = self.fields.claim(match)
        note = f"read as the field {claim.origin}: {claim.expression_spdx or claim.expression}" if claim else None
        return Evidence(
            location=match.location,
            text=match.matched_text[:MAX_EVIDENCE_TEXT],
            words=digest_of(match.matched_text, match.edges),
            expression=match.expression,
            rule_id=match.rule_id,
            matcher=match.matcher,
            score=match.score,
            note=note,
        )


def _joined(detection: Detection, kept: Sequence[Match]) -> str | None:
    """Join what some of a detection's matches say.

    An introduction or a reference that ScanCode left out of its expression stays out, as long as something is left.
    """
    said = _operands(detection.expression)
    counted = [
        match for match in kept if not untold(match.expression) or _operands(match.expression).keys() <= said.keys()
    ]
    joined = all_of(expression for match in counted or kept for expression in _operands(match.expression))
    return str(joined) if joined else None


def _replaced_notices(kept: Sequence[Match], counted: Sequence[str]) -> list[str]:
    """Return what is said by notices that name a licence, and that ScanCode let the file they point to replace.

    "GPL 2, see COPYING" speaks to the reader whatever COPYING holds; where that is the same text there is nothing to add.
    """
    texts = {text_of(unit) for text in counted for operand in _operands(text) for unit in units(operand)}
    return [
        match.expression
        for match in kept
        if match.references and match.kind not in _WEAK and not untold(match.expression)
        if not {text_of(unit) for operand in _operands(match.expression) for unit in units(operand)} <= texts
    ]


def _operands(text: str) -> dict[Expression, None]:
    """Return what is joined by AND in ``text``, in order."""
    try:
        expression = parse(text)
    except ExpressionError:  # ScanCode's rules hold valid expressions; a stored result may not
        expression = Unit(UNKNOWN)
    return dict.fromkeys(expression.args if isinstance(expression, AllOf) else (expression,))
