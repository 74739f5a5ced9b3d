"""Copyright statements come through one typed door, once for equal bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

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
