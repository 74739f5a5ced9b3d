"""The comparison with Debian's copyright files: what is read of them, and what is counted."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks.test_benchmarks import BENCHMARKS, run

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: example

Files: *
Copyright: 2020 Example Author
License: Expat

Files: src/*.c
Copyright: 2020 Example Author
License: GPL-2+

Files: src/own.c lib/*
Copyright: 2020 Example Author
License: example-terms

License: example-terms
 Permission to use, copy, modify, and/or distribute this software for any purpose
 with or without fee is hereby granted, provided that the above copyright notice
 and this permission notice appear in all copies.
 .
 THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
 REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
 FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
 INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
 OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
 TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
 THIS SOFTWARE.

License: GPL-2+
 This program is free software.
"""

TREE = {
    "debian/copyright": COPYRIGHT,
    "LICENSE": "SPDX-License-Identifier: MIT\n",
    "main.py": "# SPDX-License-Identifier: Apache-2.0\n",
    "src/a.c": "/* SPDX-License-Identifier: GPL-2.0-or-later */\n",
    "src/lost.c": "/* SPDX-License-Identifier: MIT */\n",
    "src/silent.c": "int silent;\n",
    "src/own.c": "/* SPDX-License-Identifier: ISC */\n",
    "lib/more.c": "/* SPDX-License-Identifier: AGPL-3.0-only */\n",
}


@pytest.fixture(scope="module")
def debian_copyright() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import debian_copyright as module
    finally:
        sys.path.remove(str(BENCHMARKS))
    return module


def unpack(folder: Path, name: str = "example") -> Path:
    for path, text in TREE.items():
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def none(name: str) -> None:
    return None


@pytest.mark.parametrize(
    ("names", "spdx"),
    [
        ("Expat", "MIT"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("LGPL-2.1", "LGPL-2.1-only"),
        ("GFDL-NIV-1.3+", "GFDL-1.3-or-later"),
        ("BSD-3-clause", "BSD-3-Clause"),
        ("Apache-2", "Apache-2.0"),
        ("GPL-2.0-or-later", "GPL-2.0-or-later"),
        ("public-domain", "LicenseRef-scancode-public-domain"),
        ("GPL-2+ with Autoconf exception", "GPL-2.0-or-later WITH Autoconf-exception-2.0"),
        ("Artistic or GPL-1+", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
        ("Expat or ISC and Zlib", "MIT OR (ISC AND Zlib)"),
        ("Expat or ISC, and Zlib", "(MIT OR ISC) AND Zlib"),
    ],
)
def test_short_names_become_spdx_expressions(debian_copyright: ModuleType, names: str, spdx: str) -> None:
    from license_expression import get_spdx_licensing

    licensing = get_spdx_licensing()
    assert licensing.is_equivalent(licensing.parse(debian_copyright.to_spdx(names, none)), licensing.parse(spdx))


@pytest.mark.parametrize("names", ["example-terms", "GPL-2+ with example exception", "Expat and example-terms"])
def test_a_name_of_ones_own_is_read_from_its_text_or_not_at_all(debian_copyright: ModuleType, names: str) -> None:
    assert debian_copyright.to_spdx(names, none) is None
    assert "ISC" in debian_copyright.to_spdx(names, lambda name: "ISC")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b/.c", True),
        ("src/*", "src/deep/x.c", True),
        ("src/?.c", "src/x.c", True),
        ("src/?.c", "src/xy.c", False),
        ("./src/x.c", "src/x.c", True),
        (r"src/\*.c", "src/*.c", True),
        (r"src/\*.c", "src/x.c", False),
        ("src/[ab].c", "src/a.c", False),
        ("x.c", "src/x.c", False),
    ],
)
def test_patterns_are_those_of_the_specification(
    debian_copyright: ModuleType, pattern: str, path: str, matches: bool
) -> None:
    assert debian_copyright.matches(pattern, path) is matches


