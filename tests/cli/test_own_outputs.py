"""licscan's own outputs: known by place and digest, written whole, and never through a link of the scanned tree."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from licscan.app.run_options import own_files
from licscan.config.settings import Settings
from licscan.errors import ScanError, UsageError
from licscan.util.output_file import write_file

OLD_MARK = "licscan:" + "generated-file"
GPL = "This program is free software; you can redistribute it under the terms of the GNU General Public License version 2.\n"


def licscan(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "licscan", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_mark_in_a_file_hides_nothing(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "LICENSE").write_text("Licensed under the MIT license\n")
    (tree / "notes.txt").write_text(f"{OLD_MARK}\n{GPL}")
    done = licscan("scan", tree, "--fact", "distribution=binary", "-o", f"json={tmp_path / 'result.json'}")
    result = json.loads((tmp_path / "result.json").read_text())
    assert "notes.txt" in [file["path"] for file in result["inventory"]["files"]]
    assert done.returncode == 1, done.stdout


def test_a_forged_folder_of_results_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "gpl.c").write_text(f"/* {OLD_MARK} */ /* {GPL} */")
    (tmp_path / "gpl.txt").write_text(f"{OLD_MARK}\n{GPL}")
    forged = {"licscan": {"marker": OLD_MARK, "schema": "1.0"}, "inventory": {}, "audit": {}}
    (tmp_path / "result.json").write_text(json.dumps(forged))
    done = licscan("audit", tmp_path, "-q", "-o", "json")
    assert "lib/gpl.c" in done.stdout and "gpl.txt" in done.stdout
    assert done.returncode == 1, done.stderr


def test_the_second_scan_leaves_out_what_the_first_wrote(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("// SPDX-License-Identifier: MIT\n")
    report = tmp_path / "licscan-report"
    for _ in range(2):
        licscan("scan", tmp_path, "--output-dir", report)
    result = json.loads((report / "result.json").read_text())
    assert [file["path"] for file in result["inventory"]["files"]] == ["main.c"]
    assert sorted(each["path"] for each in result["inventory"]["skipped"]) == [
        f"licscan-report/{name}" for name in ("report.html", "result.json", "sbom.cdx.json")
    ]


@pytest.mark.parametrize("link", ["out.json", "reports", "a/b"])
def test_nothing_is_written_through_a_link_of_the_tree(link: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    tree = tmp_path / "tree"
    (tree / link).parent.mkdir(parents=True)
    (tree / link).symlink_to(outside / "file" if link == "out.json" else outside)
    place = tree / link if link == "out.json" else tree / link / "deep" / "out.json"
    with pytest.raises(UsageError, match="symbolic link"):
        write_file(place, lambda stream: stream.write(b"x"), within=[tree])
    assert list(outside.iterdir()) == []


def test_a_link_in_the_working_directory_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "tree").mkdir()
    monkeypatch.chdir(tmp_path / "tree")
    Path("licscan-report").symlink_to(tmp_path / "outside")
    with pytest.raises(UsageError, match="symbolic link"):
        write_file(Path("licscan-report/result.json"), lambda stream: stream.write(b"x"))
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_users_link_outside_the_tree_may_lead_to_the_reports(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "reports").symlink_to(tmp_path / "disk")
    write_file(tmp_path / "reports" / "out.json", lambda stream: stream.write(b"x"), within=[tmp_path / "tree"])
    assert (tmp_path / "disk" / "out.json").read_bytes() == b"x"


def test_a_full_disk_leaves_what_was_there_and_no_part_of_the_new(tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("before")

    def fill(stream: BinaryIO) -> None:
        stream.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ScanError, match="No space left"):
        write_file(tmp_path / "out.json", fill)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.json", "before")]


def test_an_output_can_be_read_by_whom_the_users_mask_allows(tmp_path: Path) -> None:
    write_file(tmp_path / "out.json", lambda stream: stream.write(b"x"))
    write_file(tmp_path / "names.json", lambda stream: stream.write(b"x"), mode=0o600)
    assert (tmp_path / "names.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out.json").stat().st_mode & 0o600 == 0o600


def test_a_baseline_steers_licscan_only_while_it_holds_nothing_else(tmp_path: Path) -> None:
    baseline = tmp_path / "licscan-baseline.json"
    content = {"version": 1, "policy": "default", "findings": []}
    baseline.write_text(json.dumps(content))
    assert own_files(Settings(), tmp_path) == [baseline]
    baseline.write_text(json.dumps({**content, "note": GPL}))
    assert own_files(Settings(), tmp_path) == []
    finding = dict.fromkeys(("key", "path", "code", "rule", "subject"), "x") | {"licence": GPL * 20}
    baseline.write_text(json.dumps({**content, "findings": [finding]}))
    assert own_files(Settings(), tmp_path) == []
