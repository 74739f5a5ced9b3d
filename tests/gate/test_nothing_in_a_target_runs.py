"""Ways to make git or a package client start something, planted in a repository: each of them works on git itself, none on licscan."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path

import pytest

from licscan.cli import run
from tests.conftest import Repository
from tests.gate.conftest import MIT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")


@dataclass(frozen=True)
class Traps:
    """A folder of programs that leave a mark when they run, and of the marks."""

    folder: Path

    def program(self, name: str, *, extra: str = "cat") -> str:
        """Return a program that leaves the mark ``name``, then copies its input so that git goes on."""
        script = self.folder / f"{name}.sh"
        script.write_text(f"#!/bin/sh\n: > '{self.folder}/{name}.ran'\n{extra}\n")
        script.chmod(0o755)
        return str(script)

    def sprung(self) -> set[str]:
        return {path.name.removesuffix(".ran") for path in self.folder.glob("*.ran")}

    def clear(self) -> None:
        for path in self.folder.glob("*.ran"):
            path.unlink()


Plant = Callable[[Repository, Traps, str], None]
PLANTS: dict[str, Plant] = {}
TRIGGERS: dict[str, tuple[str, ...]] = {}
"""The git command that falls for a trap, as anybody would run it; what has none needs a network, a terminal or a choice."""


def plant(*trigger: str) -> Callable[[Plant], Plant]:
    def named(function: Plant) -> Plant:
        name = function.__name__.replace("_", "-")
        PLANTS[name] = function
        if trigger:
            TRIGGERS[name] = trigger
        return function

    return named


def settings(**values: str) -> str:
    lines = []
    for name, value in values.items():
        section, _, key = name.rpartition("__")
        head, _, sub = section.partition("__")
        lines.append(f'[{head} "{sub}"]' if sub else f"[{head}]")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'\t{key} = "{quoted}"')
    return "\n" + "\n".join(lines) + "\n"


def configure(repository: Repository, text: str) -> None:
    with (repository.root / ".git/config").open("a") as stream:
        stream.write(text)


def attribute(repository: Repository, line: str) -> None:
    with (repository.root / ".gitattributes").open("a") as stream:
        stream.write(f"{line}\n")


# --- what `git status` falls for ---------------------------------------------------------------------------------------


@plant("status")
def filter_clean(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/one.py filter=clean")
    configure(repository, settings(filter__clean__clean=traps.program(name)))


@plant("status")
def filter_process(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/two.py filter=process")
    configure(repository, settings(filter__process__process=traps.program(name, extra="exit 1")))


@plant("status")
def filter_by_info_attributes(repository: Repository, traps: Traps, name: str) -> None:
    (repository.root / ".git/info").mkdir(exist_ok=True)
    (repository.root / ".git/info/attributes").write_text("app/three.py filter=info\n")
    configure(repository, settings(filter__info__clean=traps.program(name)))


@plant("status")
def filter_in_an_included_file(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/four.py filter=included")
    (repository.root / ".settings").write_text(settings(filter__included__clean=traps.program(name)))
    configure(repository, settings(include__path="../.settings"))


@plant("status")
def filter_in_a_file_included_on_condition(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/five.py filter=condition")
    (repository.root / ".more-settings").write_text(settings(filter__condition__clean=traps.program(name)))
    configure(repository, f'\n[includeIf "gitdir:{repository.root}/**"]\n\tpath = ../.more-settings\n')


@plant("status")
def filter_in_the_configuration_of_a_work_tree(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/six.py filter=worktree")
    configure(repository, settings(core__repositoryformatversion="1", extensions__worktreeConfig="true"))
    (repository.root / ".git/config.worktree").write_text(settings(filter__worktree__clean=traps.program(name)))


@plant("status")
def filter_by_an_attribute_macro(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "[attr]harmless filter=macro\napp/seven.py harmless")
    configure(repository, settings(filter__macro__clean=traps.program(name)))


@plant("status")
def filter_by_attributes_of_a_folder(repository: Repository, traps: Traps, name: str) -> None:
    (repository.root / "app/.gitattributes").write_text("eight.py filter=folder\n")
    configure(repository, settings(filter__folder__clean=traps.program(name)))


@plant("status")
def filter_by_an_attributes_file_of_the_configuration(repository: Repository, traps: Traps, name: str) -> None:
    (repository.root / ".attributes").write_text("app/nine.py filter=file\n")
    configure(
        repository,
        settings(core__attributesFile=str(repository.root / ".attributes"), filter__file__clean=traps.program(name)),
    )


@plant("status")
def file_system_monitor(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(core__fsmonitor=traps.program(name, extra="exit 1")))


@plant("status")
def hook_after_the_index_changes(repository: Repository, traps: Traps, name: str) -> None:
    hook(repository, traps, name, "post-index-change")


@plant("status")
def filter_of_a_submodule(repository: Repository, traps: Traps, name: str) -> None:
    inner = repository.root / "third/.git"
    inner.joinpath("info").mkdir(exist_ok=True)
    inner.joinpath("info/attributes").write_text("* filter=sub\n")
    with (inner / "config").open("a") as stream:
        stream.write(settings(filter__sub__clean=traps.program(name)))


# --- what other questions to git fall for -----------------------------------------------------------------------------


@plant("log", "-1", "openpgp")
def program_that_checks_a_signature(repository: Repository, traps: Traps, name: str) -> None:
    signed(repository, "openpgp", "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----")
    configure(repository, settings(log__showSignature="true", gpg__program=traps.program(name, extra="exit 1")))


@plant("log", "-1", "x509")
def program_that_checks_a_certificate(repository: Repository, traps: Traps, name: str) -> None:
    signed(repository, "x509", "-----BEGIN SIGNED MESSAGE-----", "-----END SIGNED MESSAGE-----")
    configure(repository, settings(gpg__x509__program=traps.program(name, extra="exit 1"), log__showSignature="true"))


@plant("log", "-1", "ssh")
def program_that_checks_a_key(repository: Repository, traps: Traps, name: str) -> None:
    signed(repository, "ssh", "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")
    allowed = repository.root / ".git/allowed"
    allowed.write_text("a@example.invalid ssh-ed25519 AAAA\n")
    program = traps.program(name, extra="exit 1")
    configure(
        repository,
        settings(gpg__ssh__program=program, gpg__ssh__allowedSignersFile=str(allowed), log__showSignature="true"),
    )


@plant("diff")
def external_diff(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(diff__external=traps.program(name)))


@plant("diff", "--no-ext-diff")
def text_conversion(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/ten.py diff=text")
    configure(repository, settings(diff__text__textconv=traps.program(name, extra='cat "$1"')))


@plant("diff", "--", "app/eleven.py")
def diff_driver(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/eleven.py diff=driver")
    configure(repository, settings(diff__driver__command=traps.program(name)))


@plant("cat-file", "--filters", "HEAD:app/twelve.py")
def filter_smudge(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/twelve.py filter=smudge")
    configure(repository, settings(filter__smudge__smudge=traps.program(name)))


@plant("ls-files", "--format=%(path)", "--eol")
def hooks_of_another_folder(repository: Repository, traps: Traps, name: str) -> None:
    folder = repository.root / ".githooks"
    folder.mkdir()
    program = Path(traps.program(name))
    for each in HOOKS:
        (folder / each).symlink_to(program)
    # Not together with the hooks of the usual folder: git has one folder of them.


HOOKS = (
    "pre-commit", "commit-msg", "post-checkout", "post-merge", "pre-auto-gc", "post-rewrite", "fsmonitor-watchman",
    "reference-transaction",
)  # fmt: skip


def hook(repository: Repository, traps: Traps, name: str, kind: str) -> None:
    place = repository.root / ".git/hooks" / kind
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(traps.program(name, extra="exit 0"))


@plant("commit", "--allow-empty", "--message", "x")
def hook_before_a_commit(repository: Repository, traps: Traps, name: str) -> None:
    hook(repository, traps, name, "prepare-commit-msg")


@plant("update-ref", "refs/heads/other", "HEAD")
def hook_of_references(repository: Repository, traps: Traps, name: str) -> None:
    hook(repository, traps, name, "reference-transaction")


@plant("checkout", "--quiet", "--detach")
def hook_after_a_checkout(repository: Repository, traps: Traps, name: str) -> None:
    hook(repository, traps, name, "post-checkout")


@plant("tidy")
def alias(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(alias__tidy=f"!{traps.program(name)}", alias__staged=f"!{traps.program(name)}"))


@plant("commit", "--amend", "--allow-empty")
def editor(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(core__editor=traps.program(name, extra="exit 1")))


@plant("credential", "fill")
def credential_helper(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(credential__helper=traps.program(name)))


@plant("fetch", "ssh://host.example/x")
def ssh_command(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(core__sshCommand=traps.program(name, extra="exit 1")))


@plant("fetch", "git://host.example/x")
def proxy_command(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(core__gitProxy=traps.program(name, extra="exit 1")))


@plant("fetch", "transport")
def transport_that_is_a_command(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name, extra="exit 1")
    configure(repository, settings(remote__transport__url=f"ext::{program}", protocol__ext__allow="always"))


@plant("cat-file", "-p", "1" * 40)
def fetching_what_a_partial_clone_lacks(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name, extra="exit 1")
    configure(
        repository,
        settings(
            core__repositoryformatversion="1",
            extensions__partialClone="lacking",
            remote__lacking__promisor="true",
            remote__lacking__url=f"ext::{program}",
            protocol__ext__allow="always",
        ),
    )


@plant("ls-remote", "--upload-pack", "", ".")
def upload_pack(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(remote__origin__url=".", remote__origin__uploadpack=traps.program(name)))


@plant("merge", "--quiet", "side")
def merge_driver(repository: Repository, traps: Traps, name: str) -> None:
    attribute(repository, "app/merged.py merge=driver")
    configure(repository, settings(merge__driver__driver=traps.program(name, extra="exit 0")))


@plant("interpret-trailers", "--trailer", "sign")
def trailer_command(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(trailer__sign__cmd=traps.program(name, extra="exit 0"), trailer__sign__key="sign"))


@plant("difftool", "--no-prompt")
def diff_tool(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(diff__tool="own", difftool__own__cmd=traps.program(name)))


@plant()
def pager(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name)
    configure(repository, settings(core__pager=program, pager__status=program, pager__log=program, pager__diff=program))


@plant()
def submodule_update(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name)
    configure(repository, settings(submodule__third__update=f"!{program}", submodule__recurse="true"))
    (repository.root / ".gitmodules").write_text(
        f'[submodule "third"]\n\tpath = third\n\turl = ext::{program}\n\tupdate = "!{program}"\n'
    )


@plant()
def alternate_refs(repository: Repository, traps: Traps, name: str) -> None:
    configure(repository, settings(core__alternateRefsCommand=traps.program(name)))


@plant()
def password_prompt_and_browser(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name)
    configure(repository, settings(core__askPass=program, web__browser=program, sequence__editor=program))


# --- what lies in the tree beside git ---------------------------------------------------------------------------------


@plant()
def programs_by_the_names_of_clients(repository: Repository, traps: Traps, name: str) -> None:
    for program in ("git", "pip", "pip3", "npm", "node", "python", "ssh", "gpg", "rpm", "dpkg-query", "sh", "less"):
        for folder in ("", "node_modules/.bin", "bin"):
            (repository.root / folder).mkdir(parents=True, exist_ok=True)
            (repository.root / folder / program).symlink_to(traps.program(name))


@plant()
def settings_of_npm(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name)
    (repository.root / ".npmrc").write_text(f"git={program}\nscript-shell={program}\nnode-options=--require=./x.js\n")
    (repository.root / "x.js").write_text(f"require('fs').writeFileSync('{traps.folder}/{name}.ran', '')\n")


@plant()
def scripts_of_a_manifest(repository: Repository, traps: Traps, name: str) -> None:
    program = traps.program(name)
    (repository.root / "package.json").write_text(
        f'{{"name": "x", "version": "1.0.0", "license": "MIT", "workspaces": ["*"], "scripts": {{"preinstall": "{program}",'
        f' "prepare": "{program}"}}, "dependencies": {{"lib": "1.0.0"}}}}'
    )
    (repository.root / ".yarnrc.yml").write_text("yarnPath: ./x.js\n")
    (repository.root / ".pnpmfile.cjs").write_text("require('./x.js')\n")


@plant()
def code_of_a_python_project(repository: Repository, traps: Traps, name: str) -> None:
    code = f"open({str(traps.folder / f'{name}.ran')!r}, 'w')\n"
    for file in ("setup.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "json.py", "licscan.py", "pip.py"):
        (repository.root / file).write_text(code)
    (repository.root / "evil.pth").write_text(f"import os; {code}")
    (repository.root / "pip.conf").write_text("[global]\nindex-url = https://evil.example/simple\n")
    (repository.root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n[project]\nname = "x"\nversion = "1"\n'
    )
    (repository.root / "requirements.txt").write_text("six==1.16.0\n-e .\n")


def signed(repository: Repository, branch: str, begin: str, end: str) -> None:
    """Make a branch whose commit bears a signature."""
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    who = "A <a@example.invalid> 1600000000 +0000"
    text = f"tree {tree}\nauthor {who}\ncommitter {who}\ngpgsig {begin}\n \n AAAA\n {end}\n\nsigned\n"
    object_at(repository, "commit", text.encode(), ref=branch)


def object_at(repository: Repository, kind: str, content: bytes, *, ref: str | None = None) -> str:
    """Write a loose object as anybody could, and a branch to it."""
    whole = f"{kind} {len(content)}\0".encode() + content
    oid = sha1(whole, usedforsecurity=False).hexdigest()
    place = repository.root / ".git/objects" / oid[:2] / oid[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(whole))
    if ref:
        (repository.root / ".git/refs/heads" / ref).write_text(f"{oid}\n")
    return oid


FILES = "one two three four five six seven eight nine ten eleven twelve merged".split()


def seller(root: Path) -> Repository:
    """A repository with history, a submodule and a branch to merge, before anything is planted in it."""
    root.mkdir()
    repository = Repository(root)
    repository.git("config", "protocol.file.allow", "always")
    repository.write("LICENSE", MIT)
    for name in FILES:
        repository.write(f"app/{name}.py", f"# {name}\n")
    repository.write("third_party/lib/lib.c", "int f(void) { return 1; }\n")
    inner = Repository(make(root / "third"))
    inner.write("inner.py", "x = 1\n")
    inner.commit()
    repository.commit("begin")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("app/merged.py", "# side\n")
    repository.commit("side")
    repository.git("checkout", "--quiet", "main")
    repository.write("app/merged.py", "# main\n")
    repository.commit("go on")
    return repository


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def unpack(repository: Repository) -> None:
    """Leave every file as an archive does when it is unpacked: another time than the index has, one of them changed."""
    for path in repository.root.rglob("*"):
        if path.is_file() and ".git" not in path.relative_to(repository.root).parts:
            os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    for name in ("ten", "eleven"):
        (repository.root / f"app/{name}.py").write_text("# changed\n")


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    return Traps(make(tmp_path / "traps"))


def git(repository: Repository, *arguments: str) -> None:
    command = ["git", "-c", "core.pager=cat", *arguments]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            command, cwd=repository.root, capture_output=True, text=True, timeout=60, check=False,
            input="protocol=https\nhost=host.example\n\n", env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )  # fmt: skip


def test_there_are_at_least_thirty_ways() -> None:
    assert len(PLANTS) >= 40
    assert len(TRIGGERS) >= 30


def test_git_itself_falls_for_them(tmp_path: Path, traps: Traps) -> None:
    """What this proves is the other test: these traps are real."""
    fallen = set()
    for name, trigger in TRIGGERS.items():
        repository = seller(tmp_path / name)
        PLANTS[name](repository, traps, name)
        if name == "hooks-of-another-folder":
            configure(repository, settings(core__hooksPath=".githooks"))
            trigger = ("commit", "--allow-empty", "--message", "x")
        elif name == "upload-pack":
            trigger = ("fetch", "origin")
        unpack(repository)
        git(repository, *trigger)
        fallen |= traps.sprung() & {name}
        traps.clear()
    missed = set(TRIGGERS) - fallen
    assert len(fallen) >= 30, f"git did not fall for {sorted(missed)}"


@dataclass
class Started:
    """Every program that this process starts, as the interpreter's own audit reports it."""

    watching: bool = False
    programs: list[str] = field(default_factory=list)

    def hear(self, event: str, arguments: Sequence[object]) -> None:
        if self.watching and event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.spawn"):
            first = arguments[1] if event == "subprocess.Popen" else arguments[0]
            argument = first[0] if isinstance(first, list | tuple) else first
            self.programs.append(os.fsdecode(argument) if isinstance(argument, str | bytes) else repr(argument))


