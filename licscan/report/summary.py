"""What every reader is told, in the order in which it matters: counted and sorted once, for all formats to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from itertools import groupby

from msgspec import Struct

from licscan.core.component import Component
from licscan.core.facts import Facts
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.result import Audit, Completeness, Inventory, lacking
from licscan.core.skipped import Skipped
from licscan.core.text import plural
from licscan.core.verdict import (
    COUNTING,
    Composition,
    Conclusion,
    LicenseClass,
    Outcome,
    Severity,
    Statement,
    Subject,
    SubjectKind,
    SuppressionKind,
    Violation,
)

# From what binds least to what binds most, and what cannot be told last.
CLASS_LABELS: Mapping[LicenseClass | None, str] = {
    LicenseClass.PERMISSIVE: "Permissive",
    LicenseClass.WEAK_COPYLEFT: "Weak copyleft",
    LicenseClass.STRONG_COPYLEFT: "Strong copyleft",
    LicenseClass.CUSTOM_MODEL: "Custom model licence",
    LicenseClass.PROPRIETARY: "Proprietary",
    LicenseClass.UNKNOWN: "Unknown",
    None: "No licence",
}

COMPOSITION_LABELS: Mapping[Composition, str] = {
    Composition.BARE_WORD_IN_CODE: "Words of the program",
    Composition.LICENSE_ID_LIST: "An entry of a list of licence ids",
    Composition.RESOLVED_REFERENCE: "A reference whose licence is stated elsewhere",
    Composition.PACKAGE_LICENSE_DATA: "Licence data of a package, not its licence",
    Composition.MENTION: "A mention of a licence",
    Composition.EXCEPTED_TEXT: "Part of a licence with an exception",
    Composition.CONTRIBUTION_TERMS: "Terms between contributors and the project",
    Composition.NAMES_NO_LICENSE: "Words of licences that name none",
    Composition.DENIED: "A licence that the text denies",
    Composition.COMPARED: "A comparison with a licence",
    Composition.OTHER_WORK: "The licence of another work or version",
    Composition.FUTURE: "A licence that applies at a later date",
    Composition.TOOL_CONFIGURATION: "Configuration of a licence tool",
    Composition.PROGRAM_DATA: "A string or a pattern of the program",
    Composition.KEPT_AS_DATA: "A licence text kept as data",
    Composition.INTRODUCTION: "The introduction to a licence",
    Composition.BESIDE_A_LICENSE: "A disclaimer or an added permission beside a licence",
    Composition.REPEATED: "A repetition of a licence that is stated more exactly",
    Composition.UNCERTAIN: "A match too weak to state a fact",
    Composition.STATED_OUTSIDE: "Stated for one file in another (REUSE)",
    Composition.IGNORED: "Between the ignore marks of REUSE",
    Composition.LICENSE_TEXT: "A text in LICENSES/",
}

NOT_STATED = "not stated"
UNRESOLVED = "Unresolved"
_SEVERITIES = list(Severity)
_OUTCOMES = [Outcome.DENY, Outcome.REVIEW, Outcome.ALLOW]


_NAMED = 5  # entries named of each reason for which something was left out


class VerdictState(str, Enum):
    """The one word a reader looks for."""

    MET = "met"
    VIOLATED = "violated"
    INCOMPLETE = "incomplete"


class Verdict(Struct, frozen=True, kw_only=True):
    """The answer in one headline, and what stands behind it in one sentence."""

    state: VerdictState
    headline: str
    detail: str


class FindingGroup(Struct, frozen=True, kw_only=True):
    """Findings that one rule makes for one reason: told once, with every subject below it."""

    lead: Violation
    violations: tuple[Violation, ...]


class ClassCount(Struct, frozen=True, kw_only=True):
    """How many subjects a class has. ``key`` is the class's value, or ``none`` for subjects without a licence."""

    key: str
    label: str
    projects: int
    components: int
    models: int
    files: int

    @property
    def total(self) -> int:
        return self.projects + self.components + self.models + self.files


