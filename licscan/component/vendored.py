"""Copied code: folders that have a licence of their own, or lie where other people's code is kept, without a manifest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from licscan.component.base import ancestors, base_of, parent_of
from licscan.component.ecosystem.common import INSTALL_FOLDERS, VENDOR_FOLDERS
from licscan.component.project import Projects, scope_of_folder
from licscan.component.tree import Tree, has_license, is_license_name
from licscan.core.archive import EXTRACT_SUFFIX, is_unpacked
from licscan.core.component import Component, ComponentKind, Dependency
from licscan.core.location import Location

# Folders whose purpose is to hold licence texts: REUSE's LICENSES, what projects collect for their notices, a jar's META-INF.
_TEXT_FOLDERS = frozenset(
    "license licenses licence licences legal copyright notices third_party_licenses .github docs doc meta-inf".split()
)


def find_vendored(tree: Tree, projects: Projects, known: Iterable[Component]) -> tuple[Component, ...]:
    """Return a component for each copied folder that is neither a project nor (part of) a known package, by path.

    A folder that repeats its project's own licence text, byte for byte, is the project's own.
    """
    owned = {item.directory for item in known if item.directory} | {path for item in known for path in item.other_paths}
    own_texts = _digests(tree, projects.folders)
    taken = set(owned)
    found: list[Component] = []
    for folder in _candidates(tree):
        if folder in projects.folders or _is_inside(folder, taken) or _is_inside_installed(folder):
            continue
        texts = _licence_files(tree, folder)
        if is_unpacked(base_of(folder)):
            if not _is_packed_package(folder, owned):
                found.append(_component(folder, texts))
            continue  # it may hold further ones
        if not _in_vendor_root(folder) and (not texts or all(tree.digests.get(path) in own_texts for path in texts)):
            continue
        if _in_vendor_root(folder) and not texts and _holds_another(folder, owned, tree):
            continue
        taken.add(folder)
        found.append(_component(folder, texts))
    return tuple(found)


def brought_in(components: Iterable[Component], projects: Projects, needed: Collection[str]) -> tuple[Dependency, ...]:
    """Return a dependency of the enclosing project on each component that was copied into it and that nobody else
    needs; what a package manager installed is there because somebody needs it, or is of no use."""
    return tuple(
        Dependency(
            parent=projects.around(place).id,
            child=item.id,
            scope=scope_of_folder(place),
            proven=True,
            location=Location(path=place),
        )
        for item in components
        if (place := _place(item)) and item.id not in needed and _is_copied(item)
    )


def _place(component: Component) -> str | None:
    """Return the folder of a component, or the first of the files that it consists of."""
    return component.directory or next(iter(component.other_paths), None)


def _is_copied(component: Component) -> bool:
    if component.directory is None:
        return component.kind is ComponentKind.PACKAGE and bool(component.other_paths)
    folder = component.directory
    if any(part in INSTALL_FOLDERS for part in folder.split("/")):
        return False
    # A package manager's record (vendor/modules.txt) lies outside the folder that it speaks of.
    own = any(location.path.startswith(f"{folder}/") for location in component.locations)
    packed = component.kind is ComponentKind.SYSTEM and is_unpacked(folder)  # a package file that nobody installed
    return packed or component.kind is ComponentKind.VENDORED or (component.kind is ComponentKind.PACKAGE and own)


def _candidates(tree: Tree) -> list[str]:
    """Return folders with a licence file beside other files, and the children of vendor folders, outermost first."""
    found = {
        folder
        for folder, names in tree.folders.items()
        if folder and has_license(names) and base_of(folder).lower() not in _TEXT_FOLDERS
    }
    for folder in tree.folders:
        for above in ancestors(folder):
            if _in_vendor_root(above) or is_unpacked(base_of(above)):
                found.add(above)
    return sorted(found, key=lambda folder: (folder.count("/"), folder))


# A folder of a Java package, whose names mean nothing: ``com/google/thirdparty/publicsuffix``.
_JAVA_PACKAGE = re.compile(r"(?:^|/)(?:com|org|net|io|edu)/[^/]+/")


def _in_vendor_root(folder: str) -> bool:
    if _JAVA_PACKAGE.search(folder):
        return False
    return base_of(parent_of(folder)) in VENDOR_FOLDERS and base_of(folder).lower() not in _TEXT_FOLDERS


def _licence_files(tree: Tree, folder: str) -> list[str]:
    return [path for path in tree.legal_files(folder) if is_license_name(base_of(path))]


def _is_inside(folder: str, taken: Collection[str]) -> bool:
    return any(above in taken for above in ancestors(folder) if above)


def _is_inside_installed(folder: str) -> bool:
    return any(part in INSTALL_FOLDERS or part.endswith((".dist-info", ".egg-info")) for part in folder.split("/"))


def _holds_another(folder: str, owned: Collection[str | None], tree: Tree) -> bool:
    """Whether a child of a vendor folder only groups packages below it (``vendor/github.com``)."""
    inside = f"{folder}/"
    if any(item and item.startswith(inside) for item in owned):
        return True
    return not tree.folders.get(folder) and any(
        other.startswith(inside) and has_license(names) for other, names in tree.folders.items()
    )


def _is_packed_package(folder: str, owned: Collection[str | None]) -> bool:
    """Whether the content of an archive is a package that is known: a wheel, or a source archive with its one folder. A
    jar is more than the manifests of what was built into it."""
    if folder.endswith(".deb-extract"):
        return any(path and path.startswith(f"{folder}/") for path in owned)
    return any(path and (path == folder or parent_of(path) == folder) for path in owned)


def _digests(tree: Tree, folders: Collection[str]) -> set[str]:
    by_folder: dict[str, list[str]] = defaultdict(list)
    for path, digest in tree.digests.items():
        if digest and is_license_name(base_of(path)) and parent_of(path) in folders:
            by_folder[parent_of(path)].append(digest)
    return {digest for digests in by_folder.values() for digest in digests}


def _component(folder: str, texts: Sequence[str]) -> Component:
    return Component(
        id=f"path:{folder}",
        name=base_of(folder).removesuffix(EXTRACT_SUFFIX) if is_unpacked(folder) else base_of(folder),
        kind=ComponentKind.VENDORED,
        directory=folder,
        locations=tuple(Location(path=path) for path in texts) or (Location(path=folder),),
    )
