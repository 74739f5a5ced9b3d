"""The header of an array as NumPy stores it: whether it holds objects, and how many bytes of numbers follow it."""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

from msgspec import Struct

NPY = b"\x93NUMPY"
_MAX_HEADER = 1 << 16
_LONG = re.compile(r"(?<=[\d])L(?=\s*[,)])")
_KIND = re.compile(r"[<>|=]?(?P<kind>[?bBhHiIlLqQefdgFDGSUVaOmMuc])(?P<size>\d*)(?:\[[^\]]*\])?")
# Bytes of what stands without a length, and of one character of a text.
_SIZES = {
    "?": 1,
    "b": 1,
    "B": 1,
    "h": 2,
    "H": 2,
    "i": 4,
    "I": 4,
    "e": 2,
    "f": 4,
    "d": 8,
    "q": 8,
    "Q": 8,
    "m": 8,
    "M": 8,
}
_WIDE_CHARACTER = 4


class Array(Struct, frozen=True):
    """One array. ``size`` is in bytes, of what follows the header; ``None`` where it cannot be determined."""

    holds_objects: bool
    size: int | None = None


def read_array(stream: BinaryIO) -> Array:
    """Read the header that stands at the stream's place, and leave the stream behind it. Raises ``ValueError`` for one that is too long."""
    head = stream.read(10)
    length = int.from_bytes(head[8:10], "little")
    if head[6:7] > b"\x01":
        length |= int.from_bytes(stream.read(2), "little") << 16
    if length > _MAX_HEADER:
        raise ValueError("what kind of array it is: its header is too long")
    header = stream.read(length)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Python 2 wrote its long numbers with an L, which NumPy leaves out too.
            fields = ast.literal_eval(_LONG.sub(r"", header.decode("latin-1").strip()))
        kinds = list(_kinds(fields["descr"]))
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError, MemoryError, RecursionError):
        return Array(holds_objects=True)  # NumPy evaluates the literal: what cannot be evaluated here may hold some
    if any("O" in kind or "object" in kind for kind in kinds):
        return Array(holds_objects=True)
    return Array(holds_objects=False, size=_size(fields))


def _kinds(description: Any) -> Iterator[str]:
    """The types that a description of an array names: of its fields, and of what those are made of."""
    if isinstance(description, str):
        yield description
    elif isinstance(description, tuple):
        yield from _kinds(description[0])
    elif isinstance(description, list):
        for field in description:
            yield from _kinds(field[1])
    else:
        raise TypeError(f"no description of a type: {type(description).__name__}")


def _size(fields: Any) -> int | None:
    try:
        return _count(fields["shape"]) * _item(fields["descr"])
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


def _item(description: Any) -> int:
    """Return the bytes of one item."""
    if isinstance(description, tuple):
        return _item(description[0]) * _count(description[1])
    if isinstance(description, list):
        return sum(_item(field[1]) * _count(field[2] if len(field) > 2 else ()) for field in description)
    found = _KIND.fullmatch(description)
    if found is None:
        raise ValueError("an unknown type")
    kind, size = found["kind"], found["size"]
    if kind in "mM" or not size:
        return _SIZES[kind]
    return int(size) * (_WIDE_CHARACTER if kind == "U" else 1)


def _count(shape: Any) -> int:
    counts = shape if isinstance(shape, tuple) else (shape,)
    if any(not isinstance(count, int) or count < 0 for count in counts):
        raise ValueError("no shape")
    return math.prod(counts)
