"""Installed trees: virtual environments and node_modules, read where package managers put things."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from licscan.component import ComponentOptions, Graph, Owners, discover
from licscan.core.message import say
from licscan.core.selection import Selection
from licscan.core.skipped import Skipped
from tests.component.conftest import Plant
from tests.component.trees import by_id, discovered, edges, nothing_read

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}\n\nLicense: GPL\n"


def wheel(
    name: str, version: str, more: str = "", folder: str = ".venv/lib/python3.11/site-packages"
) -> dict[str, str]:
    info = f"{folder}/{name}-{version}.dist-info"
    return {
        f"{info}/METADATA": METADATA.format(name=name, version=version, more=more),
        f"{info}/RECORD": f"{name}/__init__.py,,\n{name}/sub/x.py,,\n{name}-{version}.dist-info/RECORD,,\n../../../bin/x,,\n",
        f"{info}/licenses/LICENSE": "text",
    }


def environment(*wheels: dict[str, str]) -> dict[str, str]:
    return {".venv/pyvenv.cfg": "version = 3.11\n", **{path: text for item in wheels for path, text in item.items()}}


@pytest.mark.skipif(
    not (Path(sys.prefix) / "pyvenv.cfg").exists(), reason="the tests do not run in a virtual environment"
)
def test_every_package_of_this_environment_is_found_and_none_invented() -> None:
    prefix = Path(sys.prefix)
    selection = Selection(
        root=str(prefix.parent), files=(), skipped=(Skipped(path=prefix.name, reason=say("installed packages")),)
    )
    facts = discover(selection, ComponentOptions(), nothing_read)
    paths = [str(path) for path in prefix.glob("lib*/python*/site-packages") if not path.parent.parent.is_symlink()]
    installed = {(canonicalize_name(item.name), item.version) for item in importlib.metadata.distributions(path=paths)}
    assert {(item.name, item.version) for item in facts.components[1:]} == installed
    assert not facts.issues


def test_the_body_of_metadata_is_no_header(plant: Plant) -> None:
    facts = plant(environment(wheel("alpha", "1.0", "License: MIT")))
    assert [claim.raw for claim in by_id(facts)["pkg:pypi/alpha@1.0"].claims] == ["MIT"]


def test_the_expression_of_metadata_leads_and_silences_the_old_fields(plant: Plant) -> None:
    more = (
        "License-Expression: MIT OR Apache-2.0\nLicense: see text\nClassifier: License :: OSI Approved :: BSD License"
    )
    (claim,) = by_id(plant(environment(wheel("alpha", "1.0", more))))["pkg:pypi/alpha@1.0"].claims
    assert (claim.expression, claim.origin) == ("mit OR apache-2.0", "METADATA License-Expression")


def test_requirements_are_resolved_inside_the_environment(plant: Plant) -> None:
    facts = plant(
        {
            "pyproject.toml": '[project]\nname = "app"\ndependencies = ["alpha"]\n',
            **environment(wheel("alpha", "1.0", "Requires-Dist: beta>=1\nRequires-Dist: absent"), wheel("beta", "2.0")),
        }
    )
    assert edges(facts) == {
        ("pkg:pypi/app", "pkg:pypi/alpha@1.0", "runtime"),
        ("pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0", "runtime"),
    }
    assert Graph(facts.components, facts.dependencies).paths_to("pkg:pypi/beta@2.0") == (
        ("pkg:pypi/app", "pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0"),
    )


def test_an_extra_counts_only_when_somebody_asks_for_it(plant: Plant) -> None:
    wheels = environment(
        wheel("alpha", "1.0", 'Requires-Dist: beta; extra == "fast"\nRequires-Dist: gamma; extra == "slow"'),
        wheel("beta", "2.0"),
        wheel("gamma", "3.0"),
    )
    facts = plant({"pyproject.toml": '[project]\nname = "app"\ndependencies = ["alpha[fast]"]\n', **wheels})
    found = edges(facts)
    assert ("pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0", "optional") in found
    assert not any(child == "pkg:pypi/gamma@3.0" for _, child, _ in found)


def test_files_and_licence_texts_of_a_wheel_belong_to_it(plant: Plant) -> None:
    facts = plant(environment(wheel("alpha", "1.0")))
    owners = Owners(facts.components)
    site = ".venv/lib/python3.11/site-packages"
    assert owners.owner_of(f"{site}/alpha/sub/x.py") == "pkg:pypi/alpha@1.0"
    assert [(item.component, item.path) for item in facts.legal_files] == [
        ("pkg:pypi/alpha@1.0", f"{site}/alpha-1.0.dist-info/licenses/LICENSE")
    ]


def test_a_wheel_unpacked_among_the_projects_files_is_brought_in_by_it(plant: Plant) -> None:
    facts = plant({"main.py": "", **wheel("alpha", "1.0", "License: MIT", folder="libs")})
    assert edges(facts) == {("path:.", "pkg:pypi/alpha@1.0", "runtime")}


def node(name: str, version: str, **fields: object) -> str:
    import json

    return json.dumps({"name": name, "version": version, "license": "MIT", **fields})


def test_node_modules_are_resolved_from_folder_to_folder(plant: Plant) -> None:
    facts = plant(
        {
            "package.json": node("app", "1.0.0", dependencies={"a": "^1.0.0", "x": "npm:b@1.0.0"}),
            "node_modules/a/package.json": node("a", "1.2.0", dependencies={"b": "^2.0.0"}, devDependencies={"z": "1"}),
            "node_modules/a/node_modules/b/package.json": node("b", "2.0.0"),
            "node_modules/x/package.json": node("b", "1.0.0"),
            "node_modules/a/dist/package.json": node("not-a-package", "9.9.9"),
            "node_modules/@s/c/package.json": node("@s/c", "3.0.0"),
            "node_modules/@s/c/LICENSE": "text",
        }
    )
    assert edges(facts) == {
        ("pkg:npm/app@1.0.0", "pkg:npm/a@1.2.0", "runtime"),
        ("pkg:npm/app@1.0.0", "pkg:npm/b@1.0.0", "runtime"),
        ("pkg:npm/a@1.2.0", "pkg:npm/b@2.0.0", "runtime"),
    }
    assert "pkg:npm/%40s/c@3.0.0" in by_id(facts)
    assert not any("not-a-package" in item.id for item in facts.components)
    assert [item.component for item in facts.legal_files] == ["pkg:npm/%40s/c@3.0.0"]


def test_copies_of_one_version_are_one_component_with_all_its_folders(plant: Plant) -> None:
    facts = plant(
        {
            "node_modules/a/package.json": node("a", "1.0.0"),
            "node_modules/b/package.json": node("b", "1.0.0"),
            "node_modules/b/node_modules/a/package.json": node("a", "1.0.0"),
        }
    )
    copied = by_id(facts)["pkg:npm/a@1.0.0"]
    assert (copied.directory, copied.other_paths) == ("node_modules/a", ("node_modules/b/node_modules/a",))


def test_the_links_of_pnpm_are_understood_and_not_followed(tmp_path: Path) -> None:
    store = tmp_path / "node_modules" / ".pnpm"
    for name, needs in (("a", {"b": "1.0.0"}), ("b", {})):
        folder = store / f"{name}@1.0.0" / "node_modules" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(node(name, "1.0.0", dependencies=needs))
    os.symlink("../../b@1.0.0/node_modules/b", store / "a@1.0.0" / "node_modules" / "b")
    os.symlink(".pnpm/a@1.0.0/node_modules/a", tmp_path / "node_modules" / "a")
    os.symlink("/etc", tmp_path / "node_modules" / "evil")
    (tmp_path / "package.json").write_text(node("app", "1.0.0", dependencies={"a": "1.0.0"}))
    facts = discovered(tmp_path)
    assert edges(facts) == {
        ("pkg:npm/app@1.0.0", "pkg:npm/a@1.0.0", "runtime"),
        ("pkg:npm/a@1.0.0", "pkg:npm/b@1.0.0", "runtime"),
    }
    assert not facts.issues


def test_a_linked_node_modules_folder_is_not_entered(tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "a"
    outside.mkdir(parents=True)
    (outside / "package.json").write_text(node("a", "1.0.0"))
    root = tmp_path / "root"
    root.mkdir()
    (root / "package.json").write_text(node("app", "1.0.0"))
    os.symlink(tmp_path / "outside", root / "node_modules")
    assert [item.id for item in discovered(root).components] == ["pkg:npm/app@1.0.0"]


def test_too_many_installed_entries_are_an_issue(tmp_path: Path) -> None:
    for number in range(5):
        folder = tmp_path / "node_modules" / f"p{number}"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(node(f"p{number}", "1.0.0"))
    selection = Selection(
        root=str(tmp_path), files=(), skipped=(Skipped(path="node_modules", reason=say("installed")),)
    )
    facts = discover(selection, ComponentOptions(max_entries=7), nothing_read)
    assert [str(issue.message) for issue in facts.issues] == [
        "the installed packages hold more entries than the limit; the rest was not read"
    ]


def test_a_line_of_blanks_in_a_licence_field_ends_no_header(plant: Plant) -> None:
    """A whole licence text in the old field has paragraphs; what follows it counts."""
    text = "Copyright (c) Somebody\n        \n        Permission is granted."
    metadata = (
        f"Metadata-Version: 2.1\nName: lib\nVersion: 1.0\nLicense: {text}\nRequires-Dist: other\n\nDescription: no\n"
    )
    other = "Metadata-Version: 2.1\nName: other\nVersion: 2.0\nLicense: MIT\n"
    site = ".venv/lib/python3.11/site-packages"
    facts = plant(
        {
            ".venv/pyvenv.cfg": "home = /usr/bin\n",
            f"{site}/lib-1.0.dist-info/METADATA": metadata,
            f"{site}/other-2.0.dist-info/METADATA": other,
        }
    )
    lib = by_id(facts)["pkg:pypi/lib@1.0"]
    assert [claim.raw for claim in lib.claims] == ["Copyright (c) Somebody\n\nPermission is granted."]
    assert ("pkg:pypi/lib@1.0", "pkg:pypi/other@2.0", "runtime") in edges(facts)
