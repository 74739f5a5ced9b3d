"""From facts to conclusions: what each file, component, model and the project itself is taken to be licensed under.

The facts stay as they are. A match counts unless it is demoted (``demote.py``); sources that disagree are joined by AND,
so that each of them is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from licscan.classify.alterations import TERMS_OF_ITS_OWN, Altered
from licscan.classify.claims import (
    CatalogueLike,
    Statement,
    claim_evidence,
    classify_all,
    join_statements,
    statements_of,
)
from licscan.classify.contributions import without_contributions
from licscan.classify.demote import Demoter
from licscan.classify.legal import own_license_files
from licscan.classify.manifest_field import ManifestFields
from licscan.classify.overlay import Overlay
from licscan.classify.owner import Owners
from licscan.classify.reading import FileReading
from licscan.classify.reuse import ReuseReading
from licscan.classify.scope import SHIPPED, component_scope, scope_of
from licscan.classify.tags import retagged
from licscan.core.aimodel import AiModel
from licscan.core.alteration import JudgedChange
from licscan.core.alteration_words import evidence_of
from licscan.core.component import ClaimSource, Component, ComponentKind, LicenseClaim, Scope
from licscan.core.finding import FileFinding, FileKind
from licscan.core.location import Location
from licscan.core.result import Inventory
from licscan.core.verdict import Conclusion, Evidence, Subject, SubjectKind

ROOT_ID = "path:"


def conclude(inventory: Inventory, catalogue: CatalogueLike, own: tuple[Location, ...] = ()) -> tuple[Conclusion, ...]:
    """Return one conclusion for every project, component, model and file with a detection, in this order. ``own`` are lines of
    licscan's own configuration in files of another purpose.

    Within a kind the order is that of the inventory. A project at the root is concluded even when no component says so.
    """
    owners = Owners.of(inventory)
    reuse = ReuseReading.of(inventory, catalogue)
    named = frozenset(text.license_id for text in inventory.reuse.texts)
    findings = tuple(retagged(reuse.without_ignored(each), catalogue, named) for each in inventory.findings)
    inventory = replace(inventory, findings=findings)
    stated = reuse.restated(
        _conclude_files(inventory, owners, catalogue, own), lambda path: _file_subject(path, owners.owner(path))
    )
    altered = Altered.of(inventory.alterations)
    files = [_with_changes(conclusion, altered, catalogue) for conclusion in stated]
    legal = {file.path for file in inventory.files if file.kind is FileKind.LEGAL}
    owned: dict[str | None, list[Conclusion]] = defaultdict(list)
    for conclusion in files:
        owned[conclusion.subject.owner].append(conclusion)
    components = [
        _conclude_component(
            _with_altered_claims(component, altered),
            [*owned[component.id], *(owned[None] if component.id == ROOT_ID else ())],
            legal,
            catalogue,
            altered.of_claims(component.claims),
        )
        for component in _with_root(inventory, owners)
    ]
    models = [
        _conclusion(_model_subject(model, owners), statements_of(_model_claims(model, owners)), catalogue)
        for model in inventory.models
    ]
    projects = [conclusion for conclusion in components if conclusion.subject.kind is SubjectKind.PROJECT]
    others = [conclusion for conclusion in components if conclusion.subject.kind is not SubjectKind.PROJECT]
    return (*projects, *others, *models, *files)


def _model_subject(model: AiModel, owners: Owners) -> Subject:
    """A model is for tests alone where nothing but tests holds or uses it."""
    scopes = [scope_of(location.path, owners.owner(location.path)) for location in model.locations]
    shipped = [scope for scope in scopes if scope in SHIPPED]
    scope = next(iter((*shipped, *scopes)), Scope.RUNTIME)
    return Subject(kind=SubjectKind.MODEL, id=model.id, name=model.name, scope=scope)


def _model_claims(model: AiModel, owners: Owners) -> tuple[LicenseClaim, ...]:
    """Weights inside a third party's package are under its licence, unless something is said of them."""
    owner = owners.owner(model.locations[0].path) if model.locations and model.format != "reference" else None
    if model.claims or owner is None or owner.kind is ComponentKind.PROJECT:
        return model.claims
    return owner.claims


def _with_root(inventory: Inventory, owners: Owners) -> tuple[Component, ...]:
    """Return the components, a project for the root among them whether or not a manifest names one."""
    root = owners.by_directory.get("")
    if root and root.kind is ComponentKind.PROJECT:
        return inventory.components
    named = Component(id=ROOT_ID, name=inventory.run.root or ".", kind=ComponentKind.PROJECT, directory="")
    return (named, *inventory.components)


def _conclude_files(
    inventory: Inventory, owners: Owners, catalogue: CatalogueLike, own: tuple[Location, ...]
) -> list[Conclusion]:
    demoter, fields = Demoter.of(inventory, own), ManifestFields.of(inventory)
    overlay = Overlay.of(inventory.overlay, catalogue)
    found = []
    for finding in inventory.findings:
        if not finding.detections and not overlay.of_file(finding.path) and not fields.unsaid(finding.path, ()):
            continue
        owner = owners.owner(finding.path)
        demoted = demoter.demotions(finding, owner)
        subject = _file_subject(finding.path, owner)
        found.append(_conclude_file(subject, finding, FileReading(demoted, fields), overlay))
    return found


