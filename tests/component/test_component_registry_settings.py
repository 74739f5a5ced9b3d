"""What registry settings show to be the owner's: scopes, prefixes, channels, lists, and the words of hosts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from licscan.component import registry_address
from licscan.component.first_party import FirstParty, first_party_evidence

HOST = "packages.hidden.example"


def evidence(tmp_path: Path, path: str, text: str) -> FirstParty:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    return first_party_evidence(tmp_path, [path])


NAMESPACES = {
    "a scope of Yarn": (".yarnrc.yml", f'npmScopes:\n  corp:\n    npmRegistryServer: "https://{HOST}/"\n', "@corp/"),
    "a scope of npm": (".npmrc", f"@corp:registry=https://{HOST}/npm/\n", "@corp/"),
    "GOPRIVATE": ("Makefile", "export GOPRIVATE=code.example/corp/*,*.other.example\n", "code.example/corp"),
    "GOPRIVATE in an image": ("Dockerfile", "ENV GOPRIVATE code.example/corp\n", "code.example/corp"),
    "a source mapping of NuGet": (
        "NuGet.config",
        f'<add key="own" value="https://{HOST}/v3" />\n<packageSource key="own">\n<package pattern="Corp.*" /></packageSource>',
        "Corp",
    ),
}


@pytest.mark.parametrize("case", NAMESPACES)
def test_a_namespace_with_a_private_registry_is_the_owners(case: str, tmp_path: Path) -> None:
    path, text, space = NAMESPACES[case]
    assert space in evidence(tmp_path, path, text).namespaces


@pytest.mark.parametrize("text", ["group = 'io.corp'", 'group "io.corp"', "group=io.corp"])
def test_the_group_of_a_gradle_build_is_the_owners(text: str, tmp_path: Path) -> None:
    assert evidence(tmp_path, "build.gradle", f"{text}\n").groups == {"io.corp"}


WORDS = {
    "npm": (".npmrc", f"registry=https://{HOST}/npm/\n"),
    "Maven": ("pom.xml", f"<project><repository><id>x</id><url>https://{HOST}/m2</url></repository></project>"),
    "a mirror of Maven": (
        "settings.xml",
        f"<mirror><id>x</id><mirrorOf>*</mirrorOf><url>https://{HOST}/m2</url></mirror>",
    ),
    "Gradle": ("build.gradle.kts", f'maven {{\n  url = uri("https://{HOST}/m2")\n}}\n'),
    "pip": ("requirements.txt", f"--extra-index-url https://user:word@{HOST}/simple\n"),
    "Cargo": ("config.toml", f'[registries.x]\nindex = "sparse+https://{HOST}/"\n'),
    "poetry": ("pyproject.toml", f'[[tool.poetry.source]]\nname = "x"\nurl = "https://{HOST}/simple"\n'),
}


@pytest.mark.parametrize("case", WORDS)
def test_the_host_of_a_private_registry_is_named_after_its_owner(case: str, tmp_path: Path) -> None:
    assert evidence(tmp_path, *WORDS[case]).words == {"hidden"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{"homepage": "https://www.other.example", "repository": "https://git.other.example/x.git"}'),
        (
            "pom.xml",
            "<project><url>https://www.other.example</url><license><url>https://licences.other.example</url></license></project>",
        ),
        ("pyproject.toml", '[project]\nname = "x"\n[project.urls]\nurl = "https://docs.other.example"\n'),
        ("build.gradle", "// see https://docs.other.example\n"),
        ("requirements.txt", "# see https://docs.other.example\n"),
        (".npmrc", "registry=https://github.com/x\n"),
    ],
)
def test_an_address_that_sets_no_registry_tells_no_word(path: str, text: str, tmp_path: Path) -> None:
    assert evidence(tmp_path, path, text).words == frozenset()


NAMES = {
    "an index beside the public one": ("requirements.txt", f"--extra-index-url https://{HOST}/simple\nhidden==1.0\n"),
    "an index instead of it": ("requirements/base.txt", f"-i https://{HOST}/simple\nhidden>=1\n"),
    "a folder of files": ("requirements.in", f"--find-links=https://{HOST}/wheels\nhidden\n"),
    "a channel": ("environment.yml", "dependencies:\n  - numpy\n  - corp::hidden=1.0\n"),
    "R": ("DESCRIPTION", f"Package: x\nRemotes: git::https://{HOST}/hidden.git,\n    other/second@v1\n"),
    "the repository's own name": ("Podfile", f"pod 'Other', :git => 'https://{HOST}/ios/hidden.git'\n"),
    "a folder of Cargo": ("Cargo.toml", '[dependencies]\nhidden = { path = "../hidden" }\n'),
    "an alias in Cargo": (
        "Cargo.toml",
        f'[dependencies]\nshort = {{ package = "hidden", git = "https://{HOST}/x" }}\n',
    ),
    "an index of Cargo": (
        "Cargo.toml",
        f'[dependencies]\nhidden = {{ version = "1", registry-index = "https://{HOST}/i" }}\n',
    ),
    "a Gemfile with a folder": ("Gemfile", "path 'engines' do\n  gem 'hidden'\nend\ngem 'numpy'\n"),
    "a Gemfile with options on lines of their own": (
        "Gemfile",
        f"group :x do\n  gem 'hidden',\n    git: 'https://{HOST}/x.git'\nend\n",
    ),
    "the private part of a Podfile.lock": (
        "Podfile.lock",
        f"SPEC REPOS:\n  https://{HOST}/specs.git:\n    - hidden\n  trunk:\n    - numpy\n",
    ),
    "Yarn with an address within the address": (
        "yarn.lock",
        f'"hidden@npm:^1":\n  version: 1.0.0\n  resolution: "hidden@npm:1.0.0::__archiveUrl=https%3A%2F%2F{HOST}%2Fx.tgz"\n\n"numpy@npm:^1":\n  version: 1.0.0\n',
    ),
    "Bun, with a comma too many": (
        "bun.lock",
        f'{{"packages": {{"hidden": ["hidden@1.0.0", "https://{HOST}/x.tgz", {{}}, ""], "numpy": ["numpy@1.0.0", "", {{}}, ""],}},}}',
    ),
    "a locked repository of Python": (
        "pylock.toml",
        f'[[packages]]\nname = "hidden"\nvcs = {{ type = "git", url = "https://{HOST}/x" }}\n',
    ),
    "a requirement of a file": ("requirements.txt", "hidden @ file:///wheels/hidden.whl\nnumpy==1\n"),
    "Conan": ("conanfile.py", 'requires = "hidden/1.0@corp/stable", "numpy/1.0"\n'),
    "a folder of uv": ("uv.lock", '[[package]]\nname = "hidden"\nsource = { editable = "hidden" }\n'),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_name_is_the_owners_where_its_list_or_channel_is(case: str, tmp_path: Path) -> None:
    found = evidence(tmp_path, *NAMES[case]).names
    assert "hidden" in found
    assert "numpy" not in found


def test_a_named_registry_that_is_public_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public = hashlib.sha256(b"public.example").hexdigest()[:16]
    monkeypatch.setattr(registry_address, "_PUBLIC", registry_address._PUBLIC | {public})
    text = '{"_meta": {"sources": [{"name": "pypi", "url": "https://files.public.example/simple"}]}, "default": {"numpy": {"index": "pypi", "version": "==1"}, "hidden": {"index": "corp", "version": "==1"}}}'
    found = evidence(tmp_path, "Pipfile.lock", text).names
    assert "hidden" in found
    assert "numpy" not in found


def test_a_file_whose_lines_are_no_units_is_not_read_by_lines(tmp_path: Path) -> None:
    text = f"<project><repository><id>x</id><url>https://{HOST}/m2</url></repository><dependencies><dependency><artifactId>other</artifactId></dependency></dependencies></project>"
    assert "other" not in evidence(tmp_path, "pom.xml", text).names
