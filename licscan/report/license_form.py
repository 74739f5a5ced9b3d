"""What an SBOM may write for a licence: an SPDX id, an SPDX expression, or a name. Nothing is written unparsed."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from cyclonedx.schema import _res
from license_expression import ExpressionError, ExpressionParseError, get_spdx_licensing
from msgspec import Struct

from licscan.core.text import visible

_OWN_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")


class LicenseForm(str, Enum):
    """How a licence can be told in an SBOM."""

    ID = "id"  # one licence of the SPDX list
    EXPRESSION = "expression"  # an SPDX expression of several, or with an exception
    NAME = "name"  # everything else: LicenseRef-, and what is no expression


class SpdxLicense(Struct, frozen=True):
    """A licence in the form that it may be written in. ``references`` are the ``LicenseRef-`` ids in it."""

    form: LicenseForm
    text: str
    references: tuple[str, ...] = ()

    @property
    def is_valid_expression(self) -> bool:
        """Whether ``text`` parses as an SPDX expression, a single ``LicenseRef-`` included."""
        return self.form is not LicenseForm.NAME or self.references == (self.text,)


def load_symbols() -> None:
    """Load what ``spdx_license`` asks; doing so twice costs nothing."""
    _listed_ids()
    _licensing()


@lru_cache(maxsize=16_384)
def spdx_license(text: str) -> SpdxLicense:
    """Parse ``text`` with the SPDX symbols and tell its form; what does not parse, or names an id that SPDX
    does not list and that is no ``LicenseRef-``, is a name, shown visibly."""
    tree = _parse(text)
    if tree is None:
        return SpdxLicense(LicenseForm.NAME, visible(text))
    rendered = str(tree.render())
    references = tuple(dict.fromkeys(key for key in _keys(tree) if _OWN_REFERENCE.fullmatch(key)))
    if references == (rendered,):
        return SpdxLicense(LicenseForm.NAME, rendered, references)
    form = LicenseForm.ID if rendered in _listed_ids() else LicenseForm.EXPRESSION
    return SpdxLicense(form, rendered, references)


def _parse(text: str) -> Any | None:
    try:
        tree = _licensing().parse(text, validate=False, strict=True)
    except (ExpressionError, ExpressionParseError):
        return None
    except Exception:  # noqa: BLE001 - the library lets TypeError, IndexError and others out on odd input
        return None
    if tree is None:
        return None
    unknown = _licensing().unknown_license_keys(tree)
    return tree if all(key in _listed_ids() or _OWN_REFERENCE.fullmatch(key) for key in unknown) else None


def _keys(tree: Any) -> list[str]:
    return [str(key) for key in _licensing().license_keys(tree)]


@cache
def _listed_ids() -> frozenset[str]:
    """The ids of the SPDX list that CycloneDX's schema admits: what ``cyclonedx.spdx`` reads too, and a second set of symbols besides."""
    return frozenset(msgspec.json.decode(Path(_res.SPDX_JSON).read_bytes())["enum"])


@cache
def _licensing() -> Any:
    return get_spdx_licensing()
