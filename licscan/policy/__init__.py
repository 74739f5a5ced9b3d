"""Policies: load, validate, evaluate."""

from licscan.modellicense.terms import model_terms
from licscan.policy.evaluate import Verdicts, evaluate, evaluate_all
from licscan.policy.load import failing_on, load_policy, policy_text, ready_made
from licscan.policy.schema import Policy, PolicyRule

__all__ = [
    "Policy",
    "PolicyRule",
    "Verdicts",
    "evaluate",
    "evaluate_all",
    "failing_on",
    "load_policy",
    "model_terms",
    "policy_text",
    "ready_made",
]
