"""The real pre-commit framework, with this repository's own hooks, in a real repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from licscan.component.ecosystem import SOURCES
from licscan.component.source import Source
from tests.conftest import ROOT, Repository
from tests.gate.conftest import GPL_NOTICE
from tests.gate.test_check_changes import lockfile, manifest

HOOKS = ROOT / ".pre-commit-hooks.yaml"
# Readers of what is installed, which is not committed, and of files whose names say little.
INSTALLED = (
    *(
        "pypi_installed:",
        "composer:read_installed_json",
        "conda:read_record",
        "debian:",
        "alpine:",
        "rpm:",
        "golang:read_modules_txt",
        "copied:",
        "headers:",
    ),
    *("maven:read_pom_properties", "cran:", "others:"),
)


@pytest.fixture
def hooks(tmp_path: Path) -> Repository:
    """A repository that holds the hooks as they are published."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    repository = Repository(folder)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", folder)
    repository.commit("hooks")
    return repository


class PreCommit:
    """Runs ``pre-commit`` in a project; the hooks take the licscan that is installed here, not a fresh download."""

    def __init__(self, project: Repository, hooks: Repository, home: Path, cache: Path) -> None:
        self.project = project
        revision = hooks.git("rev-parse", "HEAD").strip()
        project.write(
            ".pre-commit-config.yaml",
            f"repos:\n  - repo: {hooks.root}\n    rev: {revision}\n    hooks:\n"
            "      - {id: licscan, language: system}\n      - {id: licscan-deps, language: system}\n",
        )
        project.commit("use the hooks")
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(home),
            "LICSCAN_CACHE_DIR": str(cache),
        }

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments],
            cwd=self.project.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def commit(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "commit", "--message", "change"],
            cwd=self.project.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def pre_commit(project: Repository, hooks: Repository, tmp_path: Path, cache: Path) -> PreCommit:
    return PreCommit(project, hooks, tmp_path / "home", cache)


def test_the_published_hooks_are_valid(pre_commit: PreCommit) -> None:
    done = pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert done.returncode == 0, done.stdout


def test_a_commit_with_a_gpl_header_is_stopped_and_one_without_is_not(
    pre_commit: PreCommit, project: Repository
) -> None:
    assert pre_commit("install").returncode == 0
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    stopped = pre_commit.commit()
    assert stopped.returncode == 1
    assert "app/main.py:1: distribution-terms: GPL-3.0-or-later" in stopped.stdout + stopped.stderr
    project.write("app/main.py", "print('fine')\n")
    project.git("add", "--all")
    done = pre_commit.commit()
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_not_staged_is_not_checked(pre_commit: PreCommit, project: Repository) -> None:
    pre_commit("install")
    project.write("app/other.py", "x = 1\n")
    project.git("add", "--all")
    project.write("app/main.py", GPL_NOTICE)  # pre-commit puts it aside while the hooks run
    done = pre_commit.commit()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.root / "app/main.py").read_text() == GPL_NOTICE


def test_the_hook_for_dependencies_runs_for_manifests_only(pre_commit: PreCommit, project: Repository) -> None:
    project.write("app/other.py", "x = 1\n")
    project.git("add", "--all")
    assert "no files to check" in pre_commit("run", "licscan-deps").stdout
    project.write("package.json", manifest("viral"))
    project.write("package-lock.json", lockfile(viral="GPL-3.0-only"))
    project.git("add", "--all")
    done = pre_commit("run", "licscan-deps")
    assert done.returncode == 1
    assert "pkg:npm/viral@1.0.0" in done.stdout


def test_a_commit_that_only_deletes_is_checked_too(pre_commit: PreCommit, project: Repository) -> None:
    """pre-commit has no file to hand over then."""
    assert pre_commit("install").returncode == 0
    project.git("rm", "--quiet", "LICENSE")
    stopped = pre_commit.commit()
    assert stopped.returncode == 1
    assert "no-licence" in stopped.stdout + stopped.stderr


def test_between_two_commits_a_deletion_is_checked(pre_commit: PreCommit, project: Repository) -> None:
    start = project.git("rev-parse", "HEAD").strip()
    project.git("rm", "--quiet", "LICENSE")
    project.commit()
    done = pre_commit("run", "licscan", "--from-ref", start, "--to-ref", "HEAD")
    assert done.returncode == 1
    assert "no-licence" in done.stdout


@pytest.mark.parametrize(
    "source",
    [source for source in SOURCES if not any(map(source.reader.__contains__, INSTALLED))],
    ids=lambda s: s.name,
)
def test_the_hook_for_dependencies_knows_every_manifest(source: Source) -> None:
    (hook,) = [hook for hook in yaml.safe_load(HOOKS.read_text()) if hook["id"] == "licscan-deps"]
    for pattern in source.patterns:
        path = re.sub(r"\[.*?\]", "-", pattern).replace("*", "x")
        assert re.search(hook["files"], path), path


def test_between_two_commits_what_came_in_between_is_checked(pre_commit: PreCommit, project: Repository) -> None:
    """As a pipeline runs it."""
    start = project.git("rev-parse", "HEAD").strip()
    project.write("app/main.py", GPL_NOTICE)
    project.commit()
    done = pre_commit("run", "licscan", "--from-ref", start, "--to-ref", "HEAD")
    assert done.returncode == 1
    assert "app/main.py:1" in done.stdout


def test_without_an_index_the_hook_names_the_licscan_that_pre_commit_runs(
    pre_commit: PreCommit, project: Repository, tmp_path: Path
) -> None:
    pre_commit.environment["LICSCAN_CACHE_DIR"] = str(tmp_path / "empty")
    project.write("app/main.py", "print('more')\n")
    project.git("add", "--all")
    done = pre_commit("run", "licscan")
    assert done.returncode == 1
    assert "exit code: 3" in done.stdout
    assert f"{Path(sys.executable).with_name('licscan')} cache warm" in done.stdout
