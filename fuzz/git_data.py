"""Git data as targets: one file of a repository is replaced by the input, and every question is asked of the repository.

The repository is made by git. Inputs that git's own checks would refuse at once get the digest that they need, so that what is
behind the check is reached.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from licscan.errors import LicscanError
from licscan.select.git import Repository, checked_out, git_view, last_changes, survey_commits

_DIGEST = 20
_PARTS = ("HEAD", "config", "index", "packed-refs", "pack", "pack index", ".gitignore", ".gitattributes", ".gitmodules")
_OBJECTS = ("commit", "tree")
_IDENTITY = "A <a@example.invalid> 1600000000 +0000"


def git_targets(folder: Path) -> Iterator[tuple[str, Callable[[bytes], None], tuple[bytes, ...]]]:
    """Yield name, function and seeds of each target; nothing where git, which makes the seeds, is not installed."""
    if shutil.which("git"):
        made = _made(folder)
        for part in _PARTS:
            yield f"git {part}", partial(_read_part, folder, part), (_place(made, part).read_bytes(),)
        for kind in _OBJECTS:
            yield f"git {kind}", partial(_read_object, folder, kind), (_object(made, kind),)


@cache
def _made(folder: Path) -> Path:
    """Return a repository with packed history, a branch, a split of files and rules to ignore some."""
    root = Path(tempfile.mkdtemp(prefix="repository-", dir=folder))
    _git(root, "init", "--quiet", "--initial-branch=main")
    for number in range(4):
        _write(root / "lib/long.txt", "".join(f"line {line % (7 + number)}\n" for line in range(300)))
        _write(root / f"lib/{number}/a.py", f"x = {number}\n")
        _write(root / ".gitignore", "*.log\n/build/\n!keep.log\n")
        _write(root / ".gitattributes", "*.txt text eol=crlf\n*.bin filter=lfs\n")
        _write(root / ".gitmodules", '[submodule "s"]\n\tpath = lib/s\n\turl = https://git.example.com/s\n')
        _git(root, "add", "--all")
        _git(root, "commit", "--quiet", "--message", f"change {number}")
        if number == 1:
            _git(root, "branch", "side")
    _git(root, "repack", "-a", "-d", "-f", "--quiet")
    _git(root, "pack-refs", "--all")
    for path in (root / ".git/objects").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return root


def _git(root: Path, *arguments: str) -> bytes:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, check=True).stdout


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@cache
def _of_process(folder: Path, _process: int) -> Path:
    """Return a copy of the repository for this process alone: targets are run side by side."""
    copy = Path(tempfile.mkdtemp(prefix="copy-", dir=folder)) / "repository"
    shutil.copytree(_made(folder), copy)
    return copy


def _place(root: Path, part: str) -> Path:
    if part in ("pack", "pack index"):
        suffix = "idx" if part == "pack index" else part
        return next((root / ".git/objects/pack").glob(f"*.{suffix}"))
    return root / part if part.startswith(".") else root / ".git" / part


def _object(root: Path, kind: str) -> bytes:
    return _git(root, "cat-file", kind, "HEAD" if kind == "commit" else "HEAD^{tree}")


def _read_part(folder: Path, part: str, data: bytes) -> None:
    root = _of_process(folder, os.getpid())
    place = _place(root, part)
    before = place.read_bytes()
    place.write_bytes(_with_digest(data) if part in ("index", "pack", "pack index") else data)
    try:
        _ask(root)
    finally:
        place.write_bytes(before)


def _read_object(folder: Path, kind: str, data: bytes) -> None:
    root = _of_process(folder, os.getpid())
    branch = root / ".git/refs/heads/main"
    branch.parent.mkdir(parents=True, exist_ok=True)
    name = _store(root, kind, data)
    if kind == "tree":
        name = _store(root, "commit", f"tree {name}\nauthor {_IDENTITY}\ncommitter {_IDENTITY}\n\nmade\n".encode())
    branch.write_text(f"{name}\n")
    try:
        _ask(root)
    finally:
        branch.unlink()


def _store(root: Path, kind: str, content: bytes) -> str:
    """Write a loose object and return its name."""
    whole = f"{kind} {len(content)}\0".encode() + content
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = root / ".git/objects" / name[:2] / name[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(whole, 1))
    return name


def _with_digest(data: bytes) -> bytes:
    content = data[:-_DIGEST]
    return content + hashlib.sha1(content, usedforsecurity=False).digest()


def _ask(root: Path) -> None:
    for question in (_ignored, checked_out, _changes, _marked, _contents):
        with suppress(LicscanError):
            question(root)


def _ignored(root: Path) -> None:
    view = git_view(root)
    if view is not None:
        for path in (b"a.log", b"build/", b"lib/keep.log", b"lib/0/"):
            assert (path in view.ignored) in (True, False)


def _changes(root: Path) -> None:
    last_changes(root, ["", "lib", "lib/0"])


def _marked(root: Path) -> None:
    survey_commits(root, ["copilot"])


def _contents(root: Path) -> None:
    repository = Repository(root)
    entries = {**repository.tree(repository.merge_base("side")), **repository.index()}
    for _ in repository.blobs((entry.oid for entry in entries.values() if entry.is_file), 100_000):
        pass
