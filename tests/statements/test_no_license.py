"""Words of licences in places where they name none and set no terms; whatever may speak to the reader counts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from licscan.core.finding import FileKind, Match
from licscan.core.verdict import Composition, Statement
from tests.classify.facts import detection, finding, inventory, match_in, suppressed_in

INTRO = ("unknown-license-reference", "lead-in_unknown_30.RULE")
BACK = ("unknown-license-reference", "unknown-license-reference_dual-licensed.RULE")
TAG = ("unknown-spdx", "spdx-license-identifier-unknown_spdx-1.RULE")
SPECIAL = ("generic-exception", "license-intro_8.RULE")
DISCLAIMER = ("warranty-disclaimer", "warranty-disclaimer_64.RULE")


def demoted(*matches: Match, kind: FileKind = FileKind.PROSE) -> list[Statement]:
    path = matches[0].path
    found = finding(path, detection(*matches))
    return suppressed_in(inventory(found, kinds={path: kind}), path)


def assert_silent(found: list[Statement], explanation: str) -> None:
    (statement,) = found
    assert (statement.composition, str(statement.explanation)) == (Composition.NAMES_NO_LICENSE, explanation)


def introduced(text: str, named: int, expression: str = "mit") -> list[Statement]:
    return demoted(match_in(text, 1, *INTRO, kind="intro"), match_in(text, named, expression, "mit_1.RULE"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ripgrep is dual licensed under the\n[Unlicense](https://unlicense.org/)", 2),
        ("It is released under the terms of:\n\n- MIT", 3),
        ("Files below are licensed under either of these licenses:\nMIT", 2),
    ],
)
def test_an_introduction_counts_as_the_licence_that_is_named_behind_it(text: str, line: int) -> None:
    assert_silent(introduced(text, line), f"it introduces the licence that line {line} names")


@pytest.mark.parametrize(
    ("text", "line", "expression"),
    [
        ("It is licensed under the Foo licence.\nMIT", 2, "mit"),
        ("It is licensed under the\nFoo licence and\nMIT", 3, "mit"),
        ("It is licensed under the\n\n\nMIT", 4, "mit"),
        ("It is licensed under the\nfollowing", 2, "unknown-license-reference"),
        ("It is licensed under the\nno warranty", 2, "warranty-disclaimer"),
    ],
)
def test_an_introduction_to_something_else_counts(text: str, line: int, expression: str) -> None:
    assert [each for each in introduced(text, line, expression) if each.rule_id == INTRO[1]] == []


def test_as_above_points_to_the_licence_that_is_named_above() -> None:
    text = "Licensed under MIT.\n\nThe programs below are\ndual licensed as above, without conditions."
    named = match_in(text, 1, "mit", "mit_1.RULE")
    assert_silent(demoted(named, match_in(text, 4, *BACK)), "it points to the licence that line 1 names")
    assert demoted(match_in(text, 4, *BACK)) == []


def test_dual_licensing_that_does_not_say_how_counts() -> None:
    text = "Licensed under MIT.\n\nIt is dual-licensed."
    assert demoted(match_in(text, 1, "mit", "mit_1.RULE"), match_in(text, 3, *BACK)) == []


@pytest.mark.parametrize(
    "line",
    ['* SPDX license identifier (from package.json "license" field)', "the SPDX license identifier of the package"],
)
def test_talk_of_spdx_identifiers_is_no_tag(line: str) -> None:
    assert_silent(demoted(match_in(line, 1, *TAG)), "it is about SPDX identifiers, and is not a tag")


@pytest.mark.parametrize(
    "line",
    [
        "SPDX-License-Identifier: Foo-1.0",
        "SPDX-License-Identifier: from Foo",
        "SPDX License Identifier: of Foo",
        "SPDX license identifier Foo-1.0",
        "SPDX license identifier (Foo)",
    ],
)
def test_a_tag_that_nobody_knows_counts(line: str) -> None:
    assert demoted(match_in(line, 1, *TAG)) == []


def test_a_special_exception_from_no_terms_is_plain_language() -> None:
    text = "Encodings are ASCII or UTF-8. As\na special exception, UTF-16 is prevalent in Windows environments"
    found = demoted(match_in(text, 1, *SPECIAL, end=2, kind="intro"))
    assert_silent(found, "exceptions begin with these words, and no terms stand beside them")


@pytest.mark.parametrize(
    "text",
    [
        "As a special exception, you may link this library with\nOpenSSL.",
        "As a special exception, the copyright holders give\nyou leave.",
        "This is under the GPL.\nAs a special exception, programs built by it\nare not.",
    ],
)
def test_a_special_exception_from_terms_counts(text: str) -> None:
    line = next(number for number, row in enumerate(text.split("\n"), 1) if row.startswith("As a"))
    assert demoted(match_in(text, line, *SPECIAL, kind="intro")) == []


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("# Disclaimer\n\nUse at your own risk.\n", 3, FileKind.PROSE),
        ("\nUse at your own risk.\n\nCopyright (C) 2024 Somebody", 2, FileKind.PROSE),
        (
            "= Warranty\n\nThis software is provided as is, without warranties of fitness for a purpose.\n",
            3,
            FileKind.PROSE,
        ),
        ('int x;\n\n#ifdef ASM\n#  pragma message("use at your own risk")\n', 4, FileKind.CODE),
    ],
)
def test_a_disclaimer_by_itself_is_no_licence(text: str, line: int, kind: FileKind) -> None:
    found = demoted(match_in(text, line, *DISCLAIMER, kind="text"), kind=kind)
    assert_silent(found, "it disclaims a warranty, and no terms of use stand beside it")


def test_a_disclaimer_in_the_notice_of_a_known_licence_adds_nothing() -> None:
    text = "\n// PCG32 code\n// Licensed under Apache License 2.0 (NO WARRANTY, etc. see website)\nint x;"
    notice = match_in(text, 3, "apache-2.0", "apache-2.0_7.RULE")
    assert len(demoted(notice, match_in(text, 3, *DISCLAIMER, kind="text"), kind=FileKind.CODE)) == 1
    assert demoted(match_in(text, 3, *DISCLAIMER, kind="text"), kind=FileKind.CODE) == []


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("Use at your own risk.", 1, FileKind.LEGAL),
        ("For personal use.\n\nUse at your own risk.", 3, FileKind.PROSE),
        ("Use at your own risk.\n\nDo not redistribute.", 1, FileKind.PROSE),
        ("/*\n * a\n * b\n * c\n * d\n * Use at your own risk.\n */", 6, FileKind.CODE),
        ("// a\n// b\n// c\n// d\n// Use at your own risk.\n", 5, FileKind.CODE),
        ("All rights reserved. NO WARRANTY.", 1, FileKind.CODE),
    ],
)
def test_a_disclaimer_that_may_belong_to_terms_counts(text: str, line: int, kind: FileKind) -> None:
    assert demoted(match_in(text, line, *DISCLAIMER, kind="text"), kind=kind) == []


JSON = ("json", "json_5.RULE")


@pytest.mark.parametrize(
    "line",
    [
        '"description": "JavaScript package.json license checker",',
        '"licenseFile": "/app/node_modules/read-package-json/LICENSE"',
        "| table | JSON | License texts |",
        "output as text, JSON, license list",
    ],
)
def test_words_that_only_meet_are_no_name_of_a_licence(line: str) -> None:
    (match,) = [replace(match_in(line, 1, *JSON), matched_length=2)]
    assert_silent(demoted(match), 'its words are parts of other names, and not "JSON License"')


@pytest.mark.parametrize(
    "line",
    [
        "under the JSON License",
        "* JSON-license",
        "**JSON** license",
        "'JSON' License",
        "see package.json license and the JSON license",
    ],
)
def test_the_name_of_the_json_licence_counts(line: str) -> None:
    assert demoted(replace(match_in(line, 1, *JSON), matched_length=2)) == []
