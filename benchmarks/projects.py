"""Compare the licence that licscan concludes for well-known projects with what each states of itself.

    python benchmarks/projects.py FOLDER [--list FILE]

FOLDER holds checkouts, each called ``OWNER+NAME`` after its line in ``projects.txt``. Each is scanned with the policy ``default``, nothing
installed. Shown are the projects whose expression differs, and the findings that violate the policy, for reading. Exits with 1 where an
expression differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from license_expression import get_spdx_licensing

_SPDX = get_spdx_licensing()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", type=Path, default=Path(__file__).with_name("projects.txt"))
    options = parser.parse_args()
    right = total = 0
    for name, licence in _labels(options.list):
        tree = options.folder / name.replace("/", "+")
        if not tree.is_dir():
            print(f"{name}: not there", file=sys.stderr)
            continue
        result = _scanned(tree)
        concluded = _concluded(result)
        same = _same(concluded, licence)
        total, right = total + 1, right + same
        violating = Counter(each["code"] for each in result["audit"]["violations"] if each["violates"])
        if not same or violating:
            print(
                f"{name}: {concluded or 'none'}{'' if same else f', labelled {licence}'}; violating: {dict(violating)}"
            )
    print(f"{right} of {total} projects have the licence that they state")
    return 0 if right == total else 1


def _labels(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, licence = (part.strip() for part in line.split("|"))
            yield name, licence


def _scanned(tree: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        command = (sys.executable, "-m", "licscan", "scan", str(tree), "--quiet", "--no-config", "-o", f"json={out}")
        subprocess.run(command, check=False)
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found


def _concluded(result: dict[str, Any]) -> str | None:
    """Return the expression of the project at the top of the tree, which is the first."""
    projects = [each for each in result["audit"]["conclusions"] if each["subject"]["kind"] == "project"]
    classification = projects[0]["classification"] if projects else None
    return str(classification["expression_spdx"]) if classification else None


def _same(one: str | None, other: str) -> bool:
    return one is not None and bool(_SPDX.is_equivalent(_SPDX.parse(one), _SPDX.parse(other)))


if __name__ == "__main__":
    sys.exit(main())
