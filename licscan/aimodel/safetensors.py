"""The header of a safetensors file: eight bytes of length, then JSON with the tensors and ``__metadata__``."""

from __future__ import annotations

import json
import math
from typing import Any, BinaryIO

from licscan.aimodel.header import BrokenHeader, HeaderReader
from licscan.aimodel.reading import WeightsHeader
from licscan.core.text import plain_message

# The format's own limit is 100 MB; models of a trillion parameters have headers of 10.
MAX_HEADER = 32_000_000
# Tensors, and texts and numbers of all of them; real models have a tenth.
_MAX_TENSORS = 300_000
_MAX_FIELDS = 1_500_000
_MAX_DIMENSIONS = 16
# What counts parameters in any other program is a number of 64 bits.
_MOST = 2**63 - 1


def read_safetensors(stream: BinaryIO) -> WeightsHeader:
    """Return metadata and the number of parameters; raise ``BrokenHeader`` for what is no safetensors file."""
    reader = HeaderReader(stream, MAX_HEADER + 8)
    length = reader.number("<Q")
    if length > MAX_HEADER:
        raise BrokenHeader(f"a header of {length:,} bytes is over the limit of {MAX_HEADER:,}")
    content = reader.take(length)
    if content.count(b"{") > _MAX_TENSORS or content.count(b":") > _MAX_FIELDS or content.count(b",") > 2 * _MAX_FIELDS:
        raise BrokenHeader(f"it describes more than {_MAX_TENSORS:,} tensors")
    try:
        header: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BrokenHeader(f"the header is no JSON: {plain_message(str(error))}") from error
    if not isinstance(header, dict):
        raise BrokenHeader("the header is no JSON object")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise BrokenHeader("__metadata__ is no JSON object")
    texts = {key: value for key, value in metadata.items() if isinstance(value, str)}
    return WeightsHeader(format="safetensors", metadata=texts, parameters=_parameters(header))


def _parameters(tensors: dict[str, Any]) -> int | None:
    total = 0
    for tensor in tensors.values():
        shape = tensor.get("shape") if isinstance(tensor, dict) else None
        if not isinstance(shape, list) or not all(isinstance(size, int) and 0 <= size <= _MOST for size in shape):
            raise BrokenHeader("a tensor has no shape")
        if len(shape) > _MAX_DIMENSIONS:
            raise BrokenHeader(f"a tensor has {len(shape):,} dimensions")
        total += math.prod(shape)
        if total > _MOST:
            raise BrokenHeader("it has more parameters than any model")
    return total or None
