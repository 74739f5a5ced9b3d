"""Repositories that are broken, hostile or odd: a clear message, the right exit code, and never 0 for work not done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from licscan.errors import ExitCode
from tests.conftest import Repository
from tests.gate.conftest import GPL_NOTICE, Check


def test_git_need_not_be_installed(project: Repository, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    monkeypatch.setenv("PATH", str(project.root))
    for arguments in (["--staged"], ["--since", "HEAD"], ["app/main.py"]):
        assert check(*arguments).code is ExitCode.VIOLATED


def test_outside_any_repository(project: Repository, check: Check, tmp_path: Path) -> None:
    project.root = tmp_path
    (tmp_path / "a.py").write_text("x = 1\n")
    for arguments in (["--staged"], ["--since", "main"], ["a.py"]):
        done = check(*arguments)
        assert done.code is ExitCode.USAGE
        assert "no git work tree" in done.err


def test_a_ref_that_does_not_exist(project: Repository, check: Check) -> None:
    done = check("--since", "origin/nowhere")
    assert done.code is ExitCode.USAGE
    assert "there is no commit 'origin/nowhere'" in done.err


def test_a_ref_that_is_empty_is_not_the_whole_tree(project: Repository, check: Check) -> None:
    done = check("--since=")
    assert (done.code, "--since names nothing" in done.err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    "chosen",
    [("--policy", "nope"), ("--config", "nowhere.toml"), ("--fact", "comercial=true"), ("--baseline", "nowhere.json")],
)
def test_what_is_mistyped_is_told_even_when_nothing_changed(
    project: Repository, check: Check, chosen: tuple[str, str]
) -> None:
    assert check("--staged").code is ExitCode.MET
    assert check("--staged", *chosen).code is ExitCode.USAGE


@pytest.mark.parametrize("reference", ["--output=stolen", "-h", "--help"])
def test_a_ref_that_looks_like_an_option_is_none(project: Repository, check: Check, reference: str) -> None:
    done = check(f"--since={reference}")
    assert done.code is ExitCode.USAGE
    assert not (project.root / "stolen").exists()


def test_a_shallow_clone_without_the_base(project: Repository, check: Check, tmp_path: Path) -> None:
    project.git("checkout", "--quiet", "-b", "feature")
    for number in range(3):
        project.write("app/main.py", f"print({number})\n")
        project.commit()
    project.git("checkout", "--quiet", "main")
    project.write("app/other.py", "y = 2\n")
    project.commit()
    clone = tmp_path / "clone"
    source = f"file://{project.root}"
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=feature", source, str(clone)],
        check=True,
    )
    project.root = clone
    done = check("--since", "origin/main")
    assert done.code is ExitCode.INCOMPLETE
    assert "this clone is shallow" in done.err
    assert "--unshallow" in done.err


def test_branches_without_a_common_commit(project: Repository, check: Check) -> None:
    project.git("checkout", "--quiet", "--orphan", "other")
    project.write("app/main.py", "print(9)\n")
    project.commit()
    done = check("--since", "main")
    assert done.code is ExitCode.USAGE
    assert "no commit in common" in done.err


def test_on_an_unborn_branch_everything_is_new(repository: Repository, check: Check) -> None:
    assert check("--staged").out.startswith("licscan: policy met: nothing changed")
    repository.write("app/main.py", GPL_NOTICE)
    repository.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.VIOLATED
    assert "app/main.py:1" in done.out
    assert "there is no commit yet" in done.out


def test_a_merge_that_is_not_settled(project: Repository, check: Check) -> None:
    project.git("checkout", "--quiet", "-b", "feature")
    project.write("app/main.py", "print(1)\n")
    project.commit()
    project.git("checkout", "--quiet", "main")
    project.write("app/main.py", "print(2)\n")
    project.commit()
    subprocess.run(["git", "merge", "--quiet", "feature"], cwd=project.root, capture_output=True, check=False)
    done = check("--staged")
    assert done.code is ExitCode.INCOMPLETE
    assert "app/main.py: a merge is in progress" in done.err
    project.write("app/main.py", "print(3)\n")
    project.git("add", "--all")
    assert check("--staged").code is ExitCode.MET


def test_a_submodule_is_left_out_and_not_entered(project: Repository, check: Check, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    other = Repository(inner)
    other.write("viral.py", GPL_NOTICE)
    other.commit()
    project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{inner}", "third")
    done = check("--staged", "-o", "json=result.json")
    assert done.code is ExitCode.MET, done.out
    assert "submodule: a repository of its own" in (project.root / "result.json").read_text()


def test_an_lfs_pointer_is_read_as_what_it_is(project: Repository, check: Check) -> None:
    project.git("config", "filter.lfs.smudge", "touch smudged; cat")
    project.git("config", "filter.lfs.required", "true")
    project.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    project.write("app/w.bin", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 20000000000\n")
    project.git("-c", "filter.lfs.required=false", "add", "--all")
    done = check("--staged", "-o", "json=result.json")
    assert done.code is ExitCode.MET
    assert "2 changed files against HEAD, 1 in Git LFS, not read" in done.verdict
    assert "content that Git LFS keeps" in (project.root / "result.json").read_text()
    assert not (project.root / "smudged").exists()


def test_a_repository_that_somebody_else_owns_is_read_like_any_other(
    project: Repository, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    # git refuses it because its settings could start programs; here nothing of it can.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for arguments in (["--staged"], []):
        assert check(*arguments).code is ExitCode.MET


def test_programs_that_the_repository_names_do_not_run(project: Repository, check: Check) -> None:
    mark = project.root.parent / "ran"
    trap = project.root.parent / "trap.sh"
    trap.write_text(f"#!/bin/sh\necho $0 >> {mark}\ncat\n")
    trap.chmod(0o755)
    project.write(".gitattributes", "*.py filter=evil diff=evil\n")
    project.write("app/main.py", "print('changed')\n")
    project.git("add", "--all")
    for name in (
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.alternateRefsCommand",
        "credential.helper",
        "gpg.program",
    ):
        project.git("config", name, str(trap))
    hooks = project.root / ".git/hooks"
    for hook in ("post-index-change", "post-checkout", "pre-commit", "reference-transaction"):
        (hooks / hook).write_text(f"#!/bin/sh\necho {hook} >> {mark}\n")
        (hooks / hook).chmod(0o755)
    (project.root / "app/main.py").touch()
    mark.unlink(missing_ok=True)
    for arguments in (["--staged"], ["--since", "HEAD"], ["app/main.py"], []):
        assert check(*arguments).code is ExitCode.MET
    assert not mark.exists(), mark.read_text()


def test_what_a_partial_clone_lacks_is_not_fetched_by_a_program_that_the_repository_names(
    project: Repository, check: Check
) -> None:
    mark = project.root.parent / "ran"
    project.write("app/lost.py", "z = 3\n")
    project.git("add", "--all")
    oid = project.git("rev-parse", ":app/lost.py").strip()
    (project.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (project.root / "app/lost.py").unlink()
    for name, value in (
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::sh -c touch% {mark}"),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
    ):
        project.git("config", name, value)
    done = check("--staged", "--no-cache")
    assert done.code is ExitCode.INCOMPLETE
    assert "git lacks the content" in done.err
    assert not mark.exists()


def test_a_repository_whose_work_tree_is_another_repository(project: Repository, check: Check, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Repository(tmp_path / "other")
    other.write("a.py", "x = 1\n")
    other.commit()
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    project.git("config", "core.worktree", str(other.root))
    done = check("--staged")
    assert done.code is ExitCode.USAGE
    assert "git config --unset core.worktree" in done.err


def test_a_linked_work_tree_is_checked_like_any_other(project: Repository, check: Check, tmp_path: Path) -> None:
    project.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "feature")
    project.root = tmp_path / "linked"
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    assert check("--staged").code is ExitCode.VIOLATED


NAMES = (b"with space.py", b"with\nnewline.py", b"with\"quote'.py", b"bad\xff\xfe.py", "ünï.py".encode(), b"-o.py")


@pytest.mark.parametrize("name", NAMES)
def test_file_names_that_nobody_should_use(project: Repository, check: Check, name: bytes) -> None:
    path = os.path.join(os.fsencode(project.root), b"app", name)
    with open(path, "w") as stream:
        stream.write(GPL_NOTICE)
    project.git("add", "--all")
    for arguments in (["--staged"], [os.path.join("app", os.fsdecode(name))]):
        done = check(*arguments)
        assert done.code is ExitCode.VIOLATED
        first = done.out.splitlines()[0]
        assert first.startswith("app/")
        assert ":1: distribution-terms" in first


@pytest.mark.parametrize(("name", "written"), [("new\nline.py", "new\\nline.py"), ("bell\x07.py", "bell\\x07.py")])
def test_a_name_is_written_out_in_one_way_wherever_it_stands(
    project: Repository, check: Check, name: str, written: str
) -> None:
    project.write(f"app/{name}", GPL_NOTICE)
    project.git("add", "--all")
    done = check("--staged", "-o", "junit=junit.xml")
    place, message, _, fix, *_ = done.out.splitlines()
    assert [f"app/{written}" in line for line in (place, message, fix)] == [True] * 3
    assert f'name="app/{written}: GPL-3.0-or-later" file="app/{written}"' in (project.root / "junit.xml").read_text()
    explained = check(f"app/{name}:2", command="explain")
    assert explained.out.startswith(f"app/{written}: GPL-3.0-or-later\n")


def test_a_file_of_another_place(project: Repository, check: Check, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("x\n")
    done = check("app/main.py", str(tmp_path / "outside.py"))
    assert done.code is ExitCode.USAGE
    assert "outside the repository" in done.err


def test_a_file_that_is_nowhere(project: Repository, check: Check) -> None:
    done = check("app/nowhere.py")
    assert done.code is ExitCode.USAGE
    assert "app/nowhere.py: there is no such file" in done.err


def test_a_link_is_not_followed(project: Repository, check: Check, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text(GPL_NOTICE)
    (project.root / "app/link.py").symlink_to(tmp_path / "secret.py")
    project.git("add", "--all")
    assert check("--staged").code is ExitCode.MET


def test_a_configuration_that_is_a_link_is_not_taken_for_none(project: Repository, check: Check) -> None:
    project.write("shared/licscan.toml", 'policy = "open-source"\n')
    (project.root / "licscan.toml").symlink_to("shared/licscan.toml")
    project.write("app/main.py", "print('changed')\n")
    project.git("add", "--all")
    done = check("--staged")
    assert done.code is ExitCode.USAGE
    assert done.err.startswith("licscan: licscan.toml: this is no file, or a symbolic link that is not followed")
    assert check("--staged", "--no-config").code is ExitCode.MET
    assert check().code is ExitCode.USAGE  # where it leads in the tree, somebody else may say
    (project.root / "shared/licscan.toml").unlink()
    assert check().code is ExitCode.USAGE


def test_content_that_git_lacks(project: Repository, check: Check) -> None:
    project.write("app/lost.py", "z = 3\n")
    project.git("add", "--all")
    oid = project.git("rev-parse", ":app/lost.py").strip()
    (project.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (project.root / "app/lost.py").unlink()
    done = check("--staged", "--no-cache")
    assert done.code is ExitCode.INCOMPLETE
    assert "git lacks the content" in done.err


def test_a_file_that_is_too_large_is_not_passed_over(project: Repository, check: Check) -> None:
    project.write("app/huge.py", "word " * 500_000)
    project.git("add", "--all")
    done = check("--staged", "--max-file-size", "1MB")
    assert done.code is ExitCode.INCOMPLETE
    assert "app/huge.py: too-large" in done.out
    assert "incomplete" in done.verdict
    project.commit()
    project.write("app/main.py", "print(3)\n")
    project.git("add", "--all")
    assert check("--staged", "--max-file-size", "1MB").code is ExitCode.MET  # the change does not touch it


def test_without_an_index_the_hook_says_how_to_get_one(
    project: Repository, check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.write("app/main.py", "print(4)\n")
    project.git("add", "--all")
    monkeypatch.setenv("LICSCAN_CACHE_DIR", str(tmp_path / "empty"))
    done = check("--staged", "--cache-dir", str(tmp_path / "empty"))
    assert done.code is ExitCode.INCOMPLETE
    assert "licscan cache warm" in done.err


def test_a_damaged_memory_is_begun_anew(project: Repository, check: Check, cache: Path) -> None:
    project.write("app/main.py", GPL_NOTICE)
    project.git("add", "--all")
    first = check("--staged")
    (cache / "snapshots.sqlite").write_bytes(b"no database" * 100)
    assert check("--staged") == first
    assert check("--staged") == first


def test_the_hook_of_a_partial_commit_sees_what_is_committed(project: Repository, check: Check) -> None:
    """``git commit -a`` gives its hooks an index of their own."""
    project.write("app/main.py", GPL_NOTICE)
    hook = project.root / ".git/hooks/pre-commit"
    log = project.root.parent / "log"
    hook.write_text(f"#!/bin/sh\nexec licscan check --staged > {log} 2>&1\n")
    hook.chmod(0o755)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["git", "commit", "--all", "--quiet", "--message", "x"], cwd=project.root, env=environment, check=False
    )
    assert done.returncode != 0
    assert "app/main.py:1: distribution-terms" in log.read_text()


def test_a_tree_whose_paths_lead_out_writes_nothing_there(project: Repository, check: Check) -> None:
    """git makes no such tree; whoever writes its objects by hand can."""
    import hashlib
    import zlib

    blob = project.git("rev-parse", "HEAD:app/main.py").strip()
    body = b"100644 ../../../planted.py\0" + bytes.fromhex(blob)
    content = b"tree %d\0" % len(body) + body
    name = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    place = project.root / ".git/objects" / name[:2] / name[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(content))
    commit = project.git("commit-tree", name, "-p", "HEAD", "-m", "x").strip()
    project.git("update-ref", "refs/heads/main", commit)
    done = check("--since", "HEAD", "--no-cache")
    assert done.code in (ExitCode.INCOMPLETE, ExitCode.USAGE), done.out
    assert "leads out" in done.err


def test_a_work_tree_folder_that_is_a_link_is_not_read_through(project: Repository, check: Check) -> None:
    outside = project.root.parent / "outside"
    project.write("lib/a.py", "x = 1\n")
    project.commit()
    (project.root / "lib").rename(outside)
    (project.root / "lib").symlink_to(outside)
    os.mkfifo(outside / "b.py")
    project.write("app/main.py", "print('changed')\n")
    project.git("add", "app")
    assert check("--staged", "--no-cache").code is ExitCode.MET
