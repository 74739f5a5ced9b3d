"""``--online``: each ecosystem's registry is asked through its own protocol, for pinned versions, and nothing that it answers is trusted."""

from __future__ import annotations

import gzip
import json
import shutil
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from msgspec.structs import replace

from licscan.component.base import ComponentFacts
from licscan.component.client import NotFetched, NotInstalled
from licscan.component.online import Registries, ask_online
from licscan.component.registry import REGISTRIES
from licscan.component.registry.base import source_at
from licscan.component.registry.request import LARGEST_ANSWER, Requests
from licscan.component.sources import fetch_sources
from licscan.core.component import REGISTRY_CLIENTS, ClaimSource, Component, ComponentKind, Hash, LicenseClaim
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.message import say
from licscan.pipeline.fetched_packages import with_sources
from tests.component.registry_server import (
    LICENSE,
    Case,
    Client,
    Server,
    every,
    gem,
    npm,
    package,
    pypi,
    serving,
    tar,
    zipped,
)

ECOSYSTEMS = sorted(REGISTRIES)


class Memory(dict[bytes, bytes]):
    def recall(self, key: bytes) -> bytes | None:
        return self.get(key)

    def keep(self, key: bytes, value: bytes) -> None:
        self[key] = value


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    home = tmp_path / "users-home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE", "CARGO_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as running:
        yield running


def nothing_read(_text: str) -> str | None:
    return None


def ask(
    folder: Path,
    *components: Component,
    client: Client | None = None,
    store: Memory | None = None,
    requests: Requests | None = None,
) -> ComponentFacts:
    place = folder / f"asked-{len(list(folder.iterdir()))}"
    place.mkdir()
    registries = Registries(run=client, requests=requests)
    return ask_online(ComponentFacts(components=components), place, nothing_read, registries, store)


def case_of(ecosystem: str, server: Server, home: Path) -> Case:
    home.mkdir(exist_ok=True)
    return every(server, home)[{"golang": "golang"}.get(ecosystem, ecosystem)]


def test_every_registry_has_its_client_named_once() -> None:
    assert {ecosystem: registry.programs[0] for ecosystem, registry in REGISTRIES.items()} == REGISTRY_CLIENTS


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_a_licence_is_had_through_the_protocol_of_each_registry(ecosystem: str, server: Server, tmp_path: Path) -> None:
    case = case_of(ecosystem, server, tmp_path / "maven")
    facts = ask(tmp_path, case.component, client=case.client)
    (found,) = facts.components
    assert facts.issues == () and not found.unresolved
    assert [claim.expression for claim in found.claims] == ([case.declared] if case.declared else [])
    assert all(claim.source is ClaimSource.DECLARED and ": " in claim.origin for claim in found.claims)
    if case.declared is None:  # no licence field: the archive's own file
        (legal,) = facts.legal_files
        assert Path(legal.location).read_text() == LICENSE and legal.path.startswith(f"$FETCHED/{ecosystem}/")


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_the_archive_of_each_ecosystem_is_fetched_and_has_to_be_the_locked_one(
    ecosystem: str, server: Server, tmp_path: Path
) -> None:
    case = case_of(ecosystem, server, tmp_path / "maven")
    place = tmp_path / "archives"
    place.mkdir()
    (fetched,), issues = fetch_sources([case.component], place, Registries(run=case.client))
    assert issues == () and Path(fetched.archive.location).read_bytes() == server.pages[case.archive]
    if not case.component.hashes:
        return  # NuGet's lockfiles have no digest of the archive as it is published
    wrong = replace(case.component, hashes=tuple(replace(each, value="0" * 64) for each in case.component.hashes))
    again = tmp_path / "again"
    again.mkdir()
    fetched_again, (issue,) = fetch_sources([wrong], again, Registries(run=case.client))
    assert fetched_again == () and issue.code is IssueCode.NOT_FETCHED and "digest" in str(issue.message)


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_another_archive_than_the_locked_one_is_not_looked_into(ecosystem: str, server: Server, tmp_path: Path) -> None:
    case = case_of(ecosystem, server, tmp_path / "maven")
    if not case.component.hashes:
        pytest.skip("its lockfiles have no digest of the archive as it is published")
    server.pages[case.archive] = zipped(
        {"example.org/Team/lib@v1.0.0/LICENSE": "GPL-3.0-only", "LICENSE": "GPL-3.0-only"}
    )
    place = tmp_path / "archives"
    place.mkdir()
    fetched, (issue,) = fetch_sources([case.component], place, Registries(run=case.client))
    assert fetched == () and "digest" in str(issue.message) and issue.level is IssueLevel.WARNING


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("--registry=x", "1.0"),
        ("lib @ https://evil.example/x.whl", "1"),
        ("../x", "1"),
        ("a/../../x", "1"),
        ("lib", "--x"),
        ("lib", "1/../../2"),
        ("lib?x=", "1"),
    ],
)
def test_names_that_could_be_more_than_names_reach_no_client_and_no_address(
    ecosystem: str, name: str, version: str, server: Server, tmp_path: Path
) -> None:
    client = case_of(ecosystem, server, tmp_path / "maven").client
    facts = ask(tmp_path, package(ecosystem, name, version), client=client)
    assert client.called == [] and server.requested == []
    assert [issue.code for issue in facts.issues] == [IssueCode.NOT_FETCHED] and facts.components[0].unresolved


