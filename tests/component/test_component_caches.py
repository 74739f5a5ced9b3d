"""Packages that package managers keep outside the tree tell their licence: read only, by exact name and version."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licscan.component import ComponentFacts, ComponentOptions, discover, find_caches
from licscan.component.base import CacheFolder
from licscan.component.caches import with_caches
from licscan.core.component import Component
from tests.component.trees import by_id, nothing_read, select_all

GO_MOD = "module example.invalid/app\n\ngo 1.21\n\nrequire github.com/Azure/Go-Thing v1.2.3\n"
CARGO_LOCK = """version = 3

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["tiny"]

[[package]]
name = "tiny"
version = "1.0.0"
source = "registry+https://registry.example.invalid/index"
"""
GEMFILE_LOCK = """GEM
  remote: https://registry.example.invalid/
  specs:
    native (2.0.0-x86_64-linux)
    plain (1.0.0)

DEPENDENCIES
  native
  plain
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with nothing but what a test puts there."""
    return tmp_path / "home"


def facts(tree: Path, environ: dict[str, str], home: Path) -> ComponentFacts:
    options = ComponentOptions(root_name="tree", caches=find_caches(environ, home))
    return discover(select_all(tree), options, nothing_read)


def legal(found: ComponentFacts) -> list[tuple[str, str]]:
    return [(item.component, item.path) for item in found.legal_files]


def test_a_module_in_gos_cache_brings_its_licence_file(tree: Path, home: Path) -> None:
    write(tree / "go.mod", GO_MOD)
    write(home / "mod/github.com/!azure/!go-!thing@v1.2.3/LICENSE", "text")
    write(home / "mod/github.com/!azure/!go-!thing@v1.2.2/LICENSE", "another version")
    found = facts(tree, {"GOMODCACHE": str(home / "mod")}, home)
    assert legal(found) == [
        ("pkg:golang/github.com/Azure/Go-Thing@v1.2.3", "$GOMODCACHE/github.com/!azure/!go-!thing@v1.2.3/LICENSE")
    ]
    assert found.looked_in == ("golang",)


def test_gopath_tells_where_the_modules_are(tree: Path, home: Path) -> None:
    write(tree / "go.mod", GO_MOD)
    write(home / "path/pkg/mod/github.com/!azure/!go-!thing@v1.2.3/LICENSE", "text")
    assert len(legal(facts(tree, {"GOPATH": str(home / "path")}, home))) == 1


def test_a_crate_in_cargos_registry_declares_its_licence(tree: Path, home: Path) -> None:
    write(tree / "Cargo.toml", '[package]\nname = "app"\nversion = "0.1.0"\n\n[dependencies]\ntiny = "1"\n')
    write(tree / "Cargo.lock", CARGO_LOCK)
    crate = home / "cargo/registry/src/registry-1/tiny-1.0.0"
    write(crate / "Cargo.toml", '[package]\nname = "tiny"\nversion = "1.0.0"\nlicense = "MIT OR Apache-2.0"\n')
    write(crate / "LICENSE-MIT", "text")
    write(crate / "src/lib.rs", "")
    found = facts(tree, {"CARGO_HOME": str(home / "cargo")}, home)
    (claim,) = by_id(found)["pkg:cargo/tiny@1.0.0"].claims
    assert (claim.expression, str(claim.locations[0])) == (
        "mit OR apache-2.0",
        "$CARGO_HOME/registry/src/registry-1/tiny-1.0.0/Cargo.toml:4",
    )
    assert [path.rpartition("/")[2] for _, path in legal(found)] == ["LICENSE-MIT"]


def test_a_crate_may_point_to_its_licence_file(tree: Path, home: Path) -> None:
    write(tree / "Cargo.toml", '[package]\nname = "app"\nversion = "0.1.0"\n\n[dependencies]\ntiny = "1"\n')
    write(tree / "Cargo.lock", CARGO_LOCK)
    crate = home / "cargo/registry/src/registry-1/tiny-1.0.0"
    write(crate / "Cargo.toml", '[package]\nname = "tiny"\nversion = "1.0.0"\nlicense-file = "TERMS"\n')
    write(crate / "TERMS", "the terms")
    options = ComponentOptions(root_name="tree", caches=find_caches({"CARGO_HOME": str(home / "cargo")}, home))
    found = discover(select_all(tree), options, {"the terms": "mit"}.get)
    assert [claim.expression for claim in by_id(found)["pkg:cargo/tiny@1.0.0"].claims] == ["mit"]


def test_an_artifact_in_mavens_repository_inherits_its_licence(tree: Path, home: Path) -> None:
    dependency = "<groupId>org.ex</groupId><artifactId>lib</artifactId><version>1.0</version>"
    write(
        tree / "pom.xml",
        "<project><groupId>app</groupId><artifactId>app</artifactId><version>1</version>"
        f"<dependencies><dependency>{dependency}</dependency></dependencies></project>",
    )
    parent = "<parent><groupId>org.ex</groupId><artifactId>root</artifactId><version>7</version></parent>"
    write(
        home / "m2/org/ex/lib/1.0/lib-1.0.pom",
        f"<project>{parent}<artifactId>lib</artifactId><version>1.0</version></project>",
    )
    write(
        home / "m2/org/ex/root/7/root-7.pom",
        "<project><groupId>org.ex</groupId><artifactId>root</artifactId><version>7</version>"
        "<licenses><license><name>MIT</name></license></licenses></project>",
    )
    found = facts(tree, {"MAVEN_OPTS": f"-Xmx1g -Dmaven.repo.local={home / 'm2'}"}, home)
    assert [claim.expression for claim in by_id(found)["pkg:maven/org.ex/lib@1.0"].claims] == ["mit"]


def test_poms_that_inherit_in_a_ring_end(tree: Path, home: Path) -> None:
    dependency = "<groupId>g</groupId><artifactId>a</artifactId><version>1</version>"
    write(
        tree / "pom.xml",
        "<project><groupId>app</groupId><artifactId>app</artifactId><version>1</version>"
        f"<dependencies><dependency>{dependency}</dependency></dependencies></project>",
    )
    write(home / ".m2/repository/g/a/1/a-1.pom", f"<project><parent>{dependency}</parent>{dependency}</project>")
    assert by_id(facts(tree, {}, home))["pkg:maven/g/a@1"].claims == ()


def test_gems_are_found_with_and_without_their_platform(tree: Path, home: Path) -> None:
    write(tree / "Gemfile.lock", GEMFILE_LOCK)
    write(home / "gems/specifications/plain-1.0.0.gemspec", 's.name = "plain".freeze\ns.licenses = ["MIT".freeze]\n')
    write(home / "gems/gems/plain-1.0.0/MIT-LICENSE", "text")
    write(home / "gems/specifications/native-2.0.0-x86_64-linux.gemspec", 's.licenses = ["ISC".freeze]\n')
    write(home / "gems/gems/native-2.0.0-x86_64-linux/README", "")
    found = facts(tree, {"GEM_PATH": f"/nowhere:{home / 'gems'}"}, home)
    said = {item.name: [claim.expression for claim in item.claims] for item in found.components}
    assert (said["plain"], said["native"]) == (["mit"], ["isc"])
    assert legal(found) == [("pkg:gem/plain@1.0.0", "$GEM_HOME/gems/plain-1.0.0/MIT-LICENSE")]


def nuspec(licence: str) -> str:
    return f"<package><metadata><id>Some.Lib</id><version>2.1.0</version>{licence}</metadata></package>"


def test_a_package_in_nugets_folder_declares_its_licence(tree: Path, home: Path) -> None:
    reference = '<PackageReference Include="Some.Lib" Version="2.1" />'
    write(tree / "App.csproj", f"<Project><ItemGroup>{reference}</ItemGroup></Project>")
    kept = home / ".nuget/packages/some.lib/2.1.0"
    write(kept / "some.lib.nuspec", nuspec('<license type="expression">MIT</license>'))
    write(kept / "LICENSE.txt", "text")
    found = facts(tree, {}, home)
    (claim,) = by_id(found)["pkg:nuget/Some.Lib@2.1"].claims
    assert (claim.expression, claim.origin) == ("mit", "some.lib.nuspec license")
    assert legal(found) == [("pkg:nuget/Some.Lib@2.1", "$NUGET_PACKAGES/some.lib/2.1.0/LICENSE.txt")]


def test_the_address_of_an_older_package_is_read_and_the_one_that_says_nothing_is_not(tree: Path, home: Path) -> None:
    write(
        tree / "packages.config",
        '<packages><package id="Old" version="1.0.0" /><package id="New" version="1.0.0" /></packages>',
    )
    for name, address in (("old", "http://example.invalid/terms"), ("new", "https://aka.ms/deprecateLicenseUrl")):
        place = home / f"packages/{name}/1.0.0/{name}.nuspec"
        write(place, nuspec(f"<licenseUrl>{address}</licenseUrl>"))
    options = ComponentOptions(caches=find_caches({"NUGET_PACKAGES": str(home / "packages")}, home))
    found = by_id(discover(select_all(tree), options, {"http://example.invalid/terms": "mit"}.get))
    said = {name: [claim.expression for claim in found[f"pkg:nuget/{name}@1.0.0"].claims] for name in ("Old", "New")}
    assert said == {"Old": ["mit"], "New": []}


def test_without_caches_nothing_is_looked_for(tree: Path, home: Path) -> None:
    write(tree / "go.mod", GO_MOD)
    assert find_caches({}, home) == {} and facts(tree, {}, home).looked_in == ()


def test_a_package_whose_files_are_in_the_tree_is_not_looked_for(tree: Path, home: Path) -> None:
    write(tree / "go.mod", GO_MOD)
    write(tree / "vendor/modules.txt", "# github.com/Azure/Go-Thing v1.2.3\n## explicit\ngithub.com/Azure/Go-Thing\n")
    write(tree / "vendor/github.com/Azure/Go-Thing/LICENSE", "text of the tree")
    write(home / "mod/github.com/!azure/!go-!thing@v1.2.3/LICENSE", "text")
    found = facts(tree, {"GOMODCACHE": str(home / "mod")}, home)
    assert [path for _, path in legal(found)] == ["vendor/github.com/Azure/Go-Thing/LICENSE"]


def test_links_in_a_cache_are_not_followed(tree: Path, home: Path) -> None:
    write(tree / "go.mod", GO_MOD)
    folder = home / "mod/github.com/!azure/!go-!thing@v1.2.3"
    secret = write(home / "secret", "text")
    folder.mkdir(parents=True)
    (folder / "LICENSE").symlink_to(secret)
    assert legal(facts(tree, {"GOMODCACHE": str(home / "mod")}, home)) == []


@pytest.mark.parametrize("broken", ["[package", "\0", '[package]\nlicense = ["MIT"]\n'])
def test_a_broken_manifest_in_a_cache_costs_its_claim_only(tree: Path, home: Path, broken: str) -> None:
    write(tree / "Cargo.toml", '[package]\nname = "app"\nversion = "0.1.0"\n\n[dependencies]\ntiny = "1"\n')
    write(tree / "Cargo.lock", CARGO_LOCK)
    write(home / "cargo/registry/src/r/tiny-1.0.0/Cargo.toml", broken)
    found = facts(tree, {"CARGO_HOME": str(home / "cargo")}, home)
    assert by_id(found)["pkg:cargo/tiny@1.0.0"].claims == () and found.issues == ()


@pytest.mark.parametrize("ecosystem", ["golang", "cargo", "maven", "gem", "nuget"])
@given(name=st.text(max_size=30) | st.sampled_from(["../secret", "..", "a/../../secret", "/etc", "a\0b", "..\\x"]))
def test_no_name_of_a_lockfile_leads_out_of_a_cache(
    tmp_path_factory: pytest.TempPathFactory, ecosystem: str, name: str
) -> None:
    base = tmp_path_factory.getbasetemp() / "hostile"
    write(base / "secret" / "LICENSE", "not yours")
    cache = base / "cache"
    cache.mkdir(exist_ok=True)
    for version in ("1", "../secret", ".."):
        component = Component(id=f"pkg:{ecosystem}/x@{version}", name=name, version=version, ecosystem=ecosystem)
        given_facts = ComponentFacts(components=(component,))
        found = with_caches(given_facts, {ecosystem: (CacheFolder("$CACHE", str(cache)),)}, nothing_read)
        assert found.components == (component,) and found.legal_files == ()
