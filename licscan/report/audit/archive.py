"""Office files made again byte by byte: entries with a fixed time, and licscan's mark where a later scan looks for it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

# The earliest time that the format can hold: an office file's own dates stand in its properties.
_TIME = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"


def rewritten(data: bytes, change: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """Return the archive in ``data`` with fixed times, its properties first and uncompressed: they carry the mark."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        names = sorted(old.namelist(), key=lambda name: (name != _PROPERTIES, name != "[Content_Types].xml"))
        for name in names:
            content = old.read(name)
            entry = zipfile.ZipInfo(name, date_time=_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name == _PROPERTIES else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, change(name, content) if change else content)
    return target.getvalue()
