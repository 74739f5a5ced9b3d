"""The serial number: made from the content, so that the same content gives the same bytes."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

from licscan.report.cyclonedx.document import NO_SERIAL_NUMBER

# The name space of licscan's SBOMs: a random UUID, fixed for good.
_NAMESPACE = UUID("5b0ea9ab-6f43-4b3c-9d36-5f5cf3c1a9f2")


def with_serial_number(text: bytes) -> bytes:
    """Return ``text`` with its placeholder, which stands before anything that was scanned, replaced."""
    digest = hashlib.sha256(text).hexdigest()
    return text.replace(NO_SERIAL_NUMBER.urn.encode(), uuid5(_NAMESPACE, digest).urn.encode(), 1)
