"""Licences that nothing in the tree states, requested from the registries that the user's own clients are configured with.

Metadata come first. Where they state no licence that is understood, or a registry has none, the package's archive is fetched, and its
manifest and its licence and notice files are read. All of it is written to a folder of ours and read there as packages in a cache are.
Nothing of a package is run.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import ComponentFacts, LegalFile, LicenseReader
from licscan.component.client import NotFetched, NotInstalled, run_client, run_client_in
from licscan.component.kept import Kept, told
from licscan.component.registry import REGISTRIES
from licscan.component.registry.base import Answer, Archive, Registry, Run, Source
from licscan.component.registry.request import DIGESTS, LARGEST_ARCHIVE, Requests
from licscan.component.registry.unpack import legal_members
from licscan.component.tree import is_passed_on
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.message import Message, filled, message, of_system, ours, quoted, subject
from licscan.util.progress import SILENT, Progress

FETCHED = "$FETCHED"
"""How results call the place of what was fetched, which is gone when the scan ends."""
_CLIENT_SECONDS = 120.0
_AT_ONCE = 16
_SHAPE = "online 2"
_MANIFEST = "/manifest"  # no path of a file: the name under which a manifest's own path is kept

_T = TypeVar("_T")
_R = TypeVar("_R")


class Store(Protocol):
    """Keeps answers from run to run; ``ResultCache`` is one."""

    def recall(self, key: bytes) -> bytes | None: ...

    def keep(self, key: bytes, value: bytes) -> None: ...


class _Asked(Struct, frozen=True):
    """A package with the source that answered, and the answer."""

    component: Component
    source: Source | None
    answer: Answer


class Registries:
    """The registries of one run: each ecosystem's client is asked for its configuration once.

    ``target`` is what is scanned: nothing in it reaches a client.
    """

    def __init__(
        self,
        *,
        target: Path | None = None,
        registries: Mapping[str, Registry] = REGISTRIES,
        requests: Requests | None = None,
        run: Run | None = None,
        progress: Progress = SILENT,
    ) -> None:
        self._target = target
        self._known = registries
        self._requests = requests or Requests()
        self._progress = progress
        self._run_client: Run = run or self._run
        self._sources: dict[str, Sequence[Source] | NotFetched] = {}

    def registry(self, component: Component) -> Registry | None:
        """Return the registry of a package; ``None`` where it comes from elsewhere, or its ecosystem has none here."""
        if component.kind is not ComponentKind.PACKAGE or component.has_own_origin:
            return None
        return self._known.get(component.ecosystem or "")

    def connect(self, components: Sequence[Component]) -> tuple[Issue, ...]:
        """Ask each client for its configuration; return one issue for each that gives none."""
        issues = []
        wanted: dict[str, list[Component]] = defaultdict(list)
        for component in components:
            if self._is_askable(component):
                wanted[component.ecosystem or ""].append(component)
        for ecosystem, some in sorted(wanted.items()):
            registry = self._known[ecosystem]
            if ecosystem not in self._sources:
                try:
                    self._sources[ecosystem] = registry.sources(self._run_client, some)
                except NotFetched as error:
                    self._sources[ecosystem] = error
            trouble = self._sources[ecosystem]
            if isinstance(trouble, NotFetched):
                issues.append(_unconnected(registry, some, trouble))
        return tuple(issues)

    def sources(self, ecosystem: str) -> Sequence[Source]:
        """Return the addresses that an ecosystem's client is configured with; none where it gave none."""
        found = self._sources.get(ecosystem, ())
        return () if isinstance(found, NotFetched) else found

    def describe(self, components: Sequence[Component]) -> list[_Asked | Issue | None]:
        """Return the answer for each component, an issue, or ``None`` where its client has no configuration, which is told already."""
        return self._each(components, self._describe, "metadata")

    def fetch(self, asked: Sequence[_Asked], folder: Path) -> list[Path | Issue | None]:
        """Fetch the archive of each answer into ``folder``, its digests compared; ``None`` where there is none."""
        numbered = list(enumerate(asked))
        return self._each(numbered, lambda item: self._fetch(item[1], folder / str(item[0])), "archives")

    def read_archives(self, asked: Sequence[_Asked], folder: Path) -> list[_Asked | Issue]:
        """Return the answers with what the archives hold: the manifest, and licence and notice files."""
        numbered = list(enumerate(asked))
        return self._each(numbered, lambda item: self._read_archive(item[1], folder / str(item[0])), "archives")

    def _each(self, items: Sequence[_T], act: Callable[[_T], _R], stage: str) -> list[_R]:
        self._progress.step(stage, 0, len(items))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            waiting = {pool.submit(act, item): number for number, item in enumerate(items)}
            for number, _ in enumerate(as_completed(waiting), 1):
                self._progress.step(stage, number, len(items))
        return [future.result() for future, _ in sorted(waiting.items(), key=lambda pair: pair[1])]

    def _is_askable(self, component: Component) -> bool:
        registry = self.registry(component)
        try:
            return registry is not None and bool(registry.check(component))
        except NotFetched:
            return False

    def _describe(self, component: Component) -> _Asked | Issue | None:
        registry = self._known[component.ecosystem or ""]
        try:
            registry.check(component)
            sources = self._sources[component.ecosystem or ""]
            if isinstance(sources, NotFetched):
                return None
            trouble = NotFetched(message("registry.registry-configured", "no registry is configured for it"))
            for source in sources:
                if source.only and not component.name.startswith(f"{source.only}/"):
                    continue
                try:
                    return _Asked(component, source, registry.ask(self._requests.at(source), component))
                except NotFetched as error:
                    trouble = error
                if source.only and component.name.startswith(f"{source.only}/"):
                    break  # names of this scope come from here alone
            raise trouble
        except NotFetched as error:
            return not_fetched(component, METADATA_NOT_FETCHED, error)

    def _fetch(self, asked: _Asked, place: Path) -> Path | Issue | None:
        archive, source = asked.answer.archive, asked.source
        if archive is None or source is None:
            return None
        try:
            return self._save(asked.component, source, archive, place)
        except OSError as error:
            return not_fetched(
                asked.component,
                ARCHIVE_NOT_FETCHED,
                NotFetched(message("issue.system", "{detail}", detail=of_system(error))),
            )
        except NotFetched as error:
            return not_fetched(asked.component, ARCHIVE_NOT_FETCHED, error)

    def _read_archive(self, asked: _Asked, place: Path) -> _Asked | Issue:
        location = self._fetch(asked, place)
        if not isinstance(location, Path):
            return location or asked
        registry = self._known[asked.component.ecosystem or ""]
        root = asked.answer.archive.root if asked.answer.archive else ""
        try:
            found = legal_members(str(location), registry.member, root=root, nested=registry.nested)
        except NotFetched as error:
            return not_fetched(asked.component, ARCHIVE_NOT_FETCHED, error)
        finally:
            location.unlink(missing_ok=True)
        manifest = next((path for path in found if registry.member(path)), "")
        answer = replace(
            asked.answer,
            files={**asked.answer.files, **found},
            manifest=asked.answer.manifest or manifest,
            archive=None,
        )
        return replace(asked, answer=answer)

    def _save(self, component: Component, source: Source, archive: Archive, place: Path) -> Path:
        registry = self._known[component.ecosystem or ""]
        locked = {item for item in component.hashes if item.algorithm in DIGESTS}
        content = (
            {item for item in component.hashes if item.algorithm not in DIGESTS} if registry.content_hash else set()
        )
        expected = locked or set(archive.hashes)
        # Of a file on another host the registry's own digest decides as well: it is the registry that was configured.
        names = {DIGESTS[item.algorithm] for item in (*expected, *archive.hashes)}
        sums = {name: hashlib.new(name, usedforsecurity=False) for name in names}
        place.mkdir(mode=0o700)
        location = place / PurePosixPath(archive.name).name

        with open(location, "wb") as stream:

            def write(chunk: bytes) -> None:
                stream.write(chunk)
                for each in sums.values():
                    each.update(chunk)

            self._requests.save(
                source,
                archive.address,
                write,
                largest=LARGEST_ARCHIVE,
                has_digest=bool(expected or archive.hashes or content),
            )
        own = {(name, each.hexdigest()) for name, each in sums.items()}
        for hashes, trouble in ((locked, _NOT_THE_LOCKED), (set(archive.hashes), _NOT_THE_STATED)):
            if hashes and own.isdisjoint((DIGESTS[item.algorithm], item.value) for item in hashes):
                location.unlink()
                raise NotFetched(trouble)
        if content and registry.content_hash and registry.content_hash(str(location)) not in content:
            location.unlink()
            raise NotFetched(
                message(
                    "registry.archive-has-none-digests-lockfile-names",
                    "the archive has none of the digests that the lockfile names",
                )
            )
        return location

    def _run(
        self, command: Sequence[str], *, folder: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> str:
        if folder is not None:
            return run_client_in(folder, command, _CLIENT_SECONDS, self._target, variables)
        return run_client(command, _CLIENT_SECONDS, self._target, variables)


def ask_online(
    facts: ComponentFacts,
    folder: Path,
    read_license: LicenseReader,
    registries: Registries,
    store: Store | None = None,
) -> ComponentFacts:
    """Return the facts with what registries state of packages of which neither the tree nor a cache states a licence; what is read lies
    in ``folder``. What was not had is an issue."""
    having = {item.component for item in facts.legal_files}
    wanted = [item for item in facts.components if _is_wanted(item, registries) and item.id not in having]
    found: dict[str, _Asked] = {item.id: known for item in wanted if (known := _recall(item, store))}
    unknown = [item for item in wanted if item.id not in found]
    issues = list(registries.connect(unknown))
    described = registries.describe(unknown)
    issues += [item for item in described if isinstance(item, Issue)]
    fresh = {item.component.id: item for item in described if isinstance(item, _Asked)}
    reading = _Reading(folder, read_license)
    silent = [item for item in fresh.values() if not _is_understood(reading.told(item))]
    archives = folder / "archives"
    archives.mkdir(mode=0o700)
    for before, item in zip(silent, registries.read_archives(silent, archives), strict=True):
        if isinstance(item, Issue):
            issues.append(item)
            # What the metadata state, without being understood, is known all the same.
            if not before.answer.files:
                del fresh[before.component.id]
        else:
            fresh[item.component.id] = item
            _keep(item, store)
    for item in fresh.values():
        if item not in silent:
            _keep(item, store)
    found |= fresh
    legal = [legal for item in found.values() for legal in reading.legal_files(item)]
    return replace(
        facts,
        components=tuple(reading.told(found[item.id]) if item.id in found else item for item in facts.components),
        legal_files=tuple(sorted((*facts.legal_files, *legal), key=lambda item: item.path)),
        issues=(*facts.issues, *issues),
    )


class _Reading:
    """What was fetched, written to a folder and read there."""

    def __init__(self, folder: Path, read_license: LicenseReader) -> None:
        self._folder = folder
        self._read_license = read_license

    def told(self, asked: _Asked) -> Component:
        component, files = asked.component, self._written(asked)
        registry = REGISTRIES[component.ecosystem or ""]
        manifest = files.get(asked.answer.manifest)
        shown, location = self._place(component)
        kept = Kept((shown, location), manifest, tuple(item for item in files.values() if item != manifest))
        known = told(component, kept, registry.reader, self._read_license)
        claims = tuple(
            claim if claim in component.claims else replace(claim, origin=f"{registry.label}: {claim.origin}")
            for claim in known.claims
        )
        # An archive that was read is read, whether or not it holds a licence.
        is_unread = asked.answer.archive is not None and not _is_understood(known)
        is_open = component.unresolved and (is_unread or (known.unresolved and asked.answer.archive is not None))
        return replace(known, claims=claims, unresolved=is_open)

    def legal_files(self, asked: _Asked) -> Iterator[LegalFile]:
        for path, (shown, location) in sorted(self._written(asked).items()):
            if path != asked.answer.manifest and is_passed_on(path):
                yield LegalFile(component=asked.component.id, path=shown, location=location)

    def _place(self, component: Component) -> tuple[str, str]:
        name = f"{component.ecosystem}/{component.name}-{component.version}"
        digest = hashlib.sha256(component.id.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{FETCHED}/{name}", str(self._folder / digest[:32])

    def _written(self, asked: _Asked) -> dict[str, tuple[str, str]]:
        shown, root = self._place(asked.component)
        found = {}
        for path, data in asked.answer.files.items():
            if not _is_inside(path):
                continue
            location = Path(root, *path.split("/"))
            if not location.exists():
                location.parent.mkdir(parents=True, exist_ok=True)
                location.write_bytes(data)
            found[path] = (f"{shown}/{path}", str(location))
        return found


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    return all(
        part.strip(".") and len(os.fsencode(part)) < 200 and "\\" not in part and ":" not in part for part in parts
    )


def _is_wanted(component: Component, registries: Registries) -> bool:
    # Without a version there is no one package to ask for: the manifest's line of unresolved dependencies counts it.
    is_pinned = component.directory is None and bool(component.version)
    return is_pinned and registries.registry(component) is not None and not _is_understood(component)


def _is_understood(component: Component) -> bool:
    return any(claim.expression for claim in component.claims if claim.source is not ClaimSource.MENTIONED)


METADATA_NOT_FETCHED = message("issue.metadata-not-fetched", "the metadata of {subject} was not fetched: {detail}")
ARCHIVE_NOT_FETCHED = message("issue.archive-not-fetched", "the archive of {subject} was not fetched: {detail}")
_NOT_THE_LOCKED = message("issue.archive-has-none", "the archive has none of the digests that the lockfile names")
_NOT_THE_STATED = message("registry.archive-not-stated", "the archive has none of the digests that the registry states")


def not_fetched(component: Component, what: Message, error: NotFetched) -> Issue:
    """Return the issue of a component of which the registry gave no answer; ``what`` says what was requested."""
    program = REGISTRIES[component.ecosystem or ""].programs[0]
    return Issue(
        code=IssueCode.NOT_FETCHED,
        message=filled(what, subject=subject(component.id), detail=error.problem),
        location=component.locations[0] if component.locations else None,
        hint=message(
            "issue.try-by-hand",
            "try it by hand: {programs} has to work with your own configuration",
            programs=quoted(program),
        ),
        level=IssueLevel.WARNING,  # the component stays unresolved, which its manifest reports
    )


_ONE_UNQUERIED = message("registry.one-unqueried", "no registry was queried for {count} package of {text}: {detail}")
_SOME_UNQUERIED = message("registry.some-unqueried", "no registry was queried for {count} packages of {text}: {detail}")


def _unconnected(registry: Registry, some: Sequence[Component], error: NotFetched) -> Issue:
    program = registry.programs[0]
    by_hand = message(
        "issue.try-by-hand",
        "try it by hand: {programs} has to work with your own configuration",
        programs=quoted(program),
    )
    return Issue(
        code=IssueCode.NOT_FETCHED,
        message=filled(
            _ONE_UNQUERIED if len(some) == 1 else _SOME_UNQUERIED,
            count=len(some),
            text=ours(registry.label),
            detail=error.problem,
        ),
        hint=registry.install if isinstance(error, NotInstalled) else by_hand,
        level=IssueLevel.WARNING,
    )


def _recall(component: Component, store: Store | None) -> _Asked | None:
    stored = store.recall(_key(component)) if store is not None else None
    if stored is None:
        return None
    try:
        files = msgspec.msgpack.decode(stored, type=dict[str, bytes])
    except msgspec.DecodeError:
        return None
    manifest = files.pop(_MANIFEST, b"").decode("utf-8", "replace")
    return _Asked(component, None, Answer(files=files, manifest=manifest))


def _keep(asked: _Asked, store: Store | None) -> None:
    if store is not None:
        files = {**asked.answer.files, _MANIFEST: asked.answer.manifest.encode()}
        store.keep(_key(asked.component), msgspec.msgpack.encode(files))


def _key(component: Component) -> bytes:
    """By package, version and the digests that are locked: what came once under them need not come again."""
    digests = sorted(f"{item.algorithm}:{item.value}" for item in component.hashes)
    return hashlib.sha256(" ".join((_SHAPE, component.id, *digests)).encode("utf-8", "surrogateescape")).digest()
