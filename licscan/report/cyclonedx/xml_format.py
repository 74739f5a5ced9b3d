"""``cyclonedx-xml``."""

from __future__ import annotations

from typing import BinaryIO
from xml.etree.ElementTree import indent, tostring

from licscan.report.base import ReportInput
from licscan.report.cyclonedx.document import document
from licscan.report.cyclonedx.validation import require_valid_xml
from licscan.report.cyclonedx.version import version_of
from licscan.report.serial_number import with_serial_number
from licscan.util.garbage_collection import collector_paused

NAME = "cyclonedx-xml"
FILE_NAME = "sbom.cdx.xml"


def write(report: ReportInput, stream: BinaryIO) -> None:
    """Write the SBOM as XML; raise ``UsageError`` for an unknown version, ``ScanError`` rather than write a bad file."""
    version = version_of(report.version)
    namespace = f"http://cyclonedx.org/schema/bom/{version.name}"
    with collector_paused():
        root = document(report, version).as_xml(  # type: ignore[attr-defined] # by py_serializable
            version.view, as_string=False, element_name="bom", xmlns=namespace
        )
        indent(root)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    text = head + with_serial_number(
        tostring(root, encoding="utf-8", default_namespace=namespace, xml_declaration=False)
    )
    require_valid_xml(text.decode(), version.schema)
    stream.write(text + b"\n")