_STARTED = Started()
_HEARING: list[bool] = []


@pytest.fixture
def started() -> Iterator[Started]:
    """What is started while a test watches. The interpreter never forgets an audit hook, so there is one for all tests."""
    if not _HEARING:
        sys.addaudithook(_STARTED.hear)
        _HEARING.append(True)
    _STARTED.programs.clear()
    _STARTED.watching = True
    yield _STARTED
    _STARTED.watching = False


@pytest.fixture
def planted(tmp_path: Path, traps: Traps) -> Repository:
    """A repository with all of it in it."""
    repository = seller(tmp_path / "seller")
    for name, planting in PLANTS.items():
        planting(repository, traps, name)
    configure(repository, settings(core__hooksPath=".githooks"))
    unpack(repository)
    traps.clear()
    return repository


COMMANDS = (
    ("scan", ".", "-o", "json=../result.json"),
    ("scan", ".", "-o", "json=../result.json", "--online", "--online-sources"),
    ("check",),
    ("check", "--staged"),
    ("check", "--since", "HEAD~1"),
    ("check", "app/ten.py"),
    ("audit", ".", "--output-dir", "../audit"),
    ("diff", "HEAD~1", "HEAD"),
    ("cache", "warm", "."),
    ("init", "--hook"),
    ("notice", "."),
    ("explain", "app/ten.py"),
    ("explain", "--component", "lib"),
)


