"""READMEs of projects: the section, the sentence or the badge that states the project's licence, in any common markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from msgspec import Struct

from licscan.component.base import join_path
from licscan.component.formats import text_of
from licscan.component.license_ids import key_expression
from licscan.component.license_phrase import named_expression
from licscan.component.tree import Tree, UnreadableFile
from licscan.core.issue import Issue
from licscan.core.location import Location
from licscan.core.message import mark
from licscan.core.readme import LicenseSection
from licscan.util.lazy_pattern import lazy
from licscan.workers import LIGHT_SIZE, RunWork, Work, run_here

_README = lazy(r"readme(?:\.(?:md|markdown|mkd|rst|txt|adoc|asciidoc|asc|org|textile|rdoc|pod|html?))?", re.IGNORECASE)
_MAX_SIZE = 1024 * 1024
_MAX_LINES = 40  # of a section
_MAX_TEXT = 4_000
_MAX_WORDS = 24  # of the names in a sentence

# Headings: Markdown and Textile, AsciiDoc, Org and HTML on one line; reStructuredText and Markdown with a line below.
_HEADINGS = tuple(
    map(
        re.compile,
        (
            r"\s{0,3}(?P<level>#{1,6})\s*(?P<title>[^#\n].*)",
            r"(?P<level>={1,6})\s+(?P<title>\S.*)",
            r"(?P<level>\*{1,6})\s+(?P<title>[A-Z]\w+)$",
            r"\s*<h(?P<level>[1-6])\b[^>]*>(?P<title>.*)",
            r"\s*(?:\*\*|__)(?P<title>[^*_]+)(?:\*\*|__):?\s*$",
            r"h(?P<level>[1-6])\.\s+(?P<title>.*)",
        ),
    )
)
_UNDERLINE = lazy(r"\s{0,3}([=\-~^\"'`*+#_.:])\1{2,}\s*")
_PLAIN_HEADING = lazy(r"[A-Z][A-Z &/]+:?|(?:Licen[cs]e|Licensing|License and Copyright|Copying):?")
_LICENSE_TITLE = lazy(
    r"(?:(?:project|software|source|code|our|the|open source) )*(?:licen[cs]es?|licen[cs]ing|copying)(?: (?:information|info|details|terms|agreement|notice|summary))?"
    r"|.{0,40}\b(?:and|&|/|,) ?(?:the )?licen[cs](?:e|ing|es)\b.{0,20}"
    r"|(?:licen[cs]es?|licen[cs]ing) ?(?:and|&|/|,).{0,40}",
    re.IGNORECASE,
)
_OTHERS_TITLE = lazy(r"third|3rd|depend|contribut\w* and|check|scan|server|key|trademark", re.IGNORECASE)

_IMAGE_LINK = lazy(r"\[!\[(?P<alt>[^\]\n]*)\]\([^)\n]*\)\]\([^)\n]*\)|!\[(?P<alt2>[^\]\n]*)\]\([^)\n]*\)")
_LINK = lazy(r"\[(?P<text>[^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_RST_LINK = lazy(r"`(?P<text>[^`<\n]+?)\s*<[^>\n]*>`_{1,2}|`(?P<text2>[^`\n]+)`_{0,2}")
_ADOC_LINK = lazy(r"(?:link:|https?://)\S+?\[(?P<text>[^\]\n]*)\]")
_TAG = lazy(r"<[^<>\n]{1,300}>")
_ITEM = lazy(r"^[ \t]*(?:[-*+•>]|\d{1,3}[.)])[ \t]+|^[ \t]*\.\.[ \t].*$", re.MULTILINE)
_MARKUP = lazy(r"[*_`|]+")
_BADGE = lazy(r"/badge/(?P<label>licen[cs]e[sd]?(?:%20\w+|_\w+)?)-(?P<value>(?:[^-\s)\"'>?]|--)+)-", re.IGNORECASE)

_CHOICE = lazy(
    r"\beither\b|\bat your (?:option|choice|discretion)\b|\b(?:of )?your choice\b|\bchoose\b|\bdual[- ]?(?:and \w+[- ])?licen[cs]|\bdual licen[cs]"
    r"|\b(?:tri|triple|multi|multiple)[- ]?licen[cs]|\byou (?:may|can) (?:select|pick|use)\b.{0,60}\bor\b|\bwhichever you prefer\b",
    re.IGNORECASE,
)
_HOLDER = lazy(r"\s*(?:©|\(c\)|&copy;|\bcopyright\b|\bby \[).*$", re.IGNORECASE)
_UNDER = lazy(
    r"\b(?:under|by|with|is|are|uses|use|adopts|follows|has)\s+(?:both\s+)?(?:the\s+)?(?:terms\s+(?:and\s+conditions\s+)?of\s+)?(?:(?:the|an?|either(?:\s+of)?|both|your choice of)\s+)*",
    re.IGNORECASE,
)
_NAMED = lazy(r"^\W*(?:(?:spdx[- ])?licen[cs]e(?:d|s)?(?:-identifier)?\s*(?:is|:|-|–|—)?\s*)", re.IGNORECASE)
# A sentence outside a licence section that speaks of the whole work.
_OF_THE_WORK = lazy(
    r"^\W*(?:(?:this|the)\s+(?:\w+\s+)?(?:project|software|library|package|program|tool|code|module|work|repository|repo|plugin|framework|application|app|crate|gem)"
    r"\b.{0,80}\b)?(?:is\s+)?(?:(?:dual[- ]|open[- ])?licen[cs]ed|released|distributed|available|published|open[- ]sourced)\b.{0,60}\bunder\b",
    re.IGNORECASE,
)
_NOT_OF_IT = lazy(
    r"\b(?:not|unless|except|contribut|documentation|docs|logo|images?|fonts?|icons?|data)\b", re.IGNORECASE
)
_SENTENCE_END = lazy(r"(?<=[\w)])[.!?](?:\s+(?=[A-Z\W])|$)|;\s+")
_RESERVED = lazy(r"\s*all rights reserved\W*", re.IGNORECASE)
_FIELD = lazy(r"\W{0,3}licen[cs]e\s{0,3}[:=]\s*(?P<value>\S.{0,200})", re.IGNORECASE)


class ReadmeWork(Work[str, "LicenseSection | Issue | None"]):
    """Reads READMEs."""

    name = mark("the reader of READMEs")

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def do(self, item: str) -> LicenseSection | Issue | None:
        try:
            data = self._tree.read(item)
        except UnreadableFile as error:
            return error.issue
        return license_section(item, text_of(data)) if len(data) <= _MAX_SIZE else None

    def path(self, item: str) -> str:
        return item

    def is_light(self, item: str) -> bool:
        return self._tree.size(item) <= LIGHT_SIZE

    def refused(self, item: str, issue: Issue) -> LicenseSection | Issue | None:
        return issue


def read_readmes(
    tree: Tree, folders: Iterable[str], run: RunWork = run_here
) -> tuple[tuple[LicenseSection, ...], tuple[Issue, ...]]:
    """Return what the READMEs in ``folders`` say of the licence, and what could not be read."""
    paths = [
        join_path(folder, name)
        for folder in sorted(folders)
        for name in tree.folders.get(folder, ())
        if _README.fullmatch(name) and join_path(folder, name) in tree.selected
    ]
    answers = list(run(ReadmeWork(tree), paths))
    return (
        tuple(answer for answer in answers if isinstance(answer, LicenseSection)),
        tuple(answer for answer in answers if isinstance(answer, Issue)),
    )


def license_section(path: str, text: str) -> LicenseSection | None:
    """Return what the README ``text`` says of its project's licence; ``None`` when that is nothing."""
    lines = text.splitlines()
    for first, last in _sections(lines):
        body = "\n".join(lines[first:last])
        if body.strip():
            return _section(path, first + 1, last, body)
    return _elsewhere(path, lines)


