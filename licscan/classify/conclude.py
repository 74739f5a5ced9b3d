"""From facts to conclusions: what each file, component, model and the project itself is taken to be licensed under.

The facts stay as they are. A match counts unless it is demoted (``demote.py``); sources that disagree are joined by AND,
so that each of them is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from licscan.classify.claims import (
    UNKNOWN,
    CatalogueLike,
    Statement,
    classify_all,
    join_statements,
    statements_of,
    text_of,
)
from licscan.classify.demote import Demoter, untold
from licscan.classify.manifest_field import ManifestFields
from licscan.classify.owner import Owners
from licscan.classify.scope import SHIPPED, scope_of
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.expression import AllOf, Expression, ExpressionError, Unit, all_of, parse, units
from licscan.core.finding import Detection, FileFinding, FileKind, Match
from licscan.core.result import Inventory
from licscan.core.verdict import Conclusion, Demotion, DemotionReason, Evidence, Subject, SubjectKind

ROOT_ID = "path:"
_WEAK = ("clue", "intro")  # kinds of matches that count beside others only
MAX_EVIDENCE_TEXT = 2_000  # characters of matched text that a conclusion carries


def conclude(inventory: Inventory, catalogue: CatalogueLike) -> tuple[Conclusion, ...]:
    """Return one conclusion for every project, component, model and file with a detection, in this order.

    Within a kind the order is that of the inventory. A project at the root is concluded even when no component says so.
    """
    owners = Owners.of(inventory)
    files = _conclude_files(inventory, owners, catalogue)
    legal = {file.path for file in inventory.files if file.kind is FileKind.LEGAL}
    owned: dict[str | None, list[Conclusion]] = defaultdict(list)
    for conclusion in files:
        owned[conclusion.subject.owner].append(conclusion)
    components = [
        _conclude_component(
            component, [*owned[component.id], *(owned[None] if component.id == ROOT_ID else ())], legal, catalogue
        )
        for component in _with_root(inventory, owners)
    ]
    models = [
        _conclusion(
            Subject(kind=SubjectKind.MODEL, id=model.id, name=model.name), statements_of(model.claims), catalogue
        )
        for model in inventory.models
    ]
    projects = [conclusion for conclusion in components if conclusion.subject.kind is SubjectKind.PROJECT]
    others = [conclusion for conclusion in components if conclusion.subject.kind is not SubjectKind.PROJECT]
    return (*projects, *others, *models, *files)


def _with_root(inventory: Inventory, owners: Owners) -> tuple[Component, ...]:
    """Return the components, a project for the root among them whether or not a manifest names one."""
    root = owners.by_directory.get("")
    if root and root.kind is ComponentKind.PROJECT:
        return inventory.components
    named = Component(id=ROOT_ID, name=inventory.run.root or ".", kind=ComponentKind.PROJECT, directory="")
    return (named, *inventory.components)


def _conclude_files(inventory: Inventory, owners: Owners, catalogue: CatalogueLike) -> list[Conclusion]:
    demoter, fields = Demoter.of(inventory), ManifestFields.of(inventory)
    found = []
    for finding in inventory.findings:
        if not finding.detections:
            continue
        owner = owners.owner(finding.path)
        demotions = demoter.demotions(finding, owner.id if owner else None)
        subject = Subject(
            kind=SubjectKind.FILE,
            id=finding.path,
            name=finding.path,
            scope=scope_of(finding.path, owner),
            owner=owner.id if owner else None,
            path=finding.path,
        )
        found.append(_conclude_file(subject, finding, _Reading(demotions, fields), catalogue))
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the matches of one file are read: which do not count, and which are a manifest's licence field."""

    demotions: Mapping[Match, Demotion]
    fields: ManifestFields

    def expressions(self, detection: Detection) -> list[str]:
        """Return what a detection says without its demoted matches; ScanCode's own word where all of them count as they are."""
        kept = [match for match in detection.matches if match not in self.demotions]
        field_of = {match: claim for match in kept if (claim := self.fields.claim(match))}
        reasons = {self.demotions[match].reason for match in detection.matches if match in self.demotions}
        if reasons <= {DemotionReason.RESOLVED_REFERENCE} and not field_of:
            counted = [detection.expression]
        else:
            said = [claim.expression for claim in field_of.values() if claim.expression]
            rest = _joined(detection, [match for match in kept if match not in field_of])
            counted = [*dict.fromkeys(said), *([rest] if rest else [])]
        return [*counted, *_replaced_notices(kept, counted)]

    def evidence(self, match: Match) -> Evidence:
        claim = self.fields.claim(match)
        note = f"read as the field {claim.origin}: {claim.expression_spdx or claim.expression}" if claim else None
        return Evidence(
            location=match.location,
            text=match.matched_text[:MAX_EVIDENCE_TEXT],
            expression=match.expression,
            rule_id=match.rule_id,
            matcher=match.matcher,
            score=match.score,
            note=note,
        )


