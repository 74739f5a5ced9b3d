"""Content that was not read: exit codes, and every format tells it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from openpyxl import load_workbook


def licscan(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "licscan", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def planted(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "lib").mkdir(parents=True)
    (tree / "LICENSE").write_text("Licensed under the MIT license\n")
    with zipfile.ZipFile(tree / "lib" / "thing.jar", "w") as archive:
        archive.writestr("gpl.c", "int x;")
    (tree / "link").symlink_to("LICENSE")
    return tree


def test_exit_codes_and_every_format_of_a_scan(tmp_path: Path) -> None:
    tree = planted(tmp_path)
    names = (
        "table",
        "html",
        "markdown",
        "json",
        "cyclonedx-json",
        "cyclonedx-xml",
        "spdx-json",
        "sarif",
        "junit",
        "github",
        "gitlab",
    )
    outputs = [f"-o{name}={tmp_path / 'out'}/{name}" for name in names]
    done = licscan("scan", tree, "--policy", "default", *outputs)
    assert done.returncode == 0, done.stderr
    for name in names:
        text = (tmp_path / "out" / name).read_text()
        assert "lib/thing.jar" in text, name
        if name not in ("sarif", "junit", "github", "gitlab"):  # these tell findings and what was not read
            assert "symbolic link" in text, name
            assert "link" in text, name
    assert "thing.jar" in done.stdout and "symbolic link" in done.stdout
    required = licscan("scan", tree, "--policy", "proprietary-distribution", "-ojunit", "-q")
    assert required.returncode == 3
    assert '<error type="not-read"' in required.stdout
    assert licscan("check", tree, "--policy", "proprietary-distribution").returncode == 3
    opened = licscan("scan", tree, "--policy", "proprietary-distribution", "--archives", "-q", "-ojson")
    assert json.loads(opened.stdout)["audit"]["complete"] is True


def test_every_form_of_an_audit(tmp_path: Path) -> None:
    tree = planted(tmp_path)
    done = licscan("audit", tree, "-q", "--output-dir", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    for name in (tmp_path / "out").glob("*.html"):
        assert "lib/thing.jar" in name.read_text() and "link: symbolic link" in name.read_text()
    told = json.loads(next((tmp_path / "out").glob("*audit*.json")).read_text())["products"][0]["coverage"]
    assert [each["path"] for each in told["unread"]] == ["lib/thing.jar"]
    assert "link" in [each["path"] for each in told["skipped"]]
    book = load_workbook(io.BytesIO(next((tmp_path / "out").glob("*.xlsx")).read_bytes()))
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "lib/thing.jar" in cells
