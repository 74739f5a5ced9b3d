"""Policies: load, validate, evaluate."""

from licscan.policy.evaluate import Verdicts, evaluate, evaluate_all
from licscan.policy.load import failing_on, load_policy, policy_text, ready_made
from licscan.policy.schema import Policy, PolicyRule
from licscan.policy.terms import model_terms

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
