"""Installed packages of a Debian root filesystem: dpkg's status, and each package's copyright file."""

from __future__ import annotations

import email.utils
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from licscan.component.base import (
    Edge,
    Package,
    Reading,
    ReadingBuilder,
    Statement,
    StatementForm,
    base_of,
    join_path,
    parent_of,
)
from licscan.component.dates import dated
from licscan.component.ecosystem.common import people, statement
from licscan.component.formats import BrokenManifest, load_stanzas, text_of
from licscan.core.archive import is_unpacked
from licscan.core.component import ComponentKind, Dated, DateKind
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

TYPE = "deb"
_HEAD = 4_096
_MERGED = re.compile(r"(?:bin|sbin|lib|lib32|lib64|libx32)/")
_NOTHING: Mapping[str, str] = {}
_Stanza = Mapping[str, "list[tuple[str, int]]"]


def read_status(tree: Tree, path: str) -> Reading:
    """Read installed packages and what they depend on; of alternatives the first that is installed."""
    root = root_of(path)
    distribution = distribution_of(tree, root, "debian")
    builder = ReadingBuilder()
    refs: dict[str, str] = {}
    nodes: list[tuple[Package, _Stanza]] = []
    stanzas = list(load_stanzas(text_of(tree.read(path))))
    shared = _shared_documents(tree, stanzas, root)
    for stanza in stanzas:
        name, version = first(stanza, "package"), first(stanza, "version")
        status = first(stanza, "status")
        if not name or not version:
            raise BrokenManifest(
                message("issue.stanza-without-package", "a stanza without package or version"), _line(stanza)
            )
        if status is None or status.endswith(" installed"):
            package = _package(tree, stanza, root, distribution, Location(path=path, start_line=_line(stanza)), shared)
            builder.packages.append(package)
            nodes.append((package, stanza))
            refs.setdefault(name, package.ref)
            for provided in _names(first(stanza, "provides")):
                refs.setdefault(provided[0], package.ref)
    for package, fields in nodes:
        for field in ("pre-depends", "depends"):
            for alternatives in _names(first(fields, field)):
                child = next((refs[name] for name in alternatives if name in refs), None)
                if child:
                    builder.edges.append(Edge(parent=package.ref, child=child, location=package.location))
    return builder.build()


def _package(
    tree: Tree, stanza: _Stanza, root: str, distribution: str, location: Location, shared: Mapping[str, str] = _NOTHING
) -> Package:
    name = first(stanza, "package") or ""
    architecture = first(stanza, "architecture")
    documents = join_path(root, f"usr/share/doc/{name}")
    own = join_path(documents, "copyright")
    copyright_file = own if own in tree else shared.get(_source(stanza), own)
    return Package(
        type=TYPE,
        namespace=distribution,
        name=name,
        version=first(stanza, "version"),
        qualifiers=(("arch", architecture),) if architecture else (),
        kind=ComponentKind.SYSTEM,
        directory=documents if own in tree else None,
        other_paths=tuple(_files(tree, root, name, architecture or "", documents)),
        statements=tuple(copyright_statements(tree, copyright_file)) if copyright_file in tree else (),
        location=location,
        supplier=next(iter(people([first(stanza, "maintainer") or ""])), None) or None,
        description=(first(stanza, "description") or "").partition("\n")[0] or None,
        homepage=first(stanza, "homepage"),
        dated=_changelog(tree, documents)[1],
    )


def _shared_documents(tree: Tree, stanzas: Iterable[_Stanza], root: str) -> Mapping[str, str]:
    """Return the copyright file of each source package: binary packages of one source may refer to each other's by a link, which is not followed
    (Debian policy, section 12.5)."""
    found: dict[str, str] = {}
    for stanza in stanzas:
        place = join_path(root, f"usr/share/doc/{first(stanza, 'package') or ''}/copyright")
        if place in tree:
            found.setdefault(_source(stanza), place)
    return found


def _source(stanza: _Stanza) -> str:
    """Return the name of the source that a package is built from: its own, where none is named."""
    return (first(stanza, "source") or first(stanza, "package") or "").partition(" ")[0]


def _files(tree: Tree, root: str, name: str, architecture: str, documents: str) -> Iterator[str]:
    """Yield the files of the tree that dpkg's list of a package names, but for those in its folder of documents."""
    places = (join_path(root, f"var/lib/dpkg/info/{each}.list") for each in (name, f"{name}:{architecture}"))
    listed = next((place for place in places if place in tree), None)
    if listed is None:
        return
    for line in text_of(tree.read(listed)).split("\n"):
        inside = line.strip().lstrip("/")
        # A system with merged /usr keeps /bin, /sbin and /lib there, whatever a package's list says.
        for path in (join_path(root, inside), join_path(root, f"usr/{inside}") if _MERGED.match(inside) else ""):
            if path and path in tree and not path.startswith(f"{documents}/"):
                yield path
                break


