"""Pieces of a word processor's document that its library has no quick way, or none, to write: tables, bookmarks, contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from docx.oxml import OxmlElement, ns
from lxml import etree

from licscan.core.text import visible

# Characters that XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f]")
_KEPT_TOGETHER = 300  # characters of a cell whose row stays on one page
_PAGE = 9700  # width of the text in twentieths of a point: A4 with the margins below


@cache
def qn(name: str) -> str:
    """Return a name with its namespace written out."""
    return str(ns.qn(name))


def table_xml(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Any:
    """Return a table whose columns share the page as ``widths`` do (in characters)."""
    table = OxmlElement("w:tbl")
    settings = etree.SubElement(table, qn("w:tblPr"))
    _sub(settings, "tblStyle", val="TableGrid")
    _sub(settings, "tblW", w="5000", type="pct")
    _sub(settings, "tblLayout", type="fixed")
    margins = _sub(settings, "tblCellMar")
    for side, width in (("top", "40"), ("left", "80"), ("bottom", "40"), ("right", "80")):
        _sub(margins, side, w=width, type="dxa")
    _sub(settings, "tblLook", val="0620", firstRow="1")
    grid = etree.SubElement(table, qn("w:tblGrid"))
    shares = [round(_PAGE * width / sum(widths)) for width in widths]
    for share in shares:
        _sub(grid, "gridCol", w=str(share))
    first = _row(table, head, shares, "TableHead")
    row_settings = etree.Element(qn("w:trPr"))
    _sub(row_settings, "cantSplit")
    _sub(row_settings, "tblHeader")
    first.insert(0, row_settings)
    for row in rows:
        written = _row(table, row, shares, "TableText")
        if max(map(len, row), default=0) <= _KEPT_TOGETHER:
            together = etree.Element(qn("w:trPr"))
            _sub(together, "cantSplit")
            written.insert(0, together)
    return table


def _row(table: Any, cells: Sequence[str], shares: Sequence[int], style: str) -> Any:
    row = etree.SubElement(table, qn("w:tr"))
    for cell, share in zip(cells, shares, strict=True):
        holder = _sub(row, "tc")
        _sub(_sub(holder, "tcPr"), "tcW", w=str(share), type="dxa")
        paragraph = _sub(holder, "p")
        _sub(etree.SubElement(paragraph, qn("w:pPr")), "pStyle", val=style)
        run = etree.SubElement(paragraph, qn("w:r"))
        for number, line in enumerate(safe(cell).split("\n")):
            if number:
                _sub(run, "br")
            _sub(run, "t").text = line
            run[-1].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return row


def _sub(parent: Any, tag: str, /, **attributes: str) -> Any:
    return etree.SubElement(parent, qn(f"w:{tag}"), {qn(f"w:{key}"): value for key, value in attributes.items()})


def safe(text: str) -> str:
    """Return ``text`` with line feeds, and without what XML cannot hold; ``visible`` has written out all else."""
    return _FORBIDDEN.sub("", text)


def bookmark(paragraph: Any, name: str, number: int) -> None:
    start = _sub(paragraph._p, "bookmarkStart", id=str(number), name=name)
    paragraph._p.insert(1, start)
    _sub(paragraph._p, "bookmarkEnd", id=str(number))


def write_contents(paragraph: Any, entries: Sequence[tuple[int, str, str]], depth: int) -> None:
    """Write the contents: a field that a word processor brings up to date, filled already with links to each heading."""
    last = paragraph._p
    pieces = list(_content_lines(entries))
    for number, line in enumerate(pieces):
        if number == 0:
            for run in reversed(tuple(field_runs(f'TOC \\o "1-{depth}" \\h \\z \\u'))):
                line.insert(1, run)
        if number == len(pieces) - 1:
            line.append(run_with("fldChar", fldCharType="end"))
        last.addnext(line)
        last = line


def _content_lines(entries: Sequence[tuple[int, str, str]]) -> Iterator[Any]:
    for level, text, name in entries:
        line = OxmlElement("w:p")
        settings = _sub(line, "pPr")
        _sub(_sub(settings, "tabs"), "tab", val="right", leader="dot", pos=str(_PAGE))
        _sub(settings, "spacing", before="0", after="20")
        _sub(settings, "ind", left=str((level - 1) * 360))
        link = _sub(line, "hyperlink", anchor=name, history="1")
        run = _sub(link, "r")
        _sub(run, "t").text = safe(visible(text))
        # The page is a field: a word processor works it out when it opens the document.
        _sub(_sub(link, "r"), "tab")
        for piece in (*field_runs(f"PAGEREF {name} \\h"), _page_to_come(), run_with("fldChar", fldCharType="end")):
            link.append(piece)
        yield line


def _page_to_come() -> Any:
    run = OxmlElement("w:r")
    _sub(run, "t").text = "…"
    return run


def field_runs(instruction: str) -> Iterator[Any]:
    yield run_with("fldChar", fldCharType="begin")
    run = OxmlElement("w:r")
    code = _sub(run, "instrText")
    code.text = f" {instruction} "
    yield run
    yield run_with("fldChar", fldCharType="separate")


def run_with(tag: str, /, **attributes: str) -> Any:
    run = OxmlElement("w:r")
    _sub(run, tag, **attributes)
    return run
