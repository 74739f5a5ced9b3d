"""Licences as written in manifests to expressions in ScanCode's keys.

A statement is tried as an SPDX expression, then as a known name, then as text for the reader that is passed in. What
none of them understands stays a claim without expression: it is never guessed and never dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from licscan.component.base import LicenseReader, Statement, StatementForm, normal_path, parent_of
from licscan.component.license_names import CLASSIFIERS, EXCEPTIONS, FAMILIES, NAMES, simple_name
from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.expression import AllOf, Expression, ExpressionError, OneOf, Unit, all_of, one_of, parse, units
from licscan.core.untold import untold

DATA_NAME = "license_ids.json"
# The field of old Python metadata sometimes holds a whole licence text; nobody writes an expression this long.
_LONGEST_NAME = 300
_JOINED = re.compile(r"\s(and|or)\s", re.IGNORECASE)
_AT_LEAST = re.compile(r">=\s*v?(\d[\d.]*)")
_GROUPING = re.compile(r"([()]|\b(?:and|or)\b)", re.IGNORECASE)
_WITH = re.compile(r"(?P<base>\S+) with (?:the )?(?P<exception>[\w-]+)(?: exception)?", re.IGNORECASE)
# ``MIT (https://...)``: where the text stands is no part of the name.
_ADDRESS = re.compile(r"\s[(<]\s*(?:https?://|www\.)[^\s()<>]*\s*[)>]$")
_SEVERAL = re.compile(r"(?:dual|double|multi|multiple|tri|triple)[ -]?licen[cs](?:e|es|ed|ing)", re.IGNORECASE)
_SEE = ("see license in ", "see licence in ")


class LicenseIds(Struct, frozen=True):
    """ScanCode's keys and their SPDX ids. ``spdx`` maps each key to its id (``LicenseRef-scancode-...`` where
    SPDX has none); ``expressions`` maps each id in lower case, deprecated ones too, to an expression in keys."""

    spdx: Mapping[str, str]
    expressions: Mapping[str, str]


@cache
def license_ids() -> LicenseIds:
    """Load the table that is generated from the pinned ScanCode's licence data."""
    data = json.loads((files("licscan.component") / DATA_NAME).read_text(encoding="utf-8"))
    return LicenseIds(spdx=data["spdx"], expressions=data["expressions"])


class LicenseNormaliser:
    """Turns statements into claims. ``read_license`` is asked once for each distinct text; ``read_file`` returns
    the text of a file in the tree, or ``None``."""

    def __init__(self, read_license: LicenseReader, read_file: Callable[[str], str | None]) -> None:
        self._read_license = read_license
        self._read_file = read_file
        self._texts: dict[str, str | None] = {}

    def claims(self, statements: Iterable[Statement]) -> tuple[LicenseClaim, ...]:
        """Return a claim for each statement, in order, without those that repeat a more exact one."""
        return _without_vague(tuple(dict.fromkeys(self._claim(statement) for statement in statements)))

    def expression(self, statement: Statement) -> str | None:
        """Return what ``statement`` says in ScanCode's keys."""
        if statement.form is StatementForm.CLASSIFIER:
            return classifier_expression(statement.raw)
        if statement.form is StatementForm.FILE:
            return self._from_file(statement.raw, statement)
        lowered = statement.raw.lower()
        for prefix in _SEE:
            if lowered.startswith(prefix):
                return self._from_file(statement.raw[len(prefix) :].strip(" '\"<>."), statement)
        known = None
        if len(statement.raw) <= _LONGEST_NAME:
            known = spdx_expression(statement.raw) or named_expression(statement.raw)
        return known or self._from_text(statement.raw)

    def _claim(self, statement: Statement) -> LicenseClaim:
        expression = self.expression(statement)
        return LicenseClaim(
            source=ClaimSource.DECLARED,
            expression=expression,
            expression_spdx=to_spdx(expression) if expression else None,
            raw=statement.raw,
            origin=statement.origin,
            locations=(statement.location,),
        )

    def _from_file(self, name: str, statement: Statement) -> str | None:
        path = normal_path(parent_of(statement.location.path), name)
        text = self._read_file(path) if path else None
        return self._from_text(text) if text else None

    def _from_text(self, text: str) -> str | None:
        if text not in self._texts:
            self._texts[text] = self._read_license(text)
        return self._texts[text]


def spdx_expression(raw: str) -> str | None:
    """Return ``raw`` in ScanCode's keys when it is an SPDX expression whose every id is known, else ``None``.

    Case does not matter; ``/`` between two ids is Cargo's old ``OR``.
    """
    known = license_ids().expressions.get(raw.strip().lower())
    if known:
        return known
    try:
        tree = parse(_old_or(raw))
        joined = _in_keys(tree)
    except (ExpressionError, KeyError):
        return None
    return str(joined)


def named_expression(raw: str) -> str | None:
    """Return what a name in an old or free form says, or several of them joined by one kind of ``and`` or ``or``."""
    raw = _ADDRESS.sub("", raw.strip())
    known = _named(raw)
    if known:
        return known
    if raw.count("(") != raw.count(")"):
        return None  # part of an expression is missing, and what it said cannot be told
    words = _JOINED.split(raw)  # names at even places, operators between them
    operators = {operator.lower() for operator in words[1::2]}
    parts = [_single(word) for word in words[::2]]
    if len(operators) > 1 or not all(parts):
        return _grouped(raw) if "(" in raw else None
    trees = [parse(part) for part in parts if part]
    return str(all_of(trees) if operators == {"and"} else one_of(trees))


