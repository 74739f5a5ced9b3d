"""Texts in UTF-16 and UTF-32, with and without a byte-order mark."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from licscan.cli import run
from licscan.document import decode
from licscan.util.encoding import decoded, wide_encoding

TEXT = "// SPDX-License-Identifier: GPL-3.0-or-later\n// Ein Beispiel für Größe, 示例\nclass A {}\n"
ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
BINARY = [
    b"",
    b"\0" * 4_096,
    b"\x7fELF\x02\x01\x01" + b"\0" * 57,
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01",
    struct.pack("<400I", *range(400)),
    b"\xff\xfe" + os.urandom(0) + bytes(range(256)) * 8,
    b"\0\x01\0\0\0\x0c\0\x80\0\x03\0\x40OS/2",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_wide_text_is_read_as_every_editor_shows_it(encoding: str) -> None:
    content = TEXT.encode(encoding)
    assert wide_encoding(content) is not None
    assert decoded(content).removeprefix("\ufeff") == TEXT


@pytest.mark.parametrize("content", BINARY)
def test_binary_data_is_no_wide_text(content: bytes) -> None:
    assert wide_encoding(content) is None


def test_a_text_cut_within_a_pair_of_surrogates_is_a_text() -> None:
    content = ("// " + "text " * 1_200 + "\U0001f600" * 40).encode("utf-16-le")
    assert wide_encoding(content[:4_096]) == "utf-16-le"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32-be"])
def test_a_scan_finds_the_tag_unless_scancodes_answer_is_wanted(encoding: str, tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "result.json"
    tree.mkdir()
    (tree / "a.cs").write_bytes(TEXT.encode(encoding))
    command = ["scan", str(tree), "-q", "--no-config", "--jobs", "1", "-o", f"json={out}"]
    run(command)
    inventory = decode(out.read_bytes()).inventory
    assert inventory.findings[0].expression_spdx == "GPL-3.0-or-later"
    assert inventory.files[0].size == len(TEXT.encode(encoding))
    run([*command, "--no-extra-rules"])
    assert decode(out.read_bytes()).inventory.findings[0].expression_spdx is None
