"""Hostile XML into elements, with the line where it breaks."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from licscan.component.formats import BrokenManifest
from licscan.core.message import message, quoted
from licscan.core.text import plain_message


def load_xml(data: bytes) -> Element:
    """Parse XML; entities and external references are refused."""
    try:
        root: Element = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except ParseError as error:
        raise BrokenManifest(
            message("issue.not-valid-xml", "not valid XML: {detail}", detail=quoted(plain_message(str(error.msg)))),
            error.position[0],
        ) from error
    except (DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise BrokenManifest(
            message("issue.not-valid-xml", "not valid XML: {detail}", detail=quoted(type(error).__name__))
        ) from error
    return root


def local_name(element: Element) -> str:
    """Return the tag without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
