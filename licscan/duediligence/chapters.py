"""The special chapters: what lawyers ask about by name. An empty chapter says what it rests on, never just nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from licscan.core.component import SHIPPED, ComponentKind
from licscan.core.message import Kind, Message, Value, mark, name, path, say, version
from licscan.core.verdict import Classification, Conclusion, LicenseClass, SubjectKind
from licscan.duediligence import names_and_fonts
from licscan.duediligence.assisted import assisted_basis, assisted_rows
from licscan.duediligence.binaries import binary_rows
from licscan.duediligence.compare import license_changes
from licscan.duediligence.copied import is_of_project, project_of
from licscan.duediligence.document import Chapter, ChapterRow, Reach
from licscan.duediligence.encryption import encryption_basis, encryption_rows
from licscan.duediligence.licence_terms import limits_of
from licscan.duediligence.ownership import activity, ownership_basis, ownership_rows
from licscan.duediligence.view import View

_CUSTOM = (LicenseClass.PROPRIETARY, LicenseClass.CUSTOM_MODEL, LicenseClass.UNKNOWN)
_NO_LICENCE = say("No licence is declared or detected: all rights are reserved.")
_UNREAD = say(
    "Its package is not in the tree and its metadata was not read: whether it has a licence is not known. Have it looked up."
)


def reaches(view: View) -> tuple[Reach, ...]:
    """Return the copyleft that reaches what is delivered, what stands on it, the widest reach first."""
    rows = []
    for conclusion in view.audit.conclusions:
        subject, classification = conclusion.subject, conclusion.classification
        if classification is None or classification.license_class is not LicenseClass.STRONG_COPYLEFT:
            continue
        if subject.scope not in SHIPPED or subject.kind is not SubjectKind.COMPONENT:
            continue
        above = view.graph.above(subject.id)
        rows.append(
            Reach(
                subject=view.ref(subject),
                license=classification.expression_spdx,
                network=classification.network,
                chain=tuple(view.graph.title(step) for step in view.graph.chain(subject.id)),
                projects=view.graph.projects_among(above),
                dependents=len(above),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.projects, -row.dependents, row.subject.name)))


def chapters(view: View) -> tuple[Chapter, ...]:
    """Return every special chapter, in a fixed order, empty ones too."""
    return tuple(
        Chapter(
            key=key, title=Message(title), basis=basis(view), rows=tuple(rows(view)), examined=_is_examined(view, key)
        )
        for key, title, basis, rows in _CHAPTERS
    )


def _is_examined(view: View, key: str) -> bool:
    if key == "assisted-code":
        return view.judged.marks is not None
    return key != "licence-changes" or view.judged.previous is not None


def _conclusions(view: View, fits: Callable[[Classification], bool]) -> Iterator[Conclusion]:
    """Components, models, projects, and files that no third-party component speaks for."""
    for conclusion in view.audit.conclusions:
        if conclusion.classification is None or not fits(conclusion.classification):
            continue
        owner = view.components.get(conclusion.subject.owner or "")
        if conclusion.subject.kind is SubjectKind.FILE and owner and owner.kind is not ComponentKind.PROJECT:
            continue
        yield conclusion


def _row(view: View, conclusion: Conclusion, what: Message) -> ChapterRow:
    subject = conclusion.subject
    found = view.violations.get((subject.kind, subject.id), ())
    return ChapterRow(
        subject=view.ref(subject),
        license=conclusion.classification.expression_spdx if conclusion.classification else "",
        what=what,
        findings=tuple(violation.id for violation in found),
        places=tuple(dict.fromkeys(str(item.location) for item in conclusion.evidence))[:3],
    )


def _copyleft(view: View) -> Iterator[ChapterRow]:
    strong = _conclusions(view, lambda found: found.license_class is LicenseClass.STRONG_COPYLEFT)
    weak = _conclusions(view, lambda found: found.license_class is LicenseClass.WEAK_COPYLEFT)
    files: dict[tuple[str, str, Message], list[Conclusion]] = {}
    for conclusion in (*strong, *weak):
        subject, found = conclusion.subject, conclusion.classification
        if found is None:
            continue
        what = _reach(found) if subject.scope in SHIPPED else _NOT_DELIVERED
        if is_of_project(view, subject):
            files.setdefault((subject.owner or "", found.expression_spdx, what), []).append(conclusion)
            continue
        if subject.scope in SHIPPED:
            above = len(view.graph.above(subject.id))
            what = say("{what} Parts that hold or need it: {count}.", what=what, count=above)
        chain = view.graph.chain(subject.id)
        if len(chain) > 1:
            way = tuple(say("{subject}", subject=name(view.graph.title(step))) for step in chain)
            inside = Value("way", Kind.OURS, messages=way, between=" > ")
            what = Message(mark("{what} It comes in by: {way}."), (Value("what", Kind.OURS, messages=(what,)), inside))
        yield _row(view, conclusion, what)
    for (_, _, what), members in files.items():
        yield _row(view, members[0], what) if len(members) == 1 else _row_of_files(view, members, what)


def _row_of_files(view: View, members: list[Conclusion], what: Message) -> ChapterRow:
    """One row for all files of a project that are under the same licence: a tree has thousands."""
    found = members[0].classification
    violations = (
        violation for each in members for violation in view.violations.get((each.subject.kind, each.subject.id), ())
    )
    return ChapterRow(
        subject=project_of(view, members[0].subject),
        license=found.expression_spdx if found else "",
        what=say("Files of it: {count}, the first of them {place}. {what}", count=len(members),
                 place=path(members[0].subject.id), what=what),
        findings=tuple(dict.fromkeys(violation.id for violation in violations)),
        places=tuple(each.subject.id for each in members[:3]),
    )  # fmt: skip


_NOT_DELIVERED = say("Not in what is delivered: used for tests, development, the build or documentation.")


def _reach(found: Classification) -> Message:
    """How far the terms go. Libraries under the LGPL set conditions for what is linked with them, too."""
    if found.network:
        return say("Network copyleft: takes effect for a hosted service too.")
    if found.license_class is not LicenseClass.WEAK_COPYLEFT:
        return say("By its terms it reaches the whole work that it is part of.")
    if any("relinking" in unit.obligations for unit in found.units):
        return say("Reaches its own code and changes to it; what is linked with it may stay under other terms if users can replace the "
                   "library.")  # fmt: skip
    return say("Reaches its own code and changes to it, not the rest.")


def _unlicensed(view: View) -> Iterator[ChapterRow]:
    """Parts without a licence, each in a row; packages that nothing was read of, and projects of the product, in one row each."""
    unread: list[Conclusion] = []
    projects: list[Conclusion] = []
    for conclusion in view.audit.conclusions:
        subject = conclusion.subject
        if conclusion.classification is not None or subject.kind is SubjectKind.FILE:
            continue
        if subject.id in view.unread:
            unread.append(conclusion)
        elif subject.kind is SubjectKind.PROJECT:
            projects.append(conclusion)
        else:
            yield _row(view, conclusion, _NO_LICENCE)
    if len(projects) > 1:
        yield _several(view, projects, say("Projects of the product that state no licence: {count}, the first of them {name}.", count=len(projects),
                                           name=name(projects[0].subject.name)))  # fmt: skip
    elif projects:
        yield _row(view, projects[0], _NO_LICENCE)
    if len(unread) > 1:
        yield _several(view, unread, say("Packages that are not in the tree and whose metadata was not read: {count}, the first of them {name}. Whether they "
                                         "have a licence is not known. Have them looked up.", count=len(unread), name=name(unread[0].subject.name)))  # fmt: skip
    elif unread:
        yield _row(view, unread[0], _UNREAD)


def _several(view: View, members: list[Conclusion], what: Message) -> ChapterRow:
    """One row for many subjects of which the same is to be said; the workbook's components have each."""
    found = (
        violation for each in members for violation in view.violations.get((each.subject.kind, each.subject.id), ())
    )
    return ChapterRow(
        subject=view.root_ref(), license="", what=what, findings=tuple(violation.id for violation in found)
    )


