"""What a pickle would import when it is loaded, in each of the files that hold pickles: nothing is unpickled.

PyTorch's files are pickles, alone, several in a row, or inside a ZIP or TAR archive; joblib's are compressed; NumPy's hold one for arrays of objects. A pickle can
name any function and call it, so only the names that weights need are allowed. Everything else is reported by name.
"""

from __future__ import annotations

import bz2
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, cast

from msgspec import Struct

from licscan.aimodel.header import BrokenHeader
from licscan.aimodel.numpy_array import NPY, read_array
from licscan.aimodel.opcodes import Imports, Limits, MalformedPickle, read_pickles
from licscan.aimodel.pickle_names import Expected, expected_pickle
from licscan.core.message import message
from licscan.core.text import plain_message, visible
from licscan.util.pickle_start import begins_as_pickle
from licscan.util.zip_directory import directory_length

_MAX_UNPACKED = 32 << 20
_MAX_MEMBERS = 10_000
_MAX_DIRECTORY = 8 << 20
_MAX_SHOWN = 120

_MAX_ARCHIVES = 3
_MEMBER_HEAD = 1024
_CHUNK = 1 << 16

_CONTAINERS = "set frozenset dict list tuple int float complex bool bytes bytearray slice range str object"
_STORAGES = "Float Double Half BFloat16 Long Int Short Char Byte Bool ComplexFloat ComplexDouble QUInt8 QInt8 QInt32 QUInt4x2 QUInt2x4"
_DTYPES = """float32 float64 float16 bfloat16 float double half int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool complex32
    complex64 complex128 quint8 qint8 qint32 quint4x2 quint2x4 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu
    float4_e2m1fn_x2 per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric per_channel_affine_float_qparams
    Size Tensor device strided sparse_coo contiguous_format preserve_format channels_last"""
_REBUILDERS = """_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor
    _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_device_tensor_from_numpy
    _rebuild_device_tensor_from_cpu_tensor _rebuild_xla_tensor"""


def _names(module: str, names: str) -> Iterator[str]:
    return (f"{module} {name}" for name in names.split())


# What PyTorch's own loader allows when it loads weights only, and what NumPy writes for an array or a number of its own.
ALLOWED = frozenset(
    (
        *_names("builtins", _CONTAINERS),
        *_names("__builtin__", _CONTAINERS),
        *_names("collections", "OrderedDict Counter"),
        *_names("_codecs", "encode"),
        *_names("torch", _DTYPES),
        *(f"{module} {kind}{part}" for module in ("torch", "torch.cuda") for kind in _STORAGES.split() for part in ("Storage", "Tensor")),
        *_names("torch.storage", "UntypedStorage TypedStorage _UntypedStorage _TypedStorage"),
        *_names("torch._utils", _REBUILDERS),
        *_names("torch._tensor", "_rebuild_from_type_v2"),
        *_names("torch.nn.parameter", "Parameter Buffer"),
        *_names("torch.serialization", "_get_layout"),
        *(f"{module} {name}" for module in ("numpy.core.multiarray", "numpy._core.multiarray") for name in ("_reconstruct", "scalar")),
        *(f"{module} _frombuffer" for module in ("numpy.core.numeric", "numpy._core.numeric")),
        *_names("numpy", "ndarray dtype"),
    )
)  # fmt: skip

# The members of the oldest PyTorch's archives; behind the pickles of the last two stand raw numbers.
_TAR_PICKLES = {
    "sys_info": Expected.CERTAIN,
    "pickle": Expected.CERTAIN,
    "storages": Expected.LIKELY,
    "tensors": Expected.LIKELY,
}
_NOT_UNPACKED = ((b"\x04\x22\x4d\x18", "LZ4"), (b"\x28\xb5\x2f\xfd", "Zstandard"))
# The first pickle of the five that PyTorch wrote before its ZIP archives: raw numbers follow the last.
_TORCH_MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_DECOMPRESSORS: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", partial(zlib.decompressobj, 47)),
    (b"x\x01", partial(zlib.decompressobj, 47)),
    (b"x\x5e", partial(zlib.decompressobj, 47)),
    (b"x\x9c", partial(zlib.decompressobj, 47)),
    (b"x\xda", partial(zlib.decompressobj, 47)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\0", partial(lzma.LZMADecompressor, memlimit=128 << 20)),
    (b"\x5d\0\0", partial(lzma.LZMADecompressor, format=lzma.FORMAT_ALONE, memlimit=128 << 20)),
)


class PickleReport(Struct, frozen=True, kw_only=True):
    """What loading a file would import beyond what weights need (``os system``), and what cannot be told, in words.

    Both are in the order of the file, and are text that can be shown.
    """

    imports: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


