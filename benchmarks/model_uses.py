"""Recall and precision of uses of models in public code: model_uses.py FOLDER [--part PART]

FOLDER holds a clone of each repository of ``model_uses.yaml`` as OWNER+NAME (bare or not), with the commits named there. The files are
written into one folder and scanned once; a use counts where the scan has a model of its name in that file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

Labelled = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=["first", "second", "third", "fourth"])
    given = parser.parse_args()
    listed = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))["files"]
    files = {str(number): one for number, one in enumerate(listed) if given.part in (None, one["part"])}
    with tempfile.TemporaryDirectory() as work:
        found = scan(files, given.folder, Path(work))
    counts: dict[str, Counter[str]] = {}
    for number, labelled in files.items():
        counts.setdefault(labelled["language"], Counter()).update(compare(labelled, found.get(number, set())))
    total: Counter[str] = Counter()
    for language, count in sorted(counts.items()):
        total += count
        print(f"{language}: {count['found']} of {count['uses']} uses found, {count['false']} false")
    print(f"{len(files)} files: {total['found']} of {total['uses']} uses found, {total['false']} false")
    return 0


def scan(files: dict[str, Labelled], folder: Path, work: Path) -> dict[str, set[str]]:
    """Return the ids of the models that licscan finds in each file."""
    for number, labelled in files.items():
        place = work / "tree" / number / labelled["path"]
        place.parent.mkdir(parents=True)
        clone = folder / labelled["repository"].replace("/", "+")
        git = next(one for one in (clone / "repo", clone / ".git", clone) if (one / "HEAD").exists())
        blob = f"{labelled['commit']}:{labelled['path']}"
        place.write_bytes(subprocess.check_output(["git", "--git-dir", str(git), "show", blob]))
    command = [
        sys.executable,
        "-m",
        "licscan",
        "scan",
        str(work / "tree"),
        "-q",
        "--no-config",
        "--output-dir",
        str(work / "out"),
    ]
    subprocess.run(command, check=False)  # the policy may be violated
    result = json.loads((work / "out" / "result.json").read_bytes())
    found: dict[str, set[str]] = {}
    for model in result["inventory"]["models"]:
        for place in model["locations"]:
            found.setdefault(place["path"].partition("/")[0], set()).add(model["id"])
    return found


def compare(labelled: Labelled, found: set[str]) -> Counter[str]:
    uses = [use.rpartition("@")[0] for use in labelled["uses"]]
    hit = [use for use in uses if any(same(use, name) for name in found)]
    allowed = [*uses, *labelled.get("either", ())]
    false = [name for name in found if not any(one == "*" or same(one, name) for one in allowed)]
    for name in sorted(set(uses) - set(hit)):
        print(f"missed {name}: {labelled['repository']} {labelled['path']}")
    for name in sorted(false):
        print(f"false {name}: {labelled['repository']} {labelled['path']}")
    return Counter(uses=len(uses), found=len(hit), false=len(false))


def same(one: str, other: str) -> bool:
    """Whether two names are one model's: with or without its owner or hub."""
    first, second = (
        name.lower().removeprefix("ollama/").replace("gpt-35", "gpt-3.5").replace("_", "-") for name in (one, other)
    )
    return first == second or first.endswith(f"/{second}") or second.endswith(f"/{first}")


if __name__ == "__main__":
    sys.exit(main())
