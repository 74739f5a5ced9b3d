"""libmagic, asked no more than it must be.

ScanCode asks it twice for every file, at a millisecond and more each, and takes little from its answers: whether the file is a
picture, a sound or the like, a PDF, a font's source, compressed; and whether it has very long lines. For a text the magic that
can say any of this is a twentieth of the database. Where that part finds nothing, the whole cannot either.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import random
import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_NO_FLAGS, _MIME = 0, 0x10
# For the part: no look into archives, ELF, OLE, CSV and JSON, nor at the kind of text. None of them finds a picture.
_PART = 0x1000 | 0x2000 | 0x8000 | 0x10000 | 0x20000 | 0x40000 | 0x80000 | 0x400000
# Entries for texts are kept apart from those for binaries, and come second. In the part they are all looked at at once.
_FOR_BINARIES = 0x20
# libmagic looks at so much of a file.
LOOKED_AT = 1 << 20

# Its regular expressions look at the first 8 KB from where they begin, which is in the first line or so.
_SEARCHED = 8192 + 4096

_TELLING = (
    "image graphic picture photoshop shop metaf bitmap netpbm icon audio video sound riff mpeg theora vorbis ogg asf "
    "pdf spline long line"
).split()
# What a description takes from the file itself can be any of those words.
_FROM_THE_FILE = re.compile(r"%[-+ #0-9.]*l*[sc]")
_MARK = "licscan"
# The compiled database: a header and then entries of one size (struct magic of libmagic's file.h, version 16).
_MAGIC_NUMBER, _VERSION, _ENTRY = 0xF11E041C, 16, 376
_TYPE_REGEX, _TYPE_INDIRECT, _TYPE_USE = 17, 41, 46
_IGNORE_CASE = 0x0C


class Magic:
    """libmagic as ScanCode finds it. ``part`` and ``patterns`` are what ``telling_part`` gave for its database."""

    def __init__(self, part: bytes, patterns: Sequence[str] = ()) -> None:
        self._patterns = [re.compile(pattern.encode("latin-1"), re.MULTILINE) for pattern in patterns]
        self._library, self._database = _locate()
        self._cookies: dict[int, Any] = {}
        self._part = self._load_part(part) if part else None

    def may_tell(self, content: bytes) -> bool:
        """Tell whether libmagic may say more of ``content``, a text in UTF-8, than that it is one; if not, it certainly does not."""
        answer = self.answer(content)
        if answer is None or _MARK in answer:
            return True
        beginning = content[:_SEARCHED]
        return any(pattern.search(beginning) for pattern in self._patterns)

    def answer(self, content: bytes) -> str | None:
        """Return what the part of the database says; ``None`` where it cannot be asked."""
        if self._part is None:
            return None
        answer = self._library.magic_buffer(self._part, content, min(len(content), LOOKED_AT))
        return None if answer is None else str(answer.decode("latin-1"))

    def description(self, location: str) -> str:
        """Return what ScanCode calls ``filetype_file``, in lower case."""
        return self._ask(_NO_FLAGS, location).lower()

    def mime_type(self, location: str) -> str:
        return self._ask(_MIME, location)

    def _ask(self, flags: int, location: str) -> str:
        cookie = self._cookies.get(flags)
        if cookie is None:
            cookie = self._cookies[flags] = self._library.magic_open(flags)
            self._library.magic_load(cookie, os.fsencode(self._database))
        answer = self._library.magic_file(cookie, os.fsencode(location)) or b""
        return " ".join(answer.decode("ascii", "ignore").split()) if not answer.startswith(b"cannot open") else ""

    def _load_part(self, part: bytes) -> Any:
        cookie = self._library.magic_open(_PART)
        self._buffer = ctypes.create_string_buffer(part, len(part))
        buffers = (ctypes.c_void_p * 1)(ctypes.addressof(self._buffer))
        sizes = (ctypes.c_size_t * 1)(len(part))
        return None if self._library.magic_load_buffers(cookie, buffers, sizes, 1) else cookie


def telling_part() -> tuple[bytes, list[str]]:
    """Return the part of libmagic's database that can say of a text what ScanCode asks; nothing if it cannot be told.

    Of each of its entries only the first condition is kept, unless any text meets it. Those that begin with a regular expression
    are returned as such: libmagic's are slow.
    """
    database = Path(_locate()[1]).read_bytes()
    number, version, plain, named = struct.unpack_from("<IIII", database)
    if (number, version) != (_MAGIC_NUMBER, _VERSION) or len(database) != (1 + plain + named) * _ENTRY:
        return b"", []
    entries = [database[place : place + _ENTRY] for place in range(_ENTRY, len(database), _ENTRY)]
    by_name = [(_value(group[0]), group) for group in _groups(entries[plain:])]
    names: set[bytes] = set()
    while found := {name for name, group in by_name if name not in names and _tells(group, names)}:
        names |= found
    probes = list(_probes())
    telling = [group for group in _groups(entries[:plain]) if _tells(group, names)]
    patterns = [pattern for pattern in (_pattern(group[0]) for group in telling) if pattern]
    telling = [group for group in telling if not _pattern(group[0])]
    # The part must not be asked for what every other text meets.
    whole: set[int] = set()
    while met := _met_by_any([group for number, group in enumerate(telling) if number not in whole], probes):
        left = [number for number in range(len(telling)) if number not in whole]
        whole |= {left[place] for place in met}
    kept = [
        _marked(entry) if number in whole else _with_mark(entry, _MARK)
        for number, group in enumerate(telling)
        for entry in (group if number in whole else group[:1])
    ]
    return _compiled(kept, [_marked(entry) for entry in entries[plain:]]), patterns


def _pattern(entry: bytes) -> str | None:
    """Return the condition of an entry as a regular expression of Python's, which finds all that libmagic's does, and perhaps more."""
    if entry[6] != _TYPE_REGEX or entry[4:5] != b"=" or entry[28] & _IGNORE_CASE:
        return None
    # What is not in a list is no line end either (REG_NEWLINE).
    pattern = _value(entry).decode("latin-1").replace("[[:space:]]", r"\s").replace("[^", r"[^\n")
    return None if "[:" in pattern else pattern


def _probes() -> Iterator[bytes]:
    """Yield texts that are nothing in particular: made by chance, but always the same."""
    chance = random.Random(1)  # noqa: S311  nothing is kept secret with it
    for _ in range(400):
        yield bytes(chance.choices((9, 10, *range(32, 127)), k=chance.randrange(8, 3000)))


def _met_by_any(groups: Sequence[Sequence[bytes]], texts: Sequence[bytes]) -> set[int]:
    """Return the places of groups whose first condition is met by some of the texts."""
    magic = Magic(_compiled([_with_mark(group[0], f"{_MARK}{place} ") for place, group in enumerate(groups)], ()))
    answers = filter(None, map(magic.answer, texts))
    return {int(mark) for answer in answers for mark in re.findall(rf"{_MARK}(\d+)", answer)}


def _compiled(plain: Sequence[bytes], named: Sequence[bytes]) -> bytes:
    header = struct.pack("<IIII", _MAGIC_NUMBER, _VERSION, len(plain), len(named)).ljust(_ENTRY, b"\0")
    return header + b"".join((*plain, *named))


def _groups(entries: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield each entry of the first level together with those that continue it."""
    group: list[bytes] = []
    for entry in entries:
        if group and entry[:2] == b"\0\0":
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def _tells(group: Sequence[bytes], names: set[bytes]) -> bool:
    return any(
        entry[6] == _TYPE_INDIRECT
        or (entry[6] == _TYPE_USE and _value(entry).lstrip(b"^") in names)
        or _FROM_THE_FILE.search(_says(entry))
        or any(word in _says(entry) for word in _TELLING)
        for entry in group
    )


