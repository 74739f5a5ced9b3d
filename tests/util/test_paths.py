"""Paths relative to a tree, by the rules of POSIX and of Windows."""

from __future__ import annotations

import ntpath
import os
import posixpath
from types import ModuleType

import pytest

from licscan.app.run_options import Output
from licscan.util.contained_files import OutsideError, relative_parts
from licscan.util.paths import below, below_bytes


@pytest.mark.parametrize(
    ("path", "top", "system", "relative"),
    [
        ("/src/shop/app/a.py", "/src/shop", posixpath, "app/a.py"),
        ("/src/shop", "/src/shop", posixpath, ""),
        ("/src/shop/..data/a", "/src/shop", posixpath, "..data/a"),
        ("/src/other/a.py", "/src/shop", posixpath, None),
        ("/src", "/src/shop", posixpath, None),
        ("/src/shop/back\\slash.py", "/src/shop", posixpath, "back\\slash.py"),
        (r"C:\src\shop\app\a.py", r"C:\src\shop", ntpath, "app/a.py"),
        (r"c:\SRC\Shop\app\a.py", r"C:\src\shop", ntpath, "app/a.py"),
        (r"C:/src/shop/app/a.py", r"C:\src\shop", ntpath, "app/a.py"),
        (r"C:\src\shop", "C:\\src\\shop\\", ntpath, ""),
        (r"C:\src\shopping\a.py", r"C:\src\shop", ntpath, None),
        (r"D:\src\shop\a.py", r"C:\src\shop", ntpath, None),
        (r"\\server\share\shop\a.py", r"\\server\share\shop", ntpath, "a.py"),
        (r"\\server\share\a.py", r"C:\src", ntpath, None),
        ("C:\\", "C:\\", ntpath, ""),
    ],
)
def test_a_path_below_a_folder_has_slashes_and_one_elsewhere_has_none(
    path: str, top: str, system: ModuleType, relative: str | None
) -> None:
    assert below(path, top, system) == relative


def test_bytes_that_are_no_text_come_through() -> None:
    assert below_bytes(b"/src/shop/caf\xe9/a.py", b"/src/shop") == b"caf\xe9/a.py"
    assert below_bytes(os.fsencode("/elsewhere"), b"/src/shop") is None


@pytest.mark.parametrize(
    "name",
    [
        r"C:\Windows\win.ini",
        "C:relative.txt",
        "c:/x",
        r"\\server\share\x",
        r"\x",
        r"..\..\x",
        r"a\..\..\..\x",
        "//server/share/x",
    ],
)
def test_no_windows_path_in_a_scanned_file_leads_out_of_the_tree(name: str) -> None:
    with pytest.raises(OutsideError):
        relative_parts(name, "docs")


def test_a_name_with_backslashes_is_read_as_windows_writes_it() -> None:
    assert relative_parts(r"..\licenses\MIT.txt", "docs") == ("licenses", "MIT.txt")


def test_an_output_may_lie_on_another_drive() -> None:
    output = Output.parse(r"json=D:\out\result.json")
    assert (output.format, str(output.path)) == ("json", r"D:\out\result.json")
