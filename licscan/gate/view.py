"""A commit or git's index as files to review: what git holds, wherever it can be read, and never what a filter makes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from licscan.core.finding import SourceFile
from licscan.core.message import Message, message
from licscan.core.selection import SelectedFile, Selection
from licscan.core.skipped import Skipped
from licscan.core.text import visible
from licscan.errors import ScanError
from licscan.gate.blob import BlobFacts, blob_facts, require_inside
from licscan.gate.store import SnapshotStore
from licscan.select import DIGEST_LIMIT
from licscan.select.changes import Listing, Repository, object_name
from licscan.select.walk import EXCLUDED_REASON, INSTALLED_REASON, OWN_FILE_REASON, PROGRAM_FOLDERS, printable
from licscan.util.ignore_patterns import ignore_rules

_INSTALLED = frozenset((b"node_modules", b"bower_components", b"site-packages", b"Pods"))
_VENDOR_TRACE = re.compile(rb"((?:^|.*/)vendor)/(?:modules\.txt|composer/installed\.json|bundle/.*)$")
_ENVIRONMENT_TRACE = re.compile(rb"((?:.*/)?)pyvenv\.cfg$")

POINTER_REASON = message("skipped.pointer", "content that Git LFS keeps: git holds a pointer to it")


class FactStore:
    """The facts of one repository's files, by path and content, kept between runs."""

    def __init__(self, store: SnapshotStore, repository: Repository, given: Mapping[bytes, bytes]) -> None:
        """``given`` is the content, by path, of files that git does not hold."""
        self._store = store
        self._repository = repository
        self._given = given
        self._key = f"facts 4 {repository.git_folder}"
        self._known: dict[str, BlobFacts] = store.get(self._key, dict[str, BlobFacts]) or {}
        self._learnt = False

    def of(self, listing: Listing) -> dict[bytes, BlobFacts]:
        """Return the facts of every file of ``listing``; what is not known yet is read from git."""
        names = {path: _fact_key(path, entry.oid) for path, entry in listing.items() if entry.is_file}
        missing = [path for path, name in names.items() if name not in self._known]
        if missing:
            self._learnt = True
            by_oid: dict[bytes, list[bytes]] = {}
            for path in missing:
                content = self._given.get(path)
                if content is not None and object_name(content, listing[path].oid) == listing[path].oid:
                    self._known[names[path]] = blob_facts(path, content, len(content))
                else:
                    by_oid.setdefault(listing[path].oid, []).append(path)
            for oid, size, content in self._repository.blobs(by_oid, DIGEST_LIMIT):
                for path in by_oid[oid]:
                    self._known[names[path]] = blob_facts(path, content, size)
        return {path: self._known[name] for path, name in names.items()}

    def keep(self, *listings: Listing) -> None:
        """Store the facts of ``listings``, and forget those of other files."""
        if self._learnt:
            names = {_fact_key(path, entry.oid) for listing in listings for path, entry in listing.items()}
            self._store.put(self._key, {name: facts for name, facts in self._known.items() if name in names})


def _fact_key(path: bytes, oid: bytes) -> str:
    return f"{oid.decode('ascii')} {printable(path)}"


class Contents:
    """Where the files of a repository's listings can be opened: in the work tree where they are the same, else in a
    private folder, into which git's own content is written. Nothing is written twice."""

    def __init__(self, repository: Repository, folder: Path, given: Mapping[bytes, bytes]) -> None:
        self._repository = repository
        self._folder = folder
        self._given = given
        self._same: dict[bytes, bytes] = {}  # path -> the name of its content in the work tree
        self._folders: dict[bytes, bool] = {}
        self._written: set[bytes] = set()

    @property
    def root(self) -> Path:
        """The top of the repository."""
        return self._repository.root

    def locate(self, listing: Listing, paths: Iterable[bytes]) -> dict[bytes, str]:
        """Return an absolute location for each of ``paths``, all of them files of ``listing``."""
        found: dict[bytes, str] = {}
        wanted: dict[bytes, list[bytes]] = {}
        for path in paths:
            oid = listing[path].oid
            if path in self._given and object_name(self._given[path], oid) == oid:
                self._write(self._place(path, oid), self._given[path])
                found[path] = os.fsdecode(self._place(path, oid))
            elif self._in_work_tree(path, oid) == oid:
                found[path] = os.path.join(str(self._repository.root), os.fsdecode(path))
            else:
                wanted.setdefault(oid, []).append(path)
                found[path] = os.fsdecode(self._place(path, oid))
        missing = {
            oid: here for oid, here in wanted.items() if any(self._place(p, oid) not in self._written for p in here)
        }
        for oid, size, content in self._repository.blobs(missing, DIGEST_LIMIT):
            for path in missing[oid]:
                if size <= len(content):
                    self._write(self._place(path, oid), content)
                else:
                    self._copy(self._place(path, oid), oid)
        return found

    def _in_work_tree(self, path: bytes, like: bytes) -> bytes:
        if path not in self._same:
            require_inside(path)
            is_here = self._is_real_folder(os.path.dirname(path))
            self._same[path] = (self._repository.name_in_work_tree(path, like) if is_here else None) or b""
        return self._same[path]

    def _is_real_folder(self, folder: bytes) -> bool:
        """Whether no link is on the way to ``folder`` in the work tree."""
        if folder not in self._folders:
            above, _, _ = folder.rpartition(b"/")
            location = os.path.join(os.fsencode(self._repository.root), folder)
            is_real = not folder or (self._is_real_folder(above) and not os.path.islink(location))
            self._folders[folder] = is_real
        return self._folders[folder]

    def _place(self, path: bytes, oid: bytes) -> bytes:
        require_inside(path)
        # Under its own path: ScanCode reads from names. Under its content's name: two versions may be looked at.
        return os.path.join(os.fsencode(self._folder), oid[:16], path)

    def _write(self, place: bytes, content: bytes) -> None:
        if place not in self._written:
            with _created(place) as stream:
                stream.write(content)
            self._written.add(place)

    def _copy(self, place: bytes, oid: bytes) -> None:
        if place not in self._written:
            with _created(place) as stream:
                self._repository.copy_blob(oid, stream)
            self._written.add(place)


