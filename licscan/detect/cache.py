"""Answers that were given before: a file with equal bytes and equal path traits is not scanned twice.

The store is a convenience, never a condition: whatever is wrong with it is a warning, and the scan goes on without.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Kind, Message, Value, message, of_system, path, quoted
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult, Detector
from licscan.detect.traits import path_traits

FILE_NAME = "results.sqlite"
DEFAULT_MAX_BYTES = 512 * 1024 * 1024

# Seconds after which what was found is written, so that little is lost when the scan is interrupted.
_WRITE_INTERVAL = 2.0
# Seconds to wait for another process that writes.
_PATIENCE = 10.0
_DAY = 86_400
# So many keys are asked for in one question (SQLite takes at least 999), and so many answers are fetched ahead.
_AHEAD = 500
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS finding (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID
"""
# What is the same whenever the file is looked at; a file that took too long may not next time.
_LASTING = frozenset({IssueCode.TOO_LARGE})
# Another shape of what is stored is another key: old entries are then never found, and go as the oldest.
_SHAPE = " ".join(
    name
    for stored in (DetectionResult, FileFinding, Detection, Match, Issue, Message, Value)
    for name in stored.__struct_fields__
)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(DetectionResult).decode
_Answer = TypeVar("_Answer")


class CacheInfo(Struct, frozen=True, kw_only=True):
    """What a store holds; ``size`` is in bytes on disk."""

    file: Path
    entries: int
    size: int


