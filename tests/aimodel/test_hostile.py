"""Hostile weights, cards and pickles: an issue each, nothing else, and never more than a header read."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.aimodel.card import CardError, read_card
from licscan.aimodel.header import BrokenHeader
from licscan.aimodel.onnx import read_onnx
from licscan.aimodel.reference.notebook import read_notebook
from licscan.aimodel.reference.python import read_python
from licscan.aimodel.reference.script import read_script
from licscan.aimodel.reference.settings_file import read_settings
from licscan.aimodel.reference.shell import read_shell
from licscan.aimodel.weights import is_weights, read_weights
from licscan.core.finding import FileKind, SourceFile
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.selection import SelectedFile
from tests.aimodel.conftest import Finder

BOMB = "---\nlicense: mit\nbase_model: x/y\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{','.join(['*' + chr(97 + level)] * 9)}]\n" for level in range(8)
)


class Runs:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("touch /tmp/licscan-was-here",))


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", content)
    return stream.getvalue()


HOSTILE = {
    "gguf with a length of 2^63": (
        "m.gguf",
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**63) + b"\0" * 64,
    ),
    "gguf with 2^63 tensors": ("m.gguf", b"GGUF" + struct.pack("<IQQ", 3, 2**63, 0)),
    "safetensors with a header of 10 GB": ("m.safetensors", struct.pack("<Q", 10 * 1024**3) + b"{}\0"),
    "safetensors that is not JSON": ("m.safetensors", struct.pack("<Q", 4) + b"\0\0\0\0"),
    "safetensors nested without end": ("m.safetensors", struct.pack("<Q", 200_000) + b"[" * 200_000),
    "onnx with a field past its end": ("m.onnx", b"\x3a\xff\xff\xff\xff\x0f\0"),
    "onnx with an endless number": ("m.onnx", b"\xff" * 32 + b"\0"),
    "a card with a YAML bomb": ("m/README.md", f"{BOMB}---\n".encode()),
    "a card nested without end": ("m/README.md", b"---\nlicense: mit\na: " + b"[" * 5_000 + b"\n---\n"),
    "a card that is no YAML": ("m/README.md", b"---\nlicense: [mit\nbase_model: {\n---\n"),
    "a pickle that runs a command": ("m.bin/pytorch_model.bin", pickle.dumps(Runs())),
    "an archive with such a pickle": ("m.pt", zipped(pickle.dumps(Runs()))),
    "a pickle of the first protocol": ("model.pkl", pickle.dumps(Runs(), protocol=0)),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_gives_one_issue_and_nothing_else(case: str, find: Finder) -> None:
    path, content = HOSTILE[case]
    facts = find({path: content})
    (issue,) = facts.issues
    assert issue.code is IssueCode.BROKEN_MODEL_FILE
    assert issue.location is not None and issue.location.path == path
    assert issue.hint
    assert all(model.claims == () and model.base_models == () for model in facts.models)
    assert not Path("/tmp/licscan-was-here").exists()


def test_a_pickle_that_runs_code_leaves_the_scan_complete(find: Finder) -> None:
    (issue,) = find({"m.pt": zipped(pickle.dumps(Runs()))}).issues
    assert issue.level is IssueLevel.WARNING
    assert "posix.system" in str(issue.message) or "nt.system" in str(issue.message)


def test_a_pickle_of_plain_data_runs_nothing(find: Finder) -> None:
    assert find({"pytorch_model.bin": pickle.dumps({"weights": [1.0, 2.0], "names": {"a"}})}).issues == ()


def test_20_gb_of_weights_cost_a_header_read(tmp_path: Path) -> None:
    header = json.dumps({"w": {"dtype": "F16", "shape": [1000, 1000], "data_offsets": [0, 2_000_000]}}).encode()
    path = tmp_path / "model.safetensors"
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(header)) + header)
        stream.truncate(20 * 1024**3)
    file = SourceFile(path="model.safetensors", size=20 * 1024**3, sha256="", kind=FileKind.BINARY)
    before = _read_so_far()
    weights, issues = read_weights(SelectedFile(file=file, location=str(path)))
    assert weights is not None and weights.header is not None
    assert (weights.header.parameters, weights.digest, issues) == (1_000_000, None, ())
    assert _read_so_far() - before < 4 * 1024 * 1024
    assert is_weights(file)


def _read_so_far() -> int:
    """Bytes that this process has read, as the kernel counts them; none where it does not tell."""
    counts = Path("/proc/self/io")
    return int(counts.read_text().split("rchar:")[1].split()[0]) if counts.exists() else 0


@pytest.mark.parametrize("name", ["weights.txt", "model.py", "LICENSE"])
def test_texts_are_no_weights_whatever_their_size(name: str) -> None:
    assert not is_weights(SourceFile(path=name, size=10**9, sha256="", kind=FileKind.PROSE))


@given(st.binary(max_size=400))
def test_the_onnx_reader_ends_for_any_bytes(content: bytes) -> None:
    with _file(content) as stream:
        try:
            assert read_onnx(stream).format == "onnx"
        except BrokenHeader as error:
            assert str(error)


@given(st.text(alphabet="-abc:&*[]{}\n'\" !|>#", max_size=200))
def test_the_card_reader_ends_for_any_text(text: str) -> None:
    try:
        card = read_card(f"---\n{text}\n---\n")
    except CardError as error:
        assert str(error)
    else:
        assert card is None or all(value.line > 1 for name in card.names for value in card.values(name))


@given(st.text(max_size=300))
@pytest.mark.parametrize("reader", [read_python, read_script, read_shell, read_settings, read_notebook])
def test_reference_readers_end_for_any_text(reader: object, text: str) -> None:
    assert callable(reader)
    for prefix in ("", "from_pretrained(", "ollama pull ", "model: "):
        assert all(found.line >= 1 for found in reader(prefix + text))


@contextmanager
def _file(content: bytes) -> Iterator[BinaryIO]:
    with TemporaryFile() as stream:
        stream.write(content)
        stream.seek(0)
        yield stream


SLOW = {
    "options without end": (read_shell, "hf download" + " --a b" * 5_000),
    "dashes without end": (read_shell, "hf download " + "-" * 100_000),
    "variables made of variables": (read_shell, "\n".join(f"A{n}=$A{n - 1}$A{n - 1}" for n in range(1, 400))),
    "names made of themselves": (read_python, "a = a + a\n" * 50 + "from_pretrained(a)"),
    "attributes made of themselves": (read_python, 'o.x = o.x + o.x + "a"\n' * 60 + "from_pretrained(o.x)"),
    "a product of choices": (read_python, 'a = "x" if b else "y"\nfrom_pretrained(f"' + "{a}" * 64 + '")'),
    "calls without end": (read_script, "from_pretrained(\n" * 20_000),
    "one long word": (read_settings, "model " + "a" * 90_000),
    "words and dots": (read_settings, "model " + "a." * 45_000),
}


@pytest.mark.parametrize("case", SLOW)
def test_no_text_makes_a_reader_run_on(case: str) -> None:
    reader, text = SLOW[case]
    began = time.process_time()
    assert all(found.line >= 1 for found in reader(text))
    assert time.process_time() - began < 10


def test_bases_that_lead_to_one_another_in_many_ways_are_each_followed_once(find: Finder) -> None:
    cards = {
        f"m{own}/README.md": "---\nlibrary_name: peft\nlicense: mit\nbase_model:\n"
        + "".join(f"- ../m{other}\n" for other in range(12))
        + "---\n"
        for own in range(12)
    }
    models = find(cards).models
    assert len(models) == 12
    assert all(len(model.claims) <= 13 for model in models)


def test_more_models_than_files_of_that_size_name_in_earnest_are_left_out_and_told(find: Finder) -> None:
    calls = "".join(f"pipeline('x', 'meta-llama/Llama-2-{number}b-hf')\n" for number in range(600))
    found = find({"a.py": f"from transformers import pipeline\n{calls}"})
    assert 150 < len(found.models) < 300
    (issue,) = found.issues
    assert str(issue.message).startswith("models and data sets that are left out: ")
    assert issue.level is IssueLevel.INCOMPLETE


def test_of_a_card_with_thousands_of_licences_the_first_ones_are_read_and_the_licence_is_unknown(find: Finder) -> None:
    listed = "".join(f"- licence-{number}\n" for number in range(2000))
    (model,) = find({"m/README.md": f"---\nlibrary_name: x\nlicense:\n{listed}---\n"}).models
    assert len(model.claims) == 51
    assert model.claims[-1].expression is None
    assert "left out" in (model.claims[-1].raw or "")
