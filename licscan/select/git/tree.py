"""The trees of commits: which file is where, and under which name its content is kept."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from licscan.core.message import Message, message
from licscan.core.text import visible
from licscan.select.git.files import BrokenRepository
from licscan.select.git.objects import ObjectStore

FOLDER = b"40000"
_LINK, _SUBMODULE = b"120000", b"160000"
_KNOWN_MODES = {each: each for each in (b"100644", b"100755", FOLDER, _LINK, _SUBMODULE)}
# More than any known repository has: a few hundred bytes of trees can list billions of files.
_MAX_FILES = 1_000_000
_MAX_DEPTH = 1_000
_MAX_PATH = 4_096


class Entry(Struct, frozen=True):
    """A path of a listing: ``mode`` as git writes it, ``oid`` the object's name in hex."""

    mode: bytes
    oid: bytes

    @property
    def is_file(self) -> bool:
        return self.mode not in (_LINK, _SUBMODULE)

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @property
    def why_no_file(self) -> Message:
        if self.mode == _LINK:
            return message("skipped.link", "symbolic link")
        return message("skipped.submodule", "submodule: a repository of its own")


def canonical_mode(mode: int) -> bytes:
    """Return a mode as git has it: old repositories hold more kinds of permissions than it tells apart today."""
    kind = mode & 0o170000
    if kind == 0o100000:
        return b"100755" if mode & 0o100 else b"100644"
    return {0o120000: _LINK, 0o040000: FOLDER}.get(kind, _SUBMODULE)


def tree_entries(content: bytes, hash_size: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield mode, name and raw object name of what a tree holds itself, the mode as git has it. Raises ``ValueError`` for what is no tree."""
    place, end = 0, len(content)
    while place < end:
        blank = content.index(b" ", place, place + 8)
        stop = content.index(b"\0", blank)
        raw = content[stop + 1 : stop + 1 + hash_size]
        if len(raw) != hash_size:
            raise ValueError("it ends too early")
        written = content[place:blank]
        yield _KNOWN_MODES.get(written) or canonical_mode(int(written, 8)), content[blank + 1 : stop], raw
        place = stop + 1 + hash_size


def tree_files(objects: ObjectStore, tree: bytes, hash_size: int, front: bytes = b"") -> Iterator[tuple[bytes, Entry]]:
    """Yield the path and entry of every file below a tree, in git's order; paths begin with ``front``.

    Raises ``BrokenRepository``, also for a tree without a sensible end and for a path that would lead out of it.
    """
    entries: dict[tuple[bytes, bytes], Entry] = {}
    count = 0
    open_trees = [(front, _parsed(objects, tree, hash_size))]
    while open_trees:
        above, rest = open_trees[-1]
        for mode, name, raw in rest:
            if not name or name in (b".", b"..") or b"/" in name or len(above) + len(name) > _MAX_PATH:
                raise _unsafe(above + name)
            count += 1
            if count > _MAX_FILES or len(open_trees) > _MAX_DEPTH:
                raise BrokenRepository(
                    f"a commit lists more than {_MAX_FILES:,} files or {_MAX_DEPTH:,} levels of folders",
                    where=visible((above + name).decode("utf-8", "backslashreplace"))[:200],
                    hint="check the tree as it lies there with `licscan check`",
                )
            if mode == FOLDER:
                subtree = raw.hex().encode()
                open_trees.append((above + name + b"/", _parsed(objects, subtree, hash_size)))
                break
            entry = entries.get((mode, raw))
            if entry is None:
                entry = entries[mode, raw] = Entry(mode, raw.hex().encode())
            yield above + name, entry
        else:
            open_trees.pop()


def child_of(objects: ObjectStore, tree: bytes, name: bytes, hash_size: int) -> tuple[bytes, bytes] | None:
    """Return mode and object, in hex, of what a tree calls ``name``; ``None`` when there is nothing of that name."""
    for mode, each, raw in _parsed(objects, tree, hash_size):
        if each == name:
            return mode, raw.hex().encode()
    return None


def check_path(path: bytes) -> None:
    """Raise ``BrokenRepository`` for a path that would lead out of the repository."""
    if (
        not path
        or len(path) > _MAX_PATH
        or b"//" in path
        or path[:1] == b"/"
        or path[-1:] == b"/"
        or (b"." in path and not {b".", b".."}.isdisjoint(path.split(b"/")))
    ):
        raise _unsafe(path)


def _parsed(objects: ObjectStore, tree: bytes, hash_size: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    try:
        return iter(list(tree_entries(objects.read(tree, b"tree"), hash_size)))
    except ValueError as error:
        raise BrokenRepository(
            f"the object {tree.decode()} is no tree that can be read", hint="try `git fsck`"
        ) from error


def _unsafe(path: bytes) -> BrokenRepository:
    return BrokenRepository(
        "git holds a file under a path that no file can have, or that leads out of the repository",
        where=visible(path.decode("utf-8", "backslashreplace"))[:200],
        hint="no git writes such a tree: do not check it out; what lies in the folder is checked with `licscan check`",
    )
