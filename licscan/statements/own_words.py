"""What a text itself says of a GNU licence, where the rule that matched it is vaguer, or is made for another one.

ScanCode's approximate matching takes the nearest rule, whose words need not all be in the text: a notice of the GPL may match a rule for
the LGPL with an exception. And a notice that no rule holds as a whole leaves its version unread. In both cases the text decides.
"""

from __future__ import annotations

import re

from licscan.core.expression import AllOf, Expression, Unit, all_of, units
from licscan.core.finding import Match
from licscan.statements.spoken_names import names_in
from licscan.util.lazy_pattern import lazy

_APPROXIMATE = "3-seq"
_GNU = ("agpl", "lgpl", "gpl")
_VAGUE = {"gpl-1.0-plus": "gpl", "lgpl-2.0-plus": "lgpl", "agpl-1.0-plus": "agpl"}
_ALWAYS_NAMED = frozenset({"agpl", "lgpl", "gpl", "mpl", "epl", "cddl", "apache", "artistic"})
_MARKS = lazy(r"(?mi)^[ \t]*(?:/\*+!?|\*+/?|//+!?|#+|;+|--+|%+|dnl\b|rem\b|c(?=\s)|\(\*|\|+|>+|!+|::)[ \t]?")
_VERSION = lazy(
    r"\b(?:either\s+)?version\s+(?P<version>[123](?:\.[01])?)(?:\s+of\s+the\s+(?:GNU\s+)?(?:\w+\s+)*?licen[cs]e)?"
    r"(?P<later>,?\s*(?:\(?or\)?|and)\s*,?\s*(?:\(?at\s+your\s+option\)?,?\s*)?any\s+later(?:\s+version)?)?",
    re.IGNORECASE,
)
_KEYS = {
    "gpl": {"1": "gpl-1.0", "2": "gpl-2.0", "3": "gpl-3.0"},
    "lgpl": {"2": "lgpl-2.0", "2.1": "lgpl-2.1", "3": "lgpl-3.0"},
    "agpl": {"1": "agpl-1.0", "3": "agpl-3.0"},
}
_MAX = 2_000  # characters
_ID_RULE = lazy(r"spdx_license_id_(.+?)_for_")


def stated_by_words(match: Match, tree: Expression) -> Expression:
    """Return what ``match`` states by its own words, ``tree`` where they do not decide it."""
    if isinstance(tree, Unit):
        return _with_version(match, tree) if tree.key in _VAGUE else _as_named(match, tree)
    if isinstance(tree, AllOf) and match.matcher == _APPROXIMATE:
        return all_of(_as_named(match, arg) if isinstance(arg, Unit) else arg for arg in tree.args) or tree
    return tree


def names_none(match: Match, tree: Expression) -> bool:
    """Whether an approximate match is of licences that are always called by name, and its text has none of their names."""
    if match.matcher != _APPROXIMATE or match.kind == "text":
        return False
    families = {unit.key.partition("-")[0] for unit in units(tree)}
    if not families <= _ALWAYS_NAMED:
        return False
    plain = " ".join(_MARKS.sub(" ", match.matched_text[:_MAX]).split())
    return families.isdisjoint(key.partition("-")[0] for _, key in names_in(plain))


def is_scattered_id(match: Match) -> bool:
    """Whether the words of an SPDX id do not stand together in the text: ``by CPL`` above a line ``1, 0`` is no ``CPL-1.0``."""
    found = _ID_RULE.match(match.rule_id)
    if found is None:
        return False
    words = [re.escape(word) for word in re.findall(r"[A-Za-z0-9]+", found[1])]
    return re.search(r"[ \t._+-]{0,2}".join(words), match.matched_text[:_MAX], re.IGNORECASE) is None


def _with_version(match: Match, unit: Unit) -> Unit:
    """Read the version that follows "GNU General Public License" in the same sentence or notice."""
    if match.kind == "text" or unit.exception:
        return unit
    start = match.context.find(match.matched_text) if match.matched_text else -1
    text = match.context[start : start + _MAX] if start >= 0 else match.matched_text[:_MAX]
    plain = " ".join(_MARKS.sub(" ", text).split())
    families = {key.partition("-")[0] for _, key in names_in(plain)} & set(_GNU)
    found = _VERSION.search(plain)
    family = _VAGUE[unit.key]
    if found is None or families - {family}:
        return unit
    key = _KEYS[family].get(found["version"].removesuffix(".0"))
    return Unit(key + ("-plus" if found["later"] else "")) if key else unit


def _as_named(match: Match, unit: Unit) -> Unit:
    """Correct an approximate match whose text names another licence of the GNU family, or no exception at all."""
    family = unit.key.partition("-")[0]
    if match.matcher != _APPROXIMATE or match.kind == "text" or family not in _GNU:
        return unit
    plain = " ".join(_MARKS.sub(" ", match.matched_text[:_MAX]).split())
    named = [key for _, key in names_in(plain)]
    families = {key.partition("-")[0] for key in named} & set(_GNU)
    exception = unit.exception if unit.exception and "exception" in plain.lower() else None
    if families and family not in families and len(families) == 1:
        keys = [key for key in named if key.partition("-")[0] in families]
        return Unit(next((key for key in keys if key not in _VAGUE), keys[0]), exception)
    return Unit(unit.key, exception)
