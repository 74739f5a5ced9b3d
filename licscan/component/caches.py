"""Packages that the user's package managers keep outside the tree: Go's module cache, Cargo's registry, Maven's repository, gems,
NuGet's packages.

They are asked for components whose files are not in the tree. Read only, by exact name and version; nothing is fetched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import CacheFolder, ComponentFacts, LegalFile, LicenseReader
from licscan.component.formats import BrokenManifest
from licscan.component.kept import Kept, legal_files_of, told, tree_of
from licscan.component.tree import Tree, UnreadableFile
from licscan.core.component import Component, ComponentKind

# A part of a name or version as it may become a part of a path: it comes from a lockfile, which may be hostile.
_PART = re.compile(r"[\w!~@+.-]+")
_MAX_PARENTS = 20


class _Cache(Struct, frozen=True):
    """How packages lie in the caches of one ecosystem, and what reads their manifests."""

    places: Callable[[CacheFolder, Component], Iterator[Kept]]
    reader: str | None = None


def find_caches(environ: Mapping[str, str], home: Path) -> Mapping[str, tuple[CacheFolder, ...]]:
    """Return the folders in which this user's package managers keep packages, by ecosystem; only those that exist."""
    go = environ.get("GOMODCACHE") or os.path.join(
        (environ.get("GOPATH") or str(home / "go")).split(os.pathsep)[0], "pkg", "mod"
    )
    cargo_home = environ.get("CARGO_HOME") or str(home / ".cargo")
    gems = [environ.get("GEM_HOME", ""), *environ.get("GEM_PATH", "").split(os.pathsep)]
    gems += _children(home / ".gem" / "ruby") + _children(home / ".local" / "share" / "gem" / "ruby")
    sources = _children(Path(cargo_home, "registry", "src"))
    found = {
        "golang": [CacheFolder("$GOMODCACHE", go)],
        "cargo": [CacheFolder(f"$CARGO_HOME/registry/src/{os.path.basename(path)}", path) for path in sources],
        "maven": [CacheFolder("~/.m2/repository", _maven_repository(environ) or str(home / ".m2" / "repository"))],
        "gem": [CacheFolder("$GEM_HOME", path) for path in dict.fromkeys(gems) if path],
        "nuget": [CacheFolder("$NUGET_PACKAGES", environ.get("NUGET_PACKAGES") or str(home / ".nuget" / "packages"))],
    }
    existing = {name: tuple(item for item in some if os.path.isdir(item.location)) for name, some in found.items()}
    return {name: some for name, some in existing.items() if some}


def _maven_repository(environ: Mapping[str, str]) -> str | None:
    """Return the repository that Maven's own options name instead of the one in the user's home."""
    options = f"{environ.get('MAVEN_OPTS', '')} {environ.get('MAVEN_ARGS', '')}"
    found = re.findall(r"-Dmaven\.repo\.local=(\S+)", options)
    return found[-1] if found else None


def with_caches(
    facts: ComponentFacts, caches: Mapping[str, tuple[CacheFolder, ...]], read_license: LicenseReader
) -> ComponentFacts:
    """Return the facts with what the caches know of packages whose files are not in the tree: their manifests as claims, their
    licence files as evidence."""
    components: list[Component] = []
    legal: list[LegalFile] = []
    looked: set[str] = set()
    for component in facts.components:
        kept, ecosystem = None, component.ecosystem or ""
        if component.kind is ComponentKind.PACKAGE and component.directory is None and ecosystem in caches:
            looked.add(ecosystem)
            kept = _find(component, caches[ecosystem])
        components.append(told(component, kept, reader_of(component), read_license) if kept else component)
        legal += legal_files_of(component, kept) if kept else ()
    return replace(
        facts,
        components=tuple(components),
        legal_files=tuple(sorted((*facts.legal_files, *legal), key=lambda item: item.path)),
        looked_in=tuple(sorted(looked)),
    )


def _find(component: Component, folders: Sequence[CacheFolder]) -> Kept | None:
    if component.has_own_origin:
        return None  # caches keep what registries have under this name
    if not component.version or not all(map(_is_part, (*component.name.split("/"), component.version))):
        return None
    cache = _CACHES[component.ecosystem or ""]
    return next((kept for folder in folders for kept in cache.places(folder, component)), None)