def test_what_was_had_is_not_requested_again(server: Server, tmp_path: Path) -> None:
    store = Memory()
    cases = every(server, tmp_path_of(tmp_path))
    first = {name: ask(tmp_path, case.component, client=case.client, store=store) for name, case in cases.items()}
    server.requested.clear()
    for name, case in cases.items():
        again = ask(tmp_path, case.component, client=case.client, store=store)
        assert [item.claims for item in again.components] == [item.claims for item in first[name].components]
        assert [item.path for item in again.legal_files] == [item.path for item in first[name].legal_files]
    assert server.requested == []


def tmp_path_of(tmp_path: Path) -> Path:
    home = tmp_path / "maven"
    home.mkdir()
    return home


def test_another_digest_in_the_lockfile_is_another_package_for_the_cache(server: Server, tmp_path: Path) -> None:
    store, case = Memory(), npm(server)
    ask(tmp_path, case.component, client=case.client, store=store)
    other = replace(case.component, hashes=(Hash(algorithm="SHA-512", value="0" * 128),))
    facts = ask(tmp_path, other, client=case.client, store=store)
    assert facts.components[0].unresolved and "another digest for it than the lockfile" in str(facts.issues[0].message)


def test_a_client_that_is_missing_is_one_issue_with_what_to_install(tmp_path: Path) -> None:
    class Missing(Client):
        def __call__(self, *_command: object, **_options: object) -> str:
            raise NotInstalled(say("cargo is not installed"))

    facts = ask(tmp_path, package("cargo", "a"), package("cargo", "b"), client=Missing({}))
    (issue,) = facts.issues
    assert "no registry was queried for 2 packages of cargo" in str(issue.message) and "install Rust" in str(issue.hint)


def test_only_what_is_open_is_asked(server: Server, tmp_path: Path) -> None:
    case = npm(server)
    known = LicenseClaim(source=ClaimSource.DECLARED, expression="mit")
    left_alone = (
        replace(case.component, claims=(known,)),
        replace(case.component, id="pkg:npm/b", directory="node_modules/lib"),
        replace(case.component, id="pkg:npm/c", kind=ComponentKind.PROJECT),
        replace(case.component, id="pkg:npm/d", version=None),
        replace(case.component, id="pkg:npm/e", purl="pkg:npm/lib@1.0.0?vcs_url=git%2Bhttps://example.org/lib.git"),
        replace(case.component, id="pkg:npm/f", purl="pkg:npm/lib@1.0.0?download_url=https://example.org/lib.tgz"),
        package("generic", "lib"),
    )
    assert ask(tmp_path, *left_alone, client=case.client).components == left_alone
    assert server.requested == [] and case.client.called == []


