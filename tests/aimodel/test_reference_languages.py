"""Uses of models by known names, in whatever language or format they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from licscan.aimodel.reference import REFERENCE_READERS
from licscan.aimodel.reference.names import FAMILY, OLLAMA_LIBRARY, OWNERS
from licscan.aimodel.reference.served import MAKERS
from licscan.modellicense.register import model_register
from tests.aimodel.conftest import Finder

SAMPLES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("references.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["path"] for sample in SAMPLES])
def test_a_program_uses_the_models_that_it_names_and_no_others(sample: dict[str, Any], find: Finder) -> None:
    found = {model.id for model in find({sample["path"]: sample["text"]}).models}
    assert found == set(sample["uses"])


def test_the_readers_know_every_publisher_and_family_of_the_register() -> None:
    register = model_register()
    globs = [glob for entry in register for glob in entry.hub_models if "/" in glob and not entry.services]
    globs += [model.glob for model in register.models]
    owners = {glob.partition("/")[0].lower() for glob in globs} | {
        one.glob.partition("/")[0].lower() for one in register.datasets
    }
    assert owners - OWNERS == set()
    contracts = [glob for entry in register for glob in entry.hub_models if entry.services]
    assert {glob.partition("/")[0] for glob in contracts} <= MAKERS
    assert {name.partition(":")[0] for entry in register for name in entry.ollama} - OLLAMA_LIBRARY == set()
    stems = [name.replace("*", "") for entry in register for name in entry.names]
    assert [stem for stem in stems if not FAMILY.search(stem)] == []


@pytest.mark.parametrize(
    "line", ['"a/', '"a/b" ', "model: ", "--model ", "${A:-", "'model': ", "- x\n", '("', "ollama pull ", "a.b("]
)
def test_hostile_repetitions_are_read_to_their_end(line: str) -> None:
    content = b"ollama " + line.encode() * 2_000
    for name in ("python", "script", "shell", "settings", "code-c"):
        assert len(REFERENCE_READERS[name](content)) <= 2_000


def test_what_a_reader_leaves_out_is_an_issue(find: Finder) -> None:
    many = ", ".join(f'"k{number}": "acme-lab/m{number}"' for number in range(1_200))
    # Beside a large file, since a small tree alone lists fewer models.
    facts = find({"a.py": f"M = {{{many}}}\nAutoModel.from_pretrained(M[x])\n", "b.bin": b"\0" * 400_000})
    assert len(facts.models) >= 1_000
    assert [(issue.code.value, issue.location.path if issue.location else None) for issue in facts.issues] == [
        ("too-large", "a.py")
    ]


def test_forty_models_of_one_table_are_all_used(find: Finder) -> None:
    table = ", ".join(f'"k{number}": "acme-lab/m{number}"' for number in range(40))
    facts = find({"a.py": f"M = {{{table}}}\nAutoModel.from_pretrained(M[x])\n"})
    assert (len(facts.models), facts.issues) == (40, ())


def test_a_setting_at_the_end_of_a_long_line_is_read(find: Finder) -> None:
    padding = ", ".join(f'"k{number}": "{"x" * 50}"' for number in range(1_000))
    (model,) = find({"s.json": f'{{{padding}, "hf_model_id": "acme-lab/x"}}'}).models
    assert model.id == "acme-lab/x"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'AutoModel.from_pretrained("acme-lab/x", revision="v1.2")\n'),
        ("a.sh", "hf download acme-lab/x --revision v1.2\n"),
        ("a.js", "await pipeline('t', 'microsoft/phi-2', { revision: 'v1.2' });\n"),
        ("a.yaml", "storageUri: hf://acme-lab/x:v1.2\n"),
        ("a.go", 'var u = "https://huggingface.co/acme-lab/x/resolve/v1.2/model.safetensors"\n'),
    ],
)
def test_the_revision_that_code_names_is_kept(path: str, text: str, find: Finder) -> None:
    (model,) = find({path: text}).models
    assert model.revisions == ("v1.2",)


def test_a_constant_of_another_module_is_loaded_where_it_is_imported(find: Finder) -> None:
    facts = find(
        {
            "app/names.py": 'NAME = "google/gemma-2-9b-it"\n',
            "app/run.py": "from app.names import NAME, OTHER\nAutoModel.from_pretrained(NAME)\nAutoModel.from_pretrained(OTHER)\n",
        }
    )
    (model,) = facts.models
    assert [(place.path, place.start_line) for place in model.locations] == [("app/names.py", 1), ("app/run.py", 2)]
