"""A policy, valid by construction: only ``policy.load`` makes one, and nothing else is evaluated.

The YAML that users write is described field by field in ``docs/policies.md``.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct, field

from licscan.core.component import ComponentKind, Scope
from licscan.core.result import Completeness, PolicyInfo
from licscan.core.verdict import LicenseClass, Outcome, Severity, SubjectKind


class ExpressionState(str, Enum):
    """What is known of a subject's licence expression."""

    KNOWN = "known"
    MISSING = "missing"  # no licence is declared or detected
    UNPARSABLE = "unparsable"
    UNCERTAIN = "uncertain"  # there is possible evidence of a licence, and none that is likely or certain


class OutboundRelation(str, Enum):
    """How a licence that comes in stands to the licence under which the project goes out."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    UNDECIDED = "undecided"  # both are known, and no source says whether they go together
    UNKNOWN = "unknown"  # the project's own licence is not known


class ProgramState(str, Enum):
    """What a package of an image is to the product: GPL-2.0 section 2 and GPL-3.0 section 5 tell a separate program on the same medium
    (mere aggregation) from a part of the work."""

    UNSTATED = "unstated"
    SEPARATE = "separate"
    LINKED = "linked"


class FactCondition(Struct, frozen=True, kw_only=True):
    """What a declared fact has to be. ``missing`` lets an undeclared fact satisfy the condition.

    ``values`` are any-of, compared as text without regard to case; a fact that is a list matches when one of its
    items does. The four bounds are for numbers.
    """

    name: str
    values: tuple[str, ...] = ()
    missing: bool = False
    above: int | None = None
    at_least: int | None = None
    below: int | None = None
    at_most: int | None = None


class Condition(Struct, frozen=True, kw_only=True):
    """What a rule asks of one licence in one subject. Every field that is given has to hold; within a field one of
    the values is enough; an empty field asks nothing."""

    expression: ExpressionState = ExpressionState.KNOWN
    classes: tuple[LicenseClass, ...] = ()
    licenses: tuple[str, ...] = ()  # ScanCode keys or SPDX ids, globs, without regard to case
    network: bool | None = None
    obligations: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # globs as in an ignore file
    scopes: frozenset[Scope] = frozenset()
    subjects: tuple[SubjectKind, ...] = ()
    components: tuple[ComponentKind, ...] = ()  # of the subject, or of the component that owns the file
    programs: tuple[ProgramState, ...] = ()  # of a system package, or of a file in an image
    browser: bool | None = None  # whether it is sent to browsers
    outbound: tuple[OutboundRelation, ...] = ()
    outbound_classes: tuple[LicenseClass, ...] = ()  # of a licence that the project goes out under
    facts: tuple[FactCondition, ...] = ()


class PolicyRule(Struct, frozen=True, kw_only=True):
    """One rule. ``code`` is ``None`` only in an ``allow`` that settles every code.

    ``check`` names a check in ``policy.checks`` that looks closer at what ``when`` selects. ``ask`` names the fact
    whose absence is the trouble. ``line`` is where the rule stands in ``file``.
    """

    id: str
    code: str | None
    verdict: Outcome
    severity: Severity
    message: str
    how_to_fix: str
    source: str
    when: Condition = field(default_factory=Condition)
    unless: Condition | None = None
    check: str | None = None
    ask: str | None = None
    file: str = ""
    line: int = 0


# What ``fail_on`` may name besides the codes of ``policy.codes``.
FAIL_ON_DENY = "deny"
FAIL_ON_REVIEW = "review"
FAIL_ON_MISSING_FACT = "missing-fact"
FAIL_ON_MODEL_FACT = "model-fact-missing"
FAIL_ON_WORDS = (FAIL_ON_DENY, FAIL_ON_REVIEW, FAIL_ON_MISSING_FACT, FAIL_ON_MODEL_FACT)


class Policy(Struct, frozen=True, kw_only=True):
    """A whole policy. ``fail_on`` holds words of ``FAIL_ON_WORDS`` and finding codes; ``digest`` is the SHA-256 of
    its text and of the texts that it extends. The globs of its rules are compared with paths that ``below`` is put before."""

    name: str
    title: str
    description: str
    fail_on: frozenset[str]
    rules: tuple[PolicyRule, ...]
    digest: str
    below: str = ""
    completeness: Completeness = Completeness.REPORTED
    unresolved: Completeness = Completeness.REQUIRED

    @property
    def info(self) -> PolicyInfo:
        return PolicyInfo(name=self.name, title=self.title, digest=self.digest)

    @property
    def licenses(self) -> tuple[str, ...]:
        """The licences, and the globs of some, that its rules name."""
        every = (
            each
            for rule in self.rules
            for condition in (rule.when, rule.unless)
            if condition
            for each in condition.licenses
        )
        return tuple(dict.fromkeys(every))
