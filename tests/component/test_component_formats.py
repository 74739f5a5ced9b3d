"""Hostile files: every parser returns a value or says what is broken, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licscan.component.base import ComponentOptions
from licscan.component.ecosystem import SOURCES
from licscan.component.ecosystem.yarn import parse_classic
from licscan.component.format_xml import load_xml
from licscan.component.format_yaml import load_yaml
from licscan.component.formats import BrokenManifest, load_json, load_relaxed_json, load_stanzas, load_toml, relax_json
from licscan.component.lines import Lines
from licscan.component.read import read_all
from licscan.component.tree import FoundFiles, build_tree
from licscan.core.issue import IssueCode
from tests.component.trees import discovered, select_all
from tests.conftest import FIXTURES

LOADERS: list[Callable[[bytes], Any]] = [load_json, load_relaxed_json, load_toml, load_yaml, load_xml]


@pytest.mark.parametrize("load", LOADERS)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_broken_manifest(load: Callable[[bytes], Any], data: bytes) -> None:
    try:
        load(data)
    except BrokenManifest as error:
        assert str(error)


@pytest.mark.parametrize(
    ("load", "data"),
    [
        (load_json, b"[" * 100_000),
        (load_json, b'{"a":' * 50_000),
        (load_toml, b"a = " + b"[" * 50_000),
        (load_yaml, b"[" * 100_000),
        (load_yaml, b"- " * 100_000),
        (load_yaml, b"? " * 50_000),
        (load_xml, b"<a>" * 100_000),
    ],
)
def test_endless_nesting_is_broken_and_not_the_end_of_the_process(load: Callable[[bytes], Any], data: bytes) -> None:
    with pytest.raises(BrokenManifest):
        load(data)


def test_an_alias_bomb_is_refused() -> None:
    levels = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 200)}]" for n in range(1, 9)]
    with pytest.raises(BrokenManifest, match="aliases"):
        load_yaml("\n".join(levels).encode())


def test_entities_and_outside_references_of_xml_are_refused() -> None:
    with pytest.raises(BrokenManifest):
        load_xml(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')


@pytest.mark.parametrize(
    ("load", "data", "line"),
    [
        (load_json, b'{\n "a": 1,\n "b"}', 3),
        (load_toml, b"a = 1\nb = \n", 2),
        (load_yaml, b"a: 1\nb: [\nc: }", 3),
        (load_xml, b"<a>\n<b>\n</a>", 3),
    ],
)
def test_the_line_where_it_breaks_is_told(load: Callable[[bytes], Any], data: bytes, line: int) -> None:
    with pytest.raises(BrokenManifest) as caught:
        load(data)
    assert caught.value.line == line


plain = st.recursive(
    st.none() | st.booleans() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_yaml_is_read_back_as_it_was_written(value: Any) -> None:
    assert load_yaml(yaml.safe_dump(value).encode()) == value


def test_versions_in_yaml_stay_as_they_are_written() -> None:
    assert load_yaml(b"a: 1.10\nb: 2024-01-01\nc: 0o7\nd: yes\n") == {
        "a": "1.10",
        "b": "2024-01-01",
        "c": "0o7",
        "d": "yes",
    }


@given(plain)
def test_strict_json_is_left_alone_by_the_relaxed_reader(value: Any) -> None:
    text = json.dumps(value)
    assert relax_json(text) == text


def test_comments_and_trailing_commas_are_relaxed_but_not_inside_texts() -> None:
    data = b'{ // words\n "a": ["x, ]", 1,], /* more\n */ "b": "//no",\n}'
    assert load_relaxed_json(data) == {"a": ["x, ]", 1], "b": "//no"}


@given(st.text(max_size=200))
def test_any_text_is_stanzas_of_headers(text: str) -> None:
    assert all(values for stanza in load_stanzas(text) for values in stanza.values())


@given(st.text(max_size=200))
def test_any_text_is_a_classic_yarn_lock_or_broken(text: str) -> None:
    try:
        parse_classic(text)
    except BrokenManifest as error:
        assert error.line


def test_lines_are_found_in_order_and_again_from_the_start() -> None:
    lines = Lines("f", b"a\nb\na\nb\n")
    assert [lines.at(word).start_line for word in ("b", "a", "b", "b")] == [2, 3, 4, 4]
    assert lines.at("a").start_line == 1
    assert lines.at("zz").start_line is None


FILES = sorted(path for path in (FIXTURES / "component").rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(data=st.data())
def test_a_damaged_fixture_is_read_or_told_and_never_crashes(tmp_path: Path, data: st.DataObject) -> None:
    """Cut, doubled and flipped bytes, and fields of another type."""
    original = data.draw(st.sampled_from(FILES))
    content = original.read_bytes()
    at = data.draw(st.integers(0, len(content)))
    until = data.draw(st.integers(at, min(len(content), at + 40)))
    filler = data.draw(
        st.sampled_from([b"", b"null", b"[]", b"{}", b'"', b"\x00", b"1", b"\n", b"true", b": ", b"x@y"])
    )
    place = tmp_path / original.name
    place.write_bytes(content[:at] + filler + content[until:])
    tree = build_tree(select_all(tmp_path), ComponentOptions(), FoundFiles())
    issues = [issue for reading in read_all(tree, SOURCES) for issue in reading.issues]
    place.unlink()
    assert not [issue for issue in issues if issue.code is IssueCode.CRASHED]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bun.lock", "/*" * 500_000),
        ("bun.lock", '"' + '\\"' * 500_000),
        ("bun.lock", "{" + ", " * 500_000),
        (
            "package.json",
            '{"name": "a", "dependencies": {' + ",".join(f'"\\u0061{n}": "1"' for n in range(60_000)) + "}}",
        ),
        ("package.json", '{"name": "a", "author": "x' + " " * 500_000 + 'y"}'),
        ("Gemfile", "group " + " " * 500_000 + "x"),
        ("a.gemspec", "\n" * 500_000),
        ("a.gemspec", "s.name" + " " * 500_000 + "x"),
        ("requirements.txt", "a" * 1_000_000),
        ("requirements.txt", "a==1 \\\n" * 100_000),
        ("go.mod", "module a\n" + "require (\n" + "x v1\n" * 200_000),
        ("yarn.lock", "a" * 1_000_000 + ":\n"),
        ("yarn.lock", "__metadata:\n  version: 8\n" + "? " * 100_000),
        ("setup.py", "(" * 200_000),
        ("setup.cfg", "[metadata]\nname = a\n" + " b\n" * 200_000),
        ("Podfile.lock", "PODS:\n" + '  - "A (1)"\n' * 50_000),
        ("DESCRIPTION", "Package: a\nVersion: 1\nLicense: " + "| " * 200_000),
    ],
    ids=lambda value: value[:18] if isinstance(value, str) else None,
)
def test_a_hostile_manifest_comes_to_an_end(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    facts = discovered(tmp_path)
    assert not [issue for issue in facts.issues if issue.code is IssueCode.CRASHED]


def test_properties_of_a_pom_that_double_each_other_are_cut_short(tmp_path: Path) -> None:
    levels = "".join(f"<p{n}>{f'${{p{n + 1}}}' * 40}</p{n}>" for n in range(12))
    pom = f"<project><artifactId>a</artifactId><version>${{p0}}</version><properties>{levels}</properties></project>"
    (tmp_path / "pom.xml").write_text(pom, encoding="utf-8")
    assert discovered(tmp_path).components[0].version is None


def test_a_version_that_is_itself_is_no_version(tmp_path: Path) -> None:
    pom = "<project><artifactId>a</artifactId><version>${project.version}</version></project>"
    (tmp_path / "pom.xml").write_text(pom, encoding="utf-8")
    facts = discovered(tmp_path)
    assert (facts.components[0].version, facts.issues) == (None, ())


def test_discovering_components_does_not_import_scancode() -> None:
    code = (
        "import sys, licscan.component; sys.exit(any(name in sys.modules for name in ('packagedcode', 'licensedcode')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
