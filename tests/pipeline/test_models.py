"""The pipeline and models: weights are left to their own reader, the overlay can be switched off, facts stay as they are."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.core.facts import Facts
from licscan.core.finding import FileFinding
from licscan.core.selection import SelectedFile
from licscan.detect.base import DetectionResult
from licscan.detect.licensedb import license_records
from licscan.modellicense.records import with_model_licenses
from licscan.modellicense.register import model_register
from licscan.pipeline.run import Parts, judge, scan
from licscan.policy import load_policy
from licscan.select import WalkOptions


class Recording:
    """A detector that finds nothing and remembers what it was given."""

    fingerprint = "recording"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def detect(self, files: Sequence[SelectedFile]) -> Iterator[DetectionResult]:
        for selected in files:
            self.seen.append(selected.file.path)
            yield DetectionResult(path=selected.file.path, finding=FileFinding(path=selected.file.path))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    records = license_records(tmp_path_factory.mktemp("licenses"))
    return Catalogue.load(with_model_licenses(records, model_register()))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    header = b'{"w": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}}'
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8)
    (tmp_path / "m" / "LICENSE").write_text("Falcon 180B TII License Version 1.0\n")
    (tmp_path / "README.md").write_text("Built using Falcon LLM technology from the Technology Innovation Institute.\n")
    return tmp_path


def parts(detector: Recording, catalogue: Catalogue, *, extra_rules: bool = True, hash_weights: bool = False) -> Parts:
    return Parts(
        detector=detector,
        scancode_version="32.5.0",
        catalogue=catalogue,
        licenses=(),
        read_license=catalogue.resolve,
        clock=lambda: "2025-01-01T00:00:00Z",
        extra_rules=extra_rules,
        hash_weights=hash_weights,
    )


def test_weights_are_not_looked_through_for_licences(tree: Path, catalogue: Catalogue) -> None:
    detector = Recording()
    inventory = scan(tree, WalkOptions(), parts(detector, catalogue))
    assert detector.seen == ["README.md", "m/LICENSE"]
    assert [finding.path for finding in inventory.findings] == ["README.md", "m/LICENSE", "m/model.safetensors"]
    assert [(model.id, model.parameters) for model in inventory.models] == [("path:m/model.safetensors", 4)]


def test_all_files_looks_through_weights_too(tree: Path, catalogue: Catalogue) -> None:
    detector = Recording()
    scan(tree, WalkOptions(all_files=True), parts(detector, catalogue))
    assert "m/model.safetensors" in detector.seen


def test_the_overlay_stands_beside_the_findings_and_can_be_switched_off(tree: Path, catalogue: Catalogue) -> None:
    inventory = scan(tree, WalkOptions(), parts(Recording(), catalogue))
    without = scan(tree, WalkOptions(), parts(Recording(), catalogue, extra_rules=False))
    assert [(found.path, found.expression) for found in inventory.overlay] == [
        ("m/LICENSE", "LicenseRef-falcon-180b-tii-1.0")
    ]
    assert without.overlay == () and without.findings == inventory.findings


def test_a_phrase_that_a_recognised_licence_asks_for_is_looked_for(tree: Path, catalogue: Catalogue) -> None:
    inventory = scan(tree, WalkOptions(), parts(Recording(), catalogue))
    audit = judge(inventory, catalogue, load_policy("default"), Facts())
    assert [statement.location.path for statement in inventory.statements or ()] == ["README.md"]
    codes = {violation.code for violation in audit.violations}
    assert "falcon-distribution" in codes and "falcon-attribution" not in codes


def test_the_text_of_a_recognised_licence_shows_no_phrase_of_its_own(tree: Path, catalogue: Catalogue) -> None:
    phrase = (tree / "README.md").read_text()
    (tree / "README.md").unlink()
    (tree / "m" / "LICENSE").write_text(f"Falcon 180B TII License Version 1.0\n\n{phrase}")
    inventory = scan(tree, WalkOptions(), parts(Recording(), catalogue))
    audit = judge(inventory, catalogue, load_policy("default"), Facts())
    assert "falcon-attribution" in {violation.code for violation in audit.violations}


@pytest.mark.parametrize("asked", [True, False])
def test_large_weights_are_digested_when_asked(tree: Path, catalogue: Catalogue, asked: bool) -> None:
    with (tree / "m" / "model.safetensors").open("r+b") as stream:
        stream.truncate(65 * 1024 * 1024)
    inventory = scan(tree, WalkOptions(), parts(Recording(), catalogue, hash_weights=asked))
    assert [len(model.hashes) for model in inventory.models] == [int(asked)]
