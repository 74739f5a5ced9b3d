"""Countries and groups of countries by code, and which of them share territory.

A country is its ISO 3166-1 alpha-2 code; a group has a code of its own below; ``*`` is the whole world.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

WORLD = "*"
_EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
_EEA = _EU | frozenset("IS LI NO".split())
_EUROPE = _EEA | frozenset("AD AL AX BA BY CH FO GB GG GI IM JE MC MD ME MK RS RU SJ SM TR UA VA XK".split())
_GULF = frozenset("AE BH KW OM QA SA".split())
_MIDDLE_EAST = _GULF | frozenset("CY EG IL IQ IR JO LB PS SY TR YE".split())
_ASEAN = frozenset("BN ID KH LA MM MY PH SG TH TL VN".split())
_EAST_ASIA = frozenset("CN HK JP KP KR MN MO TW".split())
_SOUTH_ASIA = frozenset("AF BD BT IN LK MV NP PK".split())
_CENTRAL_ASIA = frozenset("KG KZ TJ TM UZ".split())
_ASIA = (
    _EAST_ASIA
    | _ASEAN
    | _SOUTH_ASIA
    | _CENTRAL_ASIA
    | (_MIDDLE_EAST - {"EG"})
    | frozenset("AM AZ GE RU CC CX IO".split())
)
_OCEANIA = frozenset("AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS".split())
_AFRICA = frozenset(
    """AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD
    SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW""".split()
)
_SOUTH_AMERICA = frozenset("AR BO BR CL CO EC FK GF GY PE PY SR UY VE".split())
_CENTRAL_AMERICA = frozenset("BZ CR GT HN NI PA SV".split())
_CARIBBEAN = frozenset("AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI".split())
_NORTH_AMERICA = frozenset("BM CA GL MX PM US".split()) | _CENTRAL_AMERICA | _CARIBBEAN

GROUPS: Mapping[str, frozenset[str]] = {
    "EU": _EU,
    "EEA": _EEA,
    "EFTA": frozenset("CH IS LI NO".split()),
    "EUROZONE": frozenset("AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split()),
    "EUROPE": _EUROPE,
    "DACH": frozenset("AT CH DE".split()),
    "BENELUX": frozenset("BE LU NL".split()),
    "NORDICS": frozenset("AX DK FI FO GL IS NO SE".split()),
    "BALTICS": frozenset("EE LT LV".split()),
    "ASIA": _ASIA,
    "EAST-ASIA": _EAST_ASIA,
    "SOUTH-ASIA": _SOUTH_ASIA,
    "CENTRAL-ASIA": _CENTRAL_ASIA,
    "ASEAN": _ASEAN,
    "APAC": _EAST_ASIA | _ASEAN | _SOUTH_ASIA | _OCEANIA,
    "OCEANIA": _OCEANIA,
    "GCC": _GULF,
    "MIDDLE-EAST": _MIDDLE_EAST,
    "AFRICA": _AFRICA,
    "MENA": _MIDDLE_EAST | frozenset("DZ LY MA SD TN".split()),
    "EMEA": _EUROPE | _MIDDLE_EAST | _AFRICA,
    "NORTH-AMERICA": _NORTH_AMERICA,
    "CENTRAL-AMERICA": _CENTRAL_AMERICA,
    "CARIBBEAN": _CARIBBEAN,
    "SOUTH-AMERICA": _SOUTH_AMERICA,
    "LATIN-AMERICA": _SOUTH_AMERICA | _CENTRAL_AMERICA | _CARIBBEAN | {"MX"},
    "AMERICAS": _NORTH_AMERICA | _SOUTH_AMERICA,
}
_EVERYWHERE = frozenset({WORLD, "WORLDWIDE", "WORLD", "GLOBAL"})


def shared(declared: Iterable[str], places: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``places`` that a declared place is, lies in or holds; the world holds all of them."""
    names = {place.upper() for place in declared}
    if names & _EVERYWHERE:
        return tuple(places)
    inside = frozenset().union(*(_countries(name) for name in names)) if names else frozenset()
    return tuple(place for place in places if place.upper() in names or inside & _countries(place.upper()))


def _countries(place: str) -> frozenset[str]:
    return GROUPS.get(place, frozenset({place}))
