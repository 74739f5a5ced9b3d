"""The scales of the report: how subjects are filed, findings rated, duties and verdicts told."""

from __future__ import annotations

from enum import Enum


class Bucket(str, Enum):
    """How an auditor files a subject, the worst first."""

    CONFLICT_BROAD = "conflict-broad"  # reaches the whole product
    CONFLICT_NARROW = "conflict-narrow"  # one part that can be replaced
    NOT_LICENSED = "not-licensed"
    RESEARCH = "research-needed"  # in review: a person has to look, or a fact is missing
    NOTICE = "notice-only"  # attribution is all it asks
    FINE = "fine"


class Likelihood(str, Enum):
    """How likely it is that what the finding describes is so, and takes effect."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Effort(str, Enum):
    """How much work the remedy is, in the order of magnitude."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Remedy(str, Enum):
    REMOVE = "remove"
    REPLACE = "replace"
    RELICENSE = "relicense"
    ISOLATE = "isolate"
    COMPLY = "comply"
    CLARIFY = "clarify"


class DutyState(str, Enum):
    FULFILLED = "fulfilled"
    OPEN = "open"
    NOT_TRIGGERED = "not-triggered"


class VerdictState(str, Enum):
    CONFLICTS = "conflicts"
    INCOMPLETE = "incomplete"
    REVIEWS = "reviews"
    CLEAR = "clear"
