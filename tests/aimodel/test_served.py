"""Models that a third party serves: no weights of them are in the product's hands."""

from __future__ import annotations

import pytest

from licscan.aimodel.reference.served import served
from licscan.report.model_identity import address_of, model_purl
from tests.aimodel.conftest import Finder

CALL = "from litellm import completion\ncompletion(model='{name}', messages=[])\n"


@pytest.mark.parametrize(
    ("text", "name", "service"),
    [
        ("gpt-4o-mini", "openai/gpt-4o-mini", "openai"),
        ("openai/gpt-4", "openai/gpt-4", "openai"),
        ("azure/gpt-35-turbo", "openai/gpt-35-turbo", "azure"),
        ("openrouter/anthropic/claude-3.5-sonnet", "anthropic/claude-3.5-sonnet", "openrouter"),
        ("gemini-2.5-flash", "google/gemini-2.5-flash", "google"),
        ("text-embedding-3-large", "openai/text-embedding-3-large", "openai"),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "amazon/us.anthropic.claude-3-5-sonnet-20241022-v2:0", "aws"),
        ("mistral-large-latest", "mistral/mistral-large-latest", "mistral"),
        ("deepseek-chat", "deepseek/deepseek-chat", "deepseek"),
    ],
)
def test_a_name_that_nobody_publishes_is_that_of_a_service(text: str, name: str, service: str) -> None:
    found = served(text)
    assert found is not None
    assert (found.name, found.service) == (name, service)


@pytest.mark.parametrize(
    "text",
    [
        "gpt2",
        "openai/gpt-oss-20b",
        "gpt-neo",
        "mistralai/Mistral-7B-v0.3",
        "claude",
        "grok",
        "o1js",
        "google/gemma-2-2b-it",
        "whisper-large",
    ],
)
def test_a_name_of_published_weights_is_that_of_no_service(text: str) -> None:
    assert served(text) is None


def test_what_only_a_service_has_is_on_no_hub(find: Finder) -> None:
    (model,) = find({"app.py": CALL.format(name="gpt-4o-mini")}).models
    assert model.served_by == "OpenAI"
    assert model_purl(model) is None
    assert address_of(model) is None


def test_an_open_model_that_a_service_runs_has_its_licence_and_the_contract(find: Finder) -> None:
    (model,) = find({"app.py": CALL.format(name="together_ai/mistralai/Mistral-7B-Instruct-v0.3")}).models
    assert model.served_by == "Together AI"
    assert {claim.expression for claim in model.claims} == {"apache-2.0", "LicenseRef-model-service-terms"}
    assert str(model_purl(model)) == "pkg:huggingface/mistralai/Mistral-7B-Instruct-v0.3"


def test_a_model_that_is_loaded_too_is_not_only_served(find: Finder) -> None:
    loads = "from transformers import pipeline\npipeline('x', 'mistralai/Mistral-7B-Instruct-v0.3')\n"
    name = "groq/mistralai/Mistral-7B-Instruct-v0.3"
    (model,) = find({"app.py": CALL.format(name=name), "local.py": loads}).models
    assert model.served_by is None


def test_a_server_of_ones_own_is_no_service(find: Finder) -> None:
    (model,) = find({"app.py": CALL.format(name="hosted_vllm/mistralai/Mistral-7B-Instruct-v0.3")}).models
    assert model.served_by is None
