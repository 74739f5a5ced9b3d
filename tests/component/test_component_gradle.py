"""Libraries of Gradle's version catalogues, as build files name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licscan.core.component import Scope
from licscan.core.issue import IssueCode
from tests.component.conftest import Plant
from tests.component.trees import by_id, discovered

CATALOGUE = '[libraries]\nmy-lib_core = "org.ex:core:1.0"\nplain = { module = "org.ex:plain" }\n'


@pytest.mark.parametrize(
    "line",
    [
        "implementation(libs.my.lib.core)",
        "implementation libs.my.lib.core",
        "    api( libs.my.lib.core ) {",
        "implementation(platform(libs.my.lib.core))",
        "implementation platform(libs.my.lib.core)",
        "implementation(enforcedPlatform(libs.my.lib.core))",
        "implementation(libs.my.lib.core.get())",
    ],
)
def test_an_accessor_names_a_library_whatever_separators_its_alias_has(plant: Plant, line: str) -> None:
    facts = plant({"gradle/libs.versions.toml": CATALOGUE, "app/build.gradle.kts": line})
    assert by_id(facts)["pkg:maven/org.ex/core@1.0"].scope is Scope.RUNTIME


@pytest.mark.parametrize(
    "line",
    [
        "// implementation(libs.my.lib.core)",
        "alias(libs.plugins.my.lib.core)",
        "val version = libs.versions.my.lib.core",
        "implementation(libs.other)",
        "implementation(projects.core)",
    ],
)
def test_what_names_no_library_asks_for_none(plant: Plant, line: str) -> None:
    facts = plant({"gradle/libs.versions.toml": CATALOGUE, "build.gradle.kts": line})
    assert list(by_id(facts)) == ["path:."]


def test_a_catalogue_of_another_name_is_found_by_it(plant: Plant) -> None:
    facts = plant({"gradle/tools.versions.toml": CATALOGUE, "build.gradle": "testImplementation(tools.plain)"})
    assert by_id(facts)["pkg:maven/org.ex/plain"].scope is Scope.TEST


def test_the_nearest_catalogue_counts(plant: Plant) -> None:
    facts = plant(
        {
            "gradle/libs.versions.toml": CATALOGUE,
            "included/gradle/libs.versions.toml": '[libraries]\nplain = "org.ex:plain:2.0"\n',
            "included/app/build.gradle": "implementation libs.plain",
        }
    )
    assert "pkg:maven/org.ex/plain@2.0" in by_id(facts)


def test_a_broken_catalogue_is_told_once(plant: Plant) -> None:
    facts = plant({"gradle/libs.versions.toml": "[libraries]\na = \n", "build.gradle": "api libs.a\napi libs.b"})
    (issue,) = facts.issues
    assert issue.code is IssueCode.BROKEN_MANIFEST
    assert issue.location and issue.location.start_line == 2


VALUES = st.sampled_from(
    """
    "a:b:1" ; "a" ; "" ; 1 ; true ; [] ; ["x", 2] ; {} ; { module = "a:b" } ; { module = 1, version = {} }
    ; { group = "g", name = "n", version.ref = "v" } ; { module = "a:b", version = { strictly = "1" } }
    """.split(";")
).map(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_values_of_any_type_are_read_or_passed_over(tmp_path: Path, data: Any) -> None:
    tables = [
        f"[{table}]\nx = {data.draw(VALUES)}\nv = {data.draw(VALUES)}\n"
        for table in ("versions", "libraries", "bundles")
    ]
    (tmp_path / "gradle").mkdir(exist_ok=True)
    (tmp_path / "gradle" / "libs.versions.toml").write_text("".join(tables), encoding="utf-8")
    (tmp_path / "build.gradle").write_text("api libs.x\napi(libs.bundles.x)\napi libs.v\n", encoding="utf-8")
    assert not discovered(tmp_path).issues


@pytest.mark.parametrize("line", ["a(" * 200_000, "implementation" + " " * 500_000, "a libs" + ".a" * 300_000])
def test_a_hostile_line_comes_to_an_end(plant: Plant, line: str) -> None:
    assert not plant({"gradle/libs.versions.toml": CATALOGUE, "build.gradle": line}).issues