def _conclude_file(subject: Subject, finding: FileFinding, reading: _Reading, catalogue: CatalogueLike) -> Conclusion:
    expressions = [text for detection in finding.detections for text in reading.expressions(detection)]
    matches = dict.fromkeys(match for detection in finding.detections for match in detection.matches)
    return Conclusion(
        subject=subject,
        classification=classify_all(expressions, catalogue),
        evidence=tuple(reading.evidence(match) for match in matches if match not in reading.demotions),
        demotions=tuple(reading.demotions.values()),
    )


def _joined(detection: Detection, kept: Sequence[Match]) -> str | None:
    """Join what some of a detection's matches say.

    An introduction or a reference that ScanCode left out of its expression stays out, as long as something is left.
    """
    said = _operands(detection.expression)
    counted = [
        match for match in kept if not untold(match.expression) or _operands(match.expression).keys() <= said.keys()
    ]
    joined = all_of(expression for match in counted or kept for expression in _operands(match.expression))
    return str(joined) if joined else None


def _replaced_notices(kept: Sequence[Match], counted: Sequence[str]) -> list[str]:
    """Return what is said by notices that name a licence, and that ScanCode let the file they point to replace.

    "GPL 2, see COPYING" speaks to the reader whatever COPYING holds; where that is the same text there is nothing to add.
    """
    texts = {text_of(unit) for text in counted for operand in _operands(text) for unit in units(operand)}
    return [
        match.expression
        for match in kept
        if match.references and match.kind not in _WEAK and not untold(match.expression)
        if not {text_of(unit) for operand in _operands(match.expression) for unit in units(operand)} <= texts
    ]


def _operands(text: str) -> dict[Expression, None]:
    """Return what is joined by AND in ``text``, in order."""
    try:
        expression = parse(text)
    except ExpressionError:  # ScanCode's rules hold valid expressions; a stored result may not
        expression = Unit(UNKNOWN)
    return dict.fromkeys(expression.args if isinstance(expression, AllOf) else (expression,))


def _conclude_component(
    component: Component, owned: Sequence[Conclusion], legal: set[str], catalogue: CatalogueLike
) -> Conclusion:
    is_project = component.kind is ComponentKind.PROJECT
    subject = Subject(
        kind=SubjectKind.PROJECT if is_project else SubjectKind.COMPONENT,
        id=component.id,
        name=component.name,
        scope=component.scope,
        path=component.directory,
    )
    files = _project_files(component, owned, legal) if is_project else _component_files(owned)
    statements = [*statements_of(component.claims), *_statements_of_files(files, legal)]
    return _conclusion(subject, statements, catalogue)


def _project_files(component: Component, owned: Sequence[Conclusion], legal: set[str]) -> list[Conclusion]:
    """Return what says the project's own licence: the licence files in its folder, third parties' notices apart."""
    found = []
    for conclusion in owned:
        directory, _, name = conclusion.subject.id.rpartition("/")
        if conclusion.subject.id in legal and directory == component.directory and _is_license_file(name):
            found.append(conclusion)
    return found


def _is_license_file(name: str) -> bool:
    lowered = name.lower()
    third = any(word in lowered for word in ("third", "3rd", "notice", "thanks", "authors", "patents", "dependencies"))
    return not third


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
            evidence=conclusion.evidence[:1],
            whole_text=conclusion.subject.id in legal,
        )
        for conclusion in files
        if conclusion.expression
    ]


def _conclusion(subject: Subject, statements: Sequence[Statement], catalogue: CatalogueLike) -> Conclusion:
    counted = join_statements(statements)
    evidence = [item for statement in counted for item in statement.evidence]
    return Conclusion(
        subject=subject,
        classification=classify_all([statement.expression for statement in counted], catalogue),
        evidence=tuple(dict.fromkeys(evidence)),
    )
