"""The texts that stand in the tree for licences that SPDX does not list: what an SBOM has to bring along, since no list has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from licscan.core.result import Inventory
from licscan.core.reuse import is_reference


def found_texts(inventory: Inventory) -> Mapping[str, str]:
    """Return the text of each ``LicenseRef-`` id: that in ``LICENSES/``, as it stands there, else the longest of the texts and notices
    that were recognised as this licence. Different texts under one name stand one behind the other, each below its path."""
    own: dict[str, dict[str, str]] = defaultdict(dict)
    for text in inventory.reuse.texts:
        own[text.license_id].setdefault(text.text, text.path)
    found = _recognised(inventory)
    for name, texts in own.items():
        (first, *others) = texts
        found[name] = "\n\n".join(f"{path}:\n\n{text}" for text, path in texts.items()) if others else first
    return found


def _recognised(inventory: Inventory) -> dict[str, str]:
    found: dict[str, str] = {}
    for finding in inventory.findings:
        for match in (match for detection in finding.detections for match in detection.matches):
            name = match.expression_spdx if "LicenseRef-" in match.expression_spdx else ""
            if name and is_reference(name) and len(match.matched_text) > len(found.get(name, "")):
                found[name] = match.matched_text
    return found
