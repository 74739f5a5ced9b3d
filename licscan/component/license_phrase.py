"""A line that names licences in words: one name, or several with what joins them.

Commas, "and", "or", "/" and "+" stand inside names as well as between them, so the line is cut where all of its parts are
names, and into as few and long ones as possible. How the parts are joined has to be written: a list that does not say
whether all of them hold or one may be chosen is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from licscan.component.license_address import address_expression
from licscan.component.license_family import bsd_expression, family_expression, split_exception, with_exception
from licscan.component.license_ids import key_expression, long_names
from licscan.component.license_names import NAMES, simple_name
from licscan.core.expression import Expression, ExpressionError, Unit, all_of, one_of, parse
from licscan.util.lazy_pattern import lazy

LONGEST = 300  # characters; nobody writes a name as long
_MOST_PARTS = 24
_AT_LEAST = lazy(r"\(?\s*(?:>=|≥)\s*v?(\d[\d.]*)\s*\)?")
# ``MIT (https://...)``: where the text stands is no part of the name.
_PLACE = lazy(r"(?P<name>.*\S)[\s:,-]*\s[(<\[]?\s*(?P<place>(?:https?://|www\.)[^\s()<>]*)\s*[)>\]]?")
_JOINER = lazy(
    r"\s*,?\s*\band/or\b\s*|\s*[,;]\s*(?:and|or)\b\s*|\s+(?:and|or)\s+|\s*[,;&|]\s*|\s*(?<!\bw)/\s*|\s+\+\s+|\+(?=[A-Za-z])",
    re.IGNORECASE,
)
_CLASSPATH = lazy(r"\s*\+\s*(?:ce|cpe)\b", re.IGNORECASE)
_SEVERAL = r"(?:dual|double|tri|triple|multi|multiple)"
_CHOICE_BEFORE = lazy(
    rf"(?:this \w+ is |is )?{_SEVERAL}[ -]?licen[cs](?:ed|e|es|ing)?\b[\s:,–-]*(?:consisting of|under|as|with|of|by|\()?\s*"
    r"|(?:licen[cs]ed |available |released )?(?:under )?(?:either|your choice of|choice of)(?: of)?\s+",
    re.IGNORECASE,
)
_CHOICE_AFTER = lazy(
    rf"[\s,;:(–-]+(?:{_SEVERAL}[ -]?licen[cs](?:ed|e|es|ing)?|at your (?:option|choice)|your choice)\)?$", re.IGNORECASE
)
_INTRODUCTION = lazy(
    r"(?:licen[cs]ed|released|available|distributed) under (?:the )?(?:terms of )?(?:the )?", re.IGNORECASE
)
_LEAVE_OUT = lazy(
    r"[\s,;]+(?:see|in)(?: (?:the|file))* (?:licen[cs]e|copying)\S*(?: files?)?$|\s*\(see [^()]*\)$", re.IGNORECASE
)
_BARE_VERSION = lazy(r"(?:version |v\.? ?)?\d(?:\.\d)?(?: ?\+| or (?:any )?later)?", re.IGNORECASE)
_OWN_VERSION = lazy(r"[\s,-]*(?:version|v\.?)?\s*\d[\d.]*(?:\s*\+|[\s-]+or[\s-]later|[\s-]+only)?$", re.IGNORECASE)
_NAMED_FOR_SALE = lazy(
    r"(?:(?!(?:and|or)\b)[\w.'’&-]+ ){0,5}(?:commercial|proprietary|closed[ -]source|all rights reserved)"
    r"(?: software| use| source)?(?: version)?(?: licen[cs]es?)?(?: agreement)?(?: available)?",
    re.IGNORECASE,
)
_FREE_OF_SALE = lazy(r"\bnon[ -]?(?:commercial|proprietary)", re.IGNORECASE)
_NO_BSD = lazy(r"\bbsd\b[^\d]*\d\.\d", re.IGNORECASE)
_LICENCE_WORD = lazy(r"licen[cs]e|terms|agreement", re.IGNORECASE)
_SOLD_IN_FILE = lazy(r"see licen[cs]e in \S*(?:commercial|eula|proprietary)\S*", re.IGNORECASE)
FOR_SALE = "proprietary-license"
_GPL_OF_PERL, _ARTISTIC = Unit("gpl-1.0-plus"), Unit("artistic-1.0")
# Debian's copyright format: "Artistic" alone is version 1.0.
_DEBIAN_ARTISTIC = lazy(r"\bArtistic\b(?![-.\d])")


class _Parts(Struct, frozen=True):
    """Names, and what stands between them: one joiner fewer."""

    trees: tuple[Expression, ...]
    joiners: tuple[str, ...]


def short_names_expression(raw: str) -> str | None:
    """Return what a licence field of Debian's copyright format says: its short names, and "and" before "or"."""
    return named_expression(_DEBIAN_ARTISTIC.sub("Artistic-1", raw), and_first=True)


