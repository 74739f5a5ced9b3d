"""The names of the files that a text points to, as the gate remembers them."""

from __future__ import annotations

import pytest

from licscan.core.finding import Match
from licscan.statements.pointers import names_of, pointers
from tests.classify.facts import match_in


def pointing(text: str, *references: str) -> Match:
    return match_in(text, 1, "unknown-license-reference", "r.RULE", references=references)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see LICENSE.txt.", ["LICENSE.txt"]),
        ("License: see the file LICENSE", ["LICENSE"]),
        ("[License](../LICENSE)", ["../LICENSE"]),
        (r"see ..\LICENSE.md", ["../LICENSE.md"]),
        ('license-files = ["LICENSE*", "AUTHORS"]', ["LICENSE*"]),
        ('license-files = ["LICENSE.txt", "licenses/LICENSE.md"]', ["LICENSE.txt", "licenses/LICENSE.md"]),
        ("licensed under the Licensed-Software terms, see LICENSE", ["LICENSE"]),
    ],
)
def test_what_a_line_names_is_what_it_points_to(text: str, expected: list[str]) -> None:
    assert [pointer[0] for pointer in pointers(pointing(text, "LICENSE"))] == expected


def test_a_pointer_on_the_web_is_followed_to_no_other_name() -> None:
    match = pointing("see https://example.org/blob/main/LICENSE for it", "LICENSE")
    assert pointers(match) == (("LICENSE",),)


def test_all_names_are_told_under_which_a_file_may_be_found() -> None:
    names = names_of([pointing("see README", "README"), pointing('license-file = "TERMS.md"', "terms")])
    assert {"README", "README.md", "README.rst", "TERMS.md"} <= names
    assert names_of([pointing("MIT")]) == frozenset()
