"""What is the seller's own, and what is known to be third-party: the names that blind mode leaves, and those that it takes out.

Whatever nothing shows to be third-party goes. A model's name stays only where the register of model licences has it: that a
name has an owner and a slash does not make it public.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

from licscan.core.component import Component, ComponentKind
from licscan.core.result import Inventory
from licscan.duediligence.public_origin import PUBLIC_DOMAINS, has_public_origin
from licscan.modellicense.register import ModelRegister, model_register

# Hosts where everybody keeps code: there the owner is a namespace, not the host.
_CODE_HOSTS = frozenset(
    {"github.com", "gitlab.com", "bitbucket.org", "gitee.com", "codeberg.org", "git.sr.ht", "gopkg.in", "golang.org", "google.golang.org"}
)  # fmt: skip
_BY_HOST = ("golang", "swift")
# Archives that are one package: what it says of itself shows no more than that somebody made it.
_ARTEFACT = re.compile(r"\.(?:whl|egg|jar|war|ear|aar|nupkg|gem|crate|tgz|deb|rpm|apk|conda|phar|gz)-extract/")
# Groups of Maven under which everybody publishes: the third word is whose they are.
_SHARED_GROUPS = frozenset(
    {"com.github", "io.github", "com.gitlab", "io.gitlab", "com.gitee", "io.gitee", "org.bitbucket"}
)
# What a dependency asks for where it does not come out of a registry.
_ELSEWHERE = re.compile(r"(?:git|ssh|https?|file|link|workspace|portal)[+:]|git@|\.{0,2}/|[\w.-]+/[\w.-]+(?:#.*)?$")
_OLLAMA = "ollama/"  # before names of Ollama's library
_PARTS = re.compile(r"[/:@]+")
_FIRST_WORD = re.compile(r"[^\W_]{3,}(?=[-_.])")


_VERSION = re.compile(r"[\w.+~:-]{1,60}")
_COMMIT = re.compile(r"[a-z]?[0-9a-f]{7,64}")
# Words that versions and tags of public packages and images have.
_VERSION_WORDS = frozenset(
    "alpha beta final release snapshot stable preview canary next nightly build post incubating dfsg ubuntu debian android redhat jbossorg openjdk "
    "java spring milestone patch hotfix legacy develop main master latest edge mainline alpine slim bookworm bullseye buster trixie jammy focal noble "
    "bionic windowsservercore nanoserver ltsc cuda cudnn runtime devel amd64 arm64 linux windows darwin macos manylinux musl musllinux any none "
    "security update upstream commit sources empty vendor incompatible really backport backports experimental testing perl node python ruby "
    "management apache cli fpm http debug nonroot static base minimal full lite core jammy fips enterprise community".split()
)


class Known(Struct, frozen=True, kw_only=True):
    """What may stay: names, ids and licences that are not the seller's own. ``words`` are the seller's, in small letters."""

    names: frozenset[str]
    subjects: frozenset[str]
    licenses: frozenset[str]
    words: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()


class Evidence(Struct, frozen=True, kw_only=True):
    """What manifests, lockfiles and settings show to be the seller's own: names, and what names begin with.

    ``groups`` are Maven groups, ``words`` those that the hosts of its registries are named after.
    """

    names: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


_NO_EVIDENCE = Evidence()


def known(
    inventories: Iterable[Inventory], first_party: Iterable[str] = (), evidence: Evidence = _NO_EVIDENCE
) -> Known:
    """Return what is third-party in ``inventories``. ``first_party`` are globs of names that are the seller's own.

    ``versions`` are those that only the seller's own components have.
    """
    own_versions: set[str] = set()
    public_versions: set[str] = set()
    names: set[str] = set()
    subjects: set[str] = set()
    licenses = {"unknown", "LicenseRef-scancode-unknown"}
    words: set[str] = set()
    register = model_register()
    for inventory in inventories:
        own = _Own(inventory, tuple(first_party), evidence)
        words |= own.words
        for component in inventory.components:
            (own_versions if own.has(component) else public_versions).add(component.version or "")
            if not own.has(component):
                names.add(component.name)
                if is_plain_version(component.version or "-", own.words):
                    names.add(f"{component.name} {component.version}")
                    subjects |= {component.id, component.purl or component.id}
        for model in inventory.models:
            public = {
                name for name in (model.id, *model.base_models, *model.datasets) if own.allows_model(name, register)
            }
            names |= public
            subjects |= public & {model.id}
            if model.id in public:
                names.add(model.name)
        for record in inventory.licenses:
            licenses |= {record.key, record.spdx, *record.other_spdx}
    return Known(
        names=frozenset(names),
        subjects=frozenset(subject for subject in subjects if not subject.startswith("path:")),
        licenses=frozenset(licenses),
        words=frozenset(words),
        versions=frozenset(own_versions - public_versions),
    )  # fmt: skip


def is_plain_version(text: str, words: frozenset[str]) -> bool:
    """Whether ``text`` is a version as registries have them: not an address or the name of a branch in its place, nor one that somebody has
    put a name into; ``words`` are the seller's."""
    if not _VERSION.fullmatch(text) or any(word in text.lower() for word in words):
        return False
    return all(
        word in _VERSION_WORDS
        for part in re.split(r"[._+~:-]", text.lower())
        if not _COMMIT.fullmatch(part)
        for word in re.findall(r"[a-z]{4,}", part)
    )


