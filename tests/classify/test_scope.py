from __future__ import annotations

import pytest

from licscan.classify.scope import component_scope, packaged_scopes, read_scopes, scope_of
from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.location import Location
from licscan.util.rule_data import RuleFileError


def component(directory: str, scope: Scope = Scope.RUNTIME) -> Component:
    return Component(id=f"path:{directory}", name="it", kind=ComponentKind.VENDORED, directory=directory, scope=scope)


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("src/app.py", Scope.RUNTIME),
        ("tests/test_app.py", Scope.TEST),
        ("Tests/AppTests.swift", Scope.TEST),
        ("src/pkg/tests/data.txt", Scope.TEST),
        ("test/run.js", Scope.TEST),
        ("src/test/java/AppTest.java", Scope.TEST),
        ("django/test/client.py", Scope.RUNTIME),
        ("lib/parser_test.go", Scope.TEST),
        ("docs/index.md", Scope.DOCUMENTATION),
        ("src/docs/index.md", Scope.RUNTIME),
        ("examples/hello.c", Scope.DOCUMENTATION),
        ("src/tests.py", Scope.RUNTIME),
        (".github/workflows/ci.yml", Scope.DEVELOPMENT),
        ("config.guess", Scope.BUILD),
        ("build-aux/install-sh", Scope.BUILD),
        ("latest/contest/protest.py", Scope.RUNTIME),
        ("FAQ", Scope.DOCUMENTATION),
        ("FAQ.md", Scope.DOCUMENTATION),
        ("src/faq.py", Scope.RUNTIME),
        ("CONTRIBUTING.md", Scope.DEVELOPMENT),
        ("fuzz/Cargo.lock", Scope.TEST),
        ("crates/fuzz/lib.rs", Scope.RUNTIME),
        ("vendor-bin/psalm/composer.json", Scope.DEVELOPMENT),
    ],
)
def test_a_path_tells_its_scope(path: str, scope: Scope) -> None:
    assert scope_of(path, None) is scope


def test_a_package_called_test_is_no_test() -> None:
    assert scope_of("node_modules/test/index.js", component("node_modules/test")) is Scope.RUNTIME
    assert scope_of("vendor/docs/index.js", component("vendor/docs")) is Scope.RUNTIME


def test_the_tests_of_a_vendored_component_are_tests() -> None:
    assert scope_of("vendor/zlib/test/example.c", component("vendor/zlib")) is Scope.TEST


def test_a_component_inside_a_folder_of_tests_is_for_tests() -> None:
    assert scope_of("tests/vendor/zlib/zlib.c", component("tests/vendor/zlib")) is Scope.TEST
    assert scope_of("tests/zlib/zlib.c", component("tests/zlib")) is Scope.TEST


@pytest.mark.parametrize("scope", [Scope.DEVELOPMENT, Scope.TEST, Scope.BUILD])
def test_nothing_inside_a_component_that_is_not_shipped_is_shipped(scope: Scope) -> None:
    assert scope_of("node_modules/eslint/lib/api.js", component("node_modules/eslint", scope)) is scope


def test_an_optional_component_stays_optional() -> None:
    assert scope_of("node_modules/x/a.js", component("node_modules/x", Scope.OPTIONAL)) is Scope.OPTIONAL


def test_every_packaged_rule_says_why() -> None:
    assert packaged_scopes()
    assert all(rule.reason and rule.source for rule in packaged_scopes())
    assert all(rule.scope not in (Scope.RUNTIME, Scope.OPTIONAL, Scope.PEER) for rule in packaged_scopes())


def test_a_rule_with_a_wrong_scope_is_refused_with_its_line() -> None:
    text = "scopes:\n  - scope: testing\n    patterns: [a]\n    reason: r\n    source: s\n"
    with pytest.raises(RuleFileError) as caught:
        read_scopes(text, "scopes.yaml")
    assert "scopes.yaml:2" in str(caught.value)


@pytest.mark.parametrize(
    ("component", "scope"),
    [
        (Component(id="a", name="a", directory="testsuite/external/lib", kind=ComponentKind.VENDORED), Scope.TEST),
        (Component(id="a", name="a", directory="vendor/lib", kind=ComponentKind.VENDORED), Scope.RUNTIME),
        (Component(id="a", name="a", directory="tests", kind=ComponentKind.PACKAGE), Scope.RUNTIME),
        (Component(id="a", name="a", locations=(Location(path="tests/requirements/py3.txt"),)), Scope.TEST),
        (
            Component(id="a", name="a", locations=(Location(path="tests/req.txt"), Location(path="req.txt"))),
            Scope.RUNTIME,
        ),
        (Component(id="a", name="a", scope=Scope.BUILD, locations=(Location(path="pyproject.toml"),)), Scope.BUILD),
        (Component(id="a", name="a", directory="docs/app", kind=ComponentKind.PROJECT), Scope.RUNTIME),
    ],
)
def test_a_component_is_for_no_more_than_what_holds_or_names_it(component: Component, scope: Scope) -> None:
    assert component_scope(component) is scope
