"""The command line as a whole: start, errors, exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import licscan
from licscan import cli
from licscan.cli import run
from licscan.errors import ExitCode


def licscan_command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "licscan", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_it_runs_as_a_module() -> None:
    done = licscan_command("--version")
    assert (done.returncode, done.stdout) == (0, f"licscan {licscan.__version__}\n")


def test_help_names_every_command() -> None:
    done = licscan_command("--help")
    assert done.returncode == 0
    for name in cli.COMMANDS:
        assert f"\n  {name}" in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["policy", "list"], ["report", "--help"]])
def test_commands_that_detect_nothing_load_neither_scancode_nor_numpy(arguments: list[str]) -> None:
    code = (
        "import sys; from licscan.cli import run; run(sys.argv[1:]);"
        "heavy = {'licensedcode', 'packagedcode', 'scancode', 'numpy', 'commoncode', 'typecode'} & set(sys.modules); sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scna"]) is ExitCode.USAGE
    assert "scna" in capsys.readouterr().err


def test_a_missing_path_is_wrong_usage_and_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["scan", str(tmp_path / "nowhere")]) is ExitCode.USAGE
    assert "nowhere: there is no such file or folder" in capsys.readouterr().err


def test_an_empty_tree_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["scan", str(tmp_path)]) is ExitCode.USAGE
    assert "there is nothing to scan" in capsys.readouterr().err


def test_a_mistyped_format_is_told_before_the_scan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("int a;")
    assert run(["scan", str(tmp_path), "-o", "htlm=x.html"]) is ExitCode.USAGE
    assert "did you mean 'html'?" in capsys.readouterr().err


def test_a_mistyped_fact_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("int a;")
    assert run(["scan", str(tmp_path), "--fact", "distributon=saas"]) is ExitCode.USAGE
    assert "did you mean 'distribution'?" in capsys.readouterr().err


def test_an_unknown_setting_is_refused_with_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "licscan.toml").write_text('policy = "default"\n\n[facts]\ncomercial = true\n')
    assert run(["scan", str(tmp_path)]) is ExitCode.USAGE
    error = capsys.readouterr().err
    assert "licscan.toml:4" in error
    assert "did you mean 'commercial'?" in error


def test_a_bug_never_ends_in_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the \x1b[31mcat\x1b[0m")

    monkeypatch.setattr(cli.licscan, "main", fail)
    assert run([]) is ExitCode.INCOMPLETE
    error = capsys.readouterr().err
    assert "internal error: the \\x1b[31mcat" in error
    assert "\x1b" not in error


def test_an_interrupt_ends_in_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.licscan, "main", interrupt)
    assert run([]) is ExitCode.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


def test_a_closed_pipe_is_quiet_and_no_violation() -> None:
    command = f"{sys.executable} -m licscan policy show default | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", f"for _ in 1 2 3; do {command}; done"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode != ExitCode.VIOLATED


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_no_verdict(tmp_path: Path, closed: str) -> None:
    (tmp_path / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    command = f"{sys.executable} -m licscan check {tmp_path} {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (ExitCode.MET, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["policy show default", "check {tree}"])
def test_a_full_disk_is_told_and_is_no_verdict(tmp_path: Path, command: str) -> None:
    (tmp_path / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m licscan {command.format(tree=tmp_path)} > /dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.INCOMPLETE
    assert done.stderr == "licscan: standard output: cannot be written: No space left on device\n"


def test_a_scan_that_is_interrupted_for_real_ends_in_130(tmp_path: Path) -> None:
    for number in range(4_000):  # more than is done before the interrupt, however warm the cache is
        (tmp_path / f"{number}.c").write_text(f"/* GPL {number} licensed under the terms */\n" * 50)
    process = subprocess.Popen(
        [sys.executable, "-m", "licscan", "scan", str(tmp_path), "--no-cache", "-o", f"json={tmp_path}/out.json"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(2.5)
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED, error
    assert not (tmp_path / "out.json").exists()


def test_explain_knows_a_model_licence_by_its_common_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "llama-2"]) is ExitCode.MET
    told = capsys.readouterr().out
    assert "class: custom-model" in told
    assert "over 700,000,000 monthly active users" in told
