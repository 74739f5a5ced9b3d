"""What licscan wrote on this machine: each output's place and digest, kept where no scanned tree can reach.

A later scan leaves out a file only when it lies where licscan wrote it and still has the bytes that licscan wrote. Nothing in a file's
content counts: anybody could write it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from licscan.util.system import OWN_STATE

FILE_NAME = "outputs.jsonl"
# Over this size the record is written anew without the files that are gone.
_MAX_BYTES = 1 << 20


def record_file() -> Path | None:
    """Return where the record is kept; ``None`` where this user has no folder of their own."""
    import platformdirs  # here, since a commit hook writes nothing

    try:
        folder = Path(platformdirs.user_state_dir("licscan", appauthor=False))
    except RuntimeError:  # an unknown user, and no HOME
        return None
    # Without a home folder the name is relative: it would lie in whatever is scanned.
    return folder / FILE_NAME if folder.is_absolute() else None


def remember(path: Path, digest: str) -> None:
    """Record that licscan wrote ``digest`` (SHA-256, in hex) at ``path``, an absolute path without links.

    Where the record cannot be kept (a home that is read-only), later scans look at the output as at any other file.
    """
    place = record_file()
    if place is None:
        return
    line = json.dumps({"path": str(path), "sha256": digest}).encode() + b"\n"
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if place.is_file() and place.stat().st_size > _MAX_BYTES:
            _shrink(place)
        # One write to the end: outputs of several runs do not mix.
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | OWN_STATE, 0o600)
        with open(descriptor, "wb", buffering=0) as stream:
            stream.write(line)
    except OSError:
        return  # as the docstring says: nothing is hidden by it


def written_below(root: Path) -> Mapping[str, str]:
    """Return what licscan wrote in ``root`` (a folder, or one file) by absolute path: the digest of what it wrote last.

    A record that lies in the scanned tree itself counts for nothing.
    """
    place = record_file()
    if place is None or not place.is_file():
        return {}
    top = os.path.realpath(root)
    if _is_in(os.path.realpath(place), top):
        return {}
    return {path: digest for path, digest in _entries(place) if _is_in(path, top)}


def _is_in(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _entries(place: Path) -> Iterator[tuple[str, str]]:
    try:
        with open(os.open(place, os.O_RDONLY | OWN_STATE), encoding="utf-8", errors="replace") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
            yield str(entry["path"]), str(entry["sha256"])
        except (ValueError, TypeError, KeyError):
            continue  # a line that was cut off records nothing


def _shrink(place: Path) -> None:
    kept = {path: digest for path, digest in _entries(place) if os.path.lexists(path)}
    lines = (json.dumps({"path": path, "sha256": digest}) + "\n" for path, digest in kept.items())
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | OWN_STATE, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.writelines(lines)
    os.replace(beside, place)