def copyright_statements(tree: Tree, path: str) -> Iterator[Statement]:
    """Yield each licence that a machine-readable copyright file names for some files, else the whole text."""
    content = text_of(tree.read(path))
    if not re.match(r"\s*format(?:-specification)?\s*:", content, re.IGNORECASE):
        yield statement(content, "copyright", Location(path=path), StatementForm.TEXT)
        return
    seen: set[str] = set()
    for stanza in load_stanzas(content):
        if "files" not in stanza:
            continue
        for value, line in stanza.get("license", ()):
            raw = value.partition("\n")[0].strip()
            if raw and raw not in seen:
                seen.add(raw)
                yield statement(
                    raw, "copyright License", Location(path=path, start_line=line), StatementForm.SHORT_NAMES
                )


def _names(field: str | None) -> list[tuple[str, ...]]:
    """Return the names in ``a (>= 1), b | c:any``, alternatives together."""
    groups = (group.split("|") for group in (field or "").split(",") if group.strip())
    return [
        tuple(re.sub(r"[:(\[<].*", "", item.strip(), flags=re.DOTALL).strip() for item in group) for group in groups
    ]


def first(stanza: _Stanza, name: str) -> str | None:
    """Return the first value of a field."""
    return next((value for value, _ in stanza.get(name, ()) if value), None)


def _line(stanza: _Stanza) -> int:
    return min(line for values in stanza.values() for _, line in values)


def root_of(path: str) -> str:
    """Return the folder that is ``/`` in the root filesystem of a database under ``var/lib`` or ``lib``."""
    for tail in ("/var/lib/dpkg/status", "/lib/apk/db/installed", "/usr/lib/apk/db/installed"):
        if f"/{path}".endswith(tail):
            return f"/{path}".removesuffix(tail).strip("/")
    return f"/{parent_of(path)}".removesuffix("/var/lib/dpkg/status.d").strip("/")


def distribution_of(tree: Tree, root: str, default: str) -> str:
    """Return the id of the distribution, as its os-release tells."""
    for name in ("etc/os-release", "usr/lib/os-release"):
        path = join_path(root, name)
        if path in tree and (match := re.search(r"^ID=[\"']?([\w.-]+)", text_of(tree.read(path)), re.MULTILINE)):
            return match.group(1)
    return default


def read_control(tree: Tree, path: str) -> Reading:
    """Read the record of a package file that was looked into; ``DEBIAN`` folders of a project are its own business."""
    root = parent_of(parent_of(path))
    if not is_unpacked(base_of(root)):
        return Reading()
    stanza = next(load_stanzas(text_of(tree.read(path))), {})
    if not first(stanza, "package") or not first(stanza, "version"):
        raise BrokenManifest(message("issue.control-file-without", "a control file without package or version"), 1)
    package = _package(tree, stanza, root, distribution_of(tree, root, "debian"), Location(path=path))
    return Reading(packages=(replace(package, directory=root),))


def read_copyright(tree: Tree, path: str) -> Reading:
    """Read a package that was unpacked without dpkg's records; its changelog's first line knows the version."""
    folder = parent_of(path)
    root = f"/{folder}".rpartition("/usr/share/doc/")[0].strip("/")
    if join_path(root, "DEBIAN/control") in tree and is_unpacked(base_of(root)):
        return Reading()
    if join_path(root, "var/lib/dpkg/status") in tree or join_path(root, "var/lib/dpkg/status.d") in tree.folders:
        return Reading()
    version, released = _changelog(tree, folder)
    package = Package(
        type=TYPE,
        namespace=distribution_of(tree, root, "debian"),
        name=base_of(folder),
        version=version,
        kind=ComponentKind.SYSTEM,
        directory=folder,
        statements=tuple(copyright_statements(tree, path)),
        location=Location(path=path),
        dated=released,
    )
    return Reading(packages=(package,))


def _changelog(tree: Tree, folder: str) -> tuple[str | None, Dated | None]:
    """Return version and day of the newest entry of a package's changelog."""
    for name in ("changelog.Debian.gz", "changelog.gz"):
        path = join_path(folder, name)
        if path in tree:
            try:
                with gzip.open(io.BytesIO(tree.read(path))) as stream:
                    head = stream.read(_HEAD).decode("utf-8", "replace")
            except (OSError, EOFError, zlib.error):
                continue  # a damaged changelog: the version stays unknown, the package does not
            match = re.match(r"\S+ \(([^()\s]+)\)", head)
            if match:
                return match.group(1), _signed(head, Location(path=path))
    return None, None


def _signed(head: str, location: Location) -> Dated | None:
    """Return the day in the line that closes the newest entry: `` -- Name <address>  Thu, 01 Feb 2024 10:00:00 +0100``."""
    closing = re.search(r"^ -- .*>  (.+)$", head, re.MULTILINE)
    try:
        moment = email.utils.parsedate_to_datetime(closing[1]) if closing else None
    except ValueError:
        return None
    return dated(DateKind.RELEASED, moment, "changelog of the Debian package", location)
