"""The key-values at the start of a GGUF file (versions 2 and 3; the format's description is in the ggml project)."""

from __future__ import annotations

import math
import struct
from typing import BinaryIO

from licscan.aimodel.header import BrokenHeader, HeaderReader
from licscan.aimodel.reading import WeightsHeader
from licscan.core.message import message

MAGIC = b"GGUF"
_BUDGET = 16 * 1024 * 1024
_MAX_TEXT = 4 * 1024 * 1024
_MAX_KEY = 65_535
_MAX_PAIRS = 100_000
_MAX_TENSORS = 1_000_000
_MAX_DIMENSIONS = 8
_MAX_DEPTH = 4
# What counts parameters in any other program is a number of 64 bits.
_MOST = 2**63 - 1
# Value types by number: how struct writes the plain ones.
_PLAIN = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _ARRAY = 8, 9


def read_gguf(stream: BinaryIO) -> WeightsHeader:
    """Return the texts among the key-values and the number of parameters; raise ``BrokenHeader`` for what is no GGUF file."""
    reader = HeaderReader(stream, _BUDGET)
    if reader.take(4) != MAGIC:
        raise BrokenHeader(message("issue.does-not-start", "it does not start with GGUF"))
    version = reader.number("<I")
    if version not in (2, 3):
        raise BrokenHeader(
            message("issue.version-format-not", "version {count} of the format is not known", count=str(version))
        )
    tensors, pairs = reader.number("<Q"), reader.number("<Q")
    if pairs > _MAX_PAIRS or tensors > _MAX_TENSORS:
        raise BrokenHeader(
            message(
                "issue.key-values-tensors",
                "{count} key-values and {most} tensors are more than any real model has",
                count=pairs,
                most=tensors,
            )
        )
    metadata = {}
    for _ in range(pairs):
        key = _text(reader, _MAX_KEY)
        value = _value(reader, reader.number("<I"), 0)
        if value is not None:
            metadata[key] = value
    return WeightsHeader(
        format="gguf",
        metadata=metadata,
        parameters=_parameters(reader, tensors),
        architecture=metadata.get("general.architecture"),
        is_vocabulary=tensors == 0,
    )


def _text(reader: HeaderReader, limit: int) -> str:
    length = reader.number("<Q")
    if length > limit:
        raise BrokenHeader(
            message(
                "issue.text-bytes-over", "a text of {count} bytes is over the limit of {most}", count=length, most=limit
            )
        )
    return reader.take(length).decode("utf-8", "backslashreplace")


def _value(reader: HeaderReader, kind: int, depth: int) -> str | None:
    """Read one value; return it as text, lists of texts one per line, numbers written out, other lists not at all."""
    if kind in _PLAIN:
        form = _PLAIN[kind]
        return str(struct.unpack(form, reader.take(struct.calcsize(form)))[0])
    if kind == _TEXT:
        return _text(reader, _MAX_TEXT)
    if kind == _ARRAY:
        return _array(reader, depth)
    raise BrokenHeader(message("issue.value-has-unknown", "a value has the unknown type {count}", count=str(kind)))


def _array(reader: HeaderReader, depth: int) -> str | None:
    kind, count = reader.number("<I"), reader.number("<Q")
    if kind in _PLAIN:
        reader.skip(struct.calcsize(_PLAIN[kind]) * count)
        return None
    if depth >= _MAX_DEPTH or count > reader.left:
        raise BrokenHeader(message("issue.list-nested-too", "a list is nested too deeply or longer than the file"))
    if kind != _TEXT:
        for _ in range(count):
            _value(reader, kind, depth + 1)
        return None
    few = count <= 256  # lists of authors, licences, languages; a vocabulary is only passed over
    texts = []
    for _ in range(count):
        if few:
            texts.append(_text(reader, _MAX_TEXT))
        else:
            reader.skip(reader.number("<Q"))
    return "\n".join(texts) if few else None


def _parameters(reader: HeaderReader, tensors: int) -> int | None:
    total = 0
    for _ in range(tensors):
        _text(reader, _MAX_KEY)
        dimensions = reader.number("<I")
        if dimensions > _MAX_DIMENSIONS:
            raise BrokenHeader(
                message("issue.tensor-dimensions", "a tensor of {count} dimensions", count=str(dimensions))
            )
        total += math.prod(reader.number("<Q") for _ in range(dimensions))
        if total > _MOST:
            raise BrokenHeader(message("issue.has-more-parameters", "it has more parameters than any model"))
        reader.take(12)  # its type and its place in the file
    return total or None