def check_pickle(stream: BinaryIO, expected: Expected = Expected.LIKELY) -> PickleReport:
    """Return what loading the file would import that weights have no use for.

    Raises ``BrokenHeader`` for what is neither a pickle nor anything that holds one.
    """
    found = Imports()
    _read(stream, found, Limits(), expected)
    unexpected = [name for name in found.names if name not in ALLOWED]
    if unexpected:  # what lies inside runs only where something other than weights loads it
        unexpected += [name for name in found.nested if name not in ALLOWED and name not in found.names]
        found.unresolved.update(found.nested_unresolved)
    return PickleReport(
        imports=tuple(map(_shown, unexpected)), unresolved=tuple(visible(text)[:200] for text in found.unresolved)
    )


def _shown(name: str) -> str:
    text = visible(name)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _read(stream: BinaryIO, found: Imports, limits: Limits, expected: Expected, depth: int = 0) -> None:
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(NPY):
        _read_arrays(stream, found, limits)
    elif _read_container(stream, start, found, limits, expected, depth):
        # A pickle may begin as an archive does, and a loader of pickles takes it as one.
        stream.seek(0)
        with suppress(BrokenHeader):
            _read_plain(stream, found, limits, Expected.POSSIBLE)
    else:
        _read_plain(stream, found, limits, expected)


def _read_container(
    stream: BinaryIO, start: bytes, found: Imports, limits: Limits, expected: Expected, depth: int
) -> bool:
    """Read what is packed in the file; return whether it is an archive or compressed."""
    make = next((make for magic, make in _DECOMPRESSORS if start.startswith(magic)), None)
    packed_by = next((name for magic, name in _NOT_UNPACKED if start.startswith(magic)), None)
    is_zip = start.startswith(b"PK\x03\x04")
    if not (make or packed_by or is_zip or _is_tar(stream)):
        return False
    if depth == _MAX_ARCHIVES:
        found.unresolved["archives in archives, deeper than is looked at"] = None
    elif is_zip:
        _read_zip(stream, found, limits, depth)
    elif packed_by:
        if expected > Expected.POSSIBLE:
            found.unresolved[f"it is compressed with {packed_by}, which is not looked into"] = None
    elif make:
        unpacked = Imports()
        content = _unpacked(stream, make, unpacked)
        try:
            _read(BytesIO(content), unpacked, limits, expected, depth + 1)
        except BrokenHeader:
            if expected is Expected.POSSIBLE:
                return True
        found.add(unpacked)
    else:
        _read_tar(stream, found, limits, depth)
    return True


def _read_plain(stream: BinaryIO, found: Imports, limits: Limits, expected: Expected) -> None:
    """Follow the pickles that the stream holds from where it is.

    What an unpickler stops at is an end for it too, and no pickle where nothing is expected to be one. Limits are no end, and always reported.
    """
    place = stream.tell()
    start = stream.read(len(_TORCH_MAGIC))
    if not start:
        return
    stream.seek(place)
    inner = Imports()
    try:
        read_pickles(stream, inner, limits)
    except MalformedPickle as error:
        if not (inner.calls or _is_expected(start, inner, expected)):
            raise BrokenHeader(
                message("issue.no-pickle", "it is not a pickle: {detail}", detail=error.problem)
            ) from error
        inner.unresolved[f"what follows byte {stream.tell():,}: {error}"] = None
    else:
        if inner.rest is not None and expected is Expected.CERTAIN and start != _TORCH_MAGIC:
            inner.unresolved[f"what follows the pickle at byte {inner.rest:,}"] = None
    found.add(inner)


def _is_expected(start: bytes, inner: Imports, expected: Expected) -> bool:
    """Whether opcodes that break off are those of a pickle, though they call nothing."""
    begins_like_one = len(start) > 1 and start[0] == 0x80 and start[1] <= 5
    imports = any(_is_name(name) for name in inner.names)
    if expected is Expected.POSSIBLE:
        return begins_like_one and imports
    return expected is Expected.CERTAIN or begins_like_one or imports


def _is_name(name: str) -> bool:
    return all(part.replace(".", "").replace("-", "_").isidentifier() for part in name.split(" ", 1))


# --- archives