def _value(entry: bytes) -> bytes:
    return entry[32:160].split(b"\0")[0]


def _says(entry: bytes) -> str:
    """Return description and MIME type."""
    texts = (entry[160:224], entry[224:304])
    return " ".join(text.split(b"\0")[0].decode("latin-1").lower() for text in texts)


def _marked(entry: bytes) -> bytes:
    """Return the entry with our mark for whatever it says."""
    return _with_mark(entry, _MARK if _says(entry).strip() else "")


def _with_mark(entry: bytes, mark: str) -> bytes:
    return entry[:2] + bytes([entry[2] | _FOR_BINARIES]) + entry[3:160] + mark.encode().ljust(_ENTRY - 160, b"\0")


def _locate() -> tuple[Any, str]:
    """Return the library and the path of its database: ScanCode's own, wherever it has them from."""
    package = importlib.util.find_spec("typecode_libmagic")
    if package and package.origin and not any(name.startswith("TYPECODE_LIBMAGIC") for name in os.environ):
        # The package is not imported: it would bring half of ScanCode.
        folder = Path(package.origin).parent
        libraries = [folder / "lib" / name for name in ("libmagic.so", "libmagic.dylib")]
        database = folder / "data" / "magic.mgc"
        for found in filter(Path.is_file, libraries):
            if database.is_file():
                return _declared(ctypes.CDLL(str(found))), str(database)
    magic2 = importlib.import_module("typecode.magic2")
    return _declared(magic2.libmagic), str(magic2.get_magicdb_location())


def _declared(library: Any) -> Any:
    """Return the library with the types of the functions that are called."""
    library.magic_open.restype = ctypes.c_void_p
    library.magic_open.argtypes = [ctypes.c_int]
    library.magic_load.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.magic_load_buffers.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    library.magic_file.restype = ctypes.c_char_p
    library.magic_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.magic_buffer.restype = ctypes.c_char_p
    library.magic_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    return library