def _grouped(raw: str) -> str | None:
    """Return ``(GPLv2+ or Artistic 2.0) and MIT``: names in brackets, one kind of operator on each level."""
    written: list[str] = []
    operators: list[set[str]] = [set()]
    for piece in filter(None, map(str.strip, _GROUPING.split(raw))):
        if piece in "()":
            operators.append(set()) if piece == "(" else operators.pop()
            if not operators:
                return None
        elif piece.lower() in ("and", "or"):
            operators[-1].add(piece.lower())
            if len(operators[-1]) > 1:
                return None
            piece = piece.upper()
        elif known := _single(piece):
            piece = f"({known})"
        else:
            return None
        written.append(piece)
    try:
        return str(parse(" ".join(written)))
    except ExpressionError:
        return None


def _single(raw: str) -> str | None:
    return _named(raw) or spdx_expression(raw) or _with_exception(raw.strip())


def _named(raw: str) -> str | None:
    # A bound on the version is no punctuation: "GPL (>= 2)" is not GPL 2.
    return NAMES.get(simple_name(_AT_LEAST.sub(r"\1+", raw)))


def _with_exception(raw: str) -> str | None:
    """Return ``GPL-2+ with Bison exception`` as a unit; an exception that several texts could mean stays unknown."""
    match = _WITH.fullmatch(raw)
    if not match:
        return None
    base = NAMES.get(simple_name(match.group("base"))) or spdx_expression(match.group("base"))
    exception = EXCEPTIONS.get(match.group("exception").lower().removesuffix("-exception"))
    tree = parse(base) if base and exception else None
    return str(Unit(tree.key, exception)) if isinstance(tree, Unit) and not tree.exception else None


def _old_or(raw: str) -> str:
    parts = [part.strip() for part in raw.split("/")]
    ids = license_ids().expressions
    return " OR ".join(parts) if len(parts) > 1 and all(part.lower() in ids for part in parts) else raw


def _in_keys(tree: Expression) -> Expression:
    """Return ``tree`` with SPDX ids replaced (ScanCode's own keys are left); an unknown id raises ``KeyError``."""
    if isinstance(tree, Unit):
        base = parse(_key_of(tree.key))
        if not tree.exception:
            return base
        if not isinstance(base, Unit) or base.exception:
            raise KeyError(tree.key)
        return Unit(base.key, _key_of(tree.exception))
    return type(tree)(tuple(_in_keys(arg) for arg in tree.args))


def _key_of(identifier: str) -> str:
    lowered = identifier.lower()
    table = license_ids()
    return lowered if lowered in table.spdx and lowered not in table.expressions else table.expressions[lowered]


def to_spdx(expression: str) -> str | None:
    """Return an expression in keys with SPDX ids; ``None`` when it does not parse."""
    try:
        return str(_in_spdx(parse(expression)))
    except ExpressionError:
        return None


def _in_spdx(tree: Expression) -> Expression:
    ids = license_ids().spdx
    if isinstance(tree, Unit):
        key = ids.get(tree.key, f"LicenseRef-scancode-{tree.key}")
        exception = tree.exception and ids.get(tree.exception, f"LicenseRef-scancode-{tree.exception}")
        return Unit(key, exception)
    kind: type[AllOf] | type[OneOf] = type(tree)
    return kind(tuple(_in_spdx(arg) for arg in tree.args))


def classifier_expression(classifier: str) -> str | None:
    """Return what a trove classifier says; ``None`` for one that names no licence (``License :: OSI Approved``)."""
    known = CLASSIFIERS.get(classifier)
    if known:
        return known
    name = classifier.rpartition(" :: ")[2]
    head, bracket, short = name.rpartition("(")
    candidates = (name, head, short.rstrip(")")) if bracket else (name,)
    return next((found for text in candidates if (found := NAMES.get(simple_name(text)))), None)


def _without_vague(claims: tuple[LicenseClaim, ...]) -> tuple[LicenseClaim, ...]:
    """Drop a claim that repeats another's expression, or names only the family of one that is more exact."""
    kept: dict[str | None, LicenseClaim] = {}
    for claim in claims:
        if claim.expression is None or claim.expression not in kept:
            kept[claim.expression or claim.raw] = claim
    understood = [claim.expression for claim in kept.values() if claim.expression]
    return tuple(
        claim
        for claim in kept.values()
        if spdx_expression(claim.raw or "")
        or not (
            any(_implies(exact, claim.expression) for exact in understood if exact != claim.expression)
            or _counts_others(claim, understood)
        )
    )


def _counts_others(claim: LicenseClaim, understood: Sequence[str]) -> bool:
    """Whether "Dual License" only says that there are several, and others say which."""
    told = {expression for expression in understood if not untold(expression)}
    return bool(_SEVERAL.fullmatch((claim.raw or "").strip())) and untold(claim.expression or "") and len(told) > 1


def _implies(exact: str, vague: str | None) -> bool:
    family = FAMILIES.get(vague or "", ())
    return bool(family) and any(unit.key.startswith(family) for unit in units(parse(exact)))