def named_expression(raw: str, *, and_first: bool = False) -> str | None:
    """Return what names in old or free forms say, in ScanCode's keys; ``None`` where that is not certain.

    ``and_first`` says that the format gives "and" precedence over "or"; elsewhere a line that has both needs a comma or
    brackets.
    """
    text = _LEAVE_OUT.sub("", " ".join(raw.split())).strip(" .\"'")
    if not text or len(text) > LONGEST:
        return None
    whole = _single(text)
    if whole:
        return whole
    tree = _level(_CLASSPATH.sub(" with classpath exception", text), and_first=and_first)
    return str(tree) if tree else None


def _level(text: str, *, and_first: bool, depth: int = 0) -> Expression | None:
    whole = _single(text)
    if whole:
        return parse(whole)
    if text.count("(") != text.count(")") or depth > _MOST_PARTS:
        return None  # part of an expression is missing, and what it said cannot be told
    bare, is_choice = _without_choice_words(text)
    if is_choice and (single := _single(bare)):
        return parse(single)
    parts = _Cutter(bare, lambda inner: _level(inner, and_first=and_first, depth=depth + 1)).cut()
    return _joined(parts, is_choice=is_choice, and_first=and_first) if parts else None


def _without_choice_words(text: str) -> tuple[str, bool]:
    """Return ``text`` without the words that say that one of its licences may be chosen, and whether there were any."""
    bare = _CHOICE_AFTER.sub("", text)
    if match := _CHOICE_BEFORE.match(bare):
        rest = bare[match.end() :].strip(" ,;:")
        bare = rest.removesuffix(")") if rest.count(")") > rest.count("(") else rest
    is_choice = bare != text
    return _INTRODUCTION.sub("", bare, count=1) or text, is_choice


class _Cutter:
    """Cuts a line into names, the longest first."""

    def __init__(self, text: str, read_group: Callable[[str], Expression | None]) -> None:
        self._text = text
        self._read_group = read_group
        marks = [match for match in _JOINER.finditer(text) if match.start() > 0]
        self._cuts = [(match.start(), match.end(), match[0]) for match in marks if not _inside(text, match.start())]
        self._failed: set[tuple[int, int]] = set()

    def cut(self) -> _Parts | None:
        if not self._cuts or len(self._cuts) >= _MOST_PARTS:
            return None
        found = self._from(0, 0)
        return _Parts(tuple(tree for tree, _ in found), tuple(joiner for _, joiner in found[:-1])) if found else None

    def _from(self, first: int, start: int, before: str = "") -> list[tuple[Expression, str]] | None:
        """Return the parts from ``start``, which is where cut number ``first - 1`` ends."""
        if (first, len(before)) in self._failed:
            return None
        ends = [(len(self._text), len(self._text), ""), *reversed(self._cuts[first:])]
        for number, (end, after, joiner) in enumerate(ends):
            part = self._text[start:end].strip()
            tree = self._part(part, before)
            if tree is None:
                continue
            if not joiner:
                return [(tree, "")]
            rest = self._from(len(self._cuts) - number + 1, after, part)
            if rest:
                return [(tree, joiner), *rest]
        self._failed.add((first, len(before)))
        return None

    def _part(self, part: str, before: str) -> Expression | None:
        if before and _BARE_VERSION.fullmatch(part):  # "GPL v2 or v3"
            part = f"{_OWN_VERSION.sub('', before)} {part}"
        if part.startswith("(") and part.endswith(")") and _closes_at_end(part):
            return self._read_group(part[1:-1].strip())
        known = _single(part)
        return parse(known) if known else None


def _joined(parts: _Parts, *, is_choice: bool, and_first: bool) -> Expression | None:
    joiners = [_kind(joiner) for joiner in parts.joiners]
    if is_choice and "and/or" not in joiners:
        return _choice(parts.trees)
    tight = _fold(parts.trees, joiners, "/", _choice) if {"/"} < set(joiners) else None
    if tight:
        return _joined(_Parts(*tight), is_choice=False, and_first=and_first)
    kinds = set(joiners)
    if kinds <= {"or", "/", "|"} or (kinds == {",", joiners[-1]} and joiners[-1] in ("or", ",or")):
        return _choice(parts.trees)
    if kinds <= {"and", "&"} or (kinds == {",", joiners[-1]} and joiners[-1] in ("and", ",and")):
        return all_of(parts.trees)
    if kinds == {"+"}:
        return _choice(parts.trees) if _is_glassfish(parts.trees) else None
    return _mixed(parts, joiners, kinds, and_first=and_first)