def test_the_last_paragraph_that_matches_speaks_for_a_file(debian_copyright: ModuleType, tmp_path: Path) -> None:
    copyright_file = debian_copyright.read_copyright(unpack(tmp_path) / "example/debian/copyright")

    assert copyright_file.stanza_of("main.py")[0].license == "Expat"
    assert copyright_file.stanza_of("src/a.c")[0].license == "GPL-2+"
    assert copyright_file.stanza_of("src/own.c")[0].license == "example-terms"
    assert copyright_file.stanza_of("src/own.c")[1] == "src/own.c"
    assert "\n\nTHE SOFTWARE" in copyright_file.texts["example-terms"]


def test_only_version_1_of_the_format_is_machine_readable(debian_copyright: ModuleType, tmp_path: Path) -> None:
    file = unpack(tmp_path) / "example/debian/copyright"
    assert debian_copyright.is_machine_readable(file)
    file.write_text("This package was debianized by Example Author.\nLicense: GPL\n")
    assert not debian_copyright.is_machine_readable(file)


def test_a_package_is_scanned_compared_and_counted(tmp_path: Path) -> None:
    folder, out, labels = unpack(tmp_path / "packages"), tmp_path / "out.json", tmp_path / "labels.yaml"
    labels.write_text(
        "- {package: example, path: 'src/lo*', wrong: maintainer, kind: another tag, quote: 'MIT'}\n"
        "- {package: '*', path: lib/more.c, licence: MIT, wrong: maintainer, kind: another, quote: 'of another licence'}\n"
    )
    (folder / "without").mkdir()

    printed = run("verdicts.py", folder, "--json", out, "--labels", labels, "--results", tmp_path / "results")

    # main.py and LICENSE are under the catch-all; silent.c states nothing and is under the project's MIT.
    assert "1 packages, 7 files compared" in printed
    assert "| licscan, named files | 50.0% | 50.0% (2 of 4) |" in printed
    assert "| licscan, catch-all files | 100.0% | 100.0% (2 of 2) |" in printed
    assert "| ScanCode, named files | 50.0% | 50.0% (2 of 4) |" in printed
    assert "| licscan is wrong, named files, as labelled | 25.0% | 25.0% (1 of 4) |" in printed
    assert "Copyleft lost: 2 files by licscan, 1 of them without a statement of their own; 1 by ScanCode." in printed
    assert "Disagreements without a label: 1." in printed
    assert "| example | 2 of 4 | 2 of 2 | 2 | " in printed

    data = json.loads(out.read_text())
    different = {each["path"]: each for each in data["disagreements"]}
    assert set(different) == {"src/lost.c", "lib/more.c"}
    assert different["lib/more.c"]["maintainer_class"] == "permissive"
    assert different["lib/more.c"]["licscan"] == "AGPL-3.0-only"
    assert "SPDX-License-Identifier: AGPL-3.0-only" in different["lib/more.c"]["evidence"][0]
    assert different["src/lost.c"]["label"]["wrong"] == "maintainer"
    assert {each["path"] for each in data["copyleft_lost"]} == {"src/lost.c", "src/silent.c"}
    assert {each["path"] for each in data["violating"]} == {"src/a.c", "lib/more.c"}

    again = run("verdicts.py", folder, "--results", tmp_path / "results", "--disagreements")
    assert "example/lib/more.c" in again
    assert "maintainer: example-terms (permissive), for lib/*" in again


def test_the_listed_packages_are_divided_by_the_digest_of_their_names() -> None:
    lines = (BENCHMARKS / "verdict_packages.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]

    assert len(rows) >= 64
    assert len({name for name, *_ in rows}) == len(rows)
    for name, _version, _field, half in rows:
        digest = int(hashlib.sha256(name.encode()).hexdigest(), 16)
        assert half in ("second", "third", "seen" if digest % 2 == 0 else "unseen"), name
