"""Office files made again byte by byte: entries with a fixed time, and licscan's mark where a later scan looks for it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

# The earliest time that the format can hold: an office file's own dates stand in its properties.
_TIME = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"


def pack(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of ``entries``; the properties are not compressed: they carry the mark."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, date_time=_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name == _PROPERTIES else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def rewritten(data: bytes) -> bytes:
    """Return the archive in ``data`` with fixed times, its properties first."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        names = sorted(old.namelist(), key=lambda name: (name != _PROPERTIES, name != "[Content_Types].xml"))
        return pack((name, old.read(name)) for name in names)
