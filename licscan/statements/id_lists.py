"""Lists of licence ids: tables, enums and JSON arrays that name licences and put nothing under them.

A list is seen in code and data only, by its rows: lines that begin with an id, or hold several in a row, four ids that
differ or more, close to each other. What stands under a field called "license" is a statement, whatever its form, and so
is everything in prose, in a legal file and in a manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from licscan.core.finding import FileKind, Match
from licscan.statements.context import Context, context_of
from licscan.util.lazy_pattern import lazy

MIN_IDS = 4
MIN_NAMED_IDS = 8  # for classifiers and for records with a key for the id: a package or an inventory may have a few
MAX_GAP = 3  # lines between two rows of one list
MAX_KEYED_GAP = 12  # the same where a key says that it is an id: an object of a few fields for each
CERTAIN_IDS = 20  # no statement of one work's licence is that long, whatever the field above it is called
MAX_ID_WORDS = 5  # "GPL-2.0-or-later" as ScanCode counts words
MAX_ROW_WORDS = 25  # a longer match is a notice or a text, not a row

_KINDS = frozenset({FileKind.CODE, FileKind.DATA})
_ID = r"[A-Za-z][A-Za-z0-9]*(?:[ .+_-]+[A-Za-z0-9]+)*\+?"  # in one way only: scanned text is hostile
# A row begins with the id, quoted or not, perhaps behind the key or the name that the list has for ids.
_ROW = lazy(
    rf"""^[\s\[({{<|-]*(?:case\s+)?(?:(?P<key>["']?\w+["']?)\s*(?::|=>|=)[\s\[({{]*)?(?P<mark>["'`]?)(?P<id>{_ID})(?P=mark)\s*(?:[,:;|)\]}}>]|=>|=(?!=)|$)"""
)
_KEY = lazy(r"""["']?(?:license_?id|licence_?id|spdx_?(?:id|license_?(?:key|id))?|identifier)["']?""", re.IGNORECASE)
_CLASSIFIER = lazy(r"""\s*(["'])(License :: [^"']+)\1\s*[:,\]]""")
_STRINGS = lazy(r"""(["'])([^"']*)\1""")
_SPOKEN = lazy(r"licen[cs]e\w*\s*\(|@licen[cs]e|spdx-license", re.IGNORECASE)
_ARRAY = lazy(rf"""^.{{0,80}}?((?:(["']){_ID}\2\s*,\s*){{{MIN_IDS - 1},}}(["']){_ID}\3).{{0,40}}$""")
_OPERATOR = lazy(r"\s(?:and|or|with)\s", re.IGNORECASE)
_FIELD = lazy(r"""(?:^|[^\w.])["']?licen[cs]es?["']?\s*(?:[:=]|=>)\s*(?!\s*[:=>])""", re.IGNORECASE)
_PARTS = lazy(r"[a-z]+|\d+")


_CLASSIFIERS = "classifiers"


class _Row(Struct, frozen=True):
    match: Match
    ids: frozenset[str]
    stated: bool  # a field called "license" is open above it
    keyed: bool
    shape: str  # the line without its id, for rows of statements in code; "" for rows of data


class _Line(Struct, frozen=True):
    """What one line holds when it is a row."""

    ids: frozenset[str]
    keyed: bool = False
    shape: str = ""


def listed(matches: Sequence[Match], kind: FileKind) -> dict[Match, int]:
    """Return the matches of one file that stand in a list of ids, each with how many ids its list has."""
    if kind not in _KINDS:
        return {}
    contexts = {match: context_of(match) for match in matches}
    rows = [row for match in matches if (row := _row(match, contexts[match]))]
    found: dict[Match, int] = {}
    for run in _runs(rows):
        ids = frozenset[str]().union(*(row.ids for row in run))
        if len(ids) < _enough(run) or _repeats(run, len(ids)):
            continue
        found |= {row.match: len(ids) for row in run}
        first, last = run[0].match.start_line, max(row.match.end_line for row in run)
        found |= {
            match: len(ids)
            for match in matches
            if not run[0].shape
            and first <= match.start_line
            and match.end_line <= last + 1
            and _is_cell(match, contexts[match])
        }
    return found


def _enough(run: Sequence[_Row]) -> int:
    """Return how many ids a list must have, by what stands above it and by what its rows are."""
    if any(row.stated for row in run):
        return CERTAIN_IDS
    return MIN_NAMED_IDS if run[0].shape == _CLASSIFIERS or any(row.keyed for row in run) else MIN_IDS


def _repeats(run: Sequence[_Row], ids: int) -> bool:
    """Whether records name an id twice: then they are about things that have licences, not about licences."""
    return any(row.keyed for row in run) and len({row.match.start_line for row in run}) > ids


def _row(match: Match, context: Context) -> _Row | None:
    """Return the row that ``match`` is, when each of its lines is one of a list."""
    if not context.whole:
        return None
    lines = [
        None if context.in_comment(index, _indent(line)) else _read_row(line) for index, line in enumerate(context.own)
    ]
    rows = [line for line in lines if line]
    shapes = {row.shape for row in rows}
    if len(rows) < len(lines) or len(shapes) != 1:
        return None
    ids = frozenset[str]().union(*(row.ids for row in rows))
    if not _is_short(match, len(ids)):
        return None
    named = _parts(f"{match.expression_spdx} {match.expression} {match.rule_id}")
    if shapes == {_CLASSIFIERS}:
        ids |= {name[2].lower() for line in (*context.before, *context.after) if (name := _CLASSIFIER.match(line))}
    elif not all(any(_parts(name) & named for name in row.ids) for row in rows):
        return None
    keyed = any(row.keyed for row in rows)
    return _Row(match, ids, stated=not keyed and _field_above(context), keyed=keyed, shape=shapes.pop())


def _is_short(match: Match, ids: int = 0) -> bool:
    """Whether ``match`` is no longer than a row; a rule for notices may match two ``ids`` one below the other."""
    if match.kind in ("text", "notice", "intro"):
        return match.matched_length <= MAX_ID_WORDS * ids
    return match.matched_length <= MAX_ROW_WORDS


def _read_row(line: str) -> _Line | None:
    """Return what a row holds; ``None`` when the line is none."""
    if classifier := _CLASSIFIER.match(line):
        return _Line(frozenset({classifier[2].lower()}), shape=_CLASSIFIERS)
    if _FIELD.search(line):
        return None
    if array := _ARRAY.match(line):
        return _Line(frozenset(text.lower() for _, text in _STRINGS.findall(array[1])))
    row = _ROW.match(line)
    if not row:
        return _read_statement(line)
    key, name = row["key"], row["id"]
    keyed = bool(key and _KEY.fullmatch(key))
    if (key and not keyed and not _same_name(key, name)) or (" " in name and not row["mark"]) or _OPERATOR.search(name):
        return None
    return _Line(frozenset({name.lower()}), keyed)


def _read_statement(line: str) -> _Line | None:
    """Return the id of a statement in code that holds one id in quotes: ``if (id == "MIT")``, ``return "MIT";``."""
    strings = [text for _, text in _STRINGS.findall(line)]
    if len(strings) != 1 or not re.fullmatch(rf"@?{_ID}", strings[0]) or " " in strings[0] or _SPOKEN.search(line):
        return None
    return _Line(frozenset({strings[0].lower()}), shape=line.replace(strings[0], "").strip())


def _same_name(key: str, name: str) -> bool:
    """Whether an enum or a table calls the id by its own letters: ``GPL_2_0 = "GPL-2.0"``."""
    return re.sub(r"[\W_]", "", key).lower() == re.sub(r"[\W_]", "", name).lower()


def _is_cell(match: Match, context: Context) -> bool:
    """Whether a match between two rows is their data: short, in quotes, neither a comment nor a notice."""
    if not context.whole or not _is_short(match):
        return False
    return all(
        re.search(r"[\"']", line) and not context.in_comment(index, _indent(line)) and not _FIELD.search(line)
        for index, line in enumerate(context.own)
    )


def _field_above(context: Context) -> bool:
    """Whether a field called "license" is open just above: its value begins there, and is no mapping of records."""
    return any(
        _FIELD.search(line) and re.search(r"[:=>\[(,|-]\s*$", line) and not _CLASSIFIER.match(line)
        for line in context.before
    )


def _runs(rows: Iterable[_Row]) -> list[list[_Row]]:
    """Return the rows that make one list: of one shape, and close to each other."""
    runs: list[list[_Row]] = []
    for row in sorted(rows, key=lambda row: (row.shape, row.match.start_line, row.match.end_line)):
        last = runs[-1][-1] if runs else None
        reach = MAX_KEYED_GAP if row.keyed else MAX_GAP
        if last and last.shape == row.shape and row.match.start_line - last.match.end_line <= reach:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _parts(text: str) -> set[str]:
    return {part for part in _PARTS.findall(text.lower()) if not part.isdigit()} - {
        "license",
        "rule",
        "spdx",
        "id",
        "for",
    }


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