def test_no_command_falls_for_any_of_them(
    planted: Repository, traps: Traps, cache: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICSCAN_CACHE_DIR", str(cache))
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", "bin", str(planted.root), os.environ["PATH"]]))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(planted.root)
    for command in COMMANDS:
        started.programs.clear()
        run([*command])
        assert traps.sprung() == set(), command
        others = {program for program in started.programs if program != sys.executable}
        clients = {"pip", "pip3", "npm"} if "--online" in command else set()
        assert {Path(program).name for program in others} <= clients, command
        assert not any(program.startswith(str(planted.root)) or not os.path.isabs(program) for program in others)


ENVIRONMENT = {
    "GIT_EXTERNAL_DIFF": "{trap}",
    "GIT_SSH_COMMAND": "{trap}",
    "GIT_SSH": "{trap}",
    "GIT_PAGER": "{trap}",
    "GIT_EDITOR": "{trap}",
    "GIT_SEQUENCE_EDITOR": "{trap}",
    "GIT_ASKPASS": "{trap}",
    "GIT_PROXY_COMMAND": "{trap}",
    "GIT_CONFIG_GLOBAL": "{root}/.settings",
    "GIT_CONFIG_SYSTEM": "{root}/.settings",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "{trap}",
    "GIT_CONFIG_PARAMETERS": "'core.fsmonitor={trap}'",
    "GIT_EXEC_PATH": "{root}/bin",
    "GIT_DIR": "{root}/.git",
    "GIT_WORK_TREE": "{root}",
    "GIT_OBJECT_DIRECTORY": "{root}/.git/objects",
    "GIT_TRACE": "{marks}/variables.ran",
    "GIT_TRACE2": "{marks}/variables.ran",
    "PAGER": "{trap}",
    "EDITOR": "{trap}",
}


def test_no_variable_of_git_starts_anything(
    planted: Repository, traps: Traps, cache: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = traps.program("variables", extra="exit 1")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value.format(trap=trap, root=planted.root, marks=traps.folder))
    monkeypatch.setenv("LICSCAN_CACHE_DIR", str(cache))
    monkeypatch.chdir(planted.root)
    for command in (("check", "--staged"), ("check", "--since", "HEAD~1"), ("scan", ".", "-o", "json=../result.json")):
        started.programs.clear()
        run([*command])
        assert traps.sprung() == set(), command
        assert {*started.programs} <= {sys.executable}, command


def pointing_file(tree: Path, hostile: Repository) -> None:
    (tree / ".git").write_text(f"gitdir: {hostile.root}/.git\n")


def link(tree: Path, hostile: Repository) -> None:
    (tree / ".git").symlink_to(hostile.root / ".git")


def shared_folder(tree: Path, hostile: Repository) -> None:
    own = Repository(tree)
    own.commit()
    (tree / ".git/commondir").write_text(f"{hostile.root}/.git\n")


def work_tree_of_it(tree: Path, hostile: Repository) -> None:
    tree.rmdir()
    hostile.git("-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", str(tree), "-b", "linked")


@pytest.mark.parametrize("lead", [pointing_file, link, shared_folder, work_tree_of_it])
def test_a_git_directory_elsewhere_runs_nothing_either(
    lead: Callable[[Path, Repository], None],
    tmp_path: Path,
    traps: Traps,
    cache: Path,
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hostile = seller(tmp_path / "hostile")
    tree = make(tmp_path / "tree")
    (tree / "one.py").write_text("# changed\n")
    lead(make_again(tree, lead), hostile)
    for name in ("filter-clean", "file-system-monitor", "hook-after-the-index-changes"):
        PLANTS[name](hostile, traps, name)
    traps.clear()
    monkeypatch.setenv("LICSCAN_CACHE_DIR", str(cache))
    monkeypatch.chdir(tree)
    for command in (("scan", ".", "-o", "json=../result.json"), ("check", "--staged"), ("init", "--hook")):
        started.programs.clear()
        run([*command])
        assert traps.sprung() == set(), command
        assert {*started.programs} <= {sys.executable}, command


def make_again(tree: Path, lead: object) -> Path:
    """A work tree has to be made by git itself, in a folder that is empty."""
    if lead is work_tree_of_it:
        (tree / "one.py").unlink()
    return tree
