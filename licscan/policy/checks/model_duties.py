"""Checks of what model licences ask that no declared fact decides: what goes along with copies, and on what footing it is used.

Nothing here fails a product by itself. It is told, so that nobody learns of it from the publisher.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from licscan.core.facts import Distribution
from licscan.core.message import Message, listed, message
from licscan.modellicense.descriptions import OUTPUT_IS_THE_PUBLISHERS, PLAIN_TERMS
from licscan.modellicense.terms import ModelTerms
from licscan.policy.checks.base import CheckFinding, CheckInput, undecided

_NOT_PUBLISHED = frozenset({Distribution.NONE, Distribution.INTERNAL})
# What whoever passes the model on, or what is made with it, has to do.
COPIES = (
    "license_copy_required",
    "state_changes_required",
    "attribution_required",
    "use_restrictions_flow_down",
    "source_required",
    "network_copyleft",
    "sublicensing_forbidden",
)
# What whoever uses it has to do or to leave, and how the licence can change or end.
STANDING = (
    "commercial_notice_required",
    "content_filter_required",
    "reverse_engineering_forbidden",
    "distilled_models_are_derivatives",
    "indemnity_required",
    "no_patent_license",
    "patent_termination",
    "revocable",
    "remote_restriction_right",
    "aup_may_change",
    "license_may_change",
)


def model_duties(case: CheckInput) -> Iterator[CheckFinding]:
    """Duties and risks that come with a model's licence, each kind told once."""
    terms = case.terms
    if terms is None or case.accepts("duties"):
        return
    if case.facts.distribution not in _NOT_PUBLISHED and (copies := _words(terms, COPIES)):
        detail = message(
            "model.copies",
            "by {terms}, where the model or what is made with it is passed on, {copies}",
            terms=terms.name,
            copies=listed(copies, "; "),
        )
        yield undecided("copies", detail)
    if standing := _words(terms, STANDING):
        detail = message(
            "model.standing", "under {terms} {standing}", terms=terms.name, standing=listed(standing, "; ")
        )
        yield undecided("standing", detail)


def _words(terms: ModelTerms, names: Iterable[str]) -> list[Message]:
    found = [PLAIN_TERMS[name] for name in names if terms.other.get(name) and not _is_usual(terms, name)]
    if names is STANDING and terms.other.get("output_ownership") == "licensor":
        found.append(OUTPUT_IS_THE_PUBLISHERS)
    return found


def _is_usual(terms: ModelTerms, name: str) -> bool:
    """Whether the term is one that Apache-2.0 has too: it ends for those who sue over patents."""
    return name == "patent_termination" and terms.other.get("litigation_trigger") == "patent"
