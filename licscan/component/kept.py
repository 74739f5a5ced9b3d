"""Packages that lie outside the tree, in a package manager's cache or where they were fetched to: their manifests and licence files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import LegalFile, LicenseReader, Package
from licscan.component.formats import BrokenManifest, text_of
from licscan.component.license import LicenseNormaliser
from licscan.component.source import load_reader
from licscan.component.tree import NOTICE_FOLDERS, Tree, UnreadableFile, is_passed_on
from licscan.core.component import Component

_MAX_ENTRIES = 10_000


class Kept(Struct, frozen=True):
    """A package outside the tree: its folder and its manifest, each as (shown, where it can be opened). ``also`` are manifests that it
    inherits from."""

    folder: tuple[str, str]
    manifest: tuple[str, str] | None = None
    also: tuple[tuple[str, str], ...] = ()


def told(component: Component, kept: Kept, reader: str | None, read_license: LicenseReader) -> Component:
    """Return the component with what the manifest of the kept package states."""
    package = _package(kept, reader)
    if package is None:
        return component  # its licence files may tell
    tree = tree_of(kept, _listed(kept))
    claims = LicenseNormaliser(read_license, lambda path: _text(tree, path)).claims(package.statements)
    return replace(
        component,
        claims=(*component.claims, *claims),
        unresolved=False,
        supplier=component.supplier or package.supplier,
        authors=component.authors or package.authors,
        description=component.description or package.description,
        homepage=component.homepage or package.homepage,
    )


def _package(kept: Kept, reader: str | None) -> Package | None:
    if reader is None or kept.manifest is None:
        return None
    try:
        return next(iter(load_reader(reader)(tree_of(kept), kept.manifest[0]).packages), None)
    except (BrokenManifest, UnreadableFile):
        return None  # no file of the scanned tree: the component is told to be without licence


def tree_of(kept: Kept, files: Mapping[str, str] | None = None) -> Tree:
    """Return the kept package's manifests, and ``files``, as a tree that readers read."""
    known = dict(item for item in (kept.manifest, *kept.also) if item)
    return Tree(root=kept.folder[1], selected={**(files or {}), **known}, found={}, links={}, digests={})


def _text(tree: Tree, path: str) -> str | None:
    try:
        return text_of(tree.read(path)) if path in tree else None
    except UnreadableFile:
        return None  # as above: the claim stays without an expression


def legal_files_of(component: Component, kept: Kept) -> Iterator[LegalFile]:
    """Yield the files of the kept package that are passed on with it."""
    for shown, location in sorted(_listed(kept).items()):
        if is_passed_on(shown):
            yield LegalFile(component=component.id, path=shown, location=location)


def _listed(kept: Kept) -> dict[str, str]:
    """Return the files that lie in the package's folder itself and in its folders of licences; links are left out."""
    found: dict[str, str] = {}
    folders = [kept.folder]
    for shown, location in folders:
        try:
            with os.scandir(location) as entries:
                for _, entry in zip(range(_MAX_ENTRIES), entries, strict=False):
                    if entry.is_file(follow_symlinks=False):
                        found[f"{shown}/{entry.name}"] = entry.path
                    elif (shown, location) == kept.folder and entry.name.lower() in NOTICE_FOLDERS:
                        folders += (
                            [(f"{shown}/{entry.name}", entry.path)] if entry.is_dir(follow_symlinks=False) else []
                        )
        except OSError:
            continue
    return found
