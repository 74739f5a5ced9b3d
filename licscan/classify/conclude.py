"""From facts to conclusions: what each file, component, model and the project itself is taken to be licensed under.

The facts stay as they are. Matches become statements (``statements.py``), the statements of a file its licence (``compose.py``); sources
that disagree are joined by AND, so that each of them is judged.
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
from licscan.classify.compose import Composer, match_evidence
from licscan.classify.overlay import Overlay
from licscan.classify.project_license import (
    ProjectSources,
    project_license,
    statements_of_files,
    text_statements,
    with_choices_of_readmes,
)
from licscan.classify.references import References
from licscan.classify.reuse import ReuseReading
from licscan.classify.scope import component_scope, scope_of
from licscan.classify.tags import retagged, with_unread_tags
from licscan.classify.unrecognised import unrecognised_texts, with_unrecognised
from licscan.core.aimodel import AiModel
from licscan.core.alteration import JudgedChange
from licscan.core.alteration_words import evidence_of
from licscan.core.component import ROOT_ID, SHIPPED, Component, ComponentKind, LicenseClaim, Scope
from licscan.core.location import Location
from licscan.core.message import message
from licscan.core.ownership import Owners
from licscan.core.result import Inventory
from licscan.core.verdict import Certainty, Composition, Conclusion, Evidence, LicenseClass, Subject, SubjectKind
from licscan.statements.from_matches import StatementReader, statement
from licscan.statements.manifest_field import ManifestFields

_DEEPEST_REFERENCE = 20  # files that refer to one another


def conclude(inventory: Inventory, catalogue: CatalogueLike, own: tuple[Location, ...] = ()) -> tuple[Conclusion, ...]:
    """Return one conclusion for every project, component, model and file with a detection, in this order. ``own`` are lines of
    licscan's own configuration in files of another purpose.

    Within a kind the order is that of the inventory. A project at the root is concluded even when no component says so.
    """
    owners = Owners.of(inventory)
    reuse = ReuseReading.of(inventory, catalogue)
    named = frozenset(text.license_id for text in inventory.reuse.texts)
    findings = tuple(
        retagged(reuse.without_ignored(with_unread_tags(each, catalogue)), catalogue, named)
        for each in inventory.findings
    )
    inventory = replace(inventory, findings=findings)
    altered = Altered.of(inventory.alterations)
    concluder = FileConcluder(inventory, owners, catalogue, own, altered)
    concluded = [found for finding in findings if (found := concluder.conclusion(finding.path))]
    files = reuse.restated(concluded, lambda path: _file_subject(path, owners.owner(path)))
    sources = ProjectSources.of(inventory, catalogue)
    files = with_choices_of_readmes(files, sources, catalogue)
    owned: dict[str | None, list[Conclusion]] = defaultdict(list)
    for conclusion in files:
        owned[conclusion.subject.owner].append(conclusion)
    texts = unrecognised_texts(inventory)
    components = [
        with_unrecognised(
            _with_possible(
                _conclude_component(
                    _with_altered_claims(component, altered),
                    [*owned[component.id], *(owned[None] if component.id == ROOT_ID else ())],
                    sources,
                    catalogue,
                    altered.of_claims(component.claims),
                ),
                owned[component.id],
            ),
            component,
            texts,
            catalogue,
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


def _with_possible(conclusion: Conclusion, files: Iterable[Conclusion]) -> Conclusion:
    """Add to a subject without any licence those that its files have possible evidence of."""
    if conclusion.classification is not None:
        return conclusion
    uncertain = [
        statement
        for file in files
        if file.classification is None
        for statement in file.suppressed
        if statement.composition is Composition.UNCERTAIN
    ]
    evidence = tuple(
        Evidence(location=each.location, expression=each.expression, rule_id=each.rule_id) for each in uncertain
    )
    possible = tuple(dict.fromkeys(each.expression for each in uncertain))
    return (
        replace(conclusion, possible=possible, evidence=(*conclusion.evidence, *evidence)) if possible else conclusion
    )


def _with_root(inventory: Inventory, owners: Owners) -> tuple[Component, ...]:
    """Return the components, a project for the root among them whether or not a manifest names one."""
    root = owners.by_directory.get("")
    if root and root.kind is ComponentKind.PROJECT:
        return inventory.components
    named = Component(id=ROOT_ID, name=inventory.run.root or ".", kind=ComponentKind.PROJECT, directory="")
    return (named, *inventory.components)


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


class FileConcluder:
    """Concludes files one by one, and those that references lead to before the files that refer to them."""

    def __init__(
        self,
        inventory: Inventory,
        owners: Owners,
        catalogue: CatalogueLike,
        own: tuple[Location, ...] = (),
        altered: Altered | None = None,
    ) -> None:
        self._altered = altered or Altered.of(inventory.alterations)
        self._findings = {finding.path: finding for finding in inventory.findings}
        self._owners = owners
        self._catalogue = catalogue
        self._reader = StatementReader.of(inventory, own)
        self._references = References.of(inventory)
        self._fields = ManifestFields.of(inventory)
        self._overlay = Overlay.of(inventory.overlay, catalogue)
        self._concluded: dict[str, Conclusion | None] = {}
        self._open: set[str] = set()

    def conclusion(self, path: str) -> Conclusion | None:
        """Return what the file at ``path`` is under; ``None`` where nothing was detected in it."""
        if path not in self._concluded:
            self._open.add(path)
            try:
                self._concluded[path] = self._conclude(path)
            except Exception as error:  # noqa: BLE001 - the boundary: a file that cannot be judged costs its own conclusion alone
                self._concluded[path] = self._unjudged(path, error)
            finally:
                self._open.discard(path)
        return self._concluded[path]

    def _unjudged(self, path: str, error: Exception) -> Conclusion:
        """Return an unknown licence, which no policy lets pass unseen, for a file whose statements this program failed to judge."""
        finding = self._findings[path]
        matches = [match for detection in finding.detections for match in detection.matches]
        found = self._catalogue.classify(finding.expression or "unknown")
        problem = message(
            "conclusion.failed",
            "licscan failed to judge its statements ({error}): review them by hand, and report the failure",
            error=type(error).__name__,
        )
        return Conclusion(
            subject=_file_subject(path, self._owners.owner(path)),
            classification=replace(found, license_class=LicenseClass.UNKNOWN, problem=problem),
            evidence=tuple(dict.fromkeys(map(match_evidence, matches))),
        )

    def _expression(self, path: str) -> str | None:
        """Return what a reference to ``path`` means; ``None`` for a file that is just being concluded: references in a circle lead nowhere."""
        if path in self._open or len(self._open) > _DEEPEST_REFERENCE:
            return None
        found = self.conclusion(path)
        return found.expression if found else None

    def _conclude(self, path: str) -> Conclusion | None:
        finding = self._findings[path]
        own, pointers = self._overlay.of_file(path), self._overlay.pointers(path)
        if pointers:
            finding = replace(finding, detections=(*finding.detections, *pointers))
        if not finding.detections and not own and not self._fields.unsaid(path, ()):
            return None
        owner = self._owners.owner(path)
        composer = Composer(
            lambda match: self._references.answer(match, owner, self._expression), self._fields, self._overlay
        )
        result = composer.compose(finding, self._reader.suppressed(finding, owner), self._reader.kind(path))
        unsaid = self._fields.unsaid(path, result.fields)
        expressions = [
            *(match.expression for match in own),
            *result.expressions,
            *(claim.expression for claim in unsaid if claim.expression),
        ]
        evidence = [
            *map(match_evidence, own),
            *result.evidence,
            *(item for claim in unsaid for item in claim_evidence(claim)),
        ]
        concluded = Conclusion(
            subject=_file_subject(path, owner),
            classification=classify_all(expressions, self._catalogue),
            evidence=tuple(dict.fromkeys(evidence)),
            statements=(*(statement(match, Certainty.CERTAIN, None) for match in own), *result.statements),
        )
        return _with_changes(concluded, self._altered, self._catalogue)


def _conclude_component(
    component: Component,
    owned: Sequence[Conclusion],
    sources: ProjectSources,
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
    if is_project:  # whose licence files are told one by one
        found = project_license(component, owned, sources, catalogue)
        return replace(_conclusion(subject, found.statements, catalogue), disagreement=found.disagreement)
    files = _component_files(component, owned)
    # Of what is unresolved no more is known than, at most, which file in it holds the licence.
    claims = () if component.unresolved else component.claims
    said = [*statements_of(claims), *statements_of_files(files, sources.legal)]
    if not said and component.directory:
        said = text_statements(component.directory, sources, catalogue)
    changes = (*altered, *(change for file in files for change in file.altered))
    return replace(_conclusion(subject, said, catalogue), altered=tuple(dict.fromkeys(changes)))


def _component_files(component: Component, owned: Sequence[Conclusion]) -> list[Conclusion]:
    """Return the files that say what a component is: all but its tests, documentation and build scripts.

    Where there are none but those, they do. Of a package of a root filesystem whose copyright file was read, that folder speaks: the files that
    its database lists are binaries and translations of the same work, of which the words of a licence are read by chance.
    """
    if component.kind is ComponentKind.SYSTEM and component.claims and component.directory:
        owned = [each for each in owned if each.subject.id.startswith(f"{component.directory}/")]
    shipped = [conclusion for conclusion in owned if conclusion.subject.scope in SHIPPED]
    return shipped or list(owned)


def _conclusion(subject: Subject, statements: Sequence[Statement], catalogue: CatalogueLike) -> Conclusion:
    counted = join_statements(statements)
    evidence = [item for statement in counted for item in statement.evidence]
    return Conclusion(
        subject=subject,
        classification=classify_all([statement.expression for statement in counted], catalogue),
        evidence=tuple(dict.fromkeys(evidence)),
    )
