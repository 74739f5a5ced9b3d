"""Judgement: classes, conclusions and violations, each with the reasons that led to it."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.alteration import JudgedChange
from licscan.core.component import Scope
from licscan.core.location import Location
from licscan.core.message import Message


class LicenseClass(str, Enum):
    """What a licence is, whatever it is used for."""

    PERMISSIVE = "permissive"
    WEAK_COPYLEFT = "weak-copyleft"
    STRONG_COPYLEFT = "strong-copyleft"
    CUSTOM_MODEL = "custom-model"
    PROPRIETARY = "proprietary"
    UNKNOWN = "unknown"


class Outcome(str, Enum):
    """What a policy says of a subject."""

    ALLOW = "allow"
    REVIEW = "review"
    DENY = "deny"


class Severity(str, Enum):
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class UnitClassification(Struct, frozen=True, kw_only=True):
    """One licence (with its exception) in its class: why, and who says so.

    ``network`` marks licences whose copyleft is triggered by use over a network. ``obligations`` and
    ``terms`` are ids of the catalogue (``attribution``, ``source-disclosure``, ``non-commercial`` ...).
    """

    unit: str
    spdx: str
    license_class: LicenseClass
    network: bool = False
    reason: Message | None = None
    source: str = ""
    obligations: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


class Classification(Struct, frozen=True, kw_only=True):
    """A whole expression in its class: ``AND`` counts as its worst part, ``OR`` as its best choice."""

    expression: str
    expression_spdx: str
    license_class: LicenseClass
    units: tuple[UnitClassification, ...]
    problem: Message | None = None  # why it could not be told, when it could not

    @property
    def network(self) -> bool:
        return any(unit.network for unit in self.units)


class SubjectKind(str, Enum):
    """What can be judged."""

    PROJECT = "project"
    COMPONENT = "component"
    FILE = "file"
    MODEL = "model"


class Subject(Struct, frozen=True, kw_only=True):
    """Whom a conclusion or a violation is about. ``id`` is a path, a ``Component.id`` or an ``AiModel.id``;
    ``owner`` is the id of the component that a file belongs to."""

    kind: SubjectKind
    id: str
    name: str
    scope: Scope = Scope.RUNTIME
    owner: str | None = None
    path: str | None = None


class Role(str, Enum):
    """What a match is to the text that it stands in."""

    TEXT = "licence-text"
    NOTICE = "notice"
    TAG = "tag"
    FIELD = "manifest-field"
    REFERENCE = "reference"
    INTRODUCTION = "introduction"
    EXCEPTION = "exception"
    DISCLAIMER = "disclaimer"
    PATENT_GRANT = "patent-grant"
    CONTRIBUTION_TERMS = "contribution-terms"
    LIST_ENTRY = "list-entry"
    IDENTIFIER = "identifier"
    MENTION = "mention"


class About(str, Enum):
    """What a statement is about."""

    FILE = "this-file"
    PACKAGE = "this-package"
    OTHER_WORK = "another-work"
    CONTRIBUTIONS = "contributions"
    FUTURE = "a-future-date"
    NOTHING = "nothing"


class Polarity(str, Enum):
    STATES = "states"
    DENIES = "denies"
    COMPARES = "compares"


class Certainty(str, Enum):
    """How sure it is that a match means what it is taken for."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Composition(str, Enum):
    """The rule that decides what a statement adds to the conclusion; ``docs/verdicts.md`` has a section on each."""

    COUNTS = "counts"
    CHOICE = "choice"  # counts as one alternative of a choice
    WITH_EXCEPTION = "with-exception"  # counts together with the exception, or the licence, beside it
    BARE_WORD_IN_CODE = "bare-word-in-code"
    LICENSE_ID_LIST = "licence-id-list"
    RESOLVED_REFERENCE = "resolved-reference"
    PACKAGE_LICENSE_DATA = "package-licence-data"
    MENTION = "mention"
    EXCEPTED_TEXT = "excepted-text"
    CONTRIBUTION_TERMS = "contribution-terms"
    NAMES_NO_LICENSE = "names-no-licence"
    STATED_OUTSIDE = "stated-outside"  # REUSE: another file speaks for this one, or this one for others
    IGNORED = "ignored"  # REUSE: it stands between ignore marks
    LICENSE_TEXT = "licence-text"  # a text in LICENSES/, for the files that are under it
    DENIED = "denied"
    COMPARED = "compared"
    OTHER_WORK = "another-work"
    FUTURE = "future-licence"
    TOOL_CONFIGURATION = "licence-tool-configuration"
    PROGRAM_DATA = "program-data"
    KEPT_AS_DATA = "kept-as-data"
    INTRODUCTION = "introduction"
    BESIDE_A_LICENSE = "beside-a-licence"  # a disclaimer or a patent grant, which belongs to the licence next to it
    REPEATED = "repeated"  # a more exact statement of the same licence counts
    UNCERTAIN = "uncertain"  # only possible: a question, no statement of fact


# Statements that are a part of the conclusion; all others are suppressed.
COUNTING = frozenset({Composition.COUNTS, Composition.CHOICE, Composition.WITH_EXCEPTION})


