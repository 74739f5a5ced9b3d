"""What a due-diligence report says, in the order in which it says it: typed, frozen, in no format and no language.

Every text has a kind (``phrase.Kind``), so that blind mode knows what becomes of it. Ids of findings are those of
``core.verdict.Violation``: the same in every form and in the SBOM.
"""

from __future__ import annotations

from msgspec import Struct

from licscan.core.component import Scope
from licscan.core.message import (
    FindingId,
    License,
    Message,
    Name,
    Ours,
    PathText,
    Quoted,
    RuleId,
    SubjectId,
    Version,
)
from licscan.core.verdict import Certainty, LicenseClass, Outcome, Severity, SubjectKind
from licscan.duediligence.ratings import (
    Addressee,
    Bucket,
    Concern,
    Cost,
    DutyState,
    Effort,
    Likelihood,
    Remedy,
    Topic,
    VerdictState,
)


class SubjectRef(Struct, frozen=True, kw_only=True):
    kind: SubjectKind
    id: SubjectId
    name: Name
    version: Version | None = None


class Control(Struct, frozen=True, kw_only=True):
    """Who ordered what, and what made it. ``blind`` says that names and paths are keyed digests."""

    generated_at: Ours
    tool_version: Ours
    scancode_version: Ours
    policy_name: Ours
    policy_title: Message
    policy_digest: Ours
    command: tuple[Quoted, ...]
    auditor: Ours | None
    reviewer: Ours | None
    confidentiality: Message
    notice: Message
    blind: bool = False


class Source(Struct, frozen=True, kw_only=True):
    """What was audited, and how its facts were had. ``digest`` is of the looked-at files' paths and contents
    (``tree``) or of the stored result (``result``); ``lacks`` is what the facts do not hold."""

    kind: Ours
    name: Name
    commit: Quoted | None
    commit_state: Message | None
    tree: FindingId
    result: FindingId | None
    scanned_at: Ours
    tool_version: Ours
    scancode_version: Ours
    detector: Ours
    settings: tuple[tuple[Ours, Quoted], ...]
    lacks: tuple[Message, ...]


class FactRow(Struct, frozen=True, kw_only=True):
    name: Ours
    value: Ours | None
    source: Message


class BucketCount(Struct, frozen=True, kw_only=True):
    bucket: Bucket
    subjects: int
    findings: int


class ClassCount(Struct, frozen=True, kw_only=True):
    """``license_class`` is ``None`` for what has no licence."""

    license_class: LicenseClass | None
    projects: int
    components: int
    models: int
    files: int


class Verdict(Struct, frozen=True, kw_only=True):
    state: VerdictState
    headline: Message
    detail: Message


class Unseen(Struct, frozen=True, kw_only=True):
    """Something that was not scanned. ``what`` is why; ``count`` is files."""

    code: Ours
    what: Message
    count: int
    path: PathText | None = None


class Coverage(Struct, frozen=True, kw_only=True):
    """What was looked at and what was not. ``by_scope`` counts components, ``files_by_scope`` files in which a licence was found."""

    files: int
    size: int
    by_kind: tuple[tuple[Ours, int], ...]
    by_scope: tuple[tuple[Scope, int], ...]
    files_by_scope: tuple[tuple[Scope, int], ...]
    direct: int
    indirect: int
    unknown_depth: int
    unread: tuple[Unseen, ...]
    skipped: tuple[Unseen, ...]
    archives: tuple[PathText, ...]
    binaries: int
    limits: tuple[Message, ...]


class Usage(Struct, frozen=True, kw_only=True):
    """One fact of how a part is used: what, and who says so."""

    fact: Ours
    value: Message
    source: Message


class Entry(Struct, frozen=True, kw_only=True):
    """A row of the component register: a component, a model, or a first-party file with findings of its own."""

    subject: SubjectRef
    origin: Message
    purl: SubjectId | None
    scope: Scope
    direct: bool | None
    chain: tuple[Name, ...]
    declared: License
    detected: License
    concluded: License
    license_class: LicenseClass | None
    bucket: Bucket
    usage: tuple[Usage, ...]
    named_at: tuple[PathText, ...]
    holders: tuple[Quoted, ...]
    findings: tuple[FindingId, ...]


