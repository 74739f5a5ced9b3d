"""What licscan concludes of files of REUSE projects, against what the reuse tool says of them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from license_expression import get_spdx_licensing

from tests.conformance_trees import materialise, scanned

pytestmark = pytest.mark.skipif(importlib.util.find_spec("reuse") is None, reason="the reuse tool is not installed")

SPDX = get_spdx_licensing()
TEXTS = {f"LICENSES/{name}.txt": "the text\n" for name in ("MIT", "ISC", "CC0-1.0", "Apache-2.0", "GPL-3.0-or-later")}
IGNORE = ("REUSE-" + "IgnoreStart", "REUSE-" + "IgnoreEnd")

STARS_AND_TABLES: dict[str, Any] = {
    **TEXTS,
    "REUSE.toml": """version = 1
[[annotations]]
path = "**"
SPDX-FileCopyrightText = "2024 Example"
SPDX-License-Identifier = "Apache-2.0"
[[annotations]]
path = "src/**/foo.c"
SPDX-License-Identifier = "MIT"
[[annotations]]
path = ["src/st\\\\*r.c", "src/\\\\odd.c"]
SPDX-License-Identifier = "GPL-3.0-or-later"
[[annotations]]
path = ["*.txt", "flat/*"]
SPDX-License-Identifier = ["CC0-1.0", "MIT OR ISC"]
""",
    **dict.fromkeys(
        ("src/foo.c", "src/barfoo.c", "src/a/foo.c", "src/a/b/foo.c", "src/st*r.c", "src/star.c"), "int x;\n"
    ),
    **dict.fromkeys(
        ("src/odd.c", "one.txt", "sub/two.txt", "flat/a", "flat/b/c", "UNLICENSE", "src/license.py"), "x\n"
    ),
    **dict.fromkeys(("COPYING.LESSER", "LICENSE.md", "src/LICENCE", "sbom.spdx.json", "a.spdx"), "x\n"),
    "src/empty.c": "",
}
PRECEDENCE: dict[str, Any] = {
    **TEXTS,
    "REUSE.toml": """version = 1
[[annotations]]
path = "**"
SPDX-License-Identifier = "Apache-2.0"
[[annotations]]
path = ["top/**"]
precedence = "override"
SPDX-License-Identifier = "MIT"
[[annotations]]
path = ["named.py"]
precedence = "override"
SPDX-FileCopyrightText = "2024 Example"
""",
    "data/REUSE.toml": """version = 1
[[annotations]]
path = "**"
precedence = "aggregate"
SPDX-License-Identifier = "MIT"
""",
    "data/sub/REUSE.toml": """version = 1
[[annotations]]
path = "plain.c"
SPDX-FileCopyrightText = "2024 Example"
""",
    "top/REUSE.toml": """version = 1
[[annotations]]
path = "**"
precedence = "override"
SPDX-License-Identifier = "CC0-1.0"
""",
    **dict.fromkeys(
        ("own.c", "data/own.c", "data/sub/own.c", "top/own.c", "top/deep/own.c"),
        "/* SPDX-License-Identifier: ISC */\nint x;\n",
    ),
    **dict.fromkeys(("plain.c", "data/plain.c", "data/sub/plain.c", "top/plain.c"), "int x;\n"),
}
FILES: dict[str, Any] = {
    **TEXTS,
    "REUSE.toml": """version = 1
