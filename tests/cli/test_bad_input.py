"""A tree with everything that can be wrong with one, and what is said of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from licscan.cli import run
from licscan.document import Document, decode
from licscan.errors import ExitCode

MIT_TAG = "# SPDX-License-Identifier: MIT\n"


def scan(root: Path, out: Path, *more: str) -> tuple[ExitCode, Document]:
    code = run(["scan", str(root), "-o", f"json={out / 'result.json'}", "--no-cache", *more])
    return code, decode((out / "result.json").read_bytes())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (root / "good.py").write_text(MIT_TAG)
    return root


def test_links_pipes_and_odd_bytes_are_told_and_fail_nothing(tree: Path, tmp_path: Path) -> None:
    os.mkfifo(tree / "pipe")
    (tree / "broken").symlink_to("nowhere")
    (tree / "loop").symlink_to(tree)
    (tree / "empty.c").touch()
    (tree / os.fsdecode(b"caf\xe9.py")).write_text(MIT_TAG)
    (tree / "latin1.py").write_bytes(b"# caf\xe9\n" + MIT_TAG.encode())
    (tree / "binary.bin").write_bytes(bytes(range(256)) * 40)
    code, document = scan(tree, tmp_path)
    assert code is ExitCode.MET
    assert {skipped.path: str(skipped.reason) for skipped in document.inventory.skipped} == {
        "pipe": "named pipe",
        "broken": "broken symbolic link",
        "loop": "symbolic link",
    }
    found = {finding.path: finding.expression for finding in document.inventory.findings}
    assert found["caf\\xe9.py"] == found["latin1.py"] == found["good.py"] == "mit"
    assert found["empty.c"] is None


def test_a_file_of_200_megabytes_is_an_issue_and_the_rest_is_scanned(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tree / "huge.txt").open("wb") as stream:
        for _ in range(200):
            stream.write(b"all work and no play\n" * 49_933)
    code, document = scan(tree, tmp_path)
    assert code is ExitCode.INCOMPLETE
    (issue,) = document.inventory.issues
    assert (str(issue.location), issue.code.value) == ("huge.txt", "too-large")
    assert "--max-file-size" in str(issue.hint)
    assert "huge.txt" in capsys.readouterr().out
    assert any(finding.path == "good.py" and finding.expression == "mit" for finding in document.inventory.findings)


def test_an_incomplete_scan_with_a_violation_is_a_violation(tree: Path, tmp_path: Path) -> None:
    (tree / "long.txt").write_text("words and words\n" * 4000)
    (tree / "gpl.py").write_text("# SPDX-License-Identifier: GPL-3.0-only\n")
    code, _ = scan(tree, tmp_path, "--max-file-size", "10k")
    assert code is ExitCode.VIOLATED


def test_hostile_names_and_texts_reach_no_terminal(tree: Path, tmp_path: Path) -> None:
    name = "a\x1b[31m[bold]<script>alert(1)</script>‮.py"
    (tree / name.replace("/", "_")).write_text(
        "# SPDX-License-Identifier: GPL-3.0-only \x1b]0;owned\x07 <img src=x onerror=alert(1)>\n"
    )
    formats = [
        part for name in ("table", "markdown", "html", "csv") for part in ("-o", f"{name}={tmp_path}/out.{name}")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "licscan", "scan", str(tree), *formats], capture_output=True, check=False
    )
    assert done.returncode == ExitCode.VIOLATED
    for shown in (
        done.stdout,
        done.stderr,
        *((tmp_path / f"out.{name}").read_bytes() for name in ("table", "markdown", "html", "csv")),
    ):
        assert b"\x1b" not in shown
        assert "‮".encode() not in shown
    assert b"\\x1b[31m[bold]" in done.stdout
    assert b"<script>alert" not in (tmp_path / "out.html").read_bytes()


def test_a_licence_expression_that_does_not_parse_fails_closed(tree: Path, tmp_path: Path) -> None:
    (tree / "package.json").write_text(json.dumps({"name": "x", "version": "1", "license": "MIT AND (GPL-2.0"}))
    code, document = scan(tree, tmp_path)
    assert code is ExitCode.VIOLATED
    assert any(finding.code in ("expression-unparsable", "class-unknown") for finding in document.audit.violations)


def test_a_manifest_that_is_broken_is_an_issue_with_its_line(tree: Path, tmp_path: Path) -> None:
    (tree / "package.json").write_text('{\n  "name": "x",\n  "license": \n}\n')
    code, document = scan(tree, tmp_path)
    assert code is ExitCode.INCOMPLETE
    (issue,) = document.inventory.issues
    assert issue.code.value == "broken-manifest"
    assert str(issue.location) == "package.json:4"


def test_reports_that_cannot_be_written_are_wrong_usage(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run(["scan", str(tree), "-o", f"json={tmp_path}/file/result.json"]) is ExitCode.USAGE
    assert "cannot be written" in capsys.readouterr().err


def test_one_job_and_two_give_the_same_bytes(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    for number in range(30):
        (tree / f"{number}.c").write_text(
            f"/* file {number}\n * SPDX-License-Identifier: {'MIT' if number % 2 else 'Apache-2.0'}\n */\n"
        )
    written = []
    for jobs in ("1", "2"):
        (tmp_path / jobs).mkdir()
        scan(tree, tmp_path / jobs, "--jobs", jobs)
        written.append((tmp_path / jobs / "result.json").read_bytes())
    assert written[0] == written[1]
