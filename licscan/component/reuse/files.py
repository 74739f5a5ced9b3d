"""Which files REUSE speaks of, by name (REUSE 3.3, "Covered and ignored files")."""

from __future__ import annotations

import re

from licscan.component.base import base_of
from licscan.core.reuse import SIDE_FILE_SUFFIX, TEXT_FOLDER

TOML_NAME = "REUSE.toml"
DEP5_PATH = ".reuse/dep5"
_LEGAL = re.compile(r"(?:LICEN[CS]E|COPYING)(?:[-.].*)?")
_SPDX_DOCUMENT = re.compile(r".*\.spdx(?:\.(?:json|yaml|yml|rdf|rdf\.xml|xml))?|.*\.spdx\.rdf\.xml")


def is_covered(path: str) -> bool:
    """Whether the file at ``path`` is one that annotations can speak of: no licence file, SPDX document, or file of REUSE's own."""
    name = base_of(path)
    if name == TOML_NAME or name.endswith(SIDE_FILE_SUFFIX) or _LEGAL.fullmatch(name) or _SPDX_DOCUMENT.fullmatch(name):
        return False
    folders = path.split("/")[:-1]
    return TEXT_FOLDER not in folders and ".reuse" not in folders
