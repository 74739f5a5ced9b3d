"""Reading the text of a file as ScanCode reads it, which depends on its type and on its name.

The rules are those of ``typecode.contenttype`` and ``textcode.analysis`` of ScanCode 32.5.0. What is rare is left to them.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from licscan.core.media import is_media_name
from licscan.detect.engine.magic import Magic
from licscan.detect.engine.store import Store
from licscan.detect.engine.text import Text
from licscan.detect.trouble import ChangedError, TooLongError

# What a file begins with decides between text and binary.
_BEGINNING = 512
# Taken for binaries by their names alone.
_BINARY_NAMES = (".pyc", ".pgm", ".mp3", ".mp4", ".mpeg", ".mpg", ".emf", ".pbm", ".ppm")
_SOURCE_MAPS = (".js.map", ".css.map")
_COMPACT_NAMES = (".min.js", ".typeface.json")
# In source code a spelt-out line end or tab is a blank.
_SOURCE_NAMES = tuple(
    f".{ending}"
    for ending in (
        "ada adb asm asp aj bas bat c c++ cc clj cob cpp cs csh csx cxx d e el f fs f77 f90 for fth ftn go h hh hpp hs html "
        "htm hxx java js jsx jsp ksh kt lisp lua m m4 nim pas php pl pp ps1 py r rb ruby rs s scala sh swift ts vhdl verilog "
        "vb groovy po"
    ).split()
)
_OFFICE_NAMES = (".doc", ".docx", ".xlsx", ".ppt", ".pptx")
_PACKAGE_NAMES = (".jar", ".war", ".ear", ".zip", ".whl", ".egg")
_MEDIA_TYPES = ("image", "picture", "audio", "video", "graphic", "sound")
_MEDIA_DESCRIPTIONS = (
    "image data|graphics image|ms-windows metafont .wmf|windows enhanced metafile|png image|interleaved image|microsoft asf|"
    "image text|photoshop image|shop pro image|ogg data|vorbis|mpeg|theora|bitmap|audio|video|sound|riff|icon|netpbm"
).split("|")

# Nothing of a text but these makes libmagic call it data.
_PLAIN = bytes([9, 10, 12, 13, *range(32, 127), *range(128, 256)])
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
# A line that libmagic may call very long is longer than this.
_LONG_LINE = 250
_LONE_RETURN = re.compile(r"\r(?!\n)")
# A row of more characters is cut behind every so many pieces.
_ROW_LENGTH, _ROW_PIECES = 200, 30
_PIECES = re.compile(r"([\",'])").split
_SPELT_OUT = (("\\r", " "), ("\\n", " "), ("\\t", " "))
_SPELT_OUT_ENDS = (
    ("\\\\r\\\\n", "\n"),
    ("\\r\\n", "\n"),
    ("\\\\r", "\n"),
    ("\\\\n", "\n"),
    ("\\r", "\n"),
    ("\\n", "\n"),
)


class _Kind(Struct, frozen=True):
    """What decides how a file is read. ``leave`` is for those that ScanCode itself must read."""

    has_text: bool = True
    leave: bool = False
    is_data: bool = False
    has_long_lines: bool = False


# What begins so and is no plain text is compressed: selection reports that it was not read.
_COMPRESSED = re.compile(
    rb"PK[\x03\x05\x07]|\x1f[\x8b\x9d]|BZh[1-9](?:1AY&SY|\x17rE8P\x90)|\xfd7zXZ|\x5d\0\0|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|7z\xbc\xaf|Rar!\x1a|hsqs|\xed\xab\xee\xdb"
)
_LEFT_NAMES = (".pdf", ".ai", ".sfd")
_PLAIN_TEXT, _NO_TEXT, _LEFT = _Kind(), _Kind(has_text=False), _Kind(leave=True)


class Reader:
    """Reads files; ``store`` holds what is known of their types.

    ``all_texts`` reads what ScanCode takes for media by how it begins and what is a text all the same: anybody can write ``GIF89a`` or
    ``/* XPM */`` above a program. ``most`` is how many bytes of such a text are read.
    """

    def __init__(self, store: Store, *, all_texts: bool = False, most: int | None = None) -> None:
        self._all_texts = all_texts
        self._most = most
        self._magic = Magic(store.array("magic").tobytes(), store.texts("magic_patterns"))
        # What binaries of known kinds begin with.
        self._signatures = tuple(map(bytes.fromhex, store.texts("signatures")))

    def read(self, location: str, sha256: str = "") -> Text | None:
        """Return the text of a file; ``None`` where ScanCode finds none in it.

        Raise ``OSError`` when it cannot be read, ``ChangedError`` when it has another digest than ``sha256``, if that is given, and
        ``TooLongError`` for more than is read of a text that begins as media do.
        """
        with open(location, "rb") as stream:
            content = stream.read()
        if sha256 and hashlib.sha256(content).hexdigest() != sha256:
            raise ChangedError(location)
        if not content:
            return None
        is_binary = self._is_binary(location, content[:_BEGINNING])
        kind = self._binary_kind(location) if is_binary else self._text_kind(location, content)
        # ScanCode takes a part of the text out of a PDF or a font. All of a text is read that is called neither.
        is_left = kind.leave and (not self._all_texts or location.lower().endswith(_LEFT_NAMES) or b"\0" in content)
        if is_left and (text := _left_to_scancode(location)) is not None:
            return text
        if kind.leave or not kind.has_text:
            return self._masked_text(location, content) if self._all_texts else None
        if is_binary:
            return Text.of_rows(enumerate(_strings(location), 1), is_binary=True)
        return _read_text(location, content, kind)

    def _masked_text(self, location: str, content: bytes) -> Text | None:
        """Return the text of what begins as media or a compressed file does; ``None`` for what is one."""
        is_plain = not content.translate(None, _PLAIN) and _is_decodable(content)
        if not is_plain and (
            location.lower().endswith(_LEFT_NAMES) or is_media_name(location) or _COMPRESSED.match(content)
        ):
            return None
        if self._most is not None and len(content) > self._most:
            if is_plain:
                raise TooLongError(location)
            return None
        if is_plain:
            return _read_text(location, content, _PLAIN_TEXT)
        # A program with a byte of something else in it, or media without the name of one: what ScanCode reads of binaries.
        return Text.of_rows(enumerate(_strings(location), 1), is_binary=True)

    def _is_binary(self, location: str, beginning: bytes) -> bool:
        if location.endswith(_BINARY_NAMES) or beginning.startswith(self._signatures):
            return True
        if len(beginning.translate(None, _CONTROLS)) == len(beginning):
            try:
                beginning.decode()
            except UnicodeDecodeError:
                pass
            else:
                return False
        from binaryornot.helpers import is_binary_string

        return bool(is_binary_string(beginning))

    def _text_kind(self, location: str, content: bytes) -> _Kind:
        is_plain = not content.translate(None, _PLAIN) and _is_utf8(content)
        if not is_plain or self._magic.may_tell(content):
            description = self._magic.description(location)
            kind = self._special_kind(location, description)
            return kind or _Kind(is_data=description == "data", has_long_lines="long lines" in description)
        if _has_long_line(content) and "long lines" in self._magic.description(location):
            return _Kind(has_long_lines=True)
        return _PLAIN_TEXT

    def _binary_kind(self, location: str) -> _Kind:
        description = self._magic.description(location)
        kind = self._special_kind(location, description)
        if kind is None:
            kind = _NO_TEXT if _is_compressed(location, description) else _PLAIN_TEXT
        return kind

    def _special_kind(self, location: str, description: str) -> _Kind | None:
        """Return the kind of what is neither common text nor common binary."""
        mime_type = self._magic.mime_type(location)
        if _is_media(location, description, mime_type) and not location.lower().endswith(".svg"):
            return _NO_TEXT
        if "pdf" in mime_type or description.startswith("spline font database"):
            return _LEFT
        return None


def _has_long_line(content: bytes) -> bool:
    start = 0
    while len(content) - start > _LONG_LINE:
        end = content.rfind(b"\n", start, start + _LONG_LINE + 1)
        if end < 0:
            return True
        start = end + 1
    return False


def _is_decodable(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(content: bytes) -> bool:
    """Tell whether the part of a text that libmagic looks at is UTF-8 without a mark of its byte order."""
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return not content.startswith(codecs.BOM_UTF8)


def _is_media(location: str, description: str, mime_type: str) -> bool:
    return (
        any(word in mime_type for word in _MEDIA_TYPES)
        or any(word in description for word in _MEDIA_DESCRIPTIONS)
        or (description == "data" and mime_type == "application/octet-stream" and location.lower().endswith(".tga"))
    )


def _is_compressed(location: str, description: str) -> bool:
    name = location.lower()
    is_zip = description.startswith(("zip archive", "java archive"))
    is_package = (
        "debian binary package" in description
        or description.startswith("rpm ")
        or (description == "posix tar archive" and name.endswith(".gem"))
        or (is_zip and name.endswith(_PACKAGE_NAMES))
    )
    is_office = name.endswith(_OFFICE_NAMES) or (description.startswith("microsoft") and description.endswith("2007+"))
    return (
        is_zip
        or is_package
        or "(zip)" in description
        or "squashfs filesystem" in description
        or "compressed" in description
        or (is_office and location.endswith("x"))
    )


def _read_text(location: str, content: bytes, kind: _Kind) -> Text:
    is_map = location.endswith(_SOURCE_MAPS)
    if is_map:
        sources = _sources(content)
        if sources is not None:
            return Text.of_rows(enumerate(sources, 1), has_long_lines=kind.has_long_lines)
    spelt_out = _SPELT_OUT if location.endswith(_SOURCE_NAMES) else ()
    is_compact = (
        kind.has_long_lines or kind.is_data or is_map or location.endswith(_COMPACT_NAMES) or "locale" in location
    )
    if is_compact and not location.endswith("package.json"):
        lines = (_replaced(_decoded(line), spelt_out) for line in content.splitlines(keepends=True))
        return Text.of_rows(_cut(lines), has_long_lines=kind.has_long_lines)
    text = _replaced(_decoded(content), spelt_out)
    if "\r" in text:
        text = _LONE_RETURN.sub("\r\n", text)
    return Text(text if text.endswith("\n") else f"{text}\n", has_long_lines=kind.has_long_lines)


def _decoded(content: bytes) -> str:
    """Return the text; a line that is no UTF-8 is Latin-1."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        lines = content.splitlines(keepends=True)
        text = "".join(map(_decoded, lines)) if len(lines) > 1 else content.decode("latin-1")
    return text.replace("\0", " ") if "\0" in text else text