[[annotations]]
path = ["ignored.py", "open.py", "snippet.py", "none.png"]
SPDX-License-Identifier = "Apache-2.0"
""",
    "a.png": {"text": "\0\x01", "encoding": "latin-1"},
    "a.png.license": "SPDX-FileCopyrightText: 2024 Example\n\nSPDX-License-Identifier: CC0-1.0\n",
    "two.bin": {"text": "\0\x01", "encoding": "latin-1"},
    "two.bin.license": "SPDX-License-Identifier: MIT\nSPDX-License-Identifier: ISC\n",
    "both.py": "# SPDX-License-Identifier: ISC\n",
    "both.py.license": "SPDX-License-Identifier: MIT OR Apache-2.0\n",
    "none.png": {"text": "\0\x01", "encoding": "latin-1"},
    "none.png.license": "SPDX-FileCopyrightText: 2024 Example\n",
    "ignored.py": f"# {IGNORE[0]}\n# SPDX-License-Identifier: MIT\n# {IGNORE[1]}\nx = 1\n",
    "open.py": f"x = 1\n# {IGNORE[0]}\n# SPDX-License-Identifier: MIT\n",
    "twice.py": f"# {IGNORE[0]}\n# SPDX-License-Identifier: MIT\n# {IGNORE[1]}\n# SPDX-License-Identifier: ISC\n",
    "snippet.py": "# SPDX-SnippetBegin\n# SPDX-License-Identifier: MIT\n# SPDX-SnippetCopyrightText: 2024 A\nx\n# SPDX-SnippetEnd\n",
    "tags.c": "/* SPDX-License-Identifier: (MIT OR ISC) AND GPL-3.0-or-later WITH Classpath-exception-2.0 */\n",
    "a.ml": "(* SPDX-License-Identifier: MIT *)\n",
    "b.html": "<!-- SPDX-License-Identifier: LicenseRef-Own -->\n",
}
DEP5: dict[str, Any] = {
    **TEXTS,
    ".reuse/dep5": """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2024 Example
License: MIT

Files: a/*.c a/?.h
Copyright: 2024 Example
License: ISC OR MIT
 with a text

Files: t\\*r
Copyright: 2024 Example
License: CC0-1.0
""",
    **dict.fromkeys(("a/b/x.c", "a/q.h", "a/qq.h", "t*r", "tar", "REUSE.toml.bak"), "x\n"),
    "z.c": "/* SPDX-License-Identifier: Apache-2.0 */\n",
}


def of_the_tool(root: Path) -> dict[str, str]:
    """Return the licences of each file, joined, as the reuse tool says them."""
    command = [sys.executable, "-m", "reuse", "--root", str(root), "--suppress-deprecation", "lint", "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    return {
        each["path"]: " AND ".join(f"({found['value']})" for found in each["spdx_expressions"])
        for each in told["files"]
        if each["spdx_expressions"]
    }


def same(one: str, other: str) -> bool:
    parsed = [SPDX.parse(text, validate=False).simplify() for text in (one, other)]
    return bool(parsed[0] == parsed[1])


def test_an_override_ends_the_way_of_what_is_further_from_the_file(tmp_path: Path) -> None:
    """REUSE 3.3: "that precedence is applied, and closest is ignored"; the tool (6.2) adds the table at the root all the same."""
    files = {
        "REUSE.toml": 'version = 1\n[[annotations]]\npath = "**"\nSPDX-License-Identifier = "Apache-2.0"\n',
        "a/REUSE.toml": 'version = 1\n[[annotations]]\npath = "**"\nprecedence = "override"\nSPDX-License-Identifier = "MIT"\n',
        "a/b.c": "/* SPDX-License-Identifier: ISC */\nint x;\n",
    }
    _, result = scanned(materialise({"files": files}, tmp_path / "tree"), tmp_path / "result.json")
    (found,) = (each for each in result["audit"]["conclusions"] if each["subject"]["id"] == "a/b.c")
    assert found["classification"]["expression_spdx"] == "MIT"


@pytest.mark.parametrize(
    "files",
    [STARS_AND_TABLES, PRECEDENCE, FILES, DEP5],
    ids=["stars and tables", "precedence", "files, side files and marks", "dep5"],
)
def test_files_are_concluded_as_the_reuse_tool_has_them(files: dict[str, Any], tmp_path: Path) -> None:
    root = materialise({"files": files}, tmp_path / "tree")
    wanted = of_the_tool(root)
    _, result = scanned(root, tmp_path / "result.json")
    found = {
        each["subject"]["id"]: each["classification"]["expression_spdx"]
        for each in result["audit"]["conclusions"]
        if each["subject"]["kind"] == "file" and each["classification"]
    }
    differing = {
        path: (found.get(path), wanted.get(path))
        for path in {*found, *wanted}
        if path not in found or path not in wanted or not same(found[path], wanted[path])
    }
    assert len(wanted) >= 7
    assert differing == {}