def test_where_metadata_state_nothing_or_name_a_file_the_archive_is_read(server: Server, tmp_path: Path) -> None:
    for license in (None, "SEE LICENSE IN LICENSE"):
        case = npm(server, license)
        facts = ask(tmp_path, case.component, client=case.client)
        assert [Path(item.location).read_text() for item in facts.legal_files] == [LICENSE]
        assert not facts.components[0].unresolved and facts.issues == ()


def test_a_name_of_a_file_alone_resolves_nothing_where_the_archive_is_not_had(server: Server, tmp_path: Path) -> None:
    case = npm(server, "SEE LICENSE IN LICENSE")
    del server.pages[case.archive]
    facts = ask(tmp_path, case.component, client=case.client)
    assert facts.components[0].unresolved and "404" in str(facts.issues[0].message)


def test_a_gem_says_its_licence_itself_where_its_source_has_no_interface_for_versions(
    server: Server, tmp_path: Path
) -> None:
    case = gem(server, interface=False)
    (found,) = ask(tmp_path, case.component, client=case.client).components
    assert [claim.expression for claim in found.claims] == ["mit"]


def test_a_python_package_of_which_there_is_only_a_source_archive_is_read_and_not_built(
    server: Server, tmp_path: Path
) -> None:
    case = pypi(server)
    metadata = "Metadata-Version: 2.4\nName: lib\nVersion: 1.0.0\nLicense-Expression: MIT\n"
    setup = f"open({str(tmp_path / 'ran')!r}, 'w')"
    server.pages["/files/lib-1.0.0.tar.gz"] = tar({"lib-1.0.0/PKG-INFO": metadata, "lib-1.0.0/setup.py": setup})
    page = '<a href="../../files/lib-1.0.0.tar.gz">lib-1.0.0.tar.gz</a><a href="lib-2.0.0.tar.gz">lib-2.0.0.tar.gz</a>'
    server.pages["/simple/lib/"] = page.encode()
    (found,) = ask(tmp_path, replace(case.component, hashes=()), client=case.client).components
    assert [claim.expression for claim in found.claims] == ["mit"] and not (tmp_path / "ran").exists()


def test_credentials_of_the_users_configuration_go_to_its_registry_alone(server: Server, tmp_path: Path) -> None:
    case = npm(server, None)
    place = server.address.partition(":")[2]
    (tmp_path / "npmrc").write_text(f"{place}/:_authToken=${{TOKEN_OF_A_TEST}}\n")
    settings = {"registry": f"{server.address}/", "userconfig": str(tmp_path / "npmrc")}
    case.client.answers = {"config list": json.dumps(settings)}
    with pytest.MonkeyPatch.context() as patch, serving() as other:
        patch.setenv("TOKEN_OF_A_TEST", "secret")
        other.pages["/lib.tgz"] = server.pages[case.archive]
        server.pages[case.archive] = redirect(f"{other.address}/lib.tgz")
        facts = ask(tmp_path, case.component, client=case.client)
        assert facts.issues == () and facts.legal_files, "the lockfile's digest settles what is at the other host"
        assert {headers.get("Authorization") for headers in server.headers} == {"Bearer secret"}
        assert [headers.get("Authorization") for headers in other.headers] == [None]


def test_a_password_in_an_address_of_the_configuration_is_shown_nowhere(server: Server) -> None:
    source = source_at("https://user:secret@mirror.example/simple/")
    assert source.address == "https://mirror.example/simple" and "secret" not in source.address
    assert source.headers[0][0] == "Authorization"


def test_a_scope_is_asked_at_its_own_registry_alone(server: Server, tmp_path: Path) -> None:
    case = npm(server)
    with serving() as own:
        settings = {"registry": f"{server.address}/", "@team:registry": f"{own.address}/"}
        case.client.answers = {"config list": json.dumps(settings)}
        facts = ask(tmp_path, package("npm", "@team/lib"), case.component, client=case.client)
        assert own.requested == ["/@team%2Flib/1.0.0"] and "/@team%2Flib/1.0.0" not in server.requested
        assert [str(issue.message).partition(" was ")[0] for issue in facts.issues] == [
            "the metadata of pkg:npm/@team/lib@1.0.0"
        ]


