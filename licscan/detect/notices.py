"""Notices of common licences in other languages than English (``rules/notices.yaml``), which ScanCode has few rules for.

What is found stands beside ScanCode's findings, as what is found of models does. Sentences that deny a licence, or compare with it, come as
clues: the word in them states nothing, whatever rule ScanCode found it by.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from licscan.core.expression import ExpressionError, keys, parse
from licscan.core.finding import Detection, FileFinding, Match
from licscan.statements.spoken_names import names_in
from licscan.util.encoding import decoded
from licscan.util.lazy_pattern import lazy

MATCHER = "licscan-notices"
STATED, DENIED, POINTER = "licscan:notice", "licscan:notice-denied", "licscan:pointer"
_MAX_SENTENCE = 600  # characters
_MAX_MATCHES = 200
_MAX_POINTERS = 8
_MAX_SENTENCES = 2_000  # of a file; one with more is a list, and no notice
_VERSION_WITHIN = 260  # characters behind a name
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What comments and lists put before a line, and what ends a sentence that goes over several lines.
_PREFIX = lazy(r"^[ \t]*(?:[*#;%>|!-]|//+|/\*+|<!--|--|\"\"\"|'''|(?:rem|dnl)\b)*[ \t]*", re.IGNORECASE)
_END = lazy(r"[。！？!?]|\.(?=\s|$)|\n[ \t]*\n")
# Markdown's marks around a word; a link's text is read, its address stays in parentheses.
_DECORATION = str.maketrans(dict.fromkeys("*[]`", " "))
_VERSION = lazy(
    r"(?:v|version|versión|versão|versione|version der|версии|версия|версию|バージョン|ヴァージョン|버전|版本|第)?[ ]?"
    r"(?P<number>[1-4](?:\.\d)?|[一二三四])(?=$|[^\d\w.-]|\.(?:\D|$)|[版或及又を의か以またはいずれ])"
)
# A choice in English that ScanCode has no rule for: "Dual licensed under MIT and GPL v3".
_CHOICE_WORDS = (
    b"dual licen",
    b"dual-licen",
    b"dually licen",
    b"triple licen",
    b"triple-licen",
    b"tri-licen",
    b"multi-licen",
)
_ENGLISH_CHOICE = "en-choice"
_CHOICE = lazy(
    r"\b(?:dual|dually|triple|tri|multi)[ -]?licen[cs]\w+ (?:\w+ ){0,3}?(?:under|with|as) (?P<names>[^.!?]{1,200}(?:\.\d[^.!?]{0,100})*)"
)
# A pointer that ScanCode has no rule for: "See COPYING for the licence of this file."
_POINTER = lazy(
    r"\b(?:[Ss]ee|[Rr]efer\s+to|[Rr]ead)\s+(?:also\s+)?(?:the\s+)?(?:accompanying\s+)?(?:file\s+)?[\"'`(]?"
    r"(?P<file>(?:\.{0,2}/)*(?:LICEN[CS]E|COPYING|COPYRIGHT)(?:[._-][\w.]*\w)?)[\"'`)]?\s+(?:file\s+)?(?:for|about|to)\s[^.\n]{0,80}?"
    r"\b(?:licen[cs]\w+|copying|terms|permissions?|conditions|copyright)\b"
)
_POINTING = "pointer"
_CHINESE = {"一": "1", "二": "2", "三": "3", "四": "4"}


class _Name(Struct, frozen=True):
    key: str
    pattern: str
    versions: tuple[str, ...] = ()
    default: str = ""
    copyleft: bool = False


class _Language(Struct, frozen=True):
    """How sentences of a language speak of licences."""

    name: str
    words: tuple[bytes, ...]
    states: re.Pattern[str]
    needs: re.Pattern[str]
    denies: re.Pattern[str]
    compares: re.Pattern[str]
    later: re.Pattern[str]


class _Rules(Struct, frozen=True):
    names: tuple[_Name, ...]
    any_name: re.Pattern[str]
    languages: tuple[_Language, ...]


def read_notices(path: str, content: bytes) -> FileFinding | None:
    """Return what the sentences of ``content`` state, deny and point to; ``None`` for nothing. What ScanCode finds plays no part."""
    languages = languages_of(content)
    return notices_in(path, _text(content), languages) if languages else None


def beside(notices: FileFinding, finding: FileFinding | None) -> FileFinding | None:
    """Return what ``notices`` add to ScanCode's ``finding`` for the same file, ``None`` for nothing.

    A licence that it names needs no second notice; a choice counts on lines in which it has no licence; a pointer where it has nothing.
    """
    known = _keys_of(finding)
    matches = [match for detection in finding.detections for match in detection.matches] if finding else []
    is_silent = finding is None or not (finding.detections or finding.clues)

    def counts(match: Match) -> bool:
        if match.rule_id == POINTER:
            return is_silent
        if " OR " in match.expression:
            return not any(one.start_line <= match.end_line and match.start_line <= one.end_line for one in matches)
        return match.expression not in known

    kept = tuple(match for detection in notices.detections for match in detection.matches if counts(match))
    return _finding(notices.path, kept, notices.clues)


def notices_in(path: str, text: str, languages: Sequence[str]) -> FileFinding | None:
    """Return what the sentences of ``text`` state in one of ``languages``, ``None`` for nothing."""
    chosen = [language for language in _rules().languages if language.name in languages]
    stated: dict[str, Match] = {}
    denied: list[Match] = []
    for line, end, sentence in islice(_sentences(text), _MAX_SENTENCES) if chosen else ():
        key, states = _reading(sentence, chosen)
        if key is None:
            continue
        if states:
            stated.setdefault(key, _match(key, path, (line, end), sentence, STATED))
        elif len(denied) < _MAX_MATCHES:
            denied.append(_match(key, path, (line, end), sentence, DENIED))
    if _ENGLISH_CHOICE in languages:
        for match in _choices(path, text):
            stated.setdefault(match.expression, match)
    pointers = _pointers(path, text) if _POINTING in languages else ()
    return _finding(path, (*stated.values(), *pointers), tuple(denied))


def _finding(path: str, matches: Sequence[Match], clues: tuple[Match, ...]) -> FileFinding | None:
    if not matches and not clues:
        return None
    stated = [match for match in matches if match.rule_id == STATED]
    return FileFinding(
        path=path,
        expression=" AND ".join(match.expression for match in stated) or None,
        expression_spdx=" AND ".join(match.expression_spdx for match in stated) or None,
        detections=tuple(
            Detection(
                expression=match.expression,
                expression_spdx=match.expression_spdx,
                identifier=f"{match.rule_id}-{match.expression}-{match.start_line}",
                matches=(match,),
            )
            for match in matches
        ),
        clues=clues,
    )


def _pointers(path: str, text: str) -> tuple[Match, ...]:
    """Return the sentences that point to a licence file."""
    found: dict[str, Match] = {}
    for pointer in _POINTER.finditer(text):
        line = text.count("\n", 0, pointer.start()) + 1
        end = text.count("\n", 0, pointer.end()) + 1
        match = _match("unknown-license-reference", path, (line, end), " ".join(pointer[0].split()), POINTER)
        spdx = "LicenseRef-scancode-unknown-license-reference"
        found.setdefault(
            pointer["file"], replace(match, kind="reference", references=(pointer["file"],), expression_spdx=spdx)
        )
    return tuple(found.values())[:_MAX_POINTERS]


def _choices(path: str, text: str) -> Iterator[Match]:
    """Yield the choices that English sentences offer."""
    rows = [_PREFIX.sub("", row).lower() for row in text.split("\n")]
    plain = " \n".join(rows)
    for found in _CHOICE.finditer(plain.replace("\n", " ")):
        line = plain.count("\n", 0, found.start()) + 1
        end = plain.count("\n", 0, found.end()) + 1
        names = dict.fromkeys(key for _, key in names_in(found["names"]))
        if len(names) < 2:
            continue
        match = _match(" OR ".join(names), path, (line, end), " ".join(found[0].split()), STATED)
        yield replace(match, expression_spdx=" OR ".join(_spdx(name) for name in names))


def languages_of(content: bytes) -> tuple[str, ...]:
    """Return the languages of which ``content`` has a word for "licence"."""
    lowered = content.lower()
    choice = (_ENGLISH_CHOICE,) if any(word in lowered for word in _CHOICE_WORDS) else ()
    named = b"copying" in lowered or b"license" in lowered or b"licence" in lowered
    pointing = (_POINTING,) if named and (b"see " in lowered or b"refer to" in lowered) else ()
    return (*_words_in(content, lowered), *choice, *pointing)


def _words_in(content: bytes, lowered: bytes) -> tuple[str, ...]:
    if lowered.isascii():
        return tuple(one.name for one in _rules().languages if any(word in lowered for word in one.words))
    # Bytes of another encoding than UTF-8 have other words: they are told after decoding.
    try:
        lowered = content.decode().lower().encode()
    except UnicodeDecodeError:
        lowered = _text(content).lower().encode("utf-8", "replace")
    return tuple(one.name for one in _rules().languages if any(word in lowered for word in one.words))


def _text(content: bytes) -> str:
    """Return the text of ``content``; what is no UTF-8 is taken for the encoding that fits it best."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    sample = content[:65_536]
    for encoding in ("gb18030", "shift_jis", "euc_kr", "cp1251", "koi8_r"):
        try:
            text = sample.decode(encoding, "ignore" if len(content) > len(sample) else "strict").lower()
        except UnicodeDecodeError:
            continue
        if any(word.decode() in text for one in _rules().languages for word in one.words if not word.isascii()):
            return content.decode(encoding, "replace")
    return decoded(content)


