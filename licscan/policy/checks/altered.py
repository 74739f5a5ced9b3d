"""The check of licence texts against the licences that they are taken for."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.alteration import RESTRICTING
from licscan.core.alteration_words import EFFECT_WORDS, evidence_of, quoted, ranked
from licscan.core.component import ComponentKind
from licscan.policy.checks.base import Answer, CheckFinding, CheckInput

_SHOWN = 3  # changed sentences in a message; the evidence has all
_MAX_SHOWN = 240  # characters of each


def licence_altered(case: CheckInput) -> Iterator[CheckFinding]:
    """``licence-altered``: sentences of a licence text that the licence does not have, or has in other words.

    What takes something away is an infringement in other people's code; the project's own terms are only shown.
    """
    changes = ranked(case.profile.altered)
    if not changes or case.accepted:
        return
    sentences = [f'{EFFECT_WORDS[item.effect]} ({item.reason}): "{_short(quoted(item.change))}"' for item in changes]
    more = f"; and {len(sentences) - _SHOWN} more" if len(sentences) > _SHOWN else ""
    is_own = case.profile.component in (None, ComponentKind.PROJECT)
    takes_away = changes[0].effect in RESTRICTING
    yield CheckFinding(
        term="licence-altered",
        answer=Answer.INFRINGED if takes_away and not is_own else Answer.UNDECIDED,
        detail="its licence text is not the licence's: " + "; ".join(sentences[:_SHOWN]) + more,
        evidence=evidence_of(changes),
        alone=True,
    )


def _short(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]} ..."
