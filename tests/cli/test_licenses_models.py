"""The register on the command line."""

from __future__ import annotations

import json

import pytest

from licscan.cli import run
from licscan.errors import ExitCode
from licscan.modellicense.register import model_register


def test_a_licence_is_told_with_its_models_terms_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["licenses", "--models", "--search", "llama-2"]) == ExitCode.MET
    told = " ".join(capsys.readouterr().out.split())
    for part in (
        "llama-2-license-2023: Llama 2",
        "2023-07-18",
        "meta-llama/Llama-2-*",
        "over 700,000,000",
        "(full-text)",
    ):
        assert part in told


def test_exceptions_and_low_confidence_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["licenses", "--models", "--search", "falcon"]) == ExitCode.MET
    told = " ".join(capsys.readouterr().out.split())
    assert "tiiuae/falcon-40b* is apache-2.0" in told
    assert "10 % of the attributable revenue above it is due" in told
    assert "shown, and not enforced" in told


def test_the_whole_register_comes_as_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["licenses", "--models", "--format", "json"]) == ExitCode.MET
    rows = json.loads(capfdbinary.readouterr().out)
    assert [row["id"] for row in rows] == [entry.id for entry in model_register()]
    assert all(row["source"] and row["confidence"] for row in rows)


def test_the_list_of_licences_holds_those_of_the_register(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["licenses", "--search", "tii-falcon", "--class", "custom-model"]) == ExitCode.MET
    assert "LicenseRef-tii-falcon-llm-1.0" in capsys.readouterr().out
