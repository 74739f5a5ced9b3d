"""Reading ``SPDX-License-Identifier`` lines as ScanCode reads them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from licscan.detect.engine.knowledge import Knowledge

_SPLIT = re.compile(r"(spd[xz][\-\s]+lin?[cs]en?[sc]es?[\-\s]+identifi?er\s*:?\s*)", re.IGNORECASE).split
_SPLIT_NUGET = re.compile(r"(licenses(?:\.|\s)+nuget(?:\.|\s)+org\s*:?\s*)", re.IGNORECASE).split
# What the text of nearly every such line is: one id, perhaps inside a comment of one line.
_ONE_ID = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9.\-]*\+?)\s*(?:\*/|-->)?\s*")
_NO_ID = frozenset(("and", "or", "with", "none", "noassertion"))
# Old ids that stand for an expression with WITH.
_COMPOUND = re.compile(r"-with-|^ecos-2\.0$|^wxwindows$")


def declaration(line: str) -> str:
    """Return the part of ``line`` that declares a licence, from the words that say so on."""
    for split in (_SPLIT, _SPLIT_NUGET):
        parts = split(line)
        if len(parts) > 1:
            return str(parts[-2]) + str(parts[-1])
    return line


class SpdxReader:
    """Turns declarations into licence expressions of ScanCode's keys."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.expression = lru_cache(maxsize=4096)(self._expression)

    def _expression(self, declared: str) -> str | None:
        """Return the expression that ``declared`` stands for; ``None`` where nothing is declared."""
        parts = _SPLIT(declared)
        found = _ONE_ID.fullmatch(parts[-1]) if len(parts) > 1 else None
        if found:
            spdx = found[1].lower()
            if spdx not in _NO_ID and not _COMPOUND.search(spdx):
                return self._knowledge.key_by_spdx.get(spdx, self._knowledge.unknown_key)
        return self._parsed(declared)

    def _parsed(self, declared: str) -> str | None:
        """Leave it to ScanCode, which takes a third of a second to load."""
        from license_expression import LicenseSymbol, Licensing
        from licensedcode.match_spdx_lid import get_expression

        expression = get_expression(
            text=declared,
            licensing=Licensing(),
            expression_symbols=_Symbols(self._knowledge),
            unknown_symbol=LicenseSymbol(self._knowledge.unknown_key),
        )
        return str(expression.render()) if expression is not None else None


class _Symbols:
    """ScanCode's table of symbols by SPDX id, each made when asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def get(self, spdx: str, default: Any) -> Any:
        from license_expression import LicenseSymbol

        key = self._knowledge.key_by_spdx.get(spdx)
        return default if key is None else LicenseSymbol(key, is_exception=spdx in self._knowledge.spdx_exceptions)
