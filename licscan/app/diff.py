"""Compares two results: what was added, removed and changed, and the cause of each change: code, dependency, data, tool or policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from msgspec import Struct

from licscan.core.component import Component
from licscan.core.identity import compare, identity
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Conclusion, Subject, SubjectKind, Violation

K = TypeVar("K")
_Key = tuple[SubjectKind, str]


class Cause(str, Enum):
    """Why a finding was added, removed or changed."""

    CODE = "code"  # a file of the codebase changed
    DEPENDENCY = "dependency"  # a component or model was added or removed, or states another licence
    RULE_DATA = "rule data"  # another ScanCode, or another index, recognises the same bytes differently
    TOOL = "tool version"  # another licscan reads or judges the same bytes differently
    POLICY = "policy"  # the same facts are judged under another policy, or under other declared facts
    DECISION = "waiver or correction"  # a person decided, or a decision lapsed

    @property
    def is_of_licscan(self) -> bool:
        """Whether licscan changed, and not the codebase nor what people decided."""
        return self in (Cause.RULE_DATA, Cause.TOOL)


class LicenseChange(Struct, frozen=True, kw_only=True):
    """A subject (component, model or file) whose licence changed. ``None`` stands for no licence, and for a subject that
    is ``added`` or ``removed``."""

    kind: SubjectKind
    subject: str
    old: str | None
    new: str | None
    added: bool = False
    removed: bool = False
    cause: Cause = Cause.CODE


class FindingChange(Struct, frozen=True, kw_only=True):
    """A finding that is new or no longer present, and its cause."""

    violation: Violation
    cause: Cause


class VersionChange(Struct, frozen=True, kw_only=True):
    """A component that is there in another version. ``old_license`` and ``new_license`` are the licences of these, in SPDX
    form, several joined by commas; ``None`` for no licence."""

    name: str
    old: str
    new: str
    old_license: str | None = None
    new_license: str | None = None

    @property
    def changes_license(self) -> bool:
        return self.old_license != self.new_license


class ResultDiff(Struct, frozen=True, kw_only=True):
    """All differences between two results. ``changed`` are findings of the same subject and rule with another licence or
    verdict, as (old, new). ``old_tool`` and ``new_tool`` are the versions of licscan and ScanCode that made the results."""

    old_name: str
    new_name: str
    old_tool: str
    new_tool: str
    licenses: tuple[LicenseChange, ...]
    versions: tuple[VersionChange, ...]
    new: tuple[FindingChange, ...]
    removed: tuple[FindingChange, ...]
    changed: tuple[tuple[Violation, FindingChange], ...]
    unchanged: int

    @property
    def brings_violations(self) -> bool:
        every = (*self.new, *(change for _, change in self.changed))
        return any(change.violation.violates for change in every)


class Side(Struct, frozen=True, kw_only=True):
    """One result and what it is called."""

    name: str
    inventory: Inventory
    audit: Audit


def diff(old: Side, new: Side) -> ResultDiff:
    """Compare two results of the same codebase. Findings stand in the order of the new result, removed ones in that of the old."""
    done = compare(new.audit.violations, [identity(violation) for violation in old.audit.violations])
    back = compare(old.audit.violations, [identity(violation) for violation in new.audit.violations])
    added, removed = list(done.new), list(back.new)
    attribution = _Attribution(old, new)
    changed = []
    for violation in list(added):
        before = next((each for each in removed if _is_same_finding(each, violation)), None)
        if before is not None:
            added.remove(violation)
            removed.remove(before)
            changed.append((before, FindingChange(violation=violation, cause=attribution.of_finding(violation))))
    return ResultDiff(
        old_name=old.name,
        new_name=new.name,
        old_tool=_tool(old),
        new_tool=_tool(new),
        licenses=tuple(_licenses(old, new, attribution)),
        versions=tuple(_versions(old, new)),
        new=tuple(FindingChange(violation=each, cause=attribution.of_finding(each)) for each in added),
        removed=tuple(FindingChange(violation=each, cause=attribution.of_finding(each)) for each in removed),
        changed=tuple(changed),
        unchanged=len(done.old),
    )


def _tool(side: Side) -> str:
    run = side.inventory.run
    return f"licscan {run.tool_version}, ScanCode {run.scancode_version}"


def _is_same_finding(one: Violation, other: Violation) -> bool:
    return (one.rule, one.subject.kind, _stem(one)) == (other.rule, other.subject.kind, _stem(other))


def _stem(violation: Violation) -> str:
    """The subject without its version: a finding that stays through an upgrade has changed."""
    subject = violation.subject
    return subject.name if subject.kind is SubjectKind.COMPONENT else subject.id


class _Attribution:
    """Finds the cause of a difference in what else differs between two results.

    A subject whose files are the same in both differs because licscan, its data, the policy or a decision changed.
    """

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = (old, new)
        self._files: list[dict[object, object]] = [
            {file.path: file.sha256 for file in side.inventory.files} for side in self._sides
        ]
        self._parts = [_parts(side.inventory) for side in self._sides]
        self._places = _places(self._sides)
        self._concluded = [_concluded(side.audit.conclusions) for side in self._sides]
        self._decided = [_decided(side.audit) for side in self._sides]

    def of_finding(self, violation: Violation) -> Cause:
        """Return why a finding was added, removed or changed."""
        found = identity(violation)
        if (found.key, found.path) in self._decided[0] ^ self._decided[1]:
            return Cause.DECISION
        paths = {item.location.path for item in violation.evidence}
        return self.of_subject(violation.subject, paths)

    def of_subject(self, subject: Subject, paths: Iterable[str] = ()) -> Cause:
        """Return why ``subject`` is judged differently, or has another licence; ``paths`` are further files it rests on."""
        if self._was_corrected(subject):
            return Cause.DECISION
        rests_on = {subject.path or subject.id, *paths, *self._places.get((subject.kind, subject.id), ())}
        has_other_files = any(_differs(self._files, path) for path in rests_on)
        is_part = subject.kind in (SubjectKind.COMPONENT, SubjectKind.MODEL)
        if is_part and _differs(self._parts, subject.id) and (has_other_files or not self._tool()):
            return Cause.DEPENDENCY
        if has_other_files:
            return Cause.CODE
        if _differs(self._concluded, (subject.kind, subject.id)):
            return self._other_detection()
        if self._is_judged_differently():
            return Cause.POLICY
        if self._files[0] == self._files[1] or (self._tool() and not self._project_changed()):
            return self._other_detection()
        return Cause.CODE  # what surrounds the subject changed, such as the project's own licence

    def _was_corrected(self, subject: Subject) -> bool:
        old, new = ({each.path: each.applied for each in side.audit.corrections} for side in self._sides)
        path = subject.path or subject.id
        return old.get(path, False) != new.get(path, False)

    def _tool(self) -> Cause | None:
        """Return how licscan itself differs between the two results, if it does."""
        old, new = (side.inventory.run for side in self._sides)
        if old.scancode_version != new.scancode_version or old.detector != new.detector:
            return Cause.RULE_DATA
        return Cause.TOOL if old.tool_version != new.tool_version else None

    def _other_detection(self) -> Cause:
        return self._tool() or (Cause.POLICY if self._is_judged_differently() else Cause.CODE)

    def _is_judged_differently(self) -> bool:
        old, new = (side.audit for side in self._sides)
        return old.policy.digest != new.policy.digest or old.facts != new.facts

    def _project_changed(self) -> bool:
        old, new = (
            {key: value for key, value in each.items() if key[0] is SubjectKind.PROJECT} for each in self._concluded
        )
        return old != new


def _differs(sides: Sequence[Mapping[K, object]], key: K) -> bool:
    return sides[0].get(key) != sides[1].get(key)


def _places(sides: Iterable[Side]) -> dict[_Key, set[str]]:
    """Return the files that each subject's licence rests on, in either result."""
    found: dict[_Key, set[str]] = defaultdict(set)
    for side in sides:
        for conclusion in side.audit.conclusions:
            key = (conclusion.subject.kind, conclusion.subject.id)
            found[key] |= {item.location.path for item in conclusion.evidence}
        parts = ((SubjectKind.COMPONENT, side.inventory.components), (SubjectKind.MODEL, side.inventory.models))
        for kind, members in parts:
            for part in members:
                found[kind, part.id] |= {location.path for location in part.locations}
    return found


