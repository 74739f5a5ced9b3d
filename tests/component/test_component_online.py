"""Licences that only a registry knows are asked of pip and npm, safely, and once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.component.client import NotFetched, run_client, run_client_in
from licscan.component.online import ask_online
from licscan.core.component import ClaimSource, Component, LicenseClaim
from licscan.core.issue import IssueCode
from licscan.core.location import Location
from licscan.core.message import say


class Client:
    """Answers as a client would, and remembers what it was asked."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[Sequence[str]] = []

    def __call__(self, command: Sequence[str]) -> str:
        self.asked.append(command)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, str) else json.dumps(self.answer)


class Memory(dict[bytes, bytes]):
    def recall(self, key: bytes) -> bytes | None:
        return self.get(key)

    def keep(self, key: bytes, value: bytes) -> None:
        self[key] = value


def nothing_read(_text: str) -> str | None:
    return None


def package(
    ecosystem: str, name: str = "lib", version: str = "1.0", claims: tuple[LicenseClaim, ...] = ()
) -> Component:
    return Component(
        id=f"pkg:{ecosystem}/{name}@{version}",
        name=name,
        version=version,
        ecosystem=ecosystem,
        claims=claims,
        locations=(Location(path="lockfile", start_line=3),),
    )


def pip_report(**metadata: object) -> dict[str, object]:
    return {"version": "1", "install": [{"metadata": {"name": "lib", "version": "1.0", **metadata}}]}


@pytest.mark.parametrize(
    ("ecosystem", "answer", "expected"),
    [
        ("npm", "MIT", ["mit"]),
        ("npm", ["MIT", "MIT"], ["mit"]),
        ("npm", {"type": "ISC", "url": "x"}, ["isc"]),
        ("pypi", pip_report(license_expression="Apache-2.0 OR MIT"), ["apache-2.0 OR mit"]),
        ("pypi", pip_report(license="MIT", classifier=["Programming Language :: Python"]), ["mit"]),
        ("pypi", pip_report(license="UNKNOWN", classifier=["License :: OSI Approved :: MIT License"]), ["mit"]),
        ("pypi", pip_report(), []),
    ],
)
def test_what_the_client_says_becomes_a_claim_with_its_source(
    ecosystem: str, answer: object, expected: list[str]
) -> None:
    client = Client(json.dumps(answer))
    (found,), issues = ask_online([package(ecosystem)], nothing_read, run=client)
    assert [claim.expression for claim in found.claims] == expected and issues == ()
    for claim in found.claims:
        assert claim.source is ClaimSource.DECLARED and claim.origin.startswith(("npm ", "pip "))
        assert claim.locations == (Location(path="lockfile", start_line=3),)


def test_only_what_has_no_understood_licence_is_asked() -> None:
    known = LicenseClaim(source=ClaimSource.DECLARED, expression="mit")
    odd = LicenseClaim(source=ClaimSource.DECLARED, expression=None, raw="ask Bob")
    client = Client("MIT")
    ask_online([package("npm", "a", claims=(known,)), package("cargo", "c")], nothing_read, run=client)
    assert client.asked == []
    ask_online([package("npm", "b", claims=(odd,))], nothing_read, run=client)
    assert len(client.asked) == 1


@pytest.mark.parametrize("ecosystem", ["npm", "pypi"])
@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("--registry=x", "1.0"),
        ("lib @ https://evil.example/x.whl", "1"),
        ("../x", "1"),
        ("lib", "--x"),
        ("lib", "1; x"),
        ("lib", ""),
    ],
)
def test_names_that_could_be_more_than_names_reach_no_command(ecosystem: str, name: str, version: str) -> None:
    client = Client("MIT")
    _, issues = ask_online([package(ecosystem, name, version)], nothing_read, run=client)
    assert client.asked == [] and [issue.code for issue in issues] == [IssueCode.NOT_FETCHED]


def test_pip_takes_wheels_only_and_installs_nothing_and_npm_runs_no_script() -> None:
    pip, npm = Client(pip_report()), Client("MIT")
    ask_online([package("pypi")], nothing_read, run=pip)
    ask_online([package("npm", "@scope/lib")], nothing_read, run=npm)
    assert {"--dry-run", "--only-binary", ":all:", "--no-deps"} <= set(pip.asked[0])
    assert "--ignore-scripts" in npm.asked[0] and "@scope/lib@1.0" in npm.asked[0]


@pytest.mark.parametrize("answer", [NotFetched(say("npm ended with 1")), "no JSON", "[" * 100_000])
def test_what_was_not_had_is_an_issue_and_the_component_stays(answer: object) -> None:
    (found,), (issue,) = ask_online([package("npm")], nothing_read, run=Client(answer))
    assert found == package("npm") and issue.code is IssueCode.NOT_FETCHED and "pkg:npm/lib@1.0" in str(issue.message)


def test_answers_are_kept() -> None:
    store, client = Memory(), Client(json.dumps("MIT"))
    first = ask_online([package("npm")], nothing_read, store, client)
    assert ask_online([package("npm")], nothing_read, store, client) == first and len(client.asked) == 1


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "expected"), [("npm", "is-odd", "3.0.1", "mit"), ("pypi", "six", "1.16.0", "mit")]
)
def test_the_real_clients_answer(ecosystem: str, name: str, version: str, expected: str) -> None:
    program = {"npm": "npm", "pypi": "pip"}[ecosystem]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    (found,), issues = ask_online([package(ecosystem, name, version)], nothing_read)
    if issues:
        pytest.skip(f"no registry answers: {issues[0].message}")
    assert {claim.expression for claim in found.claims} == {expected}


