"""Languages in any language and common spelling, as ISO 639 codes with a script or country where one was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from licscan.declared.spelling import plain, unknown
from licscan.declared.tongues import FIRST, others

ANY = "*"
_WHERE = "`licscan facts --values languages` lists the codes"
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?")
_IN_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_ALSO: Mapping[str, str] = {
    "all": ANY,
    "any": ANY,
    "multilingual": ANY,
    "all languages": ANY,
    "mandarin": "zh",
    "putonghua": "zh",
    "farsi": "fa",
    "tagalog": "tl",
    "pilipino": "tl",
    "filipino": "fil",
    "castilian": "es",
    "bahasa indonesia": "id",
    "bahasa melayu": "ms",
    "flemish": "nl",
    "gaelic": "gd",
    "uyghur": "ug",
    "punjabi": "pa",
    "american english": "en-US",
    "british english": "en-GB",
}


def read_language(text: str) -> str:
    """Return the code of the language that ``text`` names (``en``, ``pt-BR``, ``zh-Hans``); ``*`` for all of them.

    Raise ``ValueError`` for anything else.
    """
    if text.strip() == ANY:
        return ANY
    code = _tagged(text.strip()) or _named_in_any(plain(text))
    if code is None and _IN_BRACKETS.search(text):
        code = _named_in_any(plain(_IN_BRACKETS.sub(" ", text)))
    if code is None:
        raise unknown("language", text, _suggested(), _WHERE)
    return code


def languages() -> Iterator[tuple[str, str]]:
    """Yield every code with its English name."""
    yield from sorted((_written(code), name) for code, name in _names("en").items())
    yield ANY, "all languages"


@lru_cache(maxsize=1024)
def _named_in_any(name: str) -> str | None:
    if not name:
        return None
    for each in dict.fromkeys((name, name.removesuffix(" language"))):
        if each in _ALSO:
            return _ALSO[each]
        for language in FIRST:
            if found := _by_name(language).get(each):
                return found
    return next((found for language in others() if (found := _by_name(language).get(name))), None)


def _tagged(text: str) -> str | None:
    """Read a code: of two letters, of three (``eng``, ``ger``), with script and country behind (``zh_Hans``, ``pt-BR``)."""
    from babel.core import get_global

    tag = _TAG.fullmatch(text)
    if tag is None:
        return None
    language = tag[1].lower()
    if language not in _names("en"):
        language = str(get_global("language_aliases").get(language, "")).partition("_")[0]
    if language not in _names("en"):
        return None
    parts = (language, tag[2].title() if tag[2] else "", tag[3].upper() if tag[3] else "")
    return "-".join(part for part in parts if part)


@cache
def _by_name(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code, name in _names(language).items():
        found.setdefault(plain(name), "zh" if code == "cmn" else _written(code))
    return found


def _names(language: str) -> Mapping[str, str]:
    from babel import Locale

    return Locale.parse(language).languages


def _written(code: str) -> str:
    return code.replace("_", "-")


def _suggested() -> Iterator[str]:
    yield from (name.casefold() for name in _names("en").values())
    yield from _ALSO
