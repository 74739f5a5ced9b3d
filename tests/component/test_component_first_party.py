"""Whose names manifests, lockfiles and settings show to be the owner's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.component.first_party import FirstParty, first_party_evidence

HOST = "packages.corp.example"


def evidence(tmp_path: Path, **files: str) -> FirstParty:
    for number, (name, text) in enumerate(files.items()):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / name).write_text(text)
    return first_party_evidence(tmp_path, [f"{number}/{name}" for number, name in enumerate(files)])


OWN = {
    "Cargo, from a repository": ("Cargo.toml", f'[package]\nname = "shop"\n[dependencies]\nhidden = {{ git = "https://{HOST}/x" }}\n'),
    "Cargo, from a registry of another name": ("Cargo.toml", '[dependencies]\nhidden = { version = "1", registry = "corp" }\n'),
    "Cargo, locked": ("Cargo.lock", f'[[package]]\nname = "hidden"\nversion = "1.0.0"\nsource = "registry+https://{HOST}/index"\n'),
    "a Gemfile": ("Gemfile", f"gem 'hidden', git: 'https://{HOST}/x.git'\n"),
    "a Gemfile with a source": ("Gemfile", f'source "https://{HOST}/" do\n  gem "hidden", "1.0"\nend\n'),
    "a Gemfile.lock": ("Gemfile.lock", f"GIT\n  remote: https://{HOST}/x.git\n  specs:\n    hidden (1.0)\n      rails (>= 1)\n"),
    "a Podfile": ("Podfile", f"pod 'hidden', :git => 'https://{HOST}/x.git'\n"),
    "a requirement with an address": ("requirements.txt", f"hidden @ https://{HOST}/hidden-1.0.tar.gz\n"),
    "a requirement of a project": ("pyproject.toml", f'[project]\nname="shop"\ndependencies = ["hidden @ git+ssh://git@{HOST}/x.git"]\n'),
    "poetry, locked": ("poetry.lock", f'[[package]]\nname = "hidden"\nversion = "1"\n[package.source]\ntype = "legacy"\nurl = "https://{HOST}/simple"\n'),
    "uv, locked": ("uv.lock", f'[[package]]\nname = "hidden"\nversion = "1"\nsource = {{ registry = "https://{HOST}/simple" }}\n'),
    "npm, from a repository": ("package.json", f'{{"dependencies": {{"hidden": "git+ssh://git@{HOST}/x.git"}}}}'),
    "npm, locked": ("package-lock.json", f'{{"packages": {{"node_modules/hidden": {{"version": "1.0.0", "resolved": "https://{HOST}/hidden.tgz"}}}}}}'),
    "yarn, locked": ("yarn.lock", f'hidden@^1.0.0:\n  version "1.0.0"\n  resolved "https://{HOST}/hidden.tgz"\n  dependencies:\n    rails "^1"\n'),
    "pnpm, locked": ("pnpm-lock.yaml", f"packages:\n  hidden@1.0.0:\n    resolution: {{integrity: sha512-x, tarball: https://{HOST}/x.tgz}}\n"),
    "Composer, locked": ("composer.lock", f'{{"packages": [{{"name": "hidden", "dist": {{"type": "zip", "url": "https://{HOST}/x.zip"}}}}]}}'),
    "Dart, locked": ("pubspec.lock", f'packages:\n  hidden:\n    description:\n      url: "https://{HOST}"\n    source: hosted\n'),
    "a project's own name": ("setup.py", "setup(\n    name='hidden',\n)\n"),
    "a project's own name in a gemspec": ("x.gemspec", "Gem::Specification.new do |s|\n  s.name = 'hidden'\nend\n"),
    "a manifest that is broken": ("package.json", '{"name": "hidden", '),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN)
def test_a_name_is_the_owners_where_a_file_shows_it(case: str, tmp_path: Path) -> None:
    name, text = OWN[case]
    found = evidence(tmp_path, **{name: text}).names
    assert "hidden" in found
    assert "rails" not in found


def test_a_scope_with_a_registry_of_its_own_is_the_owners(tmp_path: Path) -> None:
    found = evidence(tmp_path, **{".npmrc": f"@corp:registry=https://{HOST}/npm/\n"})
    assert found.namespaces == {"@corp/"}


PUBLIC = {
    "npm": ("package.json", '{"name": "shop", "dependencies": {"public": "^1.0.0"}, "homepage": "https://shop.example"}'),
    "npm, locked without an address": ("package-lock.json", '{"packages": {"node_modules/public": {"version": "1.0.0", "integrity": "sha512-x"}}}'),
    "Cargo": ("Cargo.toml", '[dependencies]\npublic = "1"\n'),
    "Python": ("requirements.txt", "public==1.0\n# see https://docs.example/\n"),
    "Ruby": ("Gemfile.lock", "GEM\n  specs:\n    public (1.0)\n"),
    "Maven": ("pom.xml", "<project><artifactId>shop</artifactId><dependencies><dependency><artifactId>public</artifactId></dependency></dependencies></project>"),
}  # fmt: skip


@pytest.mark.parametrize("case", PUBLIC)
def test_a_name_that_is_only_asked_for_is_not_the_owners(case: str, tmp_path: Path) -> None:
    name, text = PUBLIC[case]
    assert "public" not in evidence(tmp_path, **{name: text}).names


def test_a_link_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text('{"name": "hidden"}')
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "package.json").symlink_to(tmp_path / "outside")
    assert first_party_evidence(tmp_path / "tree", ["package.json"]).names == frozenset()


def test_a_file_nested_without_end_ends(tmp_path: Path) -> None:
    assert evidence(tmp_path, **{"package.json": "[" * 100_000}).names == frozenset()
