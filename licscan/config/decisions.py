"""Read ``[[waiver]]``, ``[[curation]]`` and ``[[usage]]`` of the configuration; every mistake is told with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from licscan.core.expression import ExpressionError, parse
from licscan.core.facts import UsageStatement
from licscan.core.location import Location
from licscan.core.text import one_line
from licscan.core.waiver import Curation, Decisions, Waiver, WaiverReason
from licscan.errors import SettingsError

_WAIVER = ("path", "component", "licence", "reason", "comment", "by", "expires", "approved", "evidence", "code")
_CURATION = ("path", "detected", "concluded", "why", "by")
_USAGE_FACTS = ("distribution", "linking", "modified")
_USAGE = ("component", "by", "comment", *_USAGE_FACTS)
_SUBJECT = ("path", "component", "licence")
_GLOB = re.compile(r"[*?\[]|/$")
_DIGEST = re.compile(r"[0-9a-f]{16}")
NONE = "none"

# Makes the error for a table of the configuration: key, what is wrong, what to do.
ErrorAt = Callable[[str, str, str], SettingsError]


def read_decisions(document: Mapping[str, Any], path: Path, lines: Sequence[str]) -> Decisions:
    """Return what ``document`` decides; ``path`` is the file, and ``lines`` its text. Raises ``SettingsError``."""
    return Decisions(
        waivers=tuple(_waiver(table) for table in _tables(document, "waiver", path, lines)),
        curations=tuple(_curation(table) for table in _tables(document, "curation", path, lines)),
    )


def read_usage(
    document: Mapping[str, Any], path: Path, lines: Sequence[str], convert: Callable[[str, object], Any]
) -> tuple[UsageStatement, ...]:
    """Return what ``document`` states of single components; ``convert`` checks the value of a fact. Raises ``SettingsError``."""
    return tuple(_usage(table, convert) for table in _tables(document, "usage", path, lines))


def _usage(table: _Table, convert: Callable[[str, object], Any]) -> UsageStatement:
    table.known(_USAGE)
    facts: dict[str, Any] = {}
    for key in _USAGE_FACTS:
        try:
            facts[key] = convert(key, table.values[key]) if key in table.values else None
        except ValueError as error:
            raise table.error(key, str(error), "see docs/configuration.md for every fact") from error
    if all(value is None for value in facts.values()):
        raise table.error("usage", "a usage states nothing", f"give one of: {', '.join(_USAGE_FACTS)}")
    return UsageStatement(
        component=table.text("component"),
        by=table.text("by"),
        comment=table.optional("comment"),
        location=table.location,
        **facts,
    )


class _Table:
    """One ``[[waiver]]``, ``[[curation]]`` or ``[[usage]]``, and where its keys stand."""

    def __init__(
        self, kind: str, values: Mapping[str, Any], path: Path, first: int | None, lines: Sequence[str]
    ) -> None:
        self.kind = kind
        self.values = values
        self.location = Location(path=path.name, start_line=first)
        self._path = path
        self._lines = lines

    def error(self, key: str, what: str, hint: str) -> SettingsError:
        line = self.location.start_line
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        for number in range(line or len(self._lines), len(self._lines)):
            if self._lines[number].lstrip().startswith("["):
                break
            if pattern.match(self._lines[number]):
                line = number + 1
                break
        return SettingsError(what, where=f"{self._path}:{line}" if line else str(self._path), hint=hint)

    def known(self, keys: Sequence[str]) -> None:
        for key in self.values:
            if key not in keys:
                raise self.error(
                    key, f"{one_line(key, 40)!r} is no key of a {self.kind}", f"known here: {', '.join(keys)}"
                )

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"a {self.kind} needs {key!r}, a text", _HINTS[key])
        return value.strip()

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self.values else None

    def expression(self, key: str) -> str:
        text = self.text(key)
        if text.lower() != NONE:
            try:
                parse(text)
            except ExpressionError as error:
                raise self.error(key, f"{key} is not a licence expression", _HINTS[key]) from error
        return text


_HINTS = {
    "path": "a file of the repository, or a glob as in .gitignore",
    "component": "a package URL, with or without version, or a name",
    "licence": "an SPDX id, for example GPL-2.0-only",
    "reason": f"one of: {', '.join(reason.value for reason in WaiverReason)}",
    "comment": "state in a sentence why the finding is accepted",
    "by": "who answers for it: a name or an address",
    "expires": "the last day on which it counts, for example: expires = 2027-06-30",
    "approved": "the licence expression that was approved, for example 'GPL-2.0-only', or 'none'",
    "evidence": "the 16 hexadecimal digits that `licscan check --verbose` prints for the finding",
    "code": "a finding code, see docs/codes.md",
    "detected": "the expression that licscan detects, as it prints it",
    "concluded": "the expression that the file is really under, or 'none'",
    "why": "say in a sentence why the detection is wrong",
}


def _tables(document: Mapping[str, Any], kind: str, path: Path, lines: Sequence[str]) -> list[_Table]:
    values = document.get(kind, [])
    header = re.compile(rf"\s*\[\[\s*(tool\s*\.\s*licscan\s*\.\s*)?{kind}\s*\]\]")
    starts = [number for number, line in enumerate(lines, 1) if header.match(line)]
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        line = next((number for number, text in enumerate(lines, 1) if re.match(rf"\s*\[?{kind}\b", text)), None)
        where = f"{path}:{line}" if line else str(path)
        raise SettingsError(f"{kind} must be a list of tables", where=where, hint=f"write it as [[{kind}]]")
    firsts: Sequence[int | None] = starts if len(starts) == len(values) else [None] * len(values)
    return [_Table(kind, value, path, first, lines) for value, first in zip(values, firsts, strict=True)]


def _waiver(table: _Table) -> Waiver:
    table.known(_WAIVER)
    if not any(key in table.values for key in _SUBJECT):
        raise table.error("waiver", "a waiver needs a subject", f"give one of: {', '.join(_SUBJECT)}")
    reason = table.text("reason")
    if reason not in [member.value for member in WaiverReason]:
        raise table.error("reason", "this is no reason for a waiver", _HINTS["reason"])
    path, evidence = table.optional("path"), table.optional("evidence")
    if evidence is not None and not _DIGEST.fullmatch(evidence):
        raise table.error("evidence", "this is no digest of evidence", _HINTS["evidence"])
    if evidence is None and path is not None and not _GLOB.search(path):
        raise table.error("path", "a waiver for one file needs 'evidence'", _HINTS["evidence"])
    return Waiver(
        reason=WaiverReason(reason),
        comment=table.text("comment"),
        by=table.text("by"),
        expires=_date(table),
        approved=table.expression("approved"),
        location=table.location,
        path=path,
        component=table.optional("component"),
        license=table.optional("licence"),
        code=table.optional("code"),
        evidence=evidence,
    )


def _date(table: _Table) -> str:
    value = table.values.get("expires")
    try:
        # A date and time is a date too, for Python; a waiver has no hours.
        found = value if type(value) is date else date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise table.error("expires", "a waiver needs 'expires', a date", _HINTS["expires"])
    return found.isoformat()


def _curation(table: _Table) -> Curation:
    table.known(_CURATION)
    return Curation(
        path=table.text("path"),
        detected=table.expression("detected"),
        concluded=table.expression("concluded"),
        why=table.text("why"),
        by=table.text("by"),
        location=table.location,
    )
