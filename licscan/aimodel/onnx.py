"""The facts at the top of an ONNX file: protocol-buffer fields, read on the wire without the graph (onnx.proto, ModelProto)."""

from __future__ import annotations

from typing import BinaryIO

from licscan.aimodel.header import BrokenHeader, HeaderReader
from licscan.aimodel.reading import WeightsHeader
from licscan.core.message import message

_BUDGET = 8 * 1024 * 1024
_MAX_TEXT = 1024 * 1024
_MAX_FIELDS = 100_000
# Fields of ModelProto by number.
_TEXTS = {2: "producer_name", 3: "producer_version", 4: "domain", 6: "doc_string"}
_IR_VERSION, _METADATA, _GRAPH = 1, 14, 7


def read_onnx(stream: BinaryIO) -> WeightsHeader:
    """Return the texts and the metadata of a model; raise ``BrokenHeader`` for what is no ONNX file."""
    reader = HeaderReader(stream, _BUDGET)
    metadata: dict[str, str] = {}
    seen: set[int] = set()
    for _ in range(_MAX_FIELDS):
        if not reader.left:
            break
        number, wire = _key(reader)
        seen.add(number)
        if wire != 2:
            _pass_over(reader, wire)
            continue
        length = _varint(reader)
        if number in _TEXTS:
            metadata[_TEXTS[number]] = _text(reader, length)
        elif number == _METADATA:
            key, value = _entry(reader, length)
            metadata[key] = value
        else:
            reader.skip(length)
    if not {_IR_VERSION, _GRAPH} & seen:
        raise BrokenHeader(message("issue.has-neither-version", "it has neither a version nor a graph"))
    return WeightsHeader(format="onnx", metadata=metadata)


def _key(reader: HeaderReader) -> tuple[int, int]:
    key = _varint(reader)
    return key >> 3, key & 7


def _varint(reader: HeaderReader) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = reader.number("<B")
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
    raise BrokenHeader(message("issue.number-longer-than", "a number is longer than ten bytes"))


def _pass_over(reader: HeaderReader, wire: int) -> None:
    if wire == 0:
        _varint(reader)
    elif wire in (1, 5):
        reader.skip(8 if wire == 1 else 4)
    else:
        raise BrokenHeader(
            message("issue.field-has-unknown", "a field has the unknown wire type {count}", count=str(wire))
        )


def _text(reader: HeaderReader, length: int) -> str:
    if length > _MAX_TEXT:
        raise BrokenHeader(
            message(
                "issue.text-bytes-over",
                "a text of {count} bytes is over the limit of {most}",
                count=length,
                most=_MAX_TEXT,
            )
        )
    return reader.take(length).decode("utf-8", "backslashreplace")


def _entry(reader: HeaderReader, length: int) -> tuple[str, str]:
    """Read a StringStringEntryProto: field 1 is the key, field 2 the value."""
    end = reader.left - length
    texts = {1: "", 2: ""}
    while reader.left > end:
        number, wire = _key(reader)
        if wire != 2:
            raise BrokenHeader(message("issue.entry-metadata-no", "an entry of the metadata is not a pair of texts"))
        texts[number] = _text(reader, _varint(reader))
    return texts.get(1, ""), texts.get(2, "")