def _custom(view: View) -> Iterator[ChapterRow]:
    for conclusion in _conclusions(view, lambda found: found.license_class in _CUSTOM):
        found = conclusion.classification
        limits = tuple(dict.fromkeys(term for unit in (found.units if found else ()) for term in limits_of(unit)))
        titles = [Message(view.terms[term].title) for term in limits if term in view.terms]
        if found and found.license_class is LicenseClass.UNKNOWN:
            what = say("Its terms could not be determined.")
        elif titles and found and found.license_class is LicenseClass.CUSTOM_MODEL:
            what = say("Terms written for models. Rights and limits: {limits}.", limits=tuple(titles))
        elif titles:
            what = say("No open-source licence. Rights and limits: {limits}.", limits=tuple(titles))
        else:
            what = say("No open-source licence; its limits are not on record.")
        yield _row(view, conclusion, what)


def _models(view: View) -> Iterator[ChapterRow]:
    for model in view.inventory.models:
        conclusion = view.conclusions.get((SubjectKind.MODEL, model.id))
        if conclusion is None:
            continue
        lineage = tuple(say("{model}", model=name(base)) for base in (*model.base_models, *model.datasets))
        kind = say("Dataset") if model.kind.value == "dataset" else say("AI model")
        if model.served_by:
            what = say("{kind}, run by {service} for the product and not in the tree. Places: {count}.", kind=kind,
                       service=name(model.served_by), count=len(model.locations))  # fmt: skip
        elif model.format == "reference":
            what = say("{kind}, named by the product and not in the tree. Places: {count}.", kind=kind,
                       count=len(model.locations))  # fmt: skip
        else:
            what = say("{kind}, in the tree. Places: {count}.", kind=kind, count=len(model.locations))
        if lineage:
            what = say("{what} It rests on: {lineage}.", what=what, lineage=lineage)
        places = tuple(str(location) for location in model.locations[:3])
        yield replace(_row(view, conclusion, what), places=places)