class ResultCache:
    """A store of findings in one SQLite file below ``folder``, for any number of processes at once.

    No method raises for what is wrong with the store: it then holds nothing, and ``trouble`` says why. Beyond ``max_bytes``
    the entries that were not asked for the longest go.
    """

    def __init__(self, folder: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self.file = folder / FILE_NAME
        self.trouble: Issue | None = None
        self._max_bytes = max_bytes
        self._today = int(time.time()) // _DAY
        self._connection: sqlite3.Connection | None = None
        self._writable = True
        self._unwritten: dict[bytes, bytes] = {}
        self._asked: set[bytes] = set()
        self._ahead: dict[bytes, tuple[bytes, int]] = {}
        self._written = time.monotonic()
        self._open()

    def holding(self, keys: Sequence[bytes]) -> set[bytes]:
        """Return which of ``keys`` something is stored under: a few questions, however many keys."""
        held = {key for key in keys if key in self._unwritten}
        for some in _parts(keys):
            query = f"SELECT key FROM finding WHERE key IN ({_marks(some)})"  # noqa: S608 - nothing but question marks
            held.update(key for (key,) in self._try(partial(_all, query=query, values=some)) or ())
        return held

    def prefetch(self, keys: Sequence[bytes]) -> None:
        """Fetch what is stored under ``keys``, which are asked for next, in one go; what was fetched before is let go."""
        self._ahead.clear()
        for some in _parts(keys):
            query = f"SELECT key, value, used FROM finding WHERE key IN ({_marks(some)})"  # noqa: S608 - as above
            rows = self._try(partial(_all, query=query, values=some)) or ()
            self._ahead.update((key, (value, used)) for key, value, used in rows)

    def get(self, key: bytes) -> DetectionResult | None:
        """Return what was stored under ``key``, its paths empty; an entry that is damaged counts as none."""
        value = self.recall(key)
        try:
            return _decode(value) if value is not None else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def put(self, key: bytes, result: DetectionResult) -> None:
        """Store ``result``; it is on disk a little later, or after ``flush``."""
        try:
            value = _encode(result)
        except UnicodeEncodeError:
            return  # half a surrogate pair out of a JSON text: rare, and found again each time
        self.keep(key, value)

    def recall(self, key: bytes) -> bytes | None:
        """Return the bytes that were kept under ``key``; what is damaged counts as none."""
        value = self._unwritten.get(key)
        if value is None:
            row = self._row(key)
            if row is None:
                return None
            value, used = row
            if used != self._today:
                self._asked.add(key)
        try:
            return zlib.decompress(value)
        except zlib.error:
            return None

    def keep(self, key: bytes, value: bytes) -> None:
        """Store bytes of any other kind of answer, as ``put`` does; the key tells the kind."""
        if not self._writable:
            return
        self._unwritten[key] = zlib.compress(value, 1)
        if time.monotonic() - self._written > _WRITE_INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Write what is not yet on disk."""
        rows = [(key, self._today, value) for key, value in self._unwritten.items()]
        asked = [(self._today, key) for key in self._asked]
        if rows or asked:
            self._try(lambda store: _write(store, rows, asked))
        self._unwritten.clear()
        self._asked.clear()
        self._written = time.monotonic()

    def close(self) -> None:
        """Write what is left, keep the size within bounds, and let go of the file."""
        self.flush()
        if self._writable:
            self._try(lambda store: _shrink(store, self._max_bytes))
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def info(self) -> CacheInfo:
        entries = self._try(lambda store: store.execute("SELECT count(*) FROM finding").fetchone()[0])
        size = self.file.stat().st_size if self.file.exists() else 0
        return CacheInfo(file=self.file, entries=entries or 0, size=size)

    def clear(self) -> None:
        """Forget everything."""
        self._unwritten.clear()
        self._ahead.clear()
        self._try(_empty)

    def _row(self, key: bytes) -> tuple[bytes, int] | None:
        if key in self._ahead:
            return self._ahead[key]
        query = "SELECT value, used FROM finding WHERE key = ?"
        return self._try(lambda store: store.execute(query, (key,)).fetchone())

    def _try(self, ask: Callable[[sqlite3.Connection], _Answer]) -> _Answer | None:
        """Ask the store; on trouble tell it once and return ``None``."""
        if self._connection is None:
            return None
        try:
            return ask(self._connection)
        except sqlite3.OperationalError as error:  # read-only, no room, or another process holds it
            self._writable = False
            self._unwritten.clear()
            self._asked.clear()
            if "locked" in str(error):  # each further question would wait as long again
                self._connection.close()
                self._connection = None
            self._warn(
                message(
                    "issue.cache-unwritable",
                    "the result cache {paths} cannot be written: {detail}",
                    paths=path(str(self.file)),
                    detail=quoted(str(error)),
                ),
                message(
                    "hint.cache-unwritable",
                    "what is found now is looked for again next time; free the disk or choose another --cache-dir",
                ),
            )
        except sqlite3.DatabaseError as error:
            self._replace(error)
        return None

    def _open(self) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(self.file)
        except OSError as error:
            self._warn(_unusable(self.file, of_system(error)), _OTHER_FOLDER)
            return
        except sqlite3.OperationalError as error:
            self._warn(_unusable(self.file, quoted(str(error))), _OTHER_FOLDER)
            return
        self._try(_prepare)

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        """A damaged store is thrown away and begun anew, once."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._warn(
            message(
                "issue.cache-damaged",
                "the result cache {paths} is damaged and was begun anew: {detail}",
                paths=path(str(self.file)),
                detail=quoted(str(error)),
            ),
            None,
        )
        try:
            self.file.unlink(missing_ok=True)
            self._connection = _connect(self.file)
            _prepare(self._connection)
        except (OSError, sqlite3.Error):
            self._connection = None

    def _warn(self, problem: Message, hint: Message | None) -> None:
        if self.trouble is None:
            # The cache is no part of the tree: what is wrong with it is reported without a location.
            self.trouble = Issue(code=IssueCode.CACHE, message=problem, hint=hint, level=IssueLevel.WARNING)


_OTHER_FOLDER = message("hint.cache-dir", "choose another folder with --cache-dir")


def _unusable(file: Path, detail: tuple[Kind, str]) -> Message:
    return message(
        "issue.cache-unusable",
        "the result cache {paths} cannot be used: {detail}",
        paths=path(str(file)),
        detail=detail,
    )


