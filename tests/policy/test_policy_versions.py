"""A package that is there in two versions under two licences is told: somebody took the newer one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from licscan.core.component import ClaimSource, Component, LicenseClaim, Scope
from licscan.core.facts import Facts
from licscan.policy.evaluate import evaluate
from licscan.policy.load import load_policy
from licscan.policy.versions import version_key
from tests.policy import factories as make

APP = make.project_component()


def lib(version: str, declared: str | None, scope: Scope = Scope.RUNTIME) -> Component:
    said = make.classification(declared) if declared else None
    claims = (
        (LicenseClaim(source=ClaimSource.DECLARED, expression=declared, expression_spdx=said.expression_spdx),)
        if said
        else ()
    )
    package = make.package("lib", scope)
    return replace(package, id=f"{package.id}@{version}", version=version, claims=claims)


def changes(*versions: Component, policy: str = "default") -> list[tuple[str, str]]:
    """The versions whose licence is told to be another, and what is said of it."""
    inventory = make.inventory(components=[APP, *versions])
    conclusions = (
        make.about(APP, "mit"),
        *(make.about(each, each.claims[0].expression if each.claims else None) for each in versions),
    )
    found = evaluate(inventory, conclusions, load_policy(policy), Facts())
    return [(each.subject.id, str(each.message)) for each in found if each.code == "licence-changed"]


def test_the_newer_of_two_versions_under_two_licences_is_told() -> None:
    assert changes(lib("10.0.0", "gpl-3.0"), lib("9.1", "mit")) == [
        ("pkg:pypi/lib@10.0.0", "lib is under GPL-3.0-only; version 9.1 of it is under MIT.")
    ]


def test_two_versions_under_one_licence_are_no_finding() -> None:
    assert changes(lib("1", "mit"), lib("2", "mit")) == []


def test_each_step_of_three_versions_is_told() -> None:
    found = changes(lib("1", "mit"), lib("2", "apache-2.0"), lib("3", "apache-2.0"), lib("4", "mit"))
    assert [subject for subject, _ in found] == ["pkg:pypi/lib@2", "pkg:pypi/lib@4"]


def test_a_version_without_a_licence_is_compared_with_nothing() -> None:
    assert changes(lib("1", "mit"), lib("2", None)) == []


@pytest.mark.parametrize(("policy", "told"), [("default", 0), ("due-diligence", 1)])
def test_a_tool_is_told_to_an_acquirer_only(policy: str, told: int) -> None:
    tools = (lib("1", "mit", Scope.DEVELOPMENT), lib("2", "apache-2.0", Scope.DEVELOPMENT))
    assert len(changes(*tools, policy=policy)) == told


@pytest.mark.parametrize(
    ("older", "newer"),
    [("9.1", "10.0"), ("1.0rc1", "1.0"), ("1.0-beta.2", "1.0-beta.11"), ("1.0", "1.0.1"), ("v1.2.0", "v1.10.0")],
)
def test_versions_are_ordered_by_their_numbers(older: str, newer: str) -> None:
    assert version_key(older) < version_key(newer)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_versions_can_be_ordered(one: str, other: str) -> None:
    assert (version_key(one) < version_key(other)) or (version_key(one) >= version_key(other))
