"""Time the gate as a developer meets it: in a real repository, with a warm cache, alone and through pre-commit.

    python benchmarks/gate.py TREE [--runs N]

A repository is made from TREE in a temporary folder. Every run stages content that no run before has seen, so that none is
answered from memory. Times are of whole processes, start of the interpreter included.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Measurement, run_measured

_GPL = """# This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public
# License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.
"""
_LICSCAN = (sys.executable, "-m", "licscan")
_PRE_COMMIT = (sys.executable, "-m", "pre_commit", "run", "--hook-stage", "pre-commit")
_HOOK = """\
repos:
  - repo: local
    hooks:
      - {{id: hook, name: hook, entry: {entry}, language: system, types: [file], require_serial: true}}
"""


class Checkout:
    """The repository that is measured in, and what is staged in it."""

    def __init__(self, tree: Path, folder: Path) -> None:
        self.root = folder / "repository"
        shutil.copytree(tree, self.root, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        self.git("init", "--quiet", "--initial-branch=main")
        (self.root / "package.json").write_text('{"name": "app", "version": "1.0.0", "license": "MIT"}\n')
        (self.root / "package-lock.json").write_text(_lockfile(0))
        self.write("measured/one.py", _function(0))
        self.write("measured/manual.rst", "A manual.\n")
        self.commit()
        self.files = self.git("ls-files", "-z").count("\0")

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.com", *arguments]
        done = subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True, errors="replace")
        return done.stdout

    def commit(self) -> None:
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--no-verify", "--message", "change")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def reset(self) -> None:
        self.git("reset", "--quiet", "--hard")


@dataclass(frozen=True, slots=True)
class Case:
    """``stage`` puts the change of one run into the index; ``codes`` are the exit statuses that are right."""

    name: str
    limit: str
    stage: Callable[[Checkout, int], None]
    command: Sequence[str] = (*_LICSCAN, "check", "--staged")
    codes: tuple[int, ...] = (0,)


def _function(number: int) -> str:
    return "\n\n".join(f"def function_{line}(value):\n    return value + {number + line}" for line in range(80)) + "\n"


def _lockfile(number: int) -> str:
    needed = {f"library-{each}": "^1.0.0" for each in range(number)}
    packages: dict[str, object] = {"": {"name": "app", "version": "1.0.0", "license": "MIT", "dependencies": needed}}
    for name in needed:
        packages[f"node_modules/{name}"] = {"version": "1.0.0", "license": "MIT"}
    return json.dumps({"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}, indent=1)


def _nothing(checkout: Checkout, number: int) -> None:
    pass


def _one(checkout: Checkout, number: int) -> None:
    checkout.write("measured/one.py", _function(number))


def _document(checkout: Checkout, number: int) -> None:
    checkout.write("measured/manual.rst", f"A manual, edition {number}.\n")


def _ten(checkout: Checkout, number: int) -> None:
    for each in range(10):
        checkout.write(f"measured/new/file_{each}.py", _function(100 * number + each))


def _header(checkout: Checkout, number: int) -> None:
    checkout.write("measured/one.py", _GPL + _function(number))


def _dependency(checkout: Checkout, number: int) -> None:
    checkout.write("package-lock.json", _lockfile(number))


CASES = (
    Case("nothing staged", "0.3", _nothing),
    Case("one changed source file", "0.7", _one),
    Case("one changed document", "0.7", _document),
    Case("ten new source files", "1.5", _ten),
    Case("one source file with a GPL header", "", _header, codes=(0, 1)),
    Case("a dependency in a lockfile, judged in full", "", _dependency, codes=(0, 1)),
    Case("pre-commit alone, one source file", "", _one, command=_PRE_COMMIT),
    Case("licscan through pre-commit, one source file", "1.1", _one, command=_PRE_COMMIT),
)


def measure(checkout: Checkout, case: Case, runs: int, numbers: itertools.count[int], env: dict[str, str]) -> str:
    """Return the line of the table for one case."""
    if case.command is _PRE_COMMIT:
        entry = "'true'" if "alone" in case.name else f"{sys.executable} -m licscan check"
        checkout.write(".pre-commit-config.yaml", _HOOK.format(entry=entry))
        checkout.commit()
    _run(checkout, case, numbers, env)  # so that what is there before is remembered, as it is after any commit
    found = [_run(checkout, case, numbers, env) for _ in range(runs)]
    wall = [each.wall for each in found]
    cpu = statistics.median(each.cpu for each in found)
    megabytes = max(each.largest for each in found) / 1e6
    limit = f"{case.limit} s" if case.limit else ""
    return f"| {case.name} | {min(wall):.2f} | {statistics.median(wall):.2f} | {cpu:.2f} | {megabytes:,.0f} | {limit} |"


def _run(checkout: Checkout, case: Case, numbers: itertools.count[int], env: dict[str, str]) -> Measurement:
    checkout.reset()
    case.stage(checkout, next(numbers))
    checkout.git("add", "--all", "--force")
    log = checkout.root.parent / "log"
    done = run_measured(case.command, env=env, log=log, folder=checkout.root)
    if done.status not in case.codes:
        sys.exit(f"{case.name}: exit status {done.status}\n{log.read_text(errors='replace')}")
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed licscan is compiled
    with tempfile.TemporaryDirectory(prefix="licscan-gate-") as name:
        folder = Path(name)
        env = {"LICSCAN_CACHE_DIR": str(folder / "cache"), "PRE_COMMIT_HOME": str(folder / "pre-commit")}
        checkout = Checkout(given.tree, folder)
        _one(checkout, 1)
        missing = subprocess.run(
            [*_LICSCAN, "check", "measured/one.py"], cwd=checkout.root, env={**os.environ, **env}, check=False
        )
        print(f"without an index: exit status {missing.returncode}\n", flush=True)
        subprocess.run([*_LICSCAN, "cache", "warm"], env={**os.environ, **env}, check=True)
        print(f"{checkout.files:,} files; seconds, and megabytes of the largest process\n")
        print("| change | wall, least | wall, median | CPU, median | memory | limit |\n|---|--:|--:|--:|--:|--:|")
        numbers = itertools.count(1)
        for case in CASES:
            print(measure(checkout, case, given.runs, numbers, env), flush=True)


if __name__ == "__main__":
    main()
