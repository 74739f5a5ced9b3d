"""``spdx-json``: SPDX 2.3, and SPDX 3.0.1 as ``spdx-json@3.0.1``."""

from __future__ import annotations

from typing import Any, BinaryIO

import msgspec
from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
from spdx_tools.spdx.jsonschema.package_converter import PackageConverter
from spdx_tools.spdx.model import Document

from licscan.errors import UsageError
from licscan.report.base import ReportInput
from licscan.report.serial_number import with_serial_number
from licscan.report.spdx.document import SpdxSbom, document
from licscan.report.spdx.validation import require_valid
from licscan.report.spdx.version3 import VERSION as VERSION_3
from licscan.report.spdx.version3 import document as document_3
from licscan.util.garbage_collection import collector_paused

NAME = "spdx-json"
FILE_NAME = "sbom.spdx.json"

# The namespace stands before anything that was scanned.
_FIRST = ("spdxVersion", "dataLicense", "SPDXID", "documentNamespace", "name", "creationInfo")


def write(report: ReportInput, stream: BinaryIO) -> None:
    """Write the SBOM as SPDX JSON; raise ``UsageError`` for an unknown version, ``ScanError`` rather than write a bad file."""
    if report.version == VERSION_3:
        with collector_paused():
            stream.write(msgspec.json.format(msgspec.json.encode(document_3(report)), indent=2) + b"\n")
        return
    if report.version not in (None, "2.3"):
        raise UsageError(
            f"SPDX {report.version} is not written",
            hint=f"Leave the version out, or write spdx-json@2.3 or spdx-json@{VERSION_3}.",
        )
    with collector_paused():
        sbom = document(report)
        require_valid(sbom.document, strict=report.validate)
        content = _converted(sbom)
    ordered = {key: content[key] for key in (*_FIRST, *sorted(content.keys() - set(_FIRST)))}
    stream.write(with_serial_number(msgspec.json.format(msgspec.json.encode(ordered), indent=2)) + b"\n")


def _converted(sbom: SpdxSbom) -> dict[str, Any]:
    whole = sbom.document
    rest = Document(
        creation_info=whole.creation_info,
        relationships=whole.relationships,
        annotations=whole.annotations,
        extracted_licensing_info=whole.extracted_licensing_info,
    )
    content: dict[str, Any] = DocumentConverter().convert(rest)  # type: ignore[no-untyped-call]
    converter = PackageConverter()  # type: ignore[no-untyped-call]
    content["packages"] = [
        converter.convert(
            package, Document(creation_info=whole.creation_info, annotations=sbom.annotations[package.spdx_id])
        )
        for package in whole.packages
    ]
    return content
