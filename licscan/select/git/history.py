"""Commits and what leads from one to another. Dates and parents are claims of whoever made them: bounded, and never trusted to end."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timezone

from msgspec import Struct

from licscan.select.git.files import BrokenRepository
from licscan.select.git.objects import ObjectStore
from licscan.select.git.tree import FOLDER, child_of

MAX_COMMITS = 500_000
"""How many commits a question may look at."""
_HEX = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_AUTHOR = re.compile(rb"author ([^<\n]*)<([^>\n]*)>")
_AUTHORS = 50_000  # people that are told apart
_NAME = 200  # bytes of a name or an address
_TAGS = 10  # tags of tags
_REMEMBERED = 200_000  # folders of commits
_LAST_SECOND = 253_402_300_799  # of the year 9999


class Commit(Struct, frozen=True):
    """A commit: its tree and parents in hex, and when it was committed (seconds since 1970, as claimed)."""

    tree: bytes
    parents: tuple[bytes, ...]
    time: int


class History:
    """The commits of one repository."""

    def __init__(self, objects: ObjectStore, shallow: frozenset[bytes], hash_size: int) -> None:
        """``shallow`` are the commits, in hex, whose parents this clone left behind."""
        self._objects, self._shallow, self._hash_size = objects, shallow, hash_size
        self._commits: dict[bytes, Commit] = {}
        self._children: dict[tuple[bytes, bytes], tuple[bytes, bytes] | None] = {}

    def commit(self, oid: bytes) -> Commit:
        """Return a commit. Raises ``BrokenRepository`` when it is missing, damaged or no commit."""
        found = self._commits.get(oid)
        if found is None:
            if len(self._commits) >= MAX_COMMITS:
                raise BrokenRepository(f"more than {MAX_COMMITS:,} commits would have to be looked at")
            found = parse_commit(self._objects.read(oid, b"commit"))
            if found is None:
                raise BrokenRepository(
                    f"the object {oid.decode()} is no commit that can be read", hint="try `git fsck`"
                )
            if oid in self._shallow:
                found = Commit(found.tree, (), found.time)
            self._commits[oid] = found
        return found

    def parts(self, oid: bytes) -> tuple[bytes, bytes]:
        """Return the header of a commit and its message, in whatever encoding they have."""
        header, _, message = self._objects.read(oid, b"commit").partition(b"\n\n")
        return header, message

    def peeled(self, oid: bytes) -> bytes | None:
        """Return the commit that an object is, or that a tag stands for; ``None`` when it stands for none."""
        for _ in range(_TAGS):
            kind, content = self._objects.read_any(oid)
            if kind == b"commit":
                return oid
            match = re.match(rb"object ([0-9a-f]+)\n", content) if kind == b"tag" else None
            if match is None or not _HEX.fullmatch(match[1]):
                return None
            oid = match[1]
        return None

    def merge_base(self, one: bytes, other: bytes) -> bytes | None:
        """Return the newest commit that both lead back to, ``None`` when there is none. Raises ``MissingObject`` where history ends."""
        found = self._common(one, other)
        best = [each for each in found if not any(each != more and self._leads_to(more, each) for more in found)]
        return best[0] if best else None

    def _common(self, one: bytes, other: bytes) -> list[bytes]:
        """The first commits, newest first, that are met coming from both sides."""
        sides: dict[bytes, int] = {one: 1}
        sides[other] = sides.get(other, 0) | 2
        waiting = [(-self.commit(oid).time, oid) for oid in dict.fromkeys((one, other))]
        heapq.heapify(waiting)
        found: list[bytes] = []
        while any(sides[oid] < 4 for _, oid in waiting):
            _, oid = heapq.heappop(waiting)
            mark = sides[oid]
            if mark == 3:
                found.append(oid)
            passed = mark | 4 if mark & 3 == 3 else mark
            for parent in self.commit(oid).parents:
                known = sides.get(parent, 0)
                if known | passed != known:
                    sides[parent] = known | passed
                    heapq.heappush(waiting, (-self.commit(parent).time, parent))
        return [oid for oid in found if sides[oid] < 4]

    def _leads_to(self, start: bytes, goal: bytes) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            for parent in self.commit(waiting.pop()).parents:
                if parent == goal:
                    return True
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return False

    def touching(self, head: bytes, folder: bytes) -> Iterator[bytes]:
        """Yield the commits, in hex, that led to what ``folder`` is at ``head``: as ``git log -- folder`` has them, in no order."""
        seen, waiting = {head}, [head]
        while waiting:
            oid = waiting.pop()
            commit = self.commit(oid)
            here = self.content_of(commit, folder)
            alike = [each for each in commit.parents if self.content_of(self.commit(each), folder) == here]
            if not alike and (commit.parents or here is not None):
                yield oid
            for parent in alike[:1] or commit.parents:
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)

    def last_touching(self, head: bytes, folder: bytes) -> Commit | None:
        """Return the last commit that changed ``folder`` on the way to ``head``, ``None`` when there is none."""
        # Up to the first one there is one way back, so it is the last.
        oid = next(self.touching(head, folder), None)
        return self.commit(oid) if oid else None

    def content_of(self, commit: Commit, folder: bytes) -> bytes | None:
        """Return the name of the tree that ``folder`` (empty for the top) is in a commit."""
        tree = commit.tree
        for name in folder.split(b"/") if folder else ():
            key = (tree, name)
            if key not in self._children:
                if len(self._children) >= _REMEMBERED:
                    self._children.clear()
                self._children[key] = child_of(self._objects, tree, name, self._hash_size)
            child = self._children[key]
            if child is None:
                return None
            mode, tree = child
            if mode != FOLDER:
                return tree if name == folder.rpartition(b"/")[2] else None
        return tree


def parse_commit(content: bytes) -> Commit | None:
    """Return what a commit says, ``None`` for what is none."""
    head = content.partition(b"\n\n")[0]
    lines = head.split(b"\n")
    if not lines[0].startswith(b"tree ") or not _HEX.fullmatch(lines[0][5:]):
        return None
    parents = []
    for line in lines[1:]:
        if not line.startswith(b"parent "):
            break
        if not _HEX.fullmatch(line[7:]):
            return None
        parents.append(line[7:])
    return Commit(lines[0][5:], tuple(parents), _time(lines))


def _time(lines: Sequence[bytes]) -> int:
    line = next((each for each in lines if each.startswith(b"committer ")), b"")
    match = re.search(rb"> *(\d{1,15})(?: [+-]\d+)?$", line)
    return int(match[1]) if match else 0


def day_of(seconds: int) -> str | None:
    """Return the day (``YYYY-MM-DD``) of a commit's time; ``None`` for one that is no date: zero, or beyond the year 9999."""
    if not 0 < seconds <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).date().isoformat()


