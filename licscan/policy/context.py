"""What the inventory tells about each subject, gathered once before any rule is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from licscan.core.component import ClaimSource, Component, ComponentKind, Dated, LicenseClaim, years_before
from licscan.core.contained_texts import with_contained
from licscan.core.display_phrase import Statement
from licscan.core.expression import ExpressionError, Unit, keys_of, parse, units
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding, FileKind, Match, SourceFile
from licscan.core.legal_names import is_notice_file
from licscan.core.location import Location
from licscan.core.message import Message, message, quoted
from licscan.core.result import Inventory
from licscan.core.verdict import Conclusion, Evidence, Subject, SubjectKind, UnitClassification
from licscan.policy.browser import Browser
from licscan.policy.catalogue import LicenseCatalogue
from licscan.policy.compatibility import Outbound
from licscan.policy.lineage import drift
from licscan.policy.matching import matching_globs
from licscan.policy.outbound import declared_outbound, project_outbound
from licscan.policy.profile import Profile
from licscan.policy.programs import Programs
from licscan.policy.reach import Reach
from licscan.policy.tried import tried
from licscan.policy.versions import changed_licenses

_THIRD_PARTY = frozenset({ComponentKind.PACKAGE, ComponentKind.VENDORED})
# A match of this many words is a licence's text or full notice; what merely names a licence is shorter.
_TEXT_WORDS = 80
_SHOWN_NOTICES = 5
# Formats of models that are named, described or planned, without weights.
_NO_WEIGHTS = frozenset({"reference", "card", "configuration"})
STALE_AFTER = 4  # years, report 3.1.3


class Context:
    """Lookups over one inventory. It holds no judgement; what it has looked up once it remembers."""

    def __init__(
        self,
        inventory: Inventory,
        conclusions: Sequence[Conclusion],
        facts: Facts,
        catalogue: LicenseCatalogue | None,
    ) -> None:
        self._old = years_before(inventory.run.finished, STALE_AFTER)
        self._programs = Programs(inventory, facts)
        self._browser = Browser(inventory.components, inventory.dependencies)
        self._profiles: dict[tuple[object, ...], Profile] = {}
        self._components = {component.id: component for component in inventory.components}
        self._files = {file.path: file for file in inventory.files}
        self._models = {model.id: model for model in inventory.models}
        self.reach = Reach(inventory.components, inventory.dependencies)
        self.known = _units_by_name(conclusions)
        self._concluded = {conclusion.subject.id: conclusion.expression for conclusion in conclusions}
        self._disagreements = {each.subject.id: each.disagreement for each in conclusions if each.disagreement}
        self._declared = declared_outbound(facts.outbound, catalogue, self.known) if facts.outbound else None
        self._outbounds = self._project_outbounds(conclusions)
        self._findings = _by_folder((*inventory.findings, *inventory.overlay), self._components.values())
        self._inventory = inventory
        self._changed = changed_licenses(inventory.components, conclusions)
        self._kinds = _kinds_by_folder(inventory, self._components.values())
        self._noticed = frozenset(
            key for finding in inventory.findings if is_notice_file(finding.path) for key in _texts(finding)
        )
        self.statements = _shown(inventory)

    def _project_outbounds(self, conclusions: Sequence[Conclusion]) -> Mapping[str, Outbound | None]:
        """A project that does not name its licence goes out under that of the project around it."""
        found: dict[str, Outbound | None] = {}
        for project in sorted(self.reach.projects, key=lambda project: project.directory or ""):
            around = self.reach.around(project)
            inherited = found.get(around.id) if around else None
            found[project.id] = self._declared or project_outbound(project, conclusions, self._files) or inherited
        return found

    def component(self, subject: Subject) -> Component | None:
        """Return the component that ``subject`` is, or that its file belongs to."""
        return self._components.get(subject.id) or self._components.get(subject.owner or "")

    def is_unresolved(self, subject: Subject) -> bool:
        """Whether ``subject`` is a dependency of which neither files nor metadata were read."""
        component = self._components.get(subject.id)
        return component is not None and component.unresolved

    def tried(self, subject: Subject) -> tuple[Message, ...]:
        """Return where a licence of a third party's component was looked for."""
        component = self._components.get(subject.id)
        if component is None or component.kind is ComponentKind.PROJECT:
            return ()
        return (tried(component, self._inventory, self._kinds),)

    def profile(self, subject: Subject, globs: Sequence[str], below: str = "") -> Profile:
        """Return all that rules can ask about ``subject``, whatever its licence; ``below`` comes before every path that a glob
        is compared with."""
        path = subject.path or (subject.id if subject.kind is SubjectKind.FILE else "")
        found = self._shared_profile(subject, path)
        places = self._places(subject, path) if globs else ()
        matching = (
            frozenset.intersection(*(matching_globs(below + place, globs) for place in places)) if places else None
        )
        return replace(found, globs=matching) if matching else found

    def _places(self, subject: Subject, path: str) -> tuple[str, ...]:
        """Where ``subject`` lies; for what is not in the tree, where it is named. A glob has to match every one of them."""
        if path:
            return (path,)
        named = self._components.get(subject.id) or self._models.get(subject.id)
        return tuple(dict.fromkeys(location.path for location in named.locations)) if named else ()

    def _shared_profile(self, subject: Subject, path: str) -> Profile:
        """Files of one folder, owner and scope have one profile, but for the globs that match them."""
        component = self.component(subject)
        is_file = subject.kind is SubjectKind.FILE
        program = self._programs.of(component, path if is_file else "")
        binaries_only = self._binaries_only(subject, component)
        place = path.rpartition("/")[0] if subject.kind is SubjectKind.FILE else subject.id
        browser = self._browser.reaches(component, path, self.reach)
        key = (subject.kind, subject.scope, subject.owner, place, binaries_only, program, browser)
        if key not in self._profiles:
            is_component = subject.kind is SubjectKind.COMPONENT and component is not None
            undeclared = self._undeclared(component) if component and not is_file else ()
            self._profiles[key] = Profile(
                kind=subject.kind,
                scope=subject.scope,
                component=ComponentKind.SYSTEM if program else component.kind if component else None,
                program=program,
                browser=browser,
                outbounds=self._outbounds_of(subject, component, path),
                texts=self._texts_with(component) if is_component and component else self._texts_of_model(subject),
                notices=_notices(component) if is_component and component else (),
                binaries_only=binaries_only,
                undeclared=undeclared,
                declarations=_declarations(component) if undeclared and component else (),
                changed_from=self._changed.get(component.id) if is_component and component else None,
                inherited=drift(self._models[subject.id]) if subject.id in self._models else (),
                disagreement=self._disagreements.get(subject.id),
                stale=self._stale(component) if is_component and component else None,
                served_by=self._models[subject.id].served_by if subject.id in self._models else None,
            )
        return self._profiles[key]

    def _outbounds_of(self, subject: Subject, component: Component | None, path: str) -> tuple[Outbound | None, ...]:
        projects = self._projects_of(subject, component, path)
        return tuple(dict.fromkeys(self._outbounds[project.id] for project in projects))

    def _projects_of(self, subject: Subject, component: Component | None, path: str) -> tuple[Component, ...]:
        """Return the projects that ``subject`` is part of."""
        if component is not None and subject.kind is not SubjectKind.FILE:
            return self.reach.of_component(component)
        if component is not None and component.kind is ComponentKind.PROJECT:
            return (component,)
        return (self.reach.enclosing(path),)

    def _texts_with(self, component: Component) -> frozenset[str] | None:
        if component.kind not in _THIRD_PARTY or not component.directory:
            return None
        beside = (key for finding in self._findings.get(component.id, ()) for key in _texts(finding, self._files))
        # What the licence files of an installed package say stands in its claims: they are no files of the scan.
        brought = (key for claim in component.claims if claim.source is ClaimSource.DETECTED for key in _named(claim))
        return with_contained((*beside, *brought, *self._noticed))

    def _texts_of_model(self, subject: Subject) -> frozenset[str] | None:
        """Return the licences whose texts lie with weights of the tree; ``None`` where there are none that could be passed on."""
        model = self._models.get(subject.id)
        if model is None or model.format in _NO_WEIGHTS:
            return None
        beside = (key for claim in model.claims if claim.source is ClaimSource.DETECTED for key in _named(claim))
        return with_contained((*beside, *self._noticed))

    def _binaries_only(self, subject: Subject, component: Component | None) -> bool:
        if subject.kind is SubjectKind.FILE:
            file = self._files.get(subject.id)
            owned = component is not None and component.kind in _THIRD_PARTY
            return file is not None and file.kind is FileKind.BINARY and not owned
        if component is None or component.kind not in _THIRD_PARTY:
            return False
        kinds = self._kinds.get(component.id, frozenset())
        return FileKind.BINARY in kinds and FileKind.CODE not in kinds

    def _stale(self, component: Component) -> Dated | None:
        """Return the date of a third-party component that is past the report's four years at the time of the scan."""
        if component.kind is ComponentKind.PROJECT or component.dated is None:
            return None
        return component.dated if component.dated.day < self._old else None

    def _undeclared(self, component: Component) -> tuple[str, ...]:
        """Licences that a component is concluded to be under and does not declare; nothing when it declares none.

        A licence file tells neither "or later" nor an exception: these are no contradiction.
        """
        declared = {
            unit.key.removesuffix("-plus") for claim in _declared(component) for unit in _units(claim.expression)
        }
        concluded = self._concluded.get(component.id)
        if not declared or any(claim.source is ClaimSource.CONCLUDED for claim in component.claims):
            return ()
        extra = {str(unit) for unit in _units(concluded) if unit.key.removesuffix("-plus") not in declared}
        return tuple(sorted(self.known[key.lower()].spdx if key.lower() in self.known else key for key in extra))


