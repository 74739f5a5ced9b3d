"""What every SBOM tells of, whatever its format: the parts of a codebase, each with its claims and its judgement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

from licscan.core.aimodel import AiModel
from licscan.core.component import ROOT_ID, ClaimSource, Component, ComponentKind, Dependency, LicenseClaim
from licscan.core.finding import FileFinding, SourceFile
from licscan.core.ownership import Owners
from licscan.core.result import Audit, Inventory
from licscan.core.text import visible
from licscan.core.verdict import Conclusion, SubjectKind, Violation

_T = TypeVar("_T")

REFERENCE_FORMAT = "reference"  # AiModel.format of a model that is named and not held


class LicensedFile(Struct, frozen=True, kw_only=True):
    """A file that belongs to the project itself, or to nothing, and says something about a licence."""

    file: SourceFile
    finding: FileFinding


class Part(Struct, frozen=True, kw_only=True):
    """One component of the SBOM. ``ref`` is unique in it and fit to be shown."""

    ref: str
    subject: Component | AiModel | LicensedFile
    claims: tuple[LicenseClaim, ...] = ()
    conclusion: Conclusion | None = None
    violations: tuple[Violation, ...] = ()


class Sbom(Struct, frozen=True, kw_only=True):
    """The project (``root``), its parts in the order of the inventory, and which needs which, by ``ref``.

    ``needs`` holds every part whose dependencies are known, an empty tuple where a lockfile or an installed tree shows
    that there are none. ``proven`` are the refs all of whose dependencies are. ``dangling`` are dependencies
    on what the inventory does not hold. ``component_refs`` and ``model_refs`` are the refs by ``Component.id`` and ``AiModel.id``.
    """

    root: Part
    parts: tuple[Part, ...]
    needs: tuple[tuple[str, tuple[str, ...]], ...]
    proven: frozenset[str]
    dangling: tuple[Dependency, ...]
    component_refs: dict[str, str]
    model_refs: dict[str, str]


def describe(inventory: Inventory, audit: Audit) -> Sbom:
    """Gather what an SBOM tells of. Every violation stands at exactly one part: its subject, else the
    owner of the file, else the project."""
    root, others = _root_and_others(inventory)
    files = tuple(_licensed_files(inventory, audit))
    taken: set[str] = set()
    components = _with_refs(taken, (root, *others), [item.id for item in (root, *others)])
    models = _with_refs(taken, inventory.models, [f"model:{model.id}" for model in inventory.models])
    licensed = _with_refs(taken, files, [f"file:{item.file.path}" for item in files])
    component_refs = _first_refs((item.id, ref) for ref, item in components)
    model_refs = _first_refs((model.id, ref) for ref, model in models)
    file_refs = _first_refs((item.file.path, ref) for ref, item in licensed)
    verdicts = _Verdicts(inventory, audit, root, (component_refs, model_refs, file_refs))
    needs, proven, dangling = _graph(inventory.dependencies, component_refs)
    needs = _with_models(needs, component_refs[root.id], inventory.models, model_refs)
    if inventory.models:
        proven -= {component_refs[root.id]}  # that code names no other model is nothing that a lockfile shows
    return Sbom(
        root=verdicts.part(root, component_refs[root.id], root.claims),
        parts=(
            *(verdicts.part(item, ref, item.claims) for ref, item in components[1:]),
            *(verdicts.part(model, ref, model.claims) for ref, model in models),
            *(verdicts.part(item, ref, tuple(file_claims(item.finding))) for ref, item in licensed),
        ),
        needs=needs,
        proven=proven,
        dangling=dangling,
        component_refs=component_refs,
        model_refs=model_refs,
    )


def file_claims(finding: FileFinding) -> Iterator[LicenseClaim]:
    """Yield what a file says, one claim for each detection, with the rules and places that it rests on."""
    for detection in finding.detections:
        yield LicenseClaim(
            source=ClaimSource.DETECTED,
            expression=detection.expression,
            expression_spdx=detection.expression_spdx,
            origin=", ".join(dict.fromkeys(match.rule_id for match in detection.matches)),
            locations=tuple(dict.fromkeys(match.location for match in detection.matches)),
        )


class _Verdicts:
    """What the audit says of each part."""

    def __init__(self, inventory: Inventory, audit: Audit, root: Component, refs: tuple[dict[str, str], ...]) -> None:
        self._root = root
        self._owners = Owners.of(inventory)
        self._refs = dict(zip((SubjectKind.COMPONENT, SubjectKind.MODEL, SubjectKind.FILE), refs, strict=True))
        self._conclusions = {
            _key(conclusion.subject.kind, conclusion.subject.id): conclusion for conclusion in audit.conclusions
        }
        for conclusion in audit.conclusions:  # the project's own, where the inventory names no project
            if conclusion.subject.kind is SubjectKind.PROJECT and conclusion.subject.id not in refs[0]:
                self._conclusions.setdefault(_key(SubjectKind.PROJECT, root.id), conclusion)
        self._violations: dict[str, list[Violation]] = defaultdict(list)
        for violation in audit.violations:
            self._violations[self._ref(violation)].append(violation)

    def part(self, subject: Component | AiModel | LicensedFile, ref: str, claims: tuple[LicenseClaim, ...]) -> Part:
        return Part(
            ref=ref,
            subject=subject,
            claims=claims,
            conclusion=self._conclusions.get(_key_of(subject)),
            violations=tuple(self._violations.get(ref, ())),
        )

    def _ref(self, violation: Violation) -> str:
        kind, id_ = _key(violation.subject.kind, violation.subject.id)
        components = self._refs[SubjectKind.COMPONENT]
        if id_ in self._refs[kind]:
            return self._refs[kind][id_]
        if kind is SubjectKind.FILE:
            owner = self._owners.owner(id_)
            if owner is not None and owner.id in components:
                return components[owner.id]
        return components[self._root.id]


def _key(kind: SubjectKind, id_: str) -> tuple[SubjectKind, str]:
    return (SubjectKind.COMPONENT if kind is SubjectKind.PROJECT else kind, id_)


def _key_of(subject: Component | AiModel | LicensedFile) -> tuple[SubjectKind, str]:
    if isinstance(subject, LicensedFile):
        return (SubjectKind.FILE, subject.file.path)
    return (SubjectKind.MODEL if isinstance(subject, AiModel) else SubjectKind.COMPONENT, subject.id)


def _root_and_others(inventory: Inventory) -> tuple[Component, tuple[Component, ...]]:
    """The component of the scanned root, made from the folder's name where no manifest names it, and the rest."""
    for component in inventory.components:
        if component.kind is ComponentKind.PROJECT and component.directory == "":
            return component, tuple(other for other in inventory.components if other is not component)
    named = Component(id=ROOT_ID, name=inventory.run.root or ".", kind=ComponentKind.PROJECT, directory="")
    return named, inventory.components


