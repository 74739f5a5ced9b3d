"""Dependencies that come from a repository, an address or a path: their purls say so, in every lockfile that is read."""

from __future__ import annotations

import json

import pytest

from tests.component.conftest import Plant

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = f"vcs_url=git%2Bhttps://github.com/example/fork.git%40{COMMIT}"
MANIFEST = json.dumps({"name": "app", "dependencies": {"fork": "example/fork"}})
LOCK = json.dumps(
    {
        "name": "app",
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "app", "dependencies": {"fork": "example/fork", "far": "https://example.org/far-2.0.0.tgz"}},
            "node_modules/fork": {
                "version": "1.0.0",
                "resolved": f"git+ssh://git@github.com/example/fork.git#{COMMIT}",
            },
            "node_modules/far": {"version": "2.0.0", "resolved": "https://example.org/far-2.0.0.tgz"},
            "node_modules/near": {"version": "3.0.0", "resolved": "https://npm.example.net/near/-/near-3.0.0.tgz"},
            "node_modules/packed": {"version": "4.0.0", "resolved": "file:vendor/packed-4.0.0.tgz"},
        },
    }
)
OLD_LOCK = json.dumps(
    {
        "name": "app",
        "lockfileVersion": 1,
        "dependencies": {
            "fork": {"version": f"github:example/fork#{COMMIT}", "from": "github:example/fork"},
            "far": {"version": "https://example.org/far-2.0.0.tgz"},
            "near": {"version": "3.0.0", "resolved": "https://npm.example.net/near/-/near-3.0.0.tgz"},
        },
    }
)
YARN = f"""# yarn lockfile v1

"fork@git+https://github.com/example/fork.git":
  version "1.0.0"
  resolved "git+https://github.com/example/fork.git#{COMMIT}"

"far@https://example.org/far-2.0.0.tgz":
  version "2.0.0"
  resolved "https://example.org/far-2.0.0.tgz#abc"

near@^3.0.0:
  version "3.0.0"
  resolved "https://npm.example.net/near/-/near-3.0.0.tgz#abc"
"""
BERRY = f"""__metadata:
  version: 8

"fork@https://github.com/example/fork.git":
  version: 1.0.0
  resolution: "fork@https://github.com/example/fork.git#commit={COMMIT}"
  linkType: hard

"far@https://example.org/far-2.0.0.tgz":
  version: 2.0.0
  resolution: "far@https://example.org/far-2.0.0.tgz"
  linkType: hard

"near@npm:^3.0.0":
  version: 3.0.0
  resolution: "near@npm:3.0.0"
  linkType: hard

"mended@patch:mended@npm%3A1.0.0#~/.yarn/patches/mended.patch":
  version: 1.0.0
  resolution: "mended@patch:mended@npm%3A1.0.0#~/.yarn/patches/mended.patch::version=1.0.0&hash=1"
  linkType: hard
"""
PNPM = f"""lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      fork:
        specifier: example/fork
        version: https://codeload.github.com/example/fork/tar.gz/{COMMIT}
      far:
        specifier: https://example.org/far-2.0.0.tgz
        version: https://example.org/far-2.0.0.tgz
packages:
  fork@https://codeload.github.com/example/fork/tar.gz/{COMMIT}:
    resolution: {{tarball: https://codeload.github.com/example/fork/tar.gz/{COMMIT}}}
    version: 1.0.0
  far@https://example.org/far-2.0.0.tgz:
    resolution: {{tarball: https://example.org/far-2.0.0.tgz}}
    version: 2.0.0
  near@3.0.0:
    resolution: {{integrity: sha512-AAAA}}
"""
OLD_PNPM = f"""lockfileVersion: 5.4
dependencies:
  fork: github.com/example/fork/{COMMIT}
packages:
  github.com/example/fork/{COMMIT}:
    resolution: {{tarball: https://codeload.github.com/example/fork/tar.gz/{COMMIT}}}
    name: fork
    version: 1.0.0
    dev: false
"""
BUN = json.dumps(
    {
        "lockfileVersion": 1,
        "workspaces": {"": {"name": "app", "dependencies": {"fork": "github:example/fork"}}},
        "packages": {
            "fork": [f"fork@git+https://github.com/example/fork.git#{COMMIT}", {}, COMMIT],
            "far": ["far@https://example.org/far-2.0.0.tgz", {}],
            "near": ["near@3.0.0", "", {}, "sha512-AAAA"],
        },
    }
)
CARGO = f"""version = 3
[[package]]
name = "fork"
version = "1.0.0"
source = "git+https://github.com/example/fork.git?branch=main#{COMMIT}"

[[package]]
name = "near"
version = "3.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
"""
POETRY = f"""[[package]]
name = "fork"
version = "1.0.0"
[package.source]
type = "git"
url = "https://github.com/example/fork.git"
reference = "main"
resolved_reference = "{COMMIT}"

[[package]]
name = "far"
version = "2.0.0"
[package.source]
type = "url"
url = "https://example.org/far-2.0.0.tar.gz"

[[package]]
name = "packed"
version = "4.0.0"
[package.source]
type = "file"
url = "vendor/packed-4.0.0-py3-none-any.whl"

[[package]]
name = "near"
version = "3.0.0"
"""
UV = f"""version = 1
[[package]]
name = "fork"
version = "1.0.0"
source = {{ git = "https://github.com/example/fork.git?rev=main#{COMMIT}" }}

[[package]]
name = "far"
version = "2.0.0"
source = {{ url = "https://example.org/far-2.0.0.tar.gz" }}

[[package]]
name = "packed"
version = "4.0.0"
source = {{ path = "vendor/packed-4.0.0-py3-none-any.whl" }}

[[package]]
name = "near"
version = "3.0.0"
source = {{ registry = "https://index.example/simple" }}
"""
PDM = f"""[[package]]
name = "fork"
version = "1.0.0"
git = "https://github.com/example/fork.git"
ref = "main"
revision = "{COMMIT}"

[[package]]
name = "far"
version = "2.0.0"
url = "https://example.org/far-2.0.0.tar.gz"

[[package]]
name = "near"
version = "3.0.0"
"""
PYLOCK = f"""lock-version = "1.0"
[[packages]]
name = "fork"
version = "1.0.0"
vcs = {{ type = "git", url = "https://github.com/example/fork.git", commit-id = "{COMMIT}" }}

[[packages]]
name = "far"
version = "2.0.0"
archive = {{ url = "https://example.org/far-2.0.0.tar.gz" }}

[[packages]]
name = "near"
version = "3.0.0"
"""
PIPFILE = json.dumps(
    {
        "default": {
            "fork": {"git": "https://github.com/example/fork.git", "ref": COMMIT},
            "far": {"file": "https://example.org/far-2.0.0.tar.gz"},
            "near": {"version": "==3.0.0"},
        }
    }
)
GEMS = f"""GIT
  remote: https://github.com/example/fork.git
  revision: {COMMIT}
  branch: main
  specs:
    fork (1.0.0)

PATH
  remote: ../packed
  specs:
    packed (4.0.0)

GEM
  remote: https://gems.example/
  specs:
    near (3.0.0)

DEPENDENCIES
  fork!
  near
  packed!
"""
COMPOSER = json.dumps(
    {
        "packages": [
            {
                "name": "example/fork",
                "version": "1.0.0",
                "source": {"type": "git", "url": "https://github.com/example/fork.git", "reference": COMMIT},
                "dist": {"type": "zip", "url": f"https://api.github.com/repos/example/fork/zipball/{COMMIT}"},
            },
            {
                "name": "example/near",
                "version": "3.0.0",
                "source": {"type": "git", "url": "https://github.com/example/near.git", "reference": COMMIT},
                "notification-url": "https://packages.example/downloads/",
            },
        ]
    }
)
PUB = f"""packages:
  fork:
    dependency: "direct main"
    description:
      path: "."
      ref: main
      resolved-ref: "{COMMIT}"
      url: "https://github.com/example/fork.git"
    source: git
    version: "1.0.0"
  near:
    dependency: "direct main"
    description: {{name: near, url: "https://pub.example"}}
    source: hosted
    version: "3.0.0"
  packed:
    dependency: "direct main"
    description: {{path: "../packed", relative: true}}
    source: path
    version: "4.0.0"
"""
SWIFT = json.dumps(
    {
        "version": 2,
        "pins": [
            {
                "identity": "fork",
                "location": "https://github.com/example/fork.git",
                "state": {"branch": "main", "revision": COMMIT},
            },
            {
                "identity": "near",
                "location": "https://github.com/example/near.git",
                "state": {"version": "3.0.0", "revision": COMMIT},
            },
        ],
    }
)
PODS = f"""PODS:
  - fork (1.0.0)
  - near (3.0.0)
DEPENDENCIES:
  - fork (from `https://github.com/example/fork.git`)
  - near
EXTERNAL SOURCES:
  fork:
    :branch: main
    :git: https://github.com/example/fork.git
CHECKOUT OPTIONS:
  fork:
    :commit: {COMMIT}
    :git: https://github.com/example/fork.git
"""
ARCHIVE = "download_url=https://example.org/far-2.0.0.tar.gz"
CODELOAD = f"download_url=https://codeload.github.com/example/fork/tar.gz/{COMMIT}&{GIT}"
SSH = f"vcs_url=git%2Bssh://git%40github.com/example/fork.git%40{COMMIT}"


