"""What a licence limits: the catalogue's terms and, of a model licence that the catalogue has not read, those of the register."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from licscan.core.verdict import UnitClassification
from licscan.model_register import model_register

# Terms of the register (``rules/models.yaml``), and the ids of the catalogue's vocabulary for them.
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
    key = unit.unit.partition(" WITH ")[0]
    return tuple(dict.fromkeys((*unit.terms, *_of_register(key), *_of_register(unit.spdx))))


@lru_cache(maxsize=1024)
def _of_register(name: str) -> tuple[str, ...]:
    entry = model_register().find(name)
    if entry is None or entry.general:
        return ()
    found = [term for field, term in _TERMS.items() if entry.terms.get(field)]
    if entry.terms.get("output_training_of_other_models") not in (None, "allowed"):
        found.append("output-limits")
    if entry.terms.get("commercial_use") == "forbidden":
        found.append("non-commercial")
    return tuple(found)
