"""The audit as a page: one file of its own, or a folder to be hosted. No network, nothing of the tree that could act.

Tables carry all their rows as data, each text once; the page's script shows a screenful at a time. Without scripts the
first rows of each table can be read.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from licscan.core.message import mark
from licscan.core.text import visible
from licscan.core.verdict import Severity
from licscan.duediligence.document import Product
from licscan.duediligence.ratings import Bucket, DutyState
from licscan.duediligence.words import BUCKET_MEANINGS
from licscan.report.duediligence import charts
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.control import bill, control_rows, coverage_rows
from licscan.report.duediligence.front import (
    IssueWords,
    front_issues,
    front_questions,
    issue_words,
    item_rows,
    overall_issues,
    rest,
    unknown,
)
from licscan.report.duediligence.intros import INTROS
from licscan.report.duediligence.tables import Cell, Table, subject_name
from licscan.report.duediligence.words import SHORT_ID, Words

_FIRST_ROWS = 50  # shown before, or without, the script
_CHAPTER_ROWS = 200
_ITEM_ROWS = 25  # of an issue
_CELL = 1200  # characters of a cell; the workbook has more
# What the script says, in the report's language.
_UI = (
    mark("Search"), mark("All"), mark("{shown} of {all}"), mark("Previous"), mark("Next"), mark("Page {page} of {pages}"), mark("Details"), mark("Clear"), mark("Nothing fits."),
    mark("Link to this row"), mark("{rest} more rows: see the workbook"), mark("Rows {from} to {to}"),
)  # fmt: skip


def write(report: AuditInput, stream: BinaryIO) -> None:
    style, script = _asset("audit.css"), _asset("audit.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    stream.write(_page(report, {"policy": policy, "style": Markup(style), "script": Markup(script), "inline": True}))  # noqa: S704 - our own files


def assets(report: AuditInput) -> Mapping[str, bytes]:
    """Return the files of a folder to be hosted: the page runs under a policy that allows no inline code at all."""
    policy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'"
    page = _page(report, {"policy": policy, "style": "", "script": "", "inline": False})
    return {
        "index.html": page,
        "audit.css": _asset("audit.css").encode(),
        "audit.js": _asset("audit.js").encode(),
    }


def _page(report: AuditInput, frame: Mapping[str, Any]) -> bytes:
    words = report.words
    found = {product.key: made for product, made in zip(report.document.products, report.tables, strict=True)}
    context = {
        **frame,
        "report": report,
        "document": report.document,
        "products": [_product(report, product, found[product.key]) for product in report.document.products],
        "overall": _overall(report),
        "item_rows": _ITEM_ROWS,
        "several": len(report.document.products) > 1,
        "words": words,
        "_": words.text,
        "lang": words.language.html_lang,
        "data": Markup(_data(found, words)),  # noqa: S704 - JSON with every < and & written as an escape
        "short": SHORT_ID,
        "first_rows": _FIRST_ROWS,
        "chapter_rows": _CHAPTER_ROWS,
        "intros": INTROS,
    }
    return _environment().get_template("audit.html.j2").render(context).encode("utf-8", "backslashreplace")


def _front(product: Product, found: Sequence[IssueWords], name: str = "") -> list[dict[str, Any]]:
    return [{"issue": each, "link": f"{product.key}-issue-{each.number}", "product": name} for each in found]


def _overall(report: AuditInput) -> list[dict[str, Any]]:
    """The issues that decide over all products, one list."""
    return [
        row
        for product, issue in overall_issues(report.document, report.words)
        for row in _front(product, (issue,), product.name)
    ]


def _product(report: AuditInput, product: Product, found: tuple[Table, ...]) -> dict[str, Any]:
    words = report.words
    return {
        "product": product,
        "tables": {table.key: table for table in found},
        "control": control_rows(report, product),
        "coverage": coverage_rows(product, words),
        "bill": bill(product),
        "front": _front(product, front_issues(product, words)),
        "asked": front_questions(product, words),
        "rest": rest(product, words),
        "unknown": unknown(product, words),
        "issues": [
            (issue, issue_words(issue, words), list(zip(item_rows(issue, words), (item.findings for item in issue.items), strict=True)))
            for issue in product.issues
        ],
        "buckets": [
            {"key": count.bucket.value, "label": words.label(count.bucket), "meaning": words.text(BUCKET_MEANINGS[count.bucket]),
             "subjects": count.subjects, "findings": count.findings}
            for count in product.buckets
        ],
        "class_chart": charts.class_chart(product, words),
        "risk_matrix": charts.risk_matrix(product, words),
        "reach_chart": charts.reach_chart(product, words),
    }  # fmt: skip


def _data(found: Mapping[str, tuple[Table, ...]], words: Words) -> str:
    """Return all rows as JSON: each different text once, cells are places in the list of texts."""
    texts = _Texts()
    body: dict[str, Any] = {"tables": {}, "ui": {key: words.text(key) for key in _UI}}
    for product, members in found.items():
        for table in members:
            if not table.rows:
                continue
            body["tables"][f"{product}-{table.key}"] = {
                "columns": [
                    {
                        "key": column.key,
                        "title": column.title,
                        "choice": column.choice,
                        "code": column.code,
                        "wide": column.wide,
                    }
                    for column in table.columns
                ],
                "rows": [[texts[cell] for cell in row] for row in table.rows],
                "ids": list(table.ids) if table.key == "register" else [],
            }
    body["texts"] = list(texts.places)
    body["order"] = {"bucket": [words.label(bucket) for bucket in Bucket]}
    body["tones"] = {
        "bucket": {words.label(bucket): bucket.value for bucket in Bucket},
        "state": {words.label(DutyState.OPEN): "research-needed", words.label(DutyState.FULFILLED): "fine"},
        "severity": {words.label(Severity.CRITICAL): "conflict-broad", words.label(Severity.HIGH): "conflict-broad"},
    }
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class _Texts(dict[Cell, int]):
    """The place of each cell's text in the list of texts: most of a large audit's cells repeat one, which costs a look-up."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, int] = {}

    def __missing__(self, cell: Cell) -> int:
        place = self[cell] = self.places.setdefault(_text(cell), len(self.places))
        return place


def _text(cell: object) -> str:
    if cell is None:
        return ""
    shown = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return shown if len(shown) <= _CELL else f"{shown[: _CELL - 3]}..."


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("licscan.report.duediligence"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters.update(name=visible, subject=subject_name, cell=_text)
    return environment


def _harmless(value: object) -> object:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value, newlines=True)


@cache
def _asset(name: str) -> str:
    return PackageLoader("licscan.report.duediligence").get_source(Environment(autoescape=True), name)[0]


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
