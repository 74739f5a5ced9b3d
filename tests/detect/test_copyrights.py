"""Copyright statements come through one typed door, once for equal bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.core.copyright import Copyrights
from licscan.core.finding import SourceFile
from licscan.core.selection import SelectedFile
from licscan.detect import copyrights
from licscan.detect.cache import ResultCache
from licscan.detect.copyrights import ScanCodeCopyrights, copyrights_in, copyrights_of


def selected(path: Path) -> SelectedFile:
    data = path.read_bytes()
    file = SourceFile(path=path.name, size=len(data), sha256=hashlib.sha256(data).hexdigest())
    return SelectedFile(file=file, location=str(path))


def test_statements_and_holders_are_told_in_order() -> None:
    found = copyrights_in("// Copyright (c) 2019-2021 Jane Doe\n// Copyright 2022 Acme Inc.\nint x;\n")
    assert found.statements == ("Copyright (c) 2019-2021 Jane Doe", "Copyright 2022 Acme Inc.")
    assert found.holders == ("Jane Doe", "Acme Inc.")


def test_of_a_line_of_megabytes_the_beginning_is_read() -> None:
    banner = "/*! Copyright (c) 2020 Jane Doe */"
    found = copyrights_in(
        banner + "var a=1;" * 20_000 + "/*! Copyright 2021 Acme Inc. */\nint x;\n// Copyright 2022 Bob Roe\n"
    )
    assert found.statements == ("Copyright (c) 2020 Jane Doe", "Copyright 2022 Bob Roe")


@pytest.mark.parametrize("text", ["", "int main(void) { return 0; }\n", "\0\1binary Copyright 2020 Jane Doe"])
def test_what_names_nobody_says_nothing(text: str) -> None:
    assert copyrights_in(text) == Copyrights()


def test_a_file_that_is_gone_says_nothing(tmp_path: Path) -> None:
    assert copyrights_of(str(tmp_path / "gone")) == Copyrights()


def test_a_holder_with_broken_bytes_can_be_stored(tmp_path: Path) -> None:
    path = tmp_path / "LICENSE"
    path.write_bytes(b"Copyright (c) 2020 J\xe9r\xf4me Dupont\n")
    cache = ResultCache(tmp_path / "cache")
    (found,) = ScanCodeCopyrights(cache).read([selected(path)])
    cache.close()
    assert len(found.statements) == 1 and found.statements[0].startswith("Copyright (c) 2020")


def test_equal_bytes_are_looked_at_once_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(location: str) -> Copyrights:
        asked.append(location)
        return copyrights_of(location)

    monkeypatch.setattr(copyrights, "copyrights_of", counted)
    for name in ("a", "b"):
        (tmp_path / name).write_text("Copyright (c) 2020 Jane Doe\n")
    files = [selected(tmp_path / "a"), selected(tmp_path / "b")]
    for _ in range(2):
        cache = ResultCache(tmp_path / "cache")
        found = ScanCodeCopyrights(cache).read(files)
        cache.close()
        assert [item.holders for item in found] == [("Jane Doe",), ("Jane Doe",)]
    assert len(asked) == 1


def test_several_processes_say_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copyrights, "_WORTH_WORKERS", 2)
    for number in range(4):
        (tmp_path / f"f{number}").write_text(f"Copyright (c) 202{number} Holder{number} Inc.\n")
    files = [selected(tmp_path / f"f{number}") for number in range(4)]
    assert ScanCodeCopyrights(jobs=2).read(files) == ScanCodeCopyrights().read(files)


def told(found: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [
        (getattr(one, "copyright", None), getattr(one, "holder", None), one.start_line, one.end_line) for one in found
    ]


def both(text: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the quick way finds in ``text``, and what ScanCode itself does."""
    from cluecode.copyrights import detect_copyrights_from_lines

    from licscan.detect.copyright_grammar import detections

    lines = list(enumerate(text.splitlines(), 1))
    return told(detections(lines, copyrights._hints)), told(detect_copyrights_from_lines(lines, include_authors=False))


def test_the_quick_way_finds_what_scancode_finds_in_the_licence_files_of_installed_packages() -> None:
    texts = [
        Path(str(item.locate())).read_text(encoding="utf-8", errors="replace")[:20_000]
        for distribution in metadata.distributions()
        for item in distribution.files or ()
        if ".dist-info/licenses/" in str(item)
    ]
    found = [both(text) for text in texts[:60]]
    assert sum(len(ours) for ours, _ in found) > 30
    assert [ours for ours, _ in found] == [theirs for _, theirs in found]


def test_what_the_grammar_is_loaded_without_still_works_for_others(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>" + "<p>caf\u00e9</p>" * 20 + "</html>", encoding="utf-8")
    program = """if True:
        import sys
        import licscan.detect.copyright_grammar
        print("bs4" in sys.modules, "typecode" in sys.modules)
        from commoncode.text import as_unicode
        from textcode.markup import is_markup
        print(as_unicode("caf\u00e9 au lait".encode()), is_markup(sys.argv[1]))
    """
    ran = subprocess.run(
        [sys.executable, "-c", program, page],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert ran.stdout.splitlines() == ["False False", "caf\u00e9 au lait True"], ran.stderr


WORDS = st.sampled_from(
    "Copyright (c) ( C) © Ⓒ &copy; &copy &#169; \\a9 <A9> u00A9 Ｃopyright copyrighted by by: 2019 2020-2023 2021, Jane Doe Doe, Acme Inc. Inc. The Project Authors. and <j@example.invalid> "
    "http://example.invalid All Rights Reserved. Reserved rights @author SPDX-FileCopyrightText: // * # of the license holders int x; 0 \n \n\n".split(
        " "
    )
)


@given(words=st.lists(WORDS | st.text(max_size=6), max_size=40))
def test_the_quick_way_finds_what_scancode_finds_in_any_text(words: list[str]) -> None:
    ours, theirs = both(" ".join(words))
    assert ours == theirs
