"""Which licence files speak for the folder that they lie in."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Of third parties, of people, or of weights: their licence is not that of the code beside them.
_OF_OTHERS = ("third", "3rd", "notice", "thanks", "authors", "patents", "dependencies", "model", "weights")
_PLAIN = re.compile(r"(un)?licen[cs]es?|copying|copyright")
_TEXT_SUFFIX = re.compile(r"\.(txt|md|markdown|rst|html?|adoc)$")
# Beside a plain LICENSE these still are about the same work: the licence's name, its version, or the part it is for.
_OF_THE_WORK = re.compile(
    r"mit|apache2?|asl|bsd[0-9]?|isc|zlib|boost|bsl|mpl[0-9]?|epl|cddl|l?gpl(v?[0-9.]+)?|agpl(v?[0-9.]+)?|lesser|affero|lib"
    r"|cc0|cc|by|sa|unlicen[cs]e|wtfpl|artistic|perl|eupl|osl|afl|ofl|commercial|dual|code|data|docs?|v?[0-9.]+|clause|only|or|later"
)


def states_license(name: str) -> bool:
    """Whether a licence file called ``name`` states its folder's own licence, and not third parties', a list of people or that of weights."""
    lowered = name.lower()
    return not any(word in lowered for word in _OF_OTHERS)


def own_license_files(names: Iterable[str]) -> frozenset[str]:
    """Return which of the licence files of one folder, by name, state the licence of what lies in it.

    ``LICENSE.python`` beside ``LICENSE`` is Python's; ``LICENSE-MIT`` beside ``LICENSE-APACHE`` or ``COPYING.LESSER`` beside ``COPYING`` is not.
    """
    stating = frozenset(name for name in names if states_license(name))
    if not any(_is_plain(name) for name in stating):
        return stating
    return frozenset(name for name in stating if _is_plain(name) or _names_a_license(name))


def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(_stem(name)) is not None


def _names_a_license(name: str) -> bool:
    words = [word for word in re.split(r"[-_. ]", _stem(name)) if word and not _PLAIN.fullmatch(word)]
    return all(_OF_THE_WORK.fullmatch(word) for word in words)


def _stem(name: str) -> str:
    return _TEXT_SUFFIX.sub("", name.lower())
