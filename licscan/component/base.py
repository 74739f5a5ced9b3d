"""The words between manifests and components: what one file says, before it is joined with what others say.

A *source* reads one file into a ``Reading``. Packages and projects are named by a *ref*: the purl of a package, or
``project:<directory>`` for the project of a folder, since manifests and lockfiles speak of it by its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct, field
from packageurl import PackageURL

from licscan.component.formats import BrokenManifest
from licscan.core.component import Component, ComponentKind, Dated, Dependency, FileCheck, Hash, Scope
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.message import message
from licscan.core.readme import LicenseSection
from licscan.core.reuse import Reuse
from licscan.core.selection import SelectedFile

LicenseReader = Callable[[str], "str | None"]
"""Free text to an expression in ScanCode's keys, or ``None`` when nothing is recognised."""


class StatementForm(str, Enum):
    """How a licence is written down."""

    EXPRESSION = "expression"  # meant as an SPDX expression
    TEXT = "text"  # a name, a sentence or a whole text
    SHORT_NAMES = "short-names"  # the short names of Debian's copyright format
    CLASSIFIER = "classifier"  # a trove classifier of Python
    FILE = "file"  # the path of the file that says it
    ABSENT_FILE = "absent-file"  # a file of a package whose files are not in the tree


class Statement(Struct, frozen=True, kw_only=True):
    """A licence as a manifest, a lockfile or installed metadata states it. ``origin`` names file kind and
    field (``package.json license``). For the form FILE, ``raw`` is relative to the folder of ``location``.

    ``alternatives`` are the licences of a list that offers a choice by its format's specification; ``raw`` then shows all of them.
    ``address`` is where the manifest says that the text of the licence stands.
    """

    raw: str
    form: StatementForm
    origin: str
    location: Location
    alternatives: tuple[Statement, ...] = ()
    address: str = ""


class Package(Struct, frozen=True, kw_only=True):
    """A package or project as one file names it.

    ``directory`` is the folder that holds its files, ``None`` when they are not in the tree; ``other_paths``
    are further folders and files of its own. ``type`` is the purl type. ``public`` is false for a project that says it is not to be published.
    """

    type: str
    name: str | None
    namespace: str | None = None
    version: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    kind: ComponentKind = ComponentKind.PACKAGE
    directory: str | None = None
    other_paths: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    location: Location
    authors: tuple[str, ...] = ()
    supplier: str | None = None
    description: str | None = None
    homepage: str | None = None
    hashes: tuple[Hash, ...] = ()
    dated: Dated | None = None
    check: FileCheck | None = None
    scope: Scope | None = None  # where the file itself tells it
    direct: bool | None = None  # where the file tells it without telling who needs the package
    public: bool = True
    described: bool = False  # the file holds the package's own metadata, whether or not it states a licence

    @property
    def purl(self) -> str | None:
        """The package URL, or ``None`` for a project without a name."""
        return _purl(self.type, self.namespace, self.name, self.version, self.qualifiers) if self.name else None

    @property
    def ref(self) -> str:
        if self.kind is ComponentKind.PROJECT:
            return project_ref(self.directory or "")
        purl = self.purl
        if purl is None:
            raise BrokenManifest(message("issue.entry-names-no", "an entry names no package"), self.location.start_line)
        return purl


@lru_cache(maxsize=65_536)
def _purl(
    type_: str, namespace: str | None, name: str, version: str | None, qualifiers: tuple[tuple[str, str], ...]
) -> str:
    try:
        return str(PackageURL(type_, namespace, name, version, dict(qualifiers) or None, None))
    except (ValueError, TypeError):
        # A name like "/", of which nothing is left, or half a character: as a purl, what can be written of it.
        name, namespace, version = (quote(part or "", safe="", errors="replace") for part in (name, namespace, version))
        return str(PackageURL(type_, namespace or None, name, version or None))


class Edge(Struct, frozen=True, kw_only=True):
    """``parent`` needs ``child`` (both refs), as a lockfile or an installed tree resolved it."""

    parent: str
    child: str
    scope: Scope = Scope.RUNTIME
    requirement: str | None = None
    location: Location


