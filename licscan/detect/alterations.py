"""What the licence texts in a tree say that the licences do not: sentences that were added, and words that were put in or taken out.

ScanCode finds a licence in a text that differs from it in a few words, and in one that goes on with terms of its own. Each text
that it found is compared with the text of the rule by which it was found; what no match covers is cut into sentences. Names, dates,
headings, copyright statements and lists hold none of the words with which a text permits, forbids or demands, and are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct, msgpack

from licscan.core.alteration import Alteration, ChangeKind, TextChange
from licscan.core.expression import ExpressionError, all_of, keys, parse
from licscan.core.finding import FileFinding, FileKind, Match
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.message import mark
from licscan.core.selection import SelectedFile
from licscan.detect.installed import scancode_version
from licscan.detect.ruletext import rule_text
from licscan.detect.word_diff import Difference, differences
from licscan.statements.unspecific import is_unspecific
from licscan.util.encoding import decoded
from licscan.util.lazy_pattern import lazy
from licscan.util.regular_files import read_regular
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

MAX_SIZE = 2 * 1024 * 1024  # bytes of a file that is compared
_MAX_CHANGES = 400
_MAX_WORDS = 80  # of one change
_MAX_COMPARED = 400_000  # words of one file
_BASE_WORDS = 25  # a match of fewer words is no licence text that could be altered
_LONG_TEXT = 700  # words; a longer text has a preamble or an appendix, which may be left out
_SHARED = 0.6  # of the runs of a passage: it stands elsewhere, and was only moved
_NEARLY_ALL = 0.85  # of the runs of a sentence: it belongs to the licence, but for a name in it
_RUN = 3

# Words with which a text permits, forbids or demands, in any form: a change without one of them changes no term.
_TELLING = lazy(
    r"(?:not|no|nor|never|none|cannot|without|except\w*|unless|only|solely|exclusively|exclud\w+|"
    r"may|must|shall|should|required?|requires|requiring|needs?|agree\w*|subject|provided|condition\w*|"
    r"permi\w+|allow\w*|prohibit\w*|forbid\w*|restrict\w*|limit|limited|limits|grant\w*|revo[ck]\w+|terminat\w+|expir\w+|"
    r"free|fees?|charge\w*|pay\w*|paid|royalt\w+|cost|price|commercial\w*|noncommercial\w*|profit\w*|"
    r"personal|private|academic|research|educational|internal|evaluation|testing|production|"
    r"use|used|uses|using|copy|copies|modify|modification\w*|modified|merge|publish|distribut\w+|redistribut\w+|sublicens\w+|sell|sale|resell|"
    r"deal|host\w*|saas|service\w*|tenant\w*|cloud|compet\w+|military|weapons?|government\w*|surveillance|"
    r"evil|harm\w*|ethical\w*|train\w*|perpetual|irrevocable|worldwide|exclusive|whatsoever|users?|revenue|employees|"
    r"purposes?|binary|with|everyone|anyone|anybody|nobody|exception\w*|waive\w*|remove\w*|logo|display\w*|cite|"
    r"nicht|kein\w*|nur|darf|verboten|untersagt|pas|interdit\w*|aucun\w*|prohibid\w+|proibid\w+|vietat\w+|não|solo|sólo|"
    r"не|только|запрещ\w+|некоммерч\w+|нельзя|"
    r"\w*(?:不得|禁止|仅|僅|只|商业|商業|商用|非営利|금지|상업|불가)\w*)"
)
_WORD = lazy(r"[^\W_]+")
_TAG = lazy(r"<[^<>\n]{1,200}>|&[a-z#0-9]{1,8};")
_SENTENCE_END = lazy(r"[.;:!?](?=[\s\"')\]*]|$)|[。；！？：]|\n[ \t>*#;/|-]*\n")
_CHANGED = "3-seq"  # how ScanCode calls a match of a text that differs from its rule
_COVERING = ("text", "notice", "reference", "tag")
_MAX_CANONICAL = 30  # licences whose own texts are looked at
# The short licences of which a text is often taken for another's.
_USUAL = ("mit", "x11", "isc", "bsd-new", "bsd-simplified", "bsd-original", "historical", "apache-2.0")
_CLOSE = 70.0  # per cent of a rule; a text that has less of it is another, and nothing of it is missing
_CLOSE_RUN = 8
_SPELLINGS = {
    "licence": "license", "licences": "licenses", "licenced": "licensed", "sublicence": "sublicense", "organisation": "organization",
    "merchantibility": "merchantability", "noninfringement": "infringement", "programme": "program", "acknowledgement": "acknowledgment",
    "judgement": "judgment", "favour": "favor", "honour": "honor",
}  # fmt: skip


class _Words(Struct, frozen=True):
    """The words of a text as they are compared, and where each begins and ends in it."""

    path: str
    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    lines: list[int]  # where each line begins
    sentences: list[int]  # where each sentence ends

    @property
    def runs(self) -> frozenset[int]:
        return _runs(self.words)

    def within(self, first_line: int, last_line: int) -> tuple[int, int]:
        """Return the numbers of the first word of some lines and of the first behind them."""
        begin = self.lines[min(first_line, len(self.lines)) - 1]
        end = self.lines[last_line] if last_line < len(self.lines) else len(self.text)
        return bisect_left(self.starts, begin), bisect_left(self.starts, end)

    def sentence(self, word: int) -> tuple[int, int]:
        """Return the words of the sentence that ``word`` stands in, as a range."""
        number = bisect_right(self.sentences, self.starts[word])
        begin = self.sentences[number - 1] if number else 0
        end = self.sentences[number] if number < len(self.sentences) else len(self.text) + 1
        return bisect_left(self.starts, begin), bisect_left(self.starts, end)

    def line_of(self, word: int) -> int:
        return bisect_right(self.lines, self.starts[min(word, len(self.starts) - 1)]) if self.starts else 1


class _Texts(Struct, frozen=True):
    """The runs of words of the whole file and of the licences' own texts."""

    here: frozenset[int]
    licences: frozenset[int]

    def have(self, passage: Sequence[str], share: float = _SHARED) -> bool:
        """Whether this share of a passage's runs stands in one of the licences."""
        runs = [_run_hash(passage, place) for place in range(len(passage) - _RUN + 1)]
        return bool(runs) and sum(run in self.licences for run in runs) >= share * len(runs)