def redirect(address: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return reply


def endless(pause: float, encoding: str = "") -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if encoding:
            handler.send_header("Content-Encoding", encoding)
        handler.end_headers()
        chunk = gzip.compress(b" " * (64 << 20)) if encoding else b" " * (1 << 16)
        try:
            while True:
                handler.wfile.write(chunk[:1] if pause else chunk)
                time.sleep(pause)
        except OSError:
            handler.close_connection = True

    return reply


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (redirect("http://127.0.0.1:9/lib"), "leads to another host, and no digest says"),
        (redirect("file:///etc/passwd"), "not encrypted, or cannot be requested"),
        (redirect("/lib/1.0.0"), "redirects without end"),
        (endless(0.0), "too large"),
        (endless(0.0, "gzip"), "too large"),
        (endless(0.05), "took too long"),
        (b"[" * 100_000, "not a JSON object"),
        (b'{"name": "other", "version": "1.0.0", "license": "MIT"}', "about another package"),
    ],
    ids=["elsewhere", "file", "loop", "endless", "compressed", "slow", "deep", "other"],
)
def test_a_hostile_answer_is_an_issue_and_resolves_nothing(
    page: bytes, reason: str, server: Server, tmp_path: Path
) -> None:
    case = npm(server)
    server.pages["/lib/1.0.0"] = page
    facts = ask(tmp_path, case.component, client=case.client, requests=Requests(answer_seconds=3))
    (found,), (issue,) = facts.components, facts.issues
    assert reason in str(issue.message) and issue.code is IssueCode.NOT_FETCHED
    assert found.unresolved and found.claims == ()


def test_an_archive_at_another_host_without_any_digest_is_not_requested(server: Server, tmp_path: Path) -> None:
    case = npm(server, None)
    with serving() as other:
        manifest = {"name": "lib", "version": "1.0.0", "dist": {"tarball": f"{other.address}/lib.tgz"}}
        server.pages["/lib/1.0.0"] = json.dumps(manifest).encode()
        facts = ask(tmp_path, replace(case.component, hashes=()), client=case.client)
        assert other.requested == [] and "another host" in str(facts.issues[0].message)


