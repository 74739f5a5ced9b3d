"""licscan's own document: everything that was found and judged, to be read back by ``licscan report``."""

from __future__ import annotations

from typing import BinaryIO

from licscan.document import encode_in_parts
from licscan.report.base import ReportInput

NAME = "json"
FILE_NAME = "result.json"


def write(report: ReportInput, stream: BinaryIO) -> None:
    for part in encode_in_parts(report.inventory, report.audit):
        stream.write(part)
