"""How long a zip says that its list of members is: whoever opens it reads the list whole."""

from __future__ import annotations

import os
import re
import struct
from typing import BinaryIO

_TAIL = 65_536 + 22
_END = b"PK\x05\x06"
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_WIDE_END = re.compile(rb"PK\x06\x06.{36}(.{8})", re.DOTALL)
_ELSEWHERE = 0xFFFFFFFF


def directory_length(stream: BinaryIO) -> int:
    """Return the length of the list in bytes; ``ValueError`` where there is none. The stream stands at its start afterwards."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    stream.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 16:
        raise ValueError("the archive has no end")
    lengths = [struct.unpack("<I", tail[end + 12 : end + 16])[0]]
    if tail[max(0, end - _LOCATOR_SIZE) : end].startswith(_LOCATOR):
        # A large archive has a second record, which readers prefer.
        lengths += [struct.unpack("<Q", found[1])[0] for found in _WIDE_END.finditer(tail, 0, end)]
    return max(0 if length == _ELSEWHERE else length for length in lengths)
