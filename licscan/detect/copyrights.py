"""The door to ScanCode's copyright detection: what comes through is typed, and remembered.

A text goes through a part-of-speech tagger and a grammar, which costs more than looking for licences: few files are asked, and
equal bytes only once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import msgspec

from licscan.core.copyright import Copyrights
from licscan.core.selection import SelectedFile
from licscan.detect.cache import ResultCache
from licscan.detect.scancode import scancode_fingerprint

# Notices stand at the start of files, and licence files are small: what lies behind this many bytes is not read.
MAX_BYTES = 256 * 1024
# A longer line is data, or code that was written by a program: its notice, where it has one, stands in so many characters at its start.
MAX_LINE = 2_000
BANNER = 500
# Seconds after which the statements found so far are all that is told of a file.
TIMEOUT = 10.0
# A worker takes a second to start; below this many files it would not pay.
_WORTH_WORKERS = 100
_CHUNK = 16
_MARKS = (
    "opyr",
    "opyl",
    "copr",
    "(c)",
    "( c)",
    "\N{COPYRIGHT SIGN}",
    "|copy|",
    "&copy",
    "&#169",
    "xa9",
    "00a9",
    "\\a9",
    "<a9>",
    "right",
    "reserv",
)
_SHAPE = f"copyrights 3 {MAX_BYTES} {MAX_LINE} {BANNER}"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Copyrights).decode


class ScanCodeCopyrights:
    """Satisfies ``CopyrightReader``. ``jobs`` is the most processes that are used at once."""

    def __init__(self, cache: ResultCache | None = None, *, jobs: int = 1) -> None:
        self._cache = cache
        self._jobs = jobs

    def read(self, files: Sequence[SelectedFile]) -> list[Copyrights]:
        """Return what each file says, in order. What stands in the cache is not looked for again."""
        keys = [_key(file) for file in files]
        known = {key: found for key in dict.fromkeys(keys) if (found := self._recall(key)) is not None}
        wanted = {key: file.location for key, file in zip(keys, files, strict=True) if key not in known}
        for key, found in zip(wanted, self._look(list(wanted.values())), strict=True):
            known[key] = found
            if self._cache is not None:
                self._cache.keep(key, _encode(found))
        return [known[key] for key in keys]

    def _recall(self, key: bytes) -> Copyrights | None:
        stored = self._cache.recall(key) if self._cache is not None else None
        try:
            return _decode(stored) if stored is not None else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _look(self, locations: Sequence[str]) -> Iterator[Copyrights]:
        if self._jobs < 2 or len(locations) < _WORTH_WORKERS:
            yield from map(copyrights_of, locations)
            return
        told = 0
        try:
            # Started anew and not forked: the parent may hold an index of licences, and threads.
            with ProcessPoolExecutor(self._jobs, mp_context=get_context("spawn")) as workers:
                for found in workers.map(copyrights_of, locations, chunksize=_CHUNK):
                    yield found
                    told += 1
        except BrokenProcessPool:  # a worker was killed, or none can be started from here: slower, and the same
            yield from map(copyrights_of, locations[told:])


def copyrights_of(location: str) -> Copyrights:
    """Return what the file at ``location`` says; nothing where it cannot be read or its text cannot be told."""
    try:
        with open(location, "rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return Copyrights()  # the file is an issue of the scan already: whatever looks for licences tells it
    return copyrights_in(text)


def copyrights_in(text: str) -> Copyrights:
    """Return the statements and holders that ``text`` names."""
    if "\0" in text:
        return Copyrights()
    lines = [
        (number, line if len(line) <= MAX_LINE else line[:BANNER]) for number, line in enumerate(text.splitlines(), 1)
    ]
    # ScanCode writes letters of other scripts in ASCII: what these come to is seen only then.
    if all(line.isascii() for _, line in lines) and not any(_hints(line) for _, line in lines):
        return Copyrights()
    from licscan.detect.copyright_grammar import detections  # ScanCode's grammar takes a second to load

    statements: dict[str, None] = {}
    holders: dict[str, None] = {}
    try:
        for found in detections(lines, _hints, TIMEOUT):
            if statement := getattr(found, "copyright", None):
                statements[_clean(statement)] = None
            elif holder := getattr(found, "holder", None):
                holders[_clean(holder)] = None
    except Exception:  # noqa: BLE001 - the boundary: ScanCode's grammar fails on some odd texts, which then name nobody
        return Copyrights(statements=tuple(statements), holders=tuple(holders))
    return Copyrights(statements=tuple(statements), holders=tuple(holders))


def _hints(line: str) -> bool:
    """Whether ``line`` can belong to a statement: it holds one of the marks without which ScanCode's grammar finds none."""
    lowered = line.lower()
    return any(mark in lowered for mark in _MARKS)


def _clean(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _key(file: SelectedFile) -> bytes:
    digest = file.file.sha256 or file.location
    return hashlib.sha256(f"{_SHAPE} {scancode_fingerprint()} {digest}".encode("utf-8", "surrogateescape")).digest()
