"""SPDX ids, old and new, and ScanCode's keys: each expression in one of them as an expression in keys, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

from licscan.core.expression import AllOf, Expression, ExpressionError, OneOf, Unit, parse

DATA_NAME = "license_ids.json"
LONG_NAMES = "license_long_names.json"
_OWN_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+", re.IGNORECASE)
# What an id says of later versions, and what ScanCode has no key of its own for: the version that is named counts.
_LATER = re.compile(r"(?:\+|-or-later|-only)$")


class LicenseIds(Struct, frozen=True):
    """ScanCode's keys and their SPDX ids. ``spdx`` maps each key to its id (``LicenseRef-scancode-...`` where
    SPDX has none); ``expressions`` maps each id in lower case, deprecated ones too, to an expression in keys."""

    spdx: Mapping[str, str]
    expressions: Mapping[str, str]


@cache
def license_ids() -> LicenseIds:
    """Load the table that is generated from the pinned ScanCode's licence data."""
    data = json.loads((files("licscan.component") / DATA_NAME).read_text(encoding="utf-8"))
    return LicenseIds(spdx=data["spdx"], expressions={**data["expressions"], **_ONE_ID_FOR_TWO})


@cache
def long_names() -> Mapping[str, str]:
    """Load the names of licences in the form that ``simple_name`` makes, each with its key; generated like the ids."""
    names: dict[str, str] = json.loads((files("licscan.component") / LONG_NAMES).read_text(encoding="utf-8"))
    return names


# Ids that SPDX has withdrawn in favour of the licence WITH its exception; each names one version of the licence.
_ONE_ID_FOR_TWO: dict[str, str] = {
    "gpl-2.0-with-autoconf-exception": "gpl-2.0 WITH autoconf-exception-2.0",
    "gpl-2.0-with-bison-exception": "gpl-2.0 WITH bison-exception-2.2",
    "gpl-2.0-with-classpath-exception": "gpl-2.0 WITH classpath-exception-2.0",
    "gpl-2.0-with-font-exception": "gpl-2.0 WITH font-exception-gpl",
    "gpl-2.0-with-gcc-exception": "gpl-2.0 WITH gcc-linking-exception-2.0",
    "gpl-3.0-with-autoconf-exception": "gpl-3.0 WITH autoconf-exception-3.0",
    "gpl-3.0-with-gcc-exception": "gpl-3.0 WITH gcc-exception-3.1",
}


def key_expression(raw: str) -> str | None:
    """Return ``raw`` in ScanCode's keys when it is an SPDX expression whose every id is known, else ``None``.

    Case does not matter; ``/`` between two ids is Cargo's old ``OR``. A ``LicenseRef-`` of somebody's own keeps its name.
    """
    known = license_ids().expressions.get(raw.strip().lower())
    if known:
        return known
    try:
        return str(_in_keys(parse(_old_or(raw))))
    except (ExpressionError, KeyError):
        return None


def to_spdx(expression: str) -> str | None:
    """Return an expression in keys with SPDX ids; ``None`` when it does not parse."""
    try:
        return str(_in_spdx(parse(expression)))
    except ExpressionError:
        return None


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
    if lowered in table.spdx and lowered not in table.expressions:
        return lowered
    found = table.expressions.get(lowered) or table.expressions.get(_LATER.sub("", lowered))
    if found:
        return found
    if _OWN_REFERENCE.fullmatch(identifier):
        return identifier
    raise KeyError(identifier)


def _in_spdx(tree: Expression) -> Expression:
    if isinstance(tree, Unit):
        return Unit(_spdx_id(tree.key), _spdx_id(tree.exception) if tree.exception else None)
    kind: type[AllOf] | type[OneOf] = type(tree)
    return kind(tuple(_in_spdx(arg) for arg in tree.args))


def _spdx_id(key: str) -> str:
    if _OWN_REFERENCE.fullmatch(key):
        return key
    return license_ids().spdx.get(key, f"LicenseRef-scancode-{key}")
