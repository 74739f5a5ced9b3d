"""Results to JSON: the same result always gives the same bytes."""

from __future__ import annotations

import json
import re

import msgspec

from licscan.core.marker import MARKER
from licscan.core.result import Audit, Inventory
from licscan.document.envelope import SCHEMA_VERSION, Header, StoredResult

_SURROGATE = re.compile("[\ud800-\udfff]")
_INDENT = 1  # line by line, so that two results can be compared; one space, since there are many lines


def encode(inventory: Inventory, audit: Audit) -> bytes:
    """Return the versioned JSON document that ``licscan.document.decode`` reads back without loss."""
    result = StoredResult(licscan=Header(marker=MARKER, schema=SCHEMA_VERSION), inventory=inventory, audit=audit)
    try:
        return msgspec.json.format(msgspec.json.encode(result), indent=_INDENT) + b"\n"
    except UnicodeEncodeError:
        return _encode_with_surrogates(result)


def _encode_with_surrogates(result: StoredResult) -> bytes:
    """Encode text that is no valid Unicode: a source map may hold half a character, and JSON can write it as an escape."""
    text = json.dumps(msgspec.to_builtins(result), ensure_ascii=False, indent=_INDENT)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode() + b"\n"
