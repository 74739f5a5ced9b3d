"""The scales of the report: how subjects are filed, findings rated, duties and verdicts stated, issues named."""

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


class Topic(str, Enum):
    """What an issue is about, the weightiest first."""

    COPYLEFT = "copyleft"  # strong copyleft in what is delivered under other terms
    NETWORK = "network-copyleft"
    NO_LICENCE = "no-licence"
    RESTRICTED = "restricted-terms"
    COMMERCIAL = "commercial-components"  # known to be sold by their publishers
    MODELS = "ai-models"
    ALTERED = "altered-licence"
    ADAPTED = "adapted-code"  # comments say that code comes from elsewhere
    EDITION_COPYLEFT = "edition-copyleft"  # copyleft of others beside what is sold under other terms
    OWN_LICENCE = "own-licence"  # the product itself is under copyleft
    EDITION = "commercial-edition"  # the seller's own commercial terms beside its open-source licence
    PROGRAMS = "separate-programs"  # strong copyleft in programs that may stand beside the product
    SOURCE = "source"
    UNKNOWN_TERMS = "unknown-terms"
    OWN_UNSTATED = "own-licence-unstated"
    WEAK = "weak-copyleft"
    CLAUSES = "special-clauses"
    PATENTS = "patents"
    PAPERS = "declared-detected"
    ASSISTED = "assisted-code"
    NOTICES = "notices"
    TOOLS = "tools"
    UPKEEP = "upkeep"
    OTHER = "other"


class Concern(str, Enum):
    """Why an issue matters to a transaction."""

    EXCLUSIVITY = "exclusivity"
    INJUNCTION = "injunction"
    PAYMENT = "payment"
    CONTROL = "change-of-control"
    DELAY = "delay"


class Cost(str, Enum):
    """What an option costs: ``low`` is up to five days of work, ``medium`` up to six weeks or a list price, ``high`` more than that or a
    fee that has to be negotiated."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Addressee(str, Enum):
    """Who can answer."""

    ENGINEERING = "engineering"
    MANAGEMENT = "management"
    COUNSEL = "counsel"
