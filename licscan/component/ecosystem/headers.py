"""Parts that state who they are in a header of their own: fonts in their name table, plug-ins and themes of WordPress, extensions of
browsers, and copied libraries in ``README.chromium`` or their CMake project."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from licscan.component.base import Package, Reading, Statement, StatementForm, base_of, parent_of
from licscan.component.ecosystem.common import INSTALL_FOLDERS, VENDOR_FOLDERS, kind_at
from licscan.component.formats import BrokenManifest, load_json_object, text, text_of
from licscan.component.license_address import address_expression
from licscan.core.component import ComponentKind
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_LARGEST_FONT = 32 * 1024 * 1024
_LARGEST_NAMES = 1024 * 1024  # bytes of a name table
_MOST_TABLES = 256
_MOST_NAMES = 2_000
_HEAD = 8 * 1024  # bytes in which WordPress looks for a header
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[-+.]?(?:alpha|beta|rc)[\w.]*)?", re.IGNORECASE)
_FIELD = re.compile(r"^[ \t/*#@]*(?P<name>[A-Za-z][A-Za-z ]{1,30}?)[ \t]*:(?P<value>.*)$", re.MULTILINE)
_PLACES = ("plugins", "mu-plugins", "themes")
# Numbers of names in a font (OpenType specification, "name").
_FAMILY, _FONT_VERSION, _MAKER, _TERMS, _TERMS_ADDRESS, _TYPOGRAPHIC_FAMILY = 1, 5, 8, 13, 14, 16


# -- fonts -------------------------------------------------------------------------------------------------------------


def read_font(tree: Tree, path: str) -> Reading:
    """Read the name table of a font that states its terms; one that is no font, or states none, says nothing here."""
    if any(part in INSTALL_FOLDERS for part in path.split("/")) or tree.size(path) > _LARGEST_FONT:
        return Reading()
    try:
        names = dict(_names(_name_table(tree.read(path))))
    except (struct.error, zlib.error, IndexError, UnicodeDecodeError):
        return Reading()  # a damaged font is none: what it is stands nowhere else
    family = names.get(_TYPOGRAPHIC_FAMILY) or names.get(_FAMILY)
    terms, address = names.get(_TERMS), names.get(_TERMS_ADDRESS)
    if not family or not (terms or address):
        return Reading()
    version = _VERSION.search(names.get(_FONT_VERSION, ""))
    location = Location(path=path)
    package = Package(
        type="generic",
        name=family[:200],
        version=version[0] if version else None,
        other_paths=(path,),
        statements=_terms(terms, address, location),
        location=location,
        supplier=names.get(_MAKER),
        described=True,
    )
    return Reading(packages=(package,))


def _terms(terms: str | None, address: str | None, location: Location) -> tuple[Statement, ...]:
    """Return what the names say of the licence; an address that nobody knows is left to what else stands in the file."""
    if not terms and not address_expression(address or ""):
        return ()
    place = address if terms and address and "://" in address else ""
    return _license(terms or address, place, "name table of the font", location)


def _name_table(data: bytes) -> bytes:
    """Return the table ``name`` of a font, or of the first font of a collection; WOFF packs each table by itself."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    if data[:4] == b"wOFF":
        for number in range(min(struct.unpack_from(">H", data, 12)[0], _MOST_TABLES)):
            tag, offset, packed, length = struct.unpack_from(">4sIII", data, 44 + number * 20)
            if tag == b"name" and length <= _LARGEST_NAMES:
                table = data[offset : offset + packed]
                return zlib.decompressobj().decompress(table, length) if packed < length else table
        return b""
    if data[start : start + 4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        return b""
    for number in range(min(struct.unpack_from(">H", data, start + 4)[0], _MOST_TABLES)):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + number * 16)
        if tag == b"name":
            return data[offset : offset + min(length, _LARGEST_NAMES)]
    return b""


def _names(table: bytes) -> Iterator[tuple[int, str]]:
    """Yield names by their numbers; those in English come last, and so stand in a mapping of them."""
    if not table:
        return
    _, count, strings = struct.unpack_from(">HHH", table)
    found = []
    for number in range(min(count, _MOST_NAMES)):
        platform, _, language, name, length, offset = struct.unpack_from(">HHHHHH", table, 6 + number * 12)
        raw = table[strings + offset : strings + offset + length]
        value = raw.decode("utf-16-be" if platform in (0, 3) else "mac-roman", "replace").strip("\0 \r\n\t")
        is_english = (platform, language) in ((3, 0x409), (1, 0), (0, 0))
        found.append((is_english, platform == 3, name, value))
    for _, _, name, value in sorted(found, key=lambda each: each[:2]):
        if value:
            yield name, value


# -- WordPress ---------------------------------------------------------------------------------------------------------


