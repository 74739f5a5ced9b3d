"""Compare what a report writes with the file that was accepted, or accept it (``--update-golden``)."""

from __future__ import annotations

import io
from pathlib import Path

from licscan.report.base import Reporter, ReportInput

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def written(reporter: Reporter, report: ReportInput) -> bytes:
    """Return what ``reporter`` writes of ``report``."""
    stream = io.BytesIO()
    reporter.write(report, stream)
    return stream.getvalue()


def assert_golden(name: str, data: bytes, *, update: bool) -> None:
    """Fail unless the golden file ``name`` holds exactly ``data``; with ``update`` make it so."""
    path = GOLDEN / name
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert path.is_file(), f"{path} is missing: run with --update-golden and read the difference"
    assert data.decode() == path.read_bytes().decode()