class LicenseReview(Struct, frozen=True, kw_only=True):
    """One licence, with what it asks and limits. The ids are those of the catalogue's vocabulary."""

    license: License
    name: Ours
    license_class: LicenseClass
    reason: Message
    network: bool
    duties: tuple[Ours, ...]
    limits: tuple[Ours, ...]
    commercial_limits: tuple[Ours, ...]
    source_duties: tuple[Ours, ...]
    subjects: int


class Duty(Struct, frozen=True, kw_only=True):
    """One line of the obligations checklist."""

    id: FindingId
    subject: SubjectRef
    license: License
    duty: Ours
    state: DutyState
    proof: Message
    places: tuple[PathText, ...] = ()


class Risk(Struct, frozen=True, kw_only=True):
    """A finding with what a lawyer and an engineer want to know of it."""

    id: FindingId
    code: Ours
    rule: Ours
    source: Ours
    subject: SubjectRef
    license: License
    license_class: LicenseClass | None
    choice: License | None
    bucket: Bucket
    outcome: Outcome
    violates: bool
    severity: Severity
    severity_reason: Message
    likelihood: Likelihood
    likelihood_reason: Message
    message: Message
    liability: Message
    duties: tuple[Ours, ...]
    remedies: tuple[Remedy, ...]
    how_to_fix: Message
    effort: Effort
    effort_reason: Message
    question: Message | None
    evidence: tuple[FindingId, ...]


class Action(Struct, frozen=True, kw_only=True):
    """A step of the plan. ``owner`` and ``due`` are for people to fill in."""

    id: FindingId
    order: int
    phase: Message
    what: Message
    remedies: tuple[Remedy, ...]
    effort: Effort
    severity: Severity
    findings: tuple[FindingId, ...]
    subjects: tuple[Name, ...]
    owner: Ours = ""
    due: Ours = ""


class Question(Struct, frozen=True, kw_only=True):
    """Something that somebody has to answer. ``effect`` is what the answer changes; ``fact`` is the declared fact that holds it, so that the
    report follows it without a new scan; ``issues`` are the numbers of those that it is about."""

    id: FindingId
    number: int
    addressee: Addressee
    text: Message
    effect: Message
    fact: Ours | None
    issues: tuple[int, ...]
    findings: tuple[FindingId, ...]


class ChapterRow(Struct, frozen=True, kw_only=True):
    subject: SubjectRef
    license: License
    what: Message
    findings: tuple[FindingId, ...] = ()
    places: tuple[PathText, ...] = ()


class Chapter(Struct, frozen=True, kw_only=True):
    """A special chapter. ``basis`` says what it rests on, and what an empty one means; ``examined`` is false where nothing could
    be looked at, so that an empty one does not say that there is none."""

    key: Ours
    title: Message
    basis: Message
    rows: tuple[ChapterRow, ...]
    examined: bool = True


class Reach(Struct, frozen=True, kw_only=True):
    """How far the copyleft of one subject reaches over the dependency graph: ``chain`` leads from a project to it."""

    subject: SubjectRef
    license: License
    network: bool
    chain: tuple[Name, ...]
    projects: int
    dependents: int


class EvidenceRow(Struct, frozen=True, kw_only=True):
    id: FindingId
    findings: tuple[FindingId, ...]
    path: PathText
    start_line: int | None
    end_line: int | None
    digest: FindingId | None
    license: License
    rule: RuleId | None
    matcher: Ours | None
    score: float | None
    text: Quoted
    note: Message | None


class Decision(Struct, frozen=True, kw_only=True):
    """Something that was decided: a choice among licences, a waiver, a curation, a match that does not count."""

    kind: Ours
    subject: SubjectRef
    what: Message
    why: Message
    count: int = 1


class Option(Struct, frozen=True, kw_only=True):
    """One way to resolve an issue."""

    remedy: Remedy
    what: Message
    effort: Effort
    cost: Cost