def _created(place: bytes) -> BinaryIO:
    """Open a file of git's in our own folder. Raises ``ScanError`` where its path is one that no file can have."""
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        return open(place, "wb")
    except OSError as error:
        raise ScanError(
            f"git holds a file that cannot be laid out: {error.strerror}",
            where=visible(printable(place))[-200:],
            hint="check the tree as it lies there with `licscan check`",
        ) from error


class View(Struct, frozen=True):
    """What is looked at of a listing: the facts of each file, and what is left out and why."""

    listing: Listing
    files: Mapping[bytes, BlobFacts]
    skipped: tuple[Skipped, ...]

    def selection(self, root: Path, locations: Mapping[bytes, str]) -> Selection:
        """Return it as a selection of files, each to be opened at its location."""
        files = [
            SelectedFile(
                file=SourceFile(path=printable(path), size=facts.size, sha256=facts.sha256, kind=facts.kind),
                location=locations[path],
                wide=facts.wide,
                pickle=facts.pickle,
            )
            for path, facts in self.files.items()
        ]
        files.sort(key=lambda selected: selected.file.path.split("/"))
        issues = tuple(facts.unread for _, facts in sorted(self.files.items()) if facts.unread)
        return Selection(root=str(root), files=tuple(files), skipped=self.skipped, issues=issues)


def view(listing: Listing, facts: Mapping[bytes, BlobFacts], exclude: Collection[str], own: Collection[bytes]) -> View:
    """Leave out of ``listing`` what a scan leaves out. ``own`` are licscan's own files; ``exclude`` is as in .gitignore."""
    spec = ignore_rules(exclude) if exclude else None
    installed = _installed(listing)
    files: dict[bytes, BlobFacts] = {}
    skipped: dict[tuple[str, Message], int] = {}
    for path, entry in listing.items():
        where = path
        reason: Message | None = None
        if not entry.is_file:
            reason = entry.why_no_file
        elif spec and spec.match_file(os.fsdecode(path)):
            reason = EXCLUDED_REASON
        elif tree := _installed_above(path, installed):
            where, reason = tree, INSTALLED_REASON
        elif path in own:
            reason = OWN_FILE_REASON
        if not reason:
            files[path] = facts[path]
            # Looked at all the same: of weights the pointer tells size and digest.
            reason = POINTER_REASON if facts[path].pointer else None
        if reason:
            skipped[printable(where), reason] = skipped.get((printable(where), reason), 0) + 1
    left_out = sorted(skipped.items(), key=lambda item: (item[0][0], item[0][1].id))
    entries = (Skipped(path=path, reason=reason, count=count) for (path, reason), count in left_out)
    return View(listing, files, tuple(entries))


def _installed(listing: Listing) -> frozenset[bytes]:
    """Return the folders that a package manager filled, told by what is in them."""
    found = set()
    for path in listing:
        if match := _VENDOR_TRACE.match(path):
            found.add(match[1])
        elif match := _ENVIRONMENT_TRACE.match(path):
            found.update(match[1] + name for name in PROGRAM_FOLDERS)
    return frozenset(found)


def _installed_above(path: bytes, installed: frozenset[bytes]) -> bytes | None:
    folder = b""
    for part in path.split(b"/")[:-1]:
        folder = folder + b"/" + part if folder else part
        if part in _INSTALLED or folder in installed:
            return folder
    return None