def _units_by_name(conclusions: Iterable[Conclusion]) -> Mapping[str, UnitClassification]:
    found: dict[str, UnitClassification] = {}
    classified = {told.expression: told for conclusion in conclusions if (told := conclusion.classification)}
    for classification in classified.values():
        for unit in classification.units:
            found.setdefault(unit.unit.lower(), unit)
            found.setdefault(unit.spdx.lower(), unit)
    return found


def _by_folder(findings: Iterable[FileFinding], components: Iterable[Component]) -> Mapping[str, list[FileFinding]]:
    """Return the findings of each third-party component that has a folder, by its id."""
    owners = _owners(components)
    found: dict[str, list[FileFinding]] = defaultdict(list)
    for finding in findings if owners else ():
        for owner in _owning(finding.path, owners):
            found[owner].append(finding)
    return found


def _kinds_by_folder(inventory: Inventory, components: Iterable[Component]) -> Mapping[str, frozenset[FileKind]]:
    owners = _owners(components)
    found: dict[str, set[FileKind]] = defaultdict(set)
    for file in inventory.files if owners else ():
        for owner in _owning(file.path, owners):
            found[owner].add(file.kind)
    return {owner: frozenset(kinds) for owner, kinds in found.items()}


def _owners(components: Iterable[Component]) -> Mapping[str, list[str]]:
    owners: dict[str, list[str]] = defaultdict(list)
    for component in components:
        if component.directory and component.kind in _THIRD_PARTY:
            owners[component.directory].append(component.id)
    return owners


