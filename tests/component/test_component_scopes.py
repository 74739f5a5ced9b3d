"""What a requirements file or an extra is for is told by its name."""

from __future__ import annotations

import pytest

from licscan.core.component import Scope
from tests.component.conftest import Plant


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("requirements.txt", Scope.RUNTIME),
        ("requirements/base.txt", Scope.RUNTIME),
        ("requirements-latest.txt", Scope.RUNTIME),
        ("requirements-dev.txt", Scope.DEVELOPMENT),
        ("dev-requirements.txt", Scope.DEVELOPMENT),
        ("requirements/dev.txt", Scope.DEVELOPMENT),
        ("requirements.lint.txt", Scope.DEVELOPMENT),
        ("test-requirements.txt", Scope.TEST),
        ("requirements_test.txt", Scope.TEST),
        ("tests/requirements.txt", Scope.TEST),
        ("requirements-docs.txt", Scope.DOCUMENTATION),
    ],
)
def test_a_requirements_file_has_the_scope_of_its_name(plant: Plant, path: str, scope: Scope) -> None:
    assert [item.scope for item in plant({path: "tick==1.0\n"}).components if item.name == "tick"] == [scope]


def test_what_the_product_needs_too_stays_runtime(plant: Plant) -> None:
    tree = {"requirements.txt": "tick==1.0\n", "requirements-dev.txt": "-r requirements.txt\ntick==1.0\ntock==1.0\n"}
    scopes = {item.name: item.scope for item in plant(tree).components}
    assert (scopes["tick"], scopes["tock"]) == (Scope.RUNTIME, Scope.DEVELOPMENT)


def test_extras_and_groups_have_the_scope_of_their_name(plant: Plant) -> None:
    facts = plant(
        {
            "pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["a"]\n'
            '[project.optional-dependencies]\ntest = ["b"]\ndev = ["c"]\ndocs = ["d"]\nspeed = ["e"]\n'
            '[dependency-groups]\nother = ["f"]\n'
        }
    )
    assert {item.name: item.scope.value for item in facts.components} == {
        "app": "runtime",
        "a": "runtime",
        "b": "test",
        "c": "development",
        "d": "documentation",
        "e": "optional",
        "f": "development",
    }


@pytest.mark.parametrize(
    ("folder", "scope"),
    [("", Scope.RUNTIME), ("web", Scope.RUNTIME), ("docs/site", Scope.DOCUMENTATION), ("test/e2e", Scope.TEST)],
)
def test_what_a_project_needs_reaches_users_where_the_project_does(plant: Plant, folder: str, scope: Scope) -> None:
    manifest = '{"name": "it", "version": "1", "dependencies": {"tick": "1.0.0"}}'
    facts = plant({f"{folder}/package.json".lstrip("/"): manifest})
    assert {item.scope for item in facts.components if item.name == "tick"} == {scope}


def test_what_the_product_needs_through_a_test_folder_stays_runtime(plant: Plant) -> None:
    facts = plant(
        {
            "package.json": '{"name": "app", "workspaces": ["testing/*"], "dependencies": {"kit": "1.0.0"}}',
            "testing/kit/package.json": '{"name": "kit", "version": "1.0.0", "dependencies": {"tick": "1.0.0"}}',
        }
    )
    assert {item.scope for item in facts.components if item.name == "tick"} == {Scope.RUNTIME}


def test_a_gem_needs_what_its_gemspec_says_and_the_gemfile_beside_it_is_for_developers(plant: Plant) -> None:
    spec = 'Gem::Specification.new do |s|\n  s.name = "it"\n  s.add_dependency "tick"\nend\n'
    gems = "gem 'tick'\ngem 'tock'\ngem 'tack', group: :test\n"
    facts = plant({"it.gemspec": spec, "Gemfile": f"source 'x'\ngemspec\n{gems}"})
    assert {item.name: item.scope.value for item in facts.components if item.name != "it"} == {
        "tick": "runtime",
        "tock": "development",
        "tack": "test",
    }
    alone = plant({"Gemfile": f"{gems}# gemspec\n"})
    assert {item.name for item in alone.components if item.scope is Scope.RUNTIME} >= {"tick", "tock"}