class SkippedReason(Struct, frozen=True, kw_only=True):
    """Everything that was left out for one reason; ``count`` is files, folders counted with what is below them."""

    reason: str
    count: int
    entries: tuple[Skipped, ...]


class ComponentView(Struct, frozen=True, kw_only=True):
    """A component, what its licence is taken to be, and the files that belong to it and say something."""

    component: Component
    conclusion: Conclusion | None
    files: tuple[Conclusion, ...]


class Decided(Struct, frozen=True, kw_only=True):
    """What a person decided: a finding that is waived, or a detection that is corrected. ``place`` is where it is written."""

    what: str
    about: str
    license: str
    why: str
    by: str
    until: str
    place: str


def decided(audit: Audit) -> tuple[Decided, ...]:
    """Return every waiver and every correction that holds, in the order of the audit."""
    waived = (
        Decided(
            what=f"waived: {each.violation.code}",
            about=each.violation.subject.id,
            license=each.violation.expression_spdx or "no licence",
            why=str(each.why),
            by=each.by,
            until=each.expires,
            place=str(each.location or ""),
        )
        for each in audit.suppressed
        if each.kind is SuppressionKind.WAIVER
    )
    corrected = (
        Decided(
            what="corrected",
            about=each.path,
            license=f"{each.concluded or 'no licence'}, detected as {each.detected}",
            why=each.why,
            by=each.by,
            until="",
            place=str(each.location),
        )
        for each in audit.corrections
        if each.applied
    )
    return (*waived, *corrected)


def known_before(audit: Audit) -> int:
    """Return how many findings do not count because they were known, or there, before."""
    return sum(each.kind is not SuppressionKind.WAIVER for each in audit.suppressed)


def verdict(inventory: Inventory, audit: Audit) -> Verdict:
    """Say how it ended: violated before incomplete before met, as the exit codes do."""
    violating = sum(violation.violates for violation in audit.violations)
    others = len(audit.violations) - violating
    unread = len(not_looked_at(inventory, audit))
    to_review = f" {plural(others, 'finding')} more to review." if others else ""
    lists = sum(is_gap(issue, audit) for issue in unresolved(inventory))
    gap = f" {_unread(unread, lists)}" if not audit.complete else ""
    if violating:
        detail = f"{plural(violating, 'finding')} {'violates' if violating == 1 else 'violate'} it.{to_review}{gap}"
        return Verdict(state=VerdictState.VIOLATED, headline="Policy violated", detail=detail)
    if not audit.complete:
        detail = f"Nothing that was read violates the policy.{gap}{to_review}"
        return Verdict(state=VerdictState.INCOMPLETE, headline="Scan incomplete", detail=detail)
    scope = plural(len(inventory.files), "file")
    detail = f"Nothing in {scope} violates it.{to_review}"
    return Verdict(state=VerdictState.MET, headline="Policy met", detail=detail)


