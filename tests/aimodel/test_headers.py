"""Headers of weights files: real ones made by their own libraries, hostile ones, and anything at all."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.aimodel.gguf import read_gguf
from licscan.aimodel.header import BrokenHeader
from licscan.aimodel.reading import WeightsHeader
from licscan.aimodel.safetensors import read_safetensors

Read = Callable[[BinaryIO], WeightsHeader]


def read(reader: Read, content: bytes, folder: Path) -> WeightsHeader:
    (folder / "weights").write_bytes(content)
    with (folder / "weights").open("rb") as stream:
        return reader(stream)


def test_a_real_safetensors_file_tells_its_metadata_and_size(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    library = pytest.importorskip("safetensors.numpy")
    library.save_file(
        {"w": numpy.zeros((3, 4), "float32"), "b": numpy.zeros(4, "float32")},
        tmp_path / "m.safetensors",
        metadata={"license": "llama2"},
    )
    with (tmp_path / "m.safetensors").open("rb") as stream:
        header = read_safetensors(stream)
    assert (header.format, header.parameters, dict(header.metadata)) == ("safetensors", 16, {"license": "llama2"})


def test_a_real_gguf_file_tells_its_licence_and_base(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama")
    writer.add_name("Tiny")
    writer.add_license("llama2")
    writer.add_token_list([f"t{number}" for number in range(1000)])
    writer.add_tags(["chat", "small"])
    writer.add_tensor("w", numpy.zeros((3, 4), "float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with (tmp_path / "m.gguf").open("rb") as stream:
        header = read_gguf(stream)
    assert (header.architecture, header.parameters) == ("llama", 12)
    assert header.metadata["general.license"] == "llama2"
    assert header.metadata["general.tags"] == "chat\nsmall"
    assert "tokenizer.ggml.tokens" not in header.metadata


HOSTILE = {
    "gguf with a text of 2^63 bytes": (read_gguf, b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**63)),
    "gguf with 2^63 key-values": (read_gguf, b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63)),
    "gguf with a list of 2^60 texts": (read_gguf, b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", 9, 8, 2**60)),
    "gguf with lists in lists": (
        read_gguf,
        b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"k", 9) + struct.pack("<IQ", 9, 1) * 1000,
    ),
    "gguf that ends early": (read_gguf, b"GGUF" + struct.pack("<I", 3)),
    "safetensors of 10 GB": (read_safetensors, struct.pack("<Q", 10 * 2**30) + b"{}"),
    "safetensors longer than itself": (read_safetensors, struct.pack("<Q", 5000) + b"{}"),
    "safetensors that is no JSON": (read_safetensors, struct.pack("<Q", 9) + b"not json!"),
    "safetensors nested deeply": (read_safetensors, struct.pack("<Q", 200_000) + b"[" * 200_000),
    "safetensors that is a list": (read_safetensors, struct.pack("<Q", 2) + b"[]"),
    "safetensors without shapes": (read_safetensors, struct.pack("<Q", 8) + b'{"w": 1}'),
    "an empty file": (read_safetensors, b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_header_is_broken_and_costs_nothing(name: str, tmp_path: Path) -> None:
    reader, content = HOSTILE[name]
    with pytest.raises(BrokenHeader):
        read(reader, content, tmp_path)


@given(content=st.binary(max_size=400))
def test_any_bytes_after_the_magic_give_a_header_or_an_error(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for reader, start in ((read_gguf, b"GGUF\3\0\0\0"), (read_safetensors, struct.pack("<Q", len(content)))):
        try:
            header = read(reader, start + content, folder)
        except BrokenHeader:
            continue
        assert header.parameters is None or header.parameters > 0


@given(metadata=st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_only_texts_of_the_metadata_are_taken(
    metadata: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = json.dumps({"__metadata__": metadata}).encode()
    header = read(read_safetensors, struct.pack("<Q", len(body)) + body, tmp_path_factory.mktemp("fuzz"))
    assert header.metadata == {key: value for key, value in metadata.items() if isinstance(value, str)}
