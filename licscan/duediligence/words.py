"""The English names of everything that is counted, filed or rated: one place, for all forms and all languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from licscan.core.component import Scope
from licscan.core.message import mark
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
    VerdictState,
)

_LABELS: tuple[tuple[Enum, str], ...] = (
    (Bucket.CONFLICT_BROAD, mark("Conflict, broad")),
    (Bucket.CONFLICT_NARROW, mark("Conflict, narrow")),
    (Bucket.NOT_LICENSED, mark("Not licensed")),
    (Bucket.RESEARCH, mark("Research needed")),
    (Bucket.NOTICE, mark("Notice only")),
    (Bucket.FINE, mark("Fine")),
    (LicenseClass.PERMISSIVE, mark("Permissive")),
    (LicenseClass.WEAK_COPYLEFT, mark("Weak copyleft")),
    (LicenseClass.STRONG_COPYLEFT, mark("Strong copyleft")),
    (LicenseClass.CUSTOM_MODEL, mark("Custom model licence")),
    (LicenseClass.PROPRIETARY, mark("Proprietary")),
    (LicenseClass.UNKNOWN, mark("Unknown")),
    (Severity.INFO, mark("info")),
    (Severity.LOW, mark("low")),
    (Severity.MEDIUM, mark("medium")),
    (Severity.HIGH, mark("high")),
    (Severity.CRITICAL, mark("critical")),
    (Likelihood.HIGH, mark("likely")),
    (Likelihood.MEDIUM, mark("possible")),
    (Likelihood.LOW, mark("unlikely")),
    (Effort.HOURS, mark("hours")),
    (Effort.DAYS, mark("days")),
    (Effort.WEEKS, mark("weeks")),
    (Effort.MONTHS, mark("months")),
    (Remedy.REMOVE, mark("remove")),
    (Remedy.REPLACE, mark("replace")),
    (Remedy.RELICENSE, mark("relicense")),
    (Remedy.ISOLATE, mark("isolate")),
    (Remedy.COMPLY, mark("comply")),
    (Remedy.CLARIFY, mark("clarify")),
    (Concern.EXCLUSIVITY, mark("loss of exclusivity")),
    (Concern.INJUNCTION, mark("injunction")),
    (Concern.PAYMENT, mark("payment")),
    (Concern.CONTROL, mark("change of control")),
    (Concern.DELAY, mark("delay")),
    (Cost.LOW, mark("low")),
    (Cost.MEDIUM, mark("medium")),
    (Cost.HIGH, mark("high")),
    (Addressee.ENGINEERING, mark("engineering")),
    (Addressee.MANAGEMENT, mark("management")),
    (Addressee.COUNSEL, mark("counsel")),
    (Certainty.CERTAIN, mark("certain")),
    (Certainty.LIKELY, mark("likely")),
    (Certainty.POSSIBLE, mark("possible")),
    (DutyState.FULFILLED, mark("fulfilled")),
    (DutyState.OPEN, mark("open")),
    (DutyState.NOT_TRIGGERED, mark("not triggered")),
    (VerdictState.CONFLICTS, mark("Conflicts")),
    (VerdictState.INCOMPLETE, mark("Incomplete")),
    (VerdictState.REVIEWS, mark("In review")),
    (VerdictState.CLEAR, mark("No conflict")),
    (Outcome.DENY, mark("deny")),
    (Outcome.REVIEW, mark("review")),
    (Outcome.ALLOW, mark("allow")),
    (SubjectKind.PROJECT, mark("project")),
    (SubjectKind.COMPONENT, mark("component")),
    (SubjectKind.FILE, mark("file")),
    (SubjectKind.MODEL, mark("model")),
    (Scope.RUNTIME, mark("runtime")),
    (Scope.OPTIONAL, mark("optional")),
    (Scope.PEER, mark("peer")),
    (Scope.DEVELOPMENT, mark("development")),
    (Scope.TEST, mark("test")),
    (Scope.BUILD, mark("build")),
    (Scope.DOCUMENTATION, mark("documentation")),
)
# Members of different enumerations are equal where their values are: the class has to be part of the key.
_BY_CLASS: Mapping[tuple[type[Enum], Enum], str] = {(type(item), item): label for item, label in _LABELS}

# What each bucket means, for the legend.
BUCKET_MEANINGS: Mapping[Bucket, str] = {
    Bucket.CONFLICT_BROAD: mark("Its terms reach the whole product."),
    Bucket.CONFLICT_NARROW: mark("Its terms conflict with the product, and it can be replaced by itself."),
    Bucket.NOT_LICENSED: mark("No licence is declared or found: all rights are reserved."),
    Bucket.RESEARCH: mark("Requires human judgement, a missing fact, or more than notices: in review."),
    Bucket.NOTICE: mark("It requires notices and licence texts only."),
    Bucket.FINE: mark("Its licence imposes no obligation."),
}

NO_LICENSE = mark("No licence found")
FILE_KINDS: Mapping[str, str] = {
    "code": mark("code"),
    "legal": mark("licence and notice files"),
    "prose": mark("documentation and prose"),
    "manifest": mark("manifests and lockfiles"),
    "data": mark("data"),
    "binary": mark("binary files"),
    "empty": mark("empty files"),
    "other": mark("other files"),
}
# What is said where a quotation is cut.
CUT = (mark("[more lines: {count}]"), mark("[more characters: {count}]"))
USAGE_FACTS: Mapping[str, str] = {
    "use": mark("use"),
    "linking": mark("linking"),
    "modified": mark("modified"),
    "date": mark("date"),
}
SETTING_NAMES: Mapping[str, str] = {
    "all-files": mark("every file scanned"),
    "exclude": mark("left out by pattern"),
    "installed": mark("of installed packages"),
    "archives": mark("archives opened"),
}
SETTING_VALUES: Mapping[str, str] = {
    "true": mark("yes"),
    "false": mark("no"),
    "metadata": mark("metadata and licence files"),
    "files": mark("every file"),
}
# Ways of distribution, as facts and scenarios name them.
DISTRIBUTIONS = (mark("binary"), mark("saas"), mark("internal"), mark("none"), mark("source"))
# How ScanCode recognised a text: its matchers.
MATCHERS: Mapping[str, str] = {
    "1-hash": mark("the whole file is a known text"),
    "1-spdx-id": mark("SPDX tag"),
    "2-aho": mark("the words of a known text"),
    "3-seq": mark("close to a known text"),
    "5-undetected": mark("no known text"),
    "6-unknown": mark("words that licences use"),
}
FACT_NAMES: Mapping[str, str] = {
    "distribution": mark("distribution"),
    "commercial": mark("commercial"),
    "outbound": mark("outbound licence"),
    "linking": mark("linking"),
    "modified": mark("modified"),
    "monthly_active_users": mark("monthly active users"),
    "monthly_active_users_at": mark("monthly active users at a date"),
    "annual_revenue_usd": mark("annual revenue of the company (USD)"),
    "attributable_revenue_usd": mark("annual revenue attributable to the model (USD)"),
    "languages": mark("languages"),
    "regions": mark("regions"),
    "uses": mark("uses"),
    "trains_other_models": mark("trains other models"),
    "accepted": mark("terms recorded as accepted"),
    "commercial_licences": mark("commercial licences bought"),
    "separate_programs": mark("separate programs"),
    "linked_programs": mark("linked programs"),
}


def label(item: Enum) -> str:
    """Return the English name of ``item``: the key of the catalogue."""
    return _BY_CLASS[type(item), item]
