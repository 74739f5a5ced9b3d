"""Projects, workspaces and copied folders."""

from __future__ import annotations

import json

import pytest

from licscan.component import Owners
from licscan.core.component import ComponentKind, Scope
from licscan.core.issue import IssueCode
from tests.component.conftest import Plant
from tests.component.trees import by_id, edges

MIT = "Permission is hereby granted, free of charge, to any person ...\n"
GPL = "GNU GENERAL PUBLIC LICENSE\n"


def test_a_tree_without_manifest_is_one_project_called_like_its_folder(plant: Plant) -> None:
    (root,) = plant({"main.c": "int main;"}).components
    assert (root.id, root.name, root.kind, root.directory) == ("path:.", "tree", ComponentKind.PROJECT, "")


def test_pyproject_names_the_project_its_authors_and_its_licence(plant: Plant) -> None:
    (root,) = plant(
        {
            "pyproject.toml": '[project]\nname = "Fine.Tool"\nversion = "2.0"\nlicense = "MIT"\n'
            'authors = [{ name = "Ada Example", email = "ada@example.invalid" }]\n'
        }
    ).components
    assert (root.id, root.name, root.version, root.authors) == (
        "pkg:pypi/fine-tool@2.0",
        "fine-tool",
        "2.0",
        ("Ada Example",),
    )
    (claim,) = root.claims
    assert (claim.expression, claim.origin) == ("mit", "pyproject.toml license")
    assert str(claim.locations[0]) == "pyproject.toml:4"


def test_the_old_license_table_and_classifiers_are_read(plant: Plant) -> None:
    facts = plant(
        {
            "pyproject.toml": '[project]\nname = "a"\nlicense = { text = "Apache 2.0" }\n'
            'classifiers = ["License :: OSI Approved :: Apache Software License"]\n'
        }
    )
    assert [claim.expression for claim in facts.components[0].claims] == ["apache-2.0"]


def test_setup_py_is_read_without_running_it(plant: Plant) -> None:
    facts = plant(
        {
            "setup.py": "import os\nfrom setuptools import setup\nNAME = 'old-tool'\nos.remove('setup.py')\n"
            "setup(name=NAME, version='1.0', license='GPLv2+', install_requires=['requests>=2'])\n"
        }
    )
    components = by_id(facts)
    assert [claim.expression for claim in components["pkg:pypi/old-tool@1.0"].claims] == ["gpl-2.0-plus"]
    assert "pkg:pypi/requests" in components


def test_setup_cfg_completes_a_pyproject_that_only_builds(plant: Plant) -> None:
    facts = plant(
        {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n',
            "setup.cfg": "[metadata]\nname = mixed\nversion = 3.1\nlicense = BSD\n\n[options]\ninstall_requires =\n    six\n",
        }
    )
    assert facts.components[0].id == "pkg:pypi/mixed@3.1"
    assert edges(facts) == {
        ("pkg:pypi/mixed@3.1", "pkg:pypi/setuptools", "build"),
        ("pkg:pypi/mixed@3.1", "pkg:pypi/six", "runtime"),
    }


def test_a_private_package_json_beside_a_published_manifest_follows_it(plant: Plant) -> None:
    facts = plant(
        {
            "pyproject.toml": '[project]\nname = "app"\nversion = "1"\nlicense = "MIT"\n',
            "package.json": '{"private": true, "devDependencies": {"eslint": "9.0.0"}}',
        }
    )
    projects = [item for item in facts.components if item.kind is ComponentKind.PROJECT]
    assert [item.id for item in projects] == ["pkg:pypi/app@1"]
    assert edges(facts) == {("pkg:pypi/app@1", "pkg:npm/eslint@9.0.0", "development")}


def test_a_bower_json_beside_a_package_json_follows_it(plant: Plant) -> None:
    manifest = '{"name": "app", "version": "2.0.0", "license": "MIT"}'
    (root,) = plant({"bower.json": manifest, "package.json": manifest}).components
    assert (root.id, root.ecosystem) == ("pkg:npm/app@2.0.0", "npm")


