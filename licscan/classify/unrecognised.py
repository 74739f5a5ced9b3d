"""Licence files in which no licence is recognised: what they belong to has a licence, and nobody can tell which.

To report that there is none would be false, and would send its reader looking for a text that lies there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from licscan.classify.claims import UNKNOWN, CatalogueLike, classify_all
from licscan.core.component import Component
from licscan.core.finding import FileKind
from licscan.core.location import Location
from licscan.core.message import message
from licscan.core.result import Inventory
from licscan.core.verdict import Conclusion, Evidence

_IS_LICENSE = re.compile(r"(?:^|.*[._-])(?:un)?(?:licen[cs]es?|copying)(?:[._-].*)?", re.IGNORECASE)
NOTE = message("note.unrecognised", "a licence text that is not recognised")


def unrecognised_texts(inventory: Inventory) -> Mapping[str, str]:
    """Return, by folder, the licence file in it in which nothing was found."""
    found = {
        finding.path for finding in (*inventory.findings, *inventory.overlay) if finding.detections or finding.clues
    }
    texts: dict[str, str] = {}
    for file in inventory.files:
        folder, _, name = file.path.rpartition("/")
        if file.kind is FileKind.LEGAL and file.path not in found and _IS_LICENSE.fullmatch(name):
            texts.setdefault(folder, file.path)
    return texts


def with_unrecognised(
    conclusion: Conclusion, component: Component, texts: Mapping[str, str], catalogue: CatalogueLike
) -> Conclusion:
    """Return ``conclusion`` as unknown where it knows no licence and the component's folder holds a text that is not recognised."""
    folder = None if component.directory is None else component.directory.removeprefix(".").strip("/")
    path = texts.get(folder) if folder is not None else None
    if path is None or conclusion.classification is not None:
        return conclusion
    return replace(
        conclusion,
        classification=classify_all([UNKNOWN], catalogue),
        evidence=(*conclusion.evidence, Evidence(location=Location(path=path), expression=UNKNOWN, note=NOTE)),
    )
