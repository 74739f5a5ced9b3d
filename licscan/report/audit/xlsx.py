"""The audit as a workbook: a control sheet, then one sheet a table, with filters, frozen headers and fixed widths.

Cells are written as text or numbers by type: nothing that was scanned becomes a formula, a link or a style.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any, BinaryIO

import xlsxwriter

from licscan.audit.document import Bucket, Product
from licscan.core.marker import MARKER
from licscan.core.text import visible
from licscan.report.audit.archive import rewritten
from licscan.report.audit.base import AuditInput
from licscan.report.audit.control import control_rows, coverage_rows
from licscan.report.audit.tables import Column, Table
from licscan.report.audit.words import Words

_TONES = {
    Bucket.CONFLICT_BROAD: "#F8D7D3",
    Bucket.CONFLICT_NARROW: "#FBE6D4",
    Bucket.NOT_LICENSED: "#EAE3F5",
    Bucket.RESEARCH: "#FDF3D6",
    Bucket.NOTICE: "#E3EEF9",
    Bucket.FINE: "#E4F3EA",
}
_MAX_CELL = 32_000  # the format's limit is 32,767 characters


def write(report: AuditInput, stream: BinaryIO) -> None:
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,  # rows are written in their order, and forgotten
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {
            "title": report.words.text("Open-source due diligence"),
            "author": "licscan",
            "comments": MARKER,
            "created": _moment(report.document.control.generated_at),
        }
    )
    _Book(book, report).fill()
    book.close()
    stream.write(rewritten(buffer.getvalue()))


class _Book:
    def __init__(self, book: Any, report: AuditInput) -> None:
        self._book = book
        self._report = report
        self._words: Words = report.words
        self._head = book.add_format({"bold": True, "bg_color": "#1F2A37", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top", "border": 1})  # fmt: skip
        self._text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self._code = book.add_format(
            {"text_wrap": True, "valign": "top", "font_name": "Consolas", "font_size": 9, "num_format": "@"}
        )
        self._number = book.add_format({"valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._key = book.add_format({"bold": True, "valign": "top"})
        self._tones = {
            self._words.label(bucket): book.add_format({"bg_color": tone, "text_wrap": True, "valign": "top"})
            for bucket, tone in _TONES.items()
        }

    def fill(self) -> None:
        self._control()
        for sheet, members in self._sheets():
            self._sheet(sheet, members)

    def _control(self) -> None:
        sheet = self._book.add_worksheet(self._words.text("Control"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 110)
        sheet.write_string(0, 0, self._words.text("Open-source due diligence"), self._title)
        row = 2
        for product in self._report.document.products:
            for key, value in (*control_rows(self._report, product), *coverage_rows(product, self._words), ("", "")):
                sheet.write_string(row, 0, key, self._key)
                sheet.write_string(row, 1, value[:_MAX_CELL], self._text)
                row += 1
        sheet.freeze_panes(2, 1)

    def _sheets(self) -> Iterator[tuple[str, list[tuple[Product, Table]]]]:
        """Yield each sheet with the tables of all products that stand on it."""
        products = self._report.document.products
        every = list(zip(products, self._report.tables, strict=True))
        for index in range(len(every[0][1])):
            yield every[0][1][index].title, [(product, found[index]) for product, found in every]

    def _sheet(self, title: str, members: Sequence[tuple[Product, Table]]) -> None:
        sheet = self._book.add_worksheet(title[:31])
        several = len(members) > 1
        columns: tuple[Column, ...] = members[0][1].columns
        if several:
            columns = (Column(key="product", title=self._words.text("Product"), width=20), *columns)
        formats = [self._code if column.code else self._text for column in columns]
        for number, column in enumerate(columns):
            sheet.set_column(number, number, min(column.width, 70))
            sheet.write_string(0, number, column.title, self._head)
        row = 0
        for product, table in members:
            for cells in table.rows:
                row += 1
                shown = (visible(product.name), *cells) if several else cells
                for number, value in enumerate(shown):
                    self._write(sheet, row, number, (value, formats[number]))
        sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)
        sheet.freeze_panes(1, 4 if several else 3)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")

    def _write(self, sheet: Any, row: int, column: int, cell: tuple[Any, Any]) -> None:
        value, style = cell
        if value is None or value == "":
            return
        if isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self._number)
        else:
            sheet.write_string(row, column, value[:_MAX_CELL], self._tones.get(value, style))


def _moment(time: str) -> datetime:
    try:
        return datetime.fromisoformat(time.replace("Z", "+00:00"))
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=timezone.utc)
