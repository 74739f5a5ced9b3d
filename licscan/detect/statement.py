"""A licence field of a manifest that is no name: a sentence, or a whole text, read as a file would be."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from licscan.core.finding import FileFinding, FileKind, SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.base import Detector

# What joins names on one line. Of "MIT AND (GPL-2.0" or "MIT or Foo" only a part would be recognised, and the rest lost.
_JOINING = re.compile(r"[()/,;&|+]|\b(?:and|or|with)\b", re.IGNORECASE)
_MAX_TEXT = 256 * 1024  # characters of one field; a licence's text has a fifth of that


def read_statement(text: str, detector: Detector) -> FileFinding | None:
    """Return what ``detector`` finds in a licence field, as if it were a file LICENSE; ``None`` when it finds no licence.

    A single line is read as ScanCode reads one: after the word that says that a licence is meant. One that joins several
    names is none to be read so: what it says cannot be told without its parts.
    """
    is_line = "\n" not in text.strip()
    if not text.strip() or len(text) > _MAX_TEXT or (is_line and _JOINING.search(text)):
        return None
    content = (f"License: {text}" if is_line else text).encode("utf-8", "surrogateescape")
    with tempfile.TemporaryDirectory(prefix="licscan-") as folder:
        place = Path(folder, "LICENSE")
        place.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        file = SourceFile(path="LICENSE", size=len(content), sha256=digest, kind=FileKind.LEGAL)
        (result,) = detector.detect([SelectedFile(file=file, location=os.fspath(place))])
    return result.finding if result.finding and result.finding.expression else None
