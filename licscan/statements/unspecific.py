"""Words that tell of a licence and not of which: "see LICENSE", "licensed under the following licence"."""

from __future__ import annotations

from functools import lru_cache

from licscan.core.expression import keys, parsed

# ScanCode's keys for "a licence is meant, and it is not said which".
UNSPECIFIC = frozenset({"unknown", "unknown-license-reference", "free-unknown", "unknown-spdx"})


@lru_cache(maxsize=4_096)
def is_unspecific(expression: str) -> bool:
    """Whether ``expression``, in ScanCode's keys, names no licence, only that there is one."""
    said = parsed(expression)
    return said is not None and set(keys(said)) <= UNSPECIFIC
