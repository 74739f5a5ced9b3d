"""Two results compared: what came, went and changed, and why each finding is another: code, dependency, data, tool or policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from licscan.core.component import Component
from licscan.core.identity import compare, identity
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Conclusion, SubjectKind, Violation


class Cause(str, Enum):
    """What made a finding come or go."""

    CODE = "code"  # a file of the codebase is another
    DEPENDENCY = "dependency"  # a component or model came, went, or states another licence
    RULE_DATA = "rule data"  # the same bytes are recognised as something else by another ScanCode
    TOOL = "tool version"  # the same, by another licscan
    POLICY = "policy"  # the same facts are judged by another policy, or other declared facts
    DECISION = "waiver or correction"  # a person decided, or a decision lapsed


class LicenseChange(Struct, frozen=True, kw_only=True):
    """A subject (component, model or file) whose licence is another; ``None`` stands for no licence, and for one that
    is not there when ``came`` or ``went`` says so."""

    kind: SubjectKind
    subject: str
    old: str | None
    new: str | None
    came: bool = False
    went: bool = False


class FindingChange(Struct, frozen=True, kw_only=True):
    """A finding that is new or mended, and what caused it."""

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
    """Everything that is another in the new result. ``changed`` are findings of the same subject and rule with another
    licence or verdict, as (old, new)."""

    old_name: str
    new_name: str
    licenses: tuple[LicenseChange, ...]
    versions: tuple[VersionChange, ...]
    new: tuple[FindingChange, ...]
    mended: tuple[FindingChange, ...]
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
    """Compare two results of the same codebase. Order: as the new result tells its findings, the old one's for what went."""
    done = compare(new.audit.violations, [identity(violation) for violation in old.audit.violations])
    back = compare(old.audit.violations, [identity(violation) for violation in new.audit.violations])
    came, went = list(done.new), list(back.new)
    attribution = _Attribution(old, new)
    changed = []
    for violation in list(came):
        before = next((each for each in went if _same_trouble(each, violation)), None)
        if before is not None:
            came.remove(violation)
            went.remove(before)
            changed.append((before, FindingChange(violation=violation, cause=attribution.cause(violation))))
    return ResultDiff(
        old_name=old.name,
        new_name=new.name,
        licenses=tuple(_licenses(old, new)),
        versions=tuple(_versions(old, new)),
        new=tuple(FindingChange(violation=each, cause=attribution.cause(each)) for each in came),
        mended=tuple(FindingChange(violation=each, cause=attribution.cause(each)) for each in went),
        changed=tuple(changed),
        unchanged=len(done.old),
    )


def _same_trouble(one: Violation, other: Violation) -> bool:
    return (one.rule, one.subject.kind, _stem(one)) == (other.rule, other.subject.kind, _stem(other))


def _stem(violation: Violation) -> str:
    """The subject without its version: a finding that stays through an upgrade has changed."""
    subject = violation.subject
    return subject.name if subject.kind is SubjectKind.COMPONENT else subject.id


class _Attribution:
    """Tells what caused a difference from what is another in the two inventories."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self._files: list[dict[object, object]] = [
            {file.path: file.sha256 for file in side.inventory.files} for side in (old, new)
        ]
        self._parts = [_parts(side.inventory) for side in (old, new)]
        self._said = [_said(side.audit.conclusions) for side in (old, new)]
        self._decided = [_decided(side.audit) for side in (old, new)]

    def cause(self, violation: Violation) -> Cause:
        subject = violation.subject
        found = identity(violation)
        if (found.key, found.path) in self._decided[0] ^ self._decided[1] or self._was_corrected(violation):
            return Cause.DECISION
        if subject.kind in (SubjectKind.COMPONENT, SubjectKind.MODEL) and self._differs(self._parts, subject.id):
            return Cause.DEPENDENCY
        paths = {item.location.path for item in violation.evidence} | {subject.path or subject.id}
        if any(self._differs(self._files, path) for path in paths):
            return Cause.CODE
        if self._differs(self._said, (subject.kind, subject.id)):
            return self._other_detection()
        if self._is_judged_differently():
            return Cause.POLICY
        # The same subject, judged alike: something around it is another, the project's own licence for one.
        return Cause.CODE if self._files[0] != self._files[1] else self._other_detection()

    def _differs(self, sides: Sequence[Mapping[object, object]], key: object) -> bool:
        return sides[0].get(key) != sides[1].get(key)

    def _was_corrected(self, violation: Violation) -> bool:
        old, new = ({each.path: each.applied for each in side.audit.corrections} for side in (self._old, self._new))
        path = violation.subject.path or violation.subject.id
        return old.get(path, False) != new.get(path, False)

    def _other_detection(self) -> Cause:
        old, new = self._old.inventory.run, self._new.inventory.run
        if old.scancode_version != new.scancode_version or old.detector != new.detector:
            return Cause.RULE_DATA
        if old.tool_version != new.tool_version:
            return Cause.TOOL
        return Cause.POLICY if self._is_judged_differently() else Cause.CODE

    def _is_judged_differently(self) -> bool:
        old, new = self._old.audit, self._new.audit
        return old.policy.digest != new.policy.digest or old.facts != new.facts


def _parts(inventory: Inventory) -> dict[object, object]:
    claims: dict[object, object] = {component.id: _claimed(component) for component in inventory.components}
    claims |= {
        model.id: tuple((claim.source, claim.expression) for claim in model.claims) for model in inventory.models
    }
    return claims


def _claimed(component: Component) -> object:
    return component.version, component.scope, tuple((claim.source, claim.expression) for claim in component.claims)


def _said(conclusions: Iterable[Conclusion]) -> dict[object, object]:
    return {(each.subject.kind, each.subject.id): each.expression for each in conclusions}


def _decided(audit: Audit) -> set[tuple[str, str]]:
    return {(found.key, found.path) for each in audit.suppressed for found in (identity(each.violation),)}


def _licenses(old: Side, new: Side) -> Iterable[LicenseChange]:
    before = {(each.subject.kind, each.subject.id): each for each in old.audit.conclusions}
    after = {(each.subject.kind, each.subject.id): each for each in new.audit.conclusions}
    for key in sorted({*before, *after}, key=lambda item: (item[0].value, item[1])):
        one, other = before.get(key), after.get(key)
        told = [each.classification.expression_spdx if each and each.classification else None for each in (one, other)]
        if told[0] != told[1] or (one is None) != (other is None):
            yield LicenseChange(
                kind=key[0], subject=key[1], old=told[0], new=told[1], came=one is None, went=other is None
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
    said = {each.subject.id: each.classification for each in side.audit.conclusions}
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    for component in sorted(side.inventory.components, key=lambda each: each.version or ""):
        if component.version:
            told = said.get(component.id)
            versions = found.setdefault((component.ecosystem or "", component.name), {})
            versions[component.version] = told.expression_spdx if told else None
    return found


def _joined(licenses: Iterable[str | None]) -> str | None:
    return ", ".join(sorted({each for each in licenses if each})) or None
