"""Errors in the catalogue's data files name the file and the line."""

from __future__ import annotations

import pytest

from licscan.classify.classes import read_classes
from licscan.classify.exceptions import read_exceptions
from licscan.classify.names import read_names
from licscan.classify.terms import read_terms
from licscan.util.rule_data import RuleFileError, read_sections

CLASSES = """\
categories:
  - {category: Permissive, class: permissive, reason: r, source: s}
overrides:
  - class: proprietary
    reason: r
    source: s
    licenses: [a, b]
network:
  - {reason: r, source: s, licenses: [a]}
"""


def test_a_correct_table_is_read() -> None:
    table = read_classes(CLASSES)

    assert set(table.overrides) == {"a", "b"}
    assert {key: str(reason) for key, reason in table.network.items()} == {"a": "r (s)"}


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("class: proprietary", "class: propietary", 4, "expected one of permissive"),
        ("    reason: r\n", "", 4, "'reason' is missing"),
        ("reason: r\n", "reason: ''\n", 5, "must be text"),
        ("licenses: [a, b]", "licenses: [a, a]", 7, "stands twice"),
        ("licenses: [a, b]", "licenses: a", 7, "must be a list"),
        ("licenses: [a, b]", "license: [a, b]", 7, "unknown field"),
        ("network:", "netwerk:", 8, "unknown field"),
        ("overrides:\n", "overrides: []\nmore:\n", 4, "unknown field"),
        (
            "  - class: proprietary\n    reason: r",
            "  - class: proprietary\n    reason: r\n    reason: r",
            6,
            "stands twice",
        ),
        ("categories:\n", "categories: [\n", 2, "not valid YAML"),
        ("  - {category", "  - x\n  - {category", 2, "must be a mapping"),
    ],
)
def test_an_error_names_its_line(old: str, new: str, line: int, word: str) -> None:
    assert old in CLASSES
    with pytest.raises(RuleFileError) as caught:
        read_classes(CLASSES.replace(old, new, 1), "classes.yaml")

    assert caught.value.where == f"classes.yaml:{line}"
    assert word in caught.value.what


def test_a_license_with_two_classes_is_refused() -> None:
    twice = CLASSES.replace("network:\n", "  - {class: permissive, reason: r, source: s, licenses: [c, b]}\nnetwork:\n")
    with pytest.raises(RuleFileError, match="exactly one class") as caught:
        read_classes(twice)

    assert caught.value.where == "classes.yaml:8"


def test_a_missing_section_is_refused() -> None:
    with pytest.raises(RuleFileError, match="'exceptions' is missing"):
        read_sections("{}", "x.yaml", ("exceptions",))


@pytest.mark.parametrize("text", ["", "- 1", "a"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(RuleFileError, match="mapping"):
        read_sections(text, "x.yaml", ("exceptions",))


def test_an_exception_with_two_effects_is_refused() -> None:
    text = """\
exceptions:
  - {effect: none, reason: r, source: s, exceptions: [a]}
  - {effect: unknown, reason: r, source: s, exceptions: [a]}
"""
    with pytest.raises(RuleFileError, match="exactly one effect") as caught:
        read_exceptions(text)

    assert caught.value.where == "exceptions.yaml:3"


def test_a_lift_has_to_say_what_for() -> None:
    with pytest.raises(RuleFileError, match="what the copyleft is lifted for"):
        read_exceptions("exceptions:\n  - {effect: lifts, reason: r, source: s, exceptions: [a]}\n")


def test_only_an_exception_without_effect_is_joined_with_its_base() -> None:
    with pytest.raises(RuleFileError, match="only one without effect"):
        read_exceptions("exceptions:\n  - {effect: unknown, base: mit, reason: r, source: s, exceptions: [a]}\n")


def test_an_expression_that_does_not_parse_is_refused() -> None:
    text = "expressions:\n  - {id: X, expression: 'a AND', reason: r, source: s}\nlater: []\nspdx: []\n"
    with pytest.raises(RuleFileError, match="not a licence expression") as caught:
        read_names(text)

    assert caught.value.where == "names.yaml:2"


def test_a_term_that_is_not_defined_is_refused() -> None:
    text = """\
terms:
  - {id: network-source, kind: obligation, title: t, meaning: m, source: s}
classes: []
licenses:
  - {adds: [no-such-term], reason: r, source: s, licenses: [a]}
"""
    with pytest.raises(RuleFileError, match="'no-such-term'") as caught:
        read_terms(text)

    assert caught.value.where == "terms.yaml:5"
