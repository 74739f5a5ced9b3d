"""The changed sentences of a licence text, for whoever reads a conclusion or a finding."""

from __future__ import annotations

from collections.abc import Iterable

from licscan.core.alteration import RESTRICTING, ChangeEffect, JudgedChange, TextChange
from licscan.core.message import message, ours
from licscan.core.verdict import Evidence

EFFECT_WORDS = {
    ChangeEffect.RESTRICTS: message("altered.restricts", "restricts use"),
    ChangeEffect.REMOVES_GRANT: message("altered.removes-grant", "removes a grant"),
    ChangeEffect.OBLIGES: message("altered.obliges", "adds an obligation"),
    ChangeEffect.WIDENS: message("altered.widens", "permits more"),
    ChangeEffect.UNCLEAR: message("altered.unclear", "effect unclear"),
}


def ranked(changes: Iterable[JudgedChange]) -> list[JudgedChange]:
    """Return the changes, those first that take something away."""
    return sorted(changes, key=lambda change: change.effect not in RESTRICTING)


def evidence_of(changes: Iterable[JudgedChange], expression: str | None = None) -> tuple[Evidence, ...]:
    """Return the changed sentences as evidence; ``expression`` is what those that take something away are evidence of."""
    return tuple(
        Evidence(
            location=item.change.location,
            text=quoted_change(item.change),
            expression=expression if item.effect in RESTRICTING else None,
            note=message(
                "note.altered", "{effect}: {reason}", effect=EFFECT_WORDS[item.effect], reason=ours(item.reason)
            ),
        )
        for item in ranked(changes)
    )


def quoted_change(change: TextChange) -> str:
    """Return a changed sentence, the words that were put in and those that are missing marked."""
    missing = f"(missing: {change.missing})" if change.missing else ""
    return f"{change.text} {missing}".strip()
