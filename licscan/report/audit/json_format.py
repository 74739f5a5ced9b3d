"""The audit as JSON: every field of the document, with the digest that each of the other forms shows."""

from __future__ import annotations

import json
from typing import BinaryIO

from licscan.report.audit.base import AuditInput, content


def write(report: AuditInput, stream: BinaryIO) -> None:
    body = {**content(report.document, report.words), "digest": report.digest}
    stream.write(json.dumps(body, indent=1, ensure_ascii=True).encode() + b"\n")
