from __future__ import annotations

import csv as reader
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.report import csv
from licscan.report.csv import COLUMNS, cell
from tests.report import samples
from tests.report.golden import written


def rows(data: bytes) -> list[dict[str, str]]:
    return list(reader.DictReader(io.StringIO(data.decode(), newline="")))


def test_there_is_one_row_for_each_finding_the_worst_first() -> None:
    report = samples.sample()
    found = [row for row in rows(written(csv, report)) if row["id"] and not row["decided"]]
    assert sorted(row["id"] for row in found) == sorted(violation.id for violation in report.audit.violations)
    assert found[0]["severity"] == "critical"
    assert [row["violates"] for row in found] == ["yes"] * 9 + ["no"]


def test_a_result_without_findings_has_the_head_alone() -> None:
    assert rows(written(csv, samples.clean())) == []
    assert written(csv, samples.clean()).decode().startswith('"violates","outcome"')


def test_every_model_has_a_row_with_its_terms_and_verdict_that_counts_for_nothing() -> None:
    report = samples.sample()
    found = [row for row in rows(written(csv, report)) if row["outcome"] == csv.MODEL_ROW]
    assert [row["subject"] for row in found] == [model.id for model in report.inventory.models]
    (llama,) = (row for row in found if row["subject"] == "meta-llama/Llama-2-7b-hf")
    assert (llama["violates"], llama["id"], llama["class"]) == ("no", "", "custom-model")
    assert "700,000,000 monthly active users" in llama["message"]
    assert "verdict: " in llama["remarks"] and "derives from: meta-llama/Llama-2-7b" in llama["remarks"]


def test_what_people_decided_stands_below_and_violates_nothing() -> None:
    found = [row for row in rows(written(csv, samples.sample())) if row["decided"]]
    assert [row["decided"] for row in found] == ["waiver", "baseline", "correction"]
    assert {row["violates"] for row in found} == {"no"}
    assert (found[0]["decided_by"], found[0]["decided_until"], found[0]["decided_at"]) == (
        "A Lawyer",
        "2027-06-30",
        "licscan.toml:12",
    )


ACTING = ("=", "+", "-", "@", "＝", "\t", "\r", "\n")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", '"=1', "＝1＋1", "'=1", "a;=1"])
def test_a_formula_is_text(text: str) -> None:
    assert cell(text) != text
    assert cell(text).replace("'", "") == text.replace("'", "")


@given(st.text(alphabet="=+-@＝;,\t\r\n\"' a\x00\u202e", max_size=12))
def test_no_cell_begins_with_what_a_spreadsheet_would_run(text: str) -> None:
    assert not cell(text).lstrip(' "').startswith(ACTING)
    assert not any(part.startswith(ACTING) for part in cell(text).split(";"))


@pytest.mark.parametrize("text", ["src/main.c", "MIT OR GPL-2.0-only", "pkg:npm/@scope/name@1.0", "a - b", "1.5"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_every_row_has_every_column() -> None:
    for row in reader.reader(io.StringIO(written(csv, samples.sample()).decode(), newline="")):
        assert len(row) == len(COLUMNS)
