"""Which files are looked at, and why not the others."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from licscan.core.finding import SourceFile
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import message, quoted
from licscan.core.selection import SelectedFile, Selection
from licscan.core.skipped import Skipped
from licscan.errors import LicscanError, UsageError
from licscan.select.git import GitView, git_view
from licscan.select.kind import file_kind, kind_by_name
from licscan.select.unread import tail_length, unread_content
from licscan.select.walk import OWN_FILE_REASON, Found, Walk, WalkOptions, printable, unreadable
from licscan.util.encoding import wide_encoding
from licscan.util.pickle_start import begins_as_pickle
from licscan.util.progress import SILENT, Progress
from licscan.util.system import READ_UNTRUSTED

__all__ = ["Selection", "WalkOptions", "select", "unused_git_data"]

# A larger file is not digested: that would read gigabytes of weights for nothing.
DIGEST_LIMIT = 64 * 1024 * 1024
OWN_OUTPUT_REASON = message("skipped.own-output", "written by licscan on this machine, and the same since")
NOTHING_WRITTEN: Mapping[str, str] = {}


def select(
    target: Path,
    options: WalkOptions,
    *,
    own_files: Collection[Path] = (),
    own_outputs: Mapping[str, str] = NOTHING_WRITTEN,
    progress: Progress = SILENT,
) -> Selection:
    """Return what is looked at below ``target`` (a folder, or one file), ordered by path.

    ``own_files`` are policies, baselines and configuration, read as such and never for licences; ``own_outputs`` are the digests
    (SHA-256, in hex) of what licscan wrote, by absolute path: a file there that has another digest is one like any other.
    Raises ``UsageError`` when there is no such path.
    """
    if not target.exists():
        raise UsageError("there is no such file or folder", where=str(target), hint="check the path")
    root = target.resolve()
    if root.is_file():
        return _Selecting(root.parent, own_files, own_outputs).select(
            [Found(os.fsencode(root.name), root.stat().st_size)], progress
        )
    git, unread = (None, ()) if options.all_files else _git_view(root)
    walk = Walk(root, options, git)
    selecting = _Selecting(root, own_files, own_outputs)
    selection = selecting.select(walk, progress)
    return Selection(
        root=selection.root,
        files=selection.files,
        skipped=tuple(sorted((*walk.skipped, *selection.skipped), key=lambda skipped: skipped.path)),
        issues=(*unread, *walk.issues, *selection.issues),
        empty_folders=_empty(walk.folders, selection.files),
    )


def _git_view(root: Path) -> tuple[GitView | None, tuple[Issue, ...]]:
    """Return what Git's data say of ``root``. Where they cannot be read nothing is left out for them, and an issue says so."""
    try:
        return git_view(root), ()
    except LicscanError as error:
        return None, (unused_git_data(error),)


def unused_git_data(error: LicscanError) -> Issue:
    """Return the issue of Git data that could not be read: everything is looked at without them."""
    return Issue(
        code=IssueCode.UNREADABLE,
        message=message("issue.git-data-were", "its Git data were not used: {detail}", detail=quoted(error.what)),
        location=Location(path=".git"),
        hint=message("hint.git-data", "{text}", text=quoted(error.hint)) if error.hint else None,
        level=IssueLevel.WARNING,
    )


def _empty(folders: Iterable[bytes], files: Iterable[SelectedFile]) -> tuple[str, ...]:
    """The folders that are no ancestor of a file that is looked at, ordered by path."""
    holding: set[str] = set()
    for selected in files:
        folder = posixpath.dirname(selected.file.path)
        while folder and folder not in holding:
            holding.add(folder)
            folder = posixpath.dirname(folder)
    names = (printable(folder) for folder in folders if folder)
    return tuple(sorted((name for name in names if name not in holding), key=lambda name: name.split("/")))


# Text in a wide encoding has a zero within so many bytes.
_WIDE_HEAD = 4_096


class _Selecting:
    """Reads each file once: its digest, its kind, and whether licscan itself wrote it."""

    def __init__(self, root: Path, own_files: Collection[Path], own_outputs: Mapping[str, str]) -> None:
        self._root = os.fsencode(root)
        self._own = {os.fsencode(path.resolve()) for path in own_files}
        self._outputs = {os.fsencode(path): digest for path, digest in own_outputs.items()}
        self._files: list[SelectedFile] = []
        self._skipped: list[Skipped] = []
        self._issues: list[Issue] = []

    def select(self, found: Walk | list[Found], progress: Progress) -> Selection:
        number = 0
        for number, entry in enumerate(found, 1):
            self._add(entry)
            if number % 100 == 0:
                progress.step("select", number, None)
        progress.step("select", number, number)
        files = tuple(sorted(self._files, key=lambda selected: selected.file.path.split("/")))
        return Selection(
            root=os.fsdecode(self._root), files=files, skipped=tuple(self._skipped), issues=tuple(self._issues)
        )

    def _add(self, found: Found) -> None:
        location = os.path.join(self._root, found.path)
        path = printable(found.path)
        if location in self._own:
            self._skipped.append(Skipped(path=path, reason=OWN_FILE_REASON))
            return
        try:
            head, tail, digest = _read(location, found.size, tail_length(path), all_of_it=location in self._outputs)
        except OSError as error:
            self._issues.append(unreadable(found.path, error))
            return
        if digest and self._outputs.get(location) == digest:
            self._skipped.append(Skipped(path=path, reason=OWN_OUTPUT_REASON))
            return
        unread = unread_content(path, head, tail, kind_by_name(path))
        if unread is not None:
            self._issues.append(unread)
        file = SourceFile(path=path, size=found.size, sha256=digest, kind=file_kind(path, head, found.size))
        wide = b"\0" in head[:_WIDE_HEAD] and wide_encoding(head) is not None
        selected = SelectedFile(file=file, location=os.fsdecode(location), wide=wide, pickle=begins_as_pickle(head))
        self._files.append(selected)


def _read(location: bytes, size: int, last: int, *, all_of_it: bool) -> tuple[bytes, bytes, str]:
    """Return the first and the ``last`` bytes of a file, and its digest: empty for a file over the digest limit, unless ``all_of_it`` is wanted."""
    # What was a file when the folder was listed may be a link by now.
    descriptor = os.open(location, READ_UNTRUSTED)
    with open(descriptor, "rb") as stream:
        head = stream.read(65_536)
        if size > DIGEST_LIMIT and not all_of_it:
            stream.seek(max(0, size - last))
            return head, stream.read(last), ""
        digest = hashlib.sha256(head)
        tail = head[-last:]
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            tail = (tail + chunk)[-last:]
        return head, tail, digest.hexdigest()
