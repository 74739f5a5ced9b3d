"""Numbers as people write them: ``700M``, ``1.5 million``, ``USD 900,000``, ``2 bn``, ``3 亿``."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_FACTORS = {
    "": 1,
    "k": 10**3,
    "tsd": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mm": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "mil": 10**6,
    "mln": 10**6,
    "million": 10**6,
    "millions": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "bln": 10**9,
    "mrd": 10**9,
    "billion": 10**9,
    "billions": 10**9,
    "trillion": 10**12,
    "万": 10**4,
    "亿": 10**8,
}
_DOLLARS = frozenset({"$", "us$", "usd", "dollar", "dollars", "us dollar", "us dollars", "美元"})
_USERS = frozenset({"user", "users", "mau", "monthly active users", "active users", "people"})
_WRITTEN = re.compile(r"\s*([^\d\s.,+-][^\d]*?)?\s*([\d][\d.,_'\u00a0\u202f ]*(?:[eE]\d{1,2})?)\s*(.*?)\s*")
_FORMAT = "a whole number, 0 or more: 1500000, 1,500,000, 1.5M or 1.5 million"


def read_number(name: str, value: object, *, money: bool) -> int:
    """Return the whole number that ``value`` is; ``money`` is in US dollars, everything else is counted.

    Raise ``ValueError`` for another currency, a fraction and what is no number.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) and len(value) < 100 else None
    if found is None:
        raise ValueError(f"{name} must be {_FORMAT}")
    before, digits, after = (found[1] or "").strip().lower(), found[2], found[3].lower()
    factor, unit = _factor(after)
    for word in (before, unit):
        _check_unit(name, word, money=money)
    number = _number(name, digits) * factor
    if number != number.to_integral_value():
        raise ValueError(f"{name} must be {_FORMAT}")
    return int(number)


def _factor(after: str) -> tuple[int, str]:
    """Split what stands after the digits into the factor that it begins with and the unit that follows."""
    word, _, rest = after.partition(" ")
    for each, unit in ((word.rstrip("."), rest), (after[:1], after[1:])):
        if each in _FACTORS and (each != after[:1] or each not in "kmb" or each == word.rstrip(".")):
            return _FACTORS[each], unit.strip()
    return 1, after


def _check_unit(name: str, word: str, *, money: bool) -> None:
    if not word or (word in _DOLLARS if money else word in _USERS):
        return
    expected = "US dollars: convert the sum" if money else "a count, without a unit"
    raise ValueError(f"{name} must be in {expected}; {word[:30]!r} is not understood")


def _number(name: str, digits: str) -> Decimal:
    """Read digits with separators: a comma or dot before groups of three that occurs once is a thousand's only with a comma."""
    text = re.sub(r"[_'\u00a0\u202f ]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    try:
        if not re.fullmatch(r"\d{1,3}\.\d{3}", text):
            return Decimal(text)
    except InvalidOperation:
        pass  # with separators that no way of writing numbers has
    raise ValueError(f"{name} must be {_FORMAT}; {digits.strip()[:30]!r} can be read in several ways or in none")