def _file_subject(path: str, owner: Component | None) -> Subject:
    return Subject(
        kind=SubjectKind.FILE,
        id=path,
        name=path,
        scope=scope_of(path, owner),
        owner=owner.id if owner else None,
        path=path,
    )


def _with_changes(conclusion: Conclusion, altered: Altered, catalogue: CatalogueLike) -> Conclusion:
    """Add what the words that a licence file does not have from the licence come to."""
    changes = altered.of_file(conclusion.subject.id)
    if not changes:
        return conclusion
    added = altered.expressions(conclusion.subject.id)
    expressions = [*([conclusion.expression] if conclusion.expression else []), *added]
    return replace(
        conclusion,
        classification=classify_all(expressions, catalogue) if added else conclusion.classification,
        evidence=(*conclusion.evidence, *(evidence_of(changes, TERMS_OF_ITS_OWN) if added else ())),
        altered=changes,
    )


def _with_altered_claims(component: Component, altered: Altered) -> Component:
    return replace(component, claims=altered.claims(component.claims)) if altered.changes else component


def _conclude_file(subject: Subject, finding: FileFinding, reading: FileReading, overlay: Overlay) -> Conclusion:
    own = overlay.of_file(finding.path)
    expressions = [match.expression for match in own]
    for detection in finding.detections:
        said = overlay.restated(reading.expressions(detection), detection, finding.path)
        expressions += [kept for text in said if (kept := without_contributions(text))]
    matches = dict.fromkeys([*own, *(match for detection in finding.detections for match in detection.matches)])
    counted = [match for match in matches if match not in reading.demoted.matches]
    unsaid = reading.fields.unsaid(finding.path, [claim for match in counted if (claim := reading.fields.claim(match))])
    expressions += [claim.expression for claim in unsaid if claim.expression]
    return Conclusion(
        subject=subject,
        classification=classify_all(expressions, overlay.catalogue),
        evidence=(
            *(reading.evidence(match) for match in counted),
            *(item for claim in unsaid for item in claim_evidence(claim)),
        ),
        demotions=(*reading.demoted.matches.values(), *reading.demoted.parts),
    )


def _conclude_component(
    component: Component,
    owned: Sequence[Conclusion],
    legal: set[str],
    catalogue: CatalogueLike,
    altered: tuple[JudgedChange, ...] = (),
) -> Conclusion:
    is_project = component.kind is ComponentKind.PROJECT
    subject = Subject(
        kind=SubjectKind.PROJECT if is_project else SubjectKind.COMPONENT,
        id=component.id,
        name=component.name,
        scope=component_scope(component),
        path=component.directory,
    )
    files = _project_files(component, owned, legal) if is_project else _component_files(owned)
    statements = [*statements_of(component.claims), *_statements_of_files(files, legal)]
    # A project's licence files are told one by one.
    changes = () if is_project else (*altered, *(change for file in files for change in file.altered))
    return replace(_conclusion(subject, statements, catalogue), altered=tuple(dict.fromkeys(changes)))


def _project_files(component: Component, owned: Sequence[Conclusion], legal: set[str]) -> list[Conclusion]:
    """Return what says the project's own licence: the licence files in its folder, third parties' apart."""
    beside = {}
    for conclusion in owned:
        directory, _, name = conclusion.subject.id.rpartition("/")
        if conclusion.subject.id in legal and directory == component.directory:
            beside[name] = conclusion
    own = own_license_files(beside)
    return [conclusion for name, conclusion in beside.items() if name in own]


def _component_files(owned: Sequence[Conclusion]) -> list[Conclusion]:
    """Return the files that say what a component is: all but its tests, documentation and build scripts.

    Where there are none but those, they do.
    """
    shipped = [conclusion for conclusion in owned if conclusion.subject.scope in SHIPPED]
    return shipped or list(owned)


def _statements_of_files(files: Iterable[Conclusion], legal: set[str]) -> list[Statement]:
    return [
        Statement(
            source=ClaimSource.DETECTED,
            expression=conclusion.expression,
            evidence=_one_of_each(conclusion.evidence),
            whole_text=conclusion.subject.id in legal,
        )
        for conclusion in files
        if conclusion.expression
    ]


def _one_of_each(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first piece of evidence for each expression: what a file says of one licence proves nothing of another."""
    first: dict[str | None, Evidence] = {}
    for item in evidence:
        first.setdefault(item.expression, item)
    return tuple(first.values())


def _conclusion(subject: Subject, statements: Sequence[Statement], catalogue: CatalogueLike) -> Conclusion:
    counted = join_statements(statements)
    evidence = [item for statement in counted for item in statement.evidence]
    return Conclusion(
        subject=subject,
        classification=classify_all([statement.expression for statement in counted], catalogue),
        evidence=tuple(dict.fromkeys(evidence)),
    )
