"""The risk register as a table of text: one row a finding, then one for each decision of a person; no cell that a spreadsheet
would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from licscan.core.text import visible
from licscan.duediligence.document import Product
from licscan.report.csv import cell
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.tables import Cell, Table
from licscan.report.duediligence.words import Words


def write(report: AuditInput, stream: BinaryIO) -> None:
    """The format has no comments: the digest of the document is the last column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    words = report.words
    for number, (product, made) in enumerate(zip(report.document.products, report.tables, strict=True)):
        register = next(table for table in made if table.key == "register")
        if number == 0:
            titles = [column.title for column in register.columns]
            writer.writerow([words.text("Product"), *titles, words.text("Report digest (SHA-256)")])
        decisions = next(table for table in made if table.key == "decisions")
        keys = [column.key for column in register.columns]
        for row in (*register.rows, *_decided(product, decisions, keys), *_ignored(product, keys, words)):
            writer.writerow([cell(value) for value in (visible(product.name), *row, report.digest)])
    # A byte order mark: without it spreadsheets read the text in another encoding.
    stream.write(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace"))


def _ignored(product: Product, keys: Sequence[str], words: Words) -> Iterator[Sequence[Cell]]:
    """Yield what files mark to be ignored as rows of the register: it has to be checked."""
    for row in product.coverage.skipped:
        if row.code == "ignored":
            cells = {"code": row.code, "subject": row.path or "", "message": words.phrase(row.what)}
            yield tuple(cells.get(key, "") for key in keys)


def _decided(product: Product, decisions: Table, keys: Sequence[str]) -> Iterator[Sequence[Cell]]:
    """Yield what people answer for as rows of the register: it is never applied silently. Other decisions follow from rules."""
    place = {column.key: number for number, column in enumerate(decisions.columns)}
    for decision, row in zip(product.decisions, decisions.rows, strict=True):
        if decision.kind in ("waiver", "curation"):
            told = dict.fromkeys(keys, "")
            told |= {"code": str(row[place["kind"]]), "subject": str(row[place["subject"]])}
            told["message"] = f"{row[place['what']]} {row[place['why']]}"
            yield tuple(told.values())
