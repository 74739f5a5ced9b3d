"""What is written of a hostile file stays in proportion to it: every output, for files made to be repeated or to chain."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Bytes of an output for each byte of the input, and beside (docs/security.md).
TIMES, BESIDE = 50, 1_000_000
# The audit's JSON has every risk and every obligation of every component, and SPDX some annotations of each, where a line of a list of
# requirements is enough to name one.
TIMES_OF_LONG_FORMS, LONG_FORMS = 100, ("audit.json", "spdx-json")
FORMS = "html json markdown table csv sarif junit github gitlab cyclonedx-json spdx-json".split()
IDS = "MIT Apache-2.0 BSD-3-Clause GPL-2.0-only LGPL-2.1-only MPL-2.0 ISC Zlib EPL-2.0 AGPL-3.0-only CC0-1.0".split()


MODELS = "meta-llama/Llama-2-7b meta-llama/Llama-3.1-8B google/gemma-2-9b tiiuae/falcon-180B CohereForAI/c4ai-command-r".split()


def lock(packages: int, needs: int) -> str:
    """A lockfile on one line; each package needs the ``needs`` that follow it, and all are under the GPL."""
    entries: dict[str, object] = {"": {"name": "r", "version": "1", "dependencies": {"p0": "1"}}}
    for number in range(packages):
        children = {f"p{(number + step) % packages}": "1" for step in range(1, needs + 1)}
        entries[f"node_modules/p{number}"] = {"version": "1.0.0", "dependencies": children, "license": "GPL-3.0-only"}
    return json.dumps({"name": "r", "version": "1", "lockfileVersion": 3, "packages": entries})


def expression(terms: int) -> str:
    return " AND ".join(f"({' OR '.join(IDS[(first + n) % len(IDS)] for n in range(3))})" for first in range(terms))


HOSTILE = {
    "a chain of packages on one line": ("package-lock.json", lock(600, 1)),
    "packages that all need each other": ("package-lock.json", lock(60, 59)),
    "a long expression in a manifest": (
        "package.json",
        json.dumps({"name": "x", "version": "1", "license": expression(900)}),
    ),
    "a long expression in a tag": ("a.c", f"/* SPDX-License-Identifier: {expression(900)} */\n"),
    "thousands of requirements": ("requirements.txt", "".join(f"p{n}==1\n" for n in range(5000))),
    "thousands of ignored tags": (
        "a.c",
        "".join(
            f"// REUSE-{'Ignore'}Start\n// SPDX-License-Identifier: MIT\n// REUSE-{'Ignore'}End\n" for _ in range(1000)
        ),
    ),
    "thousands of tags": ("a.py", "".join(f"# SPDX-License-Identifier: {IDS[n % len(IDS)]}\n" for n in range(3000))),
    "thousands of restricted models": (
        "a.py",
        "".join(f'm{n} = AutoModel.from_pretrained("{MODELS[n % len(MODELS)]}-{n}")\n' for n in range(2000)),
    ),
    "thousands of holders": (
        "a.c",
        "/*\n" + "".join(f" * Copyright (c) {1900 + n % 100} Person {n}\n" for n in range(3000)) + "*/\n",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_outputs_of_a_hostile_file_stay_in_proportion_to_it(name: str, tmp_path: Path) -> None:
    path, content = HOSTILE[name]
    tree, out = tmp_path / "tree", tmp_path / "out"
    tree.mkdir()
    (tree / path).write_text(content)
    forms = [part for form in FORMS for part in ("-o", f"{form}={out / form}")]
    for command in (["scan", str(tree), *forms], ["audit", str(tree), "--output-dir", str(out / "audit")]):
        done = subprocess.run(
            [sys.executable, "-m", "licscan", *command, "--quiet"], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode in (0, 1, 3), done.stderr
    written = {file.name: file.stat().st_size for file in out.rglob("*") if file.is_file()}
    assert len(written) > len(FORMS)
    assert {file: size for file, size in written.items() if size > _limit(file, len(content))} == {}


def _limit(file: str, size: int) -> int:
    return (TIMES_OF_LONG_FORMS if file in LONG_FORMS else TIMES) * size + BESIDE
