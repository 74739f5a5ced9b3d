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

# What joins names on one line. Of "MIT AND (GPL-2.0" or "MIT or Foo" only a part may be recognised, and the rest lost.
_JOINING = re.compile(r"[()/,;&|+]|\b(?:and|or|with)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_WHOLE = 100  # per cent of a rule
_MAX_TEXT = 256 * 1024  # characters of one field; a licence's text has a fifth of that


def read_statement(text: str, detector: Detector) -> FileFinding | None:
    """Return what ``detector`` finds in a licence field, as if it were a file LICENSE; ``None`` when it finds no licence.

    A single line is read as ScanCode reads one: after the word that says that a licence is meant. One that joins several
    names counts only where a single rule of ScanCode's explains every word of it: what it says of its parts may be lost.
    """
    is_line = "\n" not in text.strip()
    if not text.strip() or len(text) > _MAX_TEXT:
        return None
    content = (f"License: {text}" if is_line else text).encode("utf-8", "surrogateescape")
    with tempfile.TemporaryDirectory(prefix="licscan-") as folder:
        place = Path(folder, "LICENSE")
        place.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        file = SourceFile(path="LICENSE", size=len(content), sha256=digest, kind=FileKind.LEGAL)
        (result,) = detector.detect([SelectedFile(file=file, location=os.fspath(place))])
    found = result.finding
    if found is None or not found.expression:
        return None
    is_joined = is_line and _JOINING.search(text) and not _ADDRESS.fullmatch(text.strip())
    return None if is_joined and not _explains_all(found) else found


def _explains_all(found: FileFinding) -> bool:
    """Whether one rule matched whole, and left no word of the line but the one that was put before it."""
    matches = [match for detection in found.detections for match in detection.matches]
    if len(matches) != 1 or matches[0].coverage < _WHOLE:
        return False
    before, after = matches[0].edges
    return (
        before <= 1 and after == 0 and len(_WORD.findall(matches[0].matched_text)) - before == matches[0].matched_length
    )
