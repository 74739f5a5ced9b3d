"""What a licence is called: ScanCode's keys, SPDX ids old and new, and the versions that an "or later" offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from licscan.core.expression import AllOf, Expression, ExpressionError, Unit, all_of, one_of, parse
from licscan.core.license import LicenseRecord
from licscan.util.rule_data import packaged, read_sections

FILE = "names.yaml"


_OUTSIDE_SPDX = re.compile(r"[^A-Za-z0-9.-]+")


class NameTable(Struct, frozen=True, kw_only=True):
    """``rules/names.yaml``: ids that stand for a whole expression, what a key's "or later" offers, and ids that ScanCode lacks."""

    expressions: Mapping[str, str]  # id in lower case -> expression in ScanCode's keys
    later: Mapping[str, tuple[str, ...]]  # key -> the keys that may be chosen, oldest first
    spdx: Mapping[str, str] = {}  # key -> the SPDX id that ScanCode does not give it


class Names(Struct, frozen=True, kw_only=True):
    """Every way to name the licences of ``records``."""

    records: Mapping[str, LicenseRecord]
    table: NameTable
    by_spdx: Mapping[str, str]  # SPDX id in lower case -> key

    def resolve(self, name: str) -> str | None:
        """Return the key of a licence by its ScanCode key or any SPDX id, in any case.

        Where one spelling is two things (``bsl-1.0`` is ScanCode's key of the Business Source License, ``BSL-1.0`` the SPDX
        id of Boost's), a key has to be written as a key, in lower case.
        """
        if name in self.records:
            return name
        return self.resolve_spdx(name) or (lowered if (lowered := name.lower()) in self.records else None)

    def resolve_spdx(self, name: str) -> str | None:
        """Return the key for an SPDX id; a ``+`` that ScanCode has no key for names the version it is put to."""
        lowered = name.lower()
        return self.by_spdx.get(lowered) or self.by_spdx.get(lowered.removesuffix("+"))

    def spdx_id(self, key: str) -> str:
        """Return the SPDX id of ``key``, or a ``LicenseRef-`` for what SPDX does not list."""
        if key in self.table.spdx:
            return self.table.spdx[key]
        record = self.records.get(key)
        if record:
            return record.spdx
        if key.lower().startswith(("licenseref-", "documentref-")):
            return key
        return f"LicenseRef-{_OUTSIDE_SPDX.sub('-', key)}"

    def to_spdx(self, expression: Expression) -> str:
        return str(_rename(expression, lambda unit: Unit(self.spdx_id(unit.key), self._exception_id(unit))))

    def from_spdx(self, text: str) -> str:
        """Return ``text`` in ScanCode's keys, ids that nobody knows as they are; raise ``ExpressionError``."""
        return str(_rename(parse(text), self._unit_from_spdx))

    def _exception_id(self, unit: Unit) -> str | None:
        return self.spdx_id(unit.exception) if unit.exception else None

    def _unit_from_spdx(self, unit: Unit) -> Expression:
        whole = self.table.expressions.get(unit.key.lower()) if not unit.exception else None
        if whole:
            return parse(whole)
        exception = (self.resolve_spdx(unit.exception) or unit.exception) if unit.exception else None
        return Unit(self.resolve_spdx(unit.key) or unit.key, exception)


def index_names(records: Sequence[LicenseRecord], table: NameTable) -> Names:
    """Return the names of ``records``; where two have one SPDX id, the one in force comes before the deprecated one."""
    by_spdx: dict[str, str] = {}
    for record in sorted(records, key=lambda record: (record.is_deprecated, record.key)):
        for spdx in (record.spdx, *record.other_spdx, f"LicenseRef-scancode-{record.key}"):
            by_spdx.setdefault(spdx.lower(), record.key)
    return Names(records={record.key: record for record in records}, table=table, by_spdx=by_spdx)


def read_names(text: str, file: str = FILE) -> NameTable:
    """Return the table in ``text``; raise ``RuleFileError`` with file and line."""
    sections = read_sections(text, file, ("expressions", "later", "spdx"))
    expressions: dict[str, str] = {}
    for entry in sections["expressions"]:
        entry.allow("id", "expression", "reason", "source")
        try:
            parse(entry.text("expression"))
        except ExpressionError as error:
            raise entry.error(str(error)) from error
        expressions[entry.text("id").lower()] = entry.text("expression")
    later: dict[str, tuple[str, ...]] = {}
    for entry in sections["later"]:
        entry.allow("license", "offers", "reason", "source")
        later[entry.text("license")] = entry.texts("offers")
    spdx: dict[str, str] = {}
    for entry in sections["spdx"]:
        entry.allow("id", "licenses", "reason", "source")
        spdx |= dict.fromkeys(entry.texts("licenses"), entry.text("id"))
    return NameTable(expressions=expressions, later=later, spdx=spdx)


@lru_cache(maxsize=1)
def packaged_names() -> NameTable:
    """Return the table that ships with licscan."""
    return read_names(packaged(FILE))


def _rename(expression: Expression, rename: Callable[[Unit], Expression]) -> Expression:
    if isinstance(expression, Unit):
        return rename(expression)
    args = [_rename(arg, rename) for arg in expression.args]
    joined = all_of(args) if isinstance(expression, AllOf) else one_of(args)
    return joined or expression