def _licensed_files(inventory: Inventory, audit: Audit) -> Iterator[LicensedFile]:
    """Files with a licence that belong to no package, vendored folder, system package or model: the project's own."""
    owners = Owners.of(inventory)
    of_models = set(_files_of_models(inventory.models))
    concluded = {
        conclusion.subject.id
        for conclusion in audit.conclusions
        if conclusion.subject.kind is SubjectKind.FILE and conclusion.classification is not None
    }
    sources = {file.path: file for file in inventory.files}
    for finding in inventory.findings:
        if not (finding.detections or finding.path in concluded) or finding.path in of_models:
            continue
        owner = owners.owner(finding.path)
        if (owner is None or owner.kind is ComponentKind.PROJECT) and finding.path in sources:
            yield LicensedFile(file=sources[finding.path], finding=finding)


def _files_of_models(models: Iterable[AiModel]) -> Iterator[str]:
    for model in models:
        if model.format != REFERENCE_FORMAT:
            yield from (location.path for location in model.locations)
            yield from (location.path for claim in model.claims for location in claim.locations)


def _with_refs(taken: set[str], items: Iterable[_T], names: Iterable[str]) -> list[tuple[str, _T]]:
    """Pair each item with its name, fit to be shown and unique: escaping can make two odd names alike."""
    paired = []
    for item, name in zip(items, names, strict=True):
        ref, count = visible(name), 1
        while ref in taken:
            count += 1
            ref = f"{visible(name)}#{count}"
        taken.add(ref)
        paired.append((ref, item))
    return paired


def _with_models(
    needs: tuple[tuple[str, tuple[str, ...]], ...],
    root: str,
    models: Iterable[AiModel],
    refs: dict[str, str],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Add that the project needs its models and datasets, and a model those that it was made from."""
    found = {ref: dict.fromkeys(children) for ref, children in needs}
    for model in models:
        found.setdefault(root, {})[refs[model.id]] = None
        for other in (*model.base_models, *model.datasets):
            if other in refs and other != model.id:
                found.setdefault(refs[model.id], {})[refs[other]] = None
    return tuple((ref, tuple(sorted(found[ref]))) for ref in sorted(found))


def _first_refs(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    refs: dict[str, str] = {}
    for id_, ref in pairs:
        refs.setdefault(id_, ref)
    return refs


def _graph(
    dependencies: Iterable[Dependency], refs: dict[str, str]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], frozenset[str], tuple[Dependency, ...]]:
    needs: dict[str, dict[str, None]] = {}
    unproven: set[str] = set()
    dangling = []
    for dependency in dependencies:
        if dependency.parent not in refs or dependency.child not in refs:
            dangling.append(dependency)
            continue
        parent, child = refs[dependency.parent], refs[dependency.child]
        needs.setdefault(parent, {})[child] = None
        if dependency.proven:
            needs.setdefault(child, {})  # a lockfile that names a package names all that it needs
        else:
            unproven.add(parent)
    unproven.update(refs[item.parent] for item in dangling if item.parent in refs)
    ordered = tuple((ref, tuple(sorted(needs[ref]))) for ref in sorted(needs))
    return ordered, frozenset(needs) - unproven, tuple(dangling)