class Clause(Struct, frozen=True, kw_only=True):
    """What a clause of a licence states: ``section`` is where, ``licenses`` are those of the issue that have it, ``source`` is what it rests on
    where that is not the licence's text."""

    id: Ours
    licenses: tuple[License, ...]
    section: Message
    states: Message
    source: Ours = ""


class Item(Struct, frozen=True, kw_only=True):
    """One thing that an issue is about: a component with all its versions and builds, or the files of a project under one licence.

    ``brief`` is the licence in a word or two, ``license`` the whole expression; ``versions`` are those of the component, ``folded`` the other
    subjects that it stands for, ``files`` counts files; ``places`` are the first places of its evidence; ``notes`` are what its own text adds
    (parameters, terms that can be bought).
    """

    id: FindingId
    subject: SubjectRef
    label: Message
    brief: Message
    license: License
    certainty: Certainty
    what: Message
    versions: tuple[Version, ...]
    folded: tuple[Name, ...]
    files: int
    places: tuple[PathText, ...]
    findings: tuple[FindingId, ...]
    notes: tuple[Message, ...] = ()


class Issue(Struct, frozen=True, kw_only=True):
    """What a reader has to know and decide: all findings that have the same cause and the same remedy.

    ``certainty`` is that of its least certain item; ``items`` are the folded subjects, the most certain first; ``clauses`` are what
    the licences say of it.
    """

    id: FindingId
    number: int
    topic: Topic
    bucket: Bucket
    severity: Severity
    title: Message
    what: Message
    why: Message
    concerns: tuple[Concern, ...]
    options: tuple[Option, ...]
    addressees: tuple[Addressee, ...]
    certainty: Certainty
    items: tuple[Item, ...]
    findings: tuple[FindingId, ...]
    clauses: tuple[Clause, ...] = ()


class FrontPage(Struct, frozen=True, kw_only=True):
    """What fits on one page: the numbers of the issues that decide, how many more there are, the numbers of the questions to ask first,
    and what is not known."""

    issues: tuple[int, ...]
    more: int
    questions: tuple[int, ...]
    unknown: tuple[Message, ...]


class Scenario(Struct, frozen=True, kw_only=True):
    """One set of facts, and the verdict under it."""

    name: Ours
    facts: tuple[FactRow, ...]
    policy: Ours
    verdict: Verdict
    buckets: tuple[BucketCount, ...]


class ScenarioRow(Struct, frozen=True, kw_only=True):
    """A subject that scenarios judge differently: one cell a scenario (its outcome, and by which codes)."""

    subject: SubjectRef
    license: License
    cells: tuple[Message, ...]


class Scenarios(Struct, frozen=True, kw_only=True):
    columns: tuple[Scenario, ...]
    differences: tuple[ScenarioRow, ...]
    same: int


class Configuration(Struct, frozen=True, kw_only=True):
    """The target's own configuration: what it says, and what it changed or would have changed."""

    path: PathText
    trusted: bool
    problem: Message | None
    settings: tuple[tuple[Ours, Quoted], ...]
    effects: tuple[Message, ...]


class Product(Struct, frozen=True, kw_only=True):
    """The whole report of one audited codebase. ``key`` tells products apart (``p1``)."""

    key: Ours
    name: Name
    source: Source
    facts: tuple[FactRow, ...]
    verdict: Verdict
    buckets: tuple[BucketCount, ...]
    classes: tuple[ClassCount, ...]
    front: FrontPage
    issues: tuple[Issue, ...]
    changers: tuple[Message, ...]
    coverage: Coverage
    components: tuple[Entry, ...]
    licenses: tuple[LicenseReview, ...]
    risks: tuple[Risk, ...]
    actions: tuple[Action, ...]
    duties: tuple[Duty, ...]
    watch: tuple[Message, ...]
    questions: tuple[Question, ...]
    chapters: tuple[Chapter, ...]
    reach: tuple[Reach, ...]
    evidence: tuple[EvidenceRow, ...]
    decisions: tuple[Decision, ...]
    scenarios: Scenarios | None
    configuration: Configuration | None


class DueDiligence(Struct, frozen=True, kw_only=True):
    """One audit of one or more products."""

    control: Control
    products: tuple[Product, ...]
