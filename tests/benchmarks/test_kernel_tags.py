"""What is counted of files with one tag, on a small made tree."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.test_benchmarks import run

TREE = {
    "COPYING": "SPDX-License-Identifier: GPL-2.0-only\n",
    "same.c": "// SPDX-License-Identifier: GPL-2.0\nint same;\n",
    "choice.h": "/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR MIT) */\nint choice;\n",
    "more.c": "// SPDX-License-Identifier: GPL-2.0\n/* The table below is under the Apache License, Version 2.0. */\nint more;\n",
    "two.c": "// SPDX-License-Identifier: GPL-2.0\n// SPDX-License-Identifier: MIT\nint two;\n",
    "late.c": "int late;\n" * 1000 + "// SPDX-License-Identifier: MIT\n",
    "none.c": "int none;\n",
}


def test_files_with_one_tag_are_compared_and_the_others_explained(tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out.json"
    tree.mkdir()
    for path, text in TREE.items():
        (tree / path).write_text(text)

    printed = run("kernel_tags.py", tree, "--json", out, "--jobs", "1")

    assert "4 files with exactly one tag in their first 8,000 bytes" in printed
    assert "concluded as the tag says: 3 (75.00%); otherwise: 1." in printed
    assert "| 1 | also apache-2.0 |" in printed
    assert "`more.c` (GPL-2.0)" in printed
    [different] = json.loads(out.read_text())
    assert different["path"] == "more.c"
    assert "Apache License" in different["text"]