def _read_zip(stream: BinaryIO, found: Imports, limits: Limits, depth: int) -> None:
    try:
        _check_directory(stream)
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            for info in members[:_MAX_MEMBERS]:
                _read_member(archive, info, found, limits, depth)
            if len(members) > _MAX_MEMBERS:
                found.unresolved[f"more than {_MAX_MEMBERS:,} members of the archive"] = None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, IndexError, struct.error, zlib.error, lzma.LZMAError) as error:  # fmt: skip
        found.unresolved[f"what is in the archive, which cannot be read: {plain_message(str(error))}"] = None


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Imports, limits: Limits, depth: int) -> None:
    if info.is_dir():
        return
    expected = expected_pickle(info.filename)
    with archive.open(info) as member:
        start = member.read(_MEMBER_HEAD)
        if expected is None and not (start.startswith(NPY) or begins_as_pickle(start)):
            return
        content = start + member.read(_MAX_UNPACKED)
    is_cut = len(content) > _MAX_UNPACKED
    _read_part(BytesIO(content), found, limits, expected, depth, is_cut=is_cut)


def _read_part(
    stream: BinaryIO, found: Imports, limits: Limits, expected: Expected | None, depth: int, *, is_cut: bool = False
) -> None:
    """Read one member. Of one that only begins like a pickle, as the numbers of a tensor may, plausible names count alone."""
    inner = Imports()
    is_named = expected is not None and expected > Expected.POSSIBLE
    if is_cut:
        inner.unresolved[f"what follows {_MAX_UNPACKED:,} bytes of a member of the archive"] = None
    try:
        _read(stream, inner, limits, expected or Expected.POSSIBLE, depth + 1)
    except BrokenHeader:
        return
    found.add(
        inner,
        with_unresolved=is_named or inner.calls or limits.opcodes <= 0,
        is_name=None if is_named or inner.calls else _is_name,
    )


def _check_directory(stream: BinaryIO) -> None:
    """Raise ``ValueError`` when the archive's list of members is longer than any real one: it would be read whole."""
    length = directory_length(stream)
    stream.seek(0)
    if length > _MAX_DIRECTORY:
        raise ValueError(f"its list of members takes {length:,} bytes, and the limit is {_MAX_DIRECTORY:,}")


def _is_tar(stream: BinaryIO) -> bool:
    """Whether it begins with the header of a TAR archive, the oldest kind of which has no magic number."""
    block = stream.read(tarfile.BLOCKSIZE)
    stream.seek(0)
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def _read_tar(stream: BinaryIO, found: Imports, limits: Limits, depth: int) -> None:
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for count, info in enumerate(archive):
                if count == _MAX_MEMBERS:
                    found.unresolved[f"more than {_MAX_MEMBERS:,} members of the archive"] = None
                    return
                member = archive.extractfile(info) if info.isreg() else None
                if member is not None:
                    name = info.name.rpartition("/")[2]
                    expected = _TAR_PICKLES.get(name) or expected_pickle(name)
                    if expected is not None or begins_as_pickle(member.read(_MEMBER_HEAD)):
                        member.seek(0)
                        _read_part(cast(BinaryIO, member), found, limits, expected, depth)
    except (tarfile.TarError, OSError, ValueError, EOFError, struct.error) as error:
        found.unresolved[f"what is in the archive, which cannot be read: {plain_message(str(error))}"] = None


# --- compressed files and arrays


def _unpacked(stream: BinaryIO, make: Callable[[], Any], found: Imports) -> bytes:
    """Return what the file unpacks to, all of its compressed streams in a row, up to the limit; what goes beyond is unresolved."""
    parts: list[bytes] = []
    left = _MAX_UNPACKED
    decompressor, data = make(), stream.read(_CHUNK)
    try:
        while left > 0 and data:
            parts.append(decompressor.decompress(data, left))
            left -= len(parts[-1])
            rest = decompressor.unused_data or getattr(decompressor, "unconsumed_tail", b"")
            if decompressor.eof:
                decompressor = make()
            data = rest or stream.read(_CHUNK)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        found.unresolved[f"what is compressed, which cannot be read: {plain_message(str(error))}"] = None
    if left <= 0:
        found.unresolved[f"what follows {_MAX_UNPACKED:,} unpacked bytes"] = None
    return b"".join(parts)


def _read_arrays(stream: BinaryIO, found: Imports, limits: Limits) -> None:
    """Read the headers of the arrays of a NumPy file, which may stand one behind the other; where one holds objects, a pickle follows."""
    end = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    for _ in range(_MAX_MEMBERS):
        try:
            array = read_array(stream)
        except ValueError as error:
            found.unresolved[str(error)] = None
            return
        if array.holds_objects:
            _read_plain(stream, found, limits, Expected.CERTAIN)
            return
        if array.size is None:
            found.unresolved["what follows an array whose length cannot be determined"] = None
            return
        place = stream.tell() + array.size
        if place >= end:
            return
        stream.seek(place)
        if stream.read(len(NPY)) != NPY:
            found.unresolved[f"what follows the array at byte {place:,}"] = None
            return
        stream.seek(place)
    found.unresolved[f"more than {_MAX_MEMBERS:,} arrays"] = None
