"""What surrounds the matches of a file: lexical context, block, the keys of a data file, and words that combine licences.

These are facts about the text, taken while it is at hand; what follows from them is for judgement.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from msgspec.structs import replace

from licscan.core.finding import Cue, CueKind, FileFinding, Match
from licscan.detect.part_lists import other_parts
from licscan.util.lazy_pattern import lazy
from licscan.util.syntax import CODE, COMMENT, DATA, STRING, Layout, language_for

# A longer text is not lexed: its matches have no lexical context, and count as any statement does.
MAX_TEXT = 8_000_000  # characters
MAX_BLOCK = 20_000  # characters of a block that are searched for cues
_MAX_CUE = 200  # characters of a cue that are kept
_MAX_CUES = 64  # of one file
_MAX_WORDS = 200  # words of a match whose context is looked up
_MAX_KEYS = 3
_MAX_ABOVE = 400  # lines above a value in which its keys are looked for

_WORD = lazy(r"\w+")
_LATER = r"(?![\W_]{1,20}(?:any|or|a)?\W{0,3}(?:later|newer|subsequent|greater|higher))"
_CHOICE = lazy(
    r"""\b(?:
      (?:choose|select|pick|elect|choosing|selecting)\W+(?:(?:any|either|only|exactly)\W+)?(?:one|which|whichever|between|any|either|from|the\W+(?:one|licen[cs]e|terms))\b
    | (?:your|users?'?s?|licensees?'?s?|recipients?'?s?)\W+(?:own\W+)?(?:option|choice|choosing|discretion|preference|election)\b"""
    + _LATER
    + r"""
    | (?:a|the|your)\W+choice\W+(?:of|between)\b
    | whichever\b
    | (?:dual|double|triple|tri|multi|multiple|disjunctive(?:ly)?)[\W_]{0,3}(?:\W*ly\W+)?licen[cs]\w+
    | alternatively\b
    | as\W+an\W+alternative\b
    | (?:any|either|one)\W+(?:one\W+)?of\W+(?:(?:the|these|two|three|following|above|below|several|listed|mentioned|both)\W+){0,5}licen[cs]es?\b
    | under\W+(?:the\W+terms\W+of\W+)?either(?!\W+version)\b
    | either(?!\W+expressed|\W+express\b)(?:\W+\w+){1,8}?\W+or(?:\W+\w+){0,8}?\W+licen[cs]e
    | mutually\W+exclusive\b
    | instead\W+of\W+(?:those\W+above|the\W+\w+\W+licen[cs]e)
    | in\W+lieu\W+of\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BOTH = lazy(
    r"\b(?:both\W+(?:of\W+)?(?:the\W+|these\W+)?licen[cs]es\W+apply|(?:must|shall)\W+comply\W+with\W+(?:both|all)|subject\W+to\W+both"
    r"|under\W+both\W+(?:of\W+)?(?:the\W+|these\W+)?(?:licen[cs]es|sets?\W+of\W+terms)\W+(?:simultaneously|together|at\W+the\W+same))",
    re.IGNORECASE,
)
_OTHER_PART = lazy(
    r"\b(?:(?:parts?|portions?|sections?|some)\W+of\W+(?:this|the)\W+(?:file|code|software|program|source|work|library|document)"
    r"|this\W+(?:file|code|software|program|module)\W+(?:also\W+)?(?:incorporates|contains|includes)\W+(?:\w+\W+){0,4}?(?:work|code|parts?|portions?|software)"
    r"|(?:parts?|portions?)\W+(?:\w+\W+){0,3}?(?:copyright|taken|derived|borrowed|copied|adapted)"
    r"|(?:derived|taken|borrowed|adapted|copied|ported)\W+from)\b",
    re.IGNORECASE,
)
# Parts of words of which each cue of its kind has one. Most blocks have none, which an expression takes many times as long to find out.
_KINDS = (
    (
        CueKind.CHOICE,
        _CHOICE,
        """choos select pick elect option choice discretion preference whichever dual double triple tri- tri_ multi disjunctive
        alternative either exclusive instead lieu""".split(),
    ),
    (CueKind.BOTH, _BOTH, ["both", "comply"]),
    (
        CueKind.OTHER_PART,
        _OTHER_PART,
        "part portion section some incorporates contains includes derived taken borrowed adapted copied ported".split(),
    ),
)
# The cues of a choice that have none of those: "any of the following licences", "trilicensed".
_OF_LICENSES = lazy(r"\b(?:any|one)\W+(?:one\W+)?of\b|\btri\W*licen[cs]")
_LEGAL_NAME = lazy(r"licen[cs]e|copying|copyright|notice|third.?part|legal|credits", re.IGNORECASE)
_MAX_TAG = 1_000  # characters of a line with a tag
_TAG_LINE = lazy(r"[\s*#;%/!<>(){}|.\"'-]*(?:(?:rem|dnl|@c|@comment)\s+)?SPDX-License-Identifier:", re.IGNORECASE)
_SECTION = lazy(r"\s*\[+\s*([\w.\"' -]+?)\s*\]+\s*(?:[#;].*)?$")
_KEY = lazy(r"""^(?P<indent>\s*)(?:-\s+)?["']?(?P<key>[\w$@./ -]{1,60}?)["']?\s*(?:[:=]|=>)\s*(?P<rest>.*)$""")


def unread_tags(rows: Iterable[tuple[int, str]], matches: Iterable[Match]) -> tuple[Cue, ...]:
    """Return the SPDX tags on lines of their own that none of ``matches`` covers. ``rows`` are (line number, text).

    Some of ScanCode's rules take programs that write tags for false positives, and match a tag above a line that begins with "file" too.
    """
    tags = [(line, row) for line, row in rows if len(row) <= _MAX_TAG and _TAG_LINE.match(row)]
    if not tags:
        return ()
    covered = [(match.start_line, match.end_line) for match in matches]
    return tuple(
        Cue(kind=CueKind.TAG, start_line=line, end_line=line, text=" ".join(row.split()))
        for line, row in tags[:_MAX_CUES]
        if not any(first <= line <= last for first, last in covered)
    )


def with_surroundings(finding: FileFinding, rows: Sequence[str], lines: Sequence[int] | None) -> FileFinding:
    """Return ``finding`` with what surrounds each of its matches.

    ``rows`` are the text that was searched, without line feeds; ``lines`` the line number of each row, in order, or ``None`` where
    they count from 1.
    """
    matches = [match for detection in finding.detections for match in detection.matches]
    if not (matches or finding.clues) or not rows:
        return finding
    text = _Surroundings(finding.path, rows, lines)
    if not text.is_read:
        return finding
    return replace(
        finding,
        detections=tuple(
            replace(detection, matches=tuple(map(text.surround, detection.matches))) for detection in finding.detections
        ),
        clues=tuple(map(text.surround, finding.clues)),
        cues=(*text.cues(), *other_parts(rows, lines)) if _may_list_parts(finding.path) else text.cues(),
    )


def _may_list_parts(path: str) -> bool:
    return _LEGAL_NAME.search(path.rpartition("/")[2]) is not None


class _Surroundings:
    def __init__(self, path: str, rows: Sequence[str], lines: Sequence[int] | None) -> None:
        self._rows, self._lines = rows, lines
        self._starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
        self.is_read = self._starts[-1] <= MAX_TEXT
        if self.is_read:
            self._text = "\n".join(rows) + "\n"
            self._layout = Layout(self._text, language_for(path, rows[0]))
        self._blocks: set[tuple[int, int]] = set()
        self._last_words: tuple[tuple[int, int], list[tuple[int, int]]] | None = None

    def surround(self, match: Match) -> Match:
        place = self._place(match)
        if place is None:
            return match
        begin, end = place
        syntax = self._syntax(begin, end)
        first, last = self._layout.block_at(begin, end)
        self._blocks.add((first, last))
        return replace(
            match,
            syntax=syntax,
            block=(self._line_at(first), self._line_at(max(first, last - 1))),
            within=self._keys(begin) if syntax in (DATA, STRING, "") else (),
        )

    def cues(self) -> tuple[Cue, ...]:
        """Return the cues in the blocks around the matches that were surrounded, in order."""
        found: dict[Cue, None] = {}
        reached = 0
        for first, last in sorted(self._blocks):
            begin, end = max(first, reached), min(last, first + MAX_BLOCK)
            folded = self._text[begin:end].casefold()
            for kind, pattern, parts in _KINDS:
                if not _may_hold(kind, parts, folded):
                    continue
                for cue in pattern.finditer(self._text, begin, max(begin, end)):
                    line = self._line_at(cue.start())
                    words = " ".join(cue[0].split())[:_MAX_CUE]
                    found[Cue(kind=kind, start_line=line, end_line=self._line_at(cue.end() - 1), text=words)] = None
            reached = max(reached, end)
        return tuple(sorted(found, key=lambda cue: (cue.start_line, cue.end_line)))[:_MAX_CUES]

    def _place(self, match: Match) -> tuple[int, int] | None:
        """Return where the matched words begin and end; ``None`` where they cannot be found again in the text."""
        first, last = self._rows_of(match.start_line, match.end_line)
        if first >= last or last > len(self._rows):
            return None
        begin, end = self._starts[first], self._starts[last]
        found = self._text.find(match.matched_text, begin, end) if match.matched_text else -1
        if found < 0:
            return None
        end = found + len(match.matched_text)
        if match.edges == (0, 0):
            word = _WORD.search(self._text, found, end)
            return (word.start() if word else found), end
        words = self._words(found, end)
        kept = words[match.edges[0] : len(words) - match.edges[1]]
        return (kept[0][0], kept[-1][1]) if kept else (found, end)

    def _words(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Return where the words begin and end; the matches of one line share them."""
        if self._last_words is None or self._last_words[0] != (begin, end):
            self._last_words = (begin, end), [word.span() for word in _WORD.finditer(self._text, begin, end)]
        return self._last_words[1]

    def _rows_of(self, first_line: int, last_line: int) -> tuple[int, int]:
        if self._lines is None:
            return first_line - 1, last_line
        return bisect_left(self._lines, first_line), bisect_right(self._lines, last_line)

    def _line_at(self, place: int) -> int:
        row = min(len(self._rows) - 1, max(0, bisect_right(self._starts, place) - 1))
        return self._lines[row] if self._lines is not None else row + 1

    def _syntax(self, begin: int, end: int) -> str:
        """Return the context of the words: that of a comment if one stands in a comment, then that of a string."""
        if whole := self._layout.kind_of(begin, end):
            return whole
        kinds: set[str] = set()
        for number, word in enumerate(_WORD.finditer(self._text, begin, end)):
            if number >= _MAX_WORDS:
                break
            kinds.add(self._layout.kind_at(word.start()))
        for kind in (COMMENT, STRING):
            if kind in kinds:
                return kind
        return kinds.pop() if len(kinds) == 1 else CODE if CODE in kinds else ""

    def _keys(self, begin: int) -> tuple[str, ...]:
        """Return the keys above the line of a value that are indented less, and the section of a file that has sections."""
        row = bisect_right(self._starts, begin) - 1
        own = _KEY.match(self._rows[row][:500])
        keys = [own["key"].strip()] if own and self._starts[row] + own.start("rest") <= begin else []
        indent = _indent(self._rows[row])
        for line in reversed(self._rows[max(0, row - _MAX_ABOVE) : row]):
            if section := _SECTION.match(line[:200]):
                keys.append(section[1])
                break
            if not line.strip() or (_indent(line) >= indent and not _opens_list(line, indent)):
                continue
            indent = min(indent, _indent(line))
            if found := _KEY.match(line[:500]):
                keys.append(found["key"].strip())
        return tuple(reversed(keys[:_MAX_KEYS]))


def _may_hold(kind: CueKind, parts: Sequence[str], folded: str) -> bool:
    if any(part in folded for part in parts):
        return True
    return kind is CueKind.CHOICE and "licen" in folded and _OF_LICENSES.search(folded) is not None


def _opens_list(line: str, indent: int) -> bool:
    """Whether a line at the same depth is a key whose list follows it without being indented, as YAML permits."""
    return _indent(line) == indent and line.rstrip().endswith(":") and not line.lstrip().startswith("-")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
