"""The identity of an SBOM: made from its content, so that the same content gives the same bytes."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

# Stands for the serial number until the content that it is made from is written.
NO_SERIAL_NUMBER = UUID(int=0)
# The name space of licscan's SBOMs: a random UUID, fixed for good.
_NAMESPACE = UUID("5b0ea9ab-6f43-4b3c-9d36-5f5cf3c1a9f2")


def with_serial_number(text: bytes) -> bytes:
    """Return ``text`` with its placeholder, which must stand before anything that was scanned, replaced."""
    serial_number = uuid5(_NAMESPACE, hashlib.sha256(text).hexdigest())
    return text.replace(str(NO_SERIAL_NUMBER).encode(), str(serial_number).encode(), 1)
