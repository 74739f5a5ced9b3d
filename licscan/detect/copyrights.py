"""The door to ScanCode's copyright detection: what comes through is typed, and remembered.

A text goes through a part-of-speech tagger and a grammar, which takes time: few files are asked, and equal bytes only once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from licscan.core.copyright import Copyrights
from licscan.core.issue import Issue
from licscan.core.message import mark
from licscan.core.selection import SelectedFile
from licscan.detect.cache import ResultCache
from licscan.detect.copyright_marks import marked_lines
from licscan.detect.scancode import scancode_fingerprint
from licscan.util.encoding import as_written
from licscan.util.regular_files import read_regular
from licscan.workers import RunWork, Work, run_here

# Notices stand at the start of files, and licence files are small: what lies behind this many bytes is not read.
MAX_BYTES = 256 * 1024
# A longer line is data, or code that was written by a program: its notice, where it has one, stands in so many characters at its start.
MAX_LINE = 2_000
BANNER = 500
# Seconds after which the statements found so far are all that is told of a file.
TIMEOUT = 10.0
_SHAPE = f"copyrights 5 {MAX_BYTES} {MAX_LINE} {BANNER}"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Copyrights).decode


class CopyrightWork(Work[SelectedFile, Copyrights]):
    """Reads whose code files say that they are."""

    name = mark("the reader of copyright statements")
    batch = 16

    def do(self, item: SelectedFile) -> Copyrights:
        return copyrights_of(item.location)

    def path(self, item: SelectedFile) -> str:
        return item.file.path

    def refused(self, item: SelectedFile, issue: Issue) -> Copyrights:
        return Copyrights(issue=issue)


class ScanCodeCopyrights:
    """Satisfies ``CopyrightReader``."""

    def __init__(self, cache: ResultCache | None = None, run: RunWork = run_here) -> None:
        self._cache = cache
        self._run = run

    def read(self, files: Sequence[SelectedFile]) -> list[Copyrights]:
        """Return what each file says, in order. What stands in the cache is not looked for again."""
        keys = [_key(file) for file in files]
        known = {key: found for key in dict.fromkeys(keys) if (found := self._recall(key)) is not None}
        wanted = {key: file for key, file in zip(keys, files, strict=True) if key not in known}
        for key, found in zip(wanted, self._run(CopyrightWork(), list(wanted.values())), strict=True):
            known[key] = found
            if self._cache is not None and found.issue is None:
                self._cache.keep(key, _encode(found))
        return [known[key] for key in keys]

    def _recall(self, key: bytes) -> Copyrights | None:
        stored = self._cache.recall(key) if self._cache is not None else None
        try:
            return _decode(stored) if stored is not None else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


def copyrights_of(location: str) -> Copyrights:
    """Return what the file at ``location`` says; nothing where it cannot be read or its text cannot be told."""
    try:
        text = as_written(read_regular(location, MAX_BYTES))
    except OSError:
        return Copyrights()  # the file is an issue of the scan already: whatever looks for licences tells it
    return copyrights_in(text)


def copyrights_in(text: str) -> Copyrights:
    """Return the statements and holders that ``text`` names."""
    if "\0" in text:
        return Copyrights()
    lines = [line if len(line) <= MAX_LINE else line[:BANNER] for line in text.splitlines()]
    marked = marked_lines(lines)
    if not marked:
        return Copyrights()
    from licscan.detect.copyright_grammar import detections, restored  # ScanCode's grammar takes a moment to load

    statements: dict[str, None] = {}
    holders: dict[str, None] = {}
    try:
        for found in detections(lines, marked, TIMEOUT):
            if statement := getattr(found, "copyright", None):
                statements[restored(_clean(statement), lines[found.start_line - 1 : found.end_line])] = None
            elif holder := getattr(found, "holder", None):
                holders[restored(_clean(holder), lines[found.start_line - 1 : found.end_line])] = None
    except Exception:  # noqa: BLE001 - the boundary: ScanCode's grammar fails on some odd texts, which then name nobody
        return Copyrights(statements=tuple(statements), holders=tuple(holders))
    return Copyrights(statements=tuple(statements), holders=tuple(holders))


def _clean(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _key(file: SelectedFile) -> bytes:
    digest = file.file.sha256 or file.location
    return hashlib.sha256(f"{_SHAPE} {scancode_fingerprint()} {digest}".encode("utf-8", "surrogateescape")).digest()
