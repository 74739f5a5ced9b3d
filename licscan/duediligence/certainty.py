"""How sure it is that a finding's licence is the one that it names."""

from __future__ import annotations

from collections.abc import Iterable

from licscan.core.verdict import Certainty, Conclusion, Violation
from licscan.duediligence.view import View

_ORDER = tuple(Certainty)
_SURE, _FAIR = 90.0, 60.0  # scores of matches of which no statement tells more


def certainty_of(view: View, violation: Violation) -> Certainty:
    """Return how sure the licence of a finding is: that of its best statement; what a package declares of itself is certain."""
    conclusion = view.conclusion(violation.subject)
    stated = [each.certainty for each in conclusion.statements if each.counts] if conclusion else []
    if stated:
        return min(stated, key=_ORDER.index)
    scores = [item.score for item in violation.evidence if item.score is not None]
    if not scores or max(scores) >= _SURE:
        return Certainty.CERTAIN
    return Certainty.LIKELY if max(scores) >= _FAIR else Certainty.POSSIBLE


def least(found: Iterable[Certainty]) -> Certainty:
    return max(found, key=_ORDER.index, default=Certainty.CERTAIN)


def possible(conclusion: Conclusion) -> bool:
    """Whether all that is known of its licence is a possible one."""
    return conclusion.classification is None and bool(conclusion.possible)
