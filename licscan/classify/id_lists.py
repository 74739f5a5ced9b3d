"""Lists of licence ids: tables, enums and JSON arrays that name licences and put nothing under them.

A list is seen in code and data only, by its rows: lines that begin with an id, or hold several in a row, four ids that
differ or more, close to each other. What stands under a field called "license" is a statement, whatever its form, and so
is everything in prose, in a legal file and in a manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from licscan.classify.context import Context, context_of
from licscan.core.finding import FileKind, Match

MIN_IDS = 4
MAX_GAP = 12  # lines between two rows of one list: an object of a few fields for each id
CERTAIN_IDS = 20  # no statement of one work's licence is that long, whatever the field above it is called
MAX_ROW_WORDS = 25  # a longer match is a notice or a text, not a row

_KINDS = frozenset({FileKind.CODE, FileKind.DATA})
_ID = r"(?:License :: (?:OSI Approved :: )?)?[A-Za-z][A-Za-z0-9]*(?:[ .+_-][A-Za-z0-9.+]+)*\+?"
# A row begins with the id, quoted or not, perhaps behind the key or the name that the list has for ids.
_ROW = re.compile(
    rf"""^[\s\[({{<|-]*(?:case\s+)?(?:(?P<key>["']?\w+["']?)\s*(?::|=>|=)\s*[\[({{]*\s*)?(?P<mark>["'`]?)(?P<id>{_ID})(?P=mark)\s*(?:[,:;|)\]}}>]|=>|=(?!=)|$)"""
)
_KEY = re.compile(
    r"""["']?(?:license_?id|licence_?id|spdx_?(?:id|license_?(?:key|id))?|identifier)["']?""", re.IGNORECASE
)
_QUOTED = re.compile(rf"""(["'])({_ID})\1""")
_FIELD = re.compile(r"""(?:^|[^\w.])["']?licen[cs]es?["']?\s*(?:[:=]|=>)\s*(?!\s*[:=>])""", re.IGNORECASE)
_PARTS = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class _Row:
    match: Match
    ids: frozenset[str]
    stated: bool  # a field called "license" is open above it


def listed(matches: Sequence[Match], kind: FileKind) -> dict[Match, int]:
    """Return the matches of one file that stand in a list of ids, each with how many ids its list has."""
    if kind not in _KINDS:
        return {}
    contexts = {match: context_of(match) for match in matches}
    rows = [row for match in matches if (row := _row(match, contexts[match]))]
    found: dict[Match, int] = {}
    for run in _runs(sorted(rows, key=lambda row: (row.match.start_line, row.match.end_line))):
        ids = frozenset[str]().union(*(row.ids for row in run))
        if len(ids) < (CERTAIN_IDS if any(row.stated for row in run) else MIN_IDS):
            continue
        found |= {row.match: len(ids) for row in run}
        first, last = run[0].match.start_line, max(row.match.end_line for row in run)
        found |= {
            match: len(ids)
            for match in matches
            if first <= match.start_line and match.end_line <= last + 1 and _is_cell(match, contexts[match])
        }
    return found


def _row(match: Match, context: Context) -> _Row | None:
    """Return the row that ``match`` is, when each of its lines is one of a list."""
    if match.kind in ("text", "notice", "intro") or match.matched_length > MAX_ROW_WORDS:
        return None
    found: set[str] = set()
    keyed = False
    for index, line in enumerate(context.own):
        row = None if context.in_comment(index, _indent(line)) or _FIELD.search(line) else _read_row(line)
        if row is None:
            return None
        keyed = keyed or row[1]
        found |= row[0]
    named = _parts(f"{match.expression_spdx} {match.expression} {match.rule_id}")
    if not any(_parts(name) & named for name in found):
        return None
    return _Row(match, frozenset(found), stated=not keyed and _field_above(context))


def _read_row(line: str) -> tuple[set[str], bool] | None:
    """Return the ids of a row, and whether a key says that they are ids; ``None`` when the line is no row."""
    quoted = {name.lower() for _, name in _QUOTED.findall(line) if " " not in name}
    if len(quoted) >= MIN_IDS:
        return quoted, False
    row = _ROW.match(line)
    if not row:
        return None
    key, name = row["key"], row["id"]
    keyed = bool(key and _KEY.fullmatch(key))
    if (key and not keyed and not _same_name(key, name)) or (" " in name and not row["mark"]):
        return None
    return {name.lower()}, keyed


def _same_name(key: str, name: str) -> bool:
    """Whether an enum or a table calls the id by its own letters: ``GPL_2_0 = "GPL-2.0"``."""
    return re.sub(r"[\W_]", "", key).lower() == re.sub(r"[\W_]", "", name).lower()


def _is_cell(match: Match, context: Context) -> bool:
    """Whether a match between two rows is their data: short, in quotes, neither a comment nor a notice."""
    if match.kind in ("text", "notice", "intro") or match.matched_length > MAX_ROW_WORDS:
        return False
    return all(
        re.search(r"[\"']", line) and not context.in_comment(index, _indent(line)) and not _FIELD.search(line)
        for index, line in enumerate(context.own)
    )


def _field_above(context: Context) -> bool:
    """Whether a field called "license" is open just above: its value begins there, and is no mapping of records."""
    return any(_FIELD.search(line) and re.search(r"[:=>\[(,|-]\s*$", line) for line in context.before)


def _runs(rows: Iterable[_Row]) -> list[list[_Row]]:
    runs: list[list[_Row]] = []
    for row in rows:
        if runs and row.match.start_line - runs[-1][-1].match.end_line <= MAX_GAP:
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
