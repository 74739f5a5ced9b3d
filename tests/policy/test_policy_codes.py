"""The registry of finding codes, and that the documentation and the policies speak of the same ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from licscan.policy import load_policy
from licscan.policy.checks import CHECKS
from licscan.policy.codes import BY_CODE, CODES
from licscan.policy.load import READY_MADE
from licscan.policy.schema import FAIL_ON_WORDS
from licscan.policy.template import PLACEHOLDERS
from licscan.policy.validate import CONDITION_KEYS, FACT_NAMES, RULE_KEYS, TOP_KEYS

DOCS = Path(__file__).resolve().parents[2] / "docs"
# The ids of the report's rules that files, facts or a comparison can decide.
REPORT_RULES = {
    "3.2.2": "attribution-missing source-not-provided restricted-use distribution-terms special-terms reciprocity no-licence",
    "3.2.3": "llama2-mau llama2-law llama2-language llama2-improve-other-models llama2-osd falcon-royalty "
    "falcon-attribution falcon-distribution model-terms",
}


def test_codes_are_unique_and_written_alike() -> None:
    assert len(BY_CODE) == len(CODES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in BY_CODE)


@pytest.mark.parametrize("section", REPORT_RULES)
def test_the_rules_of_the_report_are_codes_that_cite_it(section: str) -> None:
    for code in REPORT_RULES[section].split():
        assert BY_CODE[code].source == f"report {section}"


def test_the_rules_of_the_report_are_in_the_ready_made_policies() -> None:
    used = {rule.code for name in READY_MADE for rule in load_policy(name).rules}
    assert {code for codes in REPORT_RULES.values() for code in codes.split()} <= used


def test_the_documentation_lists_every_code_with_its_severity_source_and_meaning() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([a-z]+) \| ([^|]+) \| ([^|]+) \|", _read("codes.md"), re.MULTILINE)
    told = {code: (severity, source.strip(), meaning.strip()) for code, severity, source, meaning in rows}
    assert told == {entry.code: (entry.severity.value, entry.source, entry.description) for entry in CODES}


@pytest.mark.parametrize(
    "words", [TOP_KEYS, RULE_KEYS, CONDITION_KEYS, FACT_NAMES, FAIL_ON_WORDS, tuple(CHECKS), tuple(PLACEHOLDERS)]
)
def test_the_documentation_explains_every_word_of_a_policy(words: tuple[str, ...]) -> None:
    text = _read("policies.md")
    assert [word for word in words if f"`{word}`" not in text and f"`{{{word}}}`" not in text] == []


def test_every_check_is_used_by_a_ready_made_policy_or_is_part_of_model_terms() -> None:
    used = {rule.check for name in READY_MADE for rule in load_policy(name).rules}
    assert set(CHECKS) - used <= {"company-revenue", "regions"}


def _read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")
