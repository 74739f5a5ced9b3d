"""Projects: whose code the tree itself is. One for each folder with a manifest of its own, and one for the root."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import ComponentOptions, Package, ancestors, base_of
from licscan.component.ecosystem.common import unique
from licscan.component.tree import Tree
from licscan.core.component import ComponentKind, Scope
from licscan.core.location import Location

_TEST_FOLDER = re.compile(
    r"(^|/)(tests?|testing|fixtures?|testdata|test[-_]?data|__fixtures__|__tests__|spec|e2e)(/|$)", re.IGNORECASE
)
_OTHER_FOLDER = re.compile(
    r"(^|/)(docs?|documentation|examples?|samples?|demos?|playgrounds?|benchmarks?)(/|$)", re.IGNORECASE
)


class Project(Struct, frozen=True):
    """A folder's own project: its id, and the manifests that speak of it, the leading one first."""

    id: str
    name: str
    directory: str
    manifests: tuple[Package, ...]
    scope: Scope

    @property
    def lead(self) -> Package | None:
        return self.manifests[0] if self.manifests else None


class Projects:
    """The projects of a tree, by folder; the root always is one."""

    def __init__(self, packages: Iterable[Package], tree: Tree, options: ComponentOptions) -> None:
        by_folder: dict[str, list[Package]] = defaultdict(list)
        by_folder[""] = []
        for package in packages:
            by_folder[package.directory or ""].append(package)
        taken: set[str] = set()
        self._by_folder: dict[str, Project] = {}
        root_name = options.root_name or base_of(tree.root.replace(os.sep, "/").rstrip("/")) or "project"
        for folder in sorted(by_folder, key=lambda item: (item.count("/") + bool(item), item)):
            project = _project(folder, by_folder[folder], root_name, taken)
            taken.add(project.id)
            self._by_folder[folder] = project
        self._by_name: dict[tuple[str, str], Project] = {}
        for project in self._by_folder.values():
            for item in project.manifests:
                self._by_name.setdefault((item.type, full_name_of(item) or ""), project)

    @property
    def every(self) -> tuple[Project, ...]:
        """All projects, the root first, then by depth and path."""
        return tuple(self._by_folder.values())

    @property
    def folders(self) -> frozenset[str]:
        return frozenset(self._by_folder)

    def at(self, folder: str) -> Project | None:
        """Return the project of exactly this folder."""
        return self._by_folder.get(folder)

    def around(self, folder: str) -> Project:
        """Return the project that ``folder`` belongs to: its own or the nearest above."""
        return next(self._by_folder[above] for above in ancestors(folder) if above in self._by_folder)

    def named(self, type_: str, full_name: str) -> Project | None:
        """Return the project that is published under this name, if one is in the tree."""
        return self._by_name.get((type_, full_name)) if full_name else None


def full_name_of(package: Package) -> str | None:
    """Return namespace and name, as requirements write them."""
    return f"{package.namespace}/{package.name}" if package.namespace else package.name


def _project(folder: str, packages: Sequence[Package], root_name: str, taken: set[str]) -> Project:
    # The manifest that names what is published leads; one that only holds tools (nameless, private) follows, and so does
    # that of a registry to which nobody publishes any more, beside the one that took its place.
    manifests = sorted(
        packages, key=lambda item: (not item.name, not item.public, item.type == "bower", not item.version)
    )
    lead = _completed(manifests) if manifests else None
    identifier = (lead.purl if lead else None) or f"path:{folder or '.'}"
    if identifier in taken:
        identifier = f"{identifier}#{folder}"
    name = (full_name_of(lead) if lead else None) or (base_of(folder) if folder else root_name)
    return Project(
        id=identifier,
        name=name,
        directory=folder,
        manifests=(lead, *manifests[1:]) if lead else (),
        scope=scope_of_folder(folder),
    )


def _completed(manifests: Sequence[Package]) -> Package:
    """Return the leading manifest with what others of the same ecosystem add (setup.cfg beside pyproject.toml)."""
    lead = manifests[0]
    for other in manifests[1:]:
        if other.type == lead.type and other.name in (None, lead.name):
            lead = replace(
                lead,
                version=lead.version or other.version,
                authors=lead.authors or other.authors,
                description=lead.description or other.description,
                homepage=lead.homepage or other.homepage,
            )
    return lead


def scope_of_folder(folder: str) -> Scope:
    """Tell from its path what a folder is used for: tests, documentation and examples do not reach users."""
    if _TEST_FOLDER.search(folder):
        return Scope.TEST
    return Scope.DOCUMENTATION if _OTHER_FOLDER.search(folder) else Scope.RUNTIME


def root_location(project: Project) -> tuple[Location, ...]:
    """Return where a project is named: its manifests."""
    return tuple(Location(path=path) for path in unique(item.location.path for item in project.manifests))


def is_project(package: Package) -> bool:
    """Whether a manifest speaks of a project of the tree."""
    return package.kind is ComponentKind.PROJECT
