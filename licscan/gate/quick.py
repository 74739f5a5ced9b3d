"""A change that cannot matter, told without judging anything again: most commits touch code, and no licence.

A change is plain when it adds, modifies or deletes files only that are read for their licences alone; when each of them says the
same about licences before and after, tells of no model, and is named by no other file; and when the side before is remembered. Then
the judgement is that of before. Whatever is not certainly plain is judged in full.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from licscan.core.finding import FileFinding, FileKind, Match, SourceFile
from licscan.core.result import Inventory
from licscan.core.reuse import IGNORE_START
from licscan.core.selection import SelectedFile
from licscan.detect.alterations import is_compared
from licscan.detect.base import Detector
from licscan.gate.blob import BlobFacts, blob_facts, require_inside
from licscan.gate.change import Change
from licscan.gate.memory import Memory, every_match, memory_key, recall
from licscan.gate.plain import is_plain_kind, is_plain_path
from licscan.gate.store import SnapshotStore
from licscan.select.changes import Changes, Listing
from licscan.select.walk import printable

if TYPE_CHECKING:  # judging is loaded when there is something to judge
    from licscan.gate.part import Partial, Said, Terms

# A notice of so many words is no bare word, whatever stands around it.
_NOTICE_WORDS = 30
_MAX_FILES = 50
_MAX_SIZE = 1024 * 1024


class Plain(Struct, frozen=True, kw_only=True):
    """A change that does not matter: ``memory`` holds for after it as it did before; ``changed`` counts files."""

    memory: Memory
    changed: int


class QuickContext(Struct, frozen=True, kw_only=True):
    """What the quick way works with. ``says_more`` tells whether a file says anything beside the
    licences that the detector finds in it: uses of models, notices of licscan's own rules."""

    cache: Path
    asked: str
    fingerprint: str
    detector: Callable[[], AbstractContextManager[Detector]]
    says_more: Callable[[SelectedFile], bool]
    terms: Callable[[], Terms]


def plain_change(change: Change, context: QuickContext) -> Plain | Partial | None:
    """Return what holds for a plain change, ``None`` for any other. What holds after it is remembered too.

    Where source files say something else than before, and nothing beyond them can be touched, they are judged alone.
    """
    found = change.changes
    if change.given or not found.paths or len(found.paths) > _MAX_FILES:
        return None
    store = SnapshotStore(context.cache)
    try:
        before, after = (memory_key(side, context.asked, context.fingerprint) for side in (change.before, change.after))
        memory = recall(store, before)
        if memory is None or not _may_be_plain(change, found, memory):
            return None
        sides = _said(change, found, context)
        if sides is None:
            return None
        differing = _differing(*sides)
        if not differing:
            store.put(after, memory)
            return Plain(memory=memory, changed=found.count)
        of_these = [{path: said for path, said in side.items() if path in differing} for side in sides]
        partial = _judged_alone(store, memory, of_these, context)
        if partial is not None:
            store.put(after, partial.memory)
        return partial
    finally:
        store.close()


def _may_be_plain(change: Change, found: Changes, memory: Memory) -> bool:
    if memory.shows_statements or (memory.states_outside and found.added):
        return False
    touched = {issue_path for _, issue_path in memory.issues}
    references = set(memory.references)
    for path in found.paths:
        name = printable(path)
        parts = {part.lower() for part in name.split("/")}
        if not is_plain_path(name) or not _are_ordinary(path, (change.before, change.after)):
            return False
        if name in touched or name in memory.own or not references.isdisjoint(parts):
            return False
        if _is_inside(name, memory.folders):
            return False
    return True


def _are_ordinary(path: bytes, listings: Iterable[Listing]) -> bool:
    """Whether ``path`` is a file wherever it is listed, neither a link nor a submodule."""
    return all(listing[path].is_file for listing in listings if path in listing)


