"""Which of a licence's duties and limits a finding is about: never all of them, where the finding speaks of one."""

from __future__ import annotations

from collections.abc import Mapping

from licscan.core.message import ids_of
from licscan.core.verdict import Violation
from licscan.duediligence.licence_terms import duties_of, limits_of
from licscan.duediligence.rate import COPYLEFT_CODES
from licscan.duediligence.taken import taken_units
from licscan.duediligence.view import View

# Duties to pass something on: what copyleft asks for.
SOURCE = frozenset({"source-disclosure", "same-license", "network-source"})

_BY_CODE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(COPYLEFT_CODES, SOURCE | {"relinking"}),
    "attribution-missing": frozenset({"attribution", "license-text", "notice-file"}),
    "source-not-provided": frozenset({"source-disclosure"}),
    "llama2-mau": frozenset({"user-limit"}),
    "llama2-law": frozenset({"acceptable-use", "region-limit"}),
    "llama2-improve-other-models": frozenset({"output-limits"}),
    "llama2-osd": frozenset({"user-limit", "acceptable-use", "output-limits"}),
    "falcon-royalty": frozenset({"revenue-limit"}),
    "falcon-attribution": frozenset({"attribution", "attribution-display", "naming"}),
}
_USES = frozenset({"acceptable-use", "field-of-use"})
_COMMERCE = frozenset({"non-commercial", "research-only", "evaluation-only", "production-limit"})
_SHOWN = frozenset({"attribution-display", "naming"})
# What the messages of model licences' checks are about, by id, those within them included.
ABOUT_MESSAGES: Mapping[str, frozenset[str]] = {
    "model.term.license-copy-required": frozenset({"license-text"}),
    "model.term.state-changes-required": frozenset({"state-changes"}),
    "model.term.attribution-required": frozenset({"attribution"}),
    "model.term.use-restrictions-flow-down": _USES,
    "model.term.source-required": frozenset({"source-disclosure"}),
    "model.term.network-copyleft": frozenset({"network-source"}),
    "model.term.patent-termination": frozenset({"patent-termination"}),
    "model.term.no-patent-license": frozenset({"patent-grant"}),
    "model.notice-file": frozenset({"notice-file"}),
    "model.naming": frozenset({"naming"}),
    "model.display": _SHOWN,
    "model.display.missing": _SHOWN,
    "model.users.licence": frozenset({"user-limit"}),
    "model.users.display": frozenset({"user-limit"}) | _SHOWN,
    "model.revenue": frozenset({"revenue-limit"}),
    "model.revenue.monthly": frozenset({"revenue-limit"}),
    "model.improve.any": frozenset({"output-limits"}),
    "model.improve.family": frozenset({"output-limits"}),
    "model.improve.language-models": frozenset({"output-limits"}),
    "model.improve.competing": frozenset({"output-limits", "competitor"}),
    "model.improve.commercial": frozenset({"output-limits"}),
    "model.improve.naming": frozenset({"output-limits", "naming"}),
    "model.improve.display": frozenset({"output-limits"}),
    "model.uses.policy-at": _USES,
    "model.uses.policy": _USES,
    "model.uses.read-at": _USES,
    "model.uses.read": _USES,
    "model.uses.forbidden": _USES,
    "model.uses.doubtful": _USES,
    "model.law": _USES | {"region-limit"},
    "model.regions": frozenset({"region-limit"}),
    "model.regions.declared": frozenset({"region-limit"}),
    "model.commercial": _COMMERCE,
}  # fmt: skip


def at_stake(view: View, violation: Violation) -> tuple[str, ...]:
    """Return the duties and limits of the subject's licence that the finding is about, in the catalogue's order."""
    conclusion = view.conclusion(violation.subject)
    if conclusion is None:
        return ()
    choice = view.choices.get((violation.subject.kind, violation.subject.id))
    owed = dict.fromkeys(
        term for unit in taken_units(conclusion, choice) for term in (*duties_of(unit), *limits_of(unit))
    )
    if violation.code in ("restricted-use", "special-terms"):
        return tuple(term for term in owed if term in view.terms and not view.terms[term].duty)
    about = _BY_CODE.get(violation.code)
    if about is None and violation.code == "model-terms":
        about = frozenset(term for id_ in ids_of(violation.message) for term in ABOUT_MESSAGES.get(id_, ()))
    return tuple(term for term in owed if term in (about or ()))
