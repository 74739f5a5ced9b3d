"""The header of a safetensors file: eight bytes of length, then JSON with the tensors and ``__metadata__``."""

from __future__ import annotations

import json
import math
from typing import Any, BinaryIO

from licscan.aimodel.header import BrokenHeader, HeaderReader
from licscan.aimodel.reading import WeightsHeader
from licscan.core.message import message, quoted
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
        raise BrokenHeader(
            message(
                "issue.header-bytes-over",
                "a header of {count} bytes is over the limit of {most}",
                count=length,
                most=MAX_HEADER,
            )
        )
    content = reader.take(length)
    if content.count(b"{") > _MAX_TENSORS or content.count(b":") > _MAX_FIELDS or content.count(b",") > 2 * _MAX_FIELDS:
        raise BrokenHeader(
            message("issue.describes-more-than", "it describes more than {count} tensors", count=_MAX_TENSORS)
        )
    try:
        header: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BrokenHeader(
            message(
                "issue.header-no-object", "the header is not JSON: {detail}", detail=quoted(plain_message(str(error)))
            )
        ) from error
    if not isinstance(header, dict):
        raise BrokenHeader(message("issue.header-no-json", "the header is not a JSON object"))
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise BrokenHeader(message("issue.metadata-no-json", "__metadata__ is not a JSON object"))
    texts = {key: value for key, value in metadata.items() if isinstance(value, str)}
    return WeightsHeader(format="safetensors", metadata=texts, parameters=_parameters(header))


def _parameters(tensors: dict[str, Any]) -> int | None:
    total = 0
    for tensor in tensors.values():
        shape = tensor.get("shape") if isinstance(tensor, dict) else None
        if not isinstance(shape, list) or not all(isinstance(size, int) and 0 <= size <= _MOST for size in shape):
            raise BrokenHeader(message("issue.tensor-has-no", "a tensor has no shape"))
        if len(shape) > _MAX_DIMENSIONS:
            raise BrokenHeader(
                message("issue.tensor-has-dimensions", "a tensor has {count} dimensions", count=len(shape))
            )
        total += math.prod(shape)
        if total > _MOST:
            raise BrokenHeader(message("issue.has-more-parameters", "it has more parameters than any model"))
    return total or None
