"""The quick way through ScanCode's copyright grammar finds what ScanCode finds, part by part and as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygmars import Token
from pygmars.lex import Lexer
from pygmars.parse import Parser

from licscan.detect.copyright_grammar import detections
from licscan.detect.copyright_grammar.lines import can_begin, marked_groups
from licscan.detect.copyright_grammar.rules import Rules, needs_of
from licscan.detect.copyright_grammar.scancode import cluecode
from licscan.detect.copyright_grammar.words import Words, asked_for
from licscan.detect.copyright_marks import bears_mark, marked_lines


def told(found: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [
        (getattr(one, "copyright", None), getattr(one, "holder", None), one.start_line, one.end_line) for one in found
    ]


def both(text: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the quick way finds in ``text``, and what ScanCode itself does."""
    lines = text.splitlines()
    numbered = list(enumerate(lines, 1))
    theirs = cluecode.detect_copyrights_from_lines(numbered, include_authors=False)
    return told(detections(lines, marked_lines(lines))), told(theirs)


def test_the_quick_way_finds_what_scancode_finds_in_the_licence_files_of_installed_packages() -> None:
    texts = [
        Path(str(item.locate())).read_text(encoding="utf-8", errors="replace")[:20_000]
        for distribution in metadata.distributions()
        for item in distribution.files or ()
        if ".dist-info/licenses/" in str(item)
    ]
    found = [both(text) for text in texts[:60]]
    assert sum(len(ours) for ours, _ in found) > 30
    assert [ours for ours, _ in found] == [theirs for _, theirs in found]


