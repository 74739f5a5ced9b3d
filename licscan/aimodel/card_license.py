"""What cards and weights call licences: the Hub's own ids, SPDX expressions, and names in words.

A publisher's own word ("fair", "unlimited", "nvidia") is not the licence that has the same key in a database: a word counts where it
is an id that the Hub lists, or where a version, the word "licence" or the name of a known family stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NameReader = Callable[[str], "str | None"]

# Ids of the Hub's list of licences that mean one licence, in ScanCode's keys where these are others.
# https://huggingface.co/docs/hub/repositories-licenses
_HUB = {
    "odc-by": "odc-by-1.0",
    "odbl": "odbl-1.0",
    "pddl": "pddl-1.0",
    "c-uda": "c-uda-1.0",
    "gfdl": "gfdl-1.1-plus",
    "lgpl": "lgpl-2.0-plus",
    "lgpl-lr": "lgpllr",
    "gpl": "gpl-1.0-plus",
    "bsd": "bsd-new",
    "bsd-3-clause": "bsd-new",
    "bsd-2-clause": "bsd-simplified",
    "bsd-3-clause-clear": "clear-bsd",
    "bsl-1.0": "boost-1.0",
    "unlicense": "unlicense",
    "zlib": "zlib",
    "ncsa": "uoi-ncsa",
    "postgresql": "postgresql",
    "wtfpl": "wtfpl-2.0",
    "isc": "isc",
    "mit": "mit",
    "ms-pl": "ms-pl",
    "apache": "apache-2.0",
    "cc0": "cc0-1.0",
    "etalab-2.0": "etalab-2.0",
}
# Ids of the list that stand for a family, of which nobody can tell the licence.
_FAMILIES = frozenset({"cc", "openrail", "other", "unknown"})
# Words of names that are licences' alone; "fair", "intel" and the like are not among them.
_TELLING = re.compile(
    r"\d|licen[cs]e|\b(?:mit|apache|bsd|isc|l?a?gpl|mpl|epl|cddl|cc|cc0|creative commons|unlicense|zlib|boost|wtfpl|public domain|odbl|odc)\b",
    re.IGNORECASE,
)
_LONGEST = 300  # a longer statement is no name
_OPERATOR = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")
_CREATIVE = re.compile(
    r"(?:creative\s+commons\s+|\bcc\s+)?(?:licen[cs]e\s+)?(?P<words>(?:attribution|by)(?:[\s/_-]*(?:non[\s-]?commercial|nc|share[\s-]?alike|sa|no[\s-]?deriv(?:ative)?s?"
    r"(?:[\s-]works)?|nd))*)(?:[\s,_-]*(?:public\s+)?(?:licen[cs]e)?[\s,]*(?:version\s+|v)?(?P<version>[1234]\.0))(?:\s+(?:international|unported|generic|int'?l))?"
    r"(?:\s+(?:public\s+)?licen[cs]e)?(?:\s*\(?\s*cc[\s-]+[\w\s.-]+\)?)?",
    re.IGNORECASE,
)


def hub_license(text: str) -> str | None:
    """Return the key of the licence that an id of the Hub's list stands for, where it is not that of ScanCode."""
    return _HUB.get(text.strip().lower())


def is_family(text: str) -> bool:
    """Whether ``text`` is an id of the Hub's list that names no licence."""
    return text.strip().lower() in _FAMILIES


def named_license(text: str, read_name: NameReader) -> str | None:
    """Return the licence that ``text`` names, in ScanCode's keys; ``None`` where it is only a word of a publisher's own."""
    stated = " ".join(text.split()).strip("`'\" .")
    if is_family(stated) or len(stated) > _LONGEST:
        return None
    if known := hub_license(stated):
        return known
    if any(not _is_telling(part) for part in _OPERATOR.split(stated) if part.strip()):
        return None
    creative = _CREATIVE.fullmatch(stated)
    if creative:
        return _creative(creative["words"], creative["version"])
    return read_name(stated) or (read_name(stated.replace("_", "-")) if "_" in stated else None)


def _is_telling(part: str) -> bool:
    return bool(_TELLING.search(part)) or hub_license(part) is not None


def _creative(words: str, version: str) -> str:
    flat = re.sub(r"[\s/_-]", "", words.lower())
    parts = ["by"]
    parts += ["nc"] if "noncommercial" in flat or re.search(r"\bnc\b", words, re.IGNORECASE) else []
    parts += ["nd"] if "noderiv" in flat or re.search(r"\bnd\b", words, re.IGNORECASE) else []
    parts += ["sa"] if "sharealike" in flat or re.search(r"\bsa\b", words, re.IGNORECASE) else []
    return f"cc-{'-'.join(parts)}-{version}"