class _Stretch(Struct, frozen=True):
    """The words ``start`` to ``end`` of a file in which one rule's text was found, or what is left of it. ``more`` is the share of
    the rule, in per cent, that further matches found there."""

    start: int
    end: int
    match: Match
    more: float = 0.0


class AlterationsWork(Work["tuple[SelectedFile, FileFinding]", "Alteration | Issue | None"]):
    """Compares files with the licences that were found in them."""

    name = mark("the comparison of licence texts")
    batch = 32
    sources = (
        "core",
        "detect/alterations.py",
        "detect/licensedb.py",
        "detect/ruletext.py",
        "detect/word_diff.py",
        "statements/unspecific.py",
        "util",
    )

    def do(self, item: tuple[SelectedFile, FileFinding]) -> Alteration | Issue | None:
        selected, finding = item
        try:
            content = read_regular(selected.location, MAX_SIZE)
        except OSError:
            return None
        return alteration_of(finding, decoded(content), whole=selected.file.kind is FileKind.LEGAL)

    def path(self, item: tuple[SelectedFile, FileFinding]) -> str:
        return item[0].file.path

    def is_light(self, item: tuple[SelectedFile, FileFinding]) -> bool:
        return item[0].file.size <= LIGHT_SIZE

    def refused(self, item: tuple[SelectedFile, FileFinding], issue: Issue) -> Alteration | Issue | None:
        return issue

    def file(self, item: tuple[SelectedFile, FileFinding]) -> SelectedFile:
        return item[0]

    def traits(self, item: tuple[SelectedFile, FileFinding]) -> str:
        selected, finding = item
        found = sha256(msgpack.encode(finding)).hexdigest()
        return f"{scancode_version()} {selected.file.kind.value} {found}"


