"""JSON to results: checked against the types on the way in, refused with the place that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from licscan.core.result import Audit, Inventory
from licscan.core.text import one_line, plain_message
from licscan.document.envelope import DOCUMENT, SCHEMA_VERSION, Document, Header
from licscan.document.migrate import migrate
from licscan.errors import UsageError

T = TypeVar("T")

# Half a character written as an escape: valid JSON, which msgspec refuses and the standard library reads.
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Texts as a detector found them, which ScanCode's own format writes as they are.
_AS_FOUND = frozenset({"matched_text", "context"})
_PLACE = re.compile(r" - at `\$(.*)`$", re.DOTALL)
_VERSION = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})")
# The header of a result, which is the first thing in it; bytes.
_HEADER = re.compile(rb'\s*\{\s*"licscan"\s*:\s*\{[^{}]*"schema"\s*:[^{}]*\}\s*,')
HEADER_SIZE = 1024
_RESCAN = "Make the result again with 'licscan scan'; 'result.json' is the file that can be read back."


class _Sealed(Struct, frozen=True, kw_only=True):
    """The file with its two large parts unread: the header decides how they are to be read."""

    licscan: Header
    inventory: msgspec.Raw
    audit: msgspec.Raw


class _Plain(Struct, frozen=True, kw_only=True):
    """The same, the large parts as plain JSON values."""

    licscan: Header
    inventory: object
    audit: object


def decode(data: bytes, *, where: str = "result", is_foreign: bool = False) -> Document:
    """Read what ``encode`` wrote; ``where`` names the file in errors. In a result that ``is_foreign`` a replacement character stands for
    each half of one, but in the texts that a detector matched: no other format can write them.

    Raise ``UsageError`` for anything that is no licscan result, is broken, or was written by a newer licscan.
    """
    loads = _loads_well_formed if is_foreign else json.loads
    opened = _guard(lambda: _open(data, loads), data, where)
    version = opened.licscan.schema
    _require_readable(opened.licscan, where)
    if version != SCHEMA_VERSION:
        opened = _guard(lambda: msgspec.convert(migrate(loads(data), where=where), _Plain), data, where)
    inventory = _guard(lambda: _part(opened.inventory, Inventory), data, where, "inventory")
    audit = _guard(lambda: _part(opened.audit, Audit), data, where, "audit")
    return Document(inventory=inventory, audit=audit, schema_version=version)


def looks_like_result(head: bytes) -> bool:
    """Whether a file that begins with ``head`` (``HEADER_SIZE`` bytes) is meant as a stored result; ``decode`` finds out if it is."""
    return _HEADER.match(head[:HEADER_SIZE]) is not None


def _open(data: bytes, loads: Callable[[bytes], Any]) -> _Sealed | _Plain:
    if _SURROGATE_ESCAPE.search(data):
        return msgspec.convert(loads(data), _Plain)
    return msgspec.json.decode(data, type=_Sealed)


def _loads_well_formed(data: bytes) -> Any:
    return _well_formed(json.loads(data))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {
            _well_formed(key): item if key in _AS_FOUND and isinstance(item, str) else _well_formed(item)
            for key, item in value.items()
        }
    return [_well_formed(item) for item in value] if isinstance(value, list) else value


def _part(value: object, kind: type[T]) -> T:
    if isinstance(value, msgspec.Raw):
        return msgspec.json.decode(value, type=kind)
    return msgspec.convert(value, kind)


def _guard(read: Callable[[], T], data: bytes, where: str, part: str = "") -> T:
    """Return what ``read`` gives; turn what a broken or foreign file does to the decoders into a ``UsageError``."""
    try:
        return read()
    except RecursionError as error:
        raise UsageError("the file is nested too deeply to be a licscan result", where=where, hint=_RESCAN) from error
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        path = (part + place[1] if place else part).lstrip(".")
        what = plain_message(_PLACE.sub("", str(error)))
        if not part and not looks_like_result(data):
            what = f"this is JSON, and not a licscan result: {what}"
        raise UsageError(one_line(what), where=f"{where}: {path}" if path else where, hint=_RESCAN) from error
    except ValueError as error:  # no JSON, or no UTF-8
        raise UsageError(_why_not_json(data, error), where=where, hint=_RESCAN) from error


def _why_not_json(data: bytes, error: ValueError) -> str:
    if not data.strip():
        return "the file is empty"
    looks_like_json = data.lstrip()[:1] == b"{"
    if not looks_like_json:
        return "this is not a licscan result: it is not JSON"
    return f"the file is broken: {plain_message(str(error))}"


def _require_readable(header: Header, where: str) -> None:
    if header.document != DOCUMENT:
        raise UsageError("this is JSON, and not a licscan result", where=where, hint=_RESCAN)
    found = _VERSION.fullmatch(header.schema)
    if found is None:
        raise UsageError("this is no schema version", where=f"{where}: licscan.schema", hint=_RESCAN)
    if _order(header.schema) > _order(SCHEMA_VERSION):
        raise UsageError(
            f"the result was written by a newer licscan (schema {header.schema}; this one reads up to {SCHEMA_VERSION})",
            where=where,
            hint="Upgrade licscan, or make the result again with this version.",
        )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
