"""Installed Python packages: the METADATA of a ``*.dist-info`` folder, or PKG-INFO of an ``*.egg-info`` one."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from licscan.component.base import (
    LONGEST_PATH,
    Package,
    Reading,
    Statement,
    StatementForm,
    ancestors,
    base_of,
    join_path,
    parent_of,
)
from licscan.component.ecosystem.common import environment_of, origin_of, statement
from licscan.component.ecosystem.origin import NONE, Qualifiers, of_address, of_repository
from licscan.component.ecosystem.pypi import TYPE, classifier_statements, requirement
from licscan.component.formats import BrokenManifest, load_headers, load_json_object, mapping, text, text_of
from licscan.component.installed_files import check_record
from licscan.component.tree import UnreadableFile
from licscan.core.component import ComponentKind
from licscan.core.location import Location
from licscan.core.message import message

if TYPE_CHECKING:
    from licscan.component.tree import Tree

_URL = re.compile(r"(homepage|home page|home|source|source code|repository)$", re.IGNORECASE)
_Headers = Mapping[str, "list[tuple[str, int]]"]


def read_metadata(tree: Tree, path: str) -> Reading:
    """Read core metadata; the package owns the folder of its metadata and lies beside it."""
    headers = load_headers(text_of(tree.read(path)))
    name = _first(headers, "name")
    if not name:
        raise BrokenManifest(message("issue.installed-metadata-without", "installed metadata without a name"), 1)
    package = Package(
        type=TYPE,
        name=canonicalize_name(name),
        version=_first(headers, "version"),
        kind=ComponentKind.PACKAGE,
        directory=parent_of(path),
        other_paths=_owned(tree, path),
        statements=tuple(_statements(headers, path)),
        location=Location(path=path),
        authors=tuple(_people(headers)),
        description=_first(headers, "summary"),
        homepage=_homepage(headers),
        check=check_record(tree, join_path(parent_of(path), "RECORD")),
        qualifiers=_origin(tree, path),
    )
    wanted = (
        requirement(package.ref, value.partition("\n")[0], Location(path=path, start_line=line))
        for value, line in headers.get("requires-dist", ())
    )
    return Reading(packages=(package,), requirements=tuple(item for item in wanted if item))


def _origin(tree: Tree, path: str) -> Qualifiers:
    """Return where pip installed the package from when that was no index (PEP 610); a folder of the machine tells nothing."""
    record = join_path(parent_of(path), "direct_url.json")
    if record not in tree:
        return NONE
    try:
        document = load_json_object(tree.read(record))
    except (BrokenManifest, UnreadableFile):
        return NONE  # the package is there all the same; of where it comes from nothing is known
    address, vcs = text(document.get("url")) or "", mapping(document.get("vcs_info"))
    if vcs:
        revision = text(vcs.get("commit_id")) or text(vcs.get("requested_revision"))
        return of_repository(address, revision, text(vcs.get("vcs")) or "git")
    return NONE if address.startswith("file:") else of_address(address)


def _owned(tree: Tree, path: str) -> tuple[str, ...]:
    """Return the folders and files that RECORD lists, each tree of them once: the deepest folder that is a package."""
    record = join_path(parent_of(path), "RECORD")
    if record not in tree:
        return ()
    files = [line.partition(",")[0] for line in text_of(tree.read(record)).splitlines()]
    inside = [
        file
        for file in files
        if file and len(file) <= LONGEST_PATH and not file.startswith(("..", "/")) and ".dist-info/" not in file
    ]
    packages = {parent_of(file) for file in inside if base_of(file) in ("__init__.py", "__init__.pyi")}
    folders = {folder: _outermost(folder, packages) for folder in {parent_of(file) for file in inside}}
    owned = {folders[parent_of(file)] or file for file in inside if "__pycache__" not in file}
    return tuple(sorted(join_path(environment_of(path), item) for item in owned))


def _outermost(folder: str, packages: set[str]) -> str | None:
    """Return the highest folder around ``folder`` that is a package; ``None`` where there is none (namespaces are shared)."""
    return next((above for above in reversed(list(ancestors(folder))) if above in packages), None)


def _first(headers: _Headers, name: str) -> str | None:
    value = next((value for value, _ in headers.get(name, ())), None)
    return value if value and value.strip().upper() != "UNKNOWN" else None


def _statements(headers: _Headers, path: str) -> Iterable[Statement]:
    """Yield the expression of PEP 639 alone where there is one, else the free text and the classifiers."""

    def at(line: int | None) -> Location:
        return Location(path=path, start_line=line)

    for value, line in headers.get("license-expression", ()):
        yield statement(value, origin_of(path, "License-Expression"), at(line))
    if headers.get("license-expression"):
        return
    for value, line in headers.get("license", ()):
        if value and value.upper() not in ("UNKNOWN", "NONE"):
            yield statement(value, origin_of(path, "License"), at(line), StatementForm.TEXT)
    lines = dict(headers.get("classifier", ()))
    yield from classifier_statements(lines, origin_of(path, "Classifier"), lambda item: at(lines[item]))


def _people(headers: _Headers) -> Iterable[str]:
    if author := _first(headers, "author"):
        yield author
        return
    for value, _ in headers.get("author-email", ()):
        for name, address in email.utils.getaddresses([value]):
            if name or address:
                yield name or address


def _homepage(headers: _Headers) -> str | None:
    if page := _first(headers, "home-page"):
        return page
    for value, _ in headers.get("project-url", ()):
        label, _, url = value.partition(",")
        if _URL.match(label.strip()) and url.strip():
            return url.strip()
    return None
