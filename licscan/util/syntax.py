"""The lexical context of places in a text: comment, string, code, markup, prose or data.

A state machine over the comment and string syntax of each family of languages; nothing is parsed. It errs towards comment and
string: a notice that is taken for code would be lost, while an identifier that is taken for a comment costs a look.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

COMMENT, STRING, CODE, MARKUP, PROSE, DATA = "comment", "string", "code", "markup", "prose", "data"

Region = tuple[int, int, str]  # begin, end (exclusive), COMMENT or STRING


class Language(Struct, frozen=True):
    """How a family of languages marks comments and strings.

    ``base`` is what stands outside of both. ``line`` are the marks of comments that end with their line, ``line_start`` those that count at the
    beginning of a line alone (regular expressions). ``block`` are pairs of opening and closing marks; ``quotes`` open strings that end with
    their line, ``long_quotes`` those that may run over lines.
    """

    name: str
    base: str = CODE
    line: tuple[str, ...] = ()
    line_start: tuple[str, ...] = ()
    block: tuple[tuple[str, str], ...] = ()
    quotes: tuple[str, ...] = ()
    long_quotes: tuple[str, ...] = ()
    heredoc: bool = False


_C = (("/*", "*/"),)
_LANGUAGES = (
    Language("c", line=("//",), block=_C, quotes=('"', "'")),
    Language("no-char", line=("//",), block=_C, long_quotes=('"',)),
    Language("script", line=("//",), block=_C, quotes=('"', "'"), long_quotes=("`",)),
    Language("python", line=("#",), quotes=('"', "'"), long_quotes=('"""', "'''")),
    Language("shell", line=("#",), long_quotes=('"', "'"), heredoc=True),
    Language(
        "perl",
        line=("#",),
        block=(("\n=pod", "\n=cut"), ("\n=head", "\n=cut"), ("\n=begin", "\n=cut")),
        quotes=('"', "'"),
        heredoc=True,
    ),
    Language("ruby", line=("#",), block=(("\n=begin", "\n=end"),), quotes=('"', "'"), heredoc=True),
    Language("php", line=("//", "#"), block=_C, long_quotes=('"', "'"), heredoc=True),
    Language("hash", line=("#",), quotes=('"',)),
    Language("dashes", line=("--",), block=(("--[[", "]]"), ("{-", "-}"), *_C), quotes=('"',)),
    Language("lisp", line=(";",), block=(("#|", "|#"),), long_quotes=('"',)),
    Language("percent", line=("%",), quotes=('"',)),
    Language("fortran", line=("!",), line_start=("[cC*dD](?=\\W|$)",), quotes=('"', "'")),
    Language("basic", line=("'",), line_start=(r"\s*(?i:rem)\b",), quotes=('"',)),
    Language("assembly", line=("//", ";", "#", "@"), block=_C, quotes=('"',)),
    Language("m4", line=("#", "dnl ", "dnl\n", "//"), block=_C, quotes=('"',)),
    Language("batch", line_start=(r"\s*@?(?i:rem)\b", r"\s*::"), quotes=('"',)),
    Language("ml", line=("//",), block=(("(*", "*)"), ("{-", "-}")), quotes=('"',)),
    Language("pascal", line=("//",), block=(("(*", "*)"), ("{", "}")), quotes=("'",)),
    Language("style", line=("//",), block=_C, quotes=('"', "'")),
    Language("vim", line_start=(r'\s*"', r"\s*#")),
    Language(
        "markup",
        base=MARKUP,
        block=(("<!--", "-->"), ("{#", "#}"), ("<%--", "--%>"), ("{% comment %}", "{% endcomment %}")),
    ),
    Language("prose", base=PROSE),
    Language("roff", base=PROSE, line_start=(r"[.']\s*\\[\"#]",)),
    Language("tex", base=PROSE, line=("%",)),
    Language("data", base=DATA, line_start=(r"\s*#", r"\s*;", r"\s*//"), block=_C),
    Language("json", base=DATA),
)
LANGUAGES = {language.name: language for language in _LANGUAGES}
_SUFFIXES = {
    "c": """.c .cc .cpp .cxx .c++ .h .hh .hpp .hxx .h++ .inc .inl .ipp .m .mm .cu .cuh .cl .java .cs .swift .dart .scala .kt .kts .groovy .gradle
        .d .proto .thrift .glsl .hlsl .vert .frag .wgsl .sol .zig .idl .dts .dtsi .dtso .y .yy .l .ll .ypp .lpp .g4 .as .vala .uc .hx .fbs
        .s90 .qml .asl .tpp .tcc .ino .pde""",
    "no-char": ".rs .v .sv .svh",
    "script": ".js .jsx .mjs .cjs .ts .tsx .mts .cts .go .vue .svelte .coffee .es6",
    "python": ".py .pyx .pxd .pyi .pyw .bzl .bazel .star .nim .wscript",
    "shell": ".sh .bash .zsh .ksh .fish .ebuild .eclass .bats .exheres-0 .run .postinst .preinst .prerm .postrm",
    "perl": ".pl .pm .t .pod .plx .perl",
    "ruby": ".rb .rake .gemspec .podspec .cr .rbi",
    "php": ".php .phtml .php3 .php4 .php5 .inc.php",
    "hash": ".r .jl .tcl .awk .sed .mk .mak .cmake .ex .exs .nix .tf .ps1 .psm1 .am .spec .elv .raku .gn .gni .pri .pro .ninja .rules .service .conf .cfg",
    "dashes": ".lua .sql .hs .lhs .ada .adb .ads .elm .vhd .vhdl .applescript .purs .idr .agda .hsc .chs",
    "lisp": ".lisp .el .scm .rkt .clj .cljs .cljc .edn .lsp .cl .ss .sld .fnl",
    "percent": ".erl .hrl .prolog .mp .ps .sty .cls",
    "fortran": ".f .for .f77 .f90 .f95 .f03 .f08 .ftn .fpp",
    "basic": ".vb .bas .vbs",
    "assembly": ".s .asm .sx .nasm .inc68",
    "m4": ".m4 .ac .in .at",
    "batch": ".bat .cmd .btm",
    "ml": ".ml .mli .mll .mly .fs .fsi .fsx .sml .sig .fun .v8",
    "pascal": ".pas .pp .dpr .lpr .dfm .inc_pas",
    "style": ".css .scss .sass .less .styl",
    "vim": ".vim",
    "markup": ".html .htm .xhtml .xml .xsd .xsl .xslt .svg .jsp .jspx .ejs .hbs .j2 .jinja .jinja2 .tmpl .vm .ftl .xaml .plist .resx .ui .docbook .sgml .csproj .nuspec .pom",
    "prose": ".md .markdown .rst .txt .adoc .asciidoc .org .textile .rtf .pdf .doc .docx .odt .texi .texinfo .info .license .licence",
    "roff": ".man .roff .1 .2 .3 .4 .5 .6 .7 .8 .9 .1x .3x .mdoc .me .ms",
    "tex": ".tex .ltx .bib .dtx .ins",
    "data": ".yaml .yml .toml .ini .properties .env .lock .desktop .editorconfig .jsonc .json5 .po .pot .csv .tsv .strings .reg .cabal .opam",
    "json": ".json .jsonl .ndjson .map .webmanifest .ipynb .geojson",
}
_BY_SUFFIX = {suffix: name for name, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_NAMES = {
    "hash": "makefile gnumakefile cmakelists.txt dockerfile containerfile rakefile vagrantfile brewfile meson.build kconfig kbuild makefile.am makefile.in"
    " jenkinsfile",
    "python": "sconstruct sconscript build workspace wscript buck",
    "ruby": "gemfile podfile fastfile berksfile",
    "shell": "configure config.guess config.sub bashrc profile",
    "m4": "configure.ac configure.in acinclude.m4 aclocal.m4",
    "prose": """readme changelog changes news history todo install thanks credits contributing faq authors license licence copying copyright notice legal
        unlicense patents""",
}
_BY_FILE_NAME = {each: name for name, names in _NAMES.items() for each in names.split()}
_INTERPRETERS = (
    (re.compile(r"python|sage"), "python"),
    (re.compile(r"perl"), "perl"),
    (re.compile(r"ruby"), "ruby"),
    (re.compile(r"node|deno|bun"), "script"),
    (re.compile(r"\bphp"), "php"),
    (re.compile(r"(?:ba|z|k|da|c|tc|fi)?sh\b"), "shell"),
    (re.compile(r"awk|sed|tclsh|wish|make|expect|Rscript"), "hash"),
    (re.compile(r"guile|emacs|sbcl|racket"), "lisp"),
    (re.compile(r"lua|runghc|runhaskell"), "dashes"),
)


def language_of(name: str) -> str:
    """Return the name of the language family of a file called ``name`` (without its folder), ``""`` where the name does not show it."""
    lowered = name.lower()
    if lowered in _BY_FILE_NAME:
        return _BY_FILE_NAME[lowered]
    stem, suffix = posixpath.splitext(lowered)
    if suffix == ".in" and (inner := posixpath.splitext(stem)[1]) in _BY_SUFFIX:
        return _BY_SUFFIX[inner]
    return _BY_SUFFIX.get(suffix, "")


def language_for(path: str, first_line: str) -> Language | None:
    """Return the language of a file by its name or its ``#!`` line, ``None`` where neither shows it."""
    name = language_of(posixpath.basename(path))
    if not name and first_line.startswith("#!"):
        name = next((each for pattern, each in _INTERPRETERS if pattern.search(first_line[:200])), "hash")
    return LANGUAGES.get(name)


def regions(text: str, language: Language) -> Iterator[Region]:
    """Yield the comments and strings of ``text``, in order."""
    tokens, place = _tokens(language), 0
    unclosed: set[str] = set()
    while token := tokens.search(text, place):
        kind, close = _close(text, token, language, unclosed)
        if kind:
            yield token.start(), close, kind
        place = max(close, token.start() + 1)


def _close(text: str, token: re.Match[str], language: Language, unclosed: set[str]) -> tuple[str, int]:
    """Return what ``token`` opens, and where that ends; ``""`` where it opens nothing."""
    mark, kind = token[0], token.lastgroup or ""
    if kind == "block":
        closing = dict(language.block)[mark]
        close = -1 if closing in unclosed else text.find(closing, token.end())
        if close < 0:
            unclosed.add(closing)
            return COMMENT, len(text)
        return COMMENT, close + len(closing)
    if kind in ("line", "start"):
        close = text.find("\n", token.end())
        return COMMENT, len(text) if close < 0 else close
    if kind == "heredoc":
        word = f"\n{token['word']}"
        close = -1 if word in unclosed else text.find(word, token.end())
        if close < 0:
            unclosed.add(word)
            return "", token.end()
        return STRING, close
    kind, close = _close_string(text, token, mark in language.long_quotes, unclosed)
    if kind and len(mark) == 3 and not text[text.rfind("\n", 0, token.start()) + 1 : token.start()].strip():
        return COMMENT, close  # a docstring: it speaks to the reader
    return kind, close


def _close_string(text: str, token: re.Match[str], is_long: bool, unclosed: set[str]) -> tuple[str, int]:
    mark = token[0]
    pattern = _string_end(mark, is_long)
    if is_long and mark in unclosed:
        return "", token.end()
    found = pattern.search(text, token.end())
    if found is None or (not is_long and found[0] == "\n"):
        if is_long:
            unclosed.add(mark)
            return "", token.end()
        return STRING, found.start() if found else len(text)
    return STRING, found.end()


@lru_cache(maxsize=64)
def _string_end(mark: str, is_long: bool) -> re.Pattern[str]:
    """A pattern for what ends a string; a backslash takes the next character with it."""
    stop = re.escape(mark) if is_long else rf"{re.escape(mark)}|\n"
    return re.compile(rf"(?<!\\)(?:\\\\)*(?:{stop})")


@lru_cache(maxsize=64)
def _tokens(language: Language) -> re.Pattern[str]:
    """A pattern for what opens a comment or a string."""
    parts = []
    if language.block:
        parts.append(f"(?P<block>{'|'.join(re.escape(mark) for mark, _ in language.block)})")
    if language.line_start:
        parts.append(f"(?P<start>(?m:^)(?:{'|'.join(language.line_start)}))")
    if language.line:
        marks = "|".join(_line_mark(mark) for mark in language.line)
        parts.append(f"(?P<line>{marks})")
    if language.heredoc:
        parts.append(r"(?P<heredoc><<[-~]?\s?[\"']?(?P<word>[A-Za-z_]\w{0,40})[\"']?(?=[^\n]*\n))")
    quotes = sorted((*language.long_quotes, *language.quotes), key=len, reverse=True)
    if quotes:
        parts.append(f"(?P<quote>{'|'.join(map(re.escape, quotes))})")
    return re.compile("|".join(parts) or "(?!)")


def _line_mark(mark: str) -> str:
    # "#" within a word, and "$#", open no comment; "://" is an address and "--" may be an operator or an option.
    if mark == "#":
        return r"(?<![\w$&{\\])#"
    if mark == "//":
        return r"(?<!:)//"
    if mark == "--":
        return r"(?<![\w-])--(?![-\w]*>)"
    return re.escape(mark)


class Layout:
    """The regions of one text, and the blocks that they make: a comment or a run of line comments, a string, a paragraph.

    The text is read as far as is asked for: most licences stand at its head.
    """

    def __init__(self, text: str, language: Language | None) -> None:
        self._text = text
        self._base = language.base if language else ""
        self._rest = _merged(text, regions(text, language)) if language else iter(())
        self._regions: list[Region] = []
        self._begins: list[int] = []

    def kind_at(self, place: int) -> str:
        """Return the context of one place; ``""`` where the language is not known."""
        region = self._region(place)
        return region[2] if region else self._base

    def kind_of(self, begin: int, end: int) -> str | None:
        """Return the context of all that stands from ``begin`` to ``end``; ``None`` where it is not one comment or string."""
        region = self._region(begin)
        return region[2] if region and end <= region[1] else None

    def block_at(self, begin: int, end: int) -> tuple[int, int]:
        """Return where the block around ``begin`` to ``end`` begins and ends: a comment, a string, or a paragraph."""
        first, last = self._region(begin), self._region(max(begin, end - 1))
        around = [region for region in (first, last) if region]
        if around:
            return min(begin, around[0][0]), max(end, around[-1][1])
        if self._base == CODE:
            return begin, end
        before = self._text.rfind("\n\n", 0, begin)
        after = self._text.find("\n\n", end)
        return before + 2 if before >= 0 else 0, after if after >= 0 else len(self._text)

    def _region(self, place: int) -> Region | None:
        while (not self._begins or self._begins[-1] <= place) and (following := next(self._rest, None)):
            self._regions.append(following)
            self._begins.append(following[0])
        number = bisect_right(self._begins, place) - 1
        if number >= 0 and place < self._regions[number][1]:
            return self._regions[number]
        return None


def _merged(text: str, found: Iterator[Region]) -> Iterator[Region]:
    """Yield the regions, joining comments of one line each that stand below each other; a blank line, or a comment of several lines, keeps them apart."""
    last: Region | None = None
    is_run = False
    for begin, end, kind in found:
        is_line = kind == COMMENT and "\n" not in text[begin:end]
        if last and is_run and is_line:
            between = text[last[1] : begin]
            if not between.strip() and between.count("\n") <= 1:
                last = (last[0], end, kind)
                continue
        if last:
            yield last
        last = (begin, end, kind)
        is_run = is_line
    if last:
        yield last
