"""The texts that ScanCode compares with: of its rules, and of the licences themselves."""

from __future__ import annotations

import re
from pathlib import Path

from licscan.detect.installed import license_folder
from licscan.detect.licensedb import split_front_matter

# Marks a part of a rule that has to be matched; no word of the text.
_REQUIRED = re.compile(r"\{\{|\}\}")


def rule_text(rule_id: str) -> str | None:
    """Return the text of a rule (``mit_12.RULE``) or licence (``mit.LICENSE``); ``None`` for a rule that has none of its own,
    as those have that are made from an SPDX tag."""
    folder = license_folder()
    path = (folder if rule_id.endswith(".LICENSE") else folder.parent / "rules") / rule_id
    # An id may come from a stored result: it must never name a file elsewhere.
    if Path(rule_id).name != rule_id or not rule_id.endswith((".RULE", ".LICENSE")) or not path.is_file():
        return None
    try:
        return _REQUIRED.sub("", split_front_matter(path)[1]).strip()
    except ValueError:
        return None
