"""Results to JSON: the same result always gives the same bytes."""

from __future__ import annotations

import json
import re

import msgspec

from licscan.core.marker import MARKER
from licscan.core.result import Audit, Inventory
from licscan.document.envelope import SCHEMA_VERSION, Header, StoredResult

_SURROGATE = re.compile("[\ud800-\udfff]")
# Raw, these would act on whoever prints the file: DEL and the C1 controls (a terminal may obey them), invisible
# and bidirectional format characters, line separators. As escapes they are the same text and do nothing.
_ACTING = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")
_INDENT = 1  # line by line, so that two results can be compared; one space, since there are many lines


def encode(inventory: Inventory, audit: Audit) -> bytes:
    """Return the versioned JSON document that ``licscan.document.decode`` reads back without loss."""
    result = StoredResult(licscan=Header(marker=MARKER, schema=SCHEMA_VERSION), inventory=inventory, audit=audit)
    try:
        data = msgspec.json.format(msgspec.json.encode(result), indent=_INDENT)
    except UnicodeEncodeError:
        data = _encode_with_surrogates(result)
    return _ACTING.sub(lambda found: f"\\u{ord(found[0].decode()):04x}".encode(), data) + b"\n"


def _encode_with_surrogates(result: StoredResult) -> bytes:
    """Encode text that is no valid Unicode: a source map may hold half a character, and JSON can write it as an escape."""
    text = json.dumps(msgspec.to_builtins(result), ensure_ascii=False, indent=_INDENT)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode()
