"""Unresolved dependencies: exit codes, and one line for each manifest in every format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from licscan.document import decode

LINE = "2 of 3 dependencies in package-lock.json are unresolved"
FORMATS = (
    *("table", "html", "markdown", "json", "csv", "cyclonedx-json", "cyclonedx-xml", "spdx-json"),
    *("sarif", "junit", "github", "gitlab"),
)


def licscan(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "licscan", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def application(tree: Path, *, dev: bool = False) -> Path:
    """A fresh clone: of three dependencies the lockfile states the licence of one, and nothing is installed."""
    tree.mkdir(parents=True)
    (tree / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    names = ("left", "middle", "right")
    field = "devDependencies" if dev else "dependencies"
    head = {"name": "app", "version": "1.0.0", "license": "MIT", field: dict.fromkeys(names, "^1.0.0")}
    (tree / "package.json").write_text(json.dumps(head))
    flag = {"dev": True} if dev else {}
    entries = {f"node_modules/{name}": {"version": "1.0.0", **flag} for name in names}
    entries["node_modules/middle"]["license"] = "ISC"
    lock = {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": head, **entries}}
    (tree / "package-lock.json").write_text(json.dumps(lock))
    return tree


def test_a_fresh_clone_is_incomplete_without_a_finding_and_every_format_has_one_line(tmp_path: Path) -> None:
    tree = application(tmp_path / "tree")
    done = licscan("scan", tree, "--no-config", *(f"-o{name}={tmp_path / 'out'}/{name}" for name in FORMATS))
    assert done.returncode == 3, done.stderr
    assert "Unresolved dependencies" in done.stdout and LINE in done.stdout
    for name in FORMATS:
        text = (tmp_path / "out" / name).read_text()
        if name == "json":  # where messages are ids and values
            text += "".join(str(issue.message) for issue in decode(text.encode()).inventory.issues)
        assert " ".join(text.split()).count(LINE) == 1, name
        assert "no-licence" not in text, name
    result = json.loads((tmp_path / "out" / "json").read_text())
    assert result["audit"]["violations"] == [] and result["audit"]["complete"] is False
    unresolved = {each["name"] for each in result["inventory"]["components"] if each.get("unresolved")}
    assert unresolved == {"left", "right"}
    assert "NONE" not in (tmp_path / "out" / "spdx-json").read_text()


def test_an_option_and_a_policy_accept_it(tmp_path: Path) -> None:
    tree = application(tmp_path / "tree")
    policy = tmp_path / "accepting.yaml"
    policy.write_text("policy: {name: accepting, title: T, description: D}\nextends: default\nunresolved: reported\n")
    for command in ("scan", "check"):
        output = ("-ojunit",) if command == "scan" else ()
        assert licscan(command, tree, "-q", *output).returncode == 3
        assert licscan(command, tree, "-q", "--policy", policy, *output).returncode == 0
        accepted = licscan(command, tree, "-q", "--accept-unresolved", *output)
        assert accepted.returncode == 0
    assert LINE in licscan("scan", tree, "-q", "--accept-unresolved", "-ojunit").stdout


@pytest.mark.parametrize("command", ["scan", "check"])
def test_dependencies_of_development_leave_the_run_complete(command: str, tmp_path: Path) -> None:
    tree = application(tmp_path / "tree", dev=True)
    done = licscan(command, tree, "--no-config", "-v", *(("-otable",) if command == "scan" else ()))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all of them are for development, test or build only" in " ".join((done.stdout + done.stderr).split())


def test_what_was_read_and_states_none_is_still_a_finding(tmp_path: Path) -> None:
    tree = application(tmp_path / "tree")
    for name in ("left", "right"):
        place = tree / "node_modules" / name
        place.mkdir(parents=True)
        (place / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0"}))
    done = licscan("scan", tree, "--no-config", "-q", "-ojson")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    assert [each["code"] for each in result["audit"]["violations"]] == ["no-licence", "no-licence"]
    assert not any(each["code"] == "unresolved" for each in result["inventory"]["issues"])


def test_an_audit_says_it_once(tmp_path: Path) -> None:
    tree = application(tmp_path / "tree")
    done = licscan("audit", tree, "-q", "--output-dir", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    told = json.loads(next((tmp_path / "out").glob("*audit*.json")).read_text())["products"][0]
    assert [each["path"] for each in told["coverage"]["unread"]] == ["package-lock.json"]
    assert not [each for each in told["risks"] if each["code"] == "no-licence"]
