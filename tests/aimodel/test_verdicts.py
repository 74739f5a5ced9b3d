"""The table of verdicts: what is found, which licence it has, and what the default policy says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.aimodel import AiModel
from licscan.core.display_phrase import Statement
from licscan.core.facts import Distribution, Facts
from licscan.core.location import Location
from licscan.core.result import Inventory, RunInfo
from licscan.core.verdict import Outcome, SubjectKind, Violation
from licscan.policy import evaluate, load_policy, model_terms
from tests.aimodel.conftest import Finder

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "verdicts.yaml").read_text())
ROWS: list[dict[str, Any]] = TABLE["rows"]
RUN = RunInfo(root="app", tool_version="1", scancode_version="1", detector="none", started="", finished="")


def name_of(row: dict[str, Any]) -> str:
    kind, value = next(iter(row.items()))
    return f"{kind} {value}, {row['facts']}"


def found_in(row: dict[str, Any], find: Finder) -> tuple[AiModel, ...]:
    kind, value = next(iter(row.items()))
    if kind == "model":
        return find({"app.py": f'from transformers import AutoModel\nAutoModel.from_pretrained("{value}")\n'}).models
    if kind == "ollama":
        return find({"run.sh": f"#!/bin/sh\nollama pull {value}\n"}).models
    if kind == "tag":
        return find({"m/README.md": f"---\nlicense: {value}\npipeline_tag: text-generation\n---\n"}).models
    key = "license" if "." not in value or value.startswith(("llama", "cc-", "apache", "agpl")) else "license_name"
    other = "license: other\n" if key == "license_name" else ""
    return find({"m/README.md": f"---\n{other}{key}: {value}\npipeline_tag: text-generation\n---\n"}).models


def judged(models: tuple[AiModel, ...], name: str, catalogue: Catalogue) -> tuple[Violation, ...]:
    given = dict(TABLE["facts"][name])
    shows = given.pop("shows", False)
    lists: dict[str, Any] = {key: tuple(given.pop(key)) for key in ("languages", "regions", "uses") if key in given}
    if "distribution" in given:
        given["distribution"] = Distribution(given["distribution"])
    place = Location(path="README.md", start_line=1, end_line=1)
    statements = tuple(Statement(phrase=phrase, location=place) for phrase in model_terms().statements) if shows else ()
    inventory = Inventory(run=RUN, files=(), findings=(), models=models, statements=statements)
    conclusions = conclude(inventory, catalogue)
    told = evaluate(inventory, conclusions, load_policy("default"), Facts(**given, **lists), catalogue)
    return tuple(violation for violation in told if violation.subject.kind is SubjectKind.MODEL)


def verdict(violations: tuple[Violation, ...]) -> str:
    if any(violation.code in ("no-licence", "class-unknown") for violation in violations):
        return "ask-licence"
    if any(violation.outcome is Outcome.DENY for violation in violations):
        return "deny"
    if any(violation.question and violation.violates for violation in violations):
        return "ask"
    return "review" if violations else "allow"


def test_the_table_has_at_least_150_rows_each_told_once() -> None:
    assert len(ROWS) >= 150
    assert len({name_of(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_row_has_its_licence_and_verdict(row: dict[str, Any], find: Finder, catalogue: Catalogue) -> None:
    (model,) = found_in(row, find)
    (conclusion,) = (
        conclusion
        for conclusion in conclude(Inventory(run=RUN, files=(), findings=(), models=(model,)), catalogue)
        if conclusion.subject.kind is SubjectKind.MODEL
    )
    licence = conclusion.expression if conclusion.expression != "unknown" else None
    violations = judged((model,), row["facts"], catalogue)
    assert {"licence": licence, "verdict": verdict(violations)} == {
        "licence": row["licence"],
        "verdict": row["verdict"],
    }, [violation.message for violation in violations]


def test_every_verdict_names_its_term_its_source_and_the_question_or_the_mend(
    find: Finder, catalogue: Catalogue
) -> None:
    models = find({"app.py": 'import vllm\nvllm.LLM("meta-llama/Llama-3.1-8B")\n'}).models
    for violation in judged(models, "none", catalogue):
        assert violation.source.startswith("report 3.2.3")
        assert violation.question or violation.how_to_fix
        assert violation.evidence[0].location == Location(path="app.py", start_line=2, end_line=2)


def test_a_model_that_only_tests_use_is_not_judged_as_shipped(find: Finder, catalogue: Catalogue) -> None:
    models = find({"tests/test_x.py": 'import vllm\nvllm.LLM("meta-llama/Llama-3.1-8B")\n'}).models
    assert judged(models, "none", catalogue) == ()
    shipped = tuple(
        replace(model, locations=(Location(path="src/x.py", start_line=2, end_line=2),)) for model in models
    )
    assert judged(shipped, "none", catalogue)
