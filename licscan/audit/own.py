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
from licscan.model_register import ModelRegister, model_register

# Hosts where everybody keeps code: there the owner is a namespace, not the host.
_CODE_HOSTS = frozenset(
    {"github.com", "gitlab.com", "bitbucket.org", "gitee.com", "codeberg.org", "git.sr.ht", "gopkg.in", "golang.org", "google.golang.org"}
)  # fmt: skip
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


class Known(Struct, frozen=True, kw_only=True):
    """What may stay: names, ids and licences that are not the seller's own. ``words`` are the seller's, in small letters."""

    names: frozenset[str]
    subjects: frozenset[str]
    licenses: frozenset[str]
    words: frozenset[str] = frozenset()


def known(inventories: Iterable[Inventory], first_party: Iterable[str] = ()) -> Known:
    """Return what is third-party in ``inventories``. ``first_party`` are globs of names that are the seller's own."""
    names: set[str] = set()
    subjects: set[str] = set()
    licenses = {"unknown", "LicenseRef-scancode-unknown"}
    words: set[str] = set()
    register = model_register()
    for inventory in inventories:
        own = _Own(inventory, tuple(first_party))
        words |= own.words
        for component in inventory.components:
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
    )  # fmt: skip


def is_plain_version(text: str, words: frozenset[str]) -> bool:
    """Whether ``text`` is a version: not an address in its place, nor one that the seller has put its name into (``words``)."""
    return bool(_VERSION.fullmatch(text)) and not any(word in text.lower() for word in words)


class _Own:
    """The names of one inventory's projects, the namespaces that they publish in, and the words that both begin with."""

    def __init__(self, inventory: Inventory, globs: tuple[str, ...]) -> None:
        projects = [part for part in inventory.components if part.kind is ComponentKind.PROJECT]
        self._globs = globs
        self._names = frozenset({inventory.run.root, *(project.name for project in projects)} - {""})
        self._namespaces = frozenset(space for project in projects for space in _namespaces(project))
        self._elsewhere = _not_from_a_registry(inventory)
        others = {part.name.lower() for part in inventory.components if part.kind is not ComponentKind.PROJECT}
        told = {word.lower() for word in _words(projects) if len(word) > 2}
        self.words = frozenset(told - others)

    def has(self, component: Component) -> bool:
        if component.kind is ComponentKind.PROJECT or component.id in self._elsewhere:
            return True
        if component.kind is ComponentKind.VENDORED and not component.purl:
            return True  # its name is no more than that of the seller's folder in which it lies
        return self._is_own(component.name)

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