def _vendored(view: View) -> Iterator[ChapterRow]:
    for component in view.inventory.components:
        if component.kind is not ComponentKind.VENDORED or component.id in view.own:
            continue
        ref = view.component_ref(component)
        conclusion = view.conclusions.get((ref.kind, ref.id))
        what = say("Copied into {folder}; version {version}. Compare it with its origin: a scan does not show changes.",
                   folder=path(component.directory or ""), version=version(component.version) if component.version else say("unknown"))  # fmt: skip
        if conclusion:
            yield _row(view, conclusion, what)


def _by_code(code: str) -> Callable[[View], Iterator[ChapterRow]]:
    def rows(view: View) -> Iterator[ChapterRow]:
        for violation in view.audit.violations:
            if violation.code == code:
                yield ChapterRow(
                    subject=view.ref(violation.subject),
                    license=violation.expression_spdx or "",
                    what=violation.message,
                    findings=(violation.id,),
                )

    return rows


def _assisted_rows(view: View) -> Iterator[ChapterRow]:
    yield from _by_code("assisted-code")(view)
    yield from assisted_rows(view)


def _stale(view: View) -> Iterator[ChapterRow]:
    yield from activity(view)
    yield from _by_code("stale-component")(view)


def _changes(view: View) -> Iterator[ChapterRow]:
    yield from _by_code("licence-changed")(view)
    yield from license_changes(view)


def _changes_basis(view: View) -> Message:
    if view.judged.previous is None:
        return say("No earlier result was given to compare with (--previous).")
    scanned = view.judged.previous[0].run.finished[:10]
    return say("Compared with the result of {date}, by ecosystem and name.", date=scanned)


def _stale_basis(view: View) -> Message:
    third_party = [item for item in view.inventory.components if item.kind is not ComponentKind.PROJECT]
    return say(
        "Components that a recorded date shows to be more than four years old. A date is recorded for {dated} of {all}: by a "
        "lockfile, an installed record, or the last commit that touched their folder, which shows when it was last changed here and "
        "not how old it is. Whether a project was inactive for two years is not reported: nothing that was scanned records when a "
        "project was last released.",
        dated=sum(1 for item in third_party if item.dated),
        all=len(third_party),
    )


def _fixed(text: str) -> Callable[[View], Message]:
    return lambda _view: Message(text)


_CHAPTERS: tuple[tuple[str, str, Callable[[View], Message], Callable[[View], Iterator[ChapterRow]]], ...] = (
    ("ownership", mark("Whose code it is, and the chain of title"), ownership_basis, ownership_rows),
    ("copyleft", mark("Copyleft and network copyleft"),
     _fixed(mark("Every part under a copyleft licence, and how far it reaches over the known dependencies.")), _copyleft),
    ("no-licence", mark("No licence"),
     _fixed(mark("Components, models and projects for which no licence is declared or detected.")), _unlicensed),
    ("custom-terms", mark("Custom, commercial and source-available terms"),
     _fixed(mark("Licences that are not open source, or that are written for models, and licences that could not be determined.")), _custom),
    ("ai-models", mark("AI models and datasets"),
     _fixed(mark("Models and datasets found in weights, cards, configuration and code; their terms are under risks.")), _models),
    ("vendored", mark("Vendored code"),
     _fixed(mark("Folders copied from elsewhere that have a licence or an origin of their own.")), _vendored),
    ("assisted-code", mark("Possible AI-generated code"), assisted_basis, _assisted_rows),
    ("licence-changes", mark("Licence changes"), _changes_basis, _changes),
    ("stale", mark("Age and activity"), _stale_basis, _stale),
    ("encryption", mark("Encryption"), encryption_basis, encryption_rows),
    ("binaries", mark("Firmware, binary files and unopened archives"),
     _fixed(mark("Files that are not text, by their names, and are not recorded by a package; and archives that were not opened.")), binary_rows),
    ("names-and-fonts", mark("Trademarks and fonts"), names_and_fonts.basis, names_and_fonts.rows),
)  # fmt: skip
