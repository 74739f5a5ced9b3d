"""What counts as a use of a model in code and configuration, and what only names one."""

from __future__ import annotations

import json

import pytest

from licscan.aimodel.reading import hub_id
from licscan.core.aimodel import AiModelKind
from tests.aimodel.conftest import Finder

LLAMA = "meta-llama/Llama-2-7b-hf"
USES = {
    "a literal": ("a.py", f'AutoModel.from_pretrained("{LLAMA}")\n', 1),
    "a keyword": ("a.py", f'x = LLM(\n    model="{LLAMA}")\n', 1),
    "a constant of the module": ("a.py", f'NAME = "{LLAMA}"\n\ndef load():\n    return AutoModel.from_pretrained(NAME)\n', 4),
    "a default of a parameter": ("a.py", f'def load(name="{LLAMA}"):\n    return AutoModel.from_pretrained(name)\n', 2),
    "a keyword-only default": ("a.py", f'def load(*, name: str = "{LLAMA}"):\n    return pipeline("t", model=name)\n', 2),
    "a default of the environment": ("a.py", f'import os\npipeline("t", os.environ.get("M", "{LLAMA}"))\n', 2),
    "os.getenv": ("a.py", f'import os\nM = os.getenv("M", "{LLAMA}")\nsnapshot_download(repo_id=M)\n', 3),
    "a field of a class": ("a.py", f'class C:\n    name: str = "{LLAMA}"\nhf_hub_download(C.name, "x")\n', 3),
    "an attribute": ("a.py", f'class A:\n    def __init__(self):\n        self.m = "{LLAMA}"\n        SentenceTransformer(self.m)\n', 4),
    "an option of the command line": ("a.py", f'p.add_argument("-m", "--model-name", default="{LLAMA}")\nLLM(args.model_name)\n', 2),
    "a joined string": ("a.py", 'ORG = "meta-llama"\nAutoModel.from_pretrained(f"{ORG}/Llama-2-7b-hf")\n', 2),
    "a sum of strings": ("a.py", 'AutoModel.from_pretrained("meta-llama/" + "Llama-2-7b-hf")\n', 1),
    "an entry of a table": ("a.py", f'T = {{"s": "{LLAMA}", "b": "gpt2"}}\nAutoModel.from_pretrained(T["s"])\n', 2),
    "either of two": ("a.py", f'AutoModel.from_pretrained("{LLAMA}" if small else "gpt2")\n', 1),
    "LiteLLM with its provider": ("a.py", f'litellm.completion(model="huggingface/{LLAMA}")\n', 1),
    "an adapter's base": ("a.py", f'PeftModel.from_pretrained(base, "{LLAMA}")\n', 1),
    "Python 2": ("a.py", f'print "x"\nAutoModel.from_pretrained("{LLAMA}")\n', 2),
    "a notebook": ("a.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["%pip install x\n", f'N = "{LLAMA}"\n', "AutoModel.from_pretrained(N)"]}]}, indent=1), 8),
    "transformers.js": ("a.ts", f"const MODEL = '{LLAMA}';\n// pipeline('x')\nconst p = await pipeline('t', MODEL);\n", 3),
    "an object of options": ("a.js", f"new HuggingFaceInference({{}});\nawait snapshot_download({{ repo: '{LLAMA}' }})\n", 2),
    "a setting in YAML": ("c.yaml", f"llm:\n  model_name_or_path: {LLAMA}\n", 2),
    "a setting in TOML": ("c.toml", f'[llm]\nmodel = "{LLAMA}"\n', 2),
    "a setting in JSON": ("settings.json", f'{{\n "model_id": "{LLAMA}"\n}}\n', 2),
    "a variable of the environment": (".env", f"HF_MODEL_ID={LLAMA}\n", 1),
    "an argument of a container": ("docker-compose.yml", f"services:\n  a:\n    command: --model {LLAMA}\n", 3),
    "a default that is handed to another module": ("a.py", f'p.add_argument("--base_model", default="{LLAMA}")\nserve(p.parse_args())\n', 1),
    "a constant of a settings module": ("settings.py", f'MODEL_ID = "{LLAMA}"\n', 1),
    "a field of a configuration": ("config.py", f'class Settings(BaseSettings):\n    llm_model: str = "{LLAMA}"\n', 2),
    "an option of click": ("a.py", f'@click.option("--model", default="{LLAMA}")\ndef run(model): serve(model)\n', 1),
    "an argument of a script": ("a.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": [f"!python generate.py --base_model={LLAMA} --score"]}]}, indent=1), 6),
    "huggingface-cli": ("get.sh", f"#!/bin/sh\nhuggingface-cli download --local-dir x {LLAMA}\n", 2),
    "a Dockerfile": ("Dockerfile", f"FROM x\nENV MODEL={LLAMA}\nRUN vllm serve $MODEL\n", 2),
    "a clone": ("get.sh", f"#!/bin/sh\ngit clone https://huggingface.co/{LLAMA}\n", 2),
}  # fmt: skip
CLUES = {
    "prose": ("README.md", f"# Notes\nWe compare with {LLAMA}.\n"),
    "a comment": ("a.py", f'# AutoModel.from_pretrained("{LLAMA}")\nx = 1\n'),
    "a docstring": ("a.py", f'"""Use from_pretrained("{LLAMA}")."""\n'),
    "a list of a benchmark": ("bench.py", f'MODELS = ["{LLAMA}", "gpt2"]\nRESULTS = {{"{LLAMA}": 0.4}}\n'),
    "a list of a benchmark in another language": (
        "bench.js",
        f'const M = ["{LLAMA}"];\nconst S = {{"{LLAMA}": 0.4}};\n',
    ),
    "a table of results": ("results.json", f'{{"{LLAMA}": {{"score": 1}}}}\n'),
    "a comparison": ("a.py", f'if model == "{LLAMA}":\n    template = 1\n'),
    "a name that is asked for": ("a.py", f'if "{LLAMA}" in model_name:\n    x = 1\n'),
    "a variable of another name": ("a.py", f'EXAMPLE_TEXT = "{LLAMA}"\n'),
    "a table of a benchmark": ("benchmarks/gpus.json", f'[{{"base_model": "{LLAMA}"}}]\n'),
    "results of an evaluation": ("eval/model_results.yaml", f"base_model: {LLAMA}\n"),
    "a comment in JavaScript": ("a.js", f"/* pipeline('t', '{LLAMA}') */\n"),
    "a comment in YAML": ("c.yaml", f"# model: {LLAMA}\na: 1\n"),
    "a comment in a script": ("get.sh", f"#!/bin/sh\n# hf download {LLAMA}\n"),
    "a call of another name": ("a.py", f'print("{LLAMA}")\n'),
    "another argument": ("a.py", f'AutoModel.from_pretrained(path, cache_dir="{LLAMA}")\n'),
    "fenced code in prose": ("docs/use.md", f"```sh\nhf download {LLAMA}\n```\n"),
}


