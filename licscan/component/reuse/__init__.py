"""REUSE (specification 3.3): what REUSE.toml and ``.reuse/dep5`` state of files, and the texts below ``LICENSES/``.

Tags in files and in side files (``logo.png.license``) are found by detection, like any tag.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from licscan.component.base import Statement, StatementForm, base_of, join_path, parent_of
from licscan.component.formats import BrokenManifest, text_of
from licscan.component.license import LicenseNormaliser
from licscan.component.reuse.dep5 import read_dep5
from licscan.component.reuse.files import DEP5_PATH, TOML_NAME, is_covered
from licscan.component.reuse.toml import Table, read_toml
from licscan.component.tree import Tree, UnreadableFile
from licscan.core.issue import Issue, IssueCode
from licscan.core.location import Location
from licscan.core.message import joined_problems, message
from licscan.core.reuse import Precedence, Reuse, ReuseAnnotation, ReuseText, is_reference, license_of_text
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

# A pattern with a wildcard is compared with every file below its folder: more comparisons than this are refused.
_MAX_COMPARISONS = 50_000_000
_EMPTY = hashlib.sha256(b"").hexdigest()
_MAX_TEXT = 1024 * 1024  # bytes of one licence's text
_MAX_TEXTS = 16 * 1024 * 1024  # characters of all of them: they are kept in memory and in the result


class ReuseFacts(Struct, frozen=True, kw_only=True):
    """What was read, and what could not be."""

    reuse: Reuse
    issues: tuple[Issue, ...] = ()


def read_reuse(tree: Tree, normaliser: LicenseNormaliser, run: RunWork = run_here) -> ReuseFacts:
    """Return what the REUSE files among the selected files of ``tree`` state; one that does not parse is an issue.

    ``run`` reads the files.
    """
    issues: list[Issue] = []
    annotations: list[ReuseAnnotation] = []
    sources = sorted((each for each in map(_source, tree.selected) if each), key=lambda source: source.folder)
    covered = [path for path in tree.selected if _has_content(tree, path) and is_covered(path)] if sources else []
    for source, tables in zip(sources, run(TablesWork(tree), sources), strict=True):
        if isinstance(tables, Issue):
            issues.append(tables)
            continue
        try:
            below = [path for path in covered if _is_below(path, source.folder)]
            annotations += _annotations(source, tables, below, normaliser)
        except BrokenManifest as error:
            issues.append(_issue(error, source.path))
    texts, unread = _texts(tree, run)
    return ReuseFacts(reuse=Reuse(annotations=tuple(annotations), texts=texts), issues=(*issues, *unread))


class _Source(Struct, frozen=True, kw_only=True):
    path: str
    folder: str
    read: Callable[[bytes], tuple[Table, ...]]
    origin: str


class TablesWork(Work[_Source, "tuple[Table, ...] | Issue"]):
    """Reads the tables of REUSE.toml and ``.reuse/dep5``."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def do(self, item: _Source) -> tuple[Table, ...] | Issue:
        try:
            return item.read(self._tree.read(item.path))
        except UnreadableFile as error:
            return error.issue
        except BrokenManifest as error:
            return _issue(error, item.path)

    def path(self, item: _Source) -> str:
        return item.path

    def is_light(self, item: _Source) -> bool:
        return self._tree.size(item.path) <= LIGHT_SIZE

    def refused(self, item: _Source, issue: Issue) -> tuple[Table, ...] | Issue:
        return replace(issue, hint=joined_problems([_UNKNOWN, *([issue.hint] if issue.hint else [])]))


_UNKNOWN = message("hint.reuse-unknown", "what it states of the licences of files is unknown until it can be read")


def _source(path: str) -> _Source | None:
    if base_of(path) == TOML_NAME:
        return _Source(path=path, folder=parent_of(path), read=read_toml, origin="REUSE.toml SPDX-License-Identifier")
    if path == DEP5_PATH or path.endswith(f"/{DEP5_PATH}"):
        folder = path.removesuffix(DEP5_PATH).rstrip("/")
        return _Source(path=path, folder=folder, read=read_dep5, origin=f"{DEP5_PATH} License")
    return None


