"""ScanCode's second pass: references to other files are followed, and equal detections of the codebase counted.

A detection such as "see the file COPYING" takes in what was found in that file, where it lies beside the one that
speaks or at the root. The rules are those of ``licensedcode.plugin_license.process_codebase`` and
``licensedcode.detection.update_detection_from_referenced_files`` of ScanCode 32.5.0.
"""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha1
from itertools import islice

from msgspec.structs import replace

from licscan.core.finding import Detection, FileFinding, Match, UniqueDetection
from licscan.core.scancode_order import creation_order, identifier_name, scancode_path, walk_order
from licscan.detect.expressions import in_spdx, join_with_and, license_keys, spdx_ids

_FOLLOWED = "unknown-reference-to-local-file"
# ScanCode keeps so many files and folders in memory (its --max-in-memory) and the others on disk.
_IN_MEMORY = 10_000
# A file that names more licences than this is no answer to a reference that already says one.
_MANY_LICENSES = 5


def link(
    findings: Sequence[FileFinding],
    root_name: str,
    *,
    single_file: bool = False,
    empty_folders: Collection[str] = (),
    in_memory: int = _IN_MEMORY,
) -> tuple[tuple[FileFinding, ...], tuple[UniqueDetection, ...]]:
    """Return the findings with references followed, in the order given, and the codebase's detections, each once.

    ``findings`` must be of all files that were looked at: the place of one without licences counts too, and so does that
    of ``empty_folders``. With ``single_file`` the root is the file itself, and there is nowhere to look.

    Where a file refers to itself twice, ScanCode's answer depends on whether it kept the file in memory: ``in_memory`` is how
    many files and folders it does, the root included.
    """
    by_path = {finding.path: finding for finding in findings}
    listed = list(walk_order(by_path, empty_folders))
    ordered = [path for path, is_file in listed if is_file]
    if not single_file:
        places = _Places(listed, root_name)
        created = creation_order(by_path, empty_folders)
        live = None if len(places) <= in_memory else frozenset(islice(created, in_memory - 1))
        for path in ordered:
            by_path[path] = _followed(by_path[path], places, by_path, sees_itself=live is None or path in live)
    unique = _unique(by_path[path] for path in ordered)
    return tuple(by_path[finding.path] for finding in findings), unique


class _Places:
    """Where the files and folders of the tree lie, under the names that ScanCode gives them."""

    def __init__(self, listed: Iterable[tuple[str, bool]], root_name: str) -> None:
        self._root = scancode_path(root_name, "")
        self._root_name = root_name
        # A folder counts: a reference to one ends the search, and finds nothing.
        self._paths: dict[str, str | None] = {self._root: None}
        for path, is_file in listed:
            self._paths[scancode_path(root_name, path)] = path if is_file else None

    def __len__(self) -> int:
        return len(self._paths)

    def referenced(self, name: str, path: str) -> str | None:
        """Return the file that ``name`` means when the file at ``path`` says it: one beside it, else one at the root."""
        name = _clean(name)
        beside = posixpath.dirname(scancode_path(self._root_name, path))
        for folder in (beside, self._root):
            place = _clean(posixpath.join(folder, name))
            if place in self._paths:
                return self._paths[place]
        return None


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path.replace("\\", "/").rstrip("/"))
    return "" if cleaned == "." else cleaned


def _followed(
    finding: FileFinding, places: _Places, by_path: Mapping[str, FileFinding], *, sees_itself: bool
) -> FileFinding:
    if not any(match.references for detection in finding.detections for match in detection.matches):
        return finding
    detections = list(finding.detections)
    for number, detection in enumerate(finding.detections):
        names = dict.fromkeys(name for match in detection.matches for name in match.references)
        found = [places.referenced(name, finding.path) for name in names]
        # A file that refers to itself takes in what it says by now, this loop's earlier rounds included, unless it is on disk.
        referenced = [
            added
            for path in found
            if path is not None
            for added in (detections if path == finding.path and sees_itself else by_path[path].detections)
        ]
        if referenced:
            detections[number] = _extended(detection, referenced)
    if all(new is old for new, old in zip(detections, finding.detections, strict=True)):
        return finding
    expression = join_with_and(detection.expression for detection in detections)
    ids = spdx_ids((detection.expression, detection.expression_spdx) for detection in detections)
    return replace(
        finding,
        detections=tuple(detections),
        expression=expression,
        expression_spdx=in_spdx(expression, ids.__getitem__) if expression else None,
    )


def _extended(detection: Detection, referenced: Sequence[Detection]) -> Detection:
    """Return ``detection`` with the matches of the files it refers to, or itself where they are no better answer."""
    if not _answers(join_with_and(added.expression for added in referenced), detection.expression):
        return detection
    matches = (*detection.matches, *(match for added in referenced for match in added.matches))
    expression = join_with_and(match.expression for match in _speaking(matches)) or ""
    ids = spdx_ids((match.expression, match.expression_spdx) for match in matches)
    identifiers = sorted([*(added.identifier for added in referenced), detection.identifier])
    digest = sha1(repr(tuple(identifiers)).encode(), usedforsecurity=False).hexdigest()
    return Detection(
        expression=expression,
        expression_spdx=in_spdx(expression, ids.__getitem__),
        identifier=f"{identifier_name(expression)}-{uuid.UUID(hex=digest[:32])}",
        matches=matches,
        log=(_FOLLOWED,),
    )


def _answers(referenced: str | None, expression: str) -> bool:
    """Whether what the referenced files say may be taken into a detection that says ``expression``."""
    if referenced is None:
        return False
    if "unknown" in expression or referenced == expression:
        return True
    keys = license_keys(referenced)
    return keys != license_keys(expression) and len(keys) <= _MANY_LICENSES


def _speaking(matches: Sequence[Match]) -> Sequence[Match]:
    """Leave out introductions, then references, unless nothing would remain."""
    without_intros = [match for match in matches if not _introduces(match)] or matches
    return [match for match in without_intros if not match.references] or without_intros


def _introduces(match: Match) -> bool:
    is_intro = match.kind in ("intro", "clue") or match.expression == "free-unknown"
    return is_intro and (match.matcher == "2-aho" or match.coverage == 100)


def _unique(findings: Iterable[FileFinding]) -> tuple[UniqueDetection, ...]:
    first: dict[str, Detection] = {}
    counts: dict[str, int] = {}
    for detection in _detections(findings):
        first.setdefault(detection.identifier, detection)
        counts[detection.identifier] = counts.get(detection.identifier, 0) + 1
    unique = (
        UniqueDetection(
            identifier=identifier,
            expression=detection.expression,
            expression_spdx=detection.expression_spdx,
            count=counts[identifier],
            reference_matches=detection.matches,
        )
        for identifier, detection in first.items()
    )
    return tuple(sorted(unique, key=lambda found: (found.expression, -found.count, found.identifier)))


def _detections(findings: Iterable[FileFinding]) -> Iterator[Detection]:
    for finding in findings:
        yield from finding.detections
