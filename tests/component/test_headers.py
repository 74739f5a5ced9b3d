"""Parts that say in a header of their own who they are: fonts, plug-ins of WordPress, extensions of browsers, copied libraries."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from licscan.core.component import Component
from tests.component.conftest import Plant
from tests.component.trees import discovered

OFL = "This Font Software is licensed under the SIL Open Font License, Version 1.1."


def font(names: dict[int, str], *, packed: bool = False) -> bytes:
    """A font of nothing but its name table, as OpenType has it, or as WOFF packs it."""
    strings = b"".join(value.encode("utf-16-be") for value in names.values())
    records, at = b"", 0
    for number, value in names.items():
        length = len(value) * 2
        records += struct.pack(">HHHHHH", 3, 1, 0x409, number, length, at)
        at += length
    table = struct.pack(">HHH", 0, len(names), 6 + len(records)) + records + strings
    if packed:
        small = zlib.compress(table)
        entry = struct.pack(">4sIIII", b"name", 64, len(small), len(table), 0)
        head = b"wOFF\0\1\0\0" + struct.pack(">IHHIHHIIIII", 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
        return (head + entry).ljust(64, b"\0") + small
    return b"\0\1\0\0" + struct.pack(">HHHH", 1, 0, 0, 0) + struct.pack(">4sIII", b"name", 0, 28, len(table)) + table


def packages(root: Path) -> list[Component]:
    return [each for each in discovered(root).components if each.kind.value == "package"]


@pytest.mark.parametrize(("name", "packed"), [("a.ttf", False), ("a.otf", False), ("a.woff", True)])
def test_a_font_is_its_family_and_version_under_the_terms_in_its_names(tmp_path: Path, name: str, packed: bool) -> None:
    names = {1: "Example Sans Bold", 5: "Version 2.137; 2017", 8: "Example Foundry", 13: OFL, 16: "Example Sans"}
    (tmp_path / name).write_bytes(font(names, packed=packed))
    (found,) = packages(tmp_path)
    assert found.purl == "pkg:generic/Example%20Sans@2.137"
    assert (found.other_paths, found.supplier) == ((name,), "Example Foundry")
    assert [claim.raw for claim in found.claims] == [OFL]


@pytest.mark.parametrize(
    "content",
    [
        font({1: "No Terms", 5: "Version 1.0"}),
        font({1: "Cut", 13: OFL})[:60],
        b"\0\1\0\0\xff\xff",
        b"wOFF" + b"\xff" * 60,
        b"ttcf" + b"\xff" * 12,
        b"",
    ],
    ids=["without terms", "cut", "short", "woff", "collection", "empty"],
)
def test_what_is_no_whole_font_or_states_no_terms_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.ttf").write_bytes(content)
    assert packages(tmp_path) == [] and discovered(tmp_path).issues == ()


def test_plugins_and_themes_of_wordpress_are_read_by_their_headers(plant: Plant) -> None:
    plugin = "<?php\n/**\n * Plugin Name: Example Forms\n * Version: 5.3.1\n * Author: Example\n * License: GPLv2 or later\n */\n"
    facts = plant(
        {
            "wp-content/plugins/forms/forms.php": plugin,
            "wp-content/plugins/forms/inc/part.php": "<?php\n/* Plugin Name: not this */\n",
            "wp-content/plugins/single.php": "<?php\n/*\nPlugin Name: Single\nVersion: 1.0\n*/\n",
            "wp-content/themes/plain/style.css": "/*\nTheme Name: Plain\nVersion: 2.0\nLicense: MIT\n*/\n",
        }
    )
    found = {each.purl: each for each in facts.components if each.kind.value == "package"}
    assert set(found) == {
        "pkg:generic/wordpress-plugins/forms@5.3.1",
        "pkg:generic/wordpress-plugins/single@1.0",
        "pkg:generic/wordpress-themes/plain@2.0",
    }
    assert found["pkg:generic/wordpress-plugins/forms@5.3.1"].directory == "wp-content/plugins/forms"
    assert [claim.expression for claim in found["pkg:generic/wordpress-plugins/forms@5.3.1"].claims] == ["gpl-2.0-plus"]


def test_an_extension_of_a_browser_is_named_by_its_manifest(plant: Plant) -> None:
    manifest = '{"manifest_version": 3, "name": "Example Blocker", "version": "1.50.0"}'
    facts = plant(
        {
            "third_party/blocker/manifest.json": manifest,
            "web/manifest.json": '{"name": "A web application", "start_url": "/"}',
        }
    )
    (found,) = [each for each in facts.components if each.kind.value == "package"]
    assert (found.purl, found.directory) == ("pkg:generic/Example%20Blocker@1.50.0", "third_party/blocker")


def test_copied_libraries_are_read_from_what_was_written_about_them(plant: Plant) -> None:
    facts = plant(
        {
            "third_party/re2/README.chromium": "Name: re2\nShort Name: re2\nURL: https://example.org/re2\nVersion: 2023-03-01\nLicense: BSD-3-Clause\n",
            "third_party/re2/re2.cc": "int r;\n",
            "external/enet/CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(enet\n  VERSION 1.3.17 LANGUAGES C)\n",
            "external/enet/LICENSE": "SPDX-License-Identifier: MIT\n",
            "CMakeLists.txt": "project(app VERSION 9.0)\n",
        }
    )
    found = {each.purl: each.directory for each in facts.components if each.kind.value != "project"}
    assert found == {"pkg:generic/re2@2023-03-01": "third_party/re2", "pkg:generic/enet@1.3.17": "external/enet"}
