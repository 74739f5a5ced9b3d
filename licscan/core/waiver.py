"""What people decided about single findings: waivers, and corrections of detections. Written in the configuration."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from licscan.core.location import Location


class WaiverReason(str, Enum):
    """Why a finding may stand: the only reasons that a waiver can give."""

    OWN_CODE = "own-code"  # the copyright is the project's own
    SEPARATE_LICENSE = "separate-licence"  # another licence was agreed with the licensor
    NOT_DISTRIBUTED = "not-distributed"  # it does not reach those who get the product
    TERMS_MET = "terms-met"  # what the licence asks for is done
    LEGAL_APPROVAL = "legal-approval"  # a lawyer looked at it and agreed
    REPLACEMENT_PLANNED = "replacement-planned"  # it goes, by the date of expiry
    RISK_ACCEPTED = "risk-accepted"  # somebody who may do so accepted the risk


class Waiver(Struct, frozen=True, kw_only=True):
    """A finding that somebody answers for until a date.

    Its subject is every one of ``path`` (a glob as in an ignore file), ``component`` (an id, a purl without version, or a
    name, globs) and ``license`` that is given. ``approved`` is the expression that was approved, SPDX ids or ScanCode keys,
    or ``none``; ``expires`` is the last day (ISO 8601) on which it counts; ``evidence`` is the digest of the evidence that
    was looked at; ``code`` limits it to one finding code. ``below`` is where the paths of a result count from, seen from where
    ``path`` counts from: empty, or a folder and a slash.
    """

    reason: WaiverReason
    comment: str
    by: str
    expires: str
    approved: str
    location: Location
    path: str | None = None
    component: str | None = None
    license: str | None = None
    code: str | None = None
    evidence: str | None = None
    below: str = ""

    @property
    def subject(self) -> str:
        return ", ".join(part for part in (self.path, self.component, self.license) if part)


class Curation(Struct, frozen=True, kw_only=True):
    """A detection that a person corrects: the file at ``path`` is taken to say ``concluded`` as long as it is detected as
    ``detected``. Both are expressions, SPDX ids or ScanCode keys; ``concluded`` may be ``none``."""

    path: str
    detected: str
    concluded: str
    why: str
    by: str
    location: Location


class Decisions(Struct, frozen=True, kw_only=True):
    """All waivers and curations of one configuration, in its order. ``own`` are the lines of the configuration where it stands in
    a file of another purpose, which is looked at: licences that it names are what it decides on."""

    waivers: tuple[Waiver, ...] = ()
    curations: tuple[Curation, ...] = ()
    own: tuple[Location, ...] = ()


NO_DECISIONS = Decisions()