class CachedDetector:
    """Asks ``detector`` only for what ``cache`` does not hold, and only once for equal files of one run."""

    def __init__(self, detector: Detector, cache: ResultCache | None) -> None:
        self._detector = detector
        self._cache = cache

    @property
    def fingerprint(self) -> str:
        return self._detector.fingerprint

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        """Yield one result per file, in order. Trouble with the cache is a warning of the last one."""
        held: DetectionResult | None = None
        results = _Run(self._detector, self._cache, files).results()
        try:
            for result in results:
                if held is not None:
                    yield held
                held = result
        finally:
            results.close()
            if self._cache is not None:
                self._cache.flush()
        if held is not None:
            trouble = self._cache.trouble if self._cache is not None else None
            yield replace(held, issues=(*held.issues, trouble)) if trouble else held


class _Run:
    """One run over ``files``: which are known, which are to be found, and which are equal to another."""

    def __init__(self, detector: Detector, cache: ResultCache | None, files: Sequence[SelectedFile]) -> None:
        self._detector = detector
        self._cache = cache
        self._files = files
        self._keys = [_key(file, detector.fingerprint) for file in files]
        # Findings that a later file of this run needs, and how many still do.
        self._repeats = Counter(key for key in self._keys if key)
        self._kept: dict[bytes, DetectionResult] = {}
        # Trees repeat their headers: equal texts of a run are kept once.
        self._texts: dict[str, str] = {}

    def results(self) -> Generator[DetectionResult, None, None]:
        missing = self._missing()
        found = iter(self._detector.detect([self._files[number] for number in missing]))
        awaited = set(missing)
        try:
            for number, (file, key) in enumerate(zip(self._files, self._keys, strict=True)):
                if number % _AHEAD == 0:
                    self._prefetch(number, awaited)
                known = None if number in awaited else self._recall(key)
                if known is not None:
                    yield self._result(file, known)
                elif number in awaited:
                    yield self._learn(file, key, next(found))
                else:  # gone from the cache meanwhile, damaged, or its equal came to nothing
                    yield self._learn(file, key, next(iter(self._detector.detect([file]))))
        finally:
            if isinstance(found, Generator):  # it may hold processes: do not leave them to the garbage collector
                found.close()

    def _missing(self) -> list[int]:
        seen: set[bytes] = set()
        if self._cache is not None:
            seen = self._cache.holding([key for key in dict.fromkeys(self._keys) if key is not None])
        missing = []
        for number, key in enumerate(self._keys):
            if key is None:
                missing.append(number)
            elif key not in seen:
                seen.add(key)
                missing.append(number)
        return missing

    def _prefetch(self, start: int, awaited: Collection[int]) -> None:
        if self._cache is None:
            return
        end = min(start + _AHEAD, len(self._keys))
        wanted = (self._keys[number] for number in range(start, end) if number not in awaited)
        self._cache.prefetch([key for key in wanted if key is not None and key not in self._kept])

    def _learn(self, file: SelectedFile, key: bytes | None, result: DetectionResult) -> DetectionResult:
        if key is None or not all(issue.code in _LASTING for issue in result.issues):
            return result
        known = _placed(result, "", self._texts)
        self._keep(key, known)
        if self._cache is not None:
            self._cache.put(key, known)
        return self._result(file, known)

    def _result(self, file: SelectedFile, known: DetectionResult) -> DetectionResult:
        return _placed(known, file.file.path, self._texts)

    def _recall(self, key: bytes | None) -> DetectionResult | None:
        if key is None:
            return None
        known = self._kept.get(key)
        if known is None and self._cache is not None:
            known = self._cache.get(key)
        if known is not None:
            self._keep(key, known)
        return known

    def _keep(self, key: bytes, known: DetectionResult) -> None:
        self._repeats[key] -= 1
        if self._repeats[key] > 0:
            self._kept[key] = known
        else:
            self._kept.pop(key, None)


def _key(file: SelectedFile, fingerprint: str) -> bytes | None:
    """Return the key of all that the answer depends on, ``None`` for a file whose content has no digest."""
    if not file.file.sha256:
        return None
    parts = (_SHAPE, fingerprint, path_traits(file.location), file.file.sha256)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).digest()


