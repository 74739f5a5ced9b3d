"""Python lockfiles: uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751) and Pipfile.lock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from licscan.component.base import (
    Package,
    Reading,
    normal_path,
    parent_of,
)
from licscan.component.dates import first_upload
from licscan.component.ecosystem.common import INSTALL_FOLDERS, prefixed_hash, scope_of_name
from licscan.component.ecosystem.nodes import Need, Node, lock_reading
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_address, of_path, of_repository
from licscan.component.ecosystem.pypi import TYPE, table_origin, version_in
from licscan.component.formats import load_json_object, load_toml, mapping, sequence, text, texts
from licscan.component.lines import Lines
from licscan.core.component import Hash, Scope
from licscan.core.location import Location

if TYPE_CHECKING:
    from licscan.component.tree import Tree


def _reader(nodes: Callable[[Mapping[str, Any], str, Lines], Iterable[Node]], *, json: bool = False) -> Any:
    """Make the reader of one kind of lockfile from the function that lists its nodes."""

    def read(tree: Tree, path: str) -> Reading:
        if any(part in INSTALL_FOLDERS for part in path.split("/")):
            return Reading()
        data = tree.read(path)
        document = load_json_object(data) if json else load_toml(data)
        found = nodes(document, parent_of(path), Lines(path, data))
        return lock_reading(TYPE, parent_of(path), found, Location(path=path))

    return read


def _node(
    entry: Mapping[str, Any],
    location: Location,
    *,
    folder: str | None = None,
    needs: Iterable[Need] = (),
    scope: Scope | None = None,
    hashes: tuple[Hash, ...] = (),
    origin: Qualifiers = NONE,
) -> Node:
    name, version = _name(entry.get("name")), text(entry.get("version"))
    # uv.lock and pylock.toml tell when each file was put on the index; the others have no such key.
    uploads = (*map(mapping, (entry.get("sdist"), entry.get("archive"))), *sequence(entry.get("wheels")))
    package = Package(
        type=TYPE,
        name=name,
        version=version,
        qualifiers=origin,
        location=location,
        hashes=hashes,
        scope=scope,
        dated=first_upload(uploads, "upload-time", location),
    )
    return Node(
        keys=(name, f"{name}=={version}"),
        package=package if version or origin else None,
        folder=folder,
        needs=tuple(needs),
        location=location,
    )


def _need(name: str, version: str | None = None, scope: Scope = Scope.RUNTIME, requirement: str | None = None) -> Need:
    keys = (f"{name}=={version}", name) if version else (name,)
    return Need(keys=keys, scope=scope, requirement=requirement)


def _name(value: object) -> str:
    return canonicalize_name(text(value) or "")


# -- uv.lock -----------------------------------------------------------------------------------------------------------

_LOCAL_SOURCES = ("editable", "virtual", "directory", "workspace")


def _uv_nodes(document: Mapping[str, Any], folder: str, lines: Lines) -> Iterator[Node]:
    for item in sequence(document.get("package")):
        entry = mapping(item)
        source = mapping(entry.get("source"))
        place = next((text(source.get(kind)) for kind in _LOCAL_SOURCES if source.get(kind)), None)
        if not _name(entry.get("name")):
            continue
        local = normal_path(folder, place) if place else None
        yield _node(
            entry,
            lines.at(f'name = "{entry.get("name")}"\nversion', f'name = "{entry.get("name")}"'),
            folder=local,
            needs=tuple(_uv_needs(entry, is_project=local is not None)),
            hashes=_file_hashes([entry.get("sdist")]) or _file_hashes(sequence(entry.get("wheels"))[:1]),
            origin=of_path(place) if place else _uv_origin(source),
        )


def _uv_origin(source: Mapping[str, Any]) -> Qualifiers:
    """Return the repository (``git = "address?rev=tag#commit"``), address or path that a package comes from."""
    if repository := text(source.get("git")):
        place, _, commit = repository.partition("#")
        return of_repository(place, commit or None)
    if address := text(source.get("url")):
        return of_address(address)
    return of_path(text(source.get("path")) or "")


def _uv_needs(entry: Mapping[str, Any], *, is_project: bool) -> Iterator[Need]:
    metadata = mapping(entry.get("metadata"))
    asked = {
        _name(item.get("name")): text(item.get("specifier"))
        for item in map(mapping, sequence(metadata.get("requires-dist")))
    }

    def needs(items: object, scope: Scope) -> Iterator[Need]:
        for item in map(mapping, sequence(items)):
            name = _name(item.get("name"))
            yield _need(name, text(item.get("version")), scope, asked.get(name))

    yield from needs(entry.get("dependencies"), Scope.RUNTIME)
    for extra, items in mapping(entry.get("optional-dependencies")).items():
        # A third party's extra stands in the lockfile because something asked for it.
        yield from needs(items, scope_of_name(extra, Scope.OPTIONAL) if is_project else Scope.RUNTIME)
    for group, items in mapping(entry.get("dev-dependencies")).items():
        yield from needs(items, scope_of_name(group, Scope.DEVELOPMENT))


def _file_hashes(files: Iterable[object]) -> tuple[Hash, ...]:
    """Return the digests of files written as ``{hash = "sha256:..."}`` or ``{hashes = {sha256 = "..."}}``."""
    found = []
    for item in map(mapping, files):
        written = [text(item.get("hash")) or ""]
        written += [f"{name}:{value}" for name, value in mapping(item.get("hashes")).items()]
        found += [value for part in written if (value := prefixed_hash(part))]
    return tuple(found)


# -- poetry.lock -------------------------------------------------------------------------------------------------------


def _poetry_nodes(document: Mapping[str, Any], folder: str, lines: Lines) -> Iterator[Node]:
    for item in sequence(document.get("package")):
        entry = mapping(item)
        name = _name(entry.get("name"))
        if not name:
            continue
        source = mapping(entry.get("source"))
        local = normal_path(folder, text(source.get("url")) or "") if source.get("type") == "directory" else None
        groups = texts(entry.get("groups")) or texts(entry.get("category"))
        yield _node(
            entry,
            lines.at(f'name = "{entry.get("name")}"'),
            folder=local,
            needs=tuple(_poetry_needs(mapping(entry.get("dependencies")))),
            scope=_scope_of_groups(groups, "main", optional=entry.get("optional") is True),
            hashes=_sdist_hashes(entry),
            origin=_poetry_origin(source),
        )


def _poetry_origin(source: Mapping[str, Any]) -> Qualifiers:
    kind, address = text(source.get("type")), text(source.get("url")) or ""
    if kind == "git":
        return of_repository(address, text(source.get("resolved_reference")) or text(source.get("reference")))
    if kind == "url":
        return of_address(address)
    return of_path(address) if kind in ("file", "directory") else NONE


def _poetry_needs(dependencies: Mapping[str, Any]) -> Iterator[Need]:
    for name, wanted in dependencies.items():
        # Several constraints, each with its marker, stand in a list.
        tables = [mapping(item) for item in sequence(wanted)] or [mapping(wanted)]
        optional = all(table.get("optional") is True for table in tables)
        requirement = text(wanted) or text(tables[0].get("version"))
        yield _need(_name(name), None, Scope.OPTIONAL if optional else Scope.RUNTIME, requirement)


def _scope_of_groups(groups: tuple[str, ...], main: str, *, optional: bool) -> Scope | None:
    if main in groups or not groups:
        return Scope.OPTIONAL if optional else None
    return scope_of_name(groups[0], Scope.DEVELOPMENT)


def _sdist_hashes(entry: Mapping[str, Any]) -> tuple[Hash, ...]:
    """Return the digest of the source archive; a package's many wheels differ from machine to machine."""
    files = [mapping(item) for item in sequence(entry.get("files"))]
    sources = [item for item in files if str(item.get("file") or item.get("url") or "").endswith((".tar.gz", ".zip"))]
    return _file_hashes(sources[:1] or files[:1])