def _owning(path: str, owners: Mapping[str, list[str]]) -> Iterable[str]:
    """Yield the components of the innermost folder above ``path`` that has any."""
    folder = path.rpartition("/")[0]
    while folder:
        if folder in owners:
            return owners[folder]
        folder = folder.rpartition("/")[0]
    return ()


def _texts(finding: FileFinding, files: Mapping[str, object] | None = None) -> Iterable[str]:
    """Yield the licences whose text stands in the file; a notice file may name them more briefly."""
    is_legal = isinstance(file := (files or {}).get(finding.path), SourceFile) and file.kind is FileKind.LEGAL
    for detection in finding.detections:
        for match in detection.matches:
            # A text that the register of models recognises by a phrase of it is that text, where it is a licence file.
            if files is None or _is_text(match) or (is_legal and match.rule_id.startswith("licscan:")):
                yield from _keys(match.expression)
                yield match.expression_spdx.lower()


def _is_text(match: Match) -> bool:
    return match.matched_length >= _TEXT_WORDS or match.rule_id.endswith(".LICENSE")


def _keys(expression: str) -> tuple[str, ...]:
    return tuple(key.lower() for key in keys_of(expression))


def _named(claim: LicenseClaim) -> Iterable[str]:
    for expression in (claim.expression, claim.expression_spdx):
        yield from _keys(expression) if expression else ()


def _declared(component: Component) -> list[LicenseClaim]:
    return [claim for claim in component.claims if claim.source is ClaimSource.DECLARED and claim.expression]


def _units(expression: str | None) -> tuple[Unit, ...]:
    try:
        return tuple(units(parse(expression))) if expression else ()
    except ExpressionError:
        return ()


def _notices(component: Component) -> tuple[Evidence, ...]:
    """The copyright statements that have to go with a component, a few of them."""
    place = Location(path=component.directory or component.id)
    statements = component.copyrights[:_SHOWN_NOTICES]
    return tuple(
        Evidence(location=place, text=text, note=message("note.copyright", "its copyright notice"))
        for text in statements
    )


def _declarations(component: Component) -> tuple[Evidence, ...]:
    """Where a component declares its licence, to stand beside the files that say another."""
    return tuple(
        Evidence(
            location=place,
            text=claim.raw or "",
            expression=claim.expression,
            note=message("note.declared", "declared in {origin}", origin=quoted(claim.origin)),
        )
        for claim in _declared(component)
        for place in claim.locations
    )


def _shown(inventory: Inventory) -> tuple[Statement, ...] | None:
    """Return the statements that the project makes itself: a licence's text, which holds its own phrase, makes none."""
    if inventory.statements is None:
        return None
    texts: dict[str, list[Match]] = defaultdict(list)
    for finding in inventory.findings:
        for match in (match for detection in finding.detections for match in detection.matches if _is_text(match)):
            texts[match.path].append(match)
    legal = {file.path for file in inventory.files if file.kind is FileKind.LEGAL}
    for finding in inventory.overlay:
        if finding.path in legal and not is_notice_file(finding.path):
            texts[finding.path] += (match for detection in finding.detections for match in detection.matches)
    return tuple(statement for statement in inventory.statements if not _within(statement, texts))


def _within(statement: Statement, texts: Mapping[str, Sequence[Match]]) -> bool:
    line = statement.location.start_line or 0
    return any(match.start_line <= line <= match.end_line for match in texts.get(statement.location.path, ()))
