"""The check of licence texts against the licences that they are taken for."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.alteration import RESTRICTING
from licscan.core.alteration_words import EFFECT_WORDS, evidence_of, quoted_change, ranked
from licscan.core.component import ComponentKind
from licscan.core.message import listed, message, ours, quoted
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
    sentences = [
        message(
            "altered.sentence",
            '{effect} ({reason}): "{text}"',
            effect=EFFECT_WORDS[item.effect],
            reason=ours(item.reason),
            text=quoted(_short(quoted_change(item.change))),
        )
        for item in changes
    ]
    shown = listed(sentences[:_SHOWN], "; ")
    is_own = case.profile.component in (None, ComponentKind.PROJECT)
    takes_away = changes[0].effect in RESTRICTING
    yield CheckFinding(
        term="licence-altered",
        answer=Answer.INFRINGED if takes_away and not is_own else Answer.UNDECIDED,
        detail=message(
            "altered.more",
            "its licence text is not the licence's: {sentences}; and {count} more",
            sentences=shown,
            count=len(sentences) - _SHOWN,
        )
        if len(sentences) > _SHOWN
        else message("altered", "its licence text is not the licence's: {sentences}", sentences=shown),
        evidence=evidence_of(changes),
        alone=True,
    )


def _short(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]} ..."
