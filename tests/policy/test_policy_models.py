"""Terms of model licences against declared facts: denied, asked for, satisfied, accepted."""

from __future__ import annotations

from importlib import import_module

import pytest

from licscan.core.display_phrase import Statement, find_statements
from licscan.core.facts import Distribution, Facts
from licscan.core.location import Location
from licscan.core.verdict import Conclusion, Outcome, SubjectKind, Violation
from licscan.modellicense.terms import ModelTerms, TermsRegister, read_terms
from licscan.policy import evaluate, load_policy, model_terms
from licscan.policy.load import READY_MADE
from tests.policy import factories as make

LLAMA = make.model("meta-llama/Llama-2-7b-hf", "llama-2-license-2023")
FALCON_1 = make.model("falcon-40b", "LicenseRef-tii-falcon-llm-1.0")
FALCON_2 = make.model("tiiuae/falcon-11B", "falcon-2-11b-1.0")
PROJECT = make.project("mit")
EVALUATE = import_module("licscan.policy.evaluate")  # the module: the package has a function of this name
FALCON_PHRASE = "Falcon LLM technology from the Technology Innovation Institute"


def judged(
    *conclusions: Conclusion, facts: Facts, statements: tuple[Statement, ...] | None = (), policy: str = "default"
) -> dict[str, Violation]:
    inventory = make.inventory(statements=statements)
    found = evaluate(inventory, (PROJECT, *conclusions), load_policy(policy), facts)
    return {f"{violation.code}/{violation.rule}": violation for violation in found}


def one(
    code: str, conclusion: Conclusion, facts: Facts, statements: tuple[Statement, ...] | None = ()
) -> Violation | None:
    told = judged(conclusion, facts=facts, statements=statements)
    found = [violation for violation in told.values() if violation.code == code]
    assert len(found) <= 1
    return found[0] if found else None


# ---- Llama 2


@pytest.mark.parametrize(
    ("facts", "outcome", "asks"),
    [
        (Facts(), Outcome.REVIEW, True),
        (Facts(monthly_active_users=1_000_000), None, False),
        (Facts(monthly_active_users=700_000_000), None, False),
        (Facts(monthly_active_users=700_000_001), Outcome.DENY, False),
        (Facts(monthly_active_users=800_000_000), Outcome.DENY, False),
        (Facts(monthly_active_users=800_000_000, monthly_active_users_at="5000000@2023-07-18"), None, False),
        (Facts(monthly_active_users_at="5000000@2023-06-30"), None, False),
        (Facts(monthly_active_users=5, monthly_active_users_at="700000001@2023-07-18"), Outcome.DENY, False),
        # A figure of another day is not what the licence counts.
        (Facts(monthly_active_users_at="5000000@2024-07-18"), Outcome.REVIEW, True),
        (Facts(monthly_active_users=800_000_000, monthly_active_users_at="5@2023-05-31"), Outcome.DENY, False),
        (Facts(monthly_active_users_at="many@2023-07-18"), Outcome.REVIEW, True),
        (Facts(monthly_active_users=800_000_000, accepted=("llama2-mau",)), None, False),
    ],
)
def test_llama_2_counts_users_at_its_release(facts: Facts, outcome: Outcome | None, asks: bool) -> None:
    found = one("llama2-mau", LLAMA, facts)
    assert (found.outcome if found else None) is outcome
    if found:
        assert found.violates
        assert (found.question is not None) is asks
        text = f"{found.question}{found.message}"
        assert "700,000,000" in text and "2023-07-18" in text


def test_800_million_users_are_denied_and_the_figure_at_release_is_asked_for() -> None:
    found = one("llama2-mau", LLAMA, Facts(monthly_active_users=800_000_000))
    assert found is not None
    assert "800,000,000" in str(found.message) and "monthly_active_users_at" in str(found.message)