# -- pdm.lock ----------------------------------------------------------------------------------------------------------


def _pdm_nodes(document: Mapping[str, Any], folder: str, lines: Lines) -> Iterator[Node]:
    for item in sequence(document.get("package")):
        entry = mapping(item)
        name = _name(entry.get("name"))
        if not name:
            continue
        place = text(entry.get("path"))
        groups = texts(entry.get("groups"))
        yield _node(
            entry,
            lines.at(f'name = "{entry.get("name")}"'),
            folder=normal_path(folder, place) if place and not _is_archive(place) else None,
            needs=tuple(_pep508_needs(texts(entry.get("dependencies")))),
            scope=_scope_of_groups(groups, "default", optional=False),
            hashes=_sdist_hashes(entry),
            origin=table_origin(entry),
        )


def _is_archive(place: str) -> bool:
    return place.endswith((".whl", ".tar.gz", ".zip"))


def _pep508_needs(written: Iterable[str]) -> Iterator[Need]:
    for item in written:
        try:
            parsed = Pep508(item)
        except InvalidRequirement:
            continue
        yield _need(canonicalize_name(parsed.name), requirement=str(parsed.specifier) or None)


# -- pylock.toml -------------------------------------------------------------------------------------------------------


def _pylock_nodes(document: Mapping[str, Any], folder: str, lines: Lines) -> Iterator[Node]:
    for item in sequence(document.get("packages")):
        entry = mapping(item)
        name = _name(entry.get("name"))
        place = text(mapping(entry.get("directory")).get("path"))
        if name:
            needs = [mapping(need) for need in sequence(entry.get("dependencies"))]
            yield _node(
                entry,
                lines.at(f'name = "{entry.get("name")}"'),
                folder=normal_path(folder, place) if place else None,
                origin=of_path(place) if place else _pylock_origin(entry),
                needs=tuple(_need(_name(need.get("name")), text(need.get("version"))) for need in needs),
                hashes=_file_hashes([entry.get("sdist") or entry.get("archive")])
                or _file_hashes(sequence(entry.get("wheels"))[:1]),
            )


