"""Files that ScanCode may read differently for their names never share an answer: held by renaming files."""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import re
import tarfile
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest

from licscan.detect.text import forget_type, text_lines
from licscan.detect.traits import path_traits

LONG_LINE = "var a='x';" * 400 + "/* licensed under the MIT license */" + "b('y', 1);" * 400
SOURCE_MAP = json.dumps({"version": 3, "sources": ["a.js"], "sourcesContent": ["// MIT license\\n\\rint a;\nint b;"]})


def archive(kind: str) -> bytes:
    data = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(data, "w") as packed:
            packed.writestr("LICENSE", "the MIT license")
    else:
        with tarfile.open(fileobj=data, mode="w") as packed_tar:
            packed_tar.addfile(tarfile.TarInfo("LICENSE"))
    return data.getvalue()


CONTENTS: dict[str, bytes] = {
    "text": b"Licensed under the MIT license.\\nAll \\t rights.\n",
    "long lines": LONG_LINE.encode(),
    "source map": SOURCE_MAP.encode(),
    "json": json.dumps({"name": "x", "license": "MIT", "text": "word, " * 200}).encode(),
    "data": bytes(range(256)) * 20 + b" licensed under the MIT license ",
    "odd bytes": b"\x80\x81\x82 function () { return 'MIT license'; } \x83" * 30,
    "zip": archive("zip"),
    "tar": archive("tar"),
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><!-- MIT license --></svg>',
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 60 + b"MIT license",
    "script": b"#!/usr/bin/env node\nvar licence = 'MIT';\n" * 3,
    "empty": b"",
}
NAMES = (
    "a.txt b.txt c.c d.c e.h f.js g.js h.min.js i.min.js j.mjs k.js.map l.js.map m.css.map n.map o.json p.json package.json "
    "my-package.json q.typeface.json r.svg s.SVG t.png u.tga v.docx w.DOCX x.xlsx y.doc z.zip aa.jar ab.gem ac.tar ad.pyc "
    "ae.pgm af.html ag.htm ah.xml ai.py aj.PY ak.java al.class am.mp3 LICENSE COPYING Makefile Makefile.inc my.inc README.md "
    "ao. .hidden .hidden.js ap.tar.gz aq.el ar.ts as.d at.jsm"
).split()


def test_names_with_equal_traits_are_read_alike(tmp_path: Path) -> None:
    compared = 0
    for number, content in enumerate(CONTENTS.values()):
        readings = defaultdict(list)
        for folder in ("plain", "my-locales/deep"):
            for name in NAMES:
                file = tmp_path / str(number) / folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                readings[path_traits(str(file))].append(reading(file))
        for alike in readings.values():
            compared += len(alike) - 1
            assert all(other == alike[0] for other in alike)
    assert compared > 150


def test_traits_are_needed(tmp_path: Path) -> None:
    """The names do make a difference: else the test above would hold for any traits."""

    def read_as(name: str, content: str) -> object:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(CONTENTS[content])
        return reading(file)

    assert read_as("a.js.map", "source map") != read_as("a.json", "source map")
    assert read_as("a.c", "text") != read_as("a.txt", "text")
    assert read_as("a.min.js", "long lines") != read_as("a.ts", "long lines") or read_as("a.pyc", "text") != read_as(
        "a.py", "text"
    )
    assert read_as("locale/a.json", "json") != read_as("locale/package.json", "json")
    assert read_as("locale/a.json", "json") != read_as("b/a.json", "json")


def reading(file: Path) -> tuple[bool, bool, list[tuple[int, str]]]:
    """All that ScanCode's detection takes from a file."""
    from typecode import get_type

    location = str(file)
    try:
        file_type = get_type(location)
        return file_type.contains_text, file_type.is_binary, list(text_lines(location))
    finally:
        forget_type(location)


@pytest.mark.parametrize("module", ["typecode.contenttype", "textcode.analysis"])
def test_every_ending_that_scancode_names_is_a_trait(module: str) -> None:
    """A new compound ending in ScanCode's source shows here."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    constants = {
        node.value
        for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    endings = {text for text in constants if re.fullmatch(r"[\w+-]*(\.[\w+-]+)+", text)}
    assert len(endings) > 10
    for ending in endings:
        last = "." + ending.rpartition(".")[2]
        assert path_traits(f"/tree/a{ending}") != path_traits(f"/tree/b{last}") or ending == last
        assert path_traits(f"/tree/a{ending}") != path_traits("/tree/a.other")


def test_what_is_in_no_name_makes_no_difference() -> None:
    assert path_traits("/one/src/a.c") == path_traits("/two/lib/deep/b.c")
    assert path_traits("/one/a.C") != path_traits("/one/a.c")
    assert path_traits("/one/LICENSE") == path_traits("/two/LICENSE")
    assert path_traits("/one/LICENSE") != path_traits("/one/COPYING")
