"""The benchmarks run, and measure what they say. How fast is no test."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

BENCHMARKS = ROOT / "benchmarks"


def run(script: str, *arguments: str | Path) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure", BENCHMARKS / "measure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "measure", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


BUSY_PAIR = """
import os, time
hoard = bytearray(b"x") * 80_000_000
children = [os.fork() for _ in range(1)]
end = time.process_time() + 0.6
while time.process_time() < end:
    pass
if children[0]:
    os.wait()
"""


def test_memory_and_time_of_all_processes_are_counted(measure: ModuleType) -> None:
    measured = measure.run_measured([sys.executable, "-c", BUSY_PAIR])
    assert measured.status == 0
    # Two processes of 0.6 seconds each; the 80 MB they share count once.
    assert 1.1 < measured.cpu < 3
    assert measured.wall > 0.6
    assert 80e6 < measured.memory < 150e6


def test_how_a_command_ends_is_told(measure: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    measured = measure.run_measured([sys.executable, "-c", "print('said'); raise SystemExit(3)"], log=log)
    assert measured.status == 3
    assert log.read_text() == "said\n"


def test_a_tree_is_made_alike_twice_and_no_two_files_are_equal(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("make_tree.py", tmp_path / name, "--files", "300")
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert first == second
    assert len(first) == 300
    assert len(set(first.values())) == 300
    assert any(b"Permission is hereby granted" in text for text in first.values())


@pytest.mark.scancode
def test_the_speed_of_licscan_is_told(tmp_path: Path) -> None:
    run("make_tree.py", tmp_path / "tree", "--files", "40")
    cache = os.environ.get("LICSCAN_CACHE_DIR", str(tmp_path / "cache"))
    told = run(
        "speed.py", tmp_path / "tree", "--without-scancode", "--cache-dir", cache, "--json", tmp_path / "figures"
    )
    assert "licscan, detection, cold" in told
    figures = json.loads((tmp_path / "figures").read_text())
    assert figures["files"] == 40
    assert all(run["status"] in (0, 1) and run["wall"] > 0 and run["memory"] > 0 for run in figures["runs"].values())


@pytest.mark.scancode
def test_what_large_texts_cost_is_told(tmp_path: Path) -> None:
    cache = os.environ.get("LICSCAN_CACHE_DIR", str(tmp_path / "cache"))
    heads, figures = run("large_texts.py", "lines", "--megabytes", "1", "--cache-dir", cache).splitlines()
    assert heads.split() == ["two", "of", "MB", "wall", "s", "CPU", "s", "peak", "MB", "given", "up"]
    kind, size, wall, _, peak, given_up = figures.split()
    assert (kind, size, given_up) == ("lines", "1", "0")
    assert float(wall) > 0 and float(peak) > 0