def _pylock_origin(entry: Mapping[str, Any]) -> Qualifiers:
    vcs, archive = mapping(entry.get("vcs")), mapping(entry.get("archive"))
    if vcs:
        revision = text(vcs.get("commit-id")) or text(vcs.get("requested-revision"))
        return of_repository(
            text(vcs.get("url")) or text(vcs.get("path")) or "", revision, text(vcs.get("type")) or "git"
        )
    if address := text(archive.get("url")):
        return of_address(address)
    return of_path(text(archive.get("path")) or "")


# -- Pipfile.lock ------------------------------------------------------------------------------------------------------


def _pipfile_nodes(document: Mapping[str, Any], _folder: str, lines: Lines) -> Iterator[Node]:
    for section, scope in (("default", None), ("develop", Scope.DEVELOPMENT)):
        for name, value in mapping(document.get(section)).items():
            entry = mapping(value)
            exact = re.fullmatch(r"===?\s*(\S+)", text(entry.get("version")) or "")
            hashes = tuple(found for item in texts(entry.get("hashes"))[:1] if (found := prefixed_hash(item)))
            origin = table_origin(entry)
            version = exact.group(1) if exact else version_in(text(entry.get("file")) or text(entry.get("path")) or "")
            named = {"name": name, "version": version}
            yield _node(named, lines.at(f'"{name}": {{'), scope=scope, hashes=hashes, origin=origin)


read_uv_lock = _reader(_uv_nodes)
read_poetry_lock = _reader(_poetry_nodes)
read_pdm_lock = _reader(_pdm_nodes)
read_pylock = _reader(_pylock_nodes)
read_pipfile_lock = _reader(_pipfile_nodes, json=True)