def _section(path: str, start: int, end: int, text: str) -> LicenseSection:
    clipped = text[:_MAX_TEXT]
    plain = _plain(clipped)
    return LicenseSection(
        location=Location(path=path, start_line=start, end_line=max(start, end)),
        text=clipped,
        expressions=tuple(dict.fromkeys(_expressions(plain))),
        is_choice=bool(_CHOICE.search(" ".join(plain.split()))),
    )


class _Heading(Struct, frozen=True):
    line: int
    body: int
    level: int
    title: str


def _sections(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines (first, behind the last) of each section whose heading is about the licence."""
    headings = list(_headings(lines))
    for number, heading in enumerate(headings):
        if not _LICENSE_TITLE.fullmatch(heading.title) or _OTHERS_TITLE.search(heading.title):
            continue
        ends = (each.line for each in headings[number + 1 :] if each.level <= heading.level)
        yield heading.body, min(next(ends, len(lines)), heading.body + _MAX_LINES)


def _headings(lines: Sequence[str]) -> Iterator[_Heading]:
    fenced = False
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced or len(line) > 200:
            continue
        found = next((match for pattern in _HEADINGS if (match := pattern.match(line))), None)
        if found:
            level = found.groupdict().get("level") or "######"
            yield _Heading(number, number + 1, int(level) if level.isdigit() else len(level), _title(found["title"]))
        elif line.strip() and number + 1 < len(lines) and _UNDERLINE.fullmatch(lines[number + 1]):
            yield _Heading(number, number + 2, 1 if "=" in lines[number + 1] else 2, _title(line))
        elif (
            _PLAIN_HEADING.fullmatch(line.strip())
            and _is_blank(lines, number - 1)
            and _LICENSE_TITLE.fullmatch(_title(line))
        ):
            yield _Heading(number, number + 1, 1, _title(line))


def _is_blank(lines: Sequence[str], number: int) -> bool:
    return number < 0 or not lines[number].strip()


def _title(text: str) -> str:
    plain = _TAG.sub("", _plain(text))
    return re.sub(r"^[^\w]+|[^\w)]+$", "", re.sub(r"^\W*[\d.]+\s+", "", plain)).strip()


def _plain(text: str) -> str:
    """Return ``text`` without markup: links as their words."""
    text = _IMAGE_LINK.sub(lambda found: f" {found['alt'] or found['alt2'] or ''} ", text)
    text = _LINK.sub(lambda found: found["text"], text)
    text = _ADOC_LINK.sub(lambda found: found["text"], text)
    text = _RST_LINK.sub(lambda found: found["text"] or found["text2"] or "", text)
    return _MARKUP.sub(" ", _ITEM.sub("\n\n", _TAG.sub(" ", text)))


def _expressions(plain: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", plain):
        joined = " ".join(paragraph.split())
        whole = _named(joined)
        if whole:
            yield whole
            continue
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        found = [said for line in lines if (said := _named(line))]
        if len(found) > 1:
            yield from found
            continue
        for sentence in _SENTENCE_END.split(joined):
            if said := _named(sentence):
                yield said


def _named(sentence: str) -> str | None:
    """Return the licences that a sentence names as those of its subject."""
    text = _HOLDER.sub("", sentence[:600]).strip(" .,:;-–—")
    if not text or _RESERVED.fullmatch(text):
        return None
    for candidate in (text, _NAMED.sub("", text)):
        if len(candidate) <= 120 and (said := _read(candidate)):
            return said
    for match in _UNDER.finditer(text):
        words = text[match.end() :].split()[:_MAX_WORDS]
        if said := _longest(words):
            return said
    return None


def _longest(words: Sequence[str]) -> str | None:
    for count in range(len(words), 0, -1):
        if said := _read(" ".join(words[:count])):
            return said
    return None


def _read(text: str) -> str | None:
    bare = " ".join(re.sub(r"\([^()]*\)", " ", text).split()).strip(" .,:;-–—\"'")
    for candidate in dict.fromkeys(
        (text.strip(" .,:;"), bare, re.sub(r"^(?:the|an?)\s+", "", bare, flags=re.IGNORECASE))
    ):
        if candidate and not candidate.isdigit() and (said := key_expression(candidate) or named_expression(candidate)):
            return said
    return None


def _elsewhere(path: str, lines: Sequence[str]) -> LicenseSection | None:
    """Return a sentence that states the licence of the whole work, else a badge that names one."""
    for start, end, paragraph in _paragraphs(lines):
        joined = " ".join(_plain(paragraph[:_MAX_TEXT]).split())
        for sentence in _SENTENCE_END.split(joined):
            field = _FIELD.fullmatch(sentence)
            states = _OF_THE_WORK.search(sentence[:600]) and not _NOT_OF_IT.search(sentence[:600])
            if (states and _named(sentence)) or (field and _read(field["value"])):
                return _section(path, start, end, paragraph)
    for number, line in enumerate(lines, 1):
        badge = _BADGE.search(line[:4_000])
        value = unquote(badge["value"]).replace("--", "-").replace("_", " ") if badge else ""
        said = key_expression(value) or named_expression(value) if value else None
        if said:
            return LicenseSection(
                location=Location(path=path, start_line=number, end_line=number),
                text=line[:_MAX_TEXT],
                expressions=(said,),
            )
    return None


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    start = None
    for number, line in enumerate((*lines, ""), 1):
        if line.strip():
            start = number if start is None else start
        elif start is not None:
            yield start, number - 1, "\n".join(lines[start - 1 : number - 1])
            start = None
