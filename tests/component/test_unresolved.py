"""Dependencies that nobody looked up: one issue for each manifest."""

from __future__ import annotations

import pytest

from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.issue import IssueLevel
from licscan.core.location import Location
from licscan.pipeline.unresolved import unresolved_issues


def dependency(
    name: str, *places: str, scope: Scope = Scope.RUNTIME, unresolved: bool = True, ecosystem: str = "npm"
) -> Component:
    return Component(
        id=f"pkg:{ecosystem}/{name}@1.0.0",
        name=name,
        ecosystem=ecosystem,
        scope=scope,
        unresolved=unresolved,
        locations=tuple(Location(path=place) for place in places),
    )


def test_each_manifest_has_one_line_that_counts_what_is_unresolved_of_all() -> None:
    components = [
        *(dependency(f"a{number}", "web/yarn.lock") for number in range(1254)),
        *(dependency(f"b{number}", "web/yarn.lock", unresolved=False) for number in range(31)),
        dependency("c", "web/yarn.lock", "api/package-lock.json"),
    ]
    issues = unresolved_issues(components, online=False)
    assert [str(issue.message) for issue in issues] == [
        "1 of 1 dependency in api/package-lock.json is unresolved; run with --online, or after installing them",
        "1,255 of 1,286 dependencies in web/yarn.lock are unresolved; run with --online, or after installing them",
    ]
    assert {issue.level for issue in issues} == {IssueLevel.UNRESOLVED}


@pytest.mark.parametrize("scope", [Scope.DEVELOPMENT, Scope.TEST, Scope.BUILD, Scope.DOCUMENTATION])
def test_what_does_not_reach_users_leaves_the_scan_complete(scope: Scope) -> None:
    (issue,) = unresolved_issues([dependency("a", "yarn.lock", scope=scope)], online=False)
    assert issue.level is IssueLevel.WARNING
    assert "all of them are for development, test or build only" in str(issue.message)


@pytest.mark.parametrize("scope", [Scope.RUNTIME, Scope.OPTIONAL, Scope.PEER])
def test_what_reaches_users_makes_it_incomplete_and_the_rest_is_counted_beside_it(scope: Scope) -> None:
    listed = [dependency("a", "yarn.lock", scope=scope), dependency("b", "yarn.lock", scope=Scope.TEST)]
    (issue,) = unresolved_issues(listed, online=True)
    assert issue.level is IssueLevel.UNRESOLVED
    assert str(issue.message) == (
        "2 of 2 dependencies in yarn.lock are unresolved; 1 of them are for development, test or build only; "
        "run after installing them"
    )


def test_nothing_is_reported_of_projects_or_of_what_was_read() -> None:
    project = Component(id="path:.", name="app", kind=ComponentKind.PROJECT, locations=(Location(path="package.json"),))
    assert unresolved_issues([project, dependency("a", "yarn.lock", unresolved=False)], online=False) == ()


def test_online_is_offered_where_a_client_can_be_asked_and_nowhere_else() -> None:
    (issue,) = unresolved_issues([dependency("a", "Cargo.lock", ecosystem="cargo")], online=False)
    assert str(issue.message).endswith("run with --online, or after installing them")
    (issue,) = unresolved_issues([dependency("a", "Podfile.lock", ecosystem="cocoapods")], online=False)
    assert str(issue.message).endswith("run after installing them")
