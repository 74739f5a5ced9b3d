"""The workbook, the document for counsel, JSON and CSV: opened again with their libraries, and compared."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.report.duediligence import FORMS
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.docx import MAX_ROWS
from tests.duediligence.big import big
from tests.duediligence.conftest import report_of

Render = Callable[[str], bytes]


@pytest.fixture(scope="module")
def render(report: AuditInput) -> Render:
    return lambda form: rendered(report, form)


def rendered(report: AuditInput, form: str) -> bytes:
    stream = io.BytesIO()
    import_module(FORMS[form][0]).write(report, stream)
    return stream.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_is_the_same_bytes(form: str, judged: Judged, order: Order) -> None:
    once, again = (rendered(report_of(derive([judged], order), order), form) for _ in range(2))
    assert once == again


def test_the_workbook_has_a_sheet_for_each_table_with_filters_and_frozen_headers(render: Render) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx")))
    assert book.sheetnames == [
        "Front page", "Control", "Issues", "Components", "Licence review", "Risk register", "Actions", "Obligations", "Questions", "Evidence",
        "Special chapters", "Scenarios", "Decisions",
    ]  # fmt: skip
    for name in book.sheetnames[2:]:
        assert book[name].auto_filter.ref, name
        assert book[name].freeze_panes, name
        assert book[name].column_dimensions["A"].width, name


def test_rows_are_as_high_as_their_texts_and_wide_sheets_print_on_several_pages(render: Render) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render("xlsx")))["Components"]
    heights = {row: sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)}
    lines = {row: str(sheet.cell(row, 9).value).count("\n") + 1 for row in heights}
    assert max(lines.values()) > 1
    assert all(15 * lines[row] <= height <= 409 for row, height in heights.items())
    assert sheet.page_setup.fitToWidth > 1
    assert sheet.print_title_cols == "$A:$C"


def test_no_cell_of_the_workbook_is_a_formula_or_leads_out_of_it(render: Render) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx")))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None or cell.hyperlink.target is None
    with zipfile.ZipFile(io.BytesIO(render("xlsx"))) as archive:
        assert not any("externalLink" in name or "vba" in name.lower() for name in archive.namelist())


def test_rows_of_the_workbook_lead_to_their_findings_and_findings_to_their_evidence(render: Render) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx")))
    led: dict[str, set[str]] = {}
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.hyperlink is None:
                    continue
                name, _, place = cell.hyperlink.location.rpartition("!")
                target = book[name.strip("'")]
                led.setdefault(sheet.title, set()).add(target.title)
                shown = {str(each.value) for each in target[place.removeprefix("A")]}
                first = str(cell.value).partition("\n")[0]
                assert first in shown or any(first in each for each in shown) or sheet.title == "Front page"
    assert led["Front page"] == {"Issues"}
    assert led["Issues"] == {"Risk register"}
    assert led["Risk register"] == {"Evidence"}


def test_finding_ids_are_the_same_in_every_form(render: Render, document: DueDiligence) -> None:
    ids = {risk.id for risk in document.products[0].risks}
    told = json.loads(render("json"))
    assert {risk["id"] for risk in told["products"][0]["risks"]} == ids
    rows = list(csv.DictReader(io.StringIO(render("csv").decode("utf-8-sig"))))
    assert {row["Finding id"] for row in rows} - {""} == ids
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx")), read_only=True)
    assert ids <= {cell for row in book["Risk register"].iter_rows(values_only=True) for cell in row}
    page = render("html").decode()
    assert all(finding in page for finding in ids)
    text = "\n".join(
        cell.text for table in Document(io.BytesIO(render("docx"))).tables for row in table.rows for cell in row.cells
    )
    assert all(finding in text for finding in ids)


def test_finding_ids_are_those_of_the_sbom(document: DueDiligence, judged: Judged) -> None:
    from licscan.report.base import ReportInput
    from licscan.report.cyclonedx import json_format

    stream = io.BytesIO()
    json_format.write(
        ReportInput(inventory=judged.inventory, audit=judged.audit, generated_at="2026-01-02T03:04:05Z"), stream
    )
    bill = stream.getvalue().decode()
    assert all(risk.id in bill for risk in document.products[0].risks)


def test_the_digest_can_be_made_again_from_the_json_form(render: Render, report: AuditInput) -> None:
    told = json.loads(render("json"))
    digest = told.pop("digest")
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    assert digest == report.digest == hashlib.sha256(canonical).hexdigest()


def test_the_control_sheet_tells_the_verdict_and_the_counts_of_the_summary(
    render: Render, document: DueDiligence, report: AuditInput
) -> None:
    product, words = document.products[0], report.words
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx")), read_only=True)
    told = {str(row[0]): str(row[1]) for row in book["Control"].iter_rows(values_only=True) if len(row) > 1}
    assert told["Verdict"].startswith(
        f"{words.label(product.verdict.state)}: {words.phrase(product.verdict.headline)}."
    )
    for count in product.buckets:
        assert told[words.label(count.bucket)] == f"Subjects: {count.subjects}, Findings: {count.findings}"


def test_every_form_shows_the_digest_of_the_whole(render: Render, report: AuditInput) -> None:
    assert report.digest in render("html").decode()
    assert report.digest in render("csv").decode()
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx")), read_only=True)
    assert any(report.digest in row for row in book["Control"].iter_rows(values_only=True))
    assert any(report.digest in paragraph.text for paragraph in Document(io.BytesIO(render("docx"))).paragraphs)


def test_the_document_has_headings_contents_and_tables(render: Render) -> None:
    document = Document(io.BytesIO(render("docx")))
    headings = [
        paragraph.text for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Heading 1"
    ]
    assert [heading for heading in headings if heading[0].isdigit()] == [
        "1. Components", "2. Licence review", "3. Risks and liabilities", "4. After the merger", "5. Questions",
    ]  # fmt: skip
    body = document.element.xml
    assert "TOC \\o" in body
    assert body.count("<w:bookmarkStart") >= len(headings)
    assert 'w:anchor="part1"' in body


def test_a_table_of_the_document_ends_at_500_rows_and_says_how_many_more(order: Order) -> None:
    report = report_of(derive([big(700, 700)], order), order)
    document = Document(io.BytesIO(rendered(report, "docx")))
    assert max(len(table._tbl.tr_lst) for table in document.tables) == MAX_ROWS + 1
    assert any("more rows" in paragraph.text for paragraph in document.paragraphs)


def test_csv_tells_what_people_decided_as_the_workbook_does(render: Render, document: DueDiligence) -> None:
    decided = [each for each in document.products[0].decisions if each.kind in ("waiver", "curation")]
    assert {each.kind for each in decided} == {"waiver", "curation"}
    rows = list(csv.DictReader(io.StringIO(render("csv").decode("utf-8-sig"))))
    told = [row for row in rows if not row["Finding id"]]
    sheet = openpyxl.load_workbook(io.BytesIO(render("xlsx")), read_only=True)["Decisions"]
    shown = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] in ("waiver", "curation")]
    assert [(row["Code"], row["Subject"], row["Finding"]) for row in told] == [
        (kind, subject, f"{what} {why}") for kind, subject, what, why, _ in shown
    ]
    assert len(told) == len(decided)


def test_csv_cells_start_no_formula(render: Render) -> None:
    for row in csv.reader(io.StringIO(render("csv").decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


@pytest.mark.parametrize(("form", "target"), [("xlsx", "csv"), ("docx", "pdf")])
def test_libreoffice_opens_it(form: str, target: str, render: Render, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: the file was not opened with it")
    file = tmp_path / f"audit.{form}"
    file.write_bytes(render(form))
    done = subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            target,
            "--outdir",
            str(tmp_path),
            str(file),
        ],
        capture_output=True,
        timeout=180,
    )
    assert done.returncode == 0
    assert b"Error" not in done.stderr
    assert (tmp_path / f"audit.{target}").stat().st_size > 500


def test_several_products_stand_on_one_sheet_with_a_column_for_the_product(judged: Judged, order: Order) -> None:
    report = report_of(derive([judged, judged], order), order)
    book = openpyxl.load_workbook(io.BytesIO(rendered(report, "xlsx")), read_only=True)
    rows = list(book["Risk register"].iter_rows(values_only=True))
    assert rows[0][0] == "Product"
    assert len(rows) == 1 + 2 * len(judged.audit.violations)