class _Own:
    """The names of one inventory's projects, the namespaces that they publish in, and the words that both begin with."""

    def __init__(self, inventory: Inventory, globs: tuple[str, ...], evidence: Evidence = _NO_EVIDENCE) -> None:
        self._evidence = frozenset(map(_normal, evidence.names)) - {""}
        projects = [part for part in inventory.components if part.kind is ComponentKind.PROJECT]
        self._globs = globs
        self._names = frozenset({inventory.run.root, *(project.name for project in projects)} - {""})
        self._namespaces = frozenset(space for project in projects for space in _namespaces(project)) | {
            *(space.rstrip("/") for space in evidence.namespaces),
            *(".".join(group.split(".")[: _group_words(group)]) for group in evidence.groups),
        }
        self._spaces = tuple(f"{_normal(space)}-" for space in evidence.namespaces if space.isidentifier())
        self._elsewhere = _not_from_a_registry(inventory)
        others = {part.name.lower() for part in inventory.components if part.kind is not ComponentKind.PROJECT}
        # What begins with a project's whole name belongs to it: its plugins, its clients.
        self._projects = frozenset(name for name in map(_normal, self._names - {inventory.run.root}) if len(name) > 3)
        told = {word.lower() for word in _words(projects) if len(word) > 2}
        self.words = frozenset((told | {word for word in evidence.words if len(word) > 2}) - others)

    def has(self, component: Component) -> bool:
        if component.kind is ComponentKind.PROJECT or component.id in self._elsewhere or component.has_own_origin:
            return True
        if component.kind is ComponentKind.VENDORED and not component.purl:
            return True  # its name is no more than that of the seller's folder in which it lies
        if "://" in component.name or _is_from_an_unknown_host(component) or _is_an_artefact(component):
            return True
        if not has_public_origin(component):
            return True
        return self._is_shown(component) or self._is_own(component.name)

    def _is_shown(self, component: Component) -> bool:
        """Whether a manifest or lockfile shows it to be the seller's: by its name, or by its Maven group."""
        group = component.name.partition("/")[0] if component.ecosystem == "maven" else ""
        name = _normal(component.name)
        if not self._evidence.isdisjoint({name, _normal(group)}) or not self.words.isdisjoint(group.lower().split(".")):
            return True
        return name.startswith(self._spaces) or any(name.startswith(f"{project}-") for project in self._projects)

    def allows_model(self, name: str, register: ModelRegister) -> bool:
        """Whether ``name`` is that of a model that the register has; of it only the owner can be the seller, not a word."""
        owner, slash, _ = name.lower().partition("/")
        if name.startswith("path:") or self._is_told(name) or (slash and _begins_with(owner, self.words)):
            return False
        if register.of_ollama(name.removeprefix(_OLLAMA)):
            return True
        return any(ask(name) for ask in (register.of_model, register.of_copy, register.of_dataset))

    def _is_own(self, name: str) -> bool:
        return self._is_told(name) or any(_begins_with(part, self.words) for part in _PARTS.split(name.lower()) if part)

    def _is_told(self, name: str) -> bool:
        """Whether it is a project's own name, in a project's namespace, or said to be the seller's."""
        if name in self._names or any(fnmatchcase(name, glob) for glob in self._globs):
            return True
        return any(name.startswith((f"{space}/", f"{space}:", f"{space}.")) for space in self._namespaces)


def _is_from_an_unknown_host(component: Component) -> bool:
    """Whether its name begins with a host that is not known to be everybody's."""
    host, slash, _ = component.name.partition("/")
    if component.ecosystem not in _BY_HOST or not (slash and ("." in host or component.ecosystem == "golang")):
        return False
    return ".".join(host.lower().split(".")[-2:]) not in PUBLIC_DOMAINS


def _is_an_artefact(component: Component) -> bool:
    """Whether nothing but an artefact in the tree names it: it may have been made here."""
    return bool(component.locations) and all(_ARTEFACT.search(place.path) for place in component.locations)


def _normal(name: str) -> str:
    """A name as registries compare it: without regard to case and to the kind of its separators."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _begins_with(part: str, words: frozenset[str]) -> bool:
    return any(part == word or part.startswith((f"{word}-", f"{word}_", f"{word}.")) for word in words)


def _not_from_a_registry(inventory: Inventory) -> frozenset[str]:
    """The ids of what is asked for from a repository, a folder or an address and nowhere from a registry."""
    asked: dict[str, list[str]] = {}
    for edge in inventory.dependencies:
        if edge.requirement:
            asked.setdefault(edge.child, []).append(edge.requirement)
    return frozenset(child for child, wanted in asked.items() if all(_ELSEWHERE.match(each) for each in wanted))


def _namespaces(project: Component) -> Iterator[str]:
    """Yield what stands before the names of all that the seller publishes beside ``project``."""
    first, slash, rest = project.name.partition("/")
    if not slash:
        return
    if project.ecosystem == "maven":
        yield ".".join(first.split(".")[: _group_words(first)])
    elif project.ecosystem == "golang" and first in _CODE_HOSTS:
        yield f"{first}/{rest.partition('/')[0]}"
    else:
        yield first


def _group_words(group: str) -> int:
    """Return how many words of a Maven group say whose it is."""
    return 3 if ".".join(group.split(".")[:2]) in _SHARED_GROUPS else 2


def _words(projects: Collection[Component]) -> Iterator[str]:
    """Yield words that tell the seller: scopes, owners and hosts, and what the names of several projects begin with."""
    for project in projects:
        for space in _namespaces(project):
            host, _, owner = space.partition("/")
            labels = host.split(".")
            backwards = project.ecosystem == "maven"
            yield owner or (labels[-1] if backwards or len(labels) < 2 else labels[-2]).lstrip("@")
    names = {project.name.lstrip("@") for project in projects}
    begun = Counter(match[0].lower() for name in names if (match := _FIRST_WORD.match(name)))
    yield from (word for word, count in begun.items() if count > 1)