class Requirement(Struct, frozen=True, kw_only=True):
    """``parent`` (a ref) asks for a package by name; which one that is has to be resolved.

    ``extras`` are asked of the child; ``when_extra`` is the extra of the parent without which the
    requirement does not hold. ``pinned`` is the version if only one can satisfy it; ``alias`` the name under
    which the parent knows the package, where that is another; ``qualifiers`` say where it comes from when that is no registry.
    """

    parent: str
    type: str
    name: str
    namespace: str | None = None
    specifier: str = ""
    pinned: str | None = None
    scope: Scope = Scope.RUNTIME
    extras: tuple[str, ...] = ()
    when_extra: str | None = None
    alias: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    location: Location

    @property
    def full_name(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Lock(Struct, frozen=True, kw_only=True):
    """What a lockfile settles: ``entries`` maps ``name``, ``name@specifier`` or ``project:name`` to a ref, for the
    projects in ``directory`` and below."""

    type: str
    directory: str
    entries: Mapping[str, str]
    location: Location


class Reading(Struct, frozen=True, kw_only=True):
    """Everything that one file says."""

    packages: tuple[Package, ...] = ()
    edges: tuple[Edge, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    locks: tuple[Lock, ...] = ()
    issues: tuple[Issue, ...] = ()


class CacheFolder(Struct, frozen=True):
    """A folder outside the tree in which a package manager keeps packages: how results call it, and where it is."""

    shown: str
    location: str


class ComponentOptions(Struct, frozen=True, kw_only=True):
    """What changes the facts. Sizes in bytes. ``installed`` looks for installed trees beside the selected
    files; ``max_entries`` bounds how many folder entries are visited for that. ``caches`` are the package managers' own
    folders outside the tree, by ecosystem."""

    root_name: str | None = None  # how a nameless root project is called; the root folder's name otherwise
    installed: bool = True
    max_manifest_size: int = 64 * 1024 * 1024
    max_entries: int = 1_000_000
    caches: Mapping[str, tuple[CacheFolder, ...]] = field(default_factory=dict)


class LegalFile(Struct, frozen=True, kw_only=True):
    """A licence or notice file of a component that is not among the selected files. ``location`` is an
    absolute path of the operating system and never reaches a result."""

    component: str
    path: str
    location: str


class FetchedArchive(Struct, frozen=True, kw_only=True):
    """An archive that was fetched for a component whose files are not in the tree: ``component`` with the folder that its content
    will have, and the ``archive`` that is to be unpacked there."""

    component: Component
    archive: SelectedFile


class ComponentFacts(Struct, frozen=True, kw_only=True):
    """What is known of components: sorted, the project of the root first; ids are unique. ``looked_in`` are the ecosystems in
    whose caches packages were looked for."""

    components: tuple[Component, ...]
    dependencies: tuple[Dependency, ...] = ()
    legal_files: tuple[LegalFile, ...] = ()
    issues: tuple[Issue, ...] = ()
    looked_in: tuple[str, ...] = ()
    reuse: Reuse = field(default_factory=Reuse)
    readmes: tuple[LicenseSection, ...] = ()


class ReadingBuilder(Struct):
    """Collects a ``Reading`` while a file is walked through."""

    packages: list[Package] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def build(self) -> Reading:
        return Reading(
            packages=tuple(self.packages),
            edges=tuple(self.edges),
            requirements=tuple(self.requirements),
            locks=tuple(self.locks),
            issues=tuple(self.issues),
        )


# Characters of a path: systems open no longer ones, and whoever walks up from one looks at all of it each time.
LONGEST_PATH = 4_096


def project_ref(directory: str) -> str:
    """Return the ref of the project whose manifest lies in ``directory``."""
    return f"project:{directory}"


def parent_of(path: str) -> str:
    """Return the folder of ``path``; ``""`` is the root."""
    return path.rpartition("/")[0]


def base_of(path: str) -> str:
    """Return the last part of ``path``."""
    return path.rpartition("/")[2]


def join_path(directory: str, name: str) -> str:
    """Return ``name`` inside ``directory``; ``""`` is the root."""
    return f"{directory}/{name}" if directory else name


def ancestors(directory: str) -> Iterator[str]:
    """Yield ``directory`` and every folder above it, the root ``""`` last."""
    while directory:
        yield directory
        directory = parent_of(directory)
    yield ""


def normal_path(directory: str, relative: str) -> str | None:
    """Return ``relative`` as seen from ``directory`` with ``.`` and ``..`` worked out; ``None`` if it leaves the root,
    or is longer than any path."""
    if relative.startswith(("/", "\\")) or "\0" in relative or len(relative) > LONGEST_PATH:
        return None
    parts = directory.split("/") if directory else []
    for part in relative.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
