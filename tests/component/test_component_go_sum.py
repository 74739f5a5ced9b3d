"""A go.mod from before Go 1.17 leaves out what only others need; go.sum has it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.component.ecosystem.golang import _order
from tests.component.conftest import Plant
from tests.component.trees import by_id

SUM = """example.org/direct v1.0.0 h1:aaaa=
example.org/direct v1.0.0/go.mod h1:aaaa=
example.org/indirect v1.9.0 h1:aaaa=
example.org/indirect v1.9.0/go.mod h1:aaaa=
example.org/indirect v1.10.0-rc.1 h1:aaaa=
example.org/indirect v1.10.0 h1:aaaa=
example.org/considered v2.0.0/go.mod h1:aaaa=
broken line
"""
MOD = "module example.invalid/app\n{go}\nrequire example.org/direct v1.0.0\n"


@pytest.mark.parametrize("go", ["", "go 1.16"])
def test_the_highest_version_whose_content_is_recorded_is_what_is_built(plant: Plant, go: str) -> None:
    found = by_id(plant({"go.mod": MOD.format(go=go), "go.sum": SUM}))
    assert set(found) == {
        "pkg:golang/example.invalid/app",
        "pkg:golang/example.org/direct@v1.0.0",
        "pkg:golang/example.org/indirect@v1.10.0",
    }
    indirect = found["pkg:golang/example.org/indirect@v1.10.0"]
    assert indirect.direct is False and str(indirect.locations[0]) == "go.sum:6"


@pytest.mark.parametrize("go", ["go 1.17", "go 1.22.3", "go 2.0"])
def test_a_complete_go_mod_needs_no_sum(plant: Plant, go: str) -> None:
    assert "pkg:golang/example.org/indirect@v1.10.0" not in by_id(plant({"go.mod": MOD.format(go=go), "go.sum": SUM}))


def test_what_is_vendored_is_told_by_its_own_list(plant: Plant) -> None:
    tree = {"go.mod": MOD.format(go="go 1.13"), "go.sum": SUM, "vendor/modules.txt": "# example.org/direct v1.0.0\n"}
    assert "pkg:golang/example.org/indirect@v1.10.0" not in by_id(plant(tree))


@given(
    st.lists(
        st.from_regex(r"v[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-[0-9a-z.]{1,8})?(\+incompatible)?", fullmatch=True),
        max_size=8,
    )
)
def test_versions_are_ordered_by_their_numbers(versions: list[str]) -> None:
    ordered = [re.findall(r"\d+", version)[:3] for version in sorted(versions, key=_order)]
    numbers = [tuple(map(int, each)) for each in ordered]
    assert numbers == sorted(numbers)
    assert _order("v1.10.0") > _order("v1.10.0-rc.1") > _order("v1.9.9")
