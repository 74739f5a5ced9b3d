"""The same tree gives the same bytes, whatever the machine: another folder, number of processes, locale, time zone and hash seed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from licscan.report import REPORTS
from tests.conftest import FIXTURES

EPOCH = {"SOURCE_DATE_EPOCH": "1750000000"}
# What docs/reports.md lists as different from run to run where SOURCE_DATE_EPOCH is not set.
TIMES = (("inventory", "run", "started"), ("inventory", "run", "finished"), ("audit", "judged_on"))
ONE = {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1", "LANG": "C", "COLUMNS": "80"}
OTHER = {
    "LC_ALL": "C.UTF-8",
    "TZ": "Asia/Shanghai",
    "PYTHONHASHSEED": "2",
    "LANG": "zh_CN.UTF-8",
    "LANGUAGE": "zh_CN",
    "COLUMNS": "200",
}


def scanned(folder: Path, jobs: int, machine: dict[str, str]) -> dict[str, bytes]:
    """Scan a copy of a project in ``folder``, and return what each format gives."""
    root, out = folder / "shop", folder / "out"
    shutil.copytree(FIXTURES / "projects" / "monorepo", root)
    # More text than one process does alone, so that the workers' order could show.
    for number in range(40):
        (root / f"part{number}.py").write_text(
            f"# SPDX-License-Identifier: {('MIT', 'GPL-2.0-only')[number % 2]}\n" * 50
        )
    outputs = [part for name in REPORTS for part in ("-o", f"{name}={out / name}")]
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | machine
    command = [sys.executable, "-m", "licscan", "scan", str(root), "--no-cache", "--quiet", "--jobs", str(jobs)]
    done = subprocess.run(
        [*command, *outputs],
        env=environment,
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def places(tmp_path: Path) -> tuple[Path, Path]:
    near, far = tmp_path / "a", tmp_path / "somewhere" / "else entirely" / "b"
    near.mkdir()
    far.mkdir(parents=True)
    return near, far


def test_every_format_has_the_same_bytes_on_another_machine(tmp_path: Path) -> None:
    near, far = places(tmp_path)
    one, other = scanned(near, 1, ONE | EPOCH), scanned(far, 2, OTHER | EPOCH)
    assert one.keys() == other.keys() == set(REPORTS)
    assert [name for name in one if one[name] != other[name]] == []


def test_without_a_fixed_time_only_the_documented_fields_differ(tmp_path: Path) -> None:
    near, far = places(tmp_path)
    one, other = (without_times(scanned(folder, 2, ONE)["json"]) for folder in (near, far))
    assert one == other


def without_times(result: bytes) -> Any:
    document = json.loads(result)
    for *path, last in TIMES:
        holder = document
        for key in path:
            holder = holder[key]
        assert re.match(r"\d{4}-\d\d-\d\d", holder.pop(last))
    return document


@pytest.mark.parametrize("field", TIMES, ids=".".join)
def test_the_fields_that_differ_are_documented(field: tuple[str, ...]) -> None:
    text = (FIXTURES.parent / "docs/reports.md").read_text(encoding="utf-8")
    assert f"`{'.'.join(field)}`" in text
