"""What a pickle would import when it is loaded, told from its opcodes: nothing is unpickled.

PyTorch's files are pickles, alone or inside a ZIP archive. A pickle can name any function and call it.
"""

from __future__ import annotations

import io
import pickletools
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from licscan.aimodel.header import BrokenHeader
from licscan.core.text import plain_message
from licscan.zip_directory import directory_length

_MAX_PICKLE = 32 * 1024 * 1024
_MAX_DIRECTORY = 8 * 1024 * 1024
# Modules by which a pickle reaches the system, the interpreter or the network. Weights need none of them.
_DANGEROUS = frozenset(
    """os posix nt subprocess sys builtins __builtin__ runpy importlib socket shutil pty commands ctypes webbrowser asyncio
    requests urllib pip code codeop pdb timeit cProfile profile bdb marshal""".split()
)
# What torch and numpy themselves put into their files.
_HARMLESS = frozenset(
    f"{module} {name}"
    for module in ("builtins", "__builtin__")
    for name in "set frozenset dict list tuple int float complex bool bytes bytearray slice range str object".split()
)


def dangerous_imports(stream: BinaryIO) -> tuple[str, ...]:
    """Return what loading the file would import that weights have no use for (``os system``).

    Raises ``BrokenHeader`` for what is neither a pickle nor an archive that holds one.
    """
    found: dict[str, None] = {}
    for content in _pickles(stream):
        for name in _imports(content):
            if name.partition(" ")[0].partition(".")[0] in _DANGEROUS and name not in _HARMLESS:
                found[name] = None
    return tuple(found)


def _pickles(stream: BinaryIO) -> Iterator[bytes]:
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(b"PK\x03\x04"):
        yield from _zipped(stream)
    else:
        yield stream.read(_MAX_PICKLE)


def _zipped(stream: BinaryIO) -> Iterator[bytes]:
    _check_directory(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                if info.filename.endswith(".pkl"):
                    with archive.open(info) as member:
                        yield member.read(_MAX_PICKLE)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise BrokenHeader(f"the archive cannot be read: {plain_message(str(error))}") from error


def _check_directory(stream: BinaryIO) -> None:
    """Raise ``BrokenHeader`` when the archive's list of members is longer than any real one: it would be read whole."""
    try:
        length = directory_length(stream)
    except ValueError as error:
        raise BrokenHeader(str(error)) from error
    if length > _MAX_DIRECTORY:
        raise BrokenHeader(f"the archive's list of members takes {length:,} bytes, and the limit is {_MAX_DIRECTORY:,}")


def _imports(content: bytes) -> Iterator[str]:
    """Yield ``module name`` for each import among the opcodes; what follows a broken one is not read."""
    texts: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(content)):
            if opcode.name in ("GLOBAL", "INST"):
                yield str(argument)
            elif opcode.name == "STACK_GLOBAL" and len(texts) >= 2:
                yield f"{texts[-2]} {texts[-1]}"
            elif isinstance(argument, str):
                texts = [*texts[-1:], argument]
    except (ValueError, IndexError, struct.error, UnicodeDecodeError, OverflowError) as error:
        if not texts and not content.startswith(b"\x80"):
            raise BrokenHeader("it is no pickle") from error
