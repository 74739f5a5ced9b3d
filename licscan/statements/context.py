"""A match among the lines around it: what a suppression is decided from, without the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from licscan.core.finding import Match
from licscan.util.lazy_pattern import lazy

_BLOCKS = (("/*", "*/"), ("<!--", "-->"), ('"""', '"""'), ("'''", "'''"), ("{-", "-}"), ("(*", "*)"))
# Marks of a comment at the start of a line, in any language; "#" has to be told from the preprocessor's.
_COMMENT_LINE = lazy(
    r"""\s*(?:\*(?!\w*\()|//|/\*|;|--|%|!|<!--|\#(?!\s*(?:if|ifdef|ifndef|elif|else|endif|define|undef)\b)
    |(?:rem|dnl|REM)\b|=(?:begin|pod|head|item)|\.\\")""",
    re.VERBOSE,
)
_COMMENT_WITHIN = lazy(r"//|/\*|<!--|\s#(?!\w)|\s--\s|\sdnl\s")
_PREPROCESSOR = lazy(r"\s*#\s*(?:if|ifdef|ifndef|elif|else|endif|define|undef)\b")
_HASH_IS_COMMENT = frozenset(
    ".py .pyx .pxd .pyi .sh .bash .zsh .fish .ksh .rb .pl .pm .r .yml .yaml .cmake .mk .mak .awk .tcl .nim .jl .ex .exs".split()
)


class Context(Struct, frozen=True):
    """The lines that hold a match, and the ones before and after them.

    ``whole`` is false when the match's own lines were too long to be kept: nothing can be told of what is not seen.
    """

    before: tuple[str, ...]
    own: tuple[str, ...]
    after: tuple[str, ...]
    path: str
    whole: bool = True

    def in_comment(self, index: int, column: int) -> bool:
        """Whether ``column`` of the ``index``-th line of the match stands in a comment, as far as can be seen.

        Unsure counts as a comment: whoever asks wants to know whether the word may speak to the reader.
        """
        line = self.own[index]
        head = line[:column]
        if _COMMENT_LINE.match(line) or _COMMENT_WITHIN.search(head):
            return True
        if PurePosixPath(self.path).suffix.lower() in _HASH_IS_COMMENT and "#" in head:
            return True
        earlier = (*self.before, *self.own[:index], head)
        later = (line[column:], *self.own[index + 1 :], *self.after)
        return any(_inside(earlier, later, opening, closing) for opening, closing in _BLOCKS)

    def is_preprocessor(self, index: int) -> bool:
        """Whether the line is a directive that works with names: ``#ifdef``, ``#define`` and the like."""
        return bool(_PREPROCESSOR.match(self.own[index]))


def context_of(match: Match) -> Context:
    """Return the context of ``match``. Where its own lines cannot be made out, all are taken for its own."""
    lines = match.context.split("\n")
    own = match.matched_text.strip("\n").split("\n")
    first = own[0].strip()
    expected = min(match.start_line - 1, len(lines) - 1, 3)
    starts = [n for n in range(len(lines)) if first and first in lines[n]]
    if not starts:
        return Context((), tuple(lines), (), match.path, whole=False)
    start = expected if expected in starts else starts[0]
    end = min(len(lines), start + max(1, match.end_line - match.start_line + 1))
    whole = match.matched_text.strip() in match.context
    return Context(tuple(lines[:start]), tuple(lines[start:end]), tuple(lines[end:]), match.path, whole)


def _inside(earlier: Sequence[str], later: Sequence[str], opening: str, closing: str) -> bool:
    text, rest = "\n".join(earlier), "\n".join(later)
    if opening == closing:
        return text.count(opening) % 2 == 1
    if text.rfind(opening) > text.rfind(closing):
        return True
    ends, begins = rest.find(closing), rest.find(opening)
    return ends >= 0 and (begins < 0 or ends < begins)
