"""A question that several stages ask has one answer, in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from licscan.core.component import SHIPPED, Component, ComponentKind, Scope
from licscan.core.expression import keys_of, parsed
from licscan.core.legal_names import is_notice_file
from licscan.core.ownership import Owners

PACKAGE = Path(__file__).resolve().parents[2] / "licscan"
TEXTS = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def test_what_is_shipped_is_listed_once() -> None:
    listing = {
        name
        for name, text in TEXTS.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Set)
        and {each.attr for each in node.elts if isinstance(each, ast.Attribute)} == {"RUNTIME", "OPTIONAL", "PEER"}
    }
    assert listing == {"core/component.py"}
    assert Scope.DEVELOPMENT not in SHIPPED and Scope.RUNTIME in SHIPPED


def test_the_pattern_of_notice_files_and_the_id_of_the_root_are_written_once() -> None:
    assert {name for name, text in TEXTS.items() if "third.?part|attribution|acknowledg)[^/]*$" in text} == {
        "core/legal_names.py"
    }
    assert {name for name, text in TEXTS.items() if re.search(r'"path:"', text) and "removeprefix" not in text} <= {
        "core/component.py",
        "report/model_identity.py",
        "component/resolve.py",
    }


def test_bills_of_materials_and_conclusions_ask_the_same_for_the_owner_of_a_file() -> None:
    for module in ("report/sbom.py", "classify/conclude.py", "classify/package_terms.py"):
        assert "from licscan.core.ownership import Owners" in TEXTS[module]
        assert "class Owners" not in TEXTS[module]


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("a.c", "root"),
        ("lib/x/a.c", "lib"),
        ("library/a.c", "root"),
        ("zlib/inflate.c", "copied"),
        ("etc/motd", "base"),
    ],
)
def test_a_file_belongs_to_the_nearest_folder_or_to_the_component_that_lists_it(path: str, owner: str) -> None:
    components = (
        Component(id="root", name="root", kind=ComponentKind.PROJECT, directory=""),
        Component(id="lib", name="lib", kind=ComponentKind.PACKAGE, directory="lib"),
        Component(id="copied", name="zlib", kind=ComponentKind.VENDORED, other_paths=("zlib/inflate.c",)),
        Component(id="base", name="base", kind=ComponentKind.SYSTEM, other_paths=("etc/motd",)),
    )
    found = Owners.of_components(components).owner(path)
    assert found is not None and found.id == owner


@pytest.mark.parametrize("path", ["NOTICE", "a/third-party.txt", "THIRDPARTY.md", "LICENSES/MIT.txt", "a/Attribution"])
def test_files_in_which_a_project_passes_on_licences_are_known_by_their_names(path: str) -> None:
    assert is_notice_file(path)
    assert not is_notice_file("src/main.c") and not is_notice_file("LICENSE")


def test_an_expression_that_is_none_has_no_tree_and_no_keys() -> None:
    assert parsed("mit AND AND") is None and keys_of("mit AND AND") == () and parsed(None) is None
    assert keys_of("mit OR gpl-2.0 WITH classpath-exception-2.0") == ("mit", "gpl-2.0", "classpath-exception-2.0")