class Statement(Struct, frozen=True, kw_only=True):
    """What one match states, and what it adds to the conclusion. ``expression`` is in ScanCode's keys; where it is less than the match's own,
    the rest of the match is a statement of its own. ``syntax`` is that of ``Match``."""

    expression: str
    rule_id: str
    location: Location
    role: Role
    about: About = About.FILE
    polarity: Polarity = Polarity.STATES
    certainty: Certainty = Certainty.CERTAIN
    syntax: str = ""
    composition: Composition = Composition.COUNTS
    explanation: Message | None = None

    @property
    def counts(self) -> bool:
        return self.composition in COUNTING


class Evidence(Struct, frozen=True, kw_only=True):
    """What a statement rests on: the place, and how it was recognised. ``text`` is whole lines, and may be clipped; ``words`` is the
    digest of the words that were recognised, however they are laid out."""

    location: Location
    text: str = ""
    words: str = ""
    expression: str | None = None
    rule_id: str | None = None
    matcher: str | None = None
    score: float | None = None
    note: Message | None = None


class Conclusion(Struct, frozen=True, kw_only=True):
    """What a subject's licence is taken to be. ``classification`` is ``None`` when it has none at all. ``altered`` are sentences of
    its licence texts that are not those of the licence; ``disagreement`` says who says what of a project's licence, where the places
    that state it do not agree."""

    subject: Subject
    classification: Classification | None
    evidence: tuple[Evidence, ...] = ()
    altered: tuple[JudgedChange, ...] = ()
    statements: tuple[Statement, ...] = ()
    possible: tuple[
        str, ...
    ] = ()  # licences of which a subject without any other has possible evidence; ScanCode's keys
    disagreement: Message | None = None

    @property
    def suppressed(self) -> tuple[Statement, ...]:
        """The statements that do not count, each with its reason."""
        return tuple(statement for statement in self.statements if not statement.counts)

    @property
    def expression(self) -> str | None:
        return self.classification.expression if self.classification else None


class TraceStep(Struct, frozen=True, kw_only=True):
    """One step of how a verdict came about: ``what`` was looked at, what it gave, and why."""

    what: str
    outcome: Outcome
    why: Message


class Remark(str, Enum):
    """Steps of a trace that every reader is told beside the message."""

    VIA = "via"  # by which way a component comes in: ``app 1.0 -> a 2.1 -> lib 3``
    TRIED = "tried"  # where a licence was looked for and not found


# Findings about waivers and corrections themselves.
OWN_CODES = frozenset(("waiver-expired", "waiver-unused", "curation-lapsed"))


class Violation(Struct, frozen=True, kw_only=True):
    """A finding: what a policy rule objects to.

    ``id`` is stable across runs (rule, subject, expression, evidence). ``code`` is one of the registered
    finding codes (``reciprocity``, ``llama2-mau`` ...), ``rule`` the id of the policy's rule that decided. ``violates``
    is true when the policy's ``fail_on`` counts it. ``question`` is the fact that is asked for, if one is.
    ``fact`` is the name of that fact. ``choice`` is the part of an OR that was taken, in SPDX form.
    """

    id: str
    code: str
    rule: str
    outcome: Outcome
    violates: bool
    severity: Severity
    subject: Subject
    expression: str | None
    expression_spdx: str | None
    message: Message
    how_to_fix: Message
    source: str
    license_class: LicenseClass | None = None
    choice: str | None = None
    question: Message | None = None
    fact: str | None = None
    evidence: tuple[Evidence, ...] = ()
    trace: tuple[TraceStep, ...] = ()

    @property
    def license_label(self) -> str:
        """What a reader is told of the licence; nothing where none is asked about."""
        return self.expression_spdx or ("" if self.code in OWN_CODES else "no licence")

    @property
    def remarks(self) -> tuple[tuple[str, Message], ...]:
        """What explains the finding beside its message, as (label, text): the ways to the component, shortest first; what was tried."""
        labels = [remark.value for remark in Remark]
        return tuple((step.what, step.why) for step in self.trace if step.what in labels)


class Choice(Struct, frozen=True, kw_only=True):
    """The part of an expression that was taken where the policy does not permit every part of it alike.

    ``expression_spdx`` is the whole, ``taken`` the part, both in SPDX form.
    """

    subject: Subject
    expression_spdx: str
    taken: str
    outcome: Outcome
    trace: tuple[TraceStep, ...] = ()


class SuppressionKind(str, Enum):
    """Why a finding that a policy makes does not count."""

    WAIVER = "waiver"  # somebody answers for it, until a date
    BASELINE = "baseline"  # it was known when the baseline was written
    BEFORE = "before"  # it was there before the change that is checked


class Suppression(Struct, frozen=True, kw_only=True):
    """A finding that does not count, and by whose word. ``why`` is reason and comment; ``location`` is where the word stands;
    ``by`` and ``expires`` (ISO 8601 date) are a waiver's."""

    kind: SuppressionKind
    violation: Violation
    why: Message
    by: str = ""
    expires: str = ""
    location: Location | None = None


class GoneFinding(Struct, frozen=True, kw_only=True):
    """A finding that was known, or there, before and is no more. Of what was merely there before only ``path`` is remembered;
    ``license`` is the expression in SPDX form, empty for none."""

    path: str
    code: str = ""
    license: str = ""


class Correction(Struct, frozen=True, kw_only=True):
    """A detection that a person corrected. ``detected`` and ``concluded`` are expressions in SPDX form, ``None``
    for no licence; ``applied`` is false where the file is gone or says something else by now, which ``note`` tells."""

    path: str
    detected: str
    concluded: str | None
    why: str
    by: str
    location: Location
    applied: bool
    note: Message | None = None