@pytest.mark.parametrize(
    ("code", "facts", "outcome", "violates"),
    [
        ("llama2-improve-other-models", Facts(), Outcome.REVIEW, True),
        ("llama2-improve-other-models", Facts(trains_other_models=True), Outcome.DENY, True),
        ("llama2-improve-other-models", Facts(trains_other_models=False), None, False),
        ("llama2-language", Facts(), Outcome.REVIEW, True),
        ("llama2-language", Facts(languages=("en", "en-GB")), None, False),
        ("llama2-language", Facts(languages=("en", "zh")), Outcome.REVIEW, False),
        ("llama2-law", Facts(uses=("chat",), regions=("DE",)), None, False),
        ("llama2-law", Facts(uses=("Military",), regions=("DE",)), Outcome.DENY, True),
        ("llama2-law", Facts(uses=("chat",)), Outcome.REVIEW, True),
        ("llama2-osd", Facts(), Outcome.REVIEW, False),
    ],
)
def test_each_llama_2_rule_is_decided_by_its_fact(
    code: str, facts: Facts, outcome: Outcome | None, violates: bool
) -> None:
    found = one(code, LLAMA, facts)
    assert (found.outcome if found else None) is outcome
    if found:
        assert (found.violates, found.source, found.subject.kind) == (violates, "report 3.2.3", SubjectKind.MODEL)


def test_improving_other_models_cannot_be_accepted_away() -> None:
    facts = Facts(trains_other_models=True, accepted=("llama2-improve-other-models",))
    found = one("llama2-improve-other-models", LLAMA, facts)
    assert found is not None and found.outcome is Outcome.DENY


LLAMA_FACTS = Facts(
    monthly_active_users=1_000_000,
    uses=("chat",),
    regions=("DE",),
    languages=("en",),
    trains_other_models=False,
    distribution=Distribution.SAAS,
)


@pytest.mark.parametrize("policy", READY_MADE)
def test_llama_2_passes_once_every_fact_is_declared_and_fits(policy: str) -> None:
    found = judged(LLAMA, facts=LLAMA_FACTS, policy=policy)
    assert [violation for violation in found.values() if violation.violates] == []
    assert "llama2-osd/llama2-osd" in found


@pytest.mark.parametrize("policy", [name for name in READY_MADE if name != "internal"])
def test_without_facts_llama_2_fails_with_questions(policy: str) -> None:
    asking = [violation for violation in judged(LLAMA, facts=Facts(), policy=policy).values() if violation.question]
    assert {violation.code for violation in asking} >= {"llama2-mau", "llama2-language", "llama2-improve-other-models"}
    assert all(violation.violates and violation.outcome is Outcome.REVIEW for violation in asking)


@pytest.mark.parametrize("id_", ["llama-2-license-2023", "LicenseRef-scancode-llama-2-license-2023"])
def test_the_licence_is_known_wherever_it_is_found_and_told_once(id_: str) -> None:
    files = [make.file(f"models/{name}", id_) for name in ("LICENSE", "README.md", "USE_POLICY.md")]
    found = judged(*files, facts=Facts(monthly_active_users=800_000_000))
    (mau,) = [violation for violation in found.values() if violation.code == "llama2-mau"]
    assert len(mau.evidence) == 3
    assert mau.subject.id == "models/LICENSE"
    with_model = judged(LLAMA, *[make.file("LICENSE", "llama-2-license-2023")], facts=Facts())
    assert {violation.subject.kind for violation in with_model.values()} == {SubjectKind.MODEL}


def test_models_are_told_apart() -> None:
    models = [make.model(name, "llama-2-license-2023") for name in ("a", "b")]
    inventory = make.inventory()
    found = evaluate(inventory, (PROJECT, *models), load_policy("default"), Facts())
    assert [violation.subject.id for violation in found if violation.code == "llama2-mau"] == ["a", "b"]


# ---- Falcon


@pytest.mark.parametrize(
    ("facts", "outcome", "in_message"),
    [
        (Facts(), Outcome.REVIEW, ""),
        (Facts(commercial=False), None, ""),
        (Facts(commercial=True), Outcome.REVIEW, ""),
        (Facts(commercial=True, attributable_revenue_usd=1_000_000), None, ""),
        (Facts(commercial=True, attributable_revenue_usd=5_000_000), Outcome.DENY, "USD 400,000"),
        (Facts(commercial=True, attributable_revenue_usd=5_000_000, accepted=("falcon-royalty",)), None, ""),
        # The company's revenue is not what counts.
        (Facts(commercial=True, annual_revenue_usd=9_000_000), Outcome.REVIEW, ""),
    ],
)
def test_falcon_1_owes_ten_per_cent_above_a_million(facts: Facts, outcome: Outcome | None, in_message: str) -> None:
    found = one("falcon-royalty", FALCON_1, facts)
    assert (found.outcome if found else None) is outcome
    if found:
        assert found.violates and in_message in str(found.message)
        assert "1,000,000" in f"{found.message}{found.question}"
        assert "10 %" in f"{found.message}{found.question}"