def find_alterations(
    files: Iterable[SelectedFile], findings: Mapping[str, FileFinding], run: RunWork = run_here
) -> tuple[tuple[Alteration, ...], tuple[Issue, ...]]:
    """Return what differs in each licence file that holds a licence text, and in the licence texts that other files hold; and what
    could not be compared.

    A file that has become unreadable is left out: selection tells of those.
    """
    wanted = [
        (file, finding) for file in files if (finding := findings.get(file.file.path)) and is_compared(file, finding)
    ]
    found: list[Alteration] = []
    issues: list[Issue] = []
    for answer in run(AlterationsWork(), wanted):
        if isinstance(answer, Issue):
            issues.append(answer)
        elif answer is not None:
            found.append(answer)
    return tuple(found), tuple(issues)


def is_compared(selected: SelectedFile, finding: FileFinding) -> bool:
    """Whether the file is compared with the licences that were found in it."""
    if selected.file.size > MAX_SIZE or selected.file.path.lower().endswith(".pdf"):
        return False
    if not _bases(finding):
        return False
    # In a source file nothing but the text itself counts, and one that was found as it is has no other words.
    return selected.file.kind is FileKind.LEGAL or any(match.matcher == _CHANGED for match in _matches(finding))


def alteration_of(finding: FileFinding, text: str, *, whole: bool) -> Alteration | None:
    """Return what differs in ``text`` from the licences of ``finding``; with ``whole`` what stands around them counts too."""
    bases = _bases(finding)
    if not bases:
        return None
    words = _read(text, finding.path)
    compared = _compare(words, finding, whole=whole)
    if not compared:
        return None
    expression = all_of(parse(match.expression) for match in bases)
    spdx = dict.fromkeys(match.expression_spdx for match in bases)
    return Alteration(
        path=finding.path,
        expression=str(expression),
        expression_spdx=" AND ".join(f"({one})" if " OR " in one else one for one in spdx),
        changes=tuple(compared[:_MAX_CHANGES]),
        licences=len({key for match in _matches(finding) for key in keys(parse(match.expression))}),
        complete=len(compared) <= _MAX_CHANGES,
    )


def _matches(finding: FileFinding) -> Iterator[Match]:
    return (match for detection in finding.detections for match in detection.matches if match.path == finding.path)


def _bases(finding: FileFinding) -> list[Match]:
    """Return the matches of licence texts, one for each expression."""
    found: dict[str, Match] = {}
    for match in _matches(finding):
        if match.kind == "text" and match.matched_length >= _BASE_WORDS and not _is_vague(match.expression):
            found.setdefault(match.expression, match)
    return list(found.values())


@lru_cache(maxsize=4096)
def _is_vague(expression: str) -> bool:
    """Whether ScanCode says only what kind of terms stand there."""
    try:
        named = keys(parse(expression))
    except ExpressionError:
        return True
    return is_unspecific(expression) or any(
        key
        in (
            "commercial-license",
            "proprietary-license",
            "other-permissive",
            "other-copyleft",
            "unknown",
            "free-unknown",
        )
        for key in named
    )


def _compare(words: _Words, finding: FileFinding, *, whole: bool) -> list[TextChange]:
    stretches = _stretches(words, finding)
    texts = [one for one in stretches if one.match.kind == "text" and one.match.matched_length >= _BASE_WORDS]
    covered = bytearray(len(words.words))
    for one in stretches:
        if one.match.kind in _COVERING and one not in texts and not _is_vague(one.match.expression):
            covered[one.start : one.end] = b"\1" * (one.end - one.start)
    changes: list[TextChange] = []
    texts_of = _Texts(here=_runs(words.words), licences=_licence_runs(_keys_of(texts)))
    left = _MAX_COMPARED
    for one in _joined(texts):
        left -= one.end - one.start
        if left < 0:
            covered[one.start : one.end] = b"\1" * (one.end - one.start)
            continue
        changes += _within(words, one, covered, texts_of)
    if whole:
        changes += _around(words, covered, texts_of)
    return changes


def _stretches(words: _Words, finding: FileFinding) -> list[_Stretch]:
    found = []
    for match in _matches(finding):
        start, end = words.within(match.start_line, match.end_line)
        before, after = match.edges
        if start + before < end - after:
            start, end = start + before, end - after
        found.append(_Stretch(start, end, match))
    return sorted(found, key=lambda one: (one.start, -one.end))


