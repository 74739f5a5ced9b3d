"""REUSE.toml, ``.reuse/dep5``, ignore marks and texts, as facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.component import ComponentFacts
from licscan.component.base import ComponentOptions
from licscan.component.license import LicenseNormaliser
from licscan.component.reuse import read_reuse
from licscan.component.reuse.files import is_covered
from licscan.component.reuse.globs import dep5_glob, toml_glob
from licscan.component.tree import FoundFiles, build_tree
from licscan.core.issue import IssueCode
from licscan.core.reuse import Precedence, file_beside, ignored_lines, is_reference, license_of_text
from licscan.workers import Work
from licscan.workers.trouble import crashed
from tests.component.trees import discovered, select_all


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def stated(facts: ComponentFacts) -> dict[str, list[str | None]]:
    """Return what the annotations say of each path."""
    found: dict[str, list[str | None]] = {}
    for annotation in facts.reuse.annotations:
        for path in annotation.paths:
            found.setdefault(path, []).extend(claim.expression_spdx or claim.raw for claim in annotation.claims)
    return found


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**", "a/b/c", True),
        ("*", "a", True),
        ("*", "a/b", False),
        ("src/*.c", "src/a.c", True),
        ("src/*.c", "src/a/b.c", False),
        ("src/**/b.c", "src/b.c", True),
        ("src/**/b.c", "src/a/b.c", True),
        ("src/**b.c", "src/a/bb.c", True),
        ("**/*.png", "a.png", True),
        ("**/*.png", "x/y/a.png", True),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("a\\\\b", "a\\b", True),
        ("a\\b", "ab", True),
        ("*a*b*", "xxaxxbxx", True),
        ("*a*b*", "xxbxxaxx", False),
        ("?", "a", False),
        ("[ab]", "a", False),
        ("", "a", False),
    ],
)
def test_a_path_of_reuse_toml_matches(pattern: str, path: str, matches: bool) -> None:
    assert toml_glob(pattern).matches(path) is matches


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b", True),
        ("po/*.po", "po/a/b.po", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a\\?c", "a?c", True),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
    ],
)
def test_a_pattern_of_dep5_matches(pattern: str, path: str, matches: bool) -> None:
    assert dep5_glob(pattern).matches(path) is matches


def test_a_pattern_of_a_thousand_stars_is_matched_as_any_other() -> None:
    assert not toml_glob("a*" * 1_000 + "b").matches("a" * 4_000)
    assert toml_glob("*a" * 1_000 + "*").matches("a" * 1_500)


@given(st.lists(st.sampled_from(["*", "**", "a", "b", "/"]), max_size=8), st.text("ab/", max_size=8))
def test_a_pattern_matches_what_its_meaning_spelt_out_does(pieces: list[str], path: str) -> None:
    import re

    pattern = "".join(pieces)
    spelt = "".join(
        ".*" if piece.startswith("**") else "[^/]*" if piece == "*" else re.escape(piece)
        for piece in re.findall(r"\*\*+/?|\*|[^*]", pattern)
    )
    assert toml_glob(pattern).matches(path) is bool(re.fullmatch(spelt, path))


def test_the_last_table_that_matches_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "sub/REUSE.toml": "version = 1\n"
            '[[annotations]]\npath = "**"\nSPDX-License-Identifier = "MIT"\n'
            '[[annotations]]\npath = ["a.txt", "b*"]\nprecedence = "override"\nSPDX-License-Identifier = ["ISC", "Zlib"]\n'
            '[[annotations]]\npath = "bb.txt"\nSPDX-License-Identifier = "GPL-3.0-or-later"\n',
            **dict.fromkeys(("sub/a.txt", "sub/b.txt", "sub/bb.txt", "sub/c/d.txt", "other.txt"), "x\n"),
        },
    )
    facts = discovered(tmp_path)
    assert stated(facts) == {
        "sub/a.txt": ["ISC", "Zlib"],
        "sub/b.txt": ["ISC", "Zlib"],
        "sub/bb.txt": ["GPL-3.0-or-later"],
        "sub/c/d.txt": ["MIT"],
    }
    assert [(each.folder, each.precedence, str(each.location)) for each in facts.reuse.annotations] == [
        ("sub", Precedence.CLOSEST, "sub/REUSE.toml:2"),
        ("sub", Precedence.OVERRIDE, "sub/REUSE.toml:5"),
        ("sub", Precedence.CLOSEST, "sub/REUSE.toml:9"),
    ]


def test_names_of_old_copyright_files_are_understood(tmp_path: Path) -> None:
    header = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    write(tmp_path, {".reuse/dep5": f"{header}Files: a\nCopyright: x\nLicense: GPL-3+\n", "a": "x\n"})
    assert stated(discovered(tmp_path)) == {"a": ["GPL-3.0-or-later"]}


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("REUSE.toml", "version = 2\n", "version"),
        ("REUSE.toml", "[[annotations\n", "not valid TOML"),
        ("REUSE.toml", 'version = 1\n[[annotations]]\nprecedence = "closest"\n', "without 'path'"),
        ("REUSE.toml", 'version = 1\n[[annotations]]\npath = "a"\nprecedence = "best"\n', "unknown precedence"),
        (".reuse/dep5", "Files: *\nLicense: MIT\n", "'Format' is missing"),
        (".reuse/dep5", "", "'Format' is missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_issue(tmp_path: Path, path: str, text: str, what: str) -> None:
    write(tmp_path, {path: text, "a": "x\n"})
    facts = discovered(tmp_path)
    assert facts.reuse.annotations == ()
    (issue,) = facts.issues
    assert issue.code is IssueCode.BROKEN_MANIFEST
    assert what in str(issue.message)
    assert issue.location and issue.location.path == path


def test_values_of_the_wrong_kind_cost_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "REUSE.toml": "version = 1\n[[annotations]]\n"
            'path = ["a", 1]\nSPDX-License-Identifier = ["MIT", 2]\n[other]\npath = "b"\n',
            "a": "x\n",
        },
    )
    assert stated(discovered(tmp_path)) == {"a": ["MIT"]}


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("a.c", True),
        ("UNLICENSE", True),
        ("sub/license_data.py", True),
        ("LICENSE", False),
        ("src/LICENCE.md", False),
        ("COPYING.LESSER", False),
        ("LICENSE-MIT", False),
        ("LICENSES/MIT.txt", False),
        ("sub/LICENSES/MIT.txt", False),
        ("a.png.license", False),
        ("REUSE.toml", False),
        (".reuse/dep5", False),
        ("sbom.spdx.json", False),
        ("a.spdx", False),
        ("sub", True),
    ],
)
def test_annotations_speak_of_covered_files_alone(path: str, covered: bool) -> None:
    assert is_covered(path) is covered


def test_lines_between_ignore_marks_are_known_by_their_numbers() -> None:
    start, end = "REUSE-" + "IgnoreStart", "REUSE-" + "IgnoreEnd"
    text = f"a\n# {start}\nb\n# {end}\nc\n# {start} {end}\nd\n# {start}\ne\n"
    places = [str(place) for place in ignored_lines("a.py", text.encode())]
    assert places == ["a.py:2-4", "a.py:6", "a.py:8-10"]


def test_texts_of_ones_own_names_are_kept_as_they_stand(tmp_path: Path) -> None:
    write(tmp_path, {"LICENSES/LicenseRef-A.txt": "Do as you please.\r\n\u00a9 Example\n", "LICENSES/MIT.txt": "x\n"})
    (text,) = discovered(tmp_path).reuse.texts
    assert (text.license_id, text.path) == ("LicenseRef-A", "LICENSES/LicenseRef-A.txt")
    assert text.text.endswith("\u00a9 Example\n")


def test_texts_of_ones_own_names_are_read_by_whoever_reads_untrusted_files(tmp_path: Path) -> None:
    write(tmp_path, {"LICENSES/LicenseRef-A.txt": "Do as you please.\n"})
    works: list[str] = []

    def run(work: Work[Any, Any], items: Sequence[Any]) -> Iterator[Any]:
        works.append(type(work).__name__)
        return iter([work.refused(item, crashed(work.path(item), work.name, "odd")) for item in items])

    tree = build_tree(select_all(tmp_path), ComponentOptions(), FoundFiles())
    facts = read_reuse(tree, LicenseNormaliser(lambda _text: None, lambda _path: None), run)
    assert "TextsWork" in works and not facts.reuse.texts
    assert [str(issue.location) for issue in facts.issues] == ["LICENSES/LicenseRef-A.txt"]


def test_texts_of_ones_own_names_are_bounded_together(tmp_path: Path) -> None:
    write(tmp_path, {f"LICENSES/LicenseRef-{number:02}.txt": "x" * 1_000_000 for number in range(20)})
    facts = discovered(tmp_path)
    assert len(facts.reuse.texts) == 16
    (issue,) = facts.issues
    assert str(issue.location) == "LICENSES/LicenseRef-16.txt" and "4 are left out" in str(issue.message)


def test_a_side_file_makes_no_component(tmp_path: Path) -> None:
    write(tmp_path, {"art/a.png": "x", "art/a.png.license": "SPDX-License-Identifier: MIT\n"})
    assert [item.name for item in discovered(tmp_path).components if item.directory == "art"] == []


def test_names_are_told_by_their_form() -> None:
    assert file_beside("a/b.png.license") == "a/b.png"
    assert [file_beside(path) for path in ("a/b.png", ".license", "a/.license")] == [None, None, None]
    assert [
        is_reference(name) for name in ("LicenseRef-a.b-1", "DocumentRef-x:LicenseRef-a", "LicenseRef-", "MIT")
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert [license_of_text(path) for path in ("LICENSES/MIT.txt", "a/LICENSES/b/GPL-2.0", "licenses/MIT.txt")] == [
        "MIT",
        "GPL-2.0",
        None,
    ]
