"""What one file says depends on its content and on the reader that its path chooses, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from licscan.aimodel.file import FileFacts, read_content, reader_of
from licscan.aimodel.reference.calls import LOADERS, PARTS, may_load, may_mention
from licscan.core.finding import FileKind, SourceFile
from tests.aimodel.test_references import USES

READERS = {
    "a/b/x.py": "python",
    "X.PYI": "python",
    "n.ipynb": "notebook",
    "n.livemd": "literate",
    "web/App.vue": "script",
    "Dockerfile.gpu": "shell",
    "values.yaml": "settings",
    "prod.env": "settings",
    "package.json": None,
    "tokenizer_config.json": "tokenizer_config.json",
    "tokenizer.json": None,
    "Config.json": "config.json",
    "adapter_config.json": "adapter_config.json",
    "model.safetensors.index.json": "model.safetensors.index.json",
    "README.md": "card",
    "Modelfile": "modelfile",
    "chat.Modelfile": "modelfile",
    "main.c": "code-c",
    "main.txt": None,
    "model.safetensors": None,
}


def source(path: str, *, size: int = 10, kind: FileKind = FileKind.OTHER) -> SourceFile:
    return SourceFile(path=path, size=size, sha256="", kind=kind)


@pytest.mark.parametrize("path", READERS)
def test_a_path_chooses_the_reader(path: str) -> None:
    assert reader_of(source(path)) == READERS[path]


@pytest.mark.parametrize("path", READERS)
def test_the_folder_makes_no_difference(path: str) -> None:
    assert reader_of(source(f"Some/Other-Folder/{path}")) == READERS[path]


def test_binary_and_large_files_have_no_reader() -> None:
    assert reader_of(source("x.py", kind=FileKind.BINARY)) is None
    assert reader_of(source("x.py", size=2 << 20)) is None
    assert reader_of(source("n.ipynb", size=2 << 20)) == "notebook"


@pytest.mark.parametrize("case", USES)
def test_facts_survive_being_stored(case: str) -> None:
    path, content, _ = USES[case]
    reader = reader_of(source(path))
    assert reader is not None
    facts = read_content(reader, content.encode())
    assert facts.references
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FileFacts) == facts


CARD = b"---\nlicense: llama2\nbase_model: [meta-llama/Llama-2-7b-hf]\ntags: [llama]\n---\n# x\n"
MODELFILE = b'FROM llama2\nLICENSE """\nMIT\n"""\n'


@pytest.mark.parametrize(
    ("reader", "content", "holds"),
    [
        ("card", CARD, lambda facts: facts.card.value("license").text == "llama2"),
        ("modelfile", MODELFILE, lambda facts: facts.modelfile.bases == ("ollama/llama2",)),
        ("config.json", b'{"model_type": "llama"}', lambda facts: facts.config == {"model_type": "llama"}),
        ("adapter_config.json", b"{", lambda facts: "not JSON" in str(facts.trouble)),
        ("modules.json", b"[]", lambda facts: facts.config == {"modules": []}),
    ],
)
def test_facts_of_a_models_own_files_survive_being_stored(
    reader: str, content: bytes, holds: Callable[[FileFacts], bool]
) -> None:
    facts = read_content(reader, content)
    assert holds(facts)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FileFacts) == facts


@pytest.mark.parametrize("name", LOADERS)
def test_the_quick_look_lets_through_whatever_may_load(name: str) -> None:
    text = f"import ollama\nx.{name}('a/b')\n"
    assert may_load(text)
    assert may_mention(text.encode())


def test_the_quick_look_turns_away_plain_code() -> None:
    assert not may_mention(b"import os\n\ndef create(chat):\n    return os.pull(chat)\n")
    assert not any(part in other for part in PARTS for other in PARTS if part is not other)
