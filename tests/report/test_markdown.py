from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from licscan.report import markdown
from licscan.report.markdown import code, prose
from tests.report import samples
from tests.report.golden import written

READER = MarkdownIt("commonmark").enable("table")
HARMLESS_HTML = {"<!-- -->", "<br>"}
hostile = st.text(alphabet="`|\\[]()<>!*_~#@&;:/.-\n\x1b\u202ea1whtps$", max_size=40)


def inline(text: str) -> list[Token]:
    """Return what a Markdown reader makes of one line."""
    return [child for token in READER.parse(text) for child in token.children or ()]


def shown(text: str) -> str:
    return "".join(token.content for token in inline(text) if token.type in ("text", "code_inline", "text_special"))


@given(hostile)
def test_prose_makes_nothing_but_text(text: str) -> None:
    for token in inline(f"Found: {prose(text)}"):
        assert token.type == "text" or token.content in HARMLESS_HTML, token


@given(hostile)
def test_prose_reads_as_it_was_written(text: str) -> None:
    from licscan.core.text import one_line

    assert shown(f"Found: {prose(text)}") == f"Found: {one_line(text)}".strip()


@given(hostile)
def test_code_makes_one_code_span(text: str) -> None:
    kinds = [token.type for token in inline(f"Found: {code(text)}") if token.type != "text"]
    assert kinds == ["code_inline"]


@given(st.lists(hostile, min_size=2, max_size=2))
def test_scanned_text_stays_in_its_cell(texts: list[str]) -> None:
    row = f"| {code(texts[0])} | {prose(texts[1])} |"
    tokens = READER.parse(f"| a | b |\n|---|---|\n{row}\n")
    assert sum(token.type == "td_open" for token in tokens) == 2
    assert sum(token.type == "tr_open" for token in tokens) == 2


@pytest.mark.parametrize("text", ["@everyone", "see #12", "http://evil.example", "www.evil.example", "me@evil.example"])
def test_a_hosting_service_finds_nothing_to_link_or_to_notify(text: str) -> None:
    assert text not in prose(text).replace("\\", "")
    assert shown(f"Found: {prose(text)}") == f"Found: {text}"


def test_the_report_holds_no_html_but_its_own() -> None:
    tokens = READER.parse(written(markdown, samples.sample()).decode())
    blocks = {token.content.strip() for token in tokens if token.type == "html_block"}
    assert all(block.startswith(("<!-- licscan:", "<details><summary>", "</details>")) for block in blocks)
    children = [child for token in tokens for child in token.children or ()]
    assert {child.content for child in children if child.type == "html_inline"} <= HARMLESS_HTML
    assert not any(child.type in ("link_open", "image") for child in children)


def test_a_report_of_any_size_fits_into_a_comment() -> None:
    text = written(markdown, samples.large(20_000)).decode()
    assert len(text) < 65_536
    assert "more findings** not shown here" in text


def test_what_is_shown_and_what_is_counted_make_the_whole() -> None:
    text = written(markdown, samples.large(3_000)).decode()
    shown_rows = text.count("\n| violates |")
    assert f"**{3_000 - shown_rows:,} more findings**" in text
