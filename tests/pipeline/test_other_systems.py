"""A real scan without anything that only POSIX systems have gives the same result.

Windows is imitated where it can be: modules are not there to import, attributes are gone, ``/proc`` cannot be opened and no process can
inherit a file. What this cannot show is how Windows itself behaves; the workflow ``ci`` runs the tests there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES, Repository

HIDE = """
import builtins, os, signal, subprocess, sys

import licscan.cli  # what the interpreter and click themselves use is loaded by now

for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules[name] = None
for name in (
    "fork", "forkpty", "memfd_create", "fchmod", "sched_getaffinity", "setsid",
    "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC",
):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGQUIT", "setitimer", "alarm"):
    if hasattr(signal, name):
        delattr(signal, name)
os.supports_dir_fd = frozenset()

opened, started = builtins.open, subprocess.Popen.__init__


def without_proc(file, *arguments, **options):
    if str(file).startswith("/proc"):
        raise FileNotFoundError(2, "no such file", file)
    return opened(file, *arguments, **options)


def without_inheritance(self, *arguments, **options):
    if options.get("pass_fds"):
        raise ValueError("pass_fds not supported on Windows.")
    return started(self, *arguments, **options)


builtins.open, subprocess.Popen.__init__ = without_proc, without_inheritance
# Whatever took these names before is loaded again without them.
for name in [name for name in sys.modules if name.partition(".")[0] in ("licscan", "filelock")]:
    del sys.modules[name]
from licscan.cli import main

main()
"""


def run(start: list[str], *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "LICSCAN_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=cwd,
        env=environment | {"SOURCE_DATE_EPOCH": "1750000000"},
        capture_output=True,
        text=True,
        check=False,
    )


def result(start: list[str], name: str, out: Path) -> tuple[int, Any]:
    root = FIXTURES / "projects" / name
    done = run(start, "scan", str(root), "--no-cache", "--quiet", "--jobs", "2", "-o", f"json={out}", cwd=out.parent)
    assert not done.stderr, done.stderr
    return done.returncode, json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["gpl-contaminated", "llama2-app", "monorepo"])
def test_a_scan_gives_the_same_result(name: str, tmp_path: Path) -> None:
    assert result(["-c", HIDE], name, tmp_path / "without.json") == result(
        ["-m", "licscan"], name, tmp_path / "with.json"
    )


def test_a_file_that_takes_too_long_costs_itself_alone(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "package.json").write_text('{"name": "shop", "version": "1", "license": "MIT"}')
    (shop / "endless.py").write_text("a licence of the licence " * 40_000)
    done = run(
        ["-c", HIDE], "scan", "shop", "--no-cache", "--quiet", "--timeout", "0.1", "-o", "json=r.json", cwd=tmp_path
    )
    assert done.returncode == 3, done.stderr
    issues = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["inventory"]["issues"]
    assert ("endless.py", "timed-out") in {(issue["location"]["path"], issue["code"]) for issue in issues}


def test_a_tree_is_checked(tmp_path: Path) -> None:
    done = run(["-c", HIDE], "check", str(FIXTURES / "projects/gpl-contaminated"), "--no-config", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == "licscan: 1 finding violates policy default: 4 files"


def test_a_staged_change_is_checked(repository: Repository) -> None:
    repository.write("package.json", '{"name": "shop", "version": "1", "license": "MIT"}')
    repository.commit()
    repository.write("a.py", "# SPDX-License-Identifier: GPL-3.0-only\n")
    repository.git("add", "a.py")
    done = run(["-c", HIDE], "check", "--staged", "--no-cache", cwd=repository.root)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("a.py:1: distribution-terms: GPL-3.0-only (high)")
