"""Results to JSON: the same result always gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from licscan.core.result import Audit, Inventory
from licscan.document.envelope import SCHEMA_VERSION, Header, StoredResult

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
_INDENT = 1  # line by line, so that two results can be compared; one space, since there are many lines


def encode(inventory: Inventory, audit: Audit) -> bytes:
    """Return the versioned JSON document that ``licscan.document.decode`` reads back without loss."""
    return b"".join(encode_in_parts(inventory, audit))


def encode_in_parts(inventory: Inventory, audit: Audit) -> Iterator[bytes]:
    """Yield the same in parts: what a large tree has many of, one by one."""
    shell = StoredResult(
        licscan=Header(schema=SCHEMA_VERSION),
        inventory=replace(inventory, files=(), findings=()),
        audit=replace(audit, conclusions=(), violations=(), choices=()),
    )
    rest = _encoded(shell)
    # In the order in which they stand.
    lists: Mapping[str, Sequence[Struct]] = {
        "files": inventory.files,
        "findings": inventory.findings,
        "conclusions": audit.conclusions,
        "violations": audit.violations,
        "choices": audit.choices,
    }
    for name, items in lists.items():
        place = f'\n  "{name}": []'.encode()
        before, _, rest = rest.partition(place)
        yield before
        yield from _list(place[:-1], items)
    yield rest + b"\n"


def _list(opening: bytes, items: Sequence[Struct]) -> Iterator[bytes]:
    """Yield the items of a list that stands two levels deep."""
    yield opening
    # Within three lists each item has its place three levels deep: indenting a large one afterwards takes as long as writing it.
    begin, end = b"[\n [\n  [", b"\n  ]\n ]\n]"
    for number, item in enumerate(items):
        yield (b"," if number else b"") + _encoded([[[item]]])[len(begin) : -len(end)]
    yield b"\n  ]" if items else b"]"


def _encoded(value: object) -> bytes:
    try:
        data = msgspec.json.format(msgspec.json.encode(value), indent=_INDENT)
    except UnicodeEncodeError:
        data = _encode_with_surrogates(value)
    for kind in _ACTING if b"\x7f" in data or not data.isascii() else ():  # told at once of most files
        data = kind.sub(_escape, data)
    return data


def _escape(found: re.Match[bytes]) -> bytes:
    return f"\\u{ord(found[0].decode()):04x}".encode()


def _encode_with_surrogates(value: object) -> bytes:
    """Encode text that is no valid Unicode: a source map may hold half a character, and JSON can write it as an escape."""
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=_INDENT)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode()
