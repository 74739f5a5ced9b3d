"""What a go.mod requires for its tools is for development."""

from __future__ import annotations

from licscan.core.component import Scope
from tests.component.conftest import Plant

TOOLS = "module example.invalid/tools\n\ngo 1.24\n\ntool (\n\texample.org/gen/cmd/gen\n)\n"
REQUIRE = "\nrequire (\n\texample.org/gen v1.0.0{mark}\n\texample.org/generic v1.0.0 // indirect\n)\n"


def scopes(plant: Plant, content: str) -> dict[str, Scope]:
    return {item.name.rpartition("/")[2]: item.scope for item in plant({"go.mod": content}).components}


def test_where_tools_are_all_that_is_asked_for_everything_is_for_development(plant: Plant) -> None:
    for mark in ("", " // indirect"):
        found = scopes(plant, TOOLS + REQUIRE.format(mark=mark))
        assert (found["gen"], found["generic"]) == (Scope.DEVELOPMENT, Scope.DEVELOPMENT)


def test_beside_the_codes_own_requirements_only_the_tools_module_is(plant: Plant) -> None:
    found = scopes(plant, TOOLS + REQUIRE.format(mark="") + "require example.org/lib v1.0.0\n")
    assert (found["gen"], found["lib"]) == (Scope.DEVELOPMENT, Scope.RUNTIME)
    assert found["generic"] is Scope.RUNTIME  # nobody tells who needs it


def test_a_module_whose_name_only_begins_alike_is_no_tool(plant: Plant) -> None:
    content = TOOLS + "require example.org/ge v1.0.0\nrequire example.org/gen v1.0.0\n"
    assert scopes(plant, content)["ge"] is Scope.RUNTIME


def test_without_tools_everything_is_the_codes_own(plant: Plant) -> None:
    content = "module example.invalid/app\n\ngo 1.24\n" + REQUIRE.format(mark=" // indirect")
    assert set(scopes(plant, content).values()) == {Scope.RUNTIME}
