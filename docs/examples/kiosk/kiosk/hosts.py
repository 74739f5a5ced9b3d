"""Names of hosts, as a browser and a resolver want them."""

from __future__ import annotations

import idna
import six


def for_resolver(host: str | bytes) -> bytes:
    """Return ``host`` as it is asked for."""
    return idna.encode(six.ensure_text(host))