def _mixed(parts: _Parts, joiners: list[str], kinds: set[str], *, and_first: bool) -> Expression | None:
    """Join what has both words: a comma before the word binds less than the word alone; else the format has to say."""
    if kinds == {",and"} or kinds == {",or"}:
        return all_of(parts.trees) if kinds == {",and"} else _choice(parts.trees)
    loose = kinds & {",and", ",or"}
    if len(loose) == 1 and kinds - loose <= {"and", "or"}:
        outer = next(iter(loose))
        groups: list[_Parts] = []
        start = 0
        for at in [*(number for number, joiner in enumerate(joiners) if joiner == outer), len(joiners)]:
            groups.append(_Parts(parts.trees[start : at + 1], parts.joiners[start:at]))
            start = at + 1
        trees = [
            group.trees[0] if len(group.trees) == 1 else _joined(group, is_choice=False, and_first=and_first)
            for group in groups
        ]
        if any(tree is None for tree in trees):
            return None
        known = [tree for tree in trees if tree]
        return all_of(known) if outer == ",and" else _choice(known)
    if and_first and kinds == {"and", "or"}:
        folded = _fold(parts.trees, joiners, "and", all_of)
        return _choice(folded[0]) if folded else None
    return None


def _fold(
    trees: Sequence[Expression],
    joiners: Sequence[str],
    kind: str,
    join: Callable[[Sequence[Expression]], Expression | None],
) -> tuple[tuple[Expression, ...], tuple[str, ...]] | None:
    """Join neighbours with ``kind`` between them; the others are left with what stands between them."""
    runs: list[list[Expression]] = [[trees[0]]]
    left: list[str] = []
    for joiner, tree in zip(joiners, trees[1:], strict=True):
        if joiner == kind:
            runs[-1].append(tree)
        else:
            runs.append([tree])
            left.append(f" {joiner} " if joiner.isalpha() else joiner)
    joined = [join(run) for run in runs]
    return (tuple(tree for tree in joined if tree), tuple(left)) if all(joined) else None


def _choice(trees: Sequence[Expression]) -> Expression | None:
    """Join by OR; beside "GPL-1+", "Artistic" is the licence of Perl's own choice."""
    if _GPL_OF_PERL not in trees:
        return one_of(trees)
    return one_of(Unit("artistic-perl-1.0") if tree == _ARTISTIC else tree for tree in trees)


def _kind(joiner: str) -> str:
    words = joiner.lower().replace(";", ",").split()
    return "".join(words)


def _is_glassfish(trees: Sequence[Expression]) -> bool:
    """Whether it is the pair that the libraries of GlassFish and the JDK offer, written with a ``+`` between them."""
    names = sorted(str(tree) for tree in trees)
    return len(names) == 2 and names[0].startswith("cddl-") and names[1].startswith("gpl-2.0")


def _single(raw: str) -> str | None:
    """Return what one name says."""
    text = raw.strip(" \"'")
    if not text:
        return None
    return (
        _plain(text)
        or address_expression(text)
        or _with_exception(text)
        or _at_a_place(text)
        or (FOR_SALE if _is_for_sale(text) else None)
    )


def _plain(text: str) -> str | None:
    # A bound on the version is no punctuation: "GPL (>= 2)" is not GPL 2.
    simple = simple_name(_AT_LEAST.sub(r" \1+", text))
    if _NO_BSD.search(text):
        return None  # the BSD licences have clauses and no versions
    return (
        NAMES.get(simple)
        or _id(text)
        or family_expression(simple)
        or bsd_expression(simple)
        or _long_name(text, simple)
        or (NAMES.get(simple.removesuffix("+")) if simple.endswith("+") else None)
    )


def _long_name(text: str, simple: str) -> str | None:
    """Return the licence of that full name; two plain words may be a company's name, unless they are said to be a licence."""
    is_clear = simple.count(" ") > 1 or any(map(str.isdigit, simple)) or _LICENCE_WORD.search(text)
    return long_names().get(simple) if is_clear else None


def _id(text: str) -> str | None:
    return None if " " in text else key_expression(text)


def _with_exception(text: str) -> str | None:
    sides = split_exception(text)
    base = _plain(sides[0]) if sides else None
    try:
        return with_exception(base, sides[1]) if sides and base else None
    except ExpressionError:
        return None


def _at_a_place(text: str) -> str | None:
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    name = _plain(match["name"].rstrip(" :,-"))
    place = address_expression(match["place"])
    return name or place


def _is_for_sale(text: str) -> bool:
    named = _NAMED_FOR_SALE.fullmatch(text) or _SOLD_IN_FILE.fullmatch(text)
    return bool(named) and not _FREE_OF_SALE.search(text)


def _inside(text: str, at: int) -> bool:
    """Whether ``at`` stands in brackets."""
    before = text[:at]
    return before.count("(") > before.count(")")


def _closes_at_end(text: str) -> bool:
    """Whether the bracket that opens ``text`` is closed by its last character."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False
