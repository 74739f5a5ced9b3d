"""The files of a commit or of git's index, and what is another between two of them, told by content and never by time."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from msgspec import Struct

from licscan.core.text import visible
from licscan.errors import ScanError, UsageError
from licscan.select.git import call_git, command, complaint_of, environment

_LINK, _SUBMODULE = b"120000", b"160000"
_CHUNK = 1 << 20


class Entry(Struct, frozen=True):
    """A path of a listing: ``mode`` as git writes it, ``oid`` the object's name in hex."""

    mode: bytes
    oid: bytes

    @property
    def is_file(self) -> bool:
        return self.mode not in (_LINK, _SUBMODULE)

    @property
    def why_no_file(self) -> str:
        return "symbolic link" if self.mode == _LINK else "submodule: a repository of its own"


Listing = Mapping[bytes, Entry]
"""Paths from the repository's top, as bytes, in git's order."""


class Changes(Struct, frozen=True, kw_only=True):
    """What is another in the new listing. A renamed file is one that was deleted and one that was added; ``renamed`` counts
    those of the same content."""

    added: frozenset[bytes]
    modified: frozenset[bytes]
    deleted: frozenset[bytes]
    renamed: int = 0

    @property
    def count(self) -> int:
        """How many files changed, as people count: a renamed one is one."""
        return len(self.paths) - self.renamed

    @property
    def paths(self) -> frozenset[bytes]:
        return self.added | self.modified | self.deleted


def changes(old: Listing, new: Listing) -> Changes:
    """Compare two listings."""
    added = frozenset(path for path in new if path not in old)
    deleted = frozenset(path for path in old if path not in new)
    came, went = (Counter(side[path].oid for path in paths) for side, paths in ((new, added), (old, deleted)))
    return Changes(
        added=added,
        modified=frozenset(path for path, entry in new.items() if path in old and old[path] != entry),
        deleted=deleted,
        renamed=(came & went).total(),
    )


def listing_digest(listing: Listing) -> str:
    """Return a name for the content of a listing: equal for a commit and for the index that it was made from."""
    digest = hashlib.sha256()
    for path in sorted(listing):
        digest.update(b"%s %s %s\0" % (listing[path].mode, listing[path].oid, path))
    return digest.hexdigest()


