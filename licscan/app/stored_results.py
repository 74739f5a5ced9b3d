"""Results that are kept in files."""

from __future__ import annotations

from pathlib import Path

from licscan.document import Document, decode
from licscan.errors import UsageError


def read_result(path: Path) -> Document:
    """Read a stored result; ``UsageError`` when there is none or it is something else."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}",
            where=str(path),
            hint="make a result with `licscan scan`: licscan-report/result.json",
        ) from error
    return decode(data, where=str(path), is_foreign=True)
