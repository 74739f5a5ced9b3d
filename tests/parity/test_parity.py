"""licscan's answers are ScanCode's, to the letter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from licscan.core.finding import Detection
from licscan.detect.link import link
from licscan.detect.scancode import ReferenceDetector
from licscan.select import select
from licscan.select.walk import WalkOptions
from tests.conftest import ROOT
from tests.parity.sample_tree import make_sample

pytestmark = pytest.mark.scancode

PARITY = ROOT / "benchmarks" / "parity.py"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("parity") / "sample"
    make_sample(root)
    return root


@pytest.fixture(scope="module")
def scancode_answer(sample: Path) -> Path:
    """What ScanCode's command line says of the sample, and the reference detector's first comparison with it."""
    recorded = sample.parent / "scancode.json"
    run = parity(sample, "--engine", "reference", "--text", "--record", str(recorded))
    assert run.returncode == 0, run.stdout + run.stderr
    return recorded


def parity(sample: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PARITY), str(sample), "--jobs", "1", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def test_the_sample_covers_what_is_hard(scancode_answer: Path) -> None:
    """Were the sample too easy, equal answers would prove little."""
    document: dict[str, Any] = json.loads(scancode_answer.read_text())
    matches = [
        match for file in document["files"] for found in file["license_detections"] for match in found["matches"]
    ]
    assert {match["matcher"] for match in matches} >= {"1-hash", "1-spdx-id", "2-aho", "3-seq"}
    assert sum("detection_log" in found for file in document["files"] for found in file["license_detections"]) >= 5
    assert any(file["license_clues"] for file in document["files"])
    assert any(unique["detection_count"] > 1 for unique in document["license_detections"])


def test_the_command_gives_scancodes_answer(sample: Path, scancode_answer: Path) -> None:
    run = parity(sample, "--text", "--recorded", str(scancode_answer))
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_difference_is_noticed(sample: Path, scancode_answer: Path, tmp_path: Path) -> None:
    document = json.loads(scancode_answer.read_text())
    changed = next(file for file in document["files"] if file["license_detections"])
    changed["license_detections"][0]["matches"][0]["score"] -= 0.01
    changed["percentage_of_license_text"] += 1
    (tmp_path / "changed.json").write_text(json.dumps(document))
    run = parity(sample, "--text", "--recorded", str(tmp_path / "changed.json"))
    assert run.returncode == 1
    assert "2 differences" in run.stdout
    assert f"{changed['path']!r} license_detections 0 matches 0 score" in run.stdout


@pytest.mark.parametrize("in_memory", [5, -1])
def test_references_are_followed_alike_where_scancode_keeps_files_on_disk(tmp_path: Path, in_memory: int) -> None:
    """It does so from the 10,000th file on; here from the fifth, or from the first."""
    see = "See LICENSE for license information.\n"
    for folder in ("tree", "tree/a", "tree/b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "LICENSE").write_text(see + "\n" * 14 + "License: MIT\n" + "\n" * 14 + see)
        (tmp_path / folder / "x.c").write_text(f"/* {see} */\n")
    tree, recorded = tmp_path / "tree", tmp_path / "scancode.json"
    program = Path(sys.executable).with_name("scancode")
    command = [str(program), "--license", "--max-in-memory", str(in_memory), "--json", str(recorded), str(tree)]
    subprocess.run(command, capture_output=True, timeout=600, check=True)
    selection = select(tree, WalkOptions(all_files=True))
    results = list(ReferenceDetector().detect(selection.files))
    findings = [result.finding for result in results if result.finding]
    linked, _ = link(findings, "tree", in_memory=max(1, in_memory))
    ours = {f"tree/{found.path}": [shape(detection) for detection in found.detections] for found in linked}
    theirs = {
        file["path"]: [(found["identifier"], len(found["matches"])) for found in file["license_detections"]]
        for file in json.loads(recorded.read_text())["files"]
        if file["type"] == "file"
    }
    assert ours == theirs


def shape(detection: Detection) -> tuple[str, int]:
    return detection.identifier, len(detection.matches)


def test_a_single_file_is_a_tree_too(sample: Path) -> None:
    run = parity(sample / "COPYING", "--engine", "reference")
    assert run.returncode == 0, run.stdout + run.stderr