def reader_of(component: Component) -> str | None:
    """Return what reads the manifests in the caches of a component's ecosystem."""
    return _CACHES[component.ecosystem or ""].reader


def _is_part(text: str) -> bool:
    return bool(_PART.fullmatch(text)) and bool(text.strip("."))


def _children(folder: Path) -> list[str]:
    try:
        return sorted(str(path) for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def _at(root: CacheFolder, relative: str) -> tuple[str, str]:
    return f"{root.shown}/{relative}", os.path.join(root.location, *relative.split("/"))


def _go_places(root: CacheFolder, component: Component) -> Iterator[Kept]:
    """Yield ``github.com/!azure/sdk@v1.2.3``: a capital letter is written small behind a ``!``."""
    escaped = re.sub(r"[A-Z]", lambda match: f"!{match[0].lower()}", f"{component.name}@{component.version}")
    folder = _at(root, escaped)
    if os.path.isdir(folder[1]):
        yield Kept(folder)


def _cargo_places(root: CacheFolder, component: Component) -> Iterator[Kept]:
    name = f"{component.name}-{component.version}"
    manifest = _at(root, f"{name}/Cargo.toml")
    if os.path.isfile(manifest[1]):
        yield Kept(_at(root, name), manifest)


def _gem_places(root: CacheFolder, component: Component) -> Iterator[Kept]:
    """Yield ``gems/x-1.0`` with its ``specifications/x-1.0.gemspec``; built gems have their platform behind the version."""
    name = f"{component.name}-{component.version}"
    for path in sorted(_children(Path(root.location, "gems"))):
        full = os.path.basename(path)
        if full == name or (full.startswith(f"{name}-") and not full[len(name) + 1 :][:1].isdigit()):
            manifest = _at(root, f"specifications/{full}.gemspec")
            yield Kept(_at(root, f"gems/{full}"), manifest if os.path.isfile(manifest[1]) else None)


def _nuget_places(root: CacheFolder, component: Component) -> Iterator[Kept]:
    """Yield ``serilog/3.1.1`` with its nuspec: names in lower case, and at least three parts of a version."""
    name, version = component.name.lower(), (component.version or "").lower()
    for written in (version, f"{version}.0"):
        manifest = _at(root, f"{name}/{written}/{name}.nuspec")
        if os.path.isfile(manifest[1]):
            yield Kept(_at(root, f"{name}/{written}"), manifest)


def _maven_places(root: CacheFolder, component: Component) -> Iterator[Kept]:
    """Yield the folder of a version with its pom, and the poms that it inherits from."""
    from licscan.component.ecosystem import maven  # XML is loaded where there is some

    group, _, artifact = component.name.rpartition("/")
    path = maven.repository_path(group, artifact, component.version or "")
    manifest = _at(root, path)
    if not os.path.isfile(manifest[1]):
        return
    kept = Kept(_at(root, path.rpartition("/")[0]), manifest)
    parents: list[tuple[str, str]] = []
    place: tuple[str, str] | None = manifest
    while place and len(parents) < _MAX_PARENTS:
        inherited = _parent(tree_of(kept, dict([place])), place[0])
        place = _at(root, inherited) if inherited else None
        if place and place not in parents and os.path.isfile(place[1]):
            parents.append(place)
        else:
            break
    yield replace(kept, also=tuple(parents))


def _parent(tree: Tree, path: str) -> str | None:
    from licscan.component.ecosystem import maven

    try:
        coordinates = maven.parent_coordinates(tree, path)
    except (BrokenManifest, UnreadableFile):
        return None
    if coordinates is None or not all(map(_is_part, coordinates)):
        return None
    return maven.repository_path(*coordinates)


_CACHES: Mapping[str, _Cache] = {
    "golang": _Cache(_go_places),
    "cargo": _Cache(_cargo_places, "licscan.component.ecosystem.cargo:read_cargo_toml"),
    "maven": _Cache(_maven_places, "licscan.component.ecosystem.maven:read_pom"),
    "gem": _Cache(_gem_places, "licscan.component.ecosystem.rubygems:read_gemspec"),
    "nuget": _Cache(_nuget_places, "licscan.component.ecosystem.nuget:read_nuspec"),
}
