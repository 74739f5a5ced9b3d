"""A finding on a component tells by which ways it comes in, shortest first, and what was tried to find a licence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from licscan.core.component import ClaimSource, Component, Dependency, LicenseClaim, Scope
from licscan.core.facts import Facts
from licscan.core.finding import SourceFile
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import message, subject
from licscan.core.result import Inventory
from licscan.core.verdict import Violation
from licscan.policy.evaluate import evaluate
from licscan.policy.load import load_policy
from tests.policy import factories as make

APP = make.project_component()


def needed(*ways: str, scope: Scope = Scope.RUNTIME) -> list[Dependency]:
    """``needed("app a lib")``: the dependencies along each way, ``app`` being the project."""
    ids = [[APP.id if name == "app" else make.package(name).id for name in way.split()] for way in ways]
    pairs = dict.fromkeys(pair for way in ids for pair in itertools.pairwise(way))
    return [Dependency(parent=parent, child=child, scope=scope) for parent, child in pairs]


def findings(components: Sequence[Component], inventory: Inventory, policy: str = "default") -> list[Violation]:
    said = {"lib": "gpl-3.0"}
    conclusions = [make.about(APP, "mit"), *(make.about(item, said.get(item.name, "mit")) for item in components)]
    return [
        item
        for item in evaluate(inventory, tuple(conclusions), load_policy(policy), Facts())
        if item.subject.name == "lib"
    ]


def via(found: Violation) -> list[str]:
    return [str(text) for label, text in found.remarks if label == "via"]


def test_each_way_to_a_component_is_told_the_shortest_first() -> None:
    components = [make.package(name) for name in ("a", "b", "c", "lib")]
    ways = needed("app a b lib", "app c lib", "app lib")
    inventory = make.inventory(components=[APP, *components], dependencies=ways)
    (found,) = findings(components, inventory)
    assert via(found) == ["app -> lib", "app -> c -> lib", "app -> a -> b -> lib"]


def test_what_one_project_needs_itself_has_no_way_to_tell() -> None:
    lib = make.package("lib")
    inventory = make.inventory(components=[APP, lib], dependencies=needed("app lib"))
    (found,) = findings([lib], inventory)
    assert via(found) == []


def test_a_way_that_is_distributed_hides_those_that_are_not() -> None:
    components = [make.package(name) for name in ("a", "b", "c", "lib")]
    ways = [*needed("app a b lib"), *needed("app c lib", scope=Scope.DEVELOPMENT)]
    inventory = make.inventory(components=[APP, *components], dependencies=ways)
    (found,) = findings(components, inventory)
    assert via(found) == ["app -> a -> b -> lib"]


def test_the_way_to_a_tool_is_told_where_a_policy_objects_to_it() -> None:
    lib = make.package("lib", scope=Scope.DEVELOPMENT)
    components = [make.package("a", scope=Scope.DEVELOPMENT), lib]
    ways = needed("app a lib", scope=Scope.DEVELOPMENT)
    inventory = make.inventory(components=[APP, *components], dependencies=ways)
    (found,) = findings(components, inventory, "due-diligence")
    assert via(found) == ["app -> a -> lib"]


def test_a_ring_of_dependencies_ends() -> None:
    components = [make.package(name) for name in ("a", "lib")]
    inventory = make.inventory(components=[APP, *components], dependencies=needed("app a lib", "lib a"))
    (found,) = findings(components, inventory)
    assert via(found) == ["app -> a -> lib"]


def tried(lib: Component, inventory: Inventory) -> str:
    conclusions = (make.about(APP, "mit"), make.about(lib, None))
    (found,) = evaluate(inventory, conclusions, load_policy("default"), Facts())
    assert found.code == "no-licence"
    return "".join(str(text) for label, text in found.remarks if label == "tried")


LIB = replace(make.package("lib"), ecosystem="pypi", locations=(Location(path="uv.lock", start_line=7),))


def test_no_licence_tells_where_one_was_looked_for() -> None:
    said = tried(LIB, make.inventory(components=[APP, LIB]))
    assert said == "uv.lock:7 states none; its files are not in the tree; pip was not queried (--online)"


def test_no_licence_tells_what_the_client_answered() -> None:
    asked = make.inventory(components=[APP, LIB])
    asked = replace(asked, run=replace(asked.run, settings=(("online", "true"),)))
    assert tried(LIB, asked).endswith("pip was queried and has none")
    issue = Issue(
        code=IssueCode.NOT_FETCHED,
        message=message(
            "issue.metadata-not-fetched",
            "the metadata of {subject} was not fetched: pip ended with 1",
            subject=subject(LIB.id),
        ),
    )
    assert tried(LIB, replace(asked, issues=(issue,))).endswith(f"pip was queried: {issue.message}")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], "no licence file of vendor/lib is recognised"),
        ([make.source("vendor/lib/a.c")], "none is recognised in its files in vendor/lib"),
    ],
)
def test_no_licence_tells_whether_the_files_were_looked_into(files: list[SourceFile], expected: str) -> None:
    lib = make.package("lib", directory="vendor/lib")
    assert expected in tried(lib, make.inventory(components=[APP, lib], files=files))


def test_a_cache_of_the_machine_is_told_of_only_where_its_packages_could_be() -> None:
    lib = replace(make.package("lib"), ecosystem="cargo")
    inventory = make.inventory(components=[APP, lib])
    assert "there is no Cargo's registry" not in tried(LIB, inventory)
    assert "there is no Cargo registry of this machine" in tried(lib, inventory)
    looked = replace(inventory, run=replace(inventory.run, settings=(("caches", "cargo golang"),)))
    assert "it is not in the Cargo registry of this machine" in tried(lib, looked)


def test_the_licence_file_of_an_installed_package_is_its_text() -> None:
    """Installed packages' files are not scanned by default: what their licence files say stands in their claims."""
    bare = make.package("bare", directory="node_modules/bare")
    text = LicenseClaim(source=ClaimSource.DETECTED, expression="mit", expression_spdx="MIT", origin="its own files")
    with_text = replace(make.package("full", directory="node_modules/full"), claims=(text,))
    inventory = make.inventory(components=[APP, bare, with_text])
    conclusions = (make.about(APP, "mit"), make.about(bare, "mit"), make.about(with_text, "mit"))
    found = evaluate(inventory, conclusions, load_policy("default"), Facts())
    assert [(item.code, item.subject.name) for item in found] == [("attribution-missing", "bare")]
