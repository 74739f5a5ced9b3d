"""A package client starts with the user's configuration, in an empty folder, with nothing of the scanned tree within reach."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from licscan.component.client import NotFetched, run_client, run_client_in


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