def _joined(texts: Sequence[_Stretch]) -> list[_Stretch]:
    """Join the parts of one text that an insertion cut apart."""
    found: list[_Stretch] = []
    share = 0.0
    for one in texts:
        last = found[-1] if found else None
        if last and last.match.rule_id == one.match.rule_id and share + one.match.coverage <= 110:
            found[-1] = _Stretch(last.start, max(last.end, one.end), last.match, last.more + one.match.coverage)
            share += one.match.coverage
        else:
            found.append(one)
            share = one.match.coverage
    return found


def _within(words: _Words, stretch: _Stretch, covered: bytearray, texts: _Texts) -> Iterator[TextChange]:
    """Yield what differs inside one text, and mark what it covers."""
    text = rule_text(stretch.match.rule_id)
    if text is None:
        covered[stretch.start : stretch.end] = b"\1" * (stretch.end - stretch.start)
        return
    rule = _rule(text)
    here = words.words[stretch.start : stretch.end]
    found = differences(here, rule.words)
    if stretch.match.coverage + stretch.more < _CLOSE:
        _cover_equal(covered, stretch, found)
        return
    # Before the first word that the two share and behind the last, the file's words are no part of the text.
    first = found[0].left_end if found and found[0].left == found[0].right == 0 else 0
    ends = bool(found) and found[-1].left_end == len(here) and found[-1].right_end == len(rule.words)
    last = found[-1].left if ends else len(here)
    covered[stretch.start + first : stretch.start + last] = b"\1" * max(0, last - first)
    for one in found:
        at_edge = (one.left == 0 and one.right == 0) or (one.left_end == len(here) and one.right_end == len(rule.words))
        if at_edge:
            yield from _missing_at_edge(words, stretch, rule, one, texts)
        else:
            yield from _changed(words, stretch.start, rule, one, texts)


def _cover_equal(covered: bytearray, stretch: _Stretch, found: Sequence[Difference]) -> None:
    """Mark what a text shares with a rule in long runs."""
    place = 0
    for left, left_end in (*((one.left, one.left_end) for one in found), (stretch.end - stretch.start,) * 2):
        if left - place >= _CLOSE_RUN:
            covered[stretch.start + place : stretch.start + left] = b"\1" * (left - place)
        place = left_end


def _changed(words: _Words, offset: int, rule: _Words, one: Difference, texts: _Texts) -> Iterator[TextChange]:
    start, end = offset + one.left, offset + one.left_end
    added, missing = words.words[start:end], rule.words[one.right : one.right_end]
    if "".join(added) == "".join(missing):
        return  # the same letters, cut or spelt otherwise
    if texts.have(_with_neighbours(words.words, start, end), 1.0):
        return  # the words of the licence itself, or of a usual form of it
    if _is_moved(added, rule.runs):
        added = []
    if _is_moved(missing, texts.here) or not texts.have(_with_neighbours(rule.words, one.right, one.right_end)):
        missing = []
    if not any(map(_TELLING.fullmatch, (*added, *missing))):
        return
    place = min(start, len(words.words) - 1)
    begin, stop = words.sentence(place)
    begin, stop = min(begin, start), max(stop, end)
    yield TextChange(
        kind=ChangeKind.REPLACED if added else ChangeKind.REMOVED,
        location=_lines(words, start, max(end, start + 1)),
        text=_marked(words.words, (begin, stop), (start, end)),
        missing=_clipped(missing),
    )


def _missing_at_edge(
    words: _Words, stretch: _Stretch, rule: _Words, one: Difference, texts: _Texts
) -> Iterator[TextChange]:
    missing = rule.words[one.right : one.right_end]
    if len(missing) < _RUN or len(rule.words) > _LONG_TEXT or _is_moved(missing, texts.here):
        return
    if not texts.have(missing):
        return
    if not any(map(_TELLING.fullmatch, missing)):
        return
    place = stretch.start + one.left if one.left else stretch.start
    yield TextChange(
        kind=ChangeKind.REMOVED,
        location=_lines(words, place, place + 1),
        missing=_clipped(missing),
    )