def test_what_the_grammar_is_loaded_without_still_works_for_others(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>" + "<p>caf\u00e9</p>" * 20 + "</html>", encoding="utf-8")
    program = """if True:
        import sys
        import licscan.detect.copyright_grammar
        print("bs4" in sys.modules, "typecode" in sys.modules)
        from commoncode.text import as_unicode
        from textcode.markup import is_markup
        print(as_unicode("caf\u00e9 au lait".encode()), is_markup(sys.argv[1]))
    """
    ran = subprocess.run(
        [sys.executable, "-c", program, page],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert ran.stdout.splitlines() == ["False False", "caf\u00e9 au lait True"], ran.stderr


WORDS = st.sampled_from(
    "Copyright (c) ( C) © Ⓒ &copy; &copy &#169; \\a9 <A9> u00A9 Ｃopyright copyrighted by by: 2019 2020-2023 2021, Jane Doe Doe, Acme Inc. Inc. The Project Authors. and <j@example.invalid> "
    "http://example.invalid All Rights Reserved. Reserved rights @author SPDX-FileCopyrightText: // * # of the license holders int x; 0 \n \n\n".split(
        " "
    )
)


@given(words=st.lists(WORDS | st.text(max_size=6), max_size=40))
def test_the_quick_way_finds_what_scancode_finds_in_any_text(words: list[str]) -> None:
    ours, theirs = both(" ".join(words))
    assert ours == theirs


SOURCES = [
    text
    for distribution in ("scancode-toolkit", "pygmars", "attrs", "click", "msgspec", "jinja2", "license-expression")
    for item in metadata.files(distribution) or ()
    if item.suffix in (".py", ".js", ".css", ".txt", ".ABOUT", ".md") and (item.size or 0) < 60_000
    if (text := Path(str(item.locate())).read_text(encoding="utf-8", errors="replace"))
][:400]


def test_the_quick_way_finds_what_scancode_finds_in_sources() -> None:
    found = [both(text) for text in SOURCES[:150]]
    assert sum(len(ours) for ours, _ in found) > 50
    assert [ours for ours, _ in found] == [theirs for _, theirs in found]


REMADE = st.sampled_from(
    ["</s>", "<s>", "&lt;s&gt;", "&amp;gt;", "\\xc2", '\'""', " u'", "<b>", "*", "|", "%", "\\n", "(co ", " %d "]
)
HINTS = st.sampled_from(
    [
        "19",
        "99",
        "2011",
        "auth",
        "or",
        "@",
        "by",
        " ",
        "(",
        "c",
        ")",
        "C",
        "&copy;",
        "xA9;",
        "&#169;",
        "dev",
        "el",
        "ht",
        "tp",
        "cop",
        "yr",
        "Reserv",
        "ed",
        "rights",
    ]
)
PIECES = st.lists(HINTS | REMADE | st.text(max_size=2), max_size=8).map("".join)


@given(line=PIECES)
def test_a_line_that_cannot_begin_a_group_begins_none_for_scancode(line: str) -> None:
    groups = list(cluecode.collect_candidate_lines([(1, line)]))
    ends = cluecode.is_end_of_statement(cluecode.remove_non_chars("", line.lower()))
    assert can_begin(line) or ends or not groups


@given(lines=st.lists(PIECES | st.just("int x;"), max_size=24))
def test_marked_groups_are_those_of_scancode_that_bear_a_mark(lines: list[str]) -> None:
    lines = [piece for line in lines for piece in line.splitlines() or [""]]
    theirs = [
        group
        for group in cluecode.collect_candidate_lines(enumerate(lines))
        if any(number in set(marked_lines(lines)) for number, _ in group)
        and any(bears_mark(lines[number]) or bears_mark(prepared) for number, prepared in group)
    ]
    assert list(marked_groups(lines, marked_lines(lines))) == theirs


@given(text=st.text(alphabet="(Cc)© \n*xA9yropht", max_size=60))
def test_lines_that_bear_a_mark_are_marked(text: str) -> None:
    lines = text.splitlines()
    marked = set(marked_lines(lines))
    certain = {number for number, line in enumerate(lines) if bears_mark(line) or not line.isascii()}
    assert certain <= marked
    assert all("c)" in lines[number].lower() for number in marked - certain)


PLAIN_WORDS = sorted({word for text in SOURCES for word in text.split() if len(word) < 40})
LEXER = Lexer(cluecode.PATTERNS)
FAST_WORDS = Words(cluecode.PATTERNS)


def label_of_lexer(word: str) -> str | None:
    (token,) = LEXER.lex_tokens([Token(word)])
    return None if token.label is None else str(token.label)


def test_words_of_real_texts_are_labelled_as_the_lexer_does() -> None:
    words = PLAIN_WORDS[:: max(1, len(PLAIN_WORDS) // 6_000)]
    assert len(words) > 3_000
    assert [FAST_WORDS.label(word) for word in words] == [label_of_lexer(word) for word in words]


@given(word=st.from_regex("|".join(f"(?:{text})" for text, _ in cluecode.PATTERNS[::7])) | st.text(max_size=12))
def test_any_word_is_labelled_as_the_lexer_does(word: str) -> None:
    assert FAST_WORDS.label(word) == label_of_lexer(word)


@pytest.mark.parametrize(
    ("pattern", "beginnings", "letters"),
    [
        (r"^\(?[Cc]ompany[,\.]?\)?$", "(Cc", "ompany"),
        (r"^Labs?$", "L", "ab"),
        (r"^\(Royal$", "(", "Royal"),
        (r"^[Aa]+bc$", "Aa", ""),
        (r"^a?bc$", None, ""),
        (r"^ApS|A\/S$", None, ""),
        (r"^a(b|c)d$", "a", ""),
        (r"^a[|]b$", "a", ""),
        (r"^\(?\(c$", "(", "c"),
        (r"^.*Servlet$", None, ""),
        (r"^[A-Z]bc$", None, ""),
    ],
)
def test_what_a_pattern_asks_of_a_word_is_seen_where_it_is_plain(
    pattern: str, beginnings: str | None, letters: str
) -> None:
    assert asked_for(pattern) == (beginnings, letters)


PARSER = Parser(cluecode.GRAMMAR)
FAST_RULES = Rules(cluecode.GRAMMAR)
LABELS = st.sampled_from(
    "COPY COPY YR YR-RANGE NNP NNP NN COMP CC BY CAPS EMAIL URL OF VAN DASH HOLDER IS AUTH CONTRIBUTORS BARE-YR CD UNI PN JUNK".split()
)


def shape(tree: Any) -> Any:
    return tree.label, [shape(piece) if hasattr(piece, "leaves") else (piece.label, piece.value) for piece in tree]


@given(labels=st.lists(LABELS, min_size=1, max_size=12))
def test_any_labels_are_parsed_as_the_parser_does(labels: list[str]) -> None:
    ours, theirs = ([Token(f"w{at}", label=label) for at, label in enumerate(labels)] for _ in range(2))
    assert shape(FAST_RULES.parse(ours)) == shape(PARSER.parse(theirs))


@pytest.mark.parametrize(
    ("rule", "needs"),
    [
        ("NAME: {<NNP|NN> <OF>? <COMP>+} # why", [{"NNP", "NN"}, {"COMP"}]),
        ("NAME: {<COMP> <COMP> <NN>*}", [{"COMP"}]),
        ("NAME: {<NN*> <BY>}", [{"BY"}]),
        ("COPYRIGHT: {<COPY>+ (<YR-RANGE>+ <BY>?)+}", []),
        ("NAME: {<NN> | <BY>}", []),
    ],
)
def test_a_rule_needs_the_words_that_it_cannot_do_without(rule: str, needs: list[set[str]]) -> None:
    assert list(needs_of(rule)) == needs
