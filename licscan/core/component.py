"""Whose code it is: packages, vendored folders, the project itself, and what depends on what."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.location import Location


class ClaimSource(str, Enum):
    """Who says which licence it is."""

    DECLARED = "declared"  # a manifest, a lockfile or a registry says so
    DETECTED = "detected"  # its files say so
    CONCLUDED = "concluded"  # judged from the others, or decided by a person
    MENTIONED = "mentioned"  # its licence files name it in passing: told, and not judged


class StatedTerms(Struct, frozen=True, kw_only=True):
    """What a licence file states: ``terms`` is what it puts its package under, ``mentions`` what it names besides; expressions in
    ScanCode's keys."""

    terms: str | None
    mentions: tuple[str, ...] = ()


class LicenseClaim(Struct, frozen=True, kw_only=True):
    """One statement about a licence. ``raw`` is the statement as written; ``expression`` is it in
    ScanCode's keys, or ``None`` where it could not be understood; ``origin`` names what was read. ``inherited_from``
    is the chain of models, nearest first, from the last of which a model has it."""

    source: ClaimSource
    expression: str | None
    expression_spdx: str | None = None
    raw: str | None = None
    origin: str = ""
    locations: tuple[Location, ...] = ()
    inherited_from: tuple[str, ...] = ()


class Scope(str, Enum):
    """What a part of the codebase is used for; only the first three reach what is distributed."""

    RUNTIME = "runtime"
    OPTIONAL = "optional"
    PEER = "peer"
    DEVELOPMENT = "development"
    TEST = "test"
    BUILD = "build"
    DOCUMENTATION = "documentation"


# What reaches whoever gets the product.
SHIPPED = frozenset({Scope.RUNTIME, Scope.OPTIONAL, Scope.PEER})
# The project at the root of what is scanned, where no manifest names it.
ROOT_ID = "path:"


class ComponentKind(str, Enum):
    """How a component came to be in the tree."""

    PROJECT = "project"  # the scanned codebase itself, or one project of a monorepo
    PACKAGE = "package"  # named by a manifest, a lockfile or installed metadata
    VENDORED = "vendored"  # a copied folder with a licence or origin of its own, without a manifest
    SYSTEM = "system"  # an installed package of a root filesystem


class Hash(Struct, frozen=True, kw_only=True):
    """A digest of a component or model; ``algorithm`` as CycloneDX names it (``SHA-256``)."""

    algorithm: str
    value: str


class DateKind(str, Enum):
    """What a date says of a component."""

    RELEASED = "released"  # this version was put out on that day
    BUILT = "built"  # its binaries were made on that day
    NOT_AFTER = "not-after"  # nothing in its folder is newer than that day


class Dated(Struct, frozen=True, kw_only=True):
    """A day (``YYYY-MM-DD``, UTC) that something records of a component. ``origin`` names what was read."""

    kind: DateKind
    day: str
    origin: str
    location: Location | None = None


def years_before(time: str, years: int) -> str:
    """Return the day (``YYYY-MM-DD``) ``years`` before the ISO 8601 ``time``; days compare as text. Leap days need no care."""
    return f"{int(time[:4]) - years:04d}{time[4:10]}" if time[:4].isdecimal() else ""


class FileCheck(Struct, frozen=True, kw_only=True):
    """A component's files against the digests that its package brought with it, listed in ``location``.

    ``same`` counts the files that are as they were, ``changed`` are the paths of those that are not; ``unseen`` counts
    listed files that were not scanned, or are gone.
    """

    location: Location
    same: int
    changed: tuple[str, ...] = ()
    unseen: int = 0


# Qualifiers of a purl that say where a package comes from when that is no registry.
ORIGINS = ("vcs_url", "download_url")


# The clients whose registries ``--online`` asks, by ecosystem.
REGISTRY_CLIENTS = {
    "npm": "npm",
    "pypi": "pip",
    "cargo": "cargo",
    "golang": "go",
    "maven": "mvn",
    "nuget": "dotnet",
    "gem": "gem",
    "composer": "composer",
    "pub": "dart",
}


class Component(Struct, frozen=True, kw_only=True):
    """One package and version, or one copied folder, with what is known of it.

    ``id`` is the purl where there is one, else ``path:<directory>``, unique in an inventory. ``directory``
    is the folder whose files belong to it (``""`` is the scanned root, ``None`` when its files are not
    in the tree), ``other_paths`` are further folders and files of its own, copies included. ``locations``
    say where it is named. ``unresolved`` is true for a dependency of which neither files nor metadata were read: nothing is
    known of its licence, which is not the same as having none.
    """

    id: str
    name: str
    kind: ComponentKind = ComponentKind.PACKAGE
    version: str | None = None
    purl: str | None = None
    ecosystem: str | None = None
    directory: str | None = None
    other_paths: tuple[str, ...] = ()
    scope: Scope = Scope.RUNTIME
    direct: bool | None = None
    claims: tuple[LicenseClaim, ...] = ()
    locations: tuple[Location, ...] = ()
    copyrights: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    supplier: str | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    homepage: str | None = None
    hashes: tuple[Hash, ...] = ()
    dated: Dated | None = None
    check: FileCheck | None = None
    unresolved: bool = False

    @property
    def has_own_origin(self) -> bool:
        """Whether it comes from a repository, an address or a path: what a registry has under its name is another package."""
        qualifiers = (self.purl or "").partition("?")[2].partition("#")[0]
        return any(pair.partition("=")[0] in ORIGINS for pair in qualifiers.split("&"))


class Dependency(Struct, frozen=True, kw_only=True):
    """``parent`` needs ``child`` (both ``Component.id``). ``proven`` is true when a lockfile or an
    installed tree says so, false when a manifest only asks for it."""

    parent: str
    child: str
    scope: Scope = Scope.RUNTIME
    requirement: str | None = None
    proven: bool = False
    location: Location | None = None
