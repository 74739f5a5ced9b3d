"""What one side of a change was found to hold, remembered by what went into it: files, options, detector and licscan itself."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import lru_cache

from msgspec import Struct

import licscan
from licscan.core.finding import FileFinding, Match
from licscan.gate.store import SnapshotStore
from licscan.select.changes import Listing, listing_digest


class Memory(Struct, frozen=True, kw_only=True):
    """Every finding as (key, path), and what could not be read as (code, path).

    The rest tells whether a change can matter beyond its own file: ``references`` are the names, in parts, by which files
    and manifests refer to others; ``folders`` those of components; ``own`` the files that steer licscan; ``shows_statements`` whether models or phrases they want shown were
    found. ``day`` is the date (ISO 8601) for which it holds, empty for any.
    """

    findings: tuple[tuple[str, str], ...]
    issues: tuple[tuple[str, str], ...]
    day: str
    waived: int
    corrected: int
    policy: str
    references: tuple[str, ...]
    folders: tuple[str, ...]
    own: tuple[str, ...]
    shows_statements: bool
    states_outside: bool = False  # one file states the licences of others: a new file may be among them
    unresolved: tuple[str, ...] = ()  # ids of dependencies of which nothing is known
    surroundings: str = ""  # under which key the store has what source files are judged among


def memory_key(listing: Listing, asked: str, fingerprint: str) -> str:
    """Return the name of what is remembered of ``listing``, its configuration included, under the options ``asked``."""
    return f"memory 5 {listing_digest(listing)} {asked} {fingerprint} {own_state()}"


def recall(store: SnapshotStore, key: str) -> Memory | None:
    """Return what is remembered, unless it was of another day and days matter."""
    known = store.get(key, Memory)
    today = datetime.now(timezone.utc).date().isoformat()
    return known if known is not None and known.day in ("", today) else None


def every_match(finding: FileFinding) -> Iterator[Match]:
    """Yield the matches of all detections, then the clues."""
    for detection in finding.detections:
        yield from detection.matches
    yield from finding.clues


@lru_cache(maxsize=1)
def own_state() -> str:
    """Return what changes whenever licscan's own files do, rules and policies included."""
    top = os.path.dirname(licscan.__file__)
    digest = hashlib.sha256(licscan.__version__.encode())
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            digest.update(f"{folder[len(top) :]}/{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
