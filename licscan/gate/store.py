"""What the gate remembers between runs: small, for this machine alone, and thrown away whenever it is in doubt."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from pathlib import Path
from typing import TypeVar

import msgspec

FILE_NAME = "snapshots.sqlite"
MAX_BYTES = 256 * 1024 * 1024
_PATIENCE = 2.0  # seconds to wait for another process: what is remembered is worth no more
_DAY = 86_400
_SCHEMA = "CREATE TABLE IF NOT EXISTS snapshot (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"
_Value = TypeVar("_Value")


class SnapshotStore:
    """Values by key in one SQLite file below ``folder``; ``None`` stands for a store that is not to be used.

    Nothing here raises for what is wrong with the file: it then holds nothing, and the work is done again.
    """

    def __init__(self, folder: Path | None) -> None:
        self._connection: sqlite3.Connection | None = None
        if folder is None:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(folder / FILE_NAME, timeout=_PATIENCE, isolation_level=None)
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(_SCHEMA)
        except (OSError, sqlite3.Error):
            self._forget(folder)

    def get(self, key: str, kind: type[_Value]) -> _Value | None:
        """Return what was stored; ``None`` when there is nothing, or nothing that is still of this shape."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT value FROM snapshot WHERE key = ?", (_digest(key),)).fetchone()
            return msgspec.msgpack.decode(zlib.decompress(row[0]), type=kind) if row else None
        except (sqlite3.Error, zlib.error, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def put(self, key: str, value: object) -> None:
        if self._connection is None:
            return
        try:
            packed = zlib.compress(msgspec.msgpack.encode(value), 1)
            today = int(time.time()) // _DAY
            self._connection.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", (_digest(key), today, packed))
            self._shrink()
        except (sqlite3.Error, UnicodeEncodeError):
            return

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _shrink(self) -> None:
        store = self._connection
        if store is None:
            return
        pages, size = (store.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if pages * size > MAX_BYTES:
            store.execute(
                "DELETE FROM snapshot WHERE key IN"
                " (SELECT key FROM snapshot ORDER BY used LIMIT (SELECT count(*) / 2 FROM snapshot))"
            )
            store.execute("VACUUM")

    def _forget(self, folder: Path) -> None:
        self.close()
        try:
            (folder / FILE_NAME).unlink(missing_ok=True)  # damaged: the next run begins anew
        except OSError:
            return


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
