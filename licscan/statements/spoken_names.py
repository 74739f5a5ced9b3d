"""Names of licences in running text, as a sentence that offers a choice writes them: "the BSD or GPLv2 license".

ScanCode's rules hold whole phrases; a phrase that they do not hold leaves names unread. Only names that mean one licence stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_V = r"(?:,?\s*(?:licen[cs]e,?\s*)?(?:version|ver\.?|v\.?)?\s*-?(?P<{0}>[123](?:\.[01])?)(?!\.?\d|[- ]clause))?"
_LATER = r"(?P<{0}>\s*(?:\+|(?:\(?or\)?|and),?\s*(?:\(?at\s+your\s+option\)?,?\s*)?(?:any\s+)?(?:later|newer|greater)(?:\s+version)?))?"
_GNU = (
    ("agpl", r"(?:GNU\s+)?(?:Affero\s+(?:GNU\s+)?General\s+Public\s+Licen[cs]e|AGPL)"),
    (
        "lgpl",
        r"(?:GNU\s+)?(?:(?:Lesser|Library)\s+(?:GNU\s+)?(?:General\s+)?Public(?:\s+Licen[cs]e)?|LGPL|Lesser\s+GPL)",
    ),
    ("gpl", r"(?:GNU\s+)?(?:General\s+Public\s+Licen[cs]e|GPL)"),
)
_OTHERS = (
    ("bsd-simplified", r"(?:BSD[- ]2|(?:2|two)[- ]clause[- ]BSD|simplified[- ]BSD|FreeBSD)(?:[- ]clause)?"),
    (
        "bsd-new",
        r"(?:(?:BSD[- ]3|(?:3|three)[- ]clause[- ]BSD|(?:new|modified|revised)[- ]BSD)(?:[- ]clause)?|BSD(?:[- ]style|[- ]like|[- ]type)?)",
    ),
    ("mit", r"(?:MIT(?:[-/ ](?:X11|Expat|style))?|Expat)"),
    ("isc", r"ISC"),
    (
        "apache-2.0",
        r"Apache(?:\s+(?:Software\s+)?(?:Public\s+)?Licen[cs]e)?,?\s*[-(]?(?:version\s+|v\.?\s*)?2(?:\.0)?|Apache",
    ),
    ("mpl-2.0", r"(?:Mozilla\s+Public\s+Licen[cs]e|MPL),?\s*[-v]?(?:version\s+)?2(?:\.0)?"),
    ("mpl-1.1", r"(?:Mozilla\s+Public\s+Licen[cs]e|MPL),?\s*[-v]?(?:version\s+)?1\.1"),
    ("epl-2.0", r"(?:Eclipse\s+Public\s+Licen[cs]e|EPL)(?:\s*-)?,?\s*[-v]?\s*(?:version\s+)?2(?:\.0)?"),
    ("epl-1.0", r"(?:Eclipse\s+Public\s+Licen[cs]e|EPL)(?:\s*-)?,?\s*[-v]?\s*(?:version\s+)?1(?:\.0)?"),
    ("cddl-1.0", r"(?:CDDL|Common\s+Development\s+and\s+Distribution\s+Licen[cs]e)"),
    ("boost-1.0", r"(?:Boost(?:\s+Software)?\s+Licen[cs]e|BSL-1\.0)"),
    ("zlib", r"zlib(?:/libpng)?"),
    ("artistic-2.0", r"Artistic(?:\s+Licen[cs]e)?[- ]?(?:v|version\s+)?2(?:\.0)?"),
    ("artistic-perl-1.0", r"Artistic"),
    ("freetype", r"(?:FTL|FreeType(?:\s+(?:project\s+)?Licen[cs]e)?)"),
    ("cc0-1.0", r"CC0(?:[- ]1\.0)?"),
    ("unlicense", r"(?:The\s+)?Unlicen[cs]e"),
    ("public-domain", r"public\s+domain"),
    ("wtfpl-2.0", r"WTFPL"),
    ("ruby", r"Ruby(?:'?s)?(?:\s+licen[cs]e)"),
    ("openssl-ssleay", r"OpenSSL(?:\s+licen[cs]e)?"),
)


def _pattern() -> re.Pattern[str]:
    parts = [
        f"(?P<{family}>{words}{_V.format(family + '_v')}{_LATER.format(family + '_later')})" for family, words in _GNU
    ]
    parts += [f"(?P<k{number}>{words})" for number, (_, words) in enumerate(_OTHERS)]
    return re.compile(rf"(?<![\w/-])(?:{'|'.join(parts)})(?![\w])", re.IGNORECASE)


_NAME = _pattern()
_VERSIONS = {
    "agpl": ({"1": "agpl-1.0", "3": "agpl-3.0"}, "agpl-3.0-plus"),
    "lgpl": ({"2": "lgpl-2.0", "2.0": "lgpl-2.0", "2.1": "lgpl-2.1", "3": "lgpl-3.0"}, "lgpl-2.0-plus"),
    "gpl": ({"1": "gpl-1.0", "2": "gpl-2.0", "3": "gpl-3.0"}, "gpl-1.0-plus"),
}


def names_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each name stands in ``text`` and the licence's key; a family without a version is its first version or later."""
    for found in _NAME.finditer(text):
        family = next((name for name, _ in _GNU if found[name]), None)
        if family is None:
            yield found.start(), next(key for number, (key, _) in enumerate(_OTHERS) if found[f"k{number}"])
            continue
        versions, unversioned = _VERSIONS[family]
        version = (found[f"{family}_v"] or "").removesuffix(".0")
        key = versions.get(version)
        yield found.start(), (unversioned if key is None else f"{key}-plus" if found[f"{family}_later"] else key)