def _has_content(tree: Tree, path: str) -> bool:
    return tree.digests.get(path) != _EMPTY


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _annotations(
    source: _Source, tables: Sequence[Table], paths: Sequence[str], normaliser: LicenseNormaliser
) -> Iterator[ReuseAnnotation]:
    chosen = _last_matching(tables, paths, source)
    for number, table in enumerate(tables):
        if not chosen.get(number) or not (table.licenses or table.precedence is Precedence.OVERRIDE):
            continue
        place = Location(path=source.path, start_line=table.line)
        statements = (
            Statement(raw=text, form=StatementForm.EXPRESSION, origin=source.origin, location=place)
            for text in table.licenses
        )
        yield ReuseAnnotation(
            folder=source.folder,
            precedence=table.precedence,
            claims=normaliser.claims(statements),
            paths=tuple(chosen[number]),
            location=place,
        )


def _last_matching(tables: Sequence[Table], paths: Sequence[str], source: _Source) -> dict[int, list[str]]:
    """Return the paths of each table by its number: for a file, only the last table counts that matches."""
    wild: list[tuple[int, Table]] = []
    named: dict[str, int] = {}
    for number, table in enumerate(tables):
        for glob in table.globs:
            if glob.literal is not None:
                named[join_path(source.folder, glob.literal)] = number
        if any(glob.literal is None for glob in table.globs):
            wild.append((number, table))
    if sum(len(table.globs) for _, table in wild) * len(paths) > _MAX_COMPARISONS:
        raise BrokenManifest(
            message("issue.too-many-patterns", "too many patterns for as many files as lie below its folder")
        )
    found: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        below = path[len(source.folder) + 1 :] if source.folder else path
        first = named.get(path, -1)
        best = next((number for number, table in reversed(wild) if number > first and _matches(table, below)), first)
        if best >= 0:
            found[best].append(path)
    return found


def _matches(table: Table, path: str) -> bool:
    return any(glob.matches(path) for glob in table.globs if glob.literal is None)


class TextsWork(Work[str, "str | Issue | None"]):
    """Reads the texts of licences with names of one's own; ``None`` for one that is no text of usual length."""

    name = "the reader of legal texts"

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def do(self, item: str) -> str | Issue | None:
        if self._tree.size(item) > _MAX_TEXT:
            return None
        try:
            data = self._tree.read(item)
        except UnreadableFile:
            return None  # an issue of the scan already
        return text_of(data).replace("\r\n", "\n") if b"\0" not in data else None

    def path(self, item: str) -> str:
        return item

    def is_light(self, item: str) -> bool:
        return self._tree.size(item) <= LIGHT_SIZE

    def refused(self, item: str, issue: Issue) -> str | Issue | None:
        return issue


def _texts(tree: Tree, run: RunWork) -> tuple[tuple[ReuseText, ...], tuple[Issue, ...]]:
    """Return the texts of licences with names of one's own, and what could not be read: with it, where they are too many, the first that
    is left out."""
    wanted = [
        (path, license_id)
        for path in sorted(tree.selected)
        if (license_id := license_of_text(path)) is not None and is_reference(license_id)
    ]
    texts: list[ReuseText] = []
    issues: list[Issue] = []
    left_out: list[str] = []
    total = 0
    for (path, license_id), text in zip(wanted, run(TextsWork(tree), [path for path, _ in wanted]), strict=True):
        if isinstance(text, Issue):
            issues.append(text)
        elif text is not None and total + len(text) > _MAX_TEXTS:
            left_out.append(path)
        elif text is not None:
            total += len(text)
            texts.append(ReuseText(license_id=license_id, path=path, text=text))
    if left_out:
        issues.append(_too_many(left_out))
    return tuple(texts), tuple(issues)


def _too_many(paths: Sequence[str]) -> Issue:
    return Issue(
        code=IssueCode.TOO_LARGE,
        message=message(
            "issue.reuse-texts-limit",
            "the licence texts below LICENSES/ come to more than {count} MB: {most} are left out",
            count=_MAX_TEXTS >> 20,
            most=len(paths),
        ),
        location=Location(path=paths[0]),
        hint=message("hint.one-by-one", "scan the components one by one, or leave folders out with --exclude"),
    )


def _issue(error: BrokenManifest, path: str) -> Issue:
    return Issue(
        code=IssueCode.BROKEN_MANIFEST,
        message=error.problem,
        location=Location(path=path, start_line=error.line),
        hint=message(
            "hint.correct-reuse",
            "what it states of the licences of files is unknown until it can be read: correct the file, or leave it out with --exclude",
        ),
    )
