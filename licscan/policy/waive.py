"""Waivers: findings that somebody answers for. They lapse by date, by another licence and by other evidence, and are never silent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from licscan.core.component import Scope
from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.identity import evidence_digest
from licscan.core.message import Message, license_, message, ours, path, quoted
from licscan.core.verdict import (
    Correction,
    Evidence,
    Outcome,
    Subject,
    SubjectKind,
    Suppression,
    SuppressionKind,
    TraceStep,
    Violation,
)
from licscan.core.waiver import Waiver
from licscan.policy.catalogue import LicenseCatalogue
from licscan.policy.codes import BY_CODE
from licscan.policy.matching import matching_globs
from licscan.policy.normal import NONE, in_keys, same_expression


class Waived(Struct, frozen=True, kw_only=True):
    """``violations`` are what is left, with a finding for each waiver that lapsed or that nothing needs."""

    violations: tuple[Violation, ...]
    suppressed: tuple[Suppression, ...]


def waive(
    violations: Sequence[Violation], waivers: Sequence[Waiver], catalogue: LicenseCatalogue, today: str
) -> Waived:
    """Take out what is waived on ``today`` (ISO 8601). The first waiver that holds for a finding counts."""
    waiving = [_Waiving(waiver, catalogue, today) for waiver in waivers]
    left: list[Violation] = []
    suppressed: list[Suppression] = []
    for violation in violations:
        holding = [each for each in waiving if each.takes(violation)]
        if not holding:
            left.append(violation)
            continue
        waiver = holding[0].waiver
        suppressed.append(
            Suppression(
                kind=SuppressionKind.WAIVER,
                violation=violation,
                why=message(
                    "waived", "{reason}: {comment}", reason=ours(waiver.reason.value), comment=quoted(waiver.comment)
                ),
                by=waiver.by,
                expires=waiver.expires,
                location=waiver.location,
            )
        )
    told = [finding for each in waiving if (finding := each.trouble())]
    return Waived(violations=(*left, *told), suppressed=tuple(suppressed))


def lapsed_curations(corrections: Sequence[Correction]) -> tuple[Violation, ...]:
    """Return a finding for each correction that no longer applies."""
    return tuple(
        _finding(
            "curation-lapsed",
            correction,
            message(
                "curation.lapsed",
                "The correction for {path} does not apply: {reason}.",
                path=path(correction.path),
                reason=correction.note,
            ),
            message("curation.lapsed.fix", "Review the file again, then change or remove the curation."),
        )
        for correction in corrections
        if not correction.applied
    )


class _Waiving:
    """One waiver at work: what it was asked about, and why it did not hold."""

    def __init__(self, waiver: Waiver, catalogue: LicenseCatalogue, today: str) -> None:
        self.waiver = waiver
        self._approved = in_keys(waiver.approved, catalogue)
        self._license = (in_keys(waiver.license, catalogue) or "").lower() if waiver.license else None
        self._expired = today > waiver.expires
        self._held = False
        self._lapses: list[Message] = []

    def takes(self, violation: Violation) -> bool:
        if not self._is_subject(violation):
            return False
        why = self._lapse(violation)
        if why:
            self._lapses.append(why)
            return False
        self._held = True
        return True

    def trouble(self) -> Violation | None:
        """Return the finding about the waiver itself, if there is one to make."""
        if self._held:
            return None
        subject = self.waiver.subject
        if not self._lapses and self.waiver.below:
            return None  # what needs it may lie in a folder that was not scanned
        if self._lapses:
            return _finding(
                "waiver-expired",
                self.waiver,
                message(
                    "waiver.lapsed",
                    "The waiver for {subject} has lapsed: {reason}.",
                    subject=quoted(subject),
                    reason=self._lapses[0],
                ),
                message("waiver.lapsed.fix", "Correct the finding, or have it reviewed again and renew the waiver."),
            )
        return _finding(
            "waiver-unused",
            self.waiver,
            message("waiver.unused", "Nothing needs the waiver for {subject}.", subject=quoted(subject)),
            message("waiver.unused.fix", "Remove it, or correct what it is about."),
        )

    def _is_subject(self, violation: Violation) -> bool:
        waiver = self.waiver
        return (
            (waiver.code is None or waiver.code == violation.code)
            and (waiver.path is None or self._is_path(violation))
            and (waiver.component is None or _is_component(waiver.component, violation.subject))
            and (self._license is None or self._license in _named(violation.expression))
        )

    def _is_path(self, violation: Violation) -> bool:
        subject = violation.subject
        place = subject.id if subject.kind is SubjectKind.FILE else subject.path
        paths = [place] if place else [item.location.path for item in violation.evidence]
        glob = f"/{self.waiver.path}".replace("//", "/")
        return bool(paths) and all(matching_globs(self.waiver.below + each, (glob,)) for each in paths)

    def _lapse(self, violation: Violation) -> Message | None:
        waiver = self.waiver
        if self._expired:
            return message("waiver.expired", "its last day was {date}", date=waiver.expires)
        if not same_expression(violation.expression, self._approved):
            return message(
                "waiver.other-licence",
                "{licence} was found, and {approved} approved",
                licence=license_(violation.expression_spdx or NONE),
                approved=license_(waiver.approved),
            )
        digest = evidence_digest(violation)
        if waiver.evidence is not None and waiver.evidence != digest:
            return message("waiver.changed", "the reviewed text has changed (its digest is {digest})", digest=digest)
        return None


def _is_component(pattern: str, subject: Subject) -> bool:
    names = {subject.owner or ""} if subject.kind is SubjectKind.FILE else {subject.id, subject.name}
    names |= {name.partition("@")[0] if not name.startswith("pkg:") else without_version(name) for name in names}
    return any(fnmatchcase(name, pattern) for name in names if name)


def without_version(purl: str) -> str:
    """Return ``pkg:npm/%40scope/name@1.0?x#y`` without what follows its version's sign."""
    return purl.split("?")[0].split("#")[0].rpartition("@")[0] or purl


def _named(expression: str | None) -> set[str]:
    try:
        return {key.lower() for key in keys(parse(expression))} if expression else {NONE}
    except ExpressionError:
        return set()


def _finding(code: str, about: Waiver | Correction, problem: Message, how_to_fix: Message) -> Violation:
    entry = BY_CODE[code]
    place = about.location
    told = about.subject if isinstance(about, Waiver) else about.path
    return Violation(
        id=hashlib.sha256(f"{code}\0{told}\0{place.path}".encode("utf-8", "backslashreplace")).hexdigest(),
        code=code,
        rule=code,
        outcome=Outcome.REVIEW,
        violates=False,
        severity=entry.severity,
        subject=Subject(kind=SubjectKind.FILE, id=place.path, name=place.path, scope=Scope.BUILD, path=place.path),
        expression=None,
        expression_spdx=None,
        message=problem,
        how_to_fix=how_to_fix,
        source=entry.source,
        evidence=(Evidence(location=place, text=told),),
        trace=(TraceStep(what=told, outcome=Outcome.REVIEW, why=problem),),
    )
