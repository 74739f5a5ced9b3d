"""Scopes, direct dependencies and ways through the graph."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from licscan.component.graph import SCOPE_ORDER, Graph, rank, relate
from licscan.core.component import Component, ComponentKind, Dependency, Scope

NAMES = [f"n{number}" for number in range(7)]


def components(*roots: str) -> list[Component]:
    return [
        Component(id=name, name=name, kind=ComponentKind.PROJECT if name in roots else ComponentKind.PACKAGE)
        for name in NAMES
    ]


def needs(*pairs: str, scope: Scope = Scope.RUNTIME) -> list[Dependency]:
    return [Dependency(parent=f"n{pair[0]}", child=f"n{pair[1]}", scope=scope) for pair in pairs]


def test_ways_are_told_shortest_first_one_for_each_dependent() -> None:
    graph = Graph(components("n0"), needs("01", "12", "23", "13", "03"))
    assert graph.paths_to("n3") == (("n0", "n3"), ("n0", "n1", "n3"), ("n0", "n1", "n2", "n3"))
    assert graph.paths_to("n3", limit=1) == (("n0", "n3"),)


def test_a_loop_is_walked_once() -> None:
    graph = Graph(components("n0"), needs("01", "12", "21"))
    assert graph.paths_to("n1") == (("n0", "n1"),)
    assert graph.paths_to("n2") == (("n0", "n1", "n2"),)


def test_what_nobody_needs_has_no_way() -> None:
    assert Graph(components("n0"), needs("12")).paths_to("n2") == ()


def test_what_only_a_development_tool_needs_is_development() -> None:
    dependencies = [*needs("01", scope=Scope.DEVELOPMENT), *needs("12", "23"), *needs("03", scope=Scope.OPTIONAL)]
    scopes = {item.id: item.scope for item in relate(components("n0"), dependencies)}
    assert (scopes["n1"], scopes["n2"], scopes["n3"]) == (Scope.DEVELOPMENT, Scope.DEVELOPMENT, Scope.OPTIONAL)


def test_direct_and_indirect_are_told_and_the_unreachable_stays_open() -> None:
    found = {item.id: item.direct for item in relate(components("n0"), needs("01", "12"))}
    assert (found["n0"], found["n1"], found["n2"], found["n3"]) == (None, True, False, None)


dependency = st.builds(
    lambda parent, child, scope: Dependency(parent=parent, child=child, scope=scope),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(SCOPE_ORDER),
)


@given(st.lists(dependency, max_size=20))
def test_the_scope_is_that_of_the_best_way_however_the_graph_looks(dependencies: list[Dependency]) -> None:
    best = {"n0": 0}
    for _ in NAMES:  # relax as often as the longest way has steps: slow, and plainly right
        for item in dependencies:
            if item.parent in best:
                reached = max(best[item.parent], rank(item.scope))
                best[item.child] = min(best.get(item.child, reached), reached)
    found = Graph(components("n0"), dependencies).scopes()
    assert {name: rank(scope) for name, scope in found.items()} == best


@given(st.lists(dependency, max_size=20), st.sampled_from(NAMES))
def test_every_way_starts_at_a_project_and_follows_the_graph(dependencies: list[Dependency], target: str) -> None:
    steps = {(item.parent, item.child) for item in dependencies}
    ways = Graph(components("n0", "n1"), dependencies).paths_to(target)
    assert list(ways) == sorted(ways, key=lambda way: (len(way), way))
    for way in ways:
        assert way[0] in ("n0", "n1")
        assert way[-1] == target
        assert len(set(way)) == len(way)
        assert all(step in steps for step in pairwise(way))
