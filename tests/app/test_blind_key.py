"""The key of a blind audit lies where nothing passes it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from licscan.app.blind_key import key_file, read_key
from licscan.cli import run
from licscan.errors import ExitCode, UsageError


def test_a_key_without_blind_mode_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(tmp_path), "--blind-key", str(tmp_path / "k")]) is ExitCode.USAGE
    assert "without --blind" in capsys.readouterr().err
    assert not (tmp_path / "k").exists()


def test_the_default_lies_in_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = key_file(None, targets=[tmp_path / "target"], outputs=[])
    assert path.parent == tmp_path / "state" / "licscan"
    assert path != key_file(None, targets=[tmp_path / "other"], outputs=[])
    key = read_key(path)
    assert read_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("system", [".git", ".hg", ".svn", "_darcs", ".jj"])
def test_a_directory_under_version_control_is_refused(tmp_path: Path, system: str) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / system).mkdir()
    with pytest.raises(UsageError, match="version control"):
        key_file(tmp_path / "deep" / "er" / "k", targets=[], outputs=[])


def test_a_work_tree_whose_repository_is_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /elsewhere\n")
    with pytest.raises(UsageError, match="version control"):
        key_file(tmp_path / "k", targets=[], outputs=[])


def test_the_target_and_the_reports_are_refused_through_links_too(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(UsageError, match="in the target"):
        key_file(tmp_path / "link" / "k", targets=[tmp_path / "target"], outputs=[])
    with pytest.raises(UsageError, match="among the reports"):
        key_file(tmp_path / "out" / "k", targets=[], outputs=[tmp_path / "out"])


def test_nothing_is_written_into_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    monkeypatch.chdir(target)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert run(["audit", "--blind", "-q", "-o", f"json={tmp_path / 'audit.json'}"]) in (
        ExitCode.MET,
        ExitCode.INCOMPLETE,
    )
    assert [path.name for path in target.iterdir()] == ["LICENSE"]
    assert {path.suffix for path in (tmp_path / "state" / "licscan").glob("blind-*")} == {".key", ".json"}
    assert run(["audit", "--blind", "-q", "-o", "json", "--blind-key", "here.key"]) is ExitCode.USAGE


@pytest.mark.parametrize(
    "options", [["--blind-key", "licscan-audit/key"], ["-o", "json=audit.json", "--blind-key", "audit.json"]]
)
def test_neither_the_default_folder_nor_a_report_itself_takes_the_key(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "a.c").write_text("int a;\n")
    monkeypatch.chdir(tmp_path)
    assert run(["audit", "target", "--blind", "-q", *options]) is ExitCode.USAGE
    assert "among the reports" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.name != "state"] == ["target"]


def test_a_repository_is_given_no_key_though_it_is_no_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "a.c").write_text("int a;\n")
    (tmp_path / "home" / ".git").mkdir(parents=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    assert run(["audit", str(tmp_path / "target"), "--blind", "-q", "-o", "json"]) is ExitCode.USAGE
    assert not (tmp_path / "home" / "state").exists()