def test_a_monorepo_has_a_project_for_each_manifest(plant: Plant) -> None:
    facts = plant(
        {
            "package.json": '{"name": "root", "version": "1.0.0", "workspaces": ["packages/*"]}',
            "packages/a/package.json": '{"name": "@m/a", "version": "1.0.0", "license": "MIT", "dependencies": {"@m/b": "^1.0.0"}}',
            "packages/b/package.json": '{"name": "@m/b", "version": "1.0.0", "license": "GPL-3.0-only"}',
        }
    )
    assert [item.directory for item in facts.components] == ["", "packages/a", "packages/b"]
    assert edges(facts) == {("pkg:npm/%40m/a@1.0.0", "pkg:npm/%40m/b@1.0.0", "runtime")}


def test_two_projects_of_one_name_and_version_keep_apart(plant: Plant) -> None:
    manifest = '[project]\nname = "same"\nversion = "1"\n'
    facts = plant({"a/pyproject.toml": manifest, "b/pyproject.toml": manifest})
    assert [item.id for item in facts.components] == ["path:.", "pkg:pypi/same@1", "pkg:pypi/same@1#b"]


def test_a_package_json_that_only_steers_node_is_no_project(plant: Plant) -> None:
    facts = plant({"package.json": '{"name": "x"}', "esm/package.json": '{"type": "module"}'})
    assert [item.name for item in facts.components] == ["x"]


def test_a_project_in_a_test_folder_has_the_scope_of_tests(plant: Plant) -> None:
    facts = plant({"tests/fixtures/demo/package.json": '{"name": "demo", "version": "1.0.0"}'})
    assert by_id(facts)["pkg:npm/demo@1.0.0"].scope is Scope.TEST


def test_a_broken_manifest_is_an_issue_with_its_line_and_costs_nothing_else(plant: Plant) -> None:
    facts = plant(
        {
            "package.json": '{\n  "name": "a",\n  "version": }\n',
            "pyproject.toml": "[project]\nname = \n",
            "yarn.lock": "__metadata:\n  version: 8\n bad: [\n",
            "sub/package.json": '{"name": "fine", "version": "1.0.0"}',
        }
    )
    assert [(issue.code, str(issue.location)) for issue in facts.issues] == [
        (IssueCode.BROKEN_MANIFEST, "package.json:3"),
        (IssueCode.BROKEN_MANIFEST, "pyproject.toml:2"),
        (IssueCode.BROKEN_MANIFEST, "yarn.lock:3"),
    ]
    assert "pkg:npm/fine@1.0.0" in by_id(facts)


def test_a_requirement_that_is_none_is_told_with_its_line(plant: Plant) -> None:
    facts = plant({"requirements.txt": "requests\n\n=oops\n"})
    assert [str(issue.location) for issue in facts.issues] == ["requirements.txt:3"]
    assert "pkg:pypi/requests" in by_id(facts)


def test_requirements_that_are_none_are_counted_and_cost_no_others(plant: Plant) -> None:
    facts = plant({"requirements.txt": "attrs==23.1.0\n=oops\nclick==8.1.7\n<<<<<<< HEAD\n"})
    (issue,) = facts.issues
    assert issue.code is IssueCode.BROKEN_MANIFEST
    assert (str(issue.message), str(issue.location)) == (
        "2 lines are not requirements; this is the first",
        "requirements.txt:2",
    )
    assert {"pkg:pypi/attrs@23.1.0", "pkg:pypi/click@8.1.7"} <= set(by_id(facts))


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "attrs==23.1.0\n=topsecret\n"},
        {"requirements.txt": "=topsecret\n"},
        {"requirements.txt": "attrs\n-r topsecret.txt\n"},
        {"environment.yml": "dependencies:\n- '=topsecret'\n"},
        {"gradle.lockfile": "topsecret\n"},
        {"go.mod": "module m\ntopsecret\n"},
        {"pom.xml": "<topsecret"},
        {"package.json": '{"topsecret"'},
        {"pyproject.toml": "topsecret"},
        {"pnpm-lock.yaml": "topsecret: [\n"},
        {"yarn.lock": "topsecret\n  topsecret\n"},
        {"Cargo.lock": "topsecret"},
        {"REUSE.toml": "version = 'topsecret'\n"},
    ],
    ids=lambda files: f"{min(files)} {len(min(files.values()))}",
)
def test_an_issue_names_the_line_of_a_manifest_and_never_its_text(plant: Plant, files: dict[str, str]) -> None:
    facts = plant(files)
    assert facts.issues or "yarn.lock" in files
    assert not [issue for issue in facts.issues if "topsecret" in f"{issue.message} {issue.hint}"]