def test_falcon_2_owes_no_royalty() -> None:
    assert one("falcon-royalty", FALCON_2, Facts(commercial=True, attributable_revenue_usd=5_000_000)) is None


@pytest.mark.parametrize("model", [FALCON_1, FALCON_2])
def test_falcon_is_to_be_named_in_the_projects_own_texts(model: Conclusion) -> None:
    shown = Statement(phrase=FALCON_PHRASE, location=Location(path="README.md", start_line=3, end_line=3))
    denied = one("falcon-attribution", model, Facts())
    assert denied is not None and denied.outcome is Outcome.DENY and FALCON_PHRASE in str(denied.message)
    assert one("falcon-attribution", model, Facts(), statements=(shown,)) is None
    assert one("falcon-attribution", model, Facts(distribution=Distribution.INTERNAL)) is None
    not_looked_for = one("falcon-attribution", model, Facts(), statements=None)
    assert not_looked_for is not None and not_looked_for.outcome is Outcome.REVIEW and not_looked_for.violates


def test_the_licences_own_text_is_no_attribution() -> None:
    inside = Statement(phrase=FALCON_PHRASE, location=Location(path="LICENSE.txt", start_line=95, end_line=95))
    text = make.finding("LICENSE.txt", "falcon-2-11b-1.0", words=1_800, lines=(1, 150))
    inventory = make.inventory(statements=(inside,), findings=[text])
    found = evaluate(inventory, (PROJECT, FALCON_2), load_policy("default"), Facts())
    assert "falcon-attribution" in {violation.code for violation in found}


@pytest.mark.parametrize(
    ("distribution", "outcome", "violates"),
    [
        (None, Outcome.REVIEW, True),
        (Distribution.INTERNAL, None, False),
        (Distribution.SAAS, Outcome.REVIEW, False),
        (Distribution.BINARY, Outcome.REVIEW, False),
    ],
)
def test_falcon_limits_publication(distribution: Distribution | None, outcome: Outcome | None, violates: bool) -> None:
    found = one("falcon-distribution", FALCON_1, Facts(distribution=distribution))
    assert (found.outcome if found else None) is outcome
    assert (found.violates if found else False) is violates


# ---- All other models, and the register


def test_a_model_licence_that_is_not_on_record_fails_until_it_is_accepted() -> None:
    gemma = make.model("google/gemma-2b", "gemma")
    found = one("model-terms-unrecorded", gemma, Facts())
    assert found is not None and found.violates and found.outcome is Outcome.REVIEW
    assert one("model-terms-unrecorded", gemma, Facts(accepted=("model-terms-unrecorded:gemma",))) is None
    assert one("model-terms-unrecorded", gemma, Facts(accepted=("model-terms-unrecorded",))) is not None