def _placed(result: DetectionResult, path: str, texts: dict[str, str]) -> DetectionResult:
    """Return ``result`` as that of the file at ``path``, its texts taken from ``texts`` where they are known."""
    finding = _placed_finding(result.finding, path, texts) if result.finding else None
    issues = tuple(replace(issue, location=Location(path=path)) for issue in result.issues)
    return DetectionResult(path=path, finding=finding, issues=issues)


def _placed_finding(finding: FileFinding, path: str, texts: dict[str, str]) -> FileFinding:
    if not finding.detections and not finding.clues:
        return replace(finding, path=path)

    def moved(matches: tuple[Match, ...]) -> tuple[Match, ...]:
        return tuple(_shared(match, path, texts) for match in matches)

    return replace(
        finding,
        path=path,
        detections=tuple(replace(detection, matches=moved(detection.matches)) for detection in finding.detections),
        clues=moved(finding.clues),
    )


def _shared(match: Match, path: str, texts: dict[str, str]) -> Match:
    def same(text: str) -> str:
        return texts.setdefault(text, text)

    return replace(
        match,
        path=path,
        expression=same(match.expression),
        expression_spdx=same(match.expression_spdx),
        rule_id=same(match.rule_id),
        rule_url=same(match.rule_url) if match.rule_url else None,
        matcher=same(match.matcher),
        matched_text=same(match.matched_text),
        context=same(match.context),
        kind=same(match.kind),
    )


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)


def _prepare(store: sqlite3.Connection) -> None:
    # Freed pages go back to the system; it must stand before the first table.
    store.execute("PRAGMA auto_vacuum = INCREMENTAL")
    # What a power cut takes is found again: it is not worth waiting for the disk.
    store.execute("PRAGMA synchronous = OFF")
    store.execute("SELECT 1 FROM sqlite_master").fetchone()
    if not store.execute("SELECT 1 FROM sqlite_master WHERE name = 'finding'").fetchone():
        store.execute(_SCHEMA)


def _write(
    store: sqlite3.Connection, rows: Sequence[tuple[bytes, int, bytes]], asked: Sequence[tuple[int, bytes]]
) -> None:
    store.execute("BEGIN IMMEDIATE")
    try:
        store.executemany("INSERT OR REPLACE INTO finding VALUES (?, ?, ?)", rows)
        store.executemany("UPDATE finding SET used = ? WHERE key = ?", asked)
        store.execute("COMMIT")
    except sqlite3.Error:
        if store.in_transaction:
            store.execute("ROLLBACK")
        raise


def _parts(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (keys[start : start + _AHEAD] for start in range(0, len(keys), _AHEAD))


def _marks(values: Sequence[bytes]) -> str:
    return ",".join("?" * len(values))


def _all(store: sqlite3.Connection, *, query: str, values: Sequence[bytes]) -> list[tuple[Any, ...]]:
    return store.execute(query, values).fetchall()


def _shrink(store: sqlite3.Connection, max_bytes: int) -> None:
    """Drop the entries that were not asked for the longest until four fifths of ``max_bytes`` are left."""
    if _size(store) <= max_bytes:
        return
    entries = store.execute("SELECT count(*) FROM finding").fetchone()[0]
    excess = 1 - 0.8 * max_bytes / _size(store)
    store.execute(
        "DELETE FROM finding WHERE key IN (SELECT key FROM finding ORDER BY used, key LIMIT ?)",
        (int(entries * excess) + 1,),
    )
    store.executescript("PRAGMA incremental_vacuum")  # execute would take one step, and free one page


def _size(store: sqlite3.Connection) -> int:
    pages: int = store.execute("PRAGMA page_count").fetchone()[0]
    free: int = store.execute("PRAGMA freelist_count").fetchone()[0]
    page_size: int = store.execute("PRAGMA page_size").fetchone()[0]
    return (pages - free) * page_size


def _empty(store: sqlite3.Connection) -> None:
    store.execute("DELETE FROM finding")
    store.executescript("PRAGMA incremental_vacuum")  # execute would take one step, and free one page
