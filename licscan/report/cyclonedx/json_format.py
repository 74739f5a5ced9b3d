"""``cyclonedx-json``."""

from __future__ import annotations

from typing import Any, BinaryIO

import msgspec

from licscan.report.base import ReportInput
from licscan.report.cyclonedx.components import Writer
from licscan.report.cyclonedx.document import document_of
from licscan.report.cyclonedx.file_components import FileComponents, is_file
from licscan.report.cyclonedx.validation import load_json_schema, require_valid_json
from licscan.report.cyclonedx.version import Version, version_of
from licscan.report.license_form import load_symbols
from licscan.report.sbom import describe
from licscan.report.serial_number import with_serial_number
from licscan.util.garbage_collection import collector_paused

NAME = "cyclonedx-json"
FILE_NAME = "sbom.cdx.json"

# What says which document it is stands before what is long.
_FIRST = ("$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata")


def prepare() -> None:
    load_json_schema(version_of(None).schema)
    load_symbols()


def write(report: ReportInput, stream: BinaryIO) -> None:
    """Write the SBOM as JSON; raise ``UsageError`` for an unknown version, ``ScanError`` rather than write a bad file."""
    version = version_of(report.version)
    text = _text(report, version)
    require_valid_json(text.decode(), msgspec.json.decode(text), version.schema, strict=report.validate)
    stream.write(text + b"\n")


def _text(report: ReportInput, version: Version) -> bytes:
    """Return the document; what it was made of is let go before it is read again, for it can be large."""
    with collector_paused():
        content = _content(report, version)
    content["$schema"] = f"http://cyclonedx.org/schema/bom-{version.name}.schema.json"
    content["bomFormat"] = "CycloneDX"
    content["specVersion"] = version.name
    ordered = {key: content[key] for key in (*_FIRST, *sorted(content.keys() - set(_FIRST)))}
    return with_serial_number(msgspec.json.format(msgspec.json.encode(ordered), indent=2))


def _content(report: ReportInput, version: Version) -> dict[str, Any]:
    sbom = describe(report.inventory, report.audit)
    writer = Writer(version, sbom.model_refs)
    files = [part for part in sbom.parts if is_file(part)]
    others = [part for part in sbom.parts if not is_file(part)]
    # Not through the library's outputter: its checks of references are quadratic (15 s for 5,000 components), and
    # licscan.report.sbom makes references unique and dependencies resolvable already.
    text = document_of(report, sbom, writer, others).as_json(view_=version.view)  # type: ignore[attr-defined] # by py_serializable
    content: dict[str, Any] = msgspec.json.decode(text)
    components = [*content.get("components", ()), *map(FileComponents(writer).component, files)]
    if components:
        content["components"] = sorted(components, key=lambda each: (each["bom-ref"], each["name"]))
    return content
