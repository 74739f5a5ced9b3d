"""Checks of third-party code: its licence text, its source, and whether its papers agree with its files."""

from __future__ import annotations

from collections.abc import Iterator

from licscan.core.component import DateKind
from licscan.core.facts import Distribution
from licscan.core.location import Location
from licscan.core.message import filled, license_, message, ours
from licscan.core.message import version as version_
from licscan.core.verdict import Evidence, LicenseClass, SubjectKind
from licscan.policy.checks.base import Answer, CheckFinding, CheckInput, infringed

_AGES = {
    DateKind.RELEASED: message(
        "component.old-release", "this version was released on {date}, more than four years before the scan"
    ),
    DateKind.BUILT: message("component.old-build", "it was built on {date}, more than four years before the scan"),
    DateKind.NOT_AFTER: message(
        "component.old-files", "nothing in it was changed after {date}, more than four years before the scan"
    ),
}
_NOT_PASSED_ON = frozenset({Distribution.NONE, Distribution.INTERNAL, Distribution.SAAS})


def license_text(case: CheckInput) -> Iterator[CheckFinding]:
    """``attribution-missing``: the text of the licence stands neither with the code nor in the project's notices."""
    unit, texts = case.unit, case.profile.texts
    if unit is None or texts is None or unit.license_class is LicenseClass.UNKNOWN:
        return
    if case.profile.kind is SubjectKind.MODEL and case.facts.distribution in _NOT_PASSED_ON:
        return
    base = unit.unit.partition(" WITH ")[0]
    if texts.isdisjoint({unit.unit.lower(), unit.spdx.lower(), base.lower()}):
        yield infringed(
            "license-text",
            message(
                "component.no-licence-text",
                "there is no text of {licence} beside it or in a notice file of the project",
                licence=license_(unit.spdx),
            ),
            case.profile.notices,
        )


def source_present(case: CheckInput) -> Iterator[CheckFinding]:
    """``source-not-provided``: the code is there as binaries only."""
    if case.unit and case.profile.binaries_only and not case.accepted:
        yield infringed(
            "source-present",
            message(
                "component.binaries-only",
                "only binaries of it are in the project, and no source or offer under {licence}",
                licence=license_(case.unit.spdx),
            ),
        )


def declared_detected(case: CheckInput) -> Iterator[CheckFinding]:
    """``declared-detected-mismatch``: its files hold licences that it does not declare. Both places are evidence."""
    unit, declarations = case.unit, case.profile.declarations
    if unit and unit.spdx in case.profile.undeclared:
        yield infringed(
            "declared-detected",
            message(
                "component.undeclared",
                "{licence} is found in its files, and its manifest does not declare it",
                licence=license_(unit.spdx),
            ),
            declarations,
        )


def project_statements(case: CheckInput) -> Iterator[CheckFinding]:
    """``project-licence-unclear``: the places that state the project's licence do not agree."""
    if case.profile.disagreement:
        yield infringed("project-statements", case.profile.disagreement)


def age(case: CheckInput) -> Iterator[CheckFinding]:
    """``stale-component``: a recorded date shows that it is more than four years old. Without a date nothing is said."""
    dated = case.profile.stale
    if dated is None:
        return
    detail = filled(_AGES[dated.kind], date=dated.day)
    place = dated.location or Location(path=".")
    evidence = (Evidence(location=place, note=message("note.date", "date: {record}", record=ours(dated.origin))),)
    yield CheckFinding(term="age", answer=Answer.INFRINGED, detail=detail, evidence=evidence, alone=True)


def license_change(case: CheckInput) -> Iterator[CheckFinding]:
    """``licence-changed``: another version of the same package, older and in the tree as well, is under another licence."""
    if case.profile.changed_from:
        version, licence = case.profile.changed_from
        yield infringed(
            "license-change",
            message(
                "component.licence-changed",
                "version {version} of it is under {licence}",
                version=version_(version),
                licence=license_(licence),
            ),
        )
