"""Texts in UTF-16 and UTF-32 as UTF-8, so that every reader sees what an editor shows.

ScanCode reads such a file byte by byte, or as a binary. What is read in its place is a copy in a temporary folder, by the same name.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from licscan.core.selection import SelectedFile
from licscan.util.encoding import decoded
from licscan.util.regular_files import read_regular

_MAX_SIZE = 40 * 1024 * 1024  # bytes: four times the text that detection takes of a file


@contextmanager
def as_utf8(files: tuple[SelectedFile, ...]) -> Iterator[Mapping[str, SelectedFile]]:
    """Give, for each file in a wide encoding by its path, the file to read in its place."""
    wide = [file for file in files if file.wide and file.file.size <= _MAX_SIZE]
    if not wide:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="licscan-text-") as folder:
        yield {file.file.path: copy for number, file in enumerate(wide) if (copy := _copy(file, folder, number))}


def _copy(selected: SelectedFile, folder: str, number: int) -> SelectedFile | None:
    try:
        content = read_regular(selected.location, _MAX_SIZE)
    except OSError:
        return None  # detection meets the same error, and tells it
    digest = hashlib.sha256(content).hexdigest()
    if selected.file.sha256 and digest != selected.file.sha256:
        return None  # it changed meanwhile: detection tells that too
    text = decoded(content).removeprefix("\ufeff").encode("utf-8", "replace")
    # ScanCode looks at names and at words in the path.
    place = Path(folder) / str(number) / os.path.basename(selected.location)
    place.parent.mkdir()
    place.write_bytes(text)
    return replace(selected, file=replace(selected.file, sha256=hashlib.sha256(text).hexdigest()), location=str(place))
