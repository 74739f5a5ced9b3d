#!/usr/bin/env python3
"""Print which installed packages have another version than constraints.txt, one a line: .venv/bin/python .ci/newer.py"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

for line in (Path(__file__).resolve().parent.parent / "constraints.txt").read_text().splitlines():
    constraint = None if line.startswith("#") else Requirement(line)
    if constraint is None or (constraint.marker and not constraint.marker.evaluate()):
        continue
    try:
        installed = version(constraint.name)
    except PackageNotFoundError:
        continue
    if not constraint.specifier.contains(installed, prereleases=True):
        print(f"{constraint.name}: {str(constraint.specifier).removeprefix('==')} -> {installed}")
