"""Models that lie in the tree: what their files say of licence, lineage and identity."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import Hash
from licscan.core.finding import Detection, FileFinding
from tests.aimodel.conftest import Finder

DIGEST = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{DIGEST}\nsize 13476925163\n"
CARD = "---\nlicense: {license}\npipeline_tag: text-generation\n{more}---\n# A model\n"


def card(license_: str, more: str = "") -> str:
    return CARD.format(license=license_, more=more)


def said(model: AiModel) -> dict[str, str | None]:
    return {claim.origin: claim.expression for claim in model.claims}


def stated(path: str, expression: str) -> FileFinding:
    detection = Detection(expression=expression, expression_spdx=expression, identifier="x", matches=())
    return FileFinding(path=path, expression=expression, expression_spdx=expression, detections=(detection,))


def test_a_card_tells_licence_task_and_lineage(find: Finder) -> None:
    more = "base_model: meta-llama/Llama-2-7b-hf\ndatasets:\n- tatsu-lab/alpaca\n- nobody/own\n"
    data, model = sorted(find({"m/README.md": card("llama2", more)}).models, key=lambda found: found.kind.value)
    assert (data.kind, data.id) == (AiModelKind.DATASET, "tatsu-lab/alpaca")
    assert (model.id, model.task, model.relation) == ("path:m", "text-generation", "finetune")
    assert (model.base_models, model.datasets) == (("meta-llama/Llama-2-7b-hf",), ("tatsu-lab/alpaca", "nobody/own"))
    assert said(model)["model card"] == "llama-2-license-2023"


def test_an_adapter_inherits_from_its_base(find: Finder) -> None:
    config = json.dumps({"base_model_name_or_path": "meta-llama/Llama-3.1-8B"})
    (model,) = find({"lora/adapter_config.json": config, "lora/README.md": card("apache-2.0")}).models
    assert model.relation == "adapter"
    inherited = {claim.expression: claim.inherited_from for claim in model.claims if claim.inherited_from}
    assert inherited == {"llama-3.1-license-2024": ("meta-llama/Llama-3.1-8B",)}


def test_a_chain_of_models_is_followed_to_its_end(find: Finder) -> None:
    files = {
        "w/models/acme/first/README.md": card("apache-2.0", "base_model: meta-llama/Llama-2-7b-hf\n"),
        "w/models/acme/second/README.md": card("apache-2.0", "base_model: acme/first\n"),
        "w/models/acme/ring/README.md": card("mit", "base_model: acme/ring\n"),
    }
    models = {model.id: model for model in find(files).models}
    chains = {
        claim.inherited_from for claim in models["acme/second"].claims if claim.expression == "llama-2-license-2023"
    }
    assert chains == {("acme/first", "meta-llama/Llama-2-7b-hf")}
    assert [claim.expression for claim in models["acme/ring"].claims] == ["mit"]


def test_a_pointer_to_weights_counts_as_the_weights(find: Finder) -> None:
    (model,) = find({"m/model.safetensors": POINTER}).models
    assert (model.format, model.size) == ("safetensors", 13_476_925_163)
    assert model.hashes == (Hash(algorithm="SHA-256", value=DIGEST),)


def test_real_weights_and_their_cards_are_one_model(find: Finder, tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    safetensors = pytest.importorskip("safetensors.numpy")
    gguf = pytest.importorskip("gguf")
    tensors = {"w": numpy.zeros((3, 4), "float32")}
    (tmp_path / "tiny").mkdir()
    safetensors.save_file(tensors, tmp_path / "tiny" / "model.safetensors", metadata={"license": "llama2"})
    writer = gguf.GGUFWriter(tmp_path / "tiny.gguf", "llama")
    writer.add_license("llama3.1")
    writer.add_string("general.base_model.0.repo_url", "https://huggingface.co/meta-llama/Llama-3.1-8B")
    writer.add_tensor("w", tensors["w"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    config = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
    models = {model.id: model for model in find({"tiny/config.json": config, "tiny/README.md": card("llama2")}).models}
    folder, file = models["path:tiny"], models["path:tiny.gguf"]
    assert (folder.format, folder.parameters, folder.architecture_family) == ("safetensors", 12, "llama")
    assert (folder.architecture, len(folder.hashes)) == ("LlamaForCausalLM", 1)
    assert said(folder) == {"model card": "llama-2-license-2023", "the weights' metadata": "llama-2-license-2023"}
    assert (file.base_models, file.relation) == (("meta-llama/Llama-3.1-8B",), "quantized")
    assert said(file)["the weights' metadata"] == "llama-3.1-license-2024"


def test_sources_that_disagree_are_all_told(find: Finder) -> None:
    files = {
        "w/models/tiiuae/falcon-180B/README.md": card("mit"),
        "w/models/tiiuae/falcon-180B/LICENSE": "some terms",
        "w/models/tiiuae/falcon-180B/model.safetensors": POINTER,
    }
    (model,) = find(files, (stated("w/models/tiiuae/falcon-180B/LICENSE", "apache-2.0"),)).models
    assert set(said(model).values()) == {"mit", "apache-2.0", "LicenseRef-falcon-180b-tii-1.0"}


def test_the_licence_of_code_is_never_that_of_weights(find: Finder) -> None:
    files = {"m/model.safetensors": POINTER, "m/config.json": '{"model_type": "x"}'}
    files |= {"m/LICENSE-CODE": "code", "m/LICENSE-MODEL": "model"}
    both = (stated("m/LICENSE-CODE", "mit"), stated("m/LICENSE-MODEL", "deepseek-la-1.0"))
    (model,) = find(files, both).models
    assert said(model) == {"m/LICENSE-MODEL": "deepseek-la-1.0"}


def test_one_card_value_for_several_texts_is_told_by_the_text_beside_it(find: Finder) -> None:
    more = "license_name: modified-mit\n"
    alone = find({"a/README.md": card("other", more)}).models[0]
    assert len((alone.claims[0].expression or "").split(" AND ")) > 1
    beside = find(
        {"b/README.md": card("other", more), "b/LICENSE": "x"}, (stated("b/LICENSE", "moonshot-ai-modified-mit-2025"),)
    )
    (model,) = [model for model in beside.models if model.id == "path:b"]
    assert set(said(model).values()) == {"moonshot-ai-modified-mit-2025"}


def test_a_card_that_names_an_unknown_licence_is_kept_as_written(find: Finder) -> None:
    (model,) = find({"m/README.md": card("other", "license_name: our-own-terms\n")}).models
    assert [(claim.expression, claim.raw) for claim in model.claims] == [(None, "our-own-terms")]


@pytest.mark.parametrize(
    ("path", "content", "base"),
    [
        ("Modelfile", "FROM llama3.1:8b\nPARAMETER temperature 1\n", "ollama/llama3.1:8b"),
        ("x.Modelfile", "# mine\nFROM hf.co/meta-llama/Llama-2-7b-hf\n", "meta-llama/Llama-2-7b-hf"),
    ],
)
def test_a_modelfile_inherits_from_what_it_starts_from(path: str, content: str, base: str, find: Finder) -> None:
    (model,) = find({path: content}).models
    assert model.base_models == (base,)
    assert any(claim.inherited_from == (base,) for claim in model.claims)


def test_the_licence_of_a_modelfile_is_read(find: Finder) -> None:
    (model,) = find(
        {"Modelfile": 'FROM ./w.gguf\nLICENSE """\nLLAMA 2 COMMUNITY LICENSE AGREEMENT\nand so on\n"""\n'}
    ).models
    assert said(model) == {"Modelfile": "llama-2-license-2023"}


def test_llamas_own_layout_is_a_model_with_the_licence_above_it(find: Finder) -> None:
    weights = b"PK\x05\x06" + b"\0" * 18
    files = {
        "d/7B/params.json": '{"dim": 4096}',
        "d/7B/consolidated.00.pth": weights,
        "d/LICENSE": "x",
        "d/USE_POLICY.md": "y",
    }
    (model,) = find(files, (stated("d/LICENSE", "llama-2-license-2023"),)).models
    assert (model.id, said(model)) == ("path:d/7B", {"d/LICENSE": "llama-2-license-2023"})


def test_parts_of_a_diffusers_folder_are_one_model(find: Finder) -> None:
    files = {
        "sd/model_index.json": '{"_class_name": "StableDiffusionPipeline"}',
        "sd/README.md": card("creativeml-openrail-m"),
        "sd/unet/config.json": '{"_class_name": "UNet2DConditionModel"}',
        "sd/unet/diffusion_pytorch_model.safetensors": POINTER,
        "sd/vae/diffusion_pytorch_model.safetensors": POINTER,
    }
    models = {model.id: model for model in find(files).models}
    assert models["path:sd"].format == "safetensors"
    assert said(models["path:sd"]) == {"model card": "stable-diffusion-2022-08-22"}


def test_shards_are_one_model_and_other_files_are_others(find: Finder) -> None:
    files = {f"w/a-0000{n}-of-00002.safetensors": POINTER for n in (1, 2)} | {"w/b.safetensors": POINTER}
    assert len(find(files).models) == 2


def test_what_only_looks_like_weights_or_cards_is_none(find: Finder) -> None:
    files = {
        "locale/de.pt": "msgid hello\n",
        "site/README.md": "---\ntitle: A page\nlicense: mit\n---\nHello\n",
        "config.json": '{"port": 80}',
        "lib/x.pth": "import site\n",
        "doc.md": f"The id of {POINTER}",
    }
    assert find(files).models == ()


def test_a_folder_of_the_hubs_cache_goes_by_its_name(find: Finder) -> None:
    path = "hub/models--tiiuae--falcon-7b/snapshots/1/model.safetensors"
    (model,) = find(
        {path: POINTER, path.replace("model.safetensors", "config.json"): '{"model_type": "falcon"}'}
    ).models
    assert (model.id, [claim.expression for claim in model.claims]) == ("tiiuae/falcon-7b", ["apache-2.0"])


def test_code_that_loads_a_held_model_is_a_place_of_it(find: Finder) -> None:
    files = {"models/tiny/README.md": card("mit"), "app/run.py": 'AutoModel.from_pretrained("./models/tiny")\n'}
    (model,) = find(files).models
    assert ("app/run.py", 1) in [(place.path, place.start_line) for place in model.locations]
    assert said(model) == {"model card": "mit"}


def test_dataset_cards_are_datasets(find: Finder) -> None:
    (data,) = find({"d/README.md": "---\nlicense: cc-by-nc-4.0\ntask_categories: [text-generation]\n---\n"}).models
    assert (data.kind, said(data)) == (AiModelKind.DATASET, {"model card": "cc-by-nc-4.0"})


def test_loose_weights_are_under_the_licence_beside_them_but_not_under_that_of_the_project(find: Finder) -> None:
    files = {"w/a.safetensors": POINTER, "w/LICENSE": "x", "b.safetensors": POINTER, "LICENSE": "y"}
    found = find(files, (stated("w/LICENSE", "llama-2-license-2023"), stated("LICENSE", "mit"))).models
    assert {model.id: said(model) for model in found} == {
        "path:w/a.safetensors": {"w/LICENSE": "llama-2-license-2023"},
        "path:b.safetensors": {},
    }


def test_an_index_of_shards_that_are_not_here_is_a_model_of_its_size(find: Finder) -> None:
    index = json.dumps(
        {"metadata": {"total_size": 16_060_522_496}, "weight_map": {"w": "model-00001-of-00004.safetensors"}}
    )
    (model,) = find({"m/model.safetensors.index.json": index, "m/README.md": card("llama3.1")}).models
    assert (model.id, model.size) == ("path:m", 16_060_522_496)


def test_a_configuration_alone_is_no_model(find: Finder) -> None:
    assert (
        find({"configs/7B/config.json": '{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}'}).models == ()
    )


def test_the_metadata_of_an_onnx_file_tells_its_licence(find: Finder) -> None:
    entry = _field(1, b"license") + _field(2, b"cc-by-nc-4.0")
    content = b"\x08\x08" + _field(2, b"pytorch") + _field(7, b"\0" * 300) + _field(14, entry)
    (model,) = find({"m/net.onnx": content}).models
    assert (model.format, said(model)) == ("onnx", {"the weights' metadata": "cc-by-nc-4.0"})


def _field(number: int, content: bytes) -> bytes:
    """A field of bytes as protocol buffers write it."""
    size, length = len(content), b""
    while size >= 0x80:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def test_the_configuration_of_an_adapter_alone_is_a_use_of_its_base(find: Finder) -> None:
    config = json.dumps({"base_model_name_or_path": "meta-llama/Llama-3.1-8B", "peft_type": "LORA"})
    (model,) = find({"experiments/rank8/adapter_config.json": config}).models
    assert (model.id, model.format) == ("meta-llama/Llama-3.1-8B", "reference")
    assert [place.path for place in model.locations] == ["experiments/rank8/adapter_config.json"]


def test_a_vocabulary_is_no_model(tmp_path: Path, find: Finder) -> None:
    gguf = pytest.importorskip("gguf")
    for name, license_ in (("plain", None), ("licensed", "llama2")):
        writer = gguf.GGUFWriter(tmp_path / f"{name}.gguf", "llama")
        writer.add_token_list(["a", "b"])
        if license_:
            writer.add_license(license_)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
    assert [model.id for model in find({}).models] == ["path:licensed.gguf"]


def test_a_tokenizer_tells_what_a_renamed_model_comes_from(find: Finder) -> None:
    files = {
        "nova/README.md": card("apache-2.0"),
        "nova/config.json": '{"model_type": "llama"}',
        "nova/tokenizer_config.json": '{"name_or_path": "meta-llama/Llama-2-7b-hf", "model_max_length": 4096}',
        "nova/generation_config.json": '{"temperature": 0.6}',
    }
    (model,) = find(files).models
    assert model.base_models == ("meta-llama/Llama-2-7b-hf",)
    assert "llama-2-license-2023" in {claim.expression for claim in model.claims}


def test_the_configuration_of_a_tokenizer_alone_is_no_model(find: Finder) -> None:
    assert find({"tok/tokenizer_config.json": '{"name_or_path": "meta-llama/Llama-2-7b-hf"}'}).models == ()


@pytest.mark.parametrize(
    ("fields", "expression"),
    [
        ({"general.license": "apache-2.0"}, "apache-2.0"),
        ({"general.license": "other", "general.license.name": "CC BY-NC 4.0"}, "cc-by-nc-4.0"),
        ({"general.license.name": "llama3.1"}, "llama-3.1-license-2024"),
        ({"general.license": "other", "general.license.name": "nvidia"}, None),
        ({"general.license": "other"}, None),
    ],
)
def test_the_licence_fields_of_gguf_are_read_as_a_cards_are(
    fields: dict[str, str], expression: str | None, find: Finder, tmp_path: Path
) -> None:
    gguf, numpy = pytest.importorskip("gguf"), pytest.importorskip("numpy")
    writer = gguf.GGUFWriter(tmp_path / "tiny.gguf", "llama")
    for key, text in fields.items():
        writer.add_string(key, text)
    writer.add_tensor("a", numpy.zeros(4, "float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (model,) = find({}).models
    assert [claim.expression for claim in model.claims] == [expression]


def test_a_base_in_the_public_domain_adds_no_terms(find: Finder) -> None:
    files = {
        "w/models/acme/base/README.md": card("cc0-1.0"),
        "w/models/acme/tuned/README.md": card("mit", "base_model: acme/base\n"),
    }
    models = {model.id: model for model in find(files).models}
    assert {claim.expression for claim in models["acme/tuned"].claims} == {"mit"}
