"""The register of model licences: complete, unambiguous, and true to the texts that ScanCode ships."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.core.expression import Unit
from licscan.core.verdict import LicenseClass
from licscan.detect.licensedb import license_records, license_text
from licscan.modellicense.descriptions import terms_in_words
from licscan.modellicense.records import with_model_licenses
from licscan.modellicense.register import UNRECORDED, ModelRegister, RegisterError, model_register, read_register

REGISTER = model_register()
SCRIPT = Path(__file__).parents[2] / "benchmarks" / "model_facts.py"
MUST_HOLD = """llama-license-2023 llama-2-license-2023 llama-3-community-2024 llama-3.1-license-2024 llama-3.2-license-2024
    llama-3.3-license-2024 llama-4-cla-2025 tii-falcon-llm-1.0 tii-falcon-llm-2.0 falcon-180b-tii-1.0 falcon-2-11b-1.0
    gemma-tou-2024-04-01 gemma-tou-2025-03-24 qwen-2024 tongyi-qianwen-2023 deepseek-la-1.0 bigscience-open-rail-m
    bigscience-rail-1.0 stable-diffusion-2022-08-22 bigcode-open-rail-m-v1 stability-ai-community-2024 flux-1-nc
    mistral-mnpl-0.1 mistral-mrl-0.1 tencent-hunyuan-community nvidia-open-model-2025-04-28 databricks-open-model-license
    yi-community-2.1 baichuan2-community glm-4-license internlm-weights exaone-ai-model-1.1-nc opt-175b-license
    cohere-cc-by-nc-4.0-aup moonshot-ai-modified-mit-2025 grok-2-community-2025-08 openmdw-1.0""".split()


def entry(**fields: Any) -> dict[str, Any]:
    return {"id": "x", "name": "X", "confidence": "high", "source": "the text", **fields}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue.load(with_model_licenses(license_records(tmp_path_factory.mktemp("licenses")), REGISTER))


def test_it_holds_at_least_100_licences_written_for_models() -> None:
    assert sum(not found.general for found in REGISTER) >= 100
    assert [name for name in MUST_HOLD if REGISTER.find(name) is None] == []


@pytest.mark.parametrize("found", REGISTER.licenses, ids=lambda found: found.id)
def test_every_entry_is_complete(found: Any) -> None:
    assert found.sources and all(found.sources)
    assert found.confidence in ("high", "medium", "low")
    assert found.basis in ("full-text", "excerpt", "secondary", "background")
    assert found.terms["commercial_use"] in ("allowed", "restricted", "forbidden")
    assert found.phrases or found.phrases_all or found.hub_licenses or found.hub_models
    assert terms_in_words(found) or found.id in ("mit", "apache-2.0", "LicenseRef-openrail-unspecified")


def test_every_licence_written_for_models_is_of_that_class(catalogue: Catalogue) -> None:
    classes = {
        found.id: catalogue.classify_unit(Unit(found.id)).license_class for found in REGISTER if not found.general
    }
    others = {name: kind.value for name, kind in classes.items() if kind is not LicenseClass.CUSTOM_MODEL}
    # Licences that ScanCode has, and that are used for code and data as well.
    assert others == {
        "apple-excl": "permissive",
        "ms-research-license-terms": "proprietary",
        "s-lab-1.0": "proprietary",
    }


def test_general_licences_keep_their_class(catalogue: Catalogue) -> None:
    assert catalogue.classify_unit(Unit("apache-2.0")).license_class is LicenseClass.PERMISSIVE
    assert catalogue.classify_unit(Unit("cc-by-nc-4.0")).license_class is LicenseClass.PROPRIETARY


@pytest.mark.parametrize(
    "name", ["LicenseRef-tii-falcon-llm-1.0", "licenseref-TII-falcon-llm-1.0", "LicenseRef-llama-2"]
)
def test_the_catalogue_resolves_the_registers_ids(name: str, catalogue: Catalogue) -> None:
    key = catalogue.resolve(name)
    assert key is not None and REGISTER.find(key) is REGISTER.find(name)


@pytest.fixture(scope="module")
def facts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("model_facts", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_it_says_of_a_text_that_scancode_ships_stands_in_the_text(facts: ModuleType) -> None:
    wrong = [
        (found.id, name, value)
        for found in REGISTER
        if not found.general and not found.id.startswith("LicenseRef-")
        for name, value in facts.unsupported(found, license_text(found.id) or "")
    ]
    assert wrong == []


def test_a_term_that_a_text_does_not_have_is_told(facts: ModuleType) -> None:
    found = REGISTER.find("llama-2-license-2023")
    assert found is not None
    assert {name for name, _ in facts.unsupported(found, "Built with nothing")} >= {"monthly_active_users_max"}


@pytest.mark.parametrize(
    ("model", "licence"),
    [
        ("tiiuae/falcon-7b", "apache-2.0"),
        ("tiiuae/falcon-40b-instruct", "apache-2.0"),
        ("tiiuae/falcon-180B", "LicenseRef-falcon-180b-tii-1.0"),
        ("mistralai/Mistral-7B-v0.1", "apache-2.0"),
        ("MISTRALAI/mistral-7b-V0.1", "apache-2.0"),
        ("mistralai/Codestral-22B-v0.1", "LicenseRef-mistral-mnpl-0.1"),
        ("meta-llama/Meta-Llama-3-8B", "LicenseRef-llama-3-community-2024"),
        ("meta-llama/Meta-Llama-3.1-8B", "llama-3.1-license-2024"),
        ("deepseek-ai/DeepSeek-V3", "deepseek-la-1.0"),
        ("deepseek-ai/DeepSeek-V3-0324", "mit"),
        ("CohereLabs/aya-101", "apache-2.0"),
        ("CohereLabs/aya-expanse-8b", "cc-by-nc-4.0"),
        ("DeepFloyd/t5-v1_1-xxl", UNRECORDED),
        ("nobody/unheard-of", None),
    ],
)
def test_a_name_has_the_licence_of_its_family_or_its_exception(model: str, licence: str | None) -> None:
    assert REGISTER.of_model(model) == licence


def test_a_search_finds_by_id_first_and_by_name_else() -> None:
    assert [found.id for found in REGISTER.search("llama-2")] == ["llama-2-license-2023"]
    assert {found.publisher for found in REGISTER.search("exaone")} >= {"LG AI Research"}
    assert REGISTER.search("no such licence") == ()


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([entry(), entry(id="y", ids=["X"])], "'X' stands for two"),
        ([entry(exceptions=[{"models": "a/*", "license": "nowhere"}])], "'nowhere'"),
        ([entry(licence="mit")], "unknown field licence"),
        ([entry(source="")], "lacks source"),
        ([entry(confidence="certain")], "'certain'"),
    ],
)
def test_a_register_that_is_wrong_is_refused(documents: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(RegisterError, match=message):
        read_register({"licenses": documents})


def test_what_stands_in_the_register_is_documented(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text()
    terms = {name for found in REGISTER for name in found.terms}
    undocumented = {name for name in terms if f"`{name}`" not in page}
    assert undocumented == set()


def test_an_empty_register_knows_nothing() -> None:
    register = ModelRegister(())
    assert (register.find("mit"), register.of_model("a/b"), register.in_card("mit")) == (None, None, ())


@pytest.mark.parametrize(
    ("model", "licence"),
    [
        ("unsloth/Qwen3-8B-GGUF", "apache-2.0"),
        ("lmstudio-community/Qwen3.5-0.8B-GGUF", "apache-2.0"),
        ("ggml-org/gpt-oss-120b-GGUF", "apache-2.0"),
        ("unsloth/gemma-4-12B-it-qat-GGUF", "apache-2.0"),
        ("TheBloke/Mistral-7B-Instruct-v0.2-AWQ", "apache-2.0"),
        ("Xenova/bert-base-uncased", "apache-2.0"),
        ("Xenova/nllb-200-distilled-600M", "cc-by-nc-4.0"),
        ("Xenova/whisper-tiny.en", "apache-2.0"),
        ("onnx-community/Qwen2.5-3B-Instruct", "LicenseRef-qwen-research-2024"),
        # Further work under a similar name, which can be under any licence.
        ("TheBloke/Mistral-7B-OpenOrca-GGUF", None),
        ("unsloth/Qwen3-8B-medical", None),
        ("somebody/Qwen3-8B-GGUF", None),
    ],
)
def test_a_copy_in_another_form_keeps_the_licence(model: str, licence: str | None) -> None:
    assert REGISTER.of_copy(model) == licence


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("coqui/XTTS-v2", "LicenseRef-coqui-public-model-license"),
        ("coqui/tts_models--multilingual--multi-dataset--your_tts", "cc-by-nc-nd-4.0"),
        ("coqui/tts_models--en--ljspeech--glow-tts", "mpl-2.0"),
        ("coqui/tts_models--bg--cv--vits", "bsd-new"),
        ("coqui/tts_models--hau--openbible--vits", "cc-by-sa-4.0"),
        ("coqui/tts_models--en--ljspeech--vits", "apache-2.0"),
        ("coqui/tts_models--en--jenny--jenny", "unknown"),
    ],
)
def test_coquis_models_have_the_licences_that_its_list_states(name: str, key: str) -> None:
    assert REGISTER.of_model(name) == key
