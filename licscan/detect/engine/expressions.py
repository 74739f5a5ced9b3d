"""What licence expressions say of each other."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _licensing() -> Any:
    from license_expression import Licensing

    return Licensing()


@lru_cache(maxsize=65_536)
def contains(expression: str, other: str) -> bool:
    """Tell whether ``expression`` contains the ``other``, as ScanCode means it; an empty one neither contains nor is contained."""
    if not expression or not other:
        return False
    if expression == other:
        return True
    return bool(_licensing().contains(expression, other))
