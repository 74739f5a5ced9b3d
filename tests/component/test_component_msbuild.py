"""What .NET projects inherit from ``Directory.Build.props`` and ``Directory.Packages.props``."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licscan.core.component import Scope
from licscan.core.issue import IssueCode
from tests.component.conftest import Plant
from tests.component.trees import by_id, discovered

ASKING = '<Project><ItemGroup><PackageReference Include="A" /></ItemGroup></Project>'


def props(version: str, more: str = "") -> str:
    return f'<Project>{more}<ItemGroup><PackageVersion Include="A" Version="{version}" /></ItemGroup></Project>'


def test_the_nearest_central_file_gives_the_version(plant: Plant) -> None:
    facts = plant(
        {
            "Directory.Packages.props": props("1.0"),
            "src/Directory.Packages.props": props("2.0"),
            "src/App/App.csproj": ASKING,
        }
    )
    assert "pkg:nuget/A@2.0" in by_id(facts) and "pkg:nuget/A@1.0" not in by_id(facts)


def test_a_version_that_is_a_property_is_filled_in(plant: Plant) -> None:
    group = "<PropertyGroup><AVersion>$(Major).5</AVersion><Major>4</Major></PropertyGroup>"
    facts = plant({"Directory.Packages.props": props("$(aversion)", group), "App.csproj": ASKING})
    assert "pkg:nuget/A@4.5" in by_id(facts)


def test_a_property_that_is_itself_or_unknown_is_no_version(plant: Plant) -> None:
    group = "<PropertyGroup><V>$(V)</V></PropertyGroup>"
    facts = plant({"Directory.Packages.props": props("$(V)", group), "App.csproj": ASKING})
    assert by_id(facts)["pkg:nuget/A"].version is None and not facts.issues


def test_a_broken_central_file_is_told_once_and_the_projects_are_still_read(plant: Plant) -> None:
    facts = plant({"Directory.Packages.props": "<Project>\n<a>", "App.csproj": ASKING})
    (issue,) = facts.issues
    assert issue.code is IssueCode.BROKEN_MANIFEST
    assert issue.location and (issue.location.path, issue.location.start_line) == ("Directory.Packages.props", 2)
    assert "pkg:nuget/A" in by_id(facts)


def test_a_licence_in_the_shared_properties_is_that_of_each_project_below(plant: Plant) -> None:
    group = "<PropertyGroup><PackageLicenseExpression>MIT</PackageLicenseExpression></PropertyGroup>"
    facts = plant({"Directory.Build.props": f"<Project>\n{group}</Project>", "src/App/App.csproj": ASKING})
    (claim,) = by_id(facts)["pkg:nuget/App"].claims
    assert (claim.expression, claim.origin) == ("mit", "Directory.Build.props PackageLicenseExpression")
    assert [str(location) for location in claim.locations] == ["Directory.Build.props:2"]


def test_what_a_project_says_itself_comes_before_what_is_shared(plant: Plant) -> None:
    def group(licence: str) -> str:
        return f"<Project><PropertyGroup><PackageLicenseExpression>{licence}</PackageLicenseExpression></PropertyGroup></Project>"

    facts = plant({"Directory.Build.props": group("MIT"), "App.csproj": group("ISC")})
    assert [claim.expression for claim in by_id(facts)["pkg:nuget/App"].claims] == ["isc"]


def test_what_a_test_project_asks_for_is_for_tests(plant: Plant) -> None:
    marked = "<Project><PropertyGroup><IsTestProject>true</IsTestProject></PropertyGroup>"
    facts = plant({"App.Checks/App.Checks.csproj": marked + ASKING.removeprefix("<Project>")})
    assert by_id(facts)["pkg:nuget/A"].scope is Scope.TEST


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    names=st.lists(st.sampled_from(["A", "B", "V", "a.b"]), max_size=4),
    values=st.lists(st.text(alphabet="$()AVab.1", max_size=12), max_size=4),
    version=st.text(alphabet="$()AV1.[,", max_size=10),
)
def test_any_properties_come_to_an_end(tmp_path: Path, names: list[str], values: list[str], version: str) -> None:
    group = "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, values, strict=False))
    (tmp_path / "Directory.Packages.props").write_text(
        props(version, f"<PropertyGroup>{group}</PropertyGroup>"), encoding="utf-8"
    )
    (tmp_path / "App.csproj").write_text(ASKING, encoding="utf-8")
    facts = discovered(tmp_path)
    assert not facts.issues and len(facts.components) == 2


def test_properties_that_double_each_other_are_cut_short(plant: Plant) -> None:
    group = "".join(f"<P{n}>{f'$(P{n + 1})' * 40}</P{n}>" for n in range(12))
    facts = plant(
        {
            "Directory.Packages.props": props("$(P0)", f"<PropertyGroup>{group}</PropertyGroup>"),
            "App.csproj": ASKING,
        }
    )
    assert by_id(facts)["pkg:nuget/A"].version is None
