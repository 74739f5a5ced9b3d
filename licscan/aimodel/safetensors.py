"""The header of a safetensors file: eight bytes of length, then JSON with the tensors and ``__metadata__``."""

from __future__ import annotations

import json
import math
from typing import Any, BinaryIO

from licscan.aimodel.header import BrokenHeader, HeaderReader
from licscan.aimodel.reading import WeightsHeader
from licscan.core.text import plain_message

# The format's own limit.
MAX_HEADER = 100_000_000


def read_safetensors(stream: BinaryIO) -> WeightsHeader:
    """Return metadata and the number of parameters; raise ``BrokenHeader`` for what is no safetensors file."""
    reader = HeaderReader(stream, MAX_HEADER + 8)
    length = reader.number("<Q")
    if length > MAX_HEADER:
        raise BrokenHeader(f"a header of {length:,} bytes is over the format's limit of {MAX_HEADER:,}")
    try:
        header: Any = json.loads(reader.take(length))
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
        if not isinstance(shape, list) or not all(isinstance(size, int) and size >= 0 for size in shape):
            raise BrokenHeader("a tensor has no shape")
        total += math.prod(shape)
    return total or None
