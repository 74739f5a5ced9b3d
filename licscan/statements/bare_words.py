"""Bare words in code: a licence's name that is a name in the program.

ScanCode splits text into words at everything but letters and digits, so ``HAVE_GPL`` and ``i_gpl1++`` hold a licence's
name for it. Only what is seen to be an identifier is told to be one; whatever may speak to the reader counts: a
comment, a string, a line that says "license" before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from licscan.statements.context import Context
from licscan.util.lazy_pattern import lazy
from licscan.util.rule_data import packaged, read_sections

FILE = "bare_words.yaml"

_LICENSE_WORD = lazy(r"licen[cs]|spdx|copying|copyright", re.IGNORECASE)
_IDENTIFIER = lazy(r"[A-Za-z0-9_$]+")
_NUMBER_BEHIND = lazy(r"\s*(?:={1,3}|!=|[-+*]=)\s*\d+(?:\.\d+)*|\[\d+")
_CAMEL = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# An identifier made of these alone is the name of a licence, and may as well be meant as one.
_NAME_WORDS = lazy(
    r"(?:gnu|[al]?gpl|lagpl|affero|bsd|mit|isc|mpl|apache|artistic|cddl|epl|license|licence|licensed|licenses|lic"
    r"|v|ver|version|only|or|and|later|plus|dual|the|under|general|public|lesser|library|with|exception|new|old|x?\d+|v\d+)"
    r"(?:v?\d+)?(?:plus|ed|d)?",
    re.IGNORECASE,
)
_DECLARED = lazy(
    r"(?:\b(?:int|bool|boolean|char|short|long|float|double|unsigned|signed|auto|const|static|var|let|val|def|size_t|string"
    r"|String|Integer|Boolean|struct|enum|class|function|fn|func|local|my|self)|\b\w+_t)[\s*&]+$"
)
_AFTER = lazy(
    r"\s*(?:\+\+|--|[-+*/%|&^]=|={1,3}|!=|<=|>=)|->\w|\[(?!\d+\])|\.\w+\s*[(=]|\((?!\s*(?:v|\d|version|or\b))"
)
_BEFORE = lazy(r"(?:\w->|\w::|\w\)?\.|(?<!\w)!|(?<![&\s])&|\+\+|--|\$\(|\$\{|\$|^\s*return\s+)$")
_USED = lazy(r"\s*(?:[;=({\[]|->|\.\w)")
_FILE_ENDING = lazy(r"\.(?:txt|html?|md|rst|pdf|php)\b", re.IGNORECASE)
_CASE = lazy(r"\s*case\s+(?:\w+(?:::|\.))*$")


@lru_cache(maxsize=1)
def packaged_bare_words() -> Mapping[str, str]:
    """Return the rules of ``rules/bare_words.yaml``: rule id to its words; raise ``RuleFileError``."""
    return read_bare_words(packaged(FILE), FILE)


def read_bare_words(text: str, file: str) -> dict[str, str]:
    """Read the data file ``text``; raise ``RuleFileError``."""
    found: dict[str, str] = {}
    for entry in read_sections(text, file, ("bare_words",))["bare_words"]:
        entry.allow("group", "reason", "source", "rules")
        entry.text("reason")
        entry.text("source")
        for rule in entry.texts("rules"):
            rule_id, _, words = rule.partition(" ")
            if not words:
                raise entry.error(f"{rule!r} must be a rule's id and its words", entry.fields["rules"])
            found[rule_id] = words
    return found


def names_in_code(words: str, context: Context) -> tuple[str, ...] | None:
    """Return the identifiers that the ``words`` of a rule were found in; ``None`` when one place or more may speak to the reader."""
    if not context.whole:
        return None
    pattern = _pattern(words)
    names: dict[str, None] = {}
    for index, line in enumerate(context.own):
        for start, end in _occurrences(pattern, line):
            name = _identifier(line, start, end)
            if name is None or not _is_code(
                context, index, name, others=line[name[0] : start] + "_" + line[end : name[1]]
            ):
                return None
            names[line[name[0] : name[1]]] = None
    return tuple(names) or None


@lru_cache(maxsize=1024)
def _pattern(words: str) -> re.Pattern[str]:
    """Return a pattern of ``words``; a plus sign is left out, since ``i_gpl1++`` matches the rule of ``GPL1+`` too."""
    joined = r"[\W_]*".join(re.escape(word.rstrip("+")) for word in words.split())
    return re.compile(rf"(?<![^\W_]){joined}(?![^\W_])", re.IGNORECASE)


def _occurrences(pattern: re.Pattern[str], line: str) -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(line):
        yield found.span()


def _identifier(line: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the identifier around the words begins and ends, ``None`` when they are not within one.

    A version may stand behind it as a number that it is given or compared with: ``gpl = 1`` matches the rule of ``GPL 1``.
    """
    for found in _IDENTIFIER.finditer(line):
        if found.start() <= start < found.end():
            within = end <= found.end() or _NUMBER_BEHIND.fullmatch(line, found.end(), end)
            return found.span() if within else None
    return None


def _is_code(context: Context, index: int, name: tuple[int, int], *, others: str) -> bool:
    """Whether the identifier at ``name`` is one; ``others`` is what it holds beside the bare word."""
    line = context.own[index]
    head, tail = line[: name[0]], line[name[1] :]
    if context.in_comment(index, name[0]):
        return False
    if _CASE.fullmatch(head) and tail.lstrip().startswith(":"):
        return True
    if _LICENSE_WORD.search(head):
        return False
    longer = not _are_license_words(others)
    quoted = _quoted(line, *name)
    if quoted is not None:
        return longer and bool(re.fullmatch(r"[\w$.:-]+", quoted))
    if longer:
        return bool(_USED.match(tail)) or not _is_sentence(head, tail)
    return not _LICENSE_WORD.search(tail) and not _FILE_ENDING.match(tail) and _is_used(context, index, head, tail)


def _are_license_words(text: str) -> bool:
    parts = [part for part in re.split(r"[_$]+", text) if part]
    return all(_NAME_WORDS.fullmatch(part) or all(map(_NAME_WORDS.fullmatch, _CAMEL.findall(part))) for part in parts)


def _is_used(context: Context, index: int, head: str, tail: str) -> bool:
    """Whether the words around a name use it as code does: it is declared, assigned, tested, called, a member."""
    if context.is_preprocessor(index):
        return True
    if _DECLARED.search(head) and re.match(r"\s*(?:[;=,)\[{(:]|$)", tail):
        return True
    return bool((_AFTER.match(tail) or _BEFORE.search(head)) and not _is_sentence(head, tail))


def _is_sentence(head: str, tail: str) -> bool:
    """Whether plain words in a row lead to the name or follow it, as in a text and not in a statement."""
    return bool(re.search(r"(?:\b[A-Za-z]{2,}[ ,]+){3}$", head) or re.match(r"(?:[ ,]+[A-Za-z]{2,}\b){3}", tail))


def _quoted(line: str, start: int, end: int) -> str | None:
    """Return the string of the program that holds ``start`` to ``end``, ``None`` when there is none."""
    position, opened, mark = 0, -1, ""
    while position < len(line):
        character = line[position]
        if character == "\\":
            position += 1
        elif mark and character == mark:
            if opened < start and end <= position:
                return line[opened + 1 : position]
            mark = ""
        elif not mark and character in "\"'`" and not (character == "'" and position and line[position - 1].isalnum()):
            opened, mark = position, character
        position += 1
    return line[opened + 1 :] if mark and opened < start else None
