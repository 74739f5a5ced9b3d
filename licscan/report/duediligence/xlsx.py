"""The audit as a workbook: a control sheet, then one sheet a table, with filters, frozen headers and fixed widths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from msgspec import Struct

from licscan.core.text import visible
from licscan.duediligence.document import Product
from licscan.duediligence.ratings import Bucket
from licscan.report.duediligence.archive import pack
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.control import configuration_rows, control_rows, coverage_rows, verdict_rows
from licscan.report.duediligence.front import front_issues, front_questions, rest, unknown
from licscan.report.duediligence.tables import Cell, Column, Table
from licscan.report.duediligence.workbook import Sheet, Style, core_properties, entries

_TONES = {
    Bucket.CONFLICT_BROAD: "F8D7D3",
    Bucket.CONFLICT_NARROW: "FBE6D4",
    Bucket.NOT_LICENSED: "EAE3F5",
    Bucket.RESEARCH: "FDF3D6",
    Bucket.NOTICE: "E3EEF9",
    Bucket.FINE: "E4F3EA",
}
_TEXT, _CODE, _HEAD, _TITLE, _KEY, _FIRST_TONE = range(6)
_STYLES = (
    Style(),
    Style(font="Consolas", size=9),
    Style(bold=True, fill="1F2A37", color="FFFFFF"),
    Style(bold=True, size=14),
    Style(bold=True),
    *(Style(fill=tone) for tone in _TONES.values()),
)
_MAX_NAME = 31  # characters of a sheet's name
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write(report: AuditInput, stream: BinaryIO) -> None:
    title = report.words.text("Open-source due diligence")
    properties = core_properties(title, "", report.document.control.generated_at)
    targets = _Targets.of(report)
    sheets = [_front(report, targets), _control(report), *_tables(report, targets)]
    stream.write(pack((name, text.encode()) for name, text in entries(sheets, _STYLES, properties)))


class _Targets(Struct, frozen=True):
    """Rows that others lead to, by sheet and number: those of issues by product and number, of findings and of the first evidence for each."""

    issues: Mapping[tuple[str, int], tuple[str, int]]
    findings: Mapping[str, tuple[str, int]]
    evidence: Mapping[str, tuple[str, int]]

    @classmethod
    def of(cls, report: AuditInput) -> _Targets:
        issues: dict[tuple[str, int], tuple[str, int]] = {}
        findings: dict[str, tuple[str, int]] = {}
        evidence: dict[str, tuple[str, int]] = {}
        for members in zip(*report.tables, strict=True):
            name, row = _name(members[0].title), 2
            for product, table in zip(report.document.products, members, strict=True):
                column = _column(
                    table, {"issues": "number", "register": "id", "evidence": "finding-ids"}.get(table.key, "")
                )
                for number, cells in enumerate(table.rows, row) if column is not None else ():
                    value = str(cells[column])
                    if table.key == "issues":
                        issues.setdefault((product.key, int(value)), (name, number))
                    elif table.key == "register":
                        findings[value] = (name, number)
                    else:
                        for finding in value.split("\n"):
                            evidence.setdefault(finding, (name, number))
                row += len(table.rows)
        return cls(issues, findings, evidence)

    def of_row(self, table: Table, cells: Sequence[Cell]) -> tuple[int, tuple[str, int]] | None:
        """Return the column of a row that leads elsewhere, and where: a finding to its evidence, all else to its first finding."""
        column = _column(table, "id" if table.key == "register" else "finding-ids")
        if column is None or not cells[column]:
            return None
        found = (self.evidence if table.key == "register" else self.findings).get(str(cells[column]).partition("\n")[0])
        return (column, found) if found else None


def _column(table: Table, key: str) -> int | None:
    return next((number for number, column in enumerate(table.columns) if column.key == key), None)


def _front(report: AuditInput, targets: _Targets) -> Sheet:
    """The front page: the verdict of each product, the issues that decide, and what is not known."""
    words, text = report.words, report.words.text
    sheet = Sheet(name=_name(text("Front page")), widths=(44, 46, 46, 20), frozen=(1, 0), filtered=False)
    sheet.add((text("Open-source due diligence"), None, None, None), (_TITLE, _TEXT, _TEXT, _TEXT))
    head = (text("Issue"), text("Why it matters"), text("Options"), text("Who answers"))
    for product in report.document.products:
        verdict = product.verdict
        sheet.add(
            (visible(product.name), words.phrase(verdict.headline), words.phrase(verdict.detail), ""),
            (_KEY, *(_TEXT,) * 3),
        )
        sheet.add(head, (_HEAD,) * 4)
        for issue in front_issues(product, words):
            first = f"{issue.number}. {issue.title}\n{issue.what} ({issue.certainty})"
            sheet.add(
                (first, f"{issue.why} ({issue.concerns})", "\n".join(issue.options), issue.addressees), (_TEXT,) * 4
            )
            if (product.key, issue.number) in targets.issues:
                sheet.link(0, *targets.issues[product.key, issue.number])
        for who, rows in front_questions(product, words):
            sheet.add((who, text("Question"), text("Effect of the answer"), text("Answer")), (_HEAD,) * 4)
            for number, asked, effect in rows:
                sheet.add((number, asked, effect, ""), (_TEXT,) * 4)
        for line in (rest(product, words), *unknown(product, words)):
            sheet.add((line, "", "", ""), (_TEXT,) * 4)
    return sheet


def _control(report: AuditInput) -> Sheet:
    text = report.words.text
    sheet = Sheet(name=_name(text("Control")), widths=(34, 110), frozen=(1, 1), filtered=False)
    sheet.add((text("Open-source due diligence"), None), (_TITLE, _TEXT))
    for product in report.document.products:
        told = verdict_rows(product, report.words)
        own = configuration_rows(product, report.words)
        for pair in (*control_rows(report, product), *told, *coverage_rows(product, report.words), *own, ("", "")):
            sheet.add(pair, (_KEY, _TEXT))
    return sheet


def _tables(report: AuditInput, targets: _Targets) -> Iterator[Sheet]:
    """Yield one sheet for each table, with the rows of all products."""
    products = report.document.products
    tones = {report.words.label(bucket): _FIRST_TONE + number for number, bucket in enumerate(_TONES)}
    for members in zip(*report.tables, strict=True):
        yield _sheet(list(zip(products, members, strict=True)), report.words.text("Product"), tones, targets)


def _sheet(
    members: Sequence[tuple[Product, Table]], product_title: str, tones: dict[str, int], targets: _Targets
) -> Sheet:
    several = len(members) > 1
    first = members[0][1]
    columns: tuple[Column, ...] = first.columns
    if several:
        columns = (Column(key="product", title=product_title, width=20), *columns)
    styles = [_CODE if column.code else _TEXT for column in columns]
    bucket = next((number for number, column in enumerate(columns) if column.key == "bucket"), None)
    widths = tuple(float(min(column.width, 70)) for column in columns)
    sheet = Sheet(name=_name(first.title), widths=widths, frozen=(1, 4 if several else 3), filtered=True)
    sheet.add([column.title for column in columns], [_HEAD] * len(columns))
    for product, table in members:
        for cells in table.rows:
            row = (visible(product.name), *cells) if several else cells
            if bucket is not None:
                styles[bucket] = tones.get(str(row[bucket]), _TEXT)
            sheet.add(row, styles)
            found = targets.of_row(table, cells)
            if found:
                sheet.link(found[0] + several, *found[1])
    return sheet


def _name(title: str) -> str:
    return title.translate(_FORBIDDEN)[:_MAX_NAME]