Marked = Callable[[bytes], bool]
"""Whether a commit's message bears a mark."""


class Author(Struct, frozen=True):
    """Who a commit says that its change is by: claims, like all that a commit says."""

    name: bytes
    email: bytes


class Survey(Struct, frozen=True, kw_only=True):
    """What the commits that touched a folder say: how many bear a mark, and are signed off; who made how many; the first and the last time."""

    commits: int
    marked: int
    signed_off: int
    authors: Mapping[Author, int]
    first: int
    last: int
    years: Mapping[str, int]


def survey(history: History, head: bytes, folder: bytes, marked: Marked) -> Survey:
    """Return what the commits that touched ``folder`` on the way to ``head`` say. Raises ``BrokenRepository``."""
    marks = count = signed = 0
    authors: Counter[Author] = Counter()
    times: list[int] = []
    years: Counter[str] = Counter()
    for oid in history.touching(head, folder):
        header, message = history.parts(oid)
        count += 1
        marks += marked(message)
        signed += b"\nsigned-off-by:" in message.lower()
        author = author_of(header)
        if author is not None and (author in authors or len(authors) < _AUTHORS):
            authors[author] += 1
        time = history.commit(oid).time
        day = day_of(time)
        if day is not None:
            times = [min([time, *times[:1]]), max([time, *times[1:]])]
            years[day[:4]] += 1
    first, last = times or (0, 0)
    return Survey(commits=count, marked=marks, signed_off=signed, authors=authors, first=first, last=last, years=years)


def author_of(header: bytes) -> Author | None:
    """Return whom the header of a commit names as its author; ``None`` where the line is none."""
    line = next((each for each in header.split(b"\n") if each.startswith(b"author ")), b"")
    match = _AUTHOR.match(line)
    return Author(match[1][:_NAME].strip(), match[2][:_NAME].strip().lower()) if match else None