@pytest.mark.parametrize(
    ("files", "purls"),
    [
        (
            {"package-lock.json": LOCK},
            {
                f"pkg:npm/fork@1.0.0?{SSH}",
                "pkg:npm/far@2.0.0?download_url=https://example.org/far-2.0.0.tgz",
                "pkg:npm/near@3.0.0",
                "pkg:npm/packed@4.0.0?download_url=file:vendor/packed-4.0.0.tgz",
            },
        ),
        (
            {"package-lock.json": OLD_LOCK},
            {
                f"pkg:npm/fork?{GIT}",
                "pkg:npm/far?download_url=https://example.org/far-2.0.0.tgz",
                "pkg:npm/near@3.0.0",
            },
        ),
        (
            {"yarn.lock": YARN},
            {
                f"pkg:npm/fork@1.0.0?{GIT}",
                "pkg:npm/far@2.0.0?download_url=https://example.org/far-2.0.0.tgz",
                "pkg:npm/near@3.0.0",
            },
        ),
        (
            {"yarn.lock": BERRY},
            {
                f"pkg:npm/fork@1.0.0?{GIT}",
                "pkg:npm/far@2.0.0?download_url=https://example.org/far-2.0.0.tgz",
                "pkg:npm/near@3.0.0",
                "pkg:npm/mended@1.0.0",
            },
        ),
        (
            {"pnpm-lock.yaml": PNPM},
            {
                f"pkg:npm/fork@1.0.0?{CODELOAD}",
                "pkg:npm/far@2.0.0?download_url=https://example.org/far-2.0.0.tgz",
                "pkg:npm/near@3.0.0",
            },
        ),
        ({"pnpm-lock.yaml": OLD_PNPM}, {f"pkg:npm/fork@1.0.0?{CODELOAD}"}),
        (
            {"bun.lock": BUN},
            {f"pkg:npm/fork?{GIT}", "pkg:npm/far?download_url=https://example.org/far-2.0.0.tgz", "pkg:npm/near@3.0.0"},
        ),
        ({"Cargo.lock": CARGO}, {f"pkg:cargo/fork@1.0.0?{GIT}", "pkg:cargo/near@3.0.0"}),
        (
            {"poetry.lock": POETRY},
            {
                f"pkg:pypi/fork@1.0.0?{GIT}",
                f"pkg:pypi/far@2.0.0?{ARCHIVE}",
                "pkg:pypi/packed@4.0.0?download_url=file:vendor/packed-4.0.0-py3-none-any.whl",
                "pkg:pypi/near@3.0.0",
            },
        ),
        (
            {"uv.lock": UV},
            {
                f"pkg:pypi/fork@1.0.0?{GIT}",
                f"pkg:pypi/far@2.0.0?{ARCHIVE}",
                "pkg:pypi/packed@4.0.0?download_url=file:vendor/packed-4.0.0-py3-none-any.whl",
                "pkg:pypi/near@3.0.0",
            },
        ),
        ({"pdm.lock": PDM}, {f"pkg:pypi/fork@1.0.0?{GIT}", f"pkg:pypi/far@2.0.0?{ARCHIVE}", "pkg:pypi/near@3.0.0"}),
        (
            {"pylock.toml": PYLOCK},
            {f"pkg:pypi/fork@1.0.0?{GIT}", f"pkg:pypi/far@2.0.0?{ARCHIVE}", "pkg:pypi/near@3.0.0"},
        ),
        ({"Pipfile.lock": PIPFILE}, {f"pkg:pypi/fork?{GIT}", f"pkg:pypi/far@2.0.0?{ARCHIVE}", "pkg:pypi/near@3.0.0"}),
        (
            {"Gemfile.lock": GEMS},
            {f"pkg:gem/fork@1.0.0?{GIT}", "pkg:gem/packed@4.0.0?download_url=file:../packed", "pkg:gem/near@3.0.0"},
        ),
        ({"composer.lock": COMPOSER}, {f"pkg:composer/example/fork@1.0.0?{GIT}", "pkg:composer/example/near@3.0.0"}),
        (
            {"pubspec.lock": PUB},
            {f"pkg:pub/fork@1.0.0?{GIT}", "pkg:pub/packed@4.0.0?download_url=file:../packed", "pkg:pub/near@3.0.0"},
        ),
        (
            {"Package.resolved": SWIFT},
            {f"pkg:swift/github.com/example/fork@{COMMIT}?{GIT}", "pkg:swift/github.com/example/near@3.0.0"},
        ),
        ({"Podfile.lock": PODS}, {f"pkg:cocoapods/fork@1.0.0?{GIT}", "pkg:cocoapods/near@3.0.0"}),
        (
            {"go.mod": "module example.com/app\n\ngo 1.21\n\nrequire (\n\tgithub.com/example/near v1.0.0\n\texample.com/apart v1.0.0\n)\n\n"
             "replace github.com/example/near => github.com/example/fork v1.2.0\n\nreplace example.com/apart => ../apart\n"},
            {"pkg:golang/github.com/example/fork@v1.2.0", "pkg:golang/example.com/apart@v1.0.0?download_url=file:../apart"},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_lockfile_tells_where_its_packages_come_from(plant: Plant, files: dict[str, str], purls: set[str]) -> None:
    facts = plant(files)
    assert facts.issues == ()
    assert {each.purl for each in facts.components if each.kind.value == "package"} == purls
    assert all(each.has_own_origin == ("?" in (each.purl or "")) for each in facts.components)


@pytest.mark.parametrize(
    ("files", "purls"),
    [
        ({"package.json": MANIFEST}, {"pkg:npm/fork?vcs_url=git%2Bhttps://github.com/example/fork.git"}),
        (
            {"Cargo.toml": '[package]\nname = "app"\nversion = "1.0.0"\n[dependencies]\nfork = { git = "https://example.org/fork", rev = "v1" }\n'},
            {"pkg:cargo/fork?vcs_url=git%2Bhttps://example.org/fork%40v1"},
        ),
        (
            {"pyproject.toml": '[project]\nname = "app"\ndependencies = ["fork", "far @ https://example.org/far-2.0.0.tar.gz"]\n'
             '[tool.uv.sources]\nfork = { git = "https://example.org/fork.git", tag = "v1" }\n'},
            {"pkg:pypi/fork?vcs_url=git%2Bhttps://example.org/fork.git%40v1", f"pkg:pypi/far@2.0.0?{ARCHIVE}"},
        ),
        (
            {"pyproject.toml": '[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\nfork = { git = "https://example.org/fork.git", branch = "b" }\n'},
            {"pkg:pypi/fork?vcs_url=git%2Bhttps://example.org/fork.git%40b"},
        ),
        (
            {"Pipfile": '[packages]\nfork = { git = "https://example.org/fork.git", ref = "v1" }\n'},
            {"pkg:pypi/fork?vcs_url=git%2Bhttps://example.org/fork.git%40v1"},
        ),
        (
            {"Gemfile": 'gem "fork", git: "https://example.org/fork.git", tag: "v1"\ngem "hub", github: "example/hub"\ngem "near", "3.0.0"\n'},
            {
                "pkg:gem/fork?vcs_url=git%2Bhttps://example.org/fork.git%40v1",
                "pkg:gem/hub?vcs_url=git%2Bhttps://github.com/example/hub.git",
                "pkg:gem/near@3.0.0",
            },
        ),
        (
            {"pubspec.yaml": "name: app\ndependencies:\n  fork:\n    git: {url: https://example.org/fork.git, ref: v1}\n"},
            {"pkg:pub/fork?vcs_url=git%2Bhttps://example.org/fork.git%40v1"},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_manifest_without_a_lockfile_does_too(plant: Plant, files: dict[str, str], purls: set[str]) -> None:
    facts = plant(files)
    assert {each.purl for each in facts.components if each.kind.value == "package"} == purls


@pytest.mark.parametrize(
    ("line", "purl"),
    [
        ("-e git+git://example.org/flask-nsa.git@v0.3.1#egg=flask-nsa-0.3.1-dev", "flask-nsa?vcs_url=git%2Bgit://example.org/flask-nsa.git%40v0.3.1"),
        ("https://github.com/example/discord.py/archive/master.zip#egg=discord.py-10",
         "discord-py?download_url=https://github.com/example/discord.py/archive/master.zip&vcs_url=git%2Bhttps://github.com/example/discord.py.git%40master"),
        ("git+https://example.org/libucl.git/#egg=ucl", "ucl?vcs_url=git%2Bhttps://example.org/libucl.git/"),
        ("bench[api] @ git+https://example.org/bench.git@v0.2.0", "bench?vcs_url=git%2Bhttps://example.org/bench.git%40v0.2.0"),
        ("git+https://example.org/mono.git@b#egg=part[x]&subdirectory=packages/part", "part?vcs_url=git%2Bhttps://example.org/mono.git%40b"),
        ("attn @ https://example.org/attn-2.8.2-cp310-cp310-linux_x86_64.whl ; sys_platform == 'linux'",
         "attn@2.8.2?download_url=https://example.org/attn-2.8.2-cp310-cp310-linux_x86_64.whl"),
        ("git+ssh://git@example.org:team/tool.git@refs/pull/1/head", "tool?vcs_url=git%2Bssh://git%40example.org/team/tool.git%40refs/pull/1/head"),
        ("./deps/tool.tar.gz", "tool?download_url=file:./deps/tool.tar.gz"),
    ],
)  # fmt: skip
def test_requirements_that_people_write_keep_their_address(plant: Plant, line: str, purl: str) -> None:
    facts = plant({"requirements.txt": f"{line}\n"})
    assert facts.issues == ()
    assert [each.purl for each in facts.components if each.kind.value == "package"] == [f"pkg:pypi/{purl}"]


def test_credentials_in_an_address_are_in_no_fact(plant: Plant) -> None:
    facts = plant(
        {
            "requirements.txt": "git+https://user:hunter2@example.org/fork.git@v1#egg=fork\n"
            "far @ https://hunter2@example.org/far-2.0.0.tar.gz?token=hunter2\n"
        }
    )
    assert {each.purl for each in facts.components if each.kind.value == "package"} == {
        "pkg:pypi/fork?vcs_url=git%2Bhttps://example.org/fork.git%40v1",
        f"pkg:pypi/far@2.0.0?{ARCHIVE}",
    }
    assert "hunter2" not in repr(facts)


def test_the_installed_copy_of_a_fork_is_the_fork(plant: Plant) -> None:
    facts = plant(
        {
            "package.json": MANIFEST,
            "package-lock.json": LOCK,
            "node_modules/fork/package.json": json.dumps({"name": "fork", "version": "1.0.0", "license": "MIT"}),
        },
    )
    (fork,) = [each for each in facts.components if each.name == "fork"]
    assert fork.purl == f"pkg:npm/fork@1.0.0?{SSH}" and not fork.unresolved
    assert fork.directory == "node_modules/fork" and [claim.expression for claim in fork.claims] == ["mit"]
    assert {each.child for each in facts.dependencies} >= {fork.purl}


def test_what_pip_installed_from_a_repository_tells_it(plant: Plant) -> None:
    place = ".venv/lib/python3.12/site-packages/fork-1.0.dist-info"
    direct = {
        "url": "https://github.com/example/fork.git",
        "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"},
    }
    files = {
        "requirements.txt": "git+https://github.com/example/fork.git@main#egg=fork\n",
        ".venv/pyvenv.cfg": "home = /usr/bin\n",
        f"{place}/METADATA": "Metadata-Version: 2.1\nName: fork\nVersion: 1.0\nLicense: MIT\n",
        f"{place}/direct_url.json": json.dumps(direct),
    }
    facts = plant(files)
    (fork,) = [each for each in facts.components if each.kind.value == "package"]
    assert fork.purl == f"pkg:pypi/fork@1.0?{GIT}"
