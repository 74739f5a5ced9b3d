"""The audit as JSON: every field of the document, with the digest that each of the other forms shows; a line for each thing."""

from __future__ import annotations

import json
from typing import BinaryIO

from licscan.report.duediligence.base import AuditInput, content


def write(report: AuditInput, stream: BinaryIO) -> None:
    body = {**content(report.document, report.words), "digest": report.digest}
    for number, (name, value) in enumerate(body.items()):
        stream.write(b"," if number else b"{")
        stream.write(f"\n {json.dumps(name)}: ".encode())
        if value and isinstance(value, (list, tuple)):
            stream.write(b"[\n  " + b",\n  ".join(map(_encoded, value)) + b"\n ]")
        else:
            stream.write(_encoded(value))
    stream.write(b"\n}\n")


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
