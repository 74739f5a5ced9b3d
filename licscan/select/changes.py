"""The files of a commit or of git's index, and what is another between two of them, told by content and never by time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from licscan.select.git.objects import new_name
from licscan.select.git.repository import Repository
from licscan.select.git.tree import Entry

__all__ = ["Changes", "Entry", "Listing", "Repository", "changes", "listing_digest", "object_name"]

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


def object_name(content: bytes, like: bytes) -> bytes:
    """Return the name that git gives to a file's content, in the hash that ``like`` is written in."""
    digest = new_name(like, len(content))
    digest.update(content)
    return digest.hexdigest().encode()
