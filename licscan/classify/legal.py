"""Which licence files speak for the folder that they lie in."""

from __future__ import annotations

_OF_OTHERS = ("third", "3rd", "notice", "thanks", "authors", "patents", "dependencies")


def states_license(name: str) -> bool:
    """Whether a licence file called ``name`` states its folder's own licence, and not third parties' or a list of people."""
    lowered = name.lower()
    return not any(word in lowered for word in _OF_OTHERS)
