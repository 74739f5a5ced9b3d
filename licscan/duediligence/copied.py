"""Files of the audited projects that are under a licence which is not the project's own: copied code that no record names.

They are counted by project, licence and whether they reach what is delivered: a tree has thousands, and a duty is owed once.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from licscan.core.component import SHIPPED, ComponentKind, Scope
from licscan.core.verdict import LicenseClass, Subject, SubjectKind, UnitClassification
from licscan.duediligence.document import SubjectRef
from licscan.duediligence.taken import taken_units
from licscan.duediligence.view import View


class CopiedFiles(Struct, frozen=True, kw_only=True):
    """``subject`` is the project, with the scope of the files; ``paths`` are the files in the order of the tree."""

    ref: SubjectRef
    subject: Subject
    unit: UnitClassification
    paths: tuple[str, ...]


def is_of_project(view: View, subject: Subject) -> bool:
    """Whether a file belongs to the audited code itself, not to a component with a record of its own."""
    owner = view.components.get(subject.owner or "")
    return subject.kind is SubjectKind.FILE and (owner is None or owner.kind is ComponentKind.PROJECT)


def project_of(view: View, subject: Subject) -> SubjectRef:
    """Return the project that a file belongs to, the codebase as a whole where no manifest names one."""
    project = view.conclusions.get((SubjectKind.PROJECT, subject.owner or ""))
    return view.ref(project.subject) if project else view.root_ref()


def copied_files(view: View) -> Iterator[CopiedFiles]:
    """Yield the files of each project under each licence that can be told and that the project itself is not under.

    What speaks of a model's licence (its card, a notice) is no copied code: the duties are owed for the model, once.
    """
    of_models = {
        unit.unit
        for conclusion in view.audit.conclusions
        if conclusion.subject.kind is SubjectKind.MODEL and conclusion.classification
        for unit in conclusion.classification.units
    }
    own: dict[str, frozenset[str]] = {}
    groups: dict[tuple[str, Scope, str], list[Subject]] = {}
    units: dict[str, UnitClassification] = {}
    for conclusion in view.audit.conclusions:
        subject = conclusion.subject
        if not is_of_project(view, subject):
            continue
        owner = subject.owner or ""
        if owner not in own:
            own[owner] = _licences_of(view, owner)
        for unit in taken_units(conclusion, view.choices.get((subject.kind, subject.id))):
            if unit.license_class is LicenseClass.CUSTOM_MODEL and unit.unit in of_models:
                continue
            if unit.license_class is not LicenseClass.UNKNOWN and unit.unit not in own[owner]:
                units[unit.unit] = unit
                scope = Scope.RUNTIME if subject.scope in SHIPPED else subject.scope
                groups.setdefault((owner, scope, unit.unit), []).append(subject)
    for (_, scope, key), found in groups.items():
        ref = project_of(view, found[0])
        yield CopiedFiles(
            ref=ref,
            subject=Subject(kind=ref.kind, id=ref.id, name=ref.name, scope=scope),
            unit=units[key],
            paths=tuple(subject.id for subject in found),
        )


def _licences_of(view: View, project: str) -> frozenset[str]:
    conclusion = view.conclusions.get((SubjectKind.PROJECT, project))
    units = conclusion.classification.units if conclusion and conclusion.classification else ()
    return frozenset(unit.unit for unit in units)
