"""What is checked: which files are before and after a change."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from licscan.errors import UsageError
from licscan.select.changes import Changes, Entry, Listing, Repository, changes, object_name
from licscan.util.paths import below_bytes
from licscan.util.system import READ_UNTRUSTED

_MODE = b"100644"


class Change(Struct, frozen=True, kw_only=True):
    """Two listings of one repository, ``before`` and ``after``; ``against`` names the former for people.

    ``given`` is the content of files that git does not hold: those of the work tree that were named. ``by_base`` says that
    the change is judged by the configuration of ``before``: whoever made the change could have changed the configuration too.
    """

    repository: Repository
    before: Listing
    after: Listing
    against: str
    given: Mapping[bytes, bytes] = field(default_factory=dict)
    by_base: bool = False

    @property
    def changes(self) -> Changes:
        return changes(self.before, self.after)


def staged(repository: Repository) -> Change:
    """What the next commit changes; on a branch without commits everything is new."""
    head = repository.head()
    return Change(
        repository=repository,
        before=repository.tree(head) if head else {},
        after=repository.index(),
        against="HEAD" if head else "nothing: there is no commit yet",
    )


def since(repository: Repository, reference: str) -> Change:
    """What the commits since ``reference``, and what is staged, change against the commit where they began."""
    return Change(
        repository=repository,
        before=repository.tree(repository.merge_base(reference)),
        after=repository.index(),
        against=f"the merge base with {reference}",
        by_base=True,
    )


def with_files(change: Change, files: Sequence[Path]) -> Change:
    """``change`` with ``files`` as the work tree holds them, in place of what git's index does."""
    after, given = dict(change.after), dict(change.given)
    root = os.fsencode(change.repository.root)
    for file in files:
        path = _inside(os.fsencode(change.repository.root.resolve()), file)
        content = _content(os.path.join(root, path), file)
        if content is None:
            if path not in change.before and path not in after:
                raise UsageError("there is no such file", where=str(file), hint="check the path")
            after.pop(path, None)
            continue
        like = next(iter(after.values()), next(iter(change.before.values()), Entry(_MODE, b"0" * 40))).oid
        oid = object_name(content, like)
        if path not in after or after[path].oid != oid:
            after[path] = Entry(_MODE, oid)
            given[path] = content
    return Change(
        repository=change.repository,
        before=change.before,
        after=after,
        against=change.against,
        given=given,
        by_base=change.by_base,
    )


def _inside(root: bytes, file: Path) -> bytes:
    # The folder is resolved, the name is not: a link is a file of its own.
    whole = os.path.join(os.path.realpath(os.fsencode(file.parent)), os.fsencode(file.name))
    path = below_bytes(whole, root)
    if not path:
        raise UsageError("this file is outside the repository", where=str(file), hint="check files of one repository")
    return path


def _content(location: bytes, file: Path) -> bytes | None:
    try:
        status = os.lstat(location)
        if stat.S_ISDIR(status.st_mode):
            raise UsageError("this is a folder among files", where=str(file), hint="name files, or one folder alone")
        if not stat.S_ISREG(status.st_mode):
            return None  # a link or a pipe holds nothing of its own
        descriptor = os.open(location, READ_UNTRUSTED)
        with open(descriptor, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(file), hint="make it readable") from error