def _around(words: _Words, covered: bytearray, texts: _Texts) -> Iterator[TextChange]:
    """Yield the sentences of which no match covers the greater part."""
    place, count = 0, len(words.words)
    while place < count:
        if covered[place]:
            place += 1
            continue
        start, end = words.sentence(place)
        stop = max(end, place + 1)
        new = [number for number in range(max(start, place), stop) if not covered[number]]
        said = [words.words[number] for number in new]
        if _is_sentence(said) and any(map(_TELLING.fullmatch, said)) and not texts.have(said, _NEARLY_ALL):
            yield TextChange(
                kind=ChangeKind.ADDED,
                location=_lines(words, new[0], new[-1] + 1),
                text=_marked(words.words, (start, stop), (new[0], new[-1] + 1)),
            )
        place = stop


def _is_sentence(words: Sequence[str]) -> bool:
    return len(words) >= _RUN or any(len(word) >= 2 * _RUN and not word.isascii() for word in words)


def _with_neighbours(words: Sequence[str], start: int, end: int) -> Sequence[str]:
    return words[max(0, start - _RUN + 1) : end + _RUN - 1]


def _keys_of(texts: Iterable[_Stretch]) -> tuple[str, ...]:
    named = dict.fromkeys(key for one in texts for key in keys(parse(one.match.expression)))
    return (*_USUAL, *tuple(named)[:_MAX_CANONICAL])


@lru_cache(maxsize=64)
def _licence_runs(names: tuple[str, ...]) -> frozenset[int]:
    """Return the runs of the licences' own texts: the rule by which a text was found may be of another form of it."""
    return frozenset().union(*map(_runs_of_licence, names))


@lru_cache(maxsize=256)
def _runs_of_licence(key: str) -> frozenset[int]:
    # "GPL-2.0 or later" has the text of GPL-2.0, and a shorter one of its own.
    names = dict.fromkeys((key, key.removesuffix("-plus")))
    return frozenset().union(*(_rule(rule_text(f"{name}.LICENSE") or "").runs for name in names))


def _is_moved(passage: Sequence[str], runs: frozenset[int]) -> bool:
    """Whether most of a passage stands in the other text too, only elsewhere."""
    if len(passage) < 2 * _RUN:
        return False
    own = [_run_hash(passage, place) for place in range(len(passage) - _RUN + 1)]
    return sum(run in runs for run in own) >= _SHARED * len(own)


def _runs(words: Sequence[str]) -> frozenset[int]:
    return frozenset(_run_hash(words, place) for place in range(len(words) - _RUN + 1))


def _run_hash(words: Sequence[str], place: int) -> int:
    return hash((words[place], words[place + 1], words[place + 2]))


def _lines(words: _Words, start: int, end: int) -> Location:
    return Location(path=words.path, start_line=words.line_of(start), end_line=words.line_of(max(start, end - 1)))


def _marked(words: Sequence[str], sentence: tuple[int, int], new: tuple[int, int]) -> str:
    start, end = max(sentence[0], new[0] - _MAX_WORDS), min(sentence[1], new[1] + _MAX_WORDS, new[0] + 3 * _MAX_WORDS)
    before, inside, after = words[start : new[0]], words[new[0] : min(new[1], end)], words[new[1] : end]
    parts = [" ".join(before), f"[[{' '.join(inside)}]]" if inside else "", " ".join(after)]
    return " ".join(part for part in parts if part)


def _clipped(words: Sequence[str]) -> str:
    return " ".join(words[: 3 * _MAX_WORDS])


@lru_cache(maxsize=256)
def _rule(text: str) -> _Words:
    return _read(text)


def _read(text: str, path: str = "") -> _Words:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _TAG.sub(lambda tag: " " * len(tag[0]), text)
    found = list(_WORD.finditer(plain))
    lowered = [word[0].lower() for word in found]
    lines = [0]
    lines += [place.end() for place in re.finditer("\n", plain)]
    return _Words(
        path=path,
        text=plain,
        words=[_SPELLINGS.get(word, word) for word in lowered],
        starts=[word.start() for word in found],
        ends=[word.end() for word in found],
        lines=lines,
        sentences=[end.end() for end in _SENTENCE_END.finditer(plain)],
    )