@pytest.mark.parametrize("case", USES)
def test_a_use_is_found_with_its_line(case: str, find: Finder) -> None:
    path, content, line = USES[case]
    places = {
        model.id: [(place.path, place.start_line) for place in model.locations]
        for model in find({path: content}).models
    }
    assert (path, line) in places.get(LLAMA, [])


@pytest.mark.parametrize("case", CLUES)
def test_a_name_that_merely_occurs_is_no_use(case: str, find: Finder) -> None:
    path, content = CLUES[case]
    assert find({path: content}).models == ()


def test_clues_are_told_beside_a_use(find: Finder) -> None:
    facts = find({"a.py": f'LLM("{LLAMA}")\n', "README.md": f"Built on {LLAMA}.\n"})
    (model,) = facts.models
    assert [place.path for place in model.clues] == ["README.md"]


@pytest.mark.parametrize(
    ("path", "content", "name"),
    [
        ("a.py", 'import ollama\nollama.chat(model="llama3.1:8b")\n', "ollama/llama3.1:8b"),
        ("a.py", 'ChatOllama(model="llama2")\n', "ollama/llama2"),
        ("a.py", 'litellm.completion(model="ollama/llama2")\n', "ollama/llama2"),
        ("a.js", "const m = new ChatOllama({ model: 'llama2' })\n", "ollama/llama2"),
        ("run.sh", "#!/bin/sh\nollama pull llama3.2\n", "ollama/llama3.2"),
        (".env", "OLLAMA_MODEL=llama2\n", "ollama/llama2"),
    ],
)
def test_models_of_ollamas_library_are_found(path: str, content: str, name: str, find: Finder) -> None:
    assert [model.id for model in find({path: content}).models] == [name]


def test_chat_is_a_use_of_ollama_only_where_ollama_is_imported(find: Finder) -> None:
    assert find({"a.py": 'client.chat(model="llama2")\n'}).models == ()


def test_datasets_are_found_as_such(find: Finder) -> None:
    (data,) = find({"a.py": 'load_dataset("tatsu-lab/alpaca", split="train")\n'}).models
    assert (data.kind, [claim.expression for claim in data.claims]) == (AiModelKind.DATASET, ["cc-by-nc-4.0"])


def test_a_path_that_is_not_in_the_tree_counts_where_its_name_tells_the_family(find: Finder) -> None:
    models = find(
        {"a.py": 'AutoModel.from_pretrained("./models/llama-2-7b-chat")\nAutoModel.from_pretrained("./out")\n'}
    ).models
    assert [(model.id, model.claims[0].expression) for model in models] == [
        ("path:models/llama-2-7b-chat", "llama-2-license-2023")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "https://huggingface.co/spaces/someone/demo",
        "your-username/my-model",
        "Your-Hugging-Face-Hub-Account/roberta",
        "username/model",
        "YOUR_ORG/model",
        "models/llama",
        "a/b/c",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert hub_id(text) is None


@pytest.mark.parametrize(
    "text", ["myshell-ai/MeloTTS", "mymusise/x", "orgmode/x", "https://hf.co/datasets/a/b", "usercenter/x"]
)
def test_a_name_that_looks_like_a_placeholder_is_a_name(text: str) -> None:
    assert hub_id(text)


def test_what_a_name_is_given_after_the_call_is_not_loaded(find: Finder) -> None:
    code = 'def f(part):\n    name = "acme/one"\n    load_dataset(name)\n    name = name + "_two"\n    save(name)\n'
    assert [model.id for model in find({"a.py": f"from datasets import load_dataset\n{code}"}).models] == ["acme/one"]


def test_what_the_module_is_given_later_can_be_loaded_by_a_function(find: Finder) -> None:
    code = f'def f():\n    return LLM(NAME)\n\nNAME = "{LLAMA}"\n'
    assert LLAMA in {model.id for model in find({"a.py": code}).models}
