"""Words that licences and notices use, in a place where they name no licence and set no terms.

Each kind is told from what is seen: the words themselves, the three lines above and below, and the matches of the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from licscan.core.expression import keys, parsed
from licscan.core.finding import FileKind, Match
from licscan.core.message import Message, message
from licscan.core.same_words import words_of
from licscan.statements.context import Context, context_of
from licscan.statements.unspecific import is_unspecific
from licscan.util.lazy_pattern import lazy

_JSON_LICENSE = "json"
_DISCLAIMER = "warranty-disclaimer"
_EXCEPTION = "generic-exception"
_MAX_NAME = 3  # words of "JSON License"
_MAX_SENTENCE = 60  # words of a disclaimer; longer ones are parts of a text with terms
_REACH_BELOW = 2  # lines from an introduction to the licence that it introduces
_REACH_ABOVE = 10  # lines from "as above" to what stands above

# What an introduction ends with when the licence's name is still to come.
_OPEN_END = lazy(
    r"\b(?:under|by|of)(?:\s+(?:the|a|an|both|either|terms|conditions|of|following|these|this|two|licen[cs]es?))*\W*$",
    re.IGNORECASE,
)
_POINTS_BACK = lazy(
    r"\b(?:as|the|terms|licen[cs]es?)\s+above\b|\babove\s+(?:terms|licen[cs]es?)\b|\blicen[cs]ed\s+this\s+way\b",
    re.IGNORECASE,
)
_SPECIAL = lazy(r"\bas\W+a\W+special\W+exception\b", re.IGNORECASE)
# "SPDX license identifier (from ...": what the tag is called, written as words and without a colon, in the middle of a sentence.
_TAG_NAME = lazy(
    r"SPDX licen[sc]e identifiers?[\s(,]+(?:from|of|for|in|is|are|as|or|and|that|which|to|if|when|with|used|found|string|field|value)\b",
    re.IGNORECASE,
)
# "JSON License" with what stands before it and between its words: package.json license, node-json/LICENSE, | JSON | License |.
_JSON = lazy(r"(?P<before>[\w.-]*)json(?P<between>[^\w]+)licen[cs]e", re.IGNORECASE)
# "license: JSON", and not licenses.json or 'license', json_encode(...).
_JSON_BEHIND = lazy(r"licen[cs]es?(?P<between>[^\w]+)json(?P<behind>\w*)", re.IGNORECASE)
_IS = lazy(r"[\"'\]*_]*\s*(?:[:=(|]|=>)|\s+[\"'`]?$")
_NOT_IN_A_NAME = lazy(r"[^\s\"'`*_-]")
# Where one of these words stands, terms of use may.
_TERMS = lazy(
    r"licen[cs]|permi[ts]|copyright(?!\s*(?:\(c\)|©|\d|by\b))|redistribut|\bcop(?:y|ies|ying)\b|commercial|\brights?\b|grant|consent|prohibit|restrict|forbid"
    r"|propriet|confiden|\bterms\b|condition|\bagree|\b(?:may|must|shall|can(?:not)?) (?:only|not|be)\b|\bonly\b|personal use|internal use"
    r"|evaluation|academic|\bfree\b|public domain|\blink|combin|\bGPL\b|derive|derivative",
    re.IGNORECASE,
)
# What an exception is made from: the terms of a licence, and what they are about.
_EXCEPTED = lazy(
    r"licen[cs]|permi[ts]|copyright|distribut|\bcop(?:y|ies|ying)\b|rights?\b|grant|\bterms\b|condition|\byou (?:may|can|are)\b(?!\s+(?:also\s+)?(?:call|pass|set|write|omit)\b)|\blink|combin"
    r"|\bGPL\b|deriv|compil|\bfree\b",
    re.IGNORECASE,
)


# Permission to read or to execute a file, of which systems speak.
_FILE_PERMISSION = lazy(
    r"\b(?:execute|read|write|search|access)\W+permissions?\W+(?:is|are)\W+granted\b", re.IGNORECASE
)
# What a program prints with its version (GNU coding standards, section 4.8.1), also where a manual shows it.
_PRINTED = lazy(r"see\W+the\W+source\W+for\W+copying\W+conditions", re.IGNORECASE)
_ABOUT_COPYRIGHT = ("protected", "by", "copyright")


# Strings without blanks that a program maps to each other: "license-file": "license_files".
_NAMES_OF_A_PROGRAM = lazy(r"(?:[\W_]*[\"'`][\w./-]*[\"'`][\W_]*)+")
_QUALITY = lazy(
    r"\W*(?:(?:if|is|whether|check|the|this|a|an)\W+){0,4}(?:licen[cs]e[\s_-]*)?(?:(?:is|are|not)[\s_-]+)?OSI[\s_-]?approved\W*",
    re.IGNORECASE,
)


def _is_a_name_of_the_program(match: Match) -> bool:
    """Whether a match that names no licence is made of names without blanks, or of the words "OSI approved" alone.

    ``"license-file": "LICENSE"`` names a file.
    """
    text = match.matched_text
    if any(re.search(rf"[\"'`/]{re.escape(name)}[\"'`]", text) for name in match.references):
        return False
    is_name = match.syntax in ("string", "code") and _NAMES_OF_A_PROGRAM.fullmatch(text) is not None
    return is_name or _QUALITY.fullmatch(text) is not None


def names_no_license(match: Match, named: Sequence[Match], kind: FileKind) -> Message | None:
    """Return why ``match`` names no licence and sets no terms; ``None`` when it may.

    ``named`` are the matches of the same file that count and name a licence, ``kind`` is the file's.
    """
    is_short_name = match.expression == _JSON_LICENSE and match.matched_length <= _MAX_NAME
    if names_a_license(match.expression) and not is_short_name:
        return None
    context = context_of(match)
    if not context.whole:
        return None
    if kind is FileKind.CODE and _is_a_name_of_the_program(match):
        return message("no-licence.program-name", "it is a name that the program uses")
    if is_short_name:
        return _other_name(context)
    if match.expression == "unknown-spdx":
        return _tag_name(context)
    if _matched_words(match) == _ABOUT_COPYRIGHT and not any("licen" in line.lower() for line in context.own):
        return message("statement.about-copyright", "it speaks of copyright, and introduces no licence")
    if is_unspecific(match.expression) and _FILE_PERMISSION.search(" ".join(context.own)):
        return message("no-licence.file-permission", "it speaks of permissions of files on a system")
    if is_unspecific(match.expression) and not match.references:
        return _introduced(match, context, named) or _told_above(match, context, named)
    if match.expression == _EXCEPTION and match.kind == "intro" and _SPECIAL.search(match.matched_text):
        alone = not _sets_terms(match, context, named, _EXCEPTED)
        return (
            message("statement.exception-words", "exceptions begin with these words, and no terms stand beside them")
            if alone
            else None
        )
    if match.expression == _DISCLAIMER and _PRINTED.search(match.matched_text):
        return message(
            "statement.printed-with-version",
            "it is what a program prints with its version; the terms stand in the source",
        )
    if match.expression == _DISCLAIMER and kind is not FileKind.LEGAL and match.matched_length <= _MAX_SENTENCE:
        alone = _begins_in_sight(match, context) and not _sets_terms(match, context, named)
        return (
            message("statement.disclaimer-alone", "it disclaims a warranty, and no terms of use stand beside it")
            if alone
            else None
        )
    return None


def _matched_words(match: Match) -> tuple[str, ...]:
    words = words_of(match.matched_text)
    return tuple(words[match.edges[0] : len(words) - match.edges[1]])


def _tag_name(context: Context) -> Message | None:
    if all(_TAG_NAME.search(line) for line in context.own):
        return message("statement.no-tag", "it is about SPDX identifiers, and is not a tag")
    return None


def _other_name(context: Context) -> Message | None:
    """Tell words that only meet: the end of a file's or a package's name, a cell of a table, and the word "license"."""
    words = "\n".join((*context.own, *context.after[:1]))
    found = [bool(each["before"] or _NOT_IN_A_NAME.search(each["between"])) for each in _JSON.finditer(words)]
    found += [bool(each["behind"] or not _IS.match(each["between"])) for each in _JSON_BEHIND.finditer(words)]
    if found and all(found):
        return message("statement.other-name", 'its words are parts of other names, and not "JSON License"')
    return None


def _introduced(match: Match, context: Context, named: Sequence[Match]) -> Message | None:
    if match.kind != "intro" or not _OPEN_END.search(context.own[-1]):
        return None
    behind = [other for other in named if match.end_line < other.start_line <= match.end_line + _REACH_BELOW]
    first = min(behind, key=lambda other: other.start_line, default=None)
    if first is None or any(line.strip() for line in context.after[: first.start_line - match.end_line - 1]):
        return None
    return message(
        "statement.introduces-named", "it introduces the licence that line {line} names", line=str(first.start_line)
    )


def _told_above(match: Match, context: Context, named: Sequence[Match]) -> Message | None:
    if not any(_POINTS_BACK.search(line) for line in context.own):
        return None
    above = [other for other in named if match.start_line - _REACH_ABOVE <= other.end_line < match.start_line]
    last = max(above, key=lambda other: other.end_line, default=None)
    if last is None:
        return None
    return message(
        "statement.points-to-named", "it points to the licence that line {line} names", line=str(last.start_line)
    )


def _sets_terms(match: Match, context: Context, named: Sequence[Match], words: re.Pattern[str] = _TERMS) -> bool:
    """Whether a line around ``match`` may set terms, other than those of a licence that is recognised there and counts by itself."""
    explained = {line for other in named for line in range(other.start_line, other.end_line + 1)}
    return any(number not in explained and words.search(line) for number, line in _lines(match, context))


def _begins_in_sight(match: Match, context: Context) -> bool:
    """Whether what the match is a part of begins in the lines that are seen: the file, a paragraph, a comment."""
    above, below = "\n".join((*context.before, *context.own)), "\n".join((*context.own, *context.after))
    if any(closing in below and opening not in above for opening, closing in (("/*", "*/"), ("<!--", "-->"))):
        return False
    return match.start_line == len(context.before) + 1 or any(not line.strip() for line in context.before)


def _lines(match: Match, context: Context) -> Iterator[tuple[int, str]]:
    return enumerate((*context.before, *context.own, *context.after), match.start_line - len(context.before))


@lru_cache(maxsize=4_096)
def names_a_license(expression: str) -> bool:
    """Whether ``expression`` names a licence: no mere pointer, disclaimer or exception."""
    tree = parsed(expression)
    return tree is not None and not is_unspecific(expression) and not set(keys(tree)) <= {_DISCLAIMER, _EXCEPTION}
