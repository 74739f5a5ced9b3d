"""One product, with the lookups that every part of the report needs; built once, asked often."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from licscan.core.aimodel import AiModel
from licscan.core.authorship import Authorship
from licscan.core.component import ClaimSource, Component, ComponentKind
from licscan.core.facts import UsageStatement
from licscan.core.finding import Match
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.legal_names import is_notice_file
from licscan.core.message import Message, say
from licscan.core.remark import Remark, RemarkKind
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Composition, Conclusion, Subject, SubjectKind, Violation
from licscan.duediligence.document import Configuration, SubjectRef
from licscan.duediligence.graph import Graph
from licscan.duediligence.own_code import own_folders
from licscan.duediligence.rate import unread

_encode = json.JSONEncoder(ensure_ascii=True, default=str).encode  # made once: there are tens of thousands of ids


class Term(Struct, frozen=True, kw_only=True):
    """One id of the catalogue's vocabulary. ``duty`` tells what has to be done from what has to be borne in mind."""

    id: str
    title: str
    meaning: str
    source: str
    duty: bool


class Order(Struct, frozen=True, kw_only=True):
    """What the audit was told: by whom and for whom it is made, and the words that findings are made of.

    ``terms`` are the vocabulary; ``codes`` say what each finding code means.
    """

    generated_at: str
    tool_version: str
    scancode_version: str
    command: tuple[str, ...] = ()
    auditor: str | None = None
    reviewer: str | None = None
    confidentiality: str | None = None
    terms: tuple[Term, ...] = ()
    codes: Mapping[str, str] | None = None


class Judged(Struct, frozen=True, kw_only=True):
    """One product's facts and judgements. ``kind`` is ``scan`` or ``stored-result``.

    ``scenarios`` are further judgements of the same facts, by name; ``previous`` is an earlier result to compare with.
    ``usage`` is what is stated of single components, each with who says so, the auditor's first.
    ``marks`` says whether marks of assistants were looked for (they stand in ``Inventory.statements``); ``assisted_commits`` are
    the commits whose message bears one, and all of them. ``remarks`` are what texts say beside licences, ``None`` where nobody looked; ``authorship`` is who made the
    commits. ``seller_facts`` are the names of facts that the target alone declares.
    """

    inventory: Inventory
    audit: Audit
    kind: str = "scan"
    commit: str | None = None
    dirty: bool = False
    result_digest: str | None = None
    scenarios: tuple[tuple[str, Audit], ...] = ()
    configuration: Configuration | None = None
    previous: tuple[Inventory, Audit] | None = None
    marks: tuple[str, ...] | None = None
    remarks: tuple[Remark, ...] | None = None
    authorship: Authorship | None = None
    assisted_commits: tuple[int, int] | None = None
    seller_facts: frozenset[str] = frozenset()
    usage: tuple[tuple[UsageStatement, Message], ...] = ()


_TO_THE_AUDIT = say("declared to the audit")
_BY_THE_TARGET = say("declared in the target's own configuration, which the audit was set to trust")
_BY_THE_RESULT = say("declared in the stored result, which the audit was set to trust")


def declared_by(judged: Judged, fact: str) -> Message:
    """Return by whose word ``fact`` of a product holds."""
    if fact in judged.seller_facts:
        return _BY_THE_RESULT if judged.kind == "stored-result" else _BY_THE_TARGET
    return _TO_THE_AUDIT


