"""Every codebase under fixtures/projects, end to end: verdict, exit code, SBOM and report."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from licscan import __version__
from licscan.cli import run
from licscan.detect.licensedb import license_text
from licscan.document import decode
from tests.conftest import FIXTURES

PROJECTS = sorted(path.name for path in (FIXTURES / "projects").iterdir())
EPOCH = "1750000000"


def expected(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FIXTURES / "expected" / f"{name}.yaml").read_text())
    return loaded


def materialise(name: str, target: Path) -> Path:
    """Copy a project and put the licence texts beside it, which are ScanCode's to ship and not ours."""
    root = target / name
    shutil.copytree(FIXTURES / "projects" / name, root)
    for path, key in expected(name).get("texts", {}).items():
        (root / path).write_text(license_text(key))
    return root


def test_every_project_has_its_expectations_and_no_expectation_is_left_over() -> None:
    assert sorted(path.stem for path in (FIXTURES / "expected").glob("*.yaml")) == PROJECTS


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_judged_as_expected(
    name: str, tmp_path: Path, update_golden: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    root, out, wanted = materialise(name, tmp_path), tmp_path / "out", expected(name)
    outputs = [
        f"json={out}/result.json",
        f"cyclonedx-json={out}/sbom.cdx.json",
        f"cyclonedx-xml={out}/sbom.cdx.xml",
        f"markdown={out}/report.md",
    ]
    code = run(
        ["scan", str(root), "--validate", "--no-cache", *(part for output in outputs for part in ("-o", output))]
    )
    summary = capsys.readouterr()
    document = decode((out / "result.json").read_bytes())
    assert {
        "exit": int(code),
        "findings": sorted(
            {
                (finding.outcome.value, finding.code, finding.subject.id, finding.expression_spdx, finding.violates)
                for finding in document.audit.violations
            },
            key=repr,
        ),
        "classes": {
            conclusion.subject.id: f"{conclusion.classification.license_class.value}: {conclusion.classification.expression_spdx}"
            for conclusion in document.audit.conclusions
            if conclusion.classification and conclusion.subject.kind.value == "file"
        },
    } == {
        "exit": wanted["exit"],
        "findings": sorted(
            (
                (row["outcome"], row["code"], row["subject"], row.get("licence"), row["violates"])
                for row in wanted["findings"] or []
            ),
            key=repr,
        ),
        "classes": wanted["classes"] or {},
    }, summary.err
    for path in ("sbom.cdx.json", "report.md"):
        compare(out / path, FIXTURES / "expected" / name / path, update_golden)


def compare(produced: Path, golden: Path, update: bool) -> None:
    text = steady(produced.read_text())
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text(), (
        f"{golden} differs; if that is meant, run pytest --update-golden and read the difference"
    )


def steady(text: str) -> str:
    """Take out what changes with a release and not with behaviour: version, detector, policy digest, and the serial number made of them."""
    if text.startswith("{"):
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"
    text = text.replace(__version__, "VERSION")
    text = re.sub(r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:SERIAL", text)
    text = re.sub(r'"fast-[^"]*"', '"DETECTOR"', text)
    return re.sub(r'(digest\\?"?:? ?\\?["`])[0-9a-f]{64}', r"\1DIGEST", text)
