"""Where a project shows a phrase to its users or to those whom it is passed on to.

An identifier shows nobody anything: neither the name of a model in a loader's call nor a comment counts. What counts are notices,
documentation, templates, and the strings of code that can reach a screen.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from licscan.core.display_phrase import MOST_PLACES, Statement
from licscan.core.location import Location
from licscan.util.lazy_pattern import lazy
from licscan.util.syntax import CODE, DATA, MARKUP, PROSE, STRING, Layout, language_for

# So often a phrase is looked at in one file, shown or not.
_MOST_MATCHES = 2_000
NOTICE, DOCUMENTATION, TEMPLATE, INTERFACE = "notice", "documentation", "template", "user interface"
_NOTICE_FILE = lazy(r"(?:notice|third.?part|attribution|acknowledg|credits?|licen[cs]e|copying|legal)", re.IGNORECASE)
# Read by those who make the product, not by those who use it.
_FOR_MAKERS = lazy(
    r"(?:^|/)(?:tests?|__tests__|testing|specs?|fixtures|testdata|e2e|\.github|\.gitlab|\.circleci|benchmarks?|node_modules)/"
    r"|(?:^|/)(?:todo|changelog|changes|history|news|contributing|hacking|roadmap|code_of_conduct|agents|claude|gemini|copilot-instructions)[^/]*$"
    r"|(?:^|/)(?:test_[^/]*|[^/]*(?:_test|\.test|\.spec|_spec))\.\w+$",
    re.IGNORECASE,
)
_TRANSLATED = lazy(
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages|translations?|intl|messages|strings|values(?:-\w+)?)/"
    r"|(?:^|/)(?:messages|strings|translations?|localizable|intl|locale|lang)[^/]*$|\.(?:po|pot|strings|arb|resx|xlf|xliff|stringsdict|ftl)$",
    re.IGNORECASE,
)
# Settings whose value is a text for a reader.
_TEXT_KEY = lazy(
    r"""(?:^|[\s"'{,.<_-])(?:title|sub_?title|label|text|message|caption|footer|header|tagline|attribution|credits?|copyright|notice|about|banner|heading"""
    r"""|tooltip|placeholder|disclaimer|greeting|welcome|powered_?by|display_?name|displayname|html|body|content)["']?\s*[:=]""",
    re.IGNORECASE,
)
_MANIFEST = lazy(
    r"(?:package(?:-lock)?|composer|bower|manifest|config|tsconfig)\.json|pyproject\.toml|cargo\.toml|.*\.lock|.*\.ipynb",
    re.IGNORECASE,
)
_UNDONE = lazy(r"\b(?:TODO|FIXME|XXX|TBD|HACK)\b")
# A line whose string goes to a log, is compared, or is what a model is called or told.
_NOT_SHOWN = lazy(
    r"\b(?:log|logger|logging|_log|LOG|console|warnings?)\s*\.\s*\w+\s*\(|\b(?:raise|assert|throw|panic!?|debug!|info!|warn!|error!|trace!)\b|[=!]=\s*[\"'`]"
    r"|[\"'`]\s*[=!]=|(?i:\b\w*(?:model(?:_?(?:name|id|path|repo))?|prompt|checkpoint|provider|repo_id|engine)\b[\"']?\s*[:=])"
    r"|\b(?:print|println!?|eprintln!?|printf|fprintf|puts|fmt\.\w+|System\.(?:out|err)\.\w+)\s*\("
    r"|(?:from_pretrained|snapshot_download|pipeline|hf_hub_download|load_model|load_dataset)\s*\("
)
_WITH_MARKUP = (
    ".js",
    ".jsx",
    ".mjs",
    ".ts",
    ".tsx",
    ".vue",
    ".svelte",
    ".astro",
    ".php",
    ".phtml",
    ".erb",
    ".mdx",
    ".go",
    ".cshtml",
    ".razor",
)
_SPACE = r"(?:\s|&nbsp;|&#160;|</?\w[^<>]{0,60}>)"


def find_shown(path: str, text: str, phrases: Iterable[str]) -> tuple[Statement, ...]:
    """Return where the file shows each phrase, the first ``MOST_PLACES`` of them; case and line breaks do not matter."""
    if _FOR_MAKERS.search(path):
        return ()
    places = _Places(path, text)
    found: list[Statement] = []
    for phrase in phrases:
        matches = islice(_pattern(phrase).finditer(text), _MOST_MATCHES)
        shown = (statement for match in matches if (statement := places.statement(phrase, match)))
        found += islice(shown, MOST_PLACES)
    return tuple(found)


class _Places:
    """The places of one text, each as what a reader sees there."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._name = posixpath.basename(path).lower()
        self._text = text
        self._layout: Layout | None = None
        self._language = language_for(path, text[:200].partition("\n")[0])

    def statement(self, phrase: str, match: re.Match[str]) -> Statement | None:
        line = self._line(match)
        place = "" if _UNDONE.search(line) else self._place(match, line)
        if not place:
            return None
        start = self._text.count("\n", 0, match.start()) + 1
        end = start + match[0].count("\n")
        return Statement(phrase=phrase, location=Location(path=self._path, start_line=start, end_line=end), place=place)

    def _place(self, match: re.Match[str], line: str) -> str:
        base = self._language.base if self._language else ""
        if base in (PROSE, "") and _NOTICE_FILE.match(self._name):
            return NOTICE
        if base == PROSE or (not base and "." not in self._name):
            return "" if self._is_hidden(match) else DOCUMENTATION
        kind = self._kind(match)
        if kind == MARKUP:
            return INTERFACE if _TRANSLATED.search(self._path) else TEMPLATE
        if base == DATA:
            return self._in_data(kind, line)
        if kind == STRING:
            return "" if _NOT_SHOWN.search(line) or self._is_key(match) else INTERFACE
        return TEMPLATE if kind == CODE and self._is_between_tags(match) else ""

    def _in_data(self, kind: str, line: str) -> str:
        if kind != DATA or _MANIFEST.fullmatch(self._name):
            return ""
        return INTERFACE if _TRANSLATED.search(self._path) or _TEXT_KEY.search(line) else ""

    def _kind(self, match: re.Match[str]) -> str:
        if self._layout is None:
            self._layout = Layout(self._text, self._language)
        return self._layout.kind_at(match.start())

    def _is_hidden(self, match: re.Match[str]) -> bool:
        """Whether the phrase stands in a comment of a page of documentation."""
        return self._text.rfind("<!--", 0, match.start()) > self._text.rfind("-->", 0, match.start())

    def _is_between_tags(self, match: re.Match[str]) -> bool:
        """Whether the phrase is text between two tags: "<p>Powered by ...</p>" in a component's code."""
        if not self._name.endswith(_WITH_MARKUP):
            return False
        before = re.search(r"[<>{};]([^<>{};]*)\Z", self._text[max(0, match.start() - 400) : match.start()])
        after = re.match(r"[^<>{};]*([<>{};])", self._text[match.end() : match.end() + 400])
        return bool(before and after and before[0][0] in ">}" and after[1] in "<{")

    def _is_key(self, match: re.Match[str]) -> bool:
        """Whether the phrase alone is the key of a table, or what one is asked for: a name among programs."""
        around = self._text[match.start() - 2 : match.start()], self._text[match.end() : match.end() + 8]
        is_whole = bool(re.match(r"[\"'`]", around[1])) and around[0][-1:] in ("'", '"', "`")
        return is_whole and bool(re.match(r"[\"'`]\s*(?::|=>|\])", around[1]))

    def _line(self, match: re.Match[str]) -> str:
        start = self._text.rfind("\n", 0, match.start()) + 1
        end = self._text.find("\n", match.end())
        return self._text[start : end if end >= 0 else len(self._text)][:2000]


@lru_cache(maxsize=256)
def _pattern(phrase: str) -> re.Pattern[str]:
    """A pattern for the words of ``phrase`` with blanks between them, which is no part of a longer identifier or address."""
    # A line of a comment in a notice, or of a quotation, begins with a mark.
    gap = rf"{_SPACE}{{1,10}}(?:[#*/;>|-]{{1,3}}{_SPACE}{{0,10}})?"
    words = gap.join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<![\w/@-])(?<!\w\.){words}(?![\w/@-])(?!\.\w)", re.IGNORECASE)


def places_of(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield where statements stand, in words: "templates/about.html:3 (template)"."""
    for statement in statements:
        line = f":{statement.location.start_line}" if statement.location.start_line else ""
        yield f"{statement.location.path}{line} ({statement.place or 'text'})"