def worst_first(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Sort: what violates, then by outcome, severity, rule, subject."""
    return tuple(sorted(violations, key=_badness))


def group_by_rule(violations: Iterable[Violation]) -> tuple[FindingGroup, ...]:
    """Group the findings of each rule, the group with the worst finding first."""
    return _grouped(violations, lambda violation: (violation.rule, violation.code))


def group_alike(violations: Iterable[Violation]) -> tuple[FindingGroup, ...]:
    """Group findings of one rule about one licence, the worst first: what fixes the first fixes the others."""
    return _grouped(
        violations, lambda each: (each.rule, each.code, each.expression, each.choice, each.question, each.violates)
    )


def class_counts(inventory: Inventory, audit: Audit) -> tuple[ClassCount, ...]:
    """Count the subjects of each class, every class named, in the order of ``CLASS_LABELS``; unresolved dependencies last, where there are any.

    A file without a licence is not counted: most files have none of their own.
    """
    waiting = unresolved_ids(inventory)
    counted: Counter[tuple[LicenseClass | None, SubjectKind]] = Counter()
    without = 0
    for conclusion in audit.conclusions:
        if conclusion.classification is None and conclusion.subject.id in waiting:
            without += 1
            continue
        if conclusion.classification or conclusion.subject.kind is not SubjectKind.FILE:
            counted[license_class(conclusion), conclusion.subject.kind] += 1
    counts = tuple(
        ClassCount(
            key=which.value if which else "none",
            label=label,
            projects=counted[which, SubjectKind.PROJECT],
            components=counted[which, SubjectKind.COMPONENT],
            models=counted[which, SubjectKind.MODEL],
            files=counted[which, SubjectKind.FILE],
        )
        for which, label in CLASS_LABELS.items()
    )
    if not without:
        return counts
    return (*counts, ClassCount(key="unresolved", label=UNRESOLVED, projects=0, components=without, models=0, files=0))


def unresolved_ids(inventory: Inventory) -> frozenset[str]:
    """Return the ids of dependencies of which neither files nor metadata were read."""
    return frozenset(component.id for component in inventory.components if component.unresolved)


def license_class(conclusion: Conclusion) -> LicenseClass | None:
    return conclusion.classification.license_class if conclusion.classification else None


def suppressed_statements(audit: Audit) -> tuple[tuple[Composition, tuple[tuple[Subject, Statement], ...]], ...]:
    """Return every statement that does not count, with its subject, by the rule that suppresses it."""
    every = [(conclusion.subject, each) for conclusion in audit.conclusions for each in conclusion.suppressed]
    by_rule = {
        rule: tuple(item for item in every if item[1].composition is rule)
        for rule in Composition
        if rule not in COUNTING
    }
    return tuple((rule, items) for rule, items in by_rule.items() if items)


def not_looked_at(inventory: Inventory, audit: Audit) -> tuple[Issue, ...]:
    """Return the issues that make the scan incomplete, but for unresolved dependencies."""
    issues = lacking(inventory.issues, audit.completeness, audit.unresolved)
    return tuple(issue for issue in issues if issue.code is not IssueCode.UNRESOLVED)


def unresolved(inventory: Inventory) -> tuple[Issue, ...]:
    """Return the issues about unresolved dependencies, one for each manifest."""
    return tuple(issue for issue in inventory.issues if issue.code is IssueCode.UNRESOLVED)


def is_gap(issue: Issue, audit: Audit) -> bool:
    """Whether ``issue`` makes the scan incomplete."""
    return bool(lacking((issue,), audit.completeness, audit.unresolved))


def not_read(inventory: Inventory, audit: Audit) -> tuple[Issue, ...]:
    """Return the issues that tell of content that was not read and that the policy does not require."""
    if audit.completeness is Completeness.REQUIRED:
        return ()
    return tuple(
        issue
        for issue in inventory.issues
        if issue.level is IssueLevel.UNREAD and issue.code is not IssueCode.UNRESOLVED
    )


def warnings(inventory: Inventory) -> tuple[Issue, ...]:
    """Return the issues that leave the scan complete."""
    return tuple(
        issue
        for issue in inventory.issues
        if issue.level is IssueLevel.WARNING and issue.code is not IssueCode.UNRESOLVED
    )


def configuration_changes(inventory: Inventory) -> tuple[Issue, ...]:
    """Return what a change would alter in the configuration."""
    return tuple(issue for issue in inventory.issues if issue.code is IssueCode.CONFIGURATION_CHANGED)


def skipped_by_reason(inventory: Inventory) -> tuple[SkippedReason, ...]:
    """Return what was left out on purpose, the reason with the most files first."""
    by_reason = sorted(inventory.skipped, key=lambda skipped: (str(skipped.reason), skipped.path))
    reasons = [
        SkippedReason(reason=reason, count=sum(entry.count for entry in entries), entries=entries)
        for reason, group in groupby(by_reason, key=lambda skipped: str(skipped.reason))
        for entries in [tuple(group)]
    ]
    return tuple(sorted(reasons, key=lambda each: (-each.count, each.reason)))


def names_of(reason: SkippedReason) -> str:
    """Name what was left out for a reason: the first of it, and how much more there is."""
    named = [entry.path for entry in reason.entries[:_NAMED]]
    left = len(reason.entries) - len(named)
    return ", ".join(named) + (f", and {left:,} more (the JSON result names all)" if left else "")


def left_out(inventory: Inventory, audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield (reason, sentence) for each reason for which something was left out; the sentence counts and names it. Statements between
    ignore marks are among it: whoever writes a file can take a licence out of the result with them."""
    for reason in skipped_by_reason(inventory):
        yield reason.reason, f"{plural(reason.count, 'file')} left out ({reason.reason}): {names_of(reason)}"
    ignored = between_marks(audit)
    if ignored:
        named = [f"{each.expression} ({each.location})" for each in ignored[:_NAMED]]
        left = len(ignored) - len(named)
        more = f", and {left:,} more (the JSON result names all)" if left else ""
        label = COMPOSITION_LABELS[Composition.IGNORED]
        yield label, f"{plural(len(ignored), 'licence statement')} left out ({label}): {', '.join(named)}{more}"


def between_marks(audit: Audit) -> tuple[Statement, ...]:
    """Return the statements that do not count because the file itself marks them to be ignored."""
    return tuple(
        statement
        for conclusion in audit.conclusions
        for statement in conclusion.suppressed
        if statement.composition is Composition.IGNORED
    )


def component_views(inventory: Inventory, audit: Audit) -> tuple[tuple[ComponentView, ...], tuple[Conclusion, ...]]:
    """Return each component with the licensed files that belong to it, and the licensed files that belong to none."""
    concluded = {
        c.subject.id: c for c in audit.conclusions if c.subject.kind in (SubjectKind.COMPONENT, SubjectKind.PROJECT)
    }
    known = {component.id for component in inventory.components}
    files: dict[str, list[Conclusion]] = {component.id: [] for component in inventory.components}
    loose = []
    for conclusion in audit.conclusions:
        subject = conclusion.subject
        if subject.kind is not SubjectKind.FILE or conclusion.classification is None:
            continue
        if subject.owner in known:
            files[str(subject.owner)].append(conclusion)
        else:
            loose.append(conclusion)
    views = tuple(
        ComponentView(component=each, conclusion=concluded.get(each.id), files=tuple(files[each.id]))
        for each in inventory.components
    )
    return views, tuple(loose)


def stated_facts(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return the name and value of each fact; ``NOT_STATED`` where there is none."""
    unstated = Facts()
    stated = ((name, getattr(facts, name)) for name in Facts.__struct_fields__)
    return tuple((name, NOT_STATED if value == getattr(unstated, name) else _fact(value)) for name, value in stated)


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _unread(count: int, lists: int) -> str:
    """Say what could not be read: ``count`` things, and dependencies of ``lists`` manifests."""
    if not count and not lists:
        return "Not everything could be looked at."
    told = [f"{plural(count, 'thing')} could not be read."] if count else []
    if lists:
        told.append(f"Dependencies of {plural(lists, 'manifest')} are unresolved.")
    return " ".join(told)


def _badness(violation: Violation) -> tuple[bool, int, int, str, str, str]:
    return (
        not violation.violates,
        _OUTCOMES.index(violation.outcome),
        -_SEVERITIES.index(violation.severity),
        violation.rule,
        violation.subject.id,
        violation.id,
    )


def _grouped(violations: Iterable[Violation], key: Callable[[Violation], object]) -> tuple[FindingGroup, ...]:
    groups: dict[object, list[Violation]] = {}
    for violation in worst_first(violations):
        groups.setdefault(key(violation), []).append(violation)
    return tuple(FindingGroup(lead=members[0], violations=tuple(members)) for members in groups.values())
