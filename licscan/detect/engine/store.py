"""Named arrays and texts in one file that is memory-mapped: opening it reads next to nothing, and processes share it."""

from __future__ import annotations

import json
import mmap
import os
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# The layout of the file itself; what is stored in it has a version of its own in the fingerprint.
_MAGIC = b"licscan-arrays-2\n"
_ALIGNMENT = 64


class DamagedError(ValueError):
    """The file is none of ours, is cut short, or was made from something else."""


class Store:
    """The arrays of one file, by name. A text table is a pair of arrays: ``<name>.bytes`` and ``<name>.ends``."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        """Map ``path``; raise ``OSError`` when it cannot be read, ``DamagedError`` when it does not hold ``fingerprint``."""
        with path.open("rb") as stream:
            head = stream.read(len(_MAGIC) + 12)
            if len(head) < len(_MAGIC) + 12 or not head.startswith(_MAGIC):
                raise DamagedError(f"{path} is no index")
            length = int.from_bytes(head[len(_MAGIC) : len(_MAGIC) + 8], "little")
            check = int.from_bytes(head[len(_MAGIC) + 8 :], "little")
            header = stream.read(length) if length < 1 << 20 else b""
            if len(header) != length or zlib.crc32(header) != check:
                raise DamagedError(f"{path} is damaged")
            contents = json.loads(header)
            if contents["fingerprint"] != fingerprint:
                raise DamagedError(f"{path} was built from something else")
            if os.fstat(stream.fileno()).st_size != contents["size"]:
                raise DamagedError(f"{path} is cut short")
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._path = path
        self._begin, self._check = contents["begin"], contents["check"]
        self._arrays: dict[str, list[object]] = contents["arrays"]

    def verify(self) -> None:
        """Read everything (a twentieth of a second); raise ``DamagedError`` where a byte is not what was written."""
        with memoryview(self._map) as content, content[self._begin :] as arrays:
            if zlib.crc32(arrays) != self._check:
                raise DamagedError(f"{self._path} is damaged")

    def array(self, name: str) -> Array:
        """Return a read-only view of the array called ``name``."""
        kind, count, offset = self._arrays[name]
        return np.frombuffer(self._map, dtype=str(kind), count=int(str(count)), offset=int(str(offset)))

    def texts(self, name: str) -> list[str]:
        """Return all texts of a table at once."""
        joined = self.array(f"{name}.bytes").tobytes().decode()
        return joined.split("\0")[:-1]

    def table(self, name: str) -> TextTable:
        """Return a table whose texts are read one by one."""
        return TextTable(self.array(f"{name}.bytes"), self.array(f"{name}.ends"))


class TextTable:
    """Texts by number."""

    def __init__(self, joined: Array, ends: Array) -> None:
        self._bytes = joined
        self._ends = ends

    def __getitem__(self, number: int) -> str:
        start = int(self._ends[number - 1]) if number else 0
        return self._bytes[start : int(self._ends[number]) - 1].tobytes().decode()


def text_arrays(name: str, texts: Sequence[str]) -> dict[str, Array]:
    """Return the two arrays that hold ``texts``, none of which may contain a NUL."""
    encoded = [text.encode() + b"\0" for text in texts]
    ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
    return {f"{name}.bytes": np.frombuffer(b"".join(encoded) or b"\0", dtype=np.uint8), f"{name}.ends": ends}


def save(path: Path, fingerprint: str, arrays: Mapping[str, Array]) -> None:
    """Write the arrays in one step: another process reads the old file, or the new one, and never half of one."""
    # Offsets depend on the header's length and stand in it: they count from a fixed room kept for it.
    room = 1 << 14
    placed: dict[str, tuple[str, int, int]] = {}
    offset = room
    for name, array in arrays.items():
        placed[name] = (array.dtype.str, array.size, offset)
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    check = 0
    for array in arrays.values():
        check = zlib.crc32(np.ascontiguousarray(array).tobytes(), check)
        check = zlib.crc32(bytes(-array.nbytes % _ALIGNMENT), check)
    contents = {"fingerprint": fingerprint, "size": offset, "begin": room, "check": check, "arrays": placed}
    header = json.dumps(contents).encode()
    if len(_MAGIC) + 12 + len(header) > room:
        raise ValueError("the table of contents is too long")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + len(header).to_bytes(8, "little") + zlib.crc32(header).to_bytes(4, "little") + header)
            for (_, _, start), array in zip(placed.values(), arrays.values(), strict=True):
                stream.seek(start)
                stream.write(np.ascontiguousarray(array).tobytes())
            stream.truncate(offset)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
