"""Which files a text points to for its licence: what it names itself comes before the name that ScanCode's rule was made for.

The rule for ``license-files = ["LICENSE"]`` matches ``license-files = ["LICENSE.txt"]`` too, since text is split into words.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from functools import lru_cache

from licscan.core.finding import Match
from licscan.util.lazy_pattern import lazy

# Endings under which a text is found when only the name before them is told: "see LICENSE" is LICENSE.md for every reader.
TEXT_ENDINGS = (".txt", ".md", ".rst", ".markdown", ".adoc", ".html", ".htm")
_MAX_TEXT = 10_000  # characters of a match; a bundle on one line may be megabytes
_PATH = lazy(r"(?P<quote>[\"'`])?(?P<path>[\w.+@*-]+(?:[/\\][\w.+@*-]+)*)(?(quote)(?P=quote)|)")
# What stands behind the name that a rule was made for, in a name of which it is the beginning.
_JOINS = ("-", "_", ".", "*")
_LICENSE = lazy(r"(?<=licen)[cs](?=e)", re.IGNORECASE)
_S_AND_C = str.maketrans("scSC", "csCS")
_MAX_SPOKEN = 40  # words of a match that points to a file; a longer one has terms of its own
_URL = lazy(r"\w+://\S+")

# The names by which one file may be found, best first; "*" stands for any characters.
Pointer = tuple[str, ...]


def pointers(match: Match) -> tuple[Pointer, ...]:
    """Return the files that ``match`` points to, each by the names that it may have, with ``/`` and as it is written.

    Where the text names files itself, all of them are meant. Where it tells a name without an ending, or none at all, the file
    may have an ending; a file that is given by its address on the web may not, since it need not be the one that lies here.
    """
    return _pointers(match.matched_text[:_MAX_TEXT], match.references)


# Trees repeat their headers.
@lru_cache(maxsize=4_096)
def _pointers(text: str, references: tuple[str, ...]) -> tuple[Pointer, ...]:
    stems = {_stem(name) for name in references}
    named = dict.fromkeys(
        found for each in _PATH.finditer(_URL.sub(" ", text)) if (found := _named(each, stems)) is not None
    )
    if named:
        return tuple(_with_endings(name) for name in named)
    if any(_stem(url.rstrip(".,;)>]\"'")) in stems for url in _URL.findall(text)):
        return (references,)
    return (tuple(dict.fromkeys(found for name in references for found in _with_endings(name))),)


# A file that words point to though ScanCode's rule has none: "see LICENSE for copying information", "the license found in the LICENSE file".
_SPOKEN = lazy(
    r"(?<![\w/.-])(?P<path>(?:\.{0,2}/)*(?:[\w.-]+/)*(?:LICEN[CS]E|COPYING|COPYRIGHT|UNLICENSE|NOTICE|LEGAL)(?:[._-][A-Za-z0-9.]*[A-Za-z0-9])?)(?![\w/-])"
    r"|(?<![\w/.-])(?P<named>(?:\.{0,2}/)*(?:[\w.-]+/)*(?:[Ll]icen[cs]e|[Cc]opying|[Cc]opyright)[\w-]*\.(?:txt|md|rst|html?))(?![\w/-])"
)


def spoken_pointers(match: Match) -> tuple[Pointer, ...]:
    """Return the licence files that the words of ``match`` name, where its rule names none."""
    words = match.matched_text[:_MAX_TEXT]
    if match.matched_length > _MAX_SPOKEN:
        return ()
    found = dict.fromkeys((each["path"] or each["named"]) for each in _SPOKEN.finditer(_URL.sub(" ", words)))
    return tuple(_with_endings(name) for name in found)


def _named(found: re.Match[str], stems: set[str]) -> str | None:
    """Return the path that is written there when it is a file of the name that the rule tells; the bare word is not."""
    path = found["path"].replace("\\", "/").rstrip(".")
    stem = _stem(path)
    if stem in stems:
        return path if found["quote"] or "/" in path or path.lower().endswith(TEXT_ENDINGS) else None
    if not found["quote"]:
        return None
    is_longer = any(each and stem.startswith(each) and stem[len(each) : len(each) + 1] in _JOINS for each in stems)
    return path if is_longer else None


def _with_endings(name: str) -> Pointer:
    if "*" in name or posixpath.splitext(name)[1].lower() in TEXT_ENDINGS:
        return _spellings(name)
    return tuple(found for ending in ("", *TEXT_ENDINGS) for found in _spellings(name + ending))


def _spellings(name: str) -> Pointer:
    """Return ``name`` and, behind it, its spelling on the other side of the Atlantic."""
    return tuple(dict.fromkeys((name, _LICENSE.sub(_other_spelling, name))))


def _other_spelling(found: re.Match[str]) -> str:
    return found[0].translate(_S_AND_C)


def _stem(path: str) -> str:
    name = posixpath.basename(path).lower().replace("licence", "license")
    ending = next((each for each in TEXT_ENDINGS if name.endswith(each)), "")
    return name.removesuffix(ending)


def names_of(matches: Iterable[Match]) -> frozenset[str]:
    """Return all names under which files are looked for on behalf of ``matches``."""
    return frozenset(
        name
        for match in matches
        if match.references
        for name in (*match.references, *(name for pointer in pointers(match) for name in pointer))
    )
