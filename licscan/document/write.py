"""Results to JSON: the same result always gives the same bytes, with a line for each thing, so that two results can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from licscan.core.result import Audit, Inventory
from licscan.document.envelope import SCHEMA_VERSION, Header

_SURROGATE = re.compile("[\ud800-\udfff]")
# Raw, these would act on whoever prints the file: DEL and the C1 controls (a terminal may obey them), invisible
# and bidirectional format characters, line separators. As escapes they are the same text and do nothing.
# One by one: a search for one first byte is many times as quick as for any of several.
_ACTING = tuple(
    map(
        re.compile,
        (
            rb"\x7f",
            rb"\xc2[\x80-\x9f]",
            rb"\xd8\x9c",
            rb"\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf])",
            rb"\xef\xbb\xbf",
        ),
    )
)


def encode(inventory: Inventory, audit: Audit) -> bytes:
    """Return the versioned JSON document that ``licscan.document.decode`` reads back without loss."""
    return b"".join(encode_in_parts(inventory, audit))


def encode_in_parts(inventory: Inventory, audit: Audit) -> Iterator[bytes]:
    """Yield the same in parts: what a large tree has many of, one by one."""
    yield b'{\n "licscan": ' + _encoded(Header(schema=SCHEMA_VERSION))
    for name, part in (("inventory", inventory), ("audit", audit)):
        yield f',\n "{name}": '.encode()
        yield from _fields(part)
    yield b"\n}\n"


def _fields(part: Struct) -> Iterator[bytes]:
    """Yield an object with each field on a line of its own, and each item of a list."""
    for number, (field, name) in enumerate(zip(part.__struct_fields__, part.__struct_encode_fields__, strict=True)):
        yield f'{"," if number else "{"}\n  "{name}": '.encode()
        value = getattr(part, field)
        if not value or not isinstance(value, tuple):
            yield _encoded(value)
            continue
        for place, item in enumerate(value):
            yield (b",\n   " if place else b"[\n   ") + _encoded(item)
        yield b"\n  ]"
    yield b"\n }"


def _encoded(value: object) -> bytes:
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = _encode_with_surrogates(value)
    for kind in _ACTING if b"\x7f" in data or not data.isascii() else ():  # told at once of most files
        data = kind.sub(_escape, data)
    return data


def _escape(found: re.Match[bytes]) -> bytes:
    return f"\\u{ord(found[0].decode()):04x}".encode()


def _encode_with_surrogates(value: object) -> bytes:
    """Encode text that is no valid Unicode: a source map may hold half a character, and JSON can write it as an escape."""
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode()
