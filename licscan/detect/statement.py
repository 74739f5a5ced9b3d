"""A licence field of a manifest that is no name: a sentence, or a whole text, read as a file would be."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from licscan.core.finding import FileKind, SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect.base import Detector

_MAX_TEXT = 256 * 1024  # characters of one field; a licence's text has a fifth of that


def read_statement(text: str, detector: Detector) -> str | None:
    """Return the expression that ``detector`` finds in a licence field, in ScanCode's keys; ``None`` when it finds none.

    A single line is read as ScanCode reads one: after the word that says that a licence is meant.
    """
    if not text.strip() or len(text) > _MAX_TEXT:
        return None
    content = (text if "\n" in text.strip() else f"License: {text}").encode("utf-8", "surrogateescape")
    with tempfile.TemporaryDirectory(prefix="licscan-") as folder:
        place = Path(folder, "LICENSE")
        place.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        file = SourceFile(path="LICENSE", size=len(content), sha256=digest, kind=FileKind.LEGAL)
        (result,) = detector.detect([SelectedFile(file=file, location=os.fspath(place))])
    return result.finding.expression if result.finding else None