def test_an_archive_that_unpacks_to_more_than_is_read_is_an_issue(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("licscan.component.registry.unpack.MAX_UNPACKED", 1 << 20)
    bomb = tar({"package/zeros": b"\0" * (8 << 20), "package/LICENSE": LICENSE})
    case = npm(server, None)
    server.pages["/lib/1.0.0"] = json.dumps(
        {"name": "lib", "version": "1.0.0", "dist": {"tarball": "/lib.tgz"}}
    ).encode()
    server.pages["/lib.tgz"] = bomb
    facts = ask(tmp_path, replace(case.component, hashes=()), client=case.client)
    assert "unpacks to more" in str(facts.issues[0].message) and facts.legal_files == ()


@pytest.mark.parametrize(
    "name", ["../LICENSE", "/LICENSE", "package/../../LICENSE", "C:/LICENSE", "package/a\\LICENSE", "package//LICENSE"]
)
def test_members_that_lead_out_of_an_archive_are_left_alone(name: str, server: Server, tmp_path: Path) -> None:
    case = npm(server, None)
    server.pages["/lib/1.0.0"] = json.dumps(
        {"name": "lib", "version": "1.0.0", "dist": {"tarball": "/lib.tgz"}}
    ).encode()
    server.pages["/lib.tgz"] = tar({name: LICENSE})
    facts = ask(tmp_path, replace(case.component, hashes=()), client=case.client)
    assert facts.legal_files == () and not list(tmp_path.rglob("LICENSE"))


def test_a_script_in_metadata_is_kept_as_text_and_understood_as_nothing(server: Server, tmp_path: Path) -> None:
    written = "<script>alert(1)</script>\x1b[31m"
    case = npm(server, written)
    (found,) = ask(tmp_path, case.component, client=case.client).components
    (claim,) = found.claims
    assert (claim.expression, claim.raw) == (None, written.strip())


def test_a_registry_that_sets_the_pace_is_waited_for(server: Server, tmp_path: Path) -> None:
    case = npm(server)
    page = server.pages["/lib/1.0.0"]
    assert isinstance(page, bytes)
    refused: list[str] = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        refused.append(handler.path)
        is_refused = len(refused) < 3
        handler.send_response(429 if is_refused else 200)
        handler.send_header("Retry-After", "0")
        handler.send_header("Content-Length", "0" if is_refused else str(len(page)))
        handler.end_headers()
        handler.wfile.write(b"" if is_refused else page)

    server.pages["/lib/1.0.0"] = reply
    (found,) = ask(tmp_path, case.component, client=case.client).components
    assert len(refused) == 3 and [claim.expression for claim in found.claims] == ["mit"]


def test_a_registry_out_of_reach_is_given_up_after_a_few_packages() -> None:
    requests, source = Requests(), source_at("http://127.0.0.1:9")
    told = []
    for _ in range(8):
        with pytest.raises(NotFetched) as trouble:
            requests.save(source, "lib", bytes, largest=LARGEST_ANSWER, has_digest=False)
        told.append(str(trouble.value))
    assert told[-1] == "the registry does not answer"


def test_the_content_of_fetched_archives_is_there_for_the_scan_and_gone_afterwards(server: Server) -> None:
    case = npm(server)
    facts = ComponentFacts(components=(case.component, package("generic", "other")))
    fetch = Registries(run=case.client)
    with with_sources(facts, lambda items, folder: fetch_sources(items, folder, fetch)) as (known, opened):
        place = "$FETCHED/npm/lib/lib-1.0.0.tgz-extract"
        assert [item.directory for item in known.components] == [place, None]
        assert [file.file.path for file in opened.files] == [
            f"{place}/package/LICENSE",
            f"{place}/package/package.json",
        ]
        places = [Path(file.location) for file in opened.files]
        assert places[0].read_text() == LICENSE
    assert not any(place.exists() for place in places)


REAL = [
    ("npm", "is-odd", "3.0.1", "mit"),
    ("pypi", "six", "1.16.0", "mit"),
    ("cargo", "itoa", "1.0.9", "mit OR apache-2.0"),
    ("golang", "github.com/BurntSushi/toml", "v1.2.0", None),
    ("maven", "org.slf4j/slf4j-api", "2.0.9", "mit"),
]


@pytest.mark.parametrize(("ecosystem", "name", "version", "expected"), REAL)
def test_the_registries_of_the_installed_clients_answer(
    ecosystem: str, name: str, version: str, expected: str | None, tmp_path: Path
) -> None:
    if shutil.which(REGISTRIES[ecosystem].programs[0]) is None:
        pytest.skip(f"{REGISTRIES[ecosystem].programs[0]} is not installed")
    facts = ask(tmp_path, package(ecosystem, name, version))
    if facts.issues:
        pytest.skip(f"no registry answers: {facts.issues[0].message}")
    assert {claim.expression for claim in facts.components[0].claims} == ({expected} if expected else set())
    assert expected or [Path(item.path).name for item in facts.legal_files] == ["COPYING"]


def test_the_real_npm_takes_no_setting_and_runs_nothing_of_a_hostile_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    script = {"prepare": "touch ran", "prepack": "touch ran", "preinstall": "touch ran"}
    (tmp_path / "package.json").write_text(json.dumps({"name": "lib", "version": "1.0", "scripts": script}))
    (tmp_path / ".npmrc").write_text("registry=https://registry.example.invalid/\n")
    monkeypatch.chdir(tmp_path)
    registries = Registries(target=tmp_path)
    assert registries.connect([package("npm", "is-odd", "3.0.1")]) == ()
    assert "example.invalid" not in str(registries.sources("npm")) and not (tmp_path / "ran").exists()