def _is_inside(path: str, folders: Collection[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _said(change: Change, found: Changes, context: QuickContext) -> tuple[Said, Said] | None:
    """Return what the changed files say before and after; ``None`` where that is not all that they can mean."""
    with tempfile.TemporaryDirectory(prefix="licscan-") as folder, context.detector() as detector:
        sides = (
            _materialise(change, change.before, found.modified | found.deleted, Path(folder) / "before"),
            _materialise(change, change.after, found.modified | found.added, Path(folder) / "after"),
        )
        every = [selected for side in sides for selected in side]
        if not all(_is_small_and_plain(selected) for selected in every):
            return None
        if any(context.says_more(selected) for selected in every):
            return None
        told: list[FileFinding] = []
        for result in detector.detect(every):
            if result.finding is None or result.issues:
                return None
            if any(match.references for match in every_match(result.finding)):
                return None
            told.append(result.finding)
    if any(_is_looked_at_again(selected, finding) for selected, finding in zip(every, told, strict=True)):
        return None
    files = [selected.file for selected in every]
    pairs = [(file.path, (file, finding)) for file, finding in zip(files, told, strict=True)]
    return dict(pairs[: len(sides[0])]), dict(pairs[len(sides[0]) :])


def _is_small_and_plain(selected: SelectedFile) -> bool:
    file = selected.file
    return file.size <= _MAX_SIZE and is_plain_kind(file.path, file.kind)


def _is_looked_at_again(selected: SelectedFile, finding: FileFinding) -> bool:
    """Whether licscan's own rules look at the file too: prose in which ScanCode found something, and texts of licences."""
    return (selected.file.kind is FileKind.PROSE and bool(finding.detections)) or is_compared(selected, finding)


def _differing(before: Said, after: Said) -> set[str]:
    """The paths of files that say something else than before."""
    nothing = _gist(FileFinding(path=""))
    gists = [{path: _gist(finding) for path, (_, finding) in side.items()} for side in (before, after)]
    return {path for path in {*before, *after} if gists[0].get(path, nothing) != gists[1].get(path, nothing)}


def _judged_alone(store: SnapshotStore, memory: Memory, sides: Sequence[Said], context: QuickContext) -> Partial | None:
    if memory.day or memory.waived or memory.corrected or not memory.surroundings:
        return None
    if any(file.kind not in (FileKind.CODE, FileKind.EMPTY) for side in sides for file, _ in side.values()):
        return None
    from licscan.gate.part import judge_part

    part = store.get(memory.surroundings, Inventory)
    return judge_part(part, sides, memory, context.terms) if part is not None else None


def _materialise(change: Change, listing: Listing, paths: Iterable[bytes], folder: Path) -> list[SelectedFile]:
    """Write git's content of ``paths`` below ``folder``, each under its own path: ScanCode reads from names."""
    by_oid: dict[bytes, list[bytes]] = {}
    for path in sorted(paths):
        by_oid.setdefault(listing[path].oid, []).append(path)
    found: dict[bytes, SelectedFile] = {}
    for oid, size, content in change.repository.blobs(by_oid, _MAX_SIZE + 1):
        for path in by_oid[oid]:
            require_inside(path)
            location = os.path.join(os.fsencode(folder), path)
            os.makedirs(os.path.dirname(location), exist_ok=True)
            with open(location, "wb") as stream:
                stream.write(content)
            found[path] = _selected(path, location, blob_facts(path, content, size), IGNORE_START in content)
    return [found[path] for path in sorted(found)]


def _selected(path: bytes, location: bytes, facts: BlobFacts, is_marked: bool) -> SelectedFile:
    # What marks lines to be ignored has to be read for them, what is in UTF-16 made readable, and a pickle followed: of such files nothing is certain here.
    kind = FileKind.OTHER if is_marked or facts.wide or facts.pickle or facts.unread else facts.kind
    file = SourceFile(path=printable(path), size=facts.size, sha256=facts.sha256, kind=kind)
    return SelectedFile(file=file, location=os.fsdecode(location))


def _gist(finding: FileFinding) -> object:
    """What a finding says, wherever in the file it stands: what conclusions and identities are made from."""
    matches = list(every_match(finding))
    first = matches[0].start_line if matches else 0
    return (
        [(detection.expression, len(detection.matches)) for detection in finding.detections],
        [(_words(match), match.start_line - first, match.end_line - first) for match in matches],
    )


def _words(match: Match) -> object:
    """What a match says; what surrounds it, and how it was found, counts for short ones only."""
    is_notice = match.kind in ("text", "notice") and match.matched_length >= _NOTICE_WORDS
    around = () if is_notice else (match.matcher, match.context.split())
    said = (
        match.expression,
        match.rule_id,
        match.kind,
        match.matched_length,
        match.coverage,
        match.matched_text.split(),
    )
    return said, around
