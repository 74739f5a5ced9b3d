"""From what files say to components: one for each purl, with everything that is said of it, and their dependencies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from licscan.component.base import Edge, Package, Reading, StatementForm, base_of, parent_of
from licscan.component.ecosystem.common import unique
from licscan.component.graph import rank
from licscan.component.license import LicenseNormaliser, of_package
from licscan.component.project import Project, Projects, is_project, root_location, scope_of_folder
from licscan.component.resolve import Resolution
from licscan.core.component import Component, ComponentKind, Dated, DateKind, Dependency, Scope
from licscan.core.location import Location

_DATE_KINDS = tuple(DateKind)


class Merger:
    """Joins packages under one id each. Refs of projects, and of packages that are a project of the tree, become
    the project's id."""

    def __init__(self, projects: Projects, normaliser: LicenseNormaliser) -> None:
        self._projects = projects
        self._normaliser = normaliser

    def components(self, packages: Iterable[Package]) -> tuple[Component, ...]:
        """Return the projects, then the packages by id."""
        grouped: dict[str, list[Package]] = defaultdict(list)
        for package in packages:
            if not is_project(package) and (purl := package.purl) and self._own(package) is None:
                grouped[purl].append(package)
        projects = [self._project(project) for project in self._projects.every]
        return (*projects, *(self._package(grouped[purl], purl) for purl in sorted(grouped)))

    def dependencies(self, reading: Reading, resolution: Resolution) -> tuple[Dependency, ...]:
        """Return each dependency once: of several scopes the one that reaches users most surely."""
        ids = self._ids(reading.packages)
        found: dict[tuple[str, str], Dependency] = {}
        asked = [
            (
                Edge(
                    parent=item.parent,
                    child=package.ref,
                    scope=item.scope,
                    requirement=item.specifier or None,
                    location=item.location,
                ),
                False,
            )
            for item, package in resolution.asked
        ]
        for edge, proven in [*((edge, True) for edge in (*reading.edges, *resolution.edges)), *asked]:
            dependency = Dependency(
                parent=self._id(edge.parent, ids),
                child=self._id(edge.child, ids),
                scope=self._scope(edge),
                requirement=edge.requirement,
                proven=proven,
                location=edge.location,
            )
            key = dependency.parent, dependency.child
            if dependency.parent != dependency.child:
                found[key] = _joined(found[key], dependency) if key in found else dependency
        return tuple(found[key] for key in sorted(found))

    def _ids(self, packages: Iterable[Package]) -> Mapping[str, str]:
        own = ((package.ref, self._own(package)) for package in packages if not is_project(package))
        return {ref: project.id for ref, project in own if project}

    def _id(self, ref: str, ids: Mapping[str, str]) -> str:
        if ref.startswith("project:"):
            return self._projects.around(ref[len("project:") :]).id
        return ids.get(ref, ref)

    def _built_here(self, package: Package) -> Project | None:
        """Return the project that a file of a library was built from, whatever version it was then: it is called like it."""
        name = _bare(package.name or "")
        return next((project for project in self._projects.every if project.lead and _bare(project.name) == name), None)

    def _scope(self, edge: Edge) -> Scope:
        """Return the scope of an edge: what a list among tests asks for without a project of its own is for tests."""
        folder = edge.parent.removeprefix("project:")
        if folder == edge.parent or self._projects.at(folder) or rank(edge.scope) >= rank(Scope.BUILD):
            return edge.scope
        own = scope_of_folder(folder)
        return edge.scope if own is Scope.RUNTIME else own

    def _own(self, package: Package) -> Project | None:
        """Return the project that a locked or installed package is: same name, and no other version."""
        full = f"{package.namespace}/{package.name}" if package.namespace else package.name
        if package.directory and base_of(package.location.path) == ".gitmodules":
            return self._projects.at(package.directory)  # what its own manifest tells is more than where it is from
        if package.directory is None and package.other_paths:
            return self._built_here(package)
        project = self._projects.named(package.type, full or "")
        if project is None or project.lead is None:
            return None
        return project if project.lead.version in (None, package.version) else None

    def _project(self, project: Project) -> Component:
        lead = project.lead
        statements = [item for manifest in project.manifests for item in manifest.statements]
        return Component(
            id=project.id,
            name=project.name,
            kind=ComponentKind.PROJECT,
            version=lead.version if lead else None,
            purl=lead.purl if lead else None,
            ecosystem=lead.type if lead else None,
            directory=project.directory,
            scope=project.scope,
            claims=self._normaliser.claims(statements),
            locations=root_location(project),
            supplier=lead.supplier if lead else None,
            authors=unique(author for manifest in project.manifests for author in manifest.authors),
            description=lead.description if lead else None,
            homepage=lead.homepage if lead else None,
        )

    def _package(self, packages: Sequence[Package], purl: str) -> Component:
        # What lies in the tree knows most, then what says most.
        ordered = sorted(packages, key=lambda item: (item.directory is None, (item.directory or "").count("/")))
        first = ordered[0]
        folders = unique(item.directory for item in ordered if item.directory is not None)
        others = unique((*folders[1:], *(path for item in ordered for path in item.other_paths)))
        kinds = {item.kind for item in ordered}
        scopes = [item.scope for item in ordered if item.scope] or list(_scopes_of_folders(ordered))
        statements = [of_package(statement, item.directory) for item in ordered for statement in item.statements]
        claims = self._normaliser.claims(statements)
        is_told = any(item.form is not StatementForm.ABSENT_FILE for item in statements)
        is_read = is_told or bool(folders) or any(item.described for item in ordered)
        return Component(
            id=purl,
            name=f"{first.namespace}/{first.name}" if first.namespace else str(first.name),
            kind=ComponentKind.SYSTEM if kinds == {ComponentKind.SYSTEM} else ComponentKind.PACKAGE,
            version=first.version,
            purl=purl,
            ecosystem=first.type,
            directory=folders[0] if folders else None,
            other_paths=others,
            scope=min(scopes, key=rank) if scopes else Scope.RUNTIME,
            direct=next((item.direct for item in ordered if item.direct is not None), None),
            claims=claims,
            locations=_locations(ordered),
            supplier=next((item.supplier for item in ordered if item.supplier), None),
            authors=next((item.authors for item in ordered if item.authors), ()),
            description=next((item.description for item in ordered if item.description), None),
            homepage=next((item.homepage for item in ordered if item.homepage), None),
            hashes=tuple(dict.fromkeys(value for item in ordered for value in item.hashes)),
            dated=min((item.dated for item in ordered if item.dated), key=_date_rank, default=None),
            check=next((item.check for item in ordered if item.check), None),
            unresolved=not is_read and kinds != {ComponentKind.SYSTEM},
        )


def _bare(name: str) -> str:
    """Return a name as builds write it: without scope, separators and the ending of scripts."""
    return re.sub(r"[^a-z0-9]", "", base_of(name).lower().removesuffix(".js"))


def _scopes_of_folders(packages: Sequence[Package]) -> Iterable[Scope]:
    """Return what the folders of lockfiles tell, where all of them do: what only lockfiles among tests name reaches nobody."""
    found = [scope_of_folder(parent_of(item.location.path)) for item in packages]
    has_files = any(item.directory is not None for item in packages)
    return () if has_files or Scope.RUNTIME in found else found


def _date_rank(dated: Dated) -> tuple[int, str]:
    """When it was released is what age is counted from; of equals the first day."""
    return _DATE_KINDS.index(dated.kind), dated.day


def _locations(packages: Iterable[Package]) -> tuple[Location, ...]:
    return tuple(dict.fromkeys(item.location for item in packages))


def _joined(one: Dependency, other: Dependency) -> Dependency:
    lead = min((one, other), key=lambda item: rank(item.scope))
    return Dependency(
        parent=one.parent,
        child=one.child,
        scope=lead.scope,
        requirement=lead.requirement or one.requirement or other.requirement,
        proven=one.proven or other.proven,
        location=lead.location,
    )
