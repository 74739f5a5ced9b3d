"""The sentence around a match: whether it states, denies or compares, and what it is about."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from msgspec import Struct

from licscan.core.finding import Match
from licscan.core.verdict import Polarity
from licscan.util.lazy_pattern import lazy

_MAX = 1_200  # characters of context that are read
_WORD = lazy(r"\w+")
# What begins a comment line, and boxes around comments: no words of the sentence.
_MARKS = lazy(r"(?m)^[ \t]*(?:/\*+!?|\*+/?|//+!?|#+|;+|--+|%+|dnl\b|rem\b|\|+|>+)[ \t]?|\*/|-->|<!--", re.IGNORECASE)
_STOP = lazy(r"(?<!\be\.g)(?<!\bi\.e)[.;:!?](?=\s|$)|\n\s*(?:[-+•]|\w[.)])|\n\s*\n|[()]|(?<=\w)\s+[-–—]\s+")
_CLAUSE_STOP = lazy(
    r"[.;:!?](?=\s|$)|\]|\n\s*(?:[-+•]|\w[.)])|\n\s*\n|[(){}]|,\s+(?:but|and|it|instead|rather|however)\b"
)

_DENIED_BEFORE = lazy(
    r"""\b(?:not|never|no\W+longer|(?:is|are|was|were|do|does|did|ca|should|must|wo|would|could|need)n['’]?t|nor|neither)\b(?!\W+only\b)(?:\W+\w+){0,6}\W*$
    |\b(?:no|without(?:\W+any)?|free\W+(?:of|from)|excludes?|excluding|contains?\W+(?:no|neither)|does\W+not\W+(?:contain|include|use))\b
      (?:\W+\w+){0,6}\W*$
    |\b(?:rather\W+than|instead\W+of|as\W+opposed\W+to|other\W+than|in\W+place\W+of|avoid(?:s|ing)?|opposed\W+to)(?:\W+\w+){0,4}\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
# "You may not use this file except in compliance with the License": the licence is stated.
_STILL_STATED = lazy(
    r"\b(?:except|unless|only|but|without\W+prior|without\W+(?:warranty|limitation|restriction|even))\b", re.IGNORECASE
)
_DENIED_BEHIND = lazy(
    r"^\W*(?:\w+\W+){0,3}(?:does|do|did|is|are)\W+not\W+(?:apply|appl|cover|applicable)", re.IGNORECASE
)
_COMPARED_BEFORE = lazy(
    r"""\b(?:(?:in)?compatib(?:le|ility|ly)(?:\W+(?:with|to|between|under))?|unlike|similar(?:ly)?\W+to|compar(?:ed|able|ison)\W+(?:to|with)|versus|vs|conflicts?\W+with
    |equivalent\W+to|resembl(?:es|ing)|differs?\W+from|stricter\W+than|more\W+\w+\W+than|less\W+\w+\W+than|different\W+from)\b(?:\W+\w+){0,4}\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPARED_BEHIND = lazy(r"^[-\s]{0,2}(?:licen[cs]e\s+)?(?:in)?compatib(?:le|ility|ly)\b", re.IGNORECASE)
_CHANGED = lazy(
    r"""(?:\b\d+(?:\.[\dx]+)*\.?x?\b|\bversions?\b|\breleases?\b|\bupstream\b|\blater\b|\bnewer\b)(?:\W+\w+){0,5}?\W+
    (?:switched|moved|changed|relicen[cs]ed|went|migrated|became|is\W+now|are\W+now)(?:\W+\w+){0,4}\W*$
    |\b(?:used\W+to\W+be|was\W+(?:previously|formerly|originally|once)|were\W+(?:previously|formerly)|previously|formerly|originally)(?:\W+\w+){0,5}\W*$
    |\b(?:switch(?:ed|ing)?|chang(?:ed?|ing)|relicens(?:ed?|ing)|mov(?:ed?|ing)|migrat(?:ed?|ing))\W+(?:\w+\W+){0,4}(?:from|away\W+from)(?:\W+\w+){0,3}\W*$
    |\b(?:previous|earlier|prior|older|past)\W+(?:versions?|releases?)\W+(?:of\W+(?:\w+\W+){1,4})?(?:was|were|are|is|had)\b(?:\W+\w+){0,24}\W*$
    |\b(?:left|abandoned|dropped|replaced)\W+the\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
# "Returns the package's licence, e.g. MIT, BSD, GPL": names that stand for any.
_EXAMPLE = lazy(r"\b(?:e\.\s?g\.?|for\W+(?:example|instance))(?:\W+[\w.+-]+){0,8}\W*$", re.IGNORECASE)
_PUT_UNDER = lazy(r"\b(?:licen[cs]ed|released|distributed|available|provided|published|covered)\b", re.IGNORECASE)
# What is called after a licence and is none: a promise about its termination, questions and answers.
_CALLED_AFTER = lazy(r"\W*(?:cooperation\W+commitment|compliance\W+(?:guide|office|team)|FAQ)\b", re.IGNORECASE)
_FUTURE = lazy(
    r"""\bchange\W+licen[cs]e\b
    |\b(?:will|shall)\W+(?:\w+\W+){0,4}?(?:become|convert|be\W+(?:re)?licen[cs]ed|be\W+(?:made\W+)?available|transition|switch|revert)\b
    |\b(?:converts?|transitions?|reverts?)\W+to\b|\bafter\W+the\W+change\W+date\b""",
    re.VERBOSE | re.IGNORECASE,
)
_LICENSING = lazy(
    r"\b(?:licen[cs](?:e|ed|es|ing|or)|under|released|distributed|published|covered|governed|copyleft|copyright|redistribut\w+)\b|[©:|]",
    re.IGNORECASE,
)
_LICENSED = lazy(r"licen[cs]ed|^\W*licen[cs]es?\b|\b(?:under|released|distributed)\b", re.IGNORECASE)
_HEADING = lazy(
    r"(?mi)^\s*(?:#{1,6}\s*|=+\s*|\*\*)?(?:\d+\.?\s*)?(?:licen[cs]\w*|copyright|legal|copying)\b[^\n]{0,40}$"
)


_OTHER_FILE = lazy(
    r"\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|o|lo|obj|a|so|dll|lib|exe|s|asm|py|pyc|rb|pl|pm|js|mjs|ts|go|rs|java|class|jar|cs|php|lua|mod|png|svg|gif|jpe?g)\b"
)
_TERMS = lazy(r"licen[cs]|copyright|copyleft|\bunder\b|\bterms\b", re.IGNORECASE)
_RELEASE_BEHIND = lazy(
    r"\.\d|\W{0,2}(?:(?:or|and)\W+(?:higher|above|newer|up|greater)|\+|support|compatib\w+|syntax|interpreter|server|module)(?!\w)",
    re.IGNORECASE,
)
_USES_BEFORE = lazy(
    r"\b(?:requires?|needs?|supports?|supported|runs?\W+(?:on|with|under)|works?\W+(?:on|with)|tested\W+(?:on|with|under)|for|using|via|since|install\w*"
    r"|built\W+with|(?:modified|taken|copied|adapted)\W+from|in|on|with)\W*$",
    re.IGNORECASE,
)


class Sentence(Struct, frozen=True):
    """``before`` and ``behind`` are the words of the sentence around the match, ``own`` those of the match; comment marks are blanks. ``above`` are the
    lines before the match as they are, ``line`` what stands beside it on its own lines."""

    before: str
    own: str
    behind: str
    above: str
    line: str

    @property
    def polarity(self) -> Polarity:
        before = _clause(self.before)
        if _COMPARED_BEFORE.search(self.before[-120:]) or _COMPARED_BEHIND.search(self.behind):
            return Polarity.COMPARES
        if _DENIED_BEHIND.search(self.behind):
            return Polarity.DENIES
        if _DENIED_BEFORE.search(before) and not _STILL_STATED.search(before):
            return Polarity.DENIES
        return Polarity.STATES

    @property
    def is_file_name(self) -> bool:
        """Whether the words are part of the name of a file that is no text: ``mpl2.c``."""
        return _OTHER_FILE.match(self.behind) is not None

    @property
    def is_software(self) -> bool:
        """Whether the words name a release of a program that is called as its licence is: "Python 2.0 or higher"."""
        if _TERMS.search(f"{self.before} {self.own} {self.behind} {self.line}"):
            return False
        return bool(_RELEASE_BEHIND.match(self.behind) or _USES_BEFORE.search(self.before[-80:]))

    @property
    def is_about_another_version(self) -> bool:
        return _CHANGED.search(self.before[-160:]) is not None

    @property
    def is_example(self) -> bool:
        """Whether the words are an example of a licence, as the documentation of a program gives it."""
        return _EXAMPLE.search(self.before[-160:]) is not None and not _PUT_UNDER.search(self.before)

    @property
    def is_in_another_name(self) -> bool:
        """Whether the words begin the name of something that is no licence: "GPL Cooperation Commitment"."""
        return _CALLED_AFTER.match(self.behind) is not None

    @property
    def is_future(self) -> bool:
        return _FUTURE.search(f"{self.before[-160:]} {self.own}") is not None

    @property
    def line_above(self) -> str:
        """The last line above that is not blank, where it introduces what follows it."""
        lines = [line for line in self.above.split("\n") if line.strip()]
        return lines[-1] if lines and lines[-1].rstrip().endswith(":") else ""

    @property
    def speaks_of_licensing(self) -> bool:
        """Whether words beside the match, or a heading above it, put something under a licence."""
        around = f"{self.before} \n {self.behind} \n {self.line_above} \n {self.line}"
        return bool(_LICENSING.search(around) or _LICENSED.search(self.own) or _HEADING.search(self.above))


@lru_cache(maxsize=512)
def sentence_of(match: Match) -> Sentence | None:
    """Return the sentence around ``match``; ``None`` where its words cannot be found again in its context."""
    text = match.matched_text
    start = match.context.find(text) if text else -1
    if start < 0 or len(text) > _MAX:
        return None
    words = [word.span() for word in _WORD.finditer(text)]
    kept = words[match.edges[0] : len(words) - match.edges[1]]
    if not kept:
        return None
    begin, end = start + kept[0][0], start + kept[-1][1]
    blank = _MARKS.sub(lambda mark: " " * len(mark[0]), match.context)
    before, behind = blank[max(0, begin - _MAX) : begin], blank[end : end + _MAX]
    stops = [stop.end() for stop in _STOP.finditer(before)]
    stop = _STOP.search(behind)
    return Sentence(
        before=" ".join(before[stops[-1] if stops else 0 :].split()),
        own=" ".join(blank[begin:end].split()),
        behind=" ".join(behind[: stop.start() if stop else len(behind)].split()),
        above=match.context[: match.context.rfind("\n", 0, begin) + 1],
        line=f"{blank[match.context.rfind(chr(10), 0, begin) + 1 : begin]} {blank[end:].partition(chr(10))[0]}",
    )


def _clause(text: str) -> str:
    stops = [stop.end() for stop in _CLAUSE_STOP.finditer(text)]
    return text[stops[-1] if stops else 0 :]


_HISTORY = lazy(
    r"(?:change[-_ ]?logs?|changes|history|news|whats?[-_ ]?new|release[-_ ]?notes?|releases?|relnotes|upgrad\w+|migrat\w+|archive[-_ ]?of[-_ ]?changes)"
    r"(?:[-_.][\w.]*)?(?:\.(?:md|markdown|rst|txt|adoc|html?|org|xml|in))?"
)


@lru_cache(maxsize=4_096)
def is_history(path: str) -> bool:
    """Whether a file, by its name, tells what changed: what it says of licences is about other versions, and about its sources."""
    return _HISTORY.fullmatch(posixpath.basename(path).lower()) is not None
