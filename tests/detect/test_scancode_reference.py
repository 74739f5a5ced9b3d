"""The reference detector: ScanCode's detection called as a library."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licscan.core.finding import FileFinding
from licscan.core.issue import IssueCode
from licscan.detect.scancode import ReferenceDetector, scancode_fingerprint
from tests.detect.faulty import MakeFile

MIT_NOTICE = "Licensed under the MIT license.\n"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06\x00\x00\x00"
PROGRAM = b"\x7fELF\x02\x01\x01\x00" + bytes(range(4)) * 100


@pytest.fixture(scope="module")
def detector() -> ReferenceDetector:
    return ReferenceDetector(max_text=20_000)


def finding_of(detector: ReferenceDetector, make_file: MakeFile, path: str, content: str | bytes) -> FileFinding:
    (result,) = detector.detect([make_file(path, content)])
    assert result.issues == ()
    assert result.finding is not None
    return result.finding


@pytest.mark.scancode
def test_a_notice_is_found_with_its_place_and_its_rule(detector: ReferenceDetector, make_file: MakeFile) -> None:
    finding = finding_of(detector, make_file, "src/a.c", f"/*\n * {MIT_NOTICE} */\nint main;\n")
    assert (finding.expression, finding.expression_spdx) == ("mit", "MIT")
    (detection,) = finding.detections
    assert detection.identifier.startswith("mit-")
    (match,) = detection.matches
    assert (str(match.location), match.matcher, match.score, match.kind) == ("src/a.c:2", "2-aho", 100.0, "notice")
    assert match.matched_text == " * Licensed under the MIT license."
    assert match.context == "/*\n * Licensed under the MIT license.\n */\nint main;"
    assert match.rule_url is not None
    assert match.rule_url.endswith(match.rule_id)
    assert 0 < finding.license_text_percent < 100


@pytest.mark.scancode
def test_a_tag_is_found_with_its_expression(detector: ReferenceDetector, make_file: MakeFile) -> None:
    finding = finding_of(detector, make_file, "a.py", "# SPDX-License-Identifier: MIT OR GPL-2.0-only\n")
    assert finding.expression_spdx == "MIT OR GPL-2.0-only"
    assert finding.detections[0].matches[0].kind == "tag"


@pytest.mark.scancode
def test_a_reference_tells_the_names_it_refers_to(detector: ReferenceDetector, make_file: MakeFile) -> None:
    finding = finding_of(detector, make_file, "a.c", "/* See the file COPYING for copying permission. */\n")
    assert any("COPYING" in match.references for detection in finding.detections for match in detection.matches)


@pytest.mark.scancode
def test_a_file_without_licences_has_an_empty_finding(detector: ReferenceDetector, make_file: MakeFile) -> None:
    for path, content in (
        ("empty", b""),
        ("a.c", b"int main;\n"),
        ("a.png", PICTURE + MIT_NOTICE.encode()),
    ):
        assert finding_of(detector, make_file, path, content) == FileFinding(path=path)


@pytest.mark.scancode
def test_the_text_inside_a_binary_is_searched(detector: ReferenceDetector, make_file: MakeFile) -> None:
    assert finding_of(detector, make_file, "a.so", PROGRAM + MIT_NOTICE.encode() + bytes(range(4))).expression == "mit"


@pytest.mark.scancode
def test_nothing_is_remembered_of_files(detector: ReferenceDetector, make_file: MakeFile) -> None:
    from typecode import contenttype

    before = set(contenttype._registry)  # of other tests, which asked ScanCode without the detector
    finding_of(detector, make_file, "a.c", MIT_NOTICE)
    assert set(contenttype._registry) == before


def test_a_text_over_the_limit_is_told_and_not_searched(detector: ReferenceDetector, make_file: MakeFile) -> None:
    (result,) = detector.detect([make_file("big.txt", "word " * 5_000)])
    (issue,) = result.issues
    assert result.finding is None
    assert issue.code is IssueCode.TOO_LARGE
    assert "20,000 bytes" in str(issue.message)
    assert "--max-file-size" in str(issue.hint)
    assert str(issue.location) == "big.txt"


@pytest.mark.scancode
def test_a_large_picture_has_no_text_and_is_no_issue(detector: ReferenceDetector, make_file: MakeFile) -> None:
    finding_of(detector, make_file, "big.png", PICTURE + bytes(range(256)) * 200)


def test_a_binary_is_measured_by_its_text(make_file: MakeFile) -> None:
    from licscan.detect.text import has_more_text_than

    little = make_file("little.dat", bytes(range(128, 256)) * 300 + b"some text")
    much = make_file("much.dat", bytes(range(128, 256)) * 10 + b"words of text without end; " * 3_000)
    assert not has_more_text_than(little.location, 20_000)
    assert has_more_text_than(much.location, 20_000)


def test_a_file_that_is_gone_is_an_issue(detector: ReferenceDetector, make_file: MakeFile) -> None:
    file = make_file("gone.c", MIT_NOTICE)
    os.unlink(file.location)
    (result,) = detector.detect([file])
    (issue,) = result.issues
    assert result.finding is None
    assert issue.code is IssueCode.UNREADABLE
    assert str(issue.location) == "gone.c"


def test_a_fault_of_scancode_costs_the_file(
    detector: ReferenceDetector, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(location: str, limit: int) -> bool:
        raise ZeroDivisionError(Path(location).name)

    monkeypatch.setattr("licscan.detect.text.has_more_text_than", fail)
    results = list(detector.detect([make_file("a.c"), make_file("b.c")]))
    assert [result.issues[0].code for result in results] == [IssueCode.CRASHED, IssueCode.CRASHED]
    assert "ZeroDivisionError: a.c" in str(results[0].issues[0].message)


def test_the_fingerprint_names_what_answers_depend_on() -> None:
    assert "scancode-toolkit=32.5.0" in scancode_fingerprint()
    assert ReferenceDetector(timeout=1).fingerprint != ReferenceDetector(timeout=2).fingerprint
    assert ReferenceDetector(max_text=1).fingerprint != ReferenceDetector(max_text=2).fingerprint
