"""The checks that a policy's rules can switch on, by name; ``docs/policies.md`` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from licscan.policy.checks import altered, component, model, model_duties, model_limits, use
from licscan.policy.checks.base import Answer, Check, CheckFinding, CheckInput

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "license-text": component.license_text,
        "source-present": component.source_present,
        "declared-detected": component.declared_detected,
        "project-statements": component.project_statements,
        "age": component.age,
        "license-change": component.license_change,
        "licence-altered": altered.licence_altered,
        "permitted-use": use.permitted_use,
        "monthly-users": model_limits.monthly_users,
        "law-and-policy": model.law_and_policy,
        "languages": model.languages,
        "improves-other-models": model.improves_other_models,
        "open-source-definition": model.open_source_definition,
        "royalty": model_limits.royalty,
        "company-revenue": model_limits.revenue,
        "commercial-use": model.commercial_use,
        "regions": model.regions,
        "other-statements": model.other_statements,
        "attribution-statement": model.attribution_statement,
        "publication-limits": model.publication_limits,
        "model-terms": model.model_terms,
        "model-duties": model_duties.model_duties,
        "lineage": model.lineage,
        "terms-on-record": model.terms_on_record,
    }
)

__all__ = ["CHECKS", "Answer", "Check", "CheckFinding", "CheckInput"]