def test_a_client_that_is_not_installed_is_told() -> None:
    with pytest.raises(NotFetched, match="not installed"):
        run_client(["no-such-client-of-anything"], 60)


def test_a_client_in_the_scanned_tree_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "some-client"
    fake.write_text("#!/bin/sh\ntouch ran\n")
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(NotFetched, match="not installed"):
        run_client(["some-client"], 60)


def test_a_client_starts_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = tmp_path / "some-client"
    client.write_text("#!/bin/sh\n/bin/pwd\n/bin/ls -A\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    folder, *content = run_client(["some-client"], 60).split()
    assert content == ["package.json"] and not Path(folder).exists()


SHOWING = "#!/bin/sh\n/usr/bin/env\n"


def client_at(folder: Path, script: str = SHOWING) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    client = folder / "some-client"
    client.write_text(script)
    client.chmod(0o755)
    return client


@pytest.mark.parametrize("entry", ["bin", "../tree/bin", "", ".", "node_modules/.bin"])
def test_a_client_is_not_taken_from_the_scanned_tree_however_path_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    tree = tmp_path / "tree"
    for place in (tree, tree / "bin", tree / "node_modules/.bin"):
        client_at(place, f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    client_at(tmp_path / "users")
    monkeypatch.chdir(tree)
    for written in (entry, str(tree / entry)):
        monkeypatch.setenv("PATH", f"{written}:{tmp_path}/users")
        path = next(line for line in run_client(["some-client"], 60, tree).split("\n") if line.startswith("PATH="))
        assert path == f"PATH={tmp_path}/users"
    assert not (tmp_path / "ran").exists()


def test_a_link_to_a_client_in_the_scanned_tree_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = client_at(tmp_path / "tree")
    (tmp_path / "users").mkdir()
    (tmp_path / "users/some-client").symlink_to(real)
    monkeypatch.setenv("PATH", str(tmp_path / "users"))
    with pytest.raises(NotFetched, match="not installed outside the scanned tree"):
        run_client(["some-client"], 60, tmp_path / "tree")


def test_no_variable_of_the_environment_leads_a_client_into_the_scanned_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    client_at(tmp_path / "users")
    monkeypatch.setenv("PATH", str(tmp_path / "users"))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tree / "pip.conf"))
    monkeypatch.setenv("NPM_CONFIG_USERCONFIG", str(tree / ".npmrc"))
    monkeypatch.setenv("NODE_OPTIONS", f"--require={tree}/evil.js")
    monkeypatch.setenv("PYTHONPATH", f"{tree}:.::{tmp_path}/users")
    monkeypatch.setenv("OLDPWD", str(tree))
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://mirror.example/npm")
    shown = run_client(["some-client"], 60, tree)
    assert str(tree) not in shown
    assert f"PYTHONPATH={tmp_path}/users\n" in shown, "the user's own entry stays"
    assert "NPM_CONFIG_REGISTRY=https://mirror.example/npm" in shown, "and so does the user's own mirror"


def test_what_npm_gave_to_a_script_of_the_project_does_not_reach_a_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_at(tmp_path / "users")
    monkeypatch.setenv("PATH", str(tmp_path / "users"))
    monkeypatch.setenv("npm_lifecycle_event", "licences")
    monkeypatch.setenv("npm_config_registry", "https://evil.example/")
    assert "evil.example" not in run_client(["some-client"], 60, tmp_path / "tree")


def test_a_client_does_not_start_below_the_scanned_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client_at(tmp_path / "users")
    (tmp_path / "tree/tmp").mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path / "users"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tree/tmp"))
    with pytest.raises(NotFetched, match="set TMPDIR to another"):
        run_client(["some-client"], 60, tmp_path / "tree")


def test_npm_reads_no_setting_of_a_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    (tmp_path / "package.json").write_text(json.dumps({"name": "root", "workspaces": ["inner/*"]}))
    (tmp_path / ".npmrc").write_text("registry=https://evil.example/\n")
    (tmp_path / "inner/ours").mkdir(parents=True)
    told = run_client_in(tmp_path / "inner/ours", ["npm", "config", "get", "registry", "--no-workspaces"], 60)
    assert "evil.example" not in told


@pytest.mark.parametrize(
    ("answer", "unresolved"),
    [
        (["MIT"], False),
        ([], False),
        (["SEE LICENSE IN LICENSE.md"], True),
        (NotFetched(say("there is no such package")), True),
    ],
)
def test_an_answer_resolves_a_package_unless_it_only_names_a_file_in_it(answer: object, unresolved: bool) -> None:
    asked = replace(package("npm"), unresolved=True)
    ((found,), _) = ask_online([asked], nothing_read, run=Client(answer))
    assert found.unresolved is unresolved


@pytest.mark.parametrize(
    "origin", ["vcs_url=git%2Bhttps://example.org/lib.git", "download_url=https://example.org/lib-1.0.tgz"]
)
def test_no_registry_is_asked_for_what_comes_from_elsewhere(origin: str) -> None:
    client = Client(["MIT"])
    fork = replace(package("npm"), id=f"pkg:npm/lib@1.0?{origin}", purl=f"pkg:npm/lib@1.0?{origin}", unresolved=True)
    ((found,), issues) = ask_online([fork], nothing_read, run=client)
    assert (found, issues, client.asked) == (fork, (), [])