def test_a_file_without_any_requirement_is_broken(plant: Plant) -> None:
    (issue,) = plant({"requirements.txt": "The following shall hold:\n"}).issues
    assert issue.code is IssueCode.BROKEN_MANIFEST and "unknown until it can be read" in str(issue.hint)


def test_hand_written_requirements_are_declared_and_only_pins_have_versions(plant: Plant) -> None:
    facts = plant(
        {
            "requirements.txt": "# base\nrequests>=2  # http\nattrs==23.1.0\n-r other.txt\n./local\ngit+https://example.invalid/x.git\n",
            "requirements-dev.txt": "pytest\n",
        }
    )
    assert edges(facts) == {
        ("path:.", "pkg:pypi/attrs@23.1.0", "runtime"),
        ("path:.", "pkg:pypi/requests", "runtime"),
        ("path:.", "pkg:pypi/pytest", "development"),
        ("path:.", "pkg:pypi/x?vcs_url=git%2Bhttps://example.invalid/x.git", "runtime"),
        ("path:.", "pkg:pypi/local?download_url=file:./local", "runtime"),
    }
    assert not any(item.proven for item in facts.dependencies)


def test_a_folder_with_a_licence_of_its_own_is_vendored(plant: Plant) -> None:
    facts = plant({"LICENSE": MIT, "src/app.c": "", "src/lib/COPYING": GPL, "src/lib/lib.c": ""})
    vendored = by_id(facts)["path:src/lib"]
    assert (vendored.kind, vendored.name, vendored.directory) == (ComponentKind.VENDORED, "lib", "src/lib")
    assert ("path:.", "path:src/lib", "runtime") in edges(facts)


def test_a_folder_that_repeats_the_projects_licence_is_its_own(plant: Plant) -> None:
    assert len(plant({"LICENSE": MIT, "sub/LICENSE": MIT, "sub/a.c": ""}).components) == 1


def test_folders_of_licence_texts_are_not_vendored(plant: Plant) -> None:
    facts = plant({"LICENSES/GPL-3.0.txt": GPL, "LICENSES/LICENSE": GPL, "docs/LICENSE": GPL, "a.c": ""})
    assert len(facts.components) == 1


def test_each_child_of_a_vendor_folder_is_a_component(plant: Plant) -> None:
    facts = plant(
        {
            "third_party/zlib/zlib.c": "",
            "third_party/zlib/contrib/extra.c": "",
            "third_party/json/package.json": '{"name": "json-lib", "version": "2.0.0", "license": "ISC"}',
            "third_party/json/json.c": "",
        }
    )
    assert [item.id for item in facts.components] == ["path:.", "pkg:npm/json-lib@2.0.0", "path:third_party/zlib"]
    assert ("path:.", "pkg:npm/json-lib@2.0.0", "runtime") in edges(facts)


def test_a_vendor_folder_that_only_groups_gives_way_to_what_it_groups(plant: Plant) -> None:
    facts = plant({"extern/example.invalid/lib/LICENSE": GPL, "extern/example.invalid/lib/lib.go": ""})
    assert [item.id for item in facts.components] == ["path:.", "path:extern/example.invalid/lib"]


def test_a_file_belongs_to_the_deepest_component_around_it(plant: Plant) -> None:
    facts = plant({"package.json": json.dumps({"name": "a"}), "third_party/z/LICENSE": GPL, "third_party/z/z.c": ""})
    owners = Owners(facts.components)
    assert owners.owner_of("third_party/z/z.c") == "path:third_party/z"
    assert owners.owner_of("src/main.js") == "pkg:npm/a"


def test_bun_names_a_package_of_a_repository_without_its_address(plant: Plant) -> None:
    lock = {
        "lockfileVersion": 1,
        "workspaces": {"": {"name": "app", "dependencies": {"tick": "git+ssh://git@host.example/tick.git", "@a/tock": "1.0.0"}}},
        "packages": {
            "tick": ["tick@git+ssh://git@host.example/tick.git#1", {}, "1"],
            "@a/tock": ["@a/tock@1.0.0", "", {}, ""],
        },
    }  # fmt: skip
    facts = plant({"package.json": '{"name": "app"}', "bun.lock": json.dumps(lock)})
    assert {item.name for item in facts.components} == {"app", "tick", "@a/tock"}
