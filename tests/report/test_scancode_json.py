"""The shape of ScanCode's own JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from msgspec.structs import replace

from licscan.core.facts import Facts
from licscan.core.finding import Detection, FileFinding, Match, SourceFile, UniqueDetection
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import say
from licscan.core.result import Audit, Inventory, PolicyInfo, RunInfo
from licscan.report import scancode_json
from licscan.report.base import ReportInput

TAG = Match(
    expression="mit",
    expression_spdx="MIT",
    path="src/a.c",
    start_line=1,
    end_line=1,
    score=100.0,
    coverage=100.0,
    relevance=100,
    matched_length=4,
    matcher="1-spdx-id",
    rule_id="spdx-license-identifier-mit-5da48780aba670b0860c46d899ed42a0f243ff06",
    matched_text="SPDX-License-Identifier: MIT",
    context="never shown here",
)
FOUND = Detection(
    expression="mit", expression_spdx="MIT", identifier="mit-1", matches=(TAG,), log=("perfect-detection",)
)
RUN = RunInfo(root="tree", tool_version="1", scancode_version="32.5.0", detector="d", started="s", finished="f")
INVENTORY = Inventory(
    run=RUN,
    files=tuple(SourceFile(path=path, size=1, sha256="0") for path in ("Zoo/x", "b", "A", "src/a.c")),
    findings=(
        FileFinding(path="Zoo/x"),
        FileFinding(path="b"),
        FileFinding(path="A"),
        FileFinding(
            path="src/a.c",
            expression="mit",
            expression_spdx="MIT",
            detections=(FOUND,),
            clues=(replace(TAG, rule_id="x.RULE"),),
            license_text_percent=33.33,
        ),
    ),
    unique_detections=(
        UniqueDetection(identifier="mit-1", expression="mit", expression_spdx="MIT", count=1, reference_matches=(TAG,)),
    ),
    empty_folders=("nothing",),
)


def written(inventory: Inventory, version: str | None = None) -> dict[str, Any]:
    audit = Audit(
        policy=PolicyInfo(name="p", title="p", digest="0"), facts=Facts(), conclusions=(), violations=(), complete=True
    )
    stream = io.BytesIO()
    report = ReportInput(inventory=inventory, audit=audit, generated_at="now", version=version)
    scancode_json.write(report, stream)
    document: dict[str, Any] = json.loads(stream.getvalue())
    return document


def test_the_document_has_scancodes_three_parts() -> None:
    document = written(INVENTORY)
    assert list(document) == ["headers", "license_detections", "files"]
    assert document["headers"][0]["tool_name"] == "licscan"


def test_folders_are_listed_and_what_has_children_comes_last() -> None:
    listed = [(resource["path"], resource["type"]) for resource in written(INVENTORY)["files"]]
    assert listed == [
        ("tree", "directory"),
        ("tree/A", "file"),
        ("tree/b", "file"),
        ("tree/nothing", "directory"),
        ("tree/src", "directory"),
        ("tree/src/a.c", "file"),
        ("tree/Zoo", "directory"),
        ("tree/Zoo/x", "file"),
    ]


def test_a_file_has_scancodes_keys_in_scancodes_order() -> None:
    resource = written(INVENTORY)["files"][5]
    assert list(resource) == [
        "path",
        "type",
        "detected_license_expression",
        "detected_license_expression_spdx",
        "license_detections",
        "license_clues",
        "percentage_of_license_text",
        "scan_errors",
    ]
    (found,) = resource["license_detections"]
    assert list(found) == ["license_expression", "license_expression_spdx", "matches", "identifier"]
    (match,) = found["matches"]
    assert match == {
        "license_expression": "mit",
        "license_expression_spdx": "MIT",
        "from_file": "tree/src/a.c",
        "start_line": 1,
        "end_line": 1,
        "matcher": "1-spdx-id",
        "score": 100.0,
        "matched_length": 4,
        "match_coverage": 100.0,
        "rule_relevance": 100,
        "rule_identifier": TAG.rule_id,
        "rule_url": None,
    }
    assert resource["percentage_of_license_text"] == 33.33


def test_nothing_found_has_no_fraction() -> None:
    assert json.dumps(written(INVENTORY)["files"][1]["percentage_of_license_text"]) == "0"


def test_the_log_of_a_followed_reference_is_left_in() -> None:
    followed = replace(FOUND, log=("unknown-reference-to-local-file",))
    finding = replace(INVENTORY.findings[3], detections=(followed,))
    (found,) = written(replace(INVENTORY, findings=(finding,)))["files"][5]["license_detections"]
    assert list(found)[-1] == "detection_log"
    assert found["detection_log"] == ["unknown-reference-to-local-file"]


@pytest.mark.parametrize(
    ("version", "digest"),
    [  # as ScanCode 32.5.0 writes them for this tag, without and with --license-text
        (None, "dc9703e4f651b446a099c7d87f85a4287db4309d"),
        ("text", "b4b332d49312d1105ff331e988887826c99de5cb"),
    ],
)
def test_the_rule_of_a_tag_is_made_anew_in_the_list_of_detections(version: str | None, digest: str) -> None:
    tag = replace(
        TAG, expression="mit OR gpl-2.0", matched_text="# SPDX-License-Identifier: MIT OR GPL-2.0-only", path="a.py"
    )
    unique = replace(INVENTORY.unique_detections[0], reference_matches=(tag,))
    document = written(replace(INVENTORY, unique_detections=(unique,)), version)
    (match,) = document["license_detections"][0]["reference_matches"]
    assert match["rule_identifier"] == f"spdx-license-identifier-mit_or_gpl_2_0-{digest}"


def test_the_matched_text_is_there_when_asked_for() -> None:
    (found,) = written(INVENTORY, "text")["files"][5]["license_detections"]
    assert found["matches"][0]["matched_text"] == "SPDX-License-Identifier: MIT"
    assert "matched_text" not in written(INVENTORY)["files"][5]["license_detections"][0]["matches"][0]


def test_names_are_spelt_as_scancode_spells_them() -> None:
    files = tuple(SourceFile(path=path, size=1, sha256="0") for path in ("a\\b", "bad\\xff.txt"))
    document = written(replace(INVENTORY, files=files, findings=(), empty_folders=()))
    assert [resource["path"] for resource in document["files"]] == ["tree", "tree/a/b", "tree/bad\udcff.txt"]


def test_a_single_file_is_its_own_root() -> None:
    run = replace(RUN, root="a.c", single_file=True)
    file = SourceFile(path="a.c", size=1, sha256="0")
    document = written(replace(INVENTORY, run=run, files=(file,), findings=(), empty_folders=()))
    assert [(resource["path"], resource["type"]) for resource in document["files"]] == [("a.c", "file")]


def test_trouble_stands_with_its_file_and_a_warning_does_not() -> None:
    late = Issue(code=IssueCode.TIMED_OUT, message=say("took too long"), location=Location(path="b"))
    cache = Issue(code=IssueCode.CACHE, message=say("is full"), level=IssueLevel.WARNING)
    document = written(replace(INVENTORY, issues=(late, cache)))
    errors = {resource["path"]: resource["scan_errors"] for resource in document["files"] if resource["scan_errors"]}
    assert errors == {"tree/b": ["ERROR: timed-out: took too long"]}
    assert document["headers"][0]["errors"] == ["b: took too long"]
    assert document["headers"][0]["warnings"] == ["is full"]
