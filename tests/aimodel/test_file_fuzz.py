"""Whatever a file holds, its reader answers, and answers the same again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.aimodel.file import CONFIGS, read_content
from licscan.aimodel.reference import REFERENCE_READERS

READERS = (*CONFIGS, "card", "modelfile", *REFERENCE_READERS)
# What readers look for, so that chance gets past their first look.
WORDS = st.sampled_from(
    [
        "---\n", "license: llama2\n", "base_model:\n  - a/b\n", "datasets: [x, y]\n", "FROM llama3\n", 'LICENSE """\n', '"""',
        "from_pretrained(", "'meta-llama/Llama-2-7b-hf'", "model_name_or_path: ", "huggingface-cli download ", "ollama pull ",
        "{", "}", "[", "]", '"model_type": "llama"', '"_name_or_path": ', "\n", "\\", "\t", "\x00", "é", "import transformers\n",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS | st.text(max_size=8), max_size=30).map(lambda parts: "".join(parts).encode())
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["model_type", "_name_or_path", "base_model_name_or_path", "architectures", "modules", "weight_map"]
)
OBJECTS = st.dictionaries(KEYS | st.text(max_size=4), VALUES, max_size=5).map(lambda body: json.dumps(body).encode())


@pytest.mark.parametrize("reader", READERS)
@given(content=TEXTS | OBJECTS | st.binary(max_size=200))
def test_every_reader_answers_whatever_a_file_holds(reader: str, content: bytes) -> None:
    assert read_content(reader, content) == read_content(reader, content)
