"""``--online-sources``: a package's archive comes from its own client, nothing of it runs, and it has to be the one that is locked."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.component.base import ComponentFacts
from licscan.component.client import NotFetched
from licscan.component.sources import fetch_sources
from licscan.core.component import Component, ComponentKind, Hash
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.message import say
from licscan.pipeline.fetched_packages import with_sources


def archive(**files: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return stream.getvalue()


ARCHIVE = archive(LICENSE="the licence", code="exit 1")


class Client:
    """Leaves files in the folder in which it runs, and remembers how it was called."""

    def __init__(self, *names: str, content: bytes = ARCHIVE, trouble: str = "") -> None:
        self.names, self.content, self.trouble = names, content, trouble
        self.called: list[Sequence[str]] = []
        self.folders: list[Path] = []

    def __call__(self, folder: Path, command: Sequence[str], _timeout: float) -> str:
        self.called.append(command)
        self.folders.append(folder)
        assert list(folder.iterdir()) == [], "a client starts in an empty folder"
        if self.trouble:
            raise NotFetched(say(self.trouble))
        for name in self.names:
            (folder / name).write_bytes(self.content)
        return ""


def package(ecosystem: str = "npm", name: str = "lib", version: str = "1.0", *hashes: Hash) -> Component:
    return Component(
        id=f"pkg:{ecosystem}/{name}@{version}", name=name, version=version, ecosystem=ecosystem, hashes=hashes
    )


def folder(above: Path, name: str) -> Path:
    made = above / name
    made.mkdir()
    return made


def test_what_the_client_leaves_becomes_the_folder_of_the_component(tmp_path: Path) -> None:
    (fetched,), issues = fetch_sources([package(name="@scope/lib")], tmp_path, Client("scope-lib-1.0.tgz"))
    assert issues == () and fetched.component.directory == "$FETCHED/npm/@scope/lib/scope-lib-1.0.tgz-extract"
    assert fetched.archive.file.sha256 == hashlib.sha256(ARCHIVE).hexdigest()


def test_nothing_is_built_and_no_script_runs(tmp_path: Path) -> None:
    npm, pip = Client("lib.tgz"), Client("lib.whl")
    fetch_sources([package("npm")], folder(tmp_path, "npm"), npm)
    fetch_sources([package("pypi")], folder(tmp_path, "pip"), pip)
    assert "--ignore-scripts" in npm.called[0] and "lib@1.0" in npm.called[0]
    assert (
        list(pip.called[0][1:5]) == ["download", "--no-deps", "--only-binary", ":all:"] and "lib==1.0" in pip.called[0]
    )


@pytest.mark.parametrize(
    "component",
    [
        replace(package(), directory="node_modules/lib"),
        package("cargo"),
        replace(package(), kind=ComponentKind.PROJECT),
    ],
)
def test_only_packages_without_files_in_the_tree_are_fetched(tmp_path: Path, component: Component) -> None:
    client = Client("lib.tgz")
    assert fetch_sources([component], tmp_path, client) == ((), ()) and client.called == []


@pytest.mark.parametrize(("name", "version"), [("--registry=x", "1"), ("../x", "1"), ("lib", "--x"), ("lib", "")])
def test_names_that_could_be_more_than_names_reach_no_command(tmp_path: Path, name: str, version: str) -> None:
    client = Client("lib.tgz")
    _, (issue,) = fetch_sources([package("npm", name, version)], tmp_path, client)
    assert client.called == [] and issue.code is IssueCode.NOT_FETCHED


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        (Client(trouble="npm ended with 1"), "npm ended with 1"),
        (Client(), "gave no archive"),
        (Client("one.tgz", "two.tgz"), "gave no archive"),
        (Client("lib.exe"), "gave no archive"),
    ],
)
def test_what_was_not_had_is_a_warning(tmp_path: Path, client: Client, reason: str) -> None:
    found, (issue,) = fetch_sources([package()], tmp_path, client)
    assert found == () and reason in str(issue.message) and issue.level is IssueLevel.WARNING


def test_a_link_that_a_client_leaves_is_not_followed(tmp_path: Path) -> None:
    def client(here: Path, _command: Sequence[str], _timeout: float) -> str:
        (tmp_path / "secret.tgz").write_bytes(ARCHIVE)
        (here / "lib.tgz").symlink_to(tmp_path / "secret.tgz")
        return ""

    place = folder(tmp_path, "place")
    found, (issue,) = fetch_sources([package()], place, client)
    assert found == () and "no regular file" in str(issue.message)


def test_an_archive_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    own = Hash(algorithm="SHA-512", value=hashlib.sha512(ARCHIVE).hexdigest())
    other = Hash(algorithm="SHA-512", value="0" * 128)
    for number, (hashes, fetched) in enumerate([((own,), 1), ((other, own), 1), ((other,), 0)]):
        place = folder(tmp_path, str(number))
        found, issues = fetch_sources([package("npm", "lib", "1.0", *hashes)], place, Client("lib.tgz"))
        assert (len(found), len(issues)) == (fetched, 1 - fetched)


def test_the_content_is_there_for_the_scan_and_gone_afterwards() -> None:
    facts = ComponentFacts(components=(package(), package("cargo")))
    with with_sources(facts, lambda items, folder: fetch_sources(items, folder, Client("lib.tgz"))) as (told, opened):
        assert [item.directory for item in told.components] == ["$FETCHED/npm/lib/lib.tgz-extract", None]
        assert [file.file.path.removeprefix("$FETCHED/npm/lib/") for file in opened.files] == [
            "lib.tgz-extract/package/LICENSE",
            "lib.tgz-extract/package/code",
        ]
        places = [Path(file.location) for file in opened.files]
        assert places[0].read_text() == "the licence"
    assert not any(place.exists() for place in places)


def test_a_broken_archive_is_an_issue() -> None:
    facts = ComponentFacts(components=(package(),))
    client = Client("lib.tgz", content=b"no archive")
    with with_sources(facts, lambda items, folder: fetch_sources(items, folder, client)) as (_, opened):
        assert [issue.code for issue in opened.issues] == [IssueCode.UNSAFE_ARCHIVE]


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "file"),
    [("npm", "is-odd", "3.0.1", "package/LICENSE"), ("pypi", "six", "1.16.0", "six-1.16.0.dist-info/LICENSE")],
)
def test_the_real_clients_fetch(ecosystem: str, name: str, version: str, file: str) -> None:
    program = {"npm": "npm", "pypi": "pip"}[ecosystem]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    with with_sources(ComponentFacts(components=(package(ecosystem, name, version),)), fetch_sources) as (told, opened):
        if told.issues:
            pytest.skip(f"no registry answers: {told.issues[0].message}")
        assert f"{told.components[0].directory}/{file}" in {item.file.path for item in opened.files}


def test_the_real_npm_runs_nothing_of_a_hostile_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ``.npmrc`` would send npm to another registry, its scripts would leave a file."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    script = {"prepare": "touch ran", "prepack": "touch ran", "preinstall": "touch ran"}
    (tmp_path / "package.json").write_text(json.dumps({"name": "lib", "version": "1.0", "scripts": script}))
    (tmp_path / ".npmrc").write_text("registry=https://registry.example.invalid/\n")
    monkeypatch.chdir(tmp_path)
    place = folder(tmp_path, "place")
    fetched, issues = fetch_sources([package("npm", "is-odd", "3.0.1")], place)
    if issues and "ended with" in str(issues[0].message):
        pytest.skip("no registry answers")
    assert fetched and not (tmp_path / "ran").exists()