def _parts(inventory: Inventory) -> dict[object, object]:
    claims: dict[object, object] = {component.id: _claimed(component) for component in inventory.components}
    claims |= {
        model.id: tuple((claim.source, claim.expression) for claim in model.claims) for model in inventory.models
    }
    return claims


def _claimed(component: Component) -> object:
    return component.version, component.scope, tuple((claim.source, claim.expression) for claim in component.claims)


def _concluded(conclusions: Iterable[Conclusion]) -> dict[_Key, str | None]:
    return {(each.subject.kind, each.subject.id): each.expression for each in conclusions}


def _decided(audit: Audit) -> set[tuple[str, str]]:
    return {(found.key, found.path) for each in audit.suppressed for found in (identity(each.violation),)}


def _licenses(old: Side, new: Side, attribution: _Attribution) -> Iterable[LicenseChange]:
    before = {(each.subject.kind, each.subject.id): each for each in old.audit.conclusions}
    after = {(each.subject.kind, each.subject.id): each for each in new.audit.conclusions}
    for key in sorted({*before, *after}, key=lambda item: (item[0].value, item[1])):
        one, other = before.get(key), after.get(key)
        was, now = (
            each.classification.expression_spdx if each and each.classification else None for each in (one, other)
        )
        present = one or other
        if present and (was != now or one is None or other is None):
            yield LicenseChange(
                kind=key[0],
                subject=key[1],
                old=was,
                new=now,
                added=one is None,
                removed=other is None,
                cause=attribution.of_subject(present.subject),
            )


def _versions(old: Side, new: Side) -> Iterable[VersionChange]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() & after.keys()):
        if before[name].keys() != after[name].keys():
            yield VersionChange(
                name=name[1],
                old=", ".join(before[name]),
                new=", ".join(after[name]),
                old_license=_joined(before[name].values()),
                new_license=_joined(after[name].values()),
            )


def _by_name(side: Side) -> dict[tuple[str, str], dict[str, str | None]]:
    """Return the versions of each component by its ecosystem and name, in order, with the licence of each."""
    concluded = {each.subject.id: each.classification for each in side.audit.conclusions}
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    for component in sorted(side.inventory.components, key=lambda each: each.version or ""):
        if component.version:
            license = concluded.get(component.id)
            versions = found.setdefault((component.ecosystem or "", component.name), {})
            versions[component.version] = license.expression_spdx if license else None
    return found


def _joined(licenses: Iterable[str | None]) -> str | None:
    return ", ".join(sorted({each for each in licenses if each})) or None
