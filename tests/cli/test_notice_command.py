"""``licscan notice``, from a tree to a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.cli import run
from licscan.detect.licensedb import license_text


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    for name, holder in [("tick", "Tick Corp"), ("tock", "Tock Ltd")]:
        folder = root / "vendor" / name
        folder.mkdir(parents=True)
        (folder / "LICENSE").write_text(f"Copyright (c) 2020 {holder}\n\n{license_text('mit')}")
        (folder / f"{name}.c").write_text("int x;\n")
    (root / "vendor" / "tick" / "NOTICE").write_text("Tick\nThis product includes tick.\n")
    (root / "requirements.txt").write_text("requests==2.31.0\n")
    return root


def test_a_tree_gives_the_whole_document(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notice", str(tree), "--no-cache"]) == 3
    shown, missing = capsys.readouterr()
    assert shown.count("Permission is hereby granted") == 1
    assert "Copyright (c) 2020 Tick Corp" in shown and "Copyright (c) 2020 Tock Ltd" in shown
    assert "This product includes tick." in shown
    assert "requests 2.31.0" in shown and "unresolved" not in shown and "collected" not in shown
    assert "unresolved" in missing and "requests 2.31.0" in missing and "tick" not in missing


def test_each_format_goes_to_its_file(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = [f"{name}={tmp_path / name}" for name in ("notice-text", "notice-markdown", "notice-html")]
    (tree / "requirements.txt").unlink()
    assert run(["notice", str(tree), "--no-cache", *(part for output in outputs for part in ("-o", output))]) == 0
    assert capsys.readouterr().out == ""
    for name in ("notice-text", "notice-markdown", "notice-html"):
        assert "Tick Corp" in (tmp_path / name).read_text()


def test_another_format_is_wrong_usage(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notice", str(tree), "-o", "html"]) == 2
    assert "notice-html" in capsys.readouterr().err