class View:
    """Lookups over one judged inventory."""

    def __init__(self, judged: Judged, order: Order) -> None:
        self.judged = judged
        self.order = order
        self.inventory, self.audit = judged.inventory, judged.audit
        self.terms = {term.id: term for term in order.terms}
        self.components = {component.id: component for component in self.inventory.components}
        self.models = {model.id: model for model in self.inventory.models}
        self.graph = Graph(self.inventory.components, self.inventory.dependencies)
        # Archives and formats that were recognised and not read; dependencies that nobody looked up are another thing.
        self.unopened = tuple(
            issue
            for issue in self.inventory.issues
            if issue.level is IssueLevel.UNREAD and issue.code is IssueCode.NOT_READ
        )
        # What files mark to be ignored, and what would count without the marks.
        self.ignored = tuple(
            statement
            for conclusion in self.audit.conclusions
            for statement in conclusion.suppressed
            if statement.composition is Composition.IGNORED
        )
        self.kinds = {file.path: file.kind for file in self.inventory.files}
        self.digests = {file.path: file.sha256 for file in self.inventory.files}
        self.conclusions = {(c.subject.kind, c.subject.id): c for c in self.audit.conclusions}
        self.choices = {(c.subject.kind, c.subject.id): c for c in self.audit.choices}
        self.violations: Mapping[tuple[SubjectKind, str], list[Violation]] = _by_subject(self.audit)
        self.unread = unread(self.inventory)
        self._folders = {
            component.directory: component
            for component in self.inventory.components
            if component.directory and component.kind is not ComponentKind.PROJECT
        }
        self.own = own_folders(self.inventory, self.audit)
        self.owners = {
            c.subject.id: c.subject.owner for c in self.audit.conclusions if c.subject.kind is SubjectKind.FILE
        }
        self.texts = self._license_texts()
        self.remarks: Mapping[RemarkKind, list[Remark]] = _by_kind(judged.remarks or ())
        self.license_names = {record.key: record.name for record in self.inventory.licenses}
        self._spdx = {record.key: record.spdx for record in self.inventory.licenses}

    def holder_of(self, path: str) -> Component | None:
        """Return the component, but for the audited projects, whose folder holds ``path``: the innermost one."""
        while path:
            path = path.rpartition("/")[0]
            if path in self._folders:
                return self._folders[path]
        return None

    def conclusion(self, subject: Subject) -> Conclusion | None:
        return self.conclusions.get((subject.kind, subject.id))

    def is_spoken_for(self, conclusion: Conclusion) -> bool:
        """Whether it is of a file of a third-party component that no finding is about: the component says what there is to say."""
        subject = conclusion.subject
        owner = self.components.get(subject.owner or "") if subject.kind is SubjectKind.FILE else None
        if owner is None or owner.kind is ComponentKind.PROJECT:
            return False
        return (subject.kind, subject.id) not in self.violations

    def spdx(self, expression: str) -> str:
        """Return an expression in ScanCode's keys with the ids that the rest of the report uses."""
        return re.sub(r"[\w.+-]+", lambda word: self._spdx.get(word[0], word[0]), expression)

    def ref(self, subject: Subject) -> SubjectRef:
        component = self.components.get(subject.id) if subject.kind is not SubjectKind.FILE else None
        version = component.version if component else None
        return SubjectRef(kind=subject.kind, id=subject.id, name=subject.name, version=version)

    def component_ref(self, component: Component) -> SubjectRef:
        kind = SubjectKind.PROJECT if component.kind is ComponentKind.PROJECT else SubjectKind.COMPONENT
        return SubjectRef(kind=kind, id=component.id, name=component.name, version=component.version)

    def root_ref(self) -> SubjectRef:
        """Return the codebase as a whole: the project at its root, or the folder by its name where no manifest names it."""
        for component in self.inventory.components:
            if component.kind is ComponentKind.PROJECT and not component.directory:
                return self.component_ref(component)
        return SubjectRef(kind=SubjectKind.PROJECT, id="path:.", name=self.inventory.run.root)

    def texts_of(self, component: Component, key: str) -> tuple[str, ...]:
        """Return the files in which the text of licence ``key`` stands: the component's own, then notice files."""
        own = self.texts.get((component.id, key), ())
        claimed = [
            location.path
            for claim in component.claims
            if claim.source is ClaimSource.DETECTED and claim.expression == key
            for location in claim.locations
        ]
        return tuple(dict.fromkeys((*own, *claimed, *self.texts.get(("", key), ()))))

    def texts_in(self, project: str, key: str) -> tuple[str, ...]:
        """Return the files in which the text of licence ``key`` stands: the project's own, then notice files."""
        return tuple(dict.fromkeys((*self.texts.get((project, key), ()), *self.texts.get(("", key), ()))))

    def texts_beside(self, model: AiModel, key: str) -> tuple[str, ...]:
        """Return the files in which the text of licence ``key`` stands beside the model, then notice files."""
        folders = {f"{location.path.rpartition('/')[0]}/" for location in model.locations}
        beside = (
            path
            for (_, expression), paths in self.texts.items()
            for path in paths
            if expression == key and f"{path.rpartition('/')[0]}/" in folders
        )
        return tuple(dict.fromkeys((*beside, *self.texts.get(("", key), ()))))

    def is_notice(self, path: str) -> bool:
        """Whether ``path`` is one of the files in which a project passes on the licences of others."""
        return is_notice_file(path)

    def _license_texts(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for finding in self.inventory.findings:
            is_notice = self.is_notice(finding.path)
            owner = self.owners.get(finding.path) or ""
            for match in (match for detection in finding.detections for match in detection.matches):
                if _is_text(match):
                    found["" if is_notice else owner, match.expression].append(finding.path)
        return {key: tuple(dict.fromkeys(paths)) for key, paths in found.items()}


def digest(*content: object) -> str:
    """Return the SHA-256 of ``content``, in hex: ids that stay the same from run to run."""
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def _by_subject(audit: Audit) -> Mapping[tuple[SubjectKind, str], list[Violation]]:
    found: dict[tuple[SubjectKind, str], list[Violation]] = defaultdict(list)
    for violation in audit.violations:
        found[violation.subject.kind, violation.subject.id].append(violation)
    return found


def _by_kind(remarks: Iterable[Remark]) -> Mapping[RemarkKind, list[Remark]]:
    found: dict[RemarkKind, list[Remark]] = {kind: [] for kind in RemarkKind}
    for remark in remarks:
        found[remark.kind].append(remark)
    return found


def _is_text(match: Match) -> bool:
    """Whether it is the licence itself: a notice that names the licence, however long, is not what has to be passed on."""
    return match.kind == "text" or match.rule_id.endswith(".LICENSE")
