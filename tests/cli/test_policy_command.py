from __future__ import annotations

from pathlib import Path

import pytest

from licscan.cli import run
from licscan.errors import ExitCode

POLICY = """\
extends: default
policy:
  name: ours
  title: Ours
rules:
  - id: no-gpl-2
    code: distribution-terms
    when:
      licence: [{licence}]
    verdict: deny
    severity: high
    message: "{{subject}} is under {{licence}}."
    how_to_fix: "Replace it."
    source: our lawyers
"""


def test_every_ready_made_policy_is_listed_shown_and_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "list"]) is ExitCode.MET
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["default", "proprietary-distribution", "saas", "internal", "open-source", "due-diligence"]
    for name in names:
        assert run(["policy", "show", name]) is ExitCode.MET
        (tmp_path / f"{name}.yaml").write_text(capsys.readouterr().out)
    assert run(["policy", "validate", *(str(tmp_path / f"{name}.yaml") for name in names)]) is ExitCode.MET


def test_a_policy_of_ones_own_is_validated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ours.yaml").write_text(POLICY.format(licence="gpl-2.0"))
    assert run(["policy", "validate", str(tmp_path / "ours.yaml")]) is ExitCode.MET
    assert "valid" in capsys.readouterr().out


def test_a_licence_that_does_not_exist_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ours.yaml").write_text(POLICY.format(licence="GLP-2.0-only"))
    assert run(["policy", "validate", str(tmp_path / "ours.yaml")]) is ExitCode.USAGE
    error = capsys.readouterr().err
    assert "ours.yaml:6: rule 'no-gpl-2': no licence is called 'glp-2.0-only'" in error
    assert "did you mean 'gpl-2.0-only'?" in error


def test_a_typo_in_a_policy_is_told_with_its_line_before_anything_is_scanned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ours.yaml").write_text(POLICY.format(licence="gpl-2.0").replace("verdict: deny", "verdikt: deny"))
    (tmp_path / "a.c").write_text("int a;")
    assert run(["scan", str(tmp_path), "--policy", str(tmp_path / "ours.yaml")]) is ExitCode.USAGE
    error = capsys.readouterr().err
    assert "ours.yaml:10" in error
    assert "did you mean 'verdict'?" in error


def test_a_policy_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show", "defualt"]) is ExitCode.USAGE
    assert "did you mean 'default'?" in capsys.readouterr().err
