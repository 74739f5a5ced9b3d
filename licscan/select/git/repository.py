"""Questions to one repository. All of Git's data come through here: nothing is written, and no program is started."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TypeVar

from licscan.core.text import visible
from licscan.errors import ScanError, UsageError
from licscan.select.git.files import BrokenRepository, GitFolder
from licscan.select.git.history import Commit, History, Marked, Survey, survey
from licscan.select.git.index import Index, read_index
from licscan.select.git.objects import MissingObject, ObjectStore, name_of_stream
from licscan.select.git.place import find_place, is_bare
from licscan.select.git.refs import Refs, shallow_commits
from licscan.select.git.revision import Revisions
from licscan.select.git.tree import Entry, tree_files

_T = TypeVar("_T")


class Repository:
    """The repository around a folder. Whatever cannot be read raises ``ScanError``."""

    def __init__(self, folder: Path) -> None:
        """Find the repository around ``folder``; raise ``UsageError`` when there is none that has a work tree here."""
        place = find_place(folder)
        if place is None or is_bare(place):
            raise UsageError(
                "this is no git work tree",
                where=visible(str(folder)),
                hint="FILES, --staged and --since compare with a commit; the whole tree is checked with `licscan check`",
            )
        self.place = place
        self.root = place.root
        self.git_folder = Path(place.own.path)
        self.objects = ObjectStore(place)
        shallow = shallow_commits(place)
        self.is_shallow = bool(shallow)
        self.history = History(self.objects, shallow, place.hash_size)

    @cached_property
    def _refs(self) -> Refs:
        return Refs(self.place)

    def commit(self, reference: str) -> str:
        """Return the commit that ``reference`` names; raise ``UsageError`` when there is none."""
        found = self._guarded(Revisions(self.place, self._refs, self.objects, self.history).commit, reference)
        if found is None:
            hint = "this clone is shallow: fetch the commit, `git fetch --unshallow` or more depth in CI"
            raise UsageError(
                f"there is no commit {reference!r}",
                where=str(self.root),
                hint=hint if self.is_shallow else "check the name; in CI fetch the branch to compare with first",
            )
        return found.decode("ascii")

    def head(self) -> str | None:
        """Return the commit that is checked out, ``None`` on a branch without any."""
        branch = self._guarded(self._refs.head_branch)
        found = self._guarded(self._refs.find, "HEAD")
        if found is None and branch is not None:
            return None
        commit = self._guarded(self.history.peeled, found) if found else None
        if commit is None:
            raise ScanError("HEAD names no commit that can be read", where=str(self.root), hint="try `git fsck`")
        return commit.decode("ascii")

    def merge_base(self, reference: str) -> str:
        """Return the commit where the work since ``reference`` began."""
        commit, head = self.commit(reference), self.head()
        shallow = ScanError(
            f"this clone is shallow and lacks the commit that {reference!r} and HEAD have in common",
            where=str(self.root),
            hint="fetch more history: `git fetch --unshallow`, or fetch-depth: 0 in CI",
        )
        try:
            found = self.history.merge_base(commit.encode(), head.encode()) if head else None
        except MissingObject as error:
            raise shallow if self.is_shallow else error from error
        if found is not None:
            return found.decode("ascii")
        if self.is_shallow:
            raise shallow
        raise UsageError(
            f"{reference!r} and HEAD have no commit in common",
            where=str(self.root),
            hint="name a branch or commit that this work started from",
        )

    def tree(self, commit: str) -> dict[bytes, Entry]:
        """Return the files of a commit, by path from the repository's top."""
        return self._guarded(lambda: dict(self._files(self.history.commit(commit.encode()).tree)))

    def last_touching(self, head: str, folder: bytes) -> Commit | None:
        """Return the last commit that changed ``folder`` on the way to ``head``, ``None`` when there is none."""
        return self._guarded(self.history.last_touching, head.encode(), folder)

    def survey(self, head: str, folder: bytes, is_marked: Marked) -> Survey:
        """Return what the commits that touched ``folder`` on the way to ``head`` say."""
        return self._guarded(survey, self.history, head.encode(), folder, is_marked)

    def index(self) -> dict[bytes, Entry]:
        """Return what the next commit would hold. Raises ``ScanError`` while a merge has paths that nobody settled."""
        found = self.whole_index(self._index_file())
        if found.unmerged:
            raise ScanError(
                f"a merge is in progress, and {len(found.unmerged)} of its paths are not settled",
                where=min(found.unmerged).decode("utf-8", "backslashreplace"),
                hint="settle them, `git add` them, and check again",
            )
        return found.entries

    def whole_index(self, name: str = "index") -> Index:
        """Return all that the index says, unsettled paths included."""
        return self._guarded(read_index, self.place.own, name, self.place.hash_size, self._files)

    def _files(self, tree: bytes, front: bytes = b"") -> Iterator[tuple[bytes, Entry]]:
        return tree_files(self.objects, tree, self.place.hash_size, front)

    def _index_file(self) -> str:
        """The index that git names to a hook (``git commit -a`` has one of its own), if it is this repository's."""
        named = os.environ.get("GIT_INDEX_FILE")
        if not named:
            return "index"
        path = Path(named).absolute()
        inside = path.parent.resolve() == self.git_folder
        return path.name if inside and path.is_file() else "index"

    def blobs(self, oids: Iterable[bytes], limit: int) -> Iterator[tuple[bytes, int, bytes]]:
        """Yield (name, size, content) of each object, content cut at ``limit`` bytes; raise ``ScanError`` for a missing one.

        The content is git's own: no filter, no conversion of line ends.
        """
        for oid in dict.fromkeys(oids):
            yield (oid, *self._content(oid, lambda oid=oid: self.objects.blob(oid, limit)))  # type: ignore[misc]

    def name_in_work_tree(self, path: bytes, like: bytes) -> bytes | None:
        """Return the name that git gives to the content of a file of the work tree, ``None`` when it is no regular file in it.

        ``like`` is a name in the repository's format.
        """
        try:
            stream = self._work_tree.open(os.fsdecode(path))
            if stream is None:
                return None
            with stream:
                return name_of_stream(stream, like)
        except (ScanError, OSError):
            return None

    @cached_property
    def _work_tree(self) -> GitFolder:
        return GitFolder(str(self.root))

    def copy_blob(self, oid: bytes, target: BinaryIO) -> None:
        """Write the content of an object into ``target``, however large it is. Raises as ``blobs`` does."""
        self._content(oid, lambda: self.objects.copy_blob(oid, target))

    def _content(self, oid: bytes, read: Callable[[], _T]) -> _T:
        try:
            return self._guarded(read)
        except MissingObject as error:
            raise ScanError(
                f"git lacks the content {oid.decode('ascii', 'replace')}", where=error.where, hint=error.hint
            ) from error

    def _guarded(self, read: Callable[..., _T], *arguments: object) -> _T:
        """Call ``read``; whatever damaged data make of it becomes a ``ScanError``."""
        try:
            return read(*arguments)
        except (ScanError, UsageError):
            raise
        except (ArithmeticError, LookupError, ValueError, TypeError, OSError, MemoryError, RecursionError) as error:
            raise BrokenRepository(
                f"the repository's data cannot be read ({type(error).__name__})",
                where=str(self.root),
                hint="try `git fsck`",
            ) from error
