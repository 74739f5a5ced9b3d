"""From matches to statements: what each match of a file is, what it is about, and whether it can count at all.

Every rule here looks at one match: the match itself, the words around it, its lexical context, the kind of its file and the packages that
were found. What several statements of a file come to is for ``compose.py``. A statement that is suppressed wrongly lets a licence
through, one that is kept wrongly costs a look: whatever is in doubt counts.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind
from licscan.core.expression import keys, parsed
from licscan.core.finding import FileFinding, FileKind, Match
from licscan.core.location import Location
from licscan.core.message import Message, license_, message, quoted
from licscan.core.result import Inventory
from licscan.core.verdict import About, Certainty, Composition, Polarity, Role, Statement
from licscan.statements.bare_words import names_in_code, packaged_bare_words
from licscan.statements.companions import packaged_companions
from licscan.statements.context import context_of
from licscan.statements.contributions import contributed, speaks_of_contributions
from licscan.statements.id_lists import listed
from licscan.statements.package_data import PackageData
from licscan.statements.sentence import Sentence, is_history, sentence_of
from licscan.statements.tool_configuration import configures_a_tool
from licscan.statements.unspecific import is_unspecific
from licscan.statements.wording import Aside, asides
from licscan.util.lazy_pattern import lazy

_CONFIGURATION = "licscan.toml"
CURATION = "curation"  # the matcher of what a person decided
# A key whose value names licences, or talks of them, commented out or not.
_SETTING = lazy(r"[ \t#]*(?:outbound|approved|detected|concluded|licence|accepted|comment|why)[ \t]*=")
_ASIDES = {
    Aside.MENTION: (
        Composition.MENTION,
        message(
            "statement.aside-mention", "a few words that name a licence, in a licence file that contains a whole text"
        ),
    ),
    Aside.EXCEPTED: (
        Composition.EXCEPTED_TEXT,
        message(
            "statement.aside-excepted",
            "a part of a licence with an exception that the file states, and that counts instead",
        ),
    ),
    Aside.SILENT: (
        Composition.NAMES_NO_LICENSE,
        message(
            "statement.aside-silent", "it speaks of copyright notices, or is the disclaimer of the licence beside it"
        ),
    ),
}
# A match of so many words, or fewer, can be a name or a phrase whose sentence decides what it says; a longer one is a notice of its own.
MAX_PHRASE = 20
_MAX_CODE = 12
_MAX_SHOWN = 4
# ScanCode's keys for a kind of terms, recognised by words that everybody uses.
_KINDS_OF_TERMS = frozenset({"proprietary-license", "commercial-license"})
# Whether these name a licence at all is decided with the others of the file (``no_license.py``).
_READ_ELSEWHERE = frozenset({"unknown-spdx", "generic-exception", "warranty-disclaimer", "json"})
_MAX_NAME = 8
_LONG_NOTICE = 40

# A program's own statement of its licence, as a value: __license__ = "GPL", license: MIT, MODULE_LICENSE("GPL").
_ASSIGNED = lazy(r"""licen[cs]es?\w*["']?\]?\s*(?:=>|[:=(,])\s*[\[({]?\s*[rbuLf]?["'`]""", re.IGNORECASE)
MODULE_LICENSE = lazy(r"\bMODULE_LICENSE\s*\(|\bSEC\s*\(\s*\"license\"\s*\)", re.IGNORECASE)
_ENTRY = lazy(r"""["'\[]licen[cs]es?["'\]]+\s*(?:=>|:)""", re.IGNORECASE)
_TAG_PATTERN = lazy(
    r"licen[sc]e-identifier:?\s*(?:[\"'`]?\s*[+.,;%)\]}]|\\?[\[{<$%^\\]|\((?=[.?\\\[])|\.\*|\"|'|`|\s*$|\.\.\.|[sd]\b\s*[\"'])",
    re.IGNORECASE,
)
_PRINTED = lazy(
    r"""\b(?:print\w*|echo|puts|write\w*|say|warn|log\w*|append|push|emit|format|fmt\.\w+|cout|join|replace|sub|gsub|match|search|test|contains|startswith|endswith
    |indexOf|includes|re\.\w+|regex\w*|compile|assert\w*|expect)\b\s*[.(<"'`!]|[=!]~|\$\{|\{\}|%s""",
    re.VERBOSE | re.IGNORECASE,
)


def roles(match: Match) -> Role:
    """Return what a match is by itself."""
    tree = parsed(match.expression)
    named = set(keys(tree)) if tree else set()
    companions = packaged_companions()
    if named and named <= companions.patent_grants:
        return Role.PATENT_GRANT
    if named and named <= companions.notices:
        return Role.DISCLAIMER
    if is_unspecific(match.expression):
        return Role.REFERENCE if match.references else Role.TAG if match.kind == "tag" else Role.INTRODUCTION
    if match.kind == "tag" or match.matcher == "1-spdx-id":
        return Role.TAG
    if match.kind == "text":
        return Role.TEXT
    return Role.NOTICE if match.kind == "notice" else Role.REFERENCE


class Suppression(Struct, frozen=True):
    """Why a statement does not count. ``expression`` is the part of it that does not, ``None`` for all."""

    composition: Composition
    explanation: Message
    role: Role | None = None
    about: About | None = None
    polarity: Polarity | None = None
    expression: str | None = None


_TERMS = lazy(
    r"licen[cs]|permi[ts]|propriet|confiden|secret|prohibit|restrict|agree|terms|reserved|may not", re.IGNORECASE
)


def _copyright_line(match: Match, matches: Sequence[Match]) -> Suppression | None:
    """A copyright line that ScanCode takes for terms ("Crown Copyright") sets none beside a licence."""
    if (
        match.expression != "proprietary-license"
        or match.matched_length > _MAX_NAME
        or _TERMS.search(match.matched_text)
    ):
        return None
    others = [
        other for other in matches if other.expression != match.expression and other.kind in ("text", "notice", "tag")
    ]
    if "copyright" not in match.matched_text.lower() or not others:
        return None
    why = message(
        "statement.copyright-line",
        "it is a copyright line; line {line} states the licence",
        line=str(others[0].start_line),
    )
    return Suppression(Composition.NAMES_NO_LICENSE, why, Role.MENTION, About.NOTHING)


class StatementReader(Struct, frozen=True):
    """Reads the statements of files from the facts of a codebase.

    ``kinds`` are the kinds of its files by path, ``bare_words`` the words of ScanCode's bare-word rules by rule id, ``own`` lines
    of licscan's own configuration in files of another purpose, ``collections`` folders in which licence texts are kept as data.
    """

    kinds: Mapping[str, FileKind]
    bare_words: Mapping[str, str]
    packages: PackageData
    collections: frozenset[str]
    own: tuple[Location, ...] = ()

    @classmethod
    def of(cls, inventory: Inventory, own: tuple[Location, ...] = ()) -> StatementReader:
        return cls(
            kinds={file.path: file.kind for file in inventory.files},
            bare_words=packaged_bare_words(),
            packages=PackageData.of(inventory),
            collections=_collections(inventory),
            own=own,
        )

    def kind(self, path: str) -> FileKind:
        return self.kinds.get(path, FileKind.OTHER)

    def suppressed(self, finding: FileFinding, owner: Component | None) -> dict[Match, Suppression]:
        """Return which matches of ``finding``, whose file belongs to ``owner``, do not count by themselves, and why."""
        matches = list(dict.fromkeys(match for detection in finding.detections for match in detection.matches))
        lists = self._lists(matches)
        beside = self._asides(matches, finding.path, owner)
        found: dict[Match, Suppression] = {}
        for match in matches:
            if match.matcher == CURATION:
                continue
            suppression = (
                _own_configuration(match, self.own)
                or _copyright_line(match, matches)
                or _contribution(match)
                or self._bare_word(match)
                or self._code(match)
                or _in_list(lists.get(match))
                or self._package_data(match, owner.id if owner else None)
                or _aside(beside.get(match))
                or self._not_stated(match)
            )
            if suppression:
                found[match] = suppression
        return found

    def _lists(self, matches: list[Match]) -> dict[Match, int]:
        found: dict[Match, int] = {}
        for path in dict.fromkeys(match.path for match in matches):
            found |= listed([match for match in matches if match.path == path], self.kind(path))
        return found

    def _asides(self, matches: Sequence[Match], path: str, owner: Component | None) -> Mapping[Match, Aside]:
        """Read the licence files of packages as they are read where only the metadata of what is installed is looked at."""
        if owner is None or owner.kind is not ComponentKind.PACKAGE:
            return {}
        if self.kind(path) is not FileKind.LEGAL and ".dist-info/licenses/" not in path:
            return {}
        return asides([match for match in matches if match.path == path])

    def _bare_word(self, match: Match) -> Suppression | None:
        words = self.bare_words.get(match.rule_id)
        if words is None or self.kind(match.path) is not FileKind.CODE:
            return None
        names = names_in_code(words, context_of(match))
        if not names:
            return None
        shown = ", ".join(f'"{name}"' for name in names[:3])
        why = message(
            "statement.bare-word", "the licence's name is part of the program's own name {names}", names=quoted(shown)
        )
        return Suppression(Composition.BARE_WORD_IN_CODE, why, Role.IDENTIFIER, About.NOTHING)

    def _code(self, match: Match) -> Suppression | None:
        """A match that consists of code alone, neither comment nor string, grants no licence."""
        if match.syntax != "code" or match.matched_length > _MAX_CODE or match.kind in ("text", "notice"):
            return None
        if match.kind == "tag" and match.expression != "unknown-spdx":
            return None  # a comment in a syntax that the lexer does not know
        why = message(
            "statement.code", "its words are names and operators of the program, neither a comment nor a string"
        )
        return Suppression(Composition.BARE_WORD_IN_CODE, why, Role.IDENTIFIER, About.NOTHING)

    def _package_data(self, match: Match, owner: str | None) -> Suppression | None:
        proof = self.packages.proof(match, self.kind(match.path), owner)
        return Suppression(Composition.PACKAGE_LICENSE_DATA, proof, about=About.OTHER_WORK) if proof else None

    def _not_stated(self, match: Match) -> Suppression | None:
        """What the words around a match, its place in the file, and the file's purpose say against it."""
        kind = self.kind(match.path)
        if posixpath.dirname(match.path) in self.collections and kind in (
            FileKind.LEGAL,
            FileKind.PROSE,
            FileKind.OTHER,
        ):
            why = message(
                "statement.collection",
                "it is one of a collection of licence texts, named after the licences, that nothing refers to",
            )
            return Suppression(Composition.KEPT_AS_DATA, why, about=About.NOTHING)
        if configures_a_tool(match, kind):
            why = message("statement.tool-configuration", "it configures which licences a tool permits or forbids")
            return Suppression(Composition.TOOL_CONFIGURATION, why, Role.LIST_ENTRY, About.NOTHING)
        return _program_data(match, kind) or _by_sentence(match, kind)


def _program_data(match: Match, kind: FileKind) -> Suppression | None:
    """A pattern that finds tags, a string that prints one, or a word or two of a longer text that the program shows, is data of the program."""
    if _is_in_a_shown_text(match, kind):
        why = message("statement.shown-text", "its words are in the middle of a longer text that the program prints")
        return Suppression(Composition.PROGRAM_DATA, why, about=About.NOTHING)
    if match.kind != "tag" and not is_unspecific(match.expression):
        return None
    line = context_of(match).own[0] if context_of(match).own else ""
    if match.syntax == "comment" or kind is FileKind.BINARY:
        return None
    if is_unspecific(match.expression) and _TAG_PATTERN.search(match.matched_text):
        return Suppression(
            Composition.PROGRAM_DATA,
            message("statement.tag-pattern", "it is a pattern or a template for tags, and no tag"),
            about=About.NOTHING,
        )
    if match.syntax in ("string", "code") and _PRINTED.search(line):
        return Suppression(
            Composition.PROGRAM_DATA,
            message("statement.tag-of-program", "the program writes or looks for this tag"),
            about=About.NOTHING,
        )
    return None


def _is_in_a_shown_text(match: Match, kind: FileKind) -> bool:
    """Whether a word or two, which name no licence of their own, stand in a string of code that runs over several lines."""
    begins, ends = match.block
    is_several_lines = match.syntax == "string" and begins < match.start_line and match.end_line <= ends
    return (
        kind is FileKind.CODE
        and is_several_lines
        and match.matched_length <= _MAX_SHOWN
        and match.kind not in ("tag", "text", "notice")
        and (match.expression in _KINDS_OF_TERMS or is_unspecific(match.expression))
    )


def _by_sentence(match: Match, kind: FileKind) -> Suppression | None:
    is_phrase = match.matched_length <= MAX_PHRASE and match.kind != "text"
    if is_history(match.path) and match.matched_length < _LONG_NOTICE and match.matcher != "1-spdx-id":
        why = message("statement.history", "it is in a history of changes, which is about earlier versions and sources")
        return Suppression(Composition.MENTION, why, Role.MENTION, About.NOTHING)
    if kind is FileKind.BINARY and match.kind == "tag":
        return None  # what stands before it in the file is another string of the program, and no sentence
    sentence = sentence_of(match) if is_phrase else None
    if sentence is None:
        return None
    if sentence.is_future:
        why = message("statement.future", "it is the licence that the work will be under at a later date")
        return Suppression(Composition.FUTURE, why, about=About.FUTURE)
    if match.matcher == "1-spdx-id":
        return None
    if is_unspecific(match.expression) and kind is not FileKind.PROSE:
        return None
    if sentence.polarity is Polarity.DENIES:
        why = message(
            "statement.denied",
            'the sentence denies it: "{text}"',
            text=quoted(f"{_shown(sentence.before)} {_shown(sentence.own)}"),
        )
        return Suppression(Composition.DENIED, why, polarity=Polarity.DENIES)
    if sentence.polarity is Polarity.COMPARES:
        return Suppression(
            Composition.COMPARED,
            message("statement.compared", "the sentence compares with this licence, and grants nothing"),
            polarity=Polarity.COMPARES,
        )
    if sentence.is_about_another_version:
        return Suppression(
            Composition.OTHER_WORK,
            message("statement.other-version", "the sentence is about another version of the work"),
            about=About.OTHER_WORK,
        )
    return _by_name(match, sentence, kind)


def _by_name(match: Match, sentence: Sentence, kind: FileKind) -> Suppression | None:
    """Read a match that is no more than a name by what stands around it."""
    if match.matched_length > _MAX_NAME or match.kind in ("notice", "intro"):
        return None
    if sentence.is_file_name and match.kind != "tag" and match.syntax != "code":
        return Suppression(
            Composition.MENTION,
            message("statement.file-name", "its words are part of a file's name"),
            Role.IDENTIFIER,
            About.NOTHING,
        )
    if sentence.is_example or sentence.is_in_another_name:
        why = (
            message("statement.example", "the sentence gives it as an example of a licence")
            if sentence.is_example
            else message(
                "statement.called-after", "it is a part of the name of something that is called after the licence"
            )
        )
        return Suppression(Composition.MENTION, why, Role.MENTION, About.NOTHING)
    if is_software_name(match.expression) and sentence.is_software:
        why = message("statement.program-name", "it names a release of a program that is called as its licence is")
        return Suppression(Composition.MENTION, why, Role.MENTION, About.NOTHING)
    if kind is not FileKind.PROSE or match.kind == "tag" or match.expression in _READ_ELSEWHERE:
        return None
    if not sentence.speaks_of_licensing:
        why = message("statement.running-text", "running text that names a licence and puts nothing under it")
        return Suppression(Composition.MENTION, why, Role.MENTION, About.NOTHING)
    return None


def _shown(text: str) -> str:
    return text[-60:].strip()


# Programs that are called as their licences are.
_PROGRAMS = (
    "python",
    "apache",
    "php",
    "vim",
    "ruby",
    "tcl",
    "pcre",
    "zlib",
    "openssl",
    "libpng",
    "curl",
    "perl",
    "postgresql",
    "zope",
    "sqlite",
)


@lru_cache(maxsize=4_096)
def is_software_name(expression: str) -> bool:
    """Whether every licence of ``expression`` is called as a program is."""
    tree = parsed(expression)
    return tree is not None and all(key.startswith(_PROGRAMS) for key in keys(tree))


def is_entry(match: Match) -> bool:
    """Whether a string is the value of a quoted key, as in an array or a literal of data: ``'license' => 'GPL'``."""
    lines = context_of(match)
    return _ENTRY.search("\n".join((*lines.before[-1:], *lines.own))[:2_000]) is not None


def is_assigned(match: Match) -> bool:
    """Whether a string is the value of a field for the licence: ``__license__ = "GPL-3.0"``."""
    context = context_of(match)
    lines = (
        (*context.before[-1:], *context.own) if context.own and not _ASSIGNED.search(context.own[0]) else context.own
    )
    return bool(_ASSIGNED.search("\n".join(lines)[:2_000]) or MODULE_LICENSE.search("\n".join(context.own)[:2_000]))


def _own_configuration(match: Match, own: Sequence[Location]) -> Suppression | None:
    """Suppress what configurations decide on. One for a folder of its own is recognised by its name, line by line: only that of the
    whole tree is read here."""
    inside = any(
        match.path == place.path
        and (place.start_line or 0) <= match.start_line
        and match.end_line <= (place.end_line or 0)
        for place in own
    )
    if not inside and match.path.rpartition("/")[2] == _CONFIGURATION:
        lines = [line for line in match.matched_text.splitlines() if line.strip()]
        inside = bool(lines) and all(map(_SETTING.match, lines))
    why = message("statement.own-configuration", "it is in licscan's own configuration, which lists licences by name")
    return Suppression(Composition.NAMES_NO_LICENSE, why, about=About.NOTHING) if inside else None


def _contribution(match: Match) -> Suppression | None:
    part = contributed(match.expression)
    if part is None and speaks_of_contributions(match):
        why = message(
            "statement.contributions", "it states under which terms contributions are accepted, and names no licence"
        )
        return Suppression(Composition.CONTRIBUTION_TERMS, why, Role.CONTRIBUTION_TERMS, About.CONTRIBUTIONS)
    if part is None:
        return None
    why = message(
        "statement.contribution-terms",
        "{licence} is between contributors and the project; it gives recipients of the code neither rights nor obligations",
        licence=license_(part),
    )
    return Suppression(
        Composition.CONTRIBUTION_TERMS, why, Role.CONTRIBUTION_TERMS, About.CONTRIBUTIONS, expression=part
    )


def _in_list(ids: int | None) -> Suppression | None:
    if ids is None:
        return None
    why = message(
        "statement.id-list", "it is in a list of {count} licence ids, which only enumerates licences", count=ids
    )
    return Suppression(Composition.LICENSE_ID_LIST, why, Role.LIST_ENTRY, About.NOTHING)


def _aside(aside: Aside | None) -> Suppression | None:
    if aside is None:
        return None
    composition, explanation = _ASIDES[aside]
    return Suppression(composition, explanation)


_MIN_COLLECTION = 4
_LICENSE_NAME = lazy(
    r"(?:gnu|affero|lesser|library|general|public|license|licence|[al]?gpl|apache|mit|x11|isc|bsd|clause|mozilla|mpl|eclipse|epl|boost|bsl|cc|cc0|by|sa|nc|nd"
    r"|creative|commons|zero|unlicense|artistic|cddl|eupl|european|union|common|development|distribution|osl|ofl|afl|wtfpl|zlib|ncsa|ms|pl|rl|simplified|new|revised"
    r"|the|and|of|v|version|only|or|later|software|foundation|no|attribution|universal|domain|dedication|permissive|free|open|source|academic|font|mulan|psl|ecl|educational"
    r"|community|sharealike|sil|postgresql|vim|lppl|latex|project|upl|python|psf|perl|php|ruby|qpl|lgpllr|sspl|server|side|busl|business|[0-9.]+|v[0-9.]+)+"
)


def _collections(inventory: Inventory) -> frozenset[str]:
    """Return the folders that hold licence texts to choose from: files named after four or more different licences, and hardly anything else."""
    folders: dict[str, dict[str, str | None]] = defaultdict(dict)
    expressions = {finding.path: finding.expression for finding in inventory.findings}
    for file in inventory.files:
        folder, name = posixpath.split(file.path)
        folders[folder][name] = expressions.get(file.path)
    return frozenset(folder for folder, names in folders.items() if folder and _is_collection(names))


def _is_collection(names: Mapping[str, str | None]) -> bool:
    if len(names) < _MIN_COLLECTION:
        return False
    texts = {name: expression for name, expression in names.items() if expression and _is_named_after_a_license(name)}
    return len(set(texts.values())) >= _MIN_COLLECTION and len(texts) * 5 >= len(names) * 4


def _is_named_after_a_license(name: str) -> bool:
    stem = re.sub(r"\.(?:txt|md|html?|tpl|tmpl|template|j2|mustache|license|licence)$", "", name.lower())
    words = [word for word in re.split(r"[^a-z0-9.]+", stem) if word]
    return (
        bool(words) and not {"license", "licence", "copying"} >= set(words) and all(map(_LICENSE_NAME.fullmatch, words))
    )


def statement(match: Match, certainty: Certainty, suppression: Suppression | None) -> Statement:
    """Return the statement of a match that counts, or that is suppressed."""
    found = Statement(
        expression=match.expression,
        rule_id=match.rule_id,
        location=match.location,
        role=roles(match),
        certainty=certainty,
        syntax=match.syntax,
    )
    if suppression is None:
        return found
    return replace(
        found,
        expression=suppression.expression or found.expression,
        role=suppression.role or found.role,
        about=suppression.about or found.about,
        polarity=suppression.polarity or found.polarity,
        composition=suppression.composition,
        explanation=suppression.explanation,
    )