class Repository:
    """Questions to one repository. Nothing here writes to it, or lets it start a program."""

    def __init__(self, folder: Path) -> None:
        """Find the repository around ``folder``; raise ``UsageError`` when there is none, or no git."""
        try:
            done = call_git(folder, ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--is-shallow-repository"])
        except FileNotFoundError as error:
            raise UsageError(
                "git is not installed, or not found",
                where=str(folder),
                hint="install git, or check the whole tree with `licscan check`",
            ) from error
        if done.returncode:
            raise UsageError(
                f"this is no git work tree: {complaint_of(done)}",
                where=str(folder),
                hint="FILES, --staged and --since compare with a commit; the whole tree is checked with `licscan check`",
            )
        top, git_folder, shallow = done.stdout.rstrip(b"\n").rsplit(b"\n", 2)
        self.root = Path(os.fsdecode(top))
        self.git_folder = Path(os.fsdecode(git_folder))
        self.is_shallow = shallow == b"true"
        if not self._is_here():
            raise UsageError(
                f"the configuration of {visible(str(self.git_folder))} puts its work tree here, where git finds another repository, or none",
                where=visible(str(self.root)),
                hint="take core.worktree out of that configuration: `git config --unset core.worktree`",
            )

    def _is_here(self) -> bool:
        """Whether git finds this repository, and no other, in the work tree: that is where all questions are asked."""
        if (self.root / ".git").resolve() == self.git_folder.resolve():
            return True
        done = call_git(self.root, ["rev-parse", "--absolute-git-dir"])
        return done.returncode == 0 and done.stdout.rstrip(b"\n") == os.fsencode(self.git_folder)

    def commit(self, reference: str) -> str:
        """Return the commit that ``reference`` names; raise ``UsageError`` when there is none."""
        done = call_git(self.root, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"])
        if done.returncode:
            hint = "this clone is shallow: fetch the commit, `git fetch --unshallow` or more depth in CI"
            raise UsageError(
                f"there is no commit {reference!r}",
                where=str(self.root),
                hint=hint if self.is_shallow else "check the name; in CI fetch the branch to compare with first",
            )
        return done.stdout.decode("ascii").strip()

    def head(self) -> str | None:
        """Return the commit that is checked out, ``None`` on a branch without any."""
        done = call_git(self.root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
        if done.returncode == 0:
            return done.stdout.decode("ascii").strip()
        if call_git(self.root, ["symbolic-ref", "--quiet", "HEAD"]).returncode == 0:
            branch = call_git(self.root, ["rev-parse", "--verify", "--quiet", "HEAD"])
            if branch.returncode:
                return None
        raise ScanError("HEAD names no commit that can be read", where=str(self.root), hint="try `git fsck`")

    def merge_base(self, reference: str) -> str:
        """Return the commit where the work since ``reference`` began."""
        commit = self.commit(reference)
        done = call_git(self.root, ["merge-base", commit, "HEAD"])
        if done.returncode == 0:
            return done.stdout.decode("ascii").split()[0]
        if self.is_shallow:
            raise ScanError(
                f"this clone is shallow and lacks the commit that {reference!r} and HEAD have in common",
                where=str(self.root),
                hint="fetch more history: `git fetch --unshallow`, or fetch-depth: 0 in CI",
            )
        raise UsageError(
            f"{reference!r} and HEAD have no commit in common",
            where=str(self.root),
            hint="name a branch or commit that this work started from",
        )

    def tree(self, commit: str) -> dict[bytes, Entry]:
        """Return the files of a commit."""
        done = call_git(self.root, ["ls-tree", "-r", "-z", "--full-tree", commit])
        if done.returncode:
            raise ScanError(f"git cannot list {commit}: {complaint_of(done)}", where=str(self.root))
        found = {}
        for line in done.stdout.split(b"\0"):
            if line:
                head, _, path = line.partition(b"\t")
                mode, _, oid = head.split(b" ")
                found[path] = Entry(mode, oid)
        return found

    def index(self) -> dict[bytes, Entry]:
        """Return what the next commit would hold. Raises ``ScanError`` while a merge has paths that nobody settled."""
        done = call_git(self.root, ["ls-files", "-s", "-z", "--full-name"], index=self._index_file())
        if done.returncode:
            raise ScanError(f"git cannot read the index: {complaint_of(done)}", where=str(self.root))
        found, unmerged = {}, set()
        for line in done.stdout.split(b"\0"):
            if line:
                head, _, path = line.partition(b"\t")
                mode, oid, stage = head.split(b" ")
                found[path] = Entry(mode, oid)
                if stage != b"0":
                    unmerged.add(path)
        if unmerged:
            raise ScanError(
                f"a merge is in progress, and {len(unmerged)} of its paths are not settled",
                where=min(unmerged).decode("utf-8", "backslashreplace"),
                hint="settle them, `git add` them, and check again",
            )
        return found

    def _index_file(self) -> str | None:
        """The index that git names to a hook (``git commit -a`` has one of its own), if it is this repository's."""
        named = os.environ.get("GIT_INDEX_FILE")
        if not named:
            return None
        path = Path(named).absolute()
        inside = path.parent.resolve() == self.git_folder.resolve()
        return str(path) if inside and path.is_file() else None

    def blobs(self, oids: Iterable[bytes], limit: int) -> Iterator[tuple[bytes, int, bytes]]:
        """Yield (name, size, content) of each object, content cut at ``limit`` bytes; raise ``ScanError`` for a missing one.

        The content is git's own: no filter, no conversion of line ends.
        """
        wanted = list(dict.fromkeys(oids))
        if not wanted:
            return
        with subprocess.Popen(
            command(self.root, ["cat-file", "--batch"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        ) as process:
            assert process.stdin and process.stdout  # noqa: S101  both are pipes
            try:
                # In portions that a pipe holds, so that neither side waits for the other.
                for start in range(0, len(wanted), 500):
                    portion = wanted[start : start + 500]
                    process.stdin.write(b"".join(oid + b"\n" for oid in portion))
                    process.stdin.flush()
                    yield from (self._blob(process.stdout, oid, limit) for oid in portion)
            finally:
                process.kill()

    def _blob(self, stream: IO[bytes], oid: bytes, limit: int) -> tuple[bytes, int, bytes]:
        head = stream.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise ScanError(
                f"git lacks the content {oid.decode('ascii', 'replace')}",
                where=str(self.root),
                hint="this clone is partial or damaged: fetch what it lacks, `git fetch --refetch`",
            )
        size = int(head[2])
        content = stream.read(min(size, limit))
        left = size - len(content) + 1  # and a line feed
        while left > 0:
            passed = len(stream.read(min(left, _CHUNK)))
            if not passed:
                raise ScanError("git ended too early", where=str(self.root))
            left -= passed
        return oid, size, content


def object_name(content: bytes, like: bytes) -> bytes:
    """Return the name that git gives to a file's content, in the hash that ``like`` is written in."""
    head = b"blob %d\0" % len(content)
    if len(like) == 64:
        return hashlib.sha256(head + content).hexdigest().encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest().encode()
