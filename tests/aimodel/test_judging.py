"""Terms against facts, end to end from what is found: drift, royalty, limits that show a name, and data."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.aimodel import AiModel
from licscan.core.display_phrase import Statement
from licscan.core.facts import Distribution, Facts
from licscan.core.location import Location
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import Outcome, SubjectKind, Violation
from licscan.policy import evaluate, load_policy
from licscan.policy.load import READY_MADE
from tests.aimodel.conftest import Finder

RUN = RunInfo(root="app", tool_version="1", scancode_version="1", detector="none", started="", finished="")
CARD = "---\nlicense: {}\npipeline_tag: text-generation\n{}---\n"


def judged(
    models: tuple[AiModel, ...],
    catalogue: Catalogue,
    facts: Facts,
    shown: tuple[str, ...] = (),
    policy: str = "default",
) -> list[Violation]:
    place = Location(path="README.md", start_line=1, end_line=1)
    statements = tuple(Statement(phrase=phrase, location=place) for phrase in shown)
    inventory = Inventory(run=RUN, files=(), findings=(), models=models, statements=statements)
    told = evaluate(inventory, conclude(inventory, catalogue), load_policy(policy), facts, catalogue)
    return [violation for violation in told if violation.subject.kind is SubjectKind.MODEL]


@pytest.mark.parametrize("policy", READY_MADE)
def test_a_fine_tune_that_claims_another_licence_is_told_with_its_chain(
    policy: str, find: Finder, catalogue: Catalogue
) -> None:
    files = {
        "w/models/acme/first/README.md": CARD.format("apache-2.0", "base_model: meta-llama/Llama-2-7b-hf\n"),
        "w/models/acme/second/README.md": CARD.format("mit", "base_model: acme/first\n"),
    }
    drifts = {
        violation.subject.id: violation
        for violation in judged(find(files).models, catalogue, Facts(), policy=policy)
        if violation.code == "licence-drift"
    }
    assert set(drifts) == {"acme/first", "acme/second"}
    assert "acme/second > acme/first > meta-llama/Llama-2-7b-hf" in str(drifts["acme/second"].message)
    assert all(violation.outcome is Outcome.DENY and violation.violates for violation in drifts.values())


@pytest.mark.parametrize(
    ("claimed", "base"),
    [("llama2", "meta-llama/Llama-2-7b-hf"), ("mit", "mistralai/Mistral-7B-v0.1"), ("mit", "nobody/unheard-of")],
)
def test_what_keeps_its_bases_licence_or_has_a_permissive_base_does_not_drift(
    claimed: str, base: str, find: Finder, catalogue: Catalogue
) -> None:
    models = find({"m/README.md": CARD.format(claimed, f"base_model: {base}\n")}).models
    assert "licence-drift" not in {violation.code for violation in judged(models, catalogue, Facts())}


def test_a_model_without_a_word_of_its_own_inherits_and_does_not_drift(find: Finder, catalogue: Catalogue) -> None:
    models = find({"m/adapter_config.json": '{"base_model_name_or_path": "meta-llama/Llama-2-7b-hf"}'}).models
    codes = {violation.code for violation in judged(models, catalogue, Facts())}
    assert "llama2-mau" in codes and "licence-drift" not in codes


@pytest.mark.parametrize(
    ("users", "shown", "outcome"),
    [(1_000, (), None), (200_000_000, (), Outcome.DENY), (200_000_000, ("Kimi K2",), None), (None, (), Outcome.REVIEW)],
)
def test_a_limit_that_only_asks_for_a_name_is_met_by_showing_it(
    users: int | None, shown: tuple[str, ...], outcome: Outcome | None, find: Finder, catalogue: Catalogue
) -> None:
    models = find({"a.py": 'LLM("moonshotai/Kimi-K2-Instruct")\n'}).models
    facts = Facts(monthly_active_users=users, annual_revenue_usd=1)
    told = [violation for violation in judged(models, catalogue, facts, shown) if "monthly" in str(violation.message)]
    assert [violation.outcome for violation in told] == ([outcome] if outcome else [])


@pytest.mark.parametrize(
    ("revenue", "outcome"), [(239_999_999, None), (240_000_000, Outcome.DENY), (None, Outcome.REVIEW)]
)
def test_a_limit_a_month_counts_twelve_times_a_year(
    revenue: int | None, outcome: Outcome | None, find: Finder, catalogue: Catalogue
) -> None:
    models = find({"a.py": 'LLM("mistralai/Devstral-2-123B-Instruct-2512")\n'}).models
    told = judged(models, catalogue, Facts(annual_revenue_usd=revenue))
    found = [v.outcome for v in told if "20,000,000 a month" in f"{v.message}{v.question}"]
    assert found == ([outcome] if outcome else [])


@pytest.mark.parametrize("commercial", [True, False])
def test_non_commercial_data_under_a_model_that_is_sold_is_denied(
    commercial: bool, find: Finder, catalogue: Catalogue
) -> None:
    models = find({"m/README.md": CARD.format("mit", "datasets: [tatsu-lab/alpaca]\n")}).models
    denied = [
        violation.subject.id
        for violation in judged(models, catalogue, Facts(commercial=commercial))
        if violation.outcome is Outcome.DENY
    ]
    assert denied == (["tatsu-lab/alpaca"] if commercial else [])


def test_regions_of_a_policy_that_binds_builders_are_a_review_and_not_a_denial(
    find: Finder, catalogue: Catalogue
) -> None:
    facts = Facts(regions=("DE",), uses=("chat",), distribution=Distribution.SAAS)
    for name, outcome in (("meta-llama/Llama-3.2-11B-Vision", Outcome.REVIEW), ("tencent/HunyuanVideo", Outcome.DENY)):
        told = judged(find({"a.py": f'LLM("{name}")\n'}).models, catalogue, facts)
        assert [v.outcome for v in told if "grants nothing in EU" in str(v.message)] == [outcome]


def test_facts_of_low_confidence_are_told_and_not_enforced(find: Finder, catalogue: Catalogue) -> None:
    models = find({"a.py": 'LLM("allenai/tulu-2-7b")\n'}).models
    told = judged(models, catalogue, Facts(commercial=True))
    assert {violation.code for violation in told} == {"model-terms-unrecorded"}
    assert all(violation.outcome is Outcome.REVIEW for violation in told)
