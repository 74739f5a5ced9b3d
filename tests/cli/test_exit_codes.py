"""Exit codes mean what the documentation says for every command, whatever happens to its streams, its disk and its process."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from licscan.cli import COMMANDS, run
from licscan.cli.stopping import private_temporary_folder
from licscan.component.package_store import KnownPackage, write_store
from licscan.errors import ExitCode

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clean tree, one that violates the policy, and a stored result of each."""
    folder = tmp_path_factory.mktemp("exit")
    for name, code in (("clean", ExitCode.MET), ("violating", ExitCode.VIOLATED)):
        (folder / name).mkdir()
        (folder / name / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
        if code is ExitCode.VIOLATED:
            (folder / name / "copied.c").write_text("/* SPDX-License-Identifier: GPL-3.0-only */\n")
        assert run(["scan", str(folder / name), "-q", *STRICT.split(), "-o", f"json={folder / name}.json"]) is code
    write_store(folder / "packages.sqlite", (KnownPackage(purl="pkg:npm/left-pad@1.3.0"),))
    return folder


STRICT = "--policy proprietary-distribution"  # under which copyleft in the code is a violation


# For each command: its arguments, and the code that it ends in.
CALLS: Mapping[str, tuple[str, ExitCode]] = {
    "scan": ("scan clean -o table", ExitCode.MET),
    "scan with a violation": (f"scan violating -o table {STRICT}", ExitCode.VIOLATED),
    "check": ("check clean", ExitCode.MET),
    "check with a violation": (f"check violating {STRICT}", ExitCode.VIOLATED),
    "audit": ("audit clean -o json", ExitCode.MET),
    "report": ("report clean.json -o table", ExitCode.MET),
    "report with a violation": ("report violating.json -o table", ExitCode.VIOLATED),
    "notice": ("notice clean", ExitCode.MET),
    "policy": ("policy show default", ExitCode.MET),
    "packages": ("packages list packages.sqlite", ExitCode.MET),
    "licenses": ("licenses", ExitCode.MET),
    "models": ("models llama-2", ExitCode.MET),
    "facts": ("facts", ExitCode.MET),
    "checklist": ("checklist clean.json", ExitCode.MET),
    "cache": ("cache info", ExitCode.MET),
    "init": ("init clean", ExitCode.MET),
    "explain": ("explain mit", ExitCode.MET),
    "diff": ("diff clean.json clean.json", ExitCode.MET),
}  # fmt: skip
WRONG = {name: f"{name} --no-such-option" for name in COMMANDS}


def call(place: Path, arguments: str, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m licscan {arguments} {redirect}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_command_has_a_call() -> None:
    assert {text.split()[0] for text, _ in CALLS.values()} == set(COMMANDS)


@pytest.mark.parametrize(
    ("name", "redirect"), [*((name, "2>/dev/full") for name in CALLS), ("check with a violation", "2>&-")]
)
def test_a_standard_error_that_takes_nothing_changes_no_code(place: Path, name: str, redirect: str) -> None:
    arguments, code = CALLS[name]
    (place / "clean" / "licscan.toml").unlink(missing_ok=True)
    assert call(place, arguments, redirect).returncode == code


@pytest.mark.parametrize(
    ("name", "redirect"),
    [
        *((name, ">/dev/full") for name in CALLS if not name.startswith(("check", "init"))),
        ("scan with a violation", ">/dev/full 2>/dev/full"),
        ("policy", ">/dev/full 2>/dev/full"),
        ("policy", "> >(true) 2>/dev/full"),
    ],
)
def test_a_standard_output_that_takes_nothing_is_no_success_and_no_violation(
    place: Path, name: str, redirect: str
) -> None:
    arguments, code = CALLS[name]
    lost = ExitCode.VIOLATED if code is ExitCode.VIOLATED else ExitCode.INCOMPLETE
    done = call(place, arguments, redirect)
    # A reader that leaves at once may leave before or after what it is sent.
    assert done.returncode in ({lost} if "true" not in redirect else {lost, code})


@pytest.mark.parametrize(
    ("name", "redirect"),
    [
        *((name, "2>/dev/full") for name in WRONG),
        *(("policy", redirect) for redirect in ("2>&-", ">/dev/full 2>/dev/full", ">&- 2>&-", "2> >(true)")),
    ],
)
def test_a_mistake_ends_in_2_though_no_message_can_be_written(place: Path, name: str, redirect: str) -> None:
    assert call(place, WRONG[name], redirect).returncode == ExitCode.USAGE


@pytest.mark.parametrize("redirect", ["", "2>/dev/full", "2>&-"])
def test_a_bug_ends_in_3_though_no_message_can_be_written(place: Path, redirect: str) -> None:
    code = "import sys; from licscan import cli; cli.licscan.main = lambda **_: 1 / 0; cli.main()"
    done = subprocess.run(["bash", "-c", f'{sys.executable} -c "{code}" {redirect}'], check=False, capture_output=True)
    assert done.returncode == ExitCode.INCOMPLETE
    assert (b"internal error: division by zero" in done.stderr) == (redirect == "")


def test_a_message_with_a_lone_surrogate_ends_in_its_code(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "licscan", "scan", b"no\xff\xfesuch"], cwd=place, check=False, capture_output=True
    )
    assert done.returncode == ExitCode.USAGE


# --- the environment


@pytest.mark.parametrize("command", ["scan", "check", "audit", "init", "scan {clean} -q"])
def test_a_working_directory_that_is_gone_is_a_mistake_of_the_caller(place: Path, command: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    arguments = command.format(clean=place / "clean")
    done = call(gone, f"--version; rmdir {gone}; {sys.executable} -m licscan {arguments}")
    assert done.returncode == ExitCode.USAGE, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["scan {clean} -q -o json={out}", "check {clean}", "licenses", "cache info"])
def test_a_user_without_a_home_is_told_to_name_a_folder(place: Path, command: str, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    arguments = command.format(clean=place / "clean", out=out).split()
    code = (
        "import os, pathlib, sys\n"
        "def unknown(path): return str(path)\n"
        "os.path.expanduser = unknown\n"
        "from licscan.cli import main\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "main()"
    )
    homeless = {name: value for name, value in os.environ.items() if name not in ("HOME", "LICSCAN_CACHE_DIR", "XDG_CACHE_HOME")}  # fmt: skip

    def ask(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=homeless | more, capture_output=True, text=True, check=False
        )

    refused = ask()
    assert refused.returncode == ExitCode.USAGE, refused.stderr
    assert "LICSCAN_CACHE_DIR" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    if "LICSCAN_CACHE_DIR" in os.environ:
        accepted = ask(LICSCAN_CACHE_DIR=os.environ["LICSCAN_CACHE_DIR"])
        assert accepted.returncode == ExitCode.MET, accepted.stderr


def with_file_limit(size: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize(
    "command", ["scan {tree} -q", "audit {tree} -q", "report {tree}.json -o html=out.html", "notice {tree} -o notice-html=notice.html"]
)  # fmt: skip
def test_a_disk_that_is_full_is_incomplete_and_leaves_no_partial_output(
    place: Path, command: str, tmp_path: Path
) -> None:
    arguments = command.format(tree=place / "violating").split()
    done = subprocess.run(
        [sys.executable, "-m", "licscan", *arguments],
        cwd=tmp_path,
        preexec_fn=with_file_limit(300),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.INCOMPLETE, done.stderr
    assert "cannot be written: File too large" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- signals


def children(process: int) -> set[int]:
    """The ids of all processes below ``process``."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child, *children(child)}
    return found


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("big")
    tree = folder / "tree"
    tree.mkdir()
    for number in range(3_000):
        (tree / f"{number}.c").write_text(f"/* GPL {number} licensed under the terms of {number} */\n" * 50)
    archive = shutil.make_archive(str(folder / "packed"), "zip", tree)
    shutil.move(archive, tree)
    return tree


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("command", "number", "group"),
    [
        ("scan {big} --archives --output-dir out", signal.SIGTERM, False),
        ("scan {big} --archives --output-dir out", signal.SIGINT, True),
        ("scan {big} --archives --output-dir out", signal.SIGQUIT, True),
        ("check {big}", signal.SIGHUP, True),
        ("audit {big} --archives --output-dir out", signal.SIGQUIT, False),
        ("audit {big} --archives --output-dir out", signal.SIGTERM, True),
    ],
)
def test_a_signal_leaves_no_worker_no_temporary_file_and_no_output(
    big: Path, tmp_path: Path, command: str, number: signal.Signals, group: bool
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "licscan", *command.format(big=big).split(), "--no-cache", "--jobs", "2"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(workers := children(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    assert process.poll() is None
    assert list(temporary.iterdir())
    (os.killpg if group else os.kill)(process.pid, number)
    _, error = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, error
    assert "Traceback" not in error
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "out").exists()
    assert workers
    assert not [each for each in workers if _is_running(each)]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_run_that_is_killed_leaves_no_worker_and_the_next_one_removes_its_folder(big: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-m", "licscan", "scan", str(big), "--archives", "--output-dir", "out", "--no-cache", "--jobs", "2"],
        cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(workers := children(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 2
    while any(_is_running(each) for each in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert workers and not [each for each in workers if _is_running(each)]
    (left,) = temporary.iterdir()
    other = temporary / "licscan-run-of-somebody"
    other.mkdir()
    os.utime(left / "lock", (0, 0))
    subprocess.run([sys.executable, "-m", "licscan", "licenses", "show", "MIT"], env=environment, capture_output=True)
    assert list(temporary.iterdir()) == [other]


def test_the_folder_of_a_run_that_goes_on_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with private_temporary_folder():
        (folder,) = tmp_path.iterdir()
        os.utime(folder / "lock", (0, 0))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        with private_temporary_folder():
            assert folder.exists() and len(list(tmp_path.iterdir())) == 2


def _is_running(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_signal_that_the_caller_ignores_stays_ignored(place: Path) -> None:
    code = "import os, signal; from licscan.cli.stopping import stop_on_signals; stop_on_signals(); os.kill(os.getpid(), signal.SIGHUP); print('on')"
    done = call(place, "--version", f"; trap '' HUP; {sys.executable} -c \"{code}\"")
    assert done.stdout.endswith("on\n")
