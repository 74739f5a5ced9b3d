"""Results: the Inventory (facts) and the Audit (judgement)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct, field

from licscan.core.aimodel import AiModel
from licscan.core.alteration import Alteration
from licscan.core.component import Component, Dependency
from licscan.core.display_phrase import Statement
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding, SourceFile, UniqueDetection
from licscan.core.issue import Issue, IssueLevel
from licscan.core.legal_text import LegalText
from licscan.core.license import LicenseRecord
from licscan.core.readme import LicenseSection
from licscan.core.reuse import Reuse
from licscan.core.skipped import Skipped
from licscan.core.verdict import Choice, Conclusion, Correction, GoneFinding, Suppression, Violation


class RunInfo(Struct, frozen=True, kw_only=True):
    """How a scan was made. Times are ISO 8601 in UTC; ``settings`` are the options that change facts."""

    root: str  # the scanned folder's (or single file's) name, never its path
    tool_version: str
    scancode_version: str
    detector: str  # the detector's fingerprint
    started: str
    finished: str
    settings: tuple[tuple[str, str], ...] = ()
    single_file: bool = False  # the root is a file and no folder
    spdx_list_version: str = ""  # of the SPDX License List whose ids are used; empty in results of old

    @property
    def rule_data(self) -> str:
        """The versions of what licences are found and named by, for readers: ``32.5.0, SPDX License List 3.27``."""
        listed = f", SPDX License List {self.spdx_list_version}" if self.spdx_list_version else ""
        return f"{self.scancode_version}{listed}"


class Inventory(Struct, frozen=True, kw_only=True):
    """The facts of a codebase: everything found, nothing judged. ``findings`` stand in the order of ``files``."""

    run: RunInfo
    files: tuple[SourceFile, ...]
    findings: tuple[FileFinding, ...]
    unique_detections: tuple[UniqueDetection, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    components: tuple[Component, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    models: tuple[AiModel, ...] = ()
    licenses: tuple[LicenseRecord, ...] = ()  # what ScanCode says of each licence named anywhere above
    issues: tuple[Issue, ...] = ()
    empty_folders: tuple[str, ...] = ()  # folders without a file that was looked at
    overlay: tuple[FileFinding, ...] = ()  # what licscan's own rules add to the findings, for files that they name
    statements: tuple[Statement, ...] | None = None  # phrases that licences want shown; ``None``: not looked for
    alterations: tuple[Alteration, ...] = ()  # licence texts that differ from the licences
    legal_texts: tuple[LegalText, ...] | None = None  # what components bring along; ``None``: not collected
    readmes: tuple[LicenseSection, ...] = ()  # what READMEs of projects say of the licence
    reuse: Reuse = field(default_factory=Reuse)  # what is stated of files outside them

    @property
    def complete(self) -> bool:
        """Whether everything that was meant to be looked at was."""
        return not any(issue.level is IssueLevel.INCOMPLETE for issue in self.issues)


class Completeness(str, Enum):
    """What a policy says of content that was recognised and not read, and of dependencies that are unresolved."""

    REQUIRED = "required"  # the scan is incomplete without it
    REPORTED = "reported"  # it is reported, and the scan is complete all the same


class PolicyInfo(Struct, frozen=True, kw_only=True):
    """Which policy judged: its name, its title, and the digest of its text."""

    name: str
    title: str
    digest: str


class Audit(Struct, frozen=True, kw_only=True):
    """A judgement of an Inventory under one policy and one set of facts.

    ``suppressed`` are findings that do not count, ``corrections`` detections that a person corrected; ``judged_on`` is the
    real date (ISO 8601, UTC) by which waivers were judged. ``gone`` counts findings that were known, or there before a
    change, and are no more; ``gone_findings`` are which. ``completeness`` and ``unresolved`` are the policy's, the latter unless an
    option accepts unresolved dependencies.
    """

    policy: PolicyInfo
    facts: Facts
    conclusions: tuple[Conclusion, ...]
    violations: tuple[Violation, ...]
    complete: bool
    choices: tuple[Choice, ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    corrections: tuple[Correction, ...] = ()
    judged_on: str = ""
    gone: int = 0
    gone_findings: tuple[GoneFinding, ...] = ()
    completeness: Completeness = Completeness.REPORTED
    unresolved: Completeness = Completeness.REQUIRED

    @property
    def passed(self) -> bool:
        return not any(violation.violates for violation in self.violations)


def lacking(
    issues: Iterable[Issue], completeness: Completeness, unresolved: Completeness = Completeness.REQUIRED
) -> tuple[Issue, ...]:
    """Return the issues that make a scan incomplete: what was not scanned, and what was not read or looked up where the policy
    requires it."""
    counting = {IssueLevel.INCOMPLETE}
    if completeness is Completeness.REQUIRED:
        counting.add(IssueLevel.UNREAD)
    if unresolved is Completeness.REQUIRED:
        counting.add(IssueLevel.UNRESOLVED)
    return tuple(issue for issue in issues if issue.level in counting)