def _sentences(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (first line, last line, sentence) of the sentences that name a licence, without the marks of comments."""
    rows = [_PREFIX.sub("", row).lower() for row in text.split("\n")]
    plain = "\n".join(rows).translate(_DECORATION)
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    seen = -1
    ends = [end.end() for end in _END.finditer(plain)]
    for name in _rules().any_name.finditer(plain):
        if name.start() < seen:
            continue
        number = bisect_right(ends, name.start())
        begin = max(ends[number - 1] if number else 0, name.start() - _MAX_SENTENCE)
        end = min(ends[number] if number < len(ends) else len(plain), name.end() + _MAX_SENTENCE)
        seen = end
        first = bisect_right(starts, name.start() if end - begin > _MAX_SENTENCE else begin + _blank(plain, begin, end))
        yield first, bisect_right(starts, max(begin, end - 1)), " ".join(plain[begin:end].split())


def _blank(text: str, begin: int, end: int) -> int:
    part = text[begin:end]
    return len(part) - len(part.lstrip())


def _reading(sentence: str, languages: Sequence[_Language]) -> tuple[str | None, bool]:
    """Return the licence that a sentence speaks of and whether it states it; ``None`` where it is no such sentence."""
    named = _rules().any_name.search(sentence)
    if named is None:
        return None, False
    name = next(one for one in _rules().names if one.key == _key_of(named))
    marked = f"{sentence[: named.start()]}LIC{sentence[named.end() :]}"
    for language in languages:
        if not language.needs.search(sentence) or not language.states.search(marked):
            continue
        key = _with_version(name, sentence[named.start() :], language)
        return key, not (language.denies.search(marked) or language.compares.search(marked))
    return None, False


def _key_of(found: re.Match[str]) -> str:
    return (found.lastgroup or "").replace("_", "-")


def _with_version(name: _Name, rest: str, language: _Language) -> str:
    if not name.versions:
        return name.key
    version = name.default
    for found in _VERSION.finditer(rest[:_VERSION_WITHIN]):
        number = _CHINESE.get(found["number"], found["number"])
        number = number if "." in number else f"{number}.0"
        if number in name.versions:
            version = number
            break
    later = "-plus" if name.copyleft and name.key != "mpl" and language.later.search(rest) else ""
    return f"{name.key}-{version.removesuffix('-plus') if later else version}{later}"


def _match(key: str, path: str, lines: tuple[int, int], sentence: str, rule: str) -> Match:
    return Match(
        expression=key,
        expression_spdx=_spdx(key),
        path=path,
        start_line=lines[0],
        end_line=lines[1],
        score=100.0,
        coverage=100.0,
        relevance=100,
        matched_length=len(sentence.split()),
        matcher=MATCHER,
        rule_id=rule,
        matched_text=sentence[:_MAX_SENTENCE],
        kind="notice",
    )


_SPDX = {
    "mit": "MIT", "isc": "ISC", "unlicense": "Unlicense", "apache-2.0": "Apache-2.0", "bsd-new": "BSD-3-Clause",
    "bsd-simplified": "BSD-2-Clause", "cc0-1.0": "CC0-1.0", "mulanpsl-1.0": "MulanPSL-1.0", "mulanpsl-2.0": "MulanPSL-2.0",
}  # fmt: skip


def _spdx(key: str) -> str:
    """Return the SPDX id of a key that the rules can give."""
    if key in _SPDX:
        return _SPDX[key]
    if key.startswith("mulanpubl"):
        return f"LicenseRef-scancode-{key}"
    if key.startswith(("gpl", "lgpl", "agpl")):
        base = key.removesuffix("-plus")
        return f"{base.upper()}-{'or-later' if key.endswith('-plus') else 'only'}"
    return key.upper()


def _keys_of(finding: FileFinding | None) -> set[str]:
    try:
        return set(keys(parse(finding.expression))) if finding and finding.expression else set()
    except ExpressionError:
        return set()


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = yaml.load((resources.files("licscan") / "rules" / "notices.yaml").read_text("utf-8"), Loader=_LOADER)  # noqa: S506
    names = tuple(
        _Name(
            key=one["key"],
            pattern=one["pattern"],
            versions=tuple(one.get("versions", "").split()),
            default=one.get("default", ""),
            copyleft="copyleft" in one,
        )
        for one in data["names"]
    )
    joined = "|".join(f"(?P<{one.key.replace('-', '_')}>{one.pattern})" for one in names)
    return _Rules(
        names=names,
        any_name=re.compile(rf"(?<![a-z0-9_.-])(?:{joined})(?!(?!v\d)[a-z_])"),
        languages=tuple(_language(one) for one in data["languages"]),
    )


def _language(entry: Mapping[str, Any]) -> _Language:
    patterns = {name: re.compile(str(entry[name])) for name in ("needs", "denies", "compares", "later")}
    return _Language(
        name=str(entry["language"]),
        words=tuple(str(word).encode() for word in entry["words"]),
        states=re.compile("|".join(map(str, entry["states"]))),
        **patterns,
    )
