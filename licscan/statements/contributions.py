"""Agreements and declarations of contributors: they say what the project may do with what is sent to it, and nothing to others.

A CONTRIBUTING.md that names a contributor licence agreement is under no licence of its own for that.
"""

from __future__ import annotations

import re
from functools import lru_cache

from licscan.core.expression import AllOf, Expression, all_of, keys, parsed
from licscan.core.finding import Match
from licscan.statements.context import context_of
from licscan.statements.unspecific import is_unspecific
from licscan.util.lazy_pattern import lazy
from licscan.util.rule_data import packaged, read_sections

FILE = "contributions.yaml"

# "By contributing you agree that your contributions are licensed under the project's license."
_TAKEN = lazy(
    r"\b(?:your|any|all|every|each)\s+(?:\w+\s+)?contributions?\b[^.|;:]{0,80}\b(?:are|is|be|being)\s+(?:\w+\s+)?licen[cs]ed\b",
    re.IGNORECASE,
)

_PUT_UNDER = lazy(r"\b(?:licen[cs]ed|(?:distributed|released|available|provided|published)\s+under)\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def packaged_contributions() -> frozenset[str]:
    """Return the keys of ``rules/contributions.yaml`` that are between contributors and a project; raise ``RuleFileError``."""
    return read_contributions(packaged(FILE), FILE)


def read_contributions(text: str, file: str) -> frozenset[str]:
    """Read the data file ``text``; raise ``RuleFileError``."""
    sections = read_sections(text, file, ("contributions", "others"))
    found = {}
    for section, entries in sections.items():
        for entry in entries:
            entry.allow("reason", "source", "licenses")
            entry.text("reason")
            entry.text("source")
            for key in entry.texts("licenses"):
                if key in found:
                    raise entry.error(f"{key!r} stands twice", entry.fields["licenses"])
                found[key] = section
    return frozenset(key for key, section in found.items() if section == "contributions")


def contributed(expression: str) -> str | None:
    """Return the part of ``expression`` that is about contributions, ``None`` without one; parts are what AND joins."""
    found = all_of(each for each in _operands(expression) if _is_contribution(each))
    return str(found) if found else None


def without_contributions(expression: str) -> str | None:
    """Return ``expression`` without what is about contributions, ``None`` when nothing is left."""
    operands = _operands(expression)
    if not any(map(_is_contribution, operands)):
        return expression
    rest = all_of(each for each in operands if not _is_contribution(each))
    return str(rest) if rest else None


def speaks_of_contributions(match: Match) -> bool:
    """Whether a match tells under which licence contributions are taken, and does not say which that is."""
    if match.references or not is_unspecific(match.expression):
        return False
    context = context_of(match)
    text = " ".join((*context.before[-1:], *context.own))
    return context.whole and _TAKEN.search(text) is not None and len(_PUT_UNDER.findall(text)) == 1


def _is_contribution(expression: Expression) -> bool:
    return set(keys(expression)) <= packaged_contributions()


def _operands(text: str) -> tuple[Expression, ...]:
    tree = parsed(text)
    if tree is None:
        return ()
    return tree.args if isinstance(tree, AllOf) else (tree,)
