"""Branches, tags and HEAD: loose files and packed ones. Names are checked before they become part of a path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licscan.select.git.files import LARGE, BrokenRepository, GitFolder
from licscan.select.git.place import Place

_MAX_LINKS = 5  # as many as git follows
_HEX = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# What git refuses in a name, and what would lead elsewhere as a path.
_BAD_NAME = re.compile(r"^/|/$|//|/\.|^\.|\.\.|@\{|\.lock(?:/|$)|[\x00-\x20\x7f~^:?*\[\\]")
_ROOT_NAME = re.compile(r"[A-Z][A-Z_]*")  # HEAD, ORIG_HEAD, FETCH_HEAD
_OWN_NAMES = ("refs/bisect/", "refs/worktree/", "refs/rewritten/")
_RULES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")


class Refs:
    """The refs of one repository, read when they are asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._packed: bytes | None = None
        if place.config.get("extensions.refstorage", "files").lower() == "reftable":
            raise place.common.broken("reftable", "holds its branches in a form that licscan does not read (reftable)")

    def head_branch(self) -> str | None:
        """Return the full name of the branch that HEAD stands on, ``None`` when it names a commit itself."""
        content = self._place.own.read("HEAD")
        if content is None:
            raise self._place.own.broken("HEAD", "is missing")
        return _link_in(content)

    def find(self, name: str) -> bytes | None:
        """Return the object, in hex, that a full name (``HEAD``, ``refs/heads/main``) stands for, ``None`` when there is none."""
        for _ in range(_MAX_LINKS + 1):
            if not _is_name(name):
                return None
            content = self._loose(name)
            if content is None:
                return self._in_packed(name)
            link = _link_in(content)
            if link is None:
                match = _HEX.match(content)
                if match is None or len(match[0]) != 2 * self._place.hash_size:
                    raise self._place.common.broken(name, "names no object")
                return match[0]
            name = link
        raise self._place.common.broken(name, "is part of a chain of references without an end")

    def meant(self, short: str) -> bytes | None:
        """Return the object that a name as people write it stands for: a tag before a branch, as git has it."""
        for rule in _RULES:
            found = self.find(rule.format(short))
            if found is not None:
                return found
        return None

    def log_entry(self, name: str, number: int) -> bytes | None:
        """Return what ``name`` stood for ``number`` changes ago, by this clone's own record."""
        if not _is_name(name):
            return None
        lines = (self._folder(name).read(f"logs/{name}", LARGE) or b"").splitlines()
        size = 2 * self._place.hash_size
        if number < len(lines):
            found = lines[-1 - number][size + 1 : 2 * size + 1]
        elif number == len(lines) and lines:
            found = lines[0][:size]
        else:
            return None
        return found if _HEX.fullmatch(found) and found.strip(b"0") else None

    def _loose(self, name: str) -> bytes | None:
        try:
            return self._folder(name).read(name)
        except BrokenRepository:
            if self._folder(name).has_folder(name):
                return None  # refs/heads/a beside refs/heads/a/b: a folder is no ref
            raise

    def _folder(self, name: str) -> GitFolder:
        is_own = not name.startswith("refs/") or name.startswith(_OWN_NAMES)
        return self._place.own if is_own else self._place.common

    def _in_packed(self, name: str) -> bytes | None:
        if self._packed is None:
            self._packed = b"\n" + (self._place.common.read("packed-refs", LARGE) or b"")
        at = self._packed.find(b" %s\n" % name.encode("utf-8", "surrogateescape"))
        if at < 0:
            return None
        found = self._packed[self._packed.rfind(b"\n", 0, at) + 1 : at]
        if len(found) != 2 * self._place.hash_size or not _HEX.fullmatch(found):
            raise self._place.common.broken("packed-refs", "is damaged")
        return found


def shallow_commits(place: Place) -> frozenset[bytes]:
    """Return the commits, in hex, whose parents this clone has left behind on purpose."""
    return frozenset(_hex_lines(place.common.read("shallow", LARGE) or b""))


def _hex_lines(content: bytes) -> Iterator[bytes]:
    yield from (line for line in content.split() if _HEX.fullmatch(line))


def _link_in(content: bytes) -> str | None:
    if not content.startswith(b"ref:"):
        return None
    return content[4:].strip().decode("utf-8", "surrogateescape")


def _is_name(name: str) -> bool:
    if name.startswith("refs/"):
        return len(name) < 4_096 and not _BAD_NAME.search(name) and name != "refs/"
    return bool(_ROOT_NAME.fullmatch(name))
