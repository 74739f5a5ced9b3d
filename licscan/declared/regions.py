"""Countries and groups of countries in any language and common spelling, as codes (``licscan.declared.territories``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from licscan.declared.spelling import plain, unknown
from licscan.declared.territories import GROUPS, WORLD
from licscan.declared.tongues import FIRST, others

_WHERE = "`licscan facts --values regions` lists the codes"
# What the data of languages does not have: former, short and political names, and groups that are no country.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "GB": (
        "uk",
        "u k",
        "england",
        "scotland",
        "wales",
        "northern ireland",
        "great britain",
        "britain",
        "united kingdom of great britain and northern ireland",
    ),
    "KR": ("rok", "republic of korea", "korea republic of", "korea south", "s korea", "южная корея", "coree du sud"),
    "KP": ("dprk", "democratic people s republic of korea", "korea north", "n korea", "северная корея"),
    "CN": ("prc", "mainland china", "china mainland", "people s republic of china"),
    "TW": ("roc", "republic of china", "chinese taipei"),
    "US": ("usa", "u s", "u s a", "united states of america", "america", "the states"),
    "RU": ("russian federation",),
    "NL": ("holland",),
    "CZ": ("czech republic",),
    "GR": ("el",),
    "CI": ("ivory coast",),
    "MM": ("burma",),
    "SZ": ("swaziland",),
    "MK": ("macedonia", "fyrom"),
    "TL": ("east timor",),
    "CV": ("cape verde",),
    "VA": ("vatican", "holy see"),
    "PS": ("palestine", "state of palestine"),
    "HK": ("hong kong",),
    "MO": ("macau", "macao"),
    "AE": ("uae", "emirates"),
    "SA": ("ksa",),
    "VN": ("viet nam",),
    "SY": ("syrian arab republic",),
    "LA": ("lao people s democratic republic", "lao"),
    "BN": ("brunei darussalam",),
    "CD": ("drc", "dr congo", "democratic republic of the congo", "democratic republic of congo"),
    "CG": ("republic of the congo", "republic of congo"),
    "TR": ("turkey", "turkiye"),
    "EU": ("european union", "e u", "eu27", "eu 27", "europe union"),
    "EEA": ("ewr", "e e a", "european economic area", "europaischer wirtschaftsraum", "espace economique europeen"),
    "EFTA": ("european free trade association",),
    "EUROZONE": ("euro area", "ez"),
    "NORDICS": ("nordic countries", "scandinavia"),
    "BALTICS": ("baltic states", "baltic countries"),
    "GCC": ("gulf states", "gulf cooperation council"),
    "APAC": ("asia pacific",),
    "ASEAN": ("southeast asia", "south east asia"),
    "LATIN-AMERICA": ("latam",),
    "MIDDLE-EAST": ("near east",),
    WORLD: (
        "worldwide",
        "world wide",
        "world",
        "global",
        "globally",
        "everywhere",
        "anywhere",
        "international",
        "all",
        "all countries",
        "any",
    ),
}
# Groups by the numbers under which the data of languages has their names.
_NUMBERED = {
    "001": WORLD,
    "002": "AFRICA",
    "003": "NORTH-AMERICA",
    "005": "SOUTH-AMERICA",
    "009": "OCEANIA",
    "013": "CENTRAL-AMERICA",
    "019": "AMERICAS",
    "021": "NORTH-AMERICA",
    "029": "CARIBBEAN",
    "030": "EAST-ASIA",
    "034": "SOUTH-ASIA",
    "035": "ASEAN",
    "142": "ASIA",
    "143": "CENTRAL-ASIA",
    "150": "EUROPE",
    "419": "LATIN-AMERICA",
    "EU": "EU",
    "EZ": "EUROZONE",
    "UN": WORLD,
}
_FORM_OF_STATE = re.compile(
    r"(?:(?:people s|federal|federated|federative|democratic|islamic|socialist|bolivarian|plurinational|hashemite|oriental|arab|independent|co operative"
    r"|united|grand)\s+)*(?:republic|kingdom|state|states|commonwealth|federation|union|principality|sultanate|duchy|emirate)\s+of\s+(?:the\s+)?"
)

# "Iran, Islamic Republic of"
_INVERTED = re.compile(r"(.+?) ((?:\w+ )*(?:republic|kingdom|state|states|federation) of(?: the)?)")


def read_region(text: str) -> str:
    """Return the code of the country or group that ``text`` names; raise ``ValueError`` for anything else."""
    if text.strip() == WORLD:
        return WORLD
    name = plain(text)
    code = _known(name) if name else None
    if code is None:
        raise unknown("country or region", text, _suggested(), _WHERE)
    return code


def regions() -> Iterator[tuple[str, str]]:
    """Yield every code with its English name, groups after countries."""
    names = _territories("en")
    yield from sorted((code, name) for code, name in names.items() if _is_country(code))
    for group, members in GROUPS.items():
        yield group, f"{len(members)} countries: {', '.join(sorted(members))}"
    yield WORLD, "the whole world"


@lru_cache(maxsize=1024)
def _known(name: str) -> str | None:
    short = name.removeprefix("the ")
    if inverted := _INVERTED.fullmatch(short):
        return _known(f"{inverted[2]} {inverted[1]}")
    stripped = _FORM_OF_STATE.sub("", short, count=1) if _FORM_OF_STATE.match(short) else short
    for each in dict.fromkeys((name, short)):
        if found := _coded(each):
            return found
    for each in dict.fromkeys((name, short, stripped)):
        for language in FIRST:
            if found := _named(language).get(each):
                return found
    if found := _coded(stripped) if stripped != short and len(stripped) > 3 else None:
        return found
    return next((found for language in others() if (found := _named(language).get(name))), None)


def _coded(name: str) -> str | None:
    """Return what a code, an outdated code or one of the names above stands for."""
    from babel.core import get_global

    also = _also().get(name)
    if also:
        return also
    code = name.upper().replace(" ", "-")
    if code in GROUPS:
        return code
    if len(code) in (2, 3) and code.isascii():
        if _is_country(code) and code in _territories("en"):
            return code
        alias = get_global("territory_aliases").get(code, ())
        return str(alias[0]) if len(alias) == 1 else None
    return None


@lru_cache(maxsize=1)
def _also() -> Mapping[str, str]:
    return {name: code for code, names in _ALSO.items() for name in names}


@cache
def _named(language: str) -> Mapping[str, str]:
    """Return the codes by the names that a language has for them."""
    found: dict[str, str] = {}
    for code, name in _territories(language).items():
        meant = code if _is_country(code) else _NUMBERED.get(code)
        if meant:
            found.setdefault(plain(name), meant)
    return found


def _territories(language: str) -> Mapping[str, str]:
    from babel import Locale

    return Locale.parse(language).territories


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")


def _suggested() -> Iterator[str]:
    yield from (name.casefold() for code, name in _territories("en").items() if _is_country(code))
    yield from (group.lower() for group in GROUPS)
    yield from _also()
