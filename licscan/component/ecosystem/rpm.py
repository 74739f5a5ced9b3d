"""Installed packages of a root filesystem with rpm: the SQLite database of rpm 4.16 and later.

Each row of its table ``Packages`` is a header: two counts, an index of tags, and their values (rpm's own format manual,
"Package Header"). The older databases, of Berkeley DB and of SUSE's NDB, are told as an issue.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from licscan.component.base import Edge, Package, Reading, ReadingBuilder, StatementForm, join_path
from licscan.component.ecosystem.common import RPM_FOLDERS, statement
from licscan.component.ecosystem.debian import distribution_of
from licscan.component.formats import BrokenManifest
from licscan.core.component import ComponentKind
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message, quoted
from licscan.core.text import plain_message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "rpm"
_SQLITE = b"SQLite format 3\0"
_WAL_HEADER = 32
# A database comes from the scanned tree: a trigger or a view in it must not keep SQLite busy.
_MAX_STEPS = 200_000  # times a thousand instructions of SQLite's machine
_MAX_PACKAGES = 100_000
_MAX_HEADER = 64 * 1024 * 1024
_MAX_TAGS = 65_536
_MAX_TEXT = 65_536

_NAME, _VERSION, _RELEASE, _EPOCH, _SUMMARY = 1000, 1001, 1002, 1003, 1004
_VENDOR, _LICENSE, _PACKAGER, _URL, _ARCH = 1011, 1014, 1015, 1020, 1022
_PROVIDES, _REQUIRES = 1047, 1049
_INT32, _STRING, _STRINGS, _I18N = 4, 6, 8, 9
_Header = Mapping[int, "tuple[str, ...]"]


def read_database(tree: Tree, path: str) -> Reading:
    """Read installed packages, and what each needs of what others say that they provide."""
    root = _root_of(path)
    distribution = distribution_of(tree, root, "linux")
    builder = ReadingBuilder(issues=list(_left_out(tree, path)))
    refs: dict[str, str] = {}
    nodes: list[tuple[Package, _Header]] = []
    for blob in _rows(tree, path):
        header = parse_header(blob)
        package = _package(tree, header, root, distribution, Location(path=path))
        if package is None:
            continue
        builder.packages.append(package)
        nodes.append((package, header))
        for name in (str(package.name), *header.get(_PROVIDES, ())):
            refs.setdefault(name, package.ref)
    for package, header in nodes:
        for child in dict.fromkeys(refs[name] for name in header.get(_REQUIRES, ()) if name in refs):
            if child != package.ref:
                builder.edges.append(Edge(parent=package.ref, child=child, location=package.location))
    return builder.build()


def read_other_database(_tree: Tree, path: str) -> Reading:
    """Tell a database that cannot be read: that is not "no packages"."""
    kind = "NDB" if path.endswith(".db") else "Berkeley DB"
    return Reading(
        issues=(
            Issue(
                code=IssueCode.BROKEN_MANIFEST,
                message=message(
                    "issue.packages-rpm-database",
                    "the packages of an rpm database in {text} are not read",
                    text=quoted(kind),
                ),
                location=Location(path=path),
                hint=message(
                    "issue.convert-with-rpmdb",
                    "convert it with rpmdb --rebuilddb under rpm 4.16 or later, whose database is SQLite",
                ),
            ),
        )
    )


def _left_out(tree: Tree, path: str) -> Iterator[Issue]:
    """A log that was not written back holds the newest changes, and SQLite reads it only where it may write."""
    log = f"{path}-wal"
    if log in tree and len(tree.read(log)) > _WAL_HEADER:
        yield Issue(
            code=IssueCode.BROKEN_MANIFEST,
            message=message(
                "issue.newest-changes-rpm", "the newest changes of the rpm database are in its log, which is not read"
            ),
            location=Location(path=log),
            hint=message(
                "issue.write-log-back",
                "write the log back first: sqlite3 rpmdb.sqlite 'PRAGMA wal_checkpoint(TRUNCATE)'",
            ),
        )


def _rows(tree: Tree, path: str) -> Iterator[bytes]:
    location = tree.location(path)
    with open(location, "rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            raise BrokenManifest(message("issue.not-rpm-database", "not an rpm database: it is not an SQLite file"))
    steps = iter(range(_MAX_STEPS))
    try:
        # immutable: nothing is written beside it, and no lock is taken
        connection = sqlite3.connect(f"file:{quote(location)}?mode=ro&immutable=1", uri=True)
        try:
            connection.set_progress_handler(lambda: int(next(steps, None) is None), 1_000)
            connection.execute("PRAGMA trusted_schema = OFF")
            kind = connection.execute("SELECT type FROM sqlite_master WHERE name = 'Packages'").fetchone()
            if kind != ("table",):
                raise BrokenManifest(
                    message("issue.not-rpm-database-has", "not an rpm database: it has no table of packages")
                )
            rows = connection.execute(
                "SELECT blob FROM Packages WHERE length(blob) <= ? ORDER BY hnum LIMIT ?", (_MAX_HEADER, _MAX_PACKAGES)
            )
            for (blob,) in rows:
                if not isinstance(blob, bytes):
                    raise BrokenManifest(
                        message(
                            "issue.not-valid-rpm-database-package",
                            "not a valid rpm database: a package is not a header",
                        )
                    )
                yield blob
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite quotes what is in the file, whatever bytes it has
        raise BrokenManifest(
            message(
                "issue.not-valid-rpm-database",
                "not a valid rpm database: {detail}",
                detail=quoted(plain_message(str(error))),
            )
        ) from error


def parse_header(blob: bytes) -> _Header:
    """Return the texts and numbers of a header by their tag; raise ``BrokenManifest`` when it is none."""
    if len(blob) < 8:
        raise BrokenManifest(message("issue.not-valid-rpm", "not a valid rpm header: it is too short"))
    tags, size = struct.unpack_from(">II", blob)
    start = 8 + 16 * tags
    if tags > _MAX_TAGS or start + size > len(blob):
        raise BrokenManifest(
            message("issue.not-valid-rpm-header", "not a valid rpm header: its index is longer than it is")
        )
    data = blob[start : start + size]
    found: dict[int, tuple[str, ...]] = {}
    for number in range(tags):
        tag, kind, offset, count = struct.unpack_from(">IIiI", blob, 8 + 16 * number)
        if 0 <= offset < len(data):
            values = tuple(_values(data, kind, offset, count))
            if values:
                found.setdefault(tag, values)
    return found


def _values(data: bytes, kind: int, offset: int, count: int) -> Iterator[str]:
    if kind == _INT32:
        if count and offset + 4 <= len(data):
            yield str(struct.unpack_from(">I", data, offset)[0])
        return
    if kind not in (_STRING, _STRINGS, _I18N):
        return
    for _ in range(min(count, len(data)) if kind == _STRINGS else 1):
        end = data.find(b"\0", offset)
        if end < 0:
            return
        yield data[offset : min(end, offset + _MAX_TEXT)].decode("utf-8", "replace").strip()
        offset = end + 1


def _package(tree: Tree, header: _Header, root: str, distribution: str, location: Location) -> Package | None:
    name, version = _first(header, _NAME), _first(header, _VERSION)
    if name == "gpg-pubkey":
        return None  # how rpm records the keys that it trusts
    if not name or not version:
        raise BrokenManifest(message("issue.package-without-name", "a package without name or version"))
    release, raw = _first(header, _RELEASE), _first(header, _LICENSE)
    folders = [join_path(root, f"usr/share/{place}/{name}") for place in ("licenses", "doc")]
    qualifiers = (("arch", _first(header, _ARCH)), ("epoch", _first(header, _EPOCH)))
    return Package(
        type=TYPE,
        namespace=distribution,
        name=name,
        version=f"{version}-{release}" if release else version,
        qualifiers=tuple((key, value) for key, value in qualifiers if value),
        kind=ComponentKind.SYSTEM,
        directory=next((folder for folder in folders if folder in tree.folders), None),
        statements=(statement(raw, "rpm License", location, StatementForm.TEXT),) if raw else (),
        location=location,
        supplier=_first(header, _VENDOR) or _first(header, _PACKAGER),
        description=_first(header, _SUMMARY),
        homepage=_first(header, _URL),
    )


def _first(header: _Header, tag: int) -> str | None:
    return next((value for value in header.get(tag, ()) if value), None)


def _root_of(path: str) -> str:
    folder = f"/{path}".rpartition("/")[0]
    tail = next(tail for tail in RPM_FOLDERS if folder.endswith(f"/{tail}"))
    return folder.removesuffix(f"/{tail}").strip("/")
