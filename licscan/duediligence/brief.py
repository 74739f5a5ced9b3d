"""A licence in a word or two: "AGPL-3.0, +12 more". The whole expression stands in the annex."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from licscan.core.message import Message, license_, mark, say
from licscan.core.verdict import Classification, LicenseClass, UnitClassification

_WORST_FIRST = (
    LicenseClass.PROPRIETARY,
    LicenseClass.STRONG_COPYLEFT,
    LicenseClass.CUSTOM_MODEL,
    LicenseClass.UNKNOWN,
    LicenseClass.WEAK_COPYLEFT,
    LicenseClass.PERMISSIVE,
)
_SUFFIX = re.compile(r"-(only|or-later)$")
_OURS = re.compile(r"^LicenseRef-(scancode-)?")
# The families that lawyers speak of: of one family, one question.
_FAMILY = re.compile(r"^(AGPL|LGPL|GPL|MPL|EPL|CDDL|EUPL|GFDL|CC-BY-SA|CC-BY-NC|Artistic|APSL|OSL|CPL|IPL|SSPL|BUSL)\b")


# Ids of the detector that stand for no single licence.
_GENERIC: Mapping[str, str] = {
    "proprietary-license": mark("Proprietary terms"),
    "commercial-license": mark("Commercial terms"),
    "unknown-license-reference": mark("Unidentified licence"),
    "unknown": mark("Unidentified licence"),
    "warranty-disclaimer": mark("Disclaimer of warranty"),
    "free-unknown": mark("Unidentified free licence"),
    "other-permissive": mark("Other permissive licence"),
    "other-copyleft": mark("Other copyleft licence"),
    "public-domain": mark("Public domain"),
}


def short_id(spdx: str) -> str:
    """Return a licence as people call it: ``GPL-2.0`` for ``GPL-2.0-or-later``, ``GPL-2.0`` for ``GPL-2.0-only WITH ...``."""
    return _OURS.sub("", _SUFFIX.sub("", spdx.partition(" WITH ")[0]))


def family(spdx: str) -> str:
    """Return the family of a licence (``LGPL`` of ``LGPL-2.1-or-later``), its short id where it has none."""
    name = short_id(spdx)
    found = _FAMILY.match(name)
    return found[1] if found else name


def worst_units(
    classification: Classification | None, which: LicenseClass | None = None
) -> tuple[UnitClassification, ...]:
    """Return the licences of an expression, those of class ``which`` first, then the heaviest."""
    units = classification.units if classification else ()
    return tuple(
        sorted(
            units,
            key=lambda unit: (
                unit.license_class is not which,
                not unit.network,
                _WORST_FIRST.index(unit.license_class),
            ),
        )
    )


def brief(names: Sequence[str]) -> Message:
    """Return the first of ``names`` (SPDX ids) as people call it, and how many more there are."""
    short = distinct(names)
    if not short:
        return say("no licence")
    if len(short) == 1:
        return _named(short[0])
    return say("{licence}, +{count} more", licence=_named(short[0]), count=len(short) - 1)


def in_title(names: Sequence[str]) -> Message:
    """Return ``names`` in the words of a title: one licence, or one family, or the first of several."""
    short = distinct(names)
    families = tuple(dict.fromkeys(family(name) for name in short))
    if len(short) > 1 and len(families) == 1:
        return say("{licence}", licence=license_(families[0]))
    return say("{licence} and others", licence=_named(short[0])) if len(short) > 1 else brief(names)


def _named(short: str) -> Message:
    """Name a licence; ids of the detector that stand for no single licence become words."""
    return say(_GENERIC[short]) if short in _GENERIC else say("{licence}", licence=license_(short))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return ``names`` as people call them, each once, in their order."""
    return tuple(dict.fromkeys(short_id(name) for name in names if name))