def _replaced(text: str, replacements: Sequence[tuple[str, str]]) -> str:
    if "\\" in text:
        for spelt_out, meant in replacements:
            text = text.replace(spelt_out, meant)
    return text


def _cut(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (line number, row), long lines cut into rows at quotes and commas. The end of a line counts as part of it."""
    for number, line in enumerate(lines, 1):
        if len(line) <= _ROW_LENGTH:
            yield number, line
            continue
        pieces = _PIECES(line)
        for place in range(0, len(pieces), _ROW_PIECES):
            row = "".join(pieces[place : place + _ROW_PIECES])
            if row:
                yield number, row


def _sources(content: bytes) -> list[str] | None:
    """Return the lines of the sources that a source map holds; ``None`` when it is to be read as any other text."""
    try:
        text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
        sources = json.loads(text).get("sourcesContent", [])
        return [
            _replaced(line, _SPELT_OUT)
            for source in sources
            for line in _replaced(source, _SPELT_OUT_ENDS).splitlines()
        ]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


def _strings(location: str) -> Iterator[str]:
    from textcode.strings import strings_from_file

    for row in strings_from_file(location):
        yield _replaced(row, _SPELT_OUT)


def _left_to_scancode(location: str) -> Text | None:
    """Let ScanCode read what its libraries are for; loading them takes a third of a second."""
    from textcode.analysis import numbered_text_lines
    from typecode import contenttype

    kind = contenttype.get_type(location)
    try:
        if not kind.contains_text:
            return None
        return Text.of_rows(
            numbered_text_lines(location, demarkup=False),
            is_binary=kind.is_binary,
            has_long_lines=kind.is_text_with_long_lines,
        )
    finally:
        # ScanCode remembers every file that it ever saw.
        contenttype._registry.pop(os.path.abspath(location), None)
