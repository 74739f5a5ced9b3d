"""Blind mode over a real tree on disk, from the scan to the bytes: a word of the seller's stands in all that a tree can hold."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from licscan.cli import run
from licscan.core.aimodel import AiModel
from licscan.core.component import Component, ComponentKind, Dependency
from licscan.core.location import Location
from licscan.core.result import Inventory
from licscan.detect.licensedb import license_text
from licscan.duediligence.own import is_plain_version, known
from licscan.duediligence.public_origin import has_public_origin
from tests.conftest import Repository
from tests.report.sample_facts import run as run_info

CANARY = "zanzibar"
HOST = f"{CANARY}host.example"
LOCK = {
    "name": f"@{CANARY}/shop",
    "lockfileVersion": 3,
    "packages": {
        "": {
            "name": f"@{CANARY}/shop",
            "dependencies": {
                "left-pad": "1.3.0",
                "chalk": f"5.0.0-{CANARY}.2",
                f"@{CANARY}/ui": "1.0.0",
                "hush-hush": f"git+ssh://git@{HOST}/x.git",
            },
        },
        "node_modules/left-pad": {"version": "1.3.0", "license": "WTFPL"},
        "node_modules/quiet-quiet": {"version": "7.7.77", "resolved": f"https://{HOST}/q.tgz", "license": "MIT"},
        "node_modules/chalk": {"version": f"5.0.0-{CANARY}.2", "license": "MIT"},
        "node_modules/oldlock": {"version": f"git+ssh://git@{HOST}/x.git#1", "license": "MIT"},
        f"node_modules/@{CANARY}/ui": {"version": "1.0.0", "license": "UNLICENSED"},
        "node_modules/hush-hush": {"version": "2.0.0", "license": f"SEE LICENSE IN {CANARY}.txt"},
    },
}
FILES = {
    "package.json": json.dumps(
        {
            "name": f"@{CANARY}/shop",
            "version": "1.0.0",
            "license": f"SEE LICENSE IN {CANARY}.txt",
            "author": f"{CANARY} Ltd",
            "repository": f"https://{HOST}/app",
        }
    ),
    "package-lock.json": json.dumps(LOCK, indent=1),
    f"{CANARY}.txt": f"{CANARY} licence. All rights reserved by {CANARY} Ltd.\n",
    f"packages/{CANARY}-web/package.json": json.dumps(
        {"name": f"{CANARY}-web", "license": "MIT", "dependencies": {f"{CANARY}-core": "1.0.0"}}
    ),
    f"src/{CANARY}/engine.c": f"/* Copyright 2019 {CANARY} Holder Inc\n * SPDX-License-Identifier: LicenseRef-{CANARY} */\n"
    f"// generated with GitHub Copilot for {CANARY}\n",
    "src/tag.c": f"/* SPDX-License-Identifier: GPL-2.0-only AND LicenseRef-{CANARY}-hidden */\n",
    "main.c": f"/* Licensed under the {CANARY} Open Licence. See {CANARY}.txt */\n/* GNU GPL version 3 */\n",
    f"third_party/{CANARY}-copied/b.c": "int b;\n",
    f"models/{CANARY}-llm/README.md": f"---\nlicense: llama2\nlicense_name: {CANARY}-terms\nbase_model: meta-llama/Llama-2-7b-hf\n"
    f"datasets: [acme/inside-data]\n---\n# {CANARY} chat\n",
    f"models/{CANARY}-llm/config.json": json.dumps({"_name_or_path": "acme/inside-llm", "model_type": "llama"}),
    "svc/app.py": f'load = AutoModel.from_pretrained("{CANARY}/{CANARY}-llm")\nmine = AutoModel.from_pretrained("acme/inside-llm")\n'
    'theirs = AutoModel.from_pretrained("meta-llama/Llama-2-7b-chat-hf")\ndata = load_dataset("acme/inside-data")\n',
    "go/go.mod": f"module {HOST}/{CANARY}/svc\n\ngo 1.20\n\nrequire (\n\tgithub.com/gorilla/mux v1.8.0\n\t{HOST}/other v1.0.0\n)\n",
    "java/pom.xml": f"<project><groupId>com.{CANARY}.app</groupId><artifactId>{CANARY}-app</artifactId><version>1</version>"
    f"<licenses><license><name>{CANARY} licence</name></license></licenses><dependencies><dependency><groupId>com.{CANARY}.sub"
    "</groupId><artifactId>deeper</artifactId><version>1</version></dependency></dependencies></project>",
    "data/package.json": f"{{ broken {CANARY}",
    "py/requirements.txt": "flask==2.0\n",
    "old/requirements.txt": f"this is no requirement {CANARY} !!\n",
    "licscan.toml": f'policy = "saas"\nexclude = ["src/{CANARY}/**"]\noutbound = "LicenseRef-{CANARY}"\n[facts]\ncommercial_licences = ["{CANARY} use"]\n'
    f'accepted = ["{CANARY}"]\n[[waiver]]\npath = "main.c"\nreason = "risk-accepted"\ncomment = "{CANARY} said fine"\nby = "{CANARY} boss"\n'
    f'expires = 2099-01-01\napproved = "none"\nevidence = "0123456789abcdef"\n[[usage]]\ncomponent = "*left-pad*"\nlinking = "dynamic"\n'
    f'by = "{CANARY} head"\n',
}  # fmt: skip
# Names of the seller's without the word: only how they are asked for, or that nobody knows them, tells whose they are.
UNSPECIFIC = ("hush-hush", "quiet-quiet", "7.7.77", "inside-llm", "inside-data")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("seller") / f"{CANARY}-tree"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "third_party" / f"{CANARY}-copied" / "COPYING").write_text(f"{CANARY}\n{license_text('mit')}")
    repository = Repository(root)
    repository.git("remote", "add", "origin", f"git@{HOST}:{CANARY}/app.git")
    repository.git("add", "-A")
    repository.git("commit", "-qm", f"{CANARY} begins", "--author", f"{CANARY} <a@{HOST}>")
    return root


def blinded(tree: Path, out: Path, *options: str) -> dict[str, bytes]:
    """Audit ``tree`` blind and return every byte that was written, archives unpacked."""
    key = out.parent / f"{out.name}.key"
    run(["audit", str(tree), "--blind", "--blind-key", str(key), "--output-dir", str(out),
         "--html-dir", str(out / "hosted"), "--scenario", "saas", "--no-cache", "-q", *options])  # fmt: skip
    return dict(_contents(out))


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_bytes()


@pytest.mark.parametrize("options", [(), ("--trust-config", "--lang", "zh")])
def test_no_form_says_a_word_of_the_sellers(tree: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    written = blinded(tree, tmp_path / "out", *options)
    assert {"audit.html", "audit.json", "audit.csv", "index.html", "audit.docx/word/document.xml"} <= set(written)
    for name, content in written.items():
        for word in (CANARY, *UNSPECIFIC):
            assert word.encode() not in content.lower(), f"{word} in {name}"


def test_the_planted_configuration_is_one_that_is_heard(tree: Path, tmp_path: Path) -> None:
    product = json.loads(blinded(tree, tmp_path / "out", "--trust-config")["audit.json"])["products"][0]
    assert product["configuration"]["problem"] is None
    assert {"exclude", "waiver", "usage", "facts.commercial_licences"} <= {
        key for key, _ in product["configuration"]["settings"]
    }


def test_what_is_public_stays_and_so_do_licences(tree: Path, tmp_path: Path) -> None:
    product = json.loads(blinded(tree, tmp_path / "out")["audit.json"])["products"][0]
    entries: dict[str, Any] = {entry["subject"]["name"]: entry for entry in product["components"]}
    assert {"left-pad", "flask", "github.com/gorilla/mux", "meta-llama/Llama-2-7b-chat-hf"} <= set(entries)
    assert entries["left-pad"]["subject"]["version"] == "1.3.0"
    assert entries["chalk"]["subject"]["version"].startswith("version-")
    assert entries["chalk"]["concluded"] == "MIT"
    rows = next(chapter for chapter in product["chapters"] if chapter["key"] == "ai-models")["rows"]
    assert any("meta-llama/Llama-2-7b-hf" in row["what"] for row in rows)


def test_no_plain_digest_of_a_tag_stands_in_the_id_of_its_rule(tree: Path, tmp_path: Path) -> None:
    product = json.loads(blinded(tree, tmp_path / "out")["audit.json"])["products"][0]
    rules = {row["rule"] for row in product["evidence"] if row["matcher"] == "1-spdx-id"}
    assert rules == {"spdx-license-identifier-gpl_2_0_and_unknown_spdx", "spdx-license-identifier-unknown_spdx"}


def package(name: str, kind: ComponentKind = ComponentKind.PACKAGE, ecosystem: str = "npm") -> Component:
    return Component(id=f"pkg:{ecosystem}/{name}@1", name=name, version="1", kind=kind, ecosystem=ecosystem, purl="p")


def names(*components: Component, **more: Any) -> frozenset[str]:
    return known([Inventory(run=run_info("tree"), files=(), findings=(), components=components, **more)]).names


@pytest.mark.parametrize(
    ("project", "own", "theirs"),
    [
        (package("@acme/shop", ComponentKind.PROJECT), "acme-icons", "acmeify"),
        (package("com.acme.shop/web", ComponentKind.PROJECT, "maven"), "com.acme.base/core", "com.acmeworks/core"),
        (package("io.github.acme/web", ComponentKind.PROJECT, "maven"), "io.github.acme/core", "io.github.other/core"),
        (package("github.com/acme/web", ComponentKind.PROJECT, "golang"), "github.com/acme/core", "github.com/zap/core"),
        (package("go.acme.dev/web", ComponentKind.PROJECT, "golang"), "go.acme.dev/core", "go.uber.org/zap"),
    ],
)  # fmt: skip
def test_what_the_seller_publishes_beside_its_projects_is_its_own(project: Component, own: str, theirs: str) -> None:
    kept = names(project, package(own, ecosystem=project.ecosystem or ""), package(theirs))
    assert own not in kept
    assert theirs in kept


def test_a_word_that_several_projects_begin_with_is_the_sellers_and_that_of_a_package_is_not() -> None:
    projects = [package(name, ComponentKind.PROJECT) for name in ("acme-web", "acme-api", "flask-a", "flask-b")]
    kept = names(*projects, package("acme-auth"), package("flask"), package("flask-cors"))
    assert "acme-auth" not in kept
    assert {"flask", "flask-cors"} <= kept


def test_a_public_model_stays_though_the_seller_s_projects_begin_with_the_same_word() -> None:
    projects = [package(name, ComponentKind.PROJECT) for name in ("llama-shop", "llama-desk")]
    models = [
        AiModel(id=name, name=name)
        for name in ("meta-llama/Llama-2-7b-chat-hf", "ollama/llama3", "llama-shop/Llama-2-7b", "llama-desk")
    ]
    kept = names(*projects, models=tuple(models))
    assert {"meta-llama/Llama-2-7b-chat-hf", "ollama/llama3"} <= kept
    assert kept.isdisjoint({"llama-shop/Llama-2-7b", "llama-desk"})


def test_the_name_of_the_folder_and_of_its_one_project_tell_no_word_of_the_seller_s() -> None:
    inventory = Inventory(
        run=run_info("node-shop-main"),
        files=(),
        findings=(),
        components=(package("node-shop", ComponentKind.PROJECT), package("node-fetch")),
    )
    assert "node-fetch" in known([inventory]).names


def test_what_comes_out_of_a_registry_anywhere_is_public() -> None:
    edges = (
        Dependency(parent="r", child="pkg:npm/a@1", requirement="file:../a"),
        Dependency(parent="r", child="pkg:npm/b@1", requirement="^1.0"),
        Dependency(parent="r", child="pkg:npm/b@1", requirement="git+https://b"),
    )
    kept = names(package("a"), package("b"), dependencies=edges)
    assert "a" not in kept
    assert "b" in kept


@pytest.mark.parametrize(
    ("name", "ecosystem", "kept"),
    [
        ("go.uber.org/zap", "golang", True),
        ("git.acme.example/team/lib", "golang", False),
        ("internal/lib", "golang", False),
        ("github.com/apple/swift-log", "swift", True),
        ("git.acme.example/ios/lib", "swift", False),
        ("lib@https://acme.example/x", "npm", False),
    ],
)
def test_a_host_that_is_not_known_to_be_everybody_s_hides_its_names(name: str, ecosystem: str, kept: bool) -> None:
    assert (name in names(package(name, ecosystem=ecosystem))) is kept


def test_what_only_an_artefact_names_may_have_been_made_here() -> None:
    wheel = replace(package("mine"), locations=(Location(path="dist/mine.whl-extract/mine.dist-info/METADATA"),))
    public = replace(package("theirs"), locations=(*wheel.locations, Location(path="requirements.txt")))
    kept = names(wheel, public)
    assert "mine" not in kept
    assert "theirs" in kept


@pytest.mark.parametrize(
    ("version", "kept"),
    [
        ("1.2.3", True),
        ("v4", True),
        ("2.0.0-beta.2", True),
        ("31.1-jre", True),
        ("5.3.0.RELEASE", True),
        ("20.1-alpine", True),
        ("1:2.36-1ubuntu0.22.04", True),
        ("v0.0.0-20230101000000-abcdef012345", True),
        ("4.0.0-redhat-00001", True),
        ("feature-payments", False),
        ("1.2.3-hushco.4", False),
        ("catalog:hushhush", False),
        ("hushbranch", False),
    ],
)
def test_a_version_stays_only_where_no_name_is_in_it(version: str, kept: bool) -> None:
    assert is_plain_version(version, frozenset()) is kept


@pytest.mark.parametrize(
    ("purl", "kept"),
    [
        ("pkg:docker/node@20", True),
        ("pkg:docker/grafana/grafana@10.1.0", True),
        ("pkg:docker/dotnet/sdk@8.0?repository_url=mcr.microsoft.com", True),
        ("pkg:docker/astral-sh/uv@1?repository_url=ghcr.io", True),
        ("pkg:docker/hush/hush@1", False),
        ("pkg:docker/hush/hush@1?repository_url=ghcr.io", False),
        ("pkg:docker/node@20?repository_url=images.hush.example", False),
        ("pkg:github/actions/checkout@v4", True),
        ("pkg:github/hush/deploy@v1", False),
        ("pkg:generic/zlib@1.3", True),
        ("pkg:generic/wordpress-plugins/hush@1", False),
        ("pkg:npm/left-pad@1.3.0", True),
        ("pkg:npm/left-pad@1.3.0?repository_url=https://npm.hush.example", False),
        ("", True),
    ],
)
def test_what_shared_hosts_hold_is_public_where_its_owner_is_known(purl: str, kept: bool) -> None:
    assert has_public_origin(replace(package("x"), purl=purl)) is kept