@pytest.mark.parametrize(
    ("terms", "facts", "term", "outcome"),
    [
        ({"commercial_use": "forbidden"}, Facts(commercial=True), "commercial", Outcome.DENY),
        ({"commercial_use": "forbidden"}, Facts(), "commercial", Outcome.REVIEW),
        ({"commercial_use": "forbidden"}, Facts(commercial=False), "commercial", None),
        ({"annual_revenue_threshold_usd": 100, "revenue_effect": "license-ends"}, Facts(annual_revenue_usd=100), "ends", Outcome.DENY),
        ({"annual_revenue_threshold_usd": 100}, Facts(annual_revenue_usd=99), "", None),
        ({"annual_revenue_threshold_usd": 100}, Facts(), "USD 100", Outcome.REVIEW),
        ({"geographic_exclusions": ["EU"]}, Facts(regions=("eu",)), "EU", Outcome.DENY),
        ({"geographic_exclusions": ["EU", "GB"]}, Facts(regions=("DE",)), "EU; declared are DE", Outcome.DENY),
        ({"geographic_exclusions": ["EU", "GB"]}, Facts(regions=("worldwide",)), "EU, GB", Outcome.DENY),
        ({"geographic_exclusions": ["EU"]}, Facts(regions=("US",)), "", None),
        ({"hosting_restricted": True}, Facts(distribution=Distribution.SAAS), "hosted", Outcome.DENY),
        ({"hosting_restricted": True}, Facts(distribution=Distribution.BINARY), "", None),
        ({"display_statement": "Built with X"}, Facts(), "Built with X", Outcome.DENY),
        ({"naming_requirement": "names begin with X"}, Facts(), "begin with X", Outcome.REVIEW),
        ({"language_limits": ["en"], "language_limits_level": "licence"}, Facts(languages=("fr",)), "fr", Outcome.DENY),
        ({"output_training_of_other_models": "naming-required"}, Facts(trains_other_models=True), "take its name", Outcome.REVIEW),
        ({"monthly_active_users_max": 10, "mau_measured": "rolling"}, Facts(monthly_active_users=11, monthly_active_users_at="1@2023-07-18"), "11", Outcome.DENY),
    ],
)  # fmt: skip
def test_each_kind_of_term_is_judged_from_data(
    monkeypatch: pytest.MonkeyPatch, terms: dict[str, object], facts: Facts, term: str, outcome: Outcome | None
) -> None:
    entry = {"id": "gemma", "name": "Gemma Terms", "source": "test", "confidence": "high", "terms": terms}
    register = TermsRegister(read_terms({"licenses": [entry]}))
    monkeypatch.setattr(EVALUATE, "model_terms", lambda: register)
    found = judged(make.model("google/gemma-2b", "gemma"), facts=facts)
    assert [violation.outcome for violation in found.values()] == ([outcome] if outcome else [])
    assert all(term in f"{violation.message}{violation.question}" for violation in found.values())


def test_a_general_licence_is_judged_by_its_terms_on_a_model_only(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = ModelTerms(id="cc-by-nc-4.0", name="CC BY-NC 4.0", source="test", commercial_use="forbidden")
    monkeypatch.setattr(EVALUATE, "model_terms", lambda: TermsRegister([entry]))
    facts = Facts(commercial=True)
    assert set(judged(make.model("m", "cc-by-nc-4.0"), facts=facts)) == {"model-terms/model-under-a-general-licence"}
    assert set(judged(make.file("a.txt", "cc-by-nc-4.0"), facts=facts)) == {"restricted-use/restricted-use"}


def test_facts_of_low_confidence_are_not_enforced() -> None:
    entry = {"id": "x", "name": "X", "source": "hearsay", "confidence": "low", "terms": {"commercial_use": "forbidden"}}
    assert read_terms({"licenses": [entry]}) == ()


def test_one_id_cannot_stand_for_two_licences() -> None:
    entries = [ModelTerms(id=name, name=name, source="test", ids=("same",)) for name in ("a", "b")]
    with pytest.raises(ValueError, match="'same'"):
        TermsRegister(entries)


def test_the_register_knows_its_licences_by_every_name() -> None:
    register = model_terms()
    llama = register.find("LLAMA2")
    assert llama is not None and llama.monthly_active_users_max == 700_000_000 and llama.release == "2023-07-18"
    assert register.find("LicenseRef-TII-Falcon-LLM-1.0") is register.find("tii-falcon-llm")
    mit = register.find("mit")
    assert mit is not None and mit.commercial_use == "allowed" and not mit.osd_conflicts
    assert register.find("zlib") is None
    assert FALCON_PHRASE in register.statements


def test_every_entry_of_the_register_says_where_it_comes_from() -> None:
    assert all(entry.source and entry.name for entry in model_terms())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"x\nis built using {FALCON_PHRASE}.\n", [(2, 2)]),
        ("falcon llm  TECHNOLOGY from the\n# Technology Innovation Institute", [(1, 2)]),
        ("Falcon LLM technology of the Technology Innovation Institute", []),
        (f"un{FALCON_PHRASE}", []),
        (f"{FALCON_PHRASE}\n{FALCON_PHRASE}", [(1, 1), (2, 2)]),
    ],
)
def test_statements_are_found_across_lines_and_comment_signs(text: str, lines: list[tuple[int, int]]) -> None:
    found = find_statements("README", text, [FALCON_PHRASE])
    assert [(item.location.start_line, item.location.end_line) for item in found] == lines
