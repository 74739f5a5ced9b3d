"""Licences as written in manifests to expressions in ScanCode's keys.

A statement is tried as an SPDX expression, then as a known name, then as text for the reader that is passed in. What
none of them understands stays a claim without expression: it is never guessed and never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from licscan.component.base import LicenseReader, Statement, StatementForm, normal_path, parent_of
from licscan.component.ecosystem.common import VENDOR_FOLDERS, installed_name
from licscan.component.license_address import address_expression
from licscan.component.license_ids import key_expression, to_spdx
from licscan.component.license_names import CLASSIFIERS, FAMILIES, NAMES, simple_name
from licscan.component.license_phrase import LONGEST, named_expression, short_names_expression
from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.expression import one_of, parse, units
from licscan.statements.unspecific import is_unspecific

_SEVERAL = re.compile(r"(?:dual|double|multi|multiple|tri|triple)[ -]?licen[cs](?:e|es|ed|ing)", re.IGNORECASE)
UNKNOWN = "unknown"  # ScanCode's key for a licence that cannot be told
_SEE = ("see license in ", "see licence in ")


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
        if statement.alternatives:
            return self._choice(statement.alternatives)
        said = self._stated(statement)
        if not statement.address:
            return said
        place = address_expression(statement.address) or (None if said else self._from_text(statement.address))
        return _more_exact(statement.raw, said, place)

    def _choice(self, alternatives: Sequence[Statement]) -> str | None:
        """Join alternatives by OR; one that is not understood stays in it as unknown, since the others can be chosen."""
        found = [self.expression(alternative) for alternative in alternatives]
        return str(one_of(parse(text or UNKNOWN) for text in found)) if any(found) else None

    def _stated(self, statement: Statement) -> str | None:
        if statement.form is StatementForm.ABSENT_FILE:
            return None
        if statement.form is StatementForm.CLASSIFIER:
            return classifier_expression(statement.raw)
        if statement.form is StatementForm.FILE:
            return self._from_file(statement.raw, statement)
        if named := _named_file(statement):
            return self._from_file(named, statement)
        return self._known(statement) or self._from_text(statement.raw)

    def _known(self, statement: Statement) -> str | None:
        if len(statement.raw) > LONGEST:
            return None
        read = short_names_expression if statement.form is StatementForm.SHORT_NAMES else named_expression
        # "MIT/X11" is one licence's name, where "MIT/Zlib" are two.
        table = NAMES.get(simple_name(statement.raw)) if "/" in statement.raw else None
        return table or key_expression(statement.raw) or read(statement.raw)

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


def of_package(statement: Statement, directory: str | None) -> Statement:
    """Return what a package states of itself: a file that it names is one of its own, below the folder ``directory`` that holds
    its files, and never one of the product around it."""
    named = statement.raw if statement.form is StatementForm.FILE else _named_file(statement)
    if not named:
        return statement
    path = normal_path(parent_of(statement.location.path), named)
    root = _outermost_own(directory) if directory is not None else None
    if path is not None and root is not None and (not root or path.startswith(f"{root}/")):
        return statement
    return replace(statement, form=StatementForm.ABSENT_FILE)


def names_file(raw: str) -> bool:
    """Whether a statement only names the file that holds the licence: "SEE LICENSE IN LICENSE.md"."""
    return raw.lower().startswith(_SEE) and "://" not in raw


def _named_file(statement: Statement) -> str | None:
    """Return the file that "SEE LICENSE IN file" names, ``None`` for any other statement."""
    if not names_file(statement.raw):
        return None
    prefix = next((prefix for prefix in _SEE if statement.raw.lower().startswith(prefix)), None)
    return statement.raw[len(prefix) :].strip(" '\"<>.") if prefix else None


def _outermost_own(directory: str) -> str:
    """Return the folder around ``directory`` whose files are still the package's: in a vendor folder the copied repository, of which
    the package may be a part; else the package's own folder."""
    if installed_name(directory):
        return directory
    parts = directory.split("/")
    last = max((number for number, part in enumerate(parts) if part in VENDOR_FOLDERS), default=len(parts))
    return "/".join(parts[: last + 2])


def _more_exact(raw: str, name: str | None, place: str | None) -> str | None:
    """Return what a licence's name and the address of its text say together: the name, unless that is a family without
    version, and the address tells the version."""
    is_family = not any(map(str.isdigit, raw))
    return place if place and (name is None or (is_family and _implies(place, name))) else name


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
        key = claim.expression or claim.raw
        same = kept.get(key)
        if same is None:
            kept[key] = claim
        elif same.origin == claim.origin and same.raw == claim.raw:
            kept[key] = replace(same, locations=tuple(dict.fromkeys((*same.locations, *claim.locations))))
    understood = [claim.expression for claim in kept.values() if claim.expression]
    return tuple(
        claim
        for claim in kept.values()
        if key_expression(claim.raw or "")
        or not (
            any(_implies(exact, claim.expression) for exact in understood if exact != claim.expression)
            or _counts_others(claim, understood)
        )
    )


def _counts_others(claim: LicenseClaim, understood: Sequence[str]) -> bool:
    """Whether "Dual License" only says that there are several, and others say which."""
    told = {expression for expression in understood if not is_unspecific(expression)}
    return (
        bool(_SEVERAL.fullmatch((claim.raw or "").strip())) and is_unspecific(claim.expression or "") and len(told) > 1
    )


def _implies(exact: str, vague: str | None) -> bool:
    family = FAMILIES.get(vague or "", ())
    return bool(family) and any(unit.key.startswith(family) for unit in units(parse(exact)))