def read_wordpress(tree: Tree, path: str) -> Reading:
    """Read the header of a plug-in or theme in an installation of WordPress (``wp-content``)."""
    if base_of(parent_of(path)) not in _PLACES and base_of(parent_of(parent_of(path))) not in _PLACES:
        return Reading()  # a file deeper in a plug-in
    fields = _fields(tree.head(path, _HEAD).decode("utf-8", "replace"))
    is_theme = "/themes/" in f"/{path}"
    if not fields.get("theme name" if is_theme else "plugin name"):
        return Reading()
    folder = parent_of(path)
    is_alone = base_of(folder) in ("plugins", "mu-plugins")  # a plug-in of one file
    location = Location(path=path, start_line=1)
    package = Package(
        type="generic",
        namespace="wordpress-themes" if is_theme else "wordpress-plugins",
        name=base_of(path).removesuffix(".php") if is_alone else base_of(folder),
        version=fields.get("version"),
        directory=None if is_alone else folder,
        other_paths=(path,) if is_alone else (),
        statements=_license(fields.get("license"), fields.get("license uri"), "header of the plug-in", location),
        location=location,
        authors=(fields["author"],) if fields.get("author") else (),
        description=fields.get("description"),
        homepage=fields.get("plugin uri") or fields.get("theme uri"),
        described=True,
    )
    return Reading(packages=(package,))


def _fields(head: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for match in _FIELD.finditer(head):
        if value := match["value"][:500].strip().removesuffix("*/").rstrip():
            found.setdefault(match["name"].lower(), value)
    return found


def _license(raw: str | None, address: str | None, origin: str, location: Location) -> tuple[Statement, ...]:
    if not raw:
        return ()
    place = address if address and "://" in address else ""
    return (Statement(raw=raw, form=StatementForm.TEXT, origin=origin, location=location, address=place),)


# -- browsers ----------------------------------------------------------------------------------------------------------


def read_extension(tree: Tree, path: str) -> Reading:
    """Read the manifest of a browser's extension; other files of this name have no ``manifest_version``."""
    folder = parent_of(path)
    kind = kind_at(folder)
    if kind is None or b'"manifest_version"' not in tree.head(path, 64 * 1024):
        return Reading()
    try:
        document = load_json_object(tree.read(path))
    except BrokenManifest:
        return Reading()  # comments are allowed in it, and it may be a template
    name = text(document.get("name"))
    if not document.get("manifest_version") or not name:
        return Reading()
    package = Package(
        type="generic",
        name=base_of(folder) or None if name.startswith("__MSG_") else name,
        version=text(document.get("version")),
        kind=kind,
        directory=folder,
        location=Location(path=path, start_line=1),
        authors=(author,) if (author := text(document.get("author"))) else (),
        description=None
        if (text(document.get("description")) or "__").startswith("__")
        else text(document.get("description")),
        homepage=text(document.get("homepage_url")),
        public=False,  # where a package is made of it, the package's own manifest leads
        described=True,
    )
    return Reading(packages=(package,) if package.name or kind is ComponentKind.PROJECT else ())


# -- libraries in C and C++ --------------------------------------------------------------------------------------------

_CMAKE = re.compile(
    r"^\s*project\s*\(\s*\"?(?P<name>[\w.+-]+)\"?[^)]{0,400}?\bVERSION\s+\"?(?P<version>\d+(?:\.\d+)+)",
    re.MULTILINE | re.IGNORECASE,
)


def read_chromium(tree: Tree, path: str) -> Reading:
    """Read the description that Chromium's repositories keep of what they copied."""
    fields = _fields(text_of(tree.head(path, _HEAD)))
    name, version = fields.get("short name") or fields.get("name"), fields.get("version", "")
    if not name or not parent_of(path):
        return Reading()
    location = Location(path=path, start_line=1)
    package = Package(
        type="generic",
        name=name,
        version=version if re.match(r"v?\d", version) else None,
        directory=parent_of(path),
        statements=_license(fields.get("license"), None, "README.chromium License", location),
        location=location,
        homepage=fields.get("url"),
        described=True,
    )
    return Reading(packages=(package,))


def read_cmake(tree: Tree, path: str) -> Reading:
    """Read the project of a copied library: name and version, where both are written out."""
    folder = parent_of(path)
    if base_of(parent_of(folder)) not in VENDOR_FOLDERS:
        return Reading()
    match = _CMAKE.search(text_of(tree.head(path, 64 * 1024)))
    if match is None:
        return Reading()
    package = Package(
        type="generic",
        name=match["name"].lower(),
        version=match["version"],
        directory=folder,
        location=Location(path=path, start_line=1),
        described=True,
    )
    return Reading(packages=(package,))
