"""Joining licence expressions exactly as ScanCode joins them, and writing them in SPDX ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import cast

from license_expression import Licensing, combine_expressions

# ScanCode joins with a table of its licences at hand; without one the result is the same, for every word is then a licence.
_LICENSING = Licensing()
_KEYS = re.compile(r"[^\s()]+")
_OPERATORS = frozenset(("AND", "OR", "WITH"))


def join_with_and(expressions: Iterable[str]) -> str | None:
    """Join with AND; equal operands once, nothing flattened nor simplified. ``None`` when there is nothing to join."""
    return _joined(tuple(expressions))


def in_spdx(expression: str, spdx_id: Callable[[str], str]) -> str:
    """Return ``expression`` with ``spdx_id(key)`` in the place of every ScanCode key."""

    def translate(word: re.Match[str]) -> str:
        return word[0] if word[0] in _OPERATORS else spdx_id(word[0])

    return _KEYS.sub(translate, expression)


def spdx_ids(expressions: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return {ScanCode key: SPDX id}, read off expressions that are at hand in both spellings."""
    words = (
        pair
        for written, in_ids in expressions
        for pair in zip(_KEYS.findall(written), _KEYS.findall(in_ids), strict=True)
    )
    return {key: spdx for key, spdx in words if key not in _OPERATORS}


def license_keys(expression: str) -> frozenset[str]:
    """Return the keys of all licences and exceptions in ``expression``."""
    return frozenset(word for word in _KEYS.findall(expression) if word not in _OPERATORS)


@lru_cache(maxsize=16_384)
def _joined(expressions: tuple[str, ...]) -> str | None:
    if not expressions:
        return None
    return str(cast(object, combine_expressions(list(expressions), licensing=_LICENSING)))
