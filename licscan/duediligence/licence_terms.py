"""What a licence asks and limits: the catalogue's terms and, of a model licence that the catalogue has not read, those of the register."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from licscan.core.verdict import UnitClassification
from licscan.modellicense.register import model_register

# Terms of the register (``rules/models.yaml``), and the ids of the catalogue's vocabulary for them.
_DUTIES: Mapping[str, str] = {
    "attribution_required": "attribution",
    "attribution_statement": "attribution",
    "license_copy_required": "license-text",
    "notice_file_must_contain": "notice-file",
    "display_statement": "attribution-display",
    "state_changes_required": "state-changes",
    "source_required": "source-disclosure",
    "derivative_same_terms": "same-license",
    "network_copyleft": "network-source",
}
_TERMS: Mapping[str, str] = {
    "monthly_active_users_max": "user-limit",
    "daily_active_users_max": "user-limit",
    "monthly_visits_max": "user-limit",
    "annual_revenue_threshold_usd": "revenue-limit",
    "monthly_revenue_threshold_usd": "revenue-limit",
    "maas_revenue_threshold_usd": "revenue-limit",
    "annual_revenue_limit": "revenue-limit",
    "royalty_percent": "revenue-limit",
    "acceptable_use_policy": "acceptable-use",
    "forbidden_uses": "acceptable-use",
    "outputs_restricted": "output-limits",
    "geographic_exclusions": "region-limit",
    "competing_products_forbidden": "competitor",
    "hosting_restricted": "no-hosting",
    "production_use_forbidden": "production-limit",
    "naming_requirement": "naming",
    "patent_termination": "patent-termination",
}


def limits_of(unit: UnitClassification) -> tuple[str, ...]:
    """Return the ids of what ``unit`` limits, those of the catalogue first."""
    found = (term for name in _names(unit) for term in _limits_in_register(name))
    return tuple(dict.fromkeys((*unit.terms, *found)))


def duties_of(unit: UnitClassification) -> tuple[str, ...]:
    """Return the ids of what ``unit`` asks, those of the catalogue first."""
    found = (duty for name in _names(unit) for duty in _duties_in_register(name))
    return tuple(dict.fromkeys((*unit.obligations, *found)))


def _names(unit: UnitClassification) -> tuple[str, ...]:
    return unit.unit.partition(" WITH ")[0], unit.spdx


@lru_cache(maxsize=1024)
def _duties_in_register(name: str) -> tuple[str, ...]:
    entry = model_register().find(name)
    if entry is None or entry.general:
        return ()
    return tuple(duty for field, duty in _DUTIES.items() if entry.terms.get(field))


@lru_cache(maxsize=1024)
def _limits_in_register(name: str) -> tuple[str, ...]:
    entry = model_register().find(name)
    if entry is None or entry.general:
        return ()
    found = [term for field, term in _TERMS.items() if entry.terms.get(field)]
    if entry.terms.get("output_training_of_other_models") not in (None, "allowed"):
        found.append("output-limits")
    if entry.terms.get("commercial_use") == "forbidden":
        found.append("non-commercial")
    return tuple(found)
