"""The languages whose names for countries and languages are looked up, the likely ones first."""

from __future__ import annotations

from collections.abc import Iterator

FIRST = ("en", "zh", "de", "fr", "es", "it", "pt", "nl", "pl", "ja", "ko", "ru", "tr", "ar", "sv", "zh_Hant")


def others() -> Iterator[str]:
    """Yield the other languages that there are names in: reading them all takes seconds, so that they come last."""
    from babel.localedata import locale_identifiers

    yield from (name for name in sorted(locale_identifiers()) if "_" not in name and name not in FIRST)
