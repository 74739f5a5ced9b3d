"""The risk register as a table of text: one row a finding, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from licscan.core.marker import MARKER
from licscan.core.text import visible
from licscan.report.audit.base import AuditInput
from licscan.report.csv import cell


def write(report: AuditInput, stream: BinaryIO) -> None:
    """The format has no comments: the mark of our own files is the name of the last column, the digest its value."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    words = report.words
    for number, (product, made) in enumerate(zip(report.document.products, report.tables, strict=True)):
        register = next(table for table in made if table.key == "register")
        if number == 0:
            titles = [column.title for column in register.columns]
            writer.writerow([words.text("Product"), *titles, MARKER])
        for row in register.rows:
            writer.writerow([cell(value) for value in (visible(product.name), *row, report.digest)])
    # A byte order mark: without it spreadsheets read the text in another encoding.
    stream.write(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace"))
