"""What summaries tell: buckets of what nothing objects to, all products on one page, empty parts in words, the target's configuration."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from docx import Document
from msgspec.structs import replace

from licscan.core.component import Component, Scope
from licscan.core.facts import Distribution, Facts
from licscan.core.message import say
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Classification, Conclusion, LicenseClass, Subject, SubjectKind
from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.duediligence.compare import bucket_counts, verdict
from licscan.duediligence.document import Configuration, FrontPage
from licscan.duediligence.ratings import Bucket, VerdictState
from licscan.duediligence.register import Filing, subject_bucket
from licscan.report.duediligence import docx, html, xlsx
from licscan.report.duediligence.base import AuditInput
from licscan.report.duediligence.control import coverage_rows
from tests.duediligence.conftest import report_of
from tests.report.sample_facts import file, run
from tests.report.sample_judgement import POLICY, classification

COPYLEFT = classification("gpl-3.0", "GPL-3.0-only", LicenseClass.STRONG_COPYLEFT)  # owes its source, says the sample
NOTICES = ("attribution", "license-text", "notice-file", "state-changes")


def under(license_class: LicenseClass, *obligations: str) -> Classification:
    found = classification("x", "X", license_class)
    return replace(found, units=(replace(found.units[0], obligations=obligations),))


def concluded(found: Classification | None, scope: Scope = Scope.RUNTIME) -> Conclusion:
    subject = Subject(kind=SubjectKind.COMPONENT, id="pkg:npm/a@1", name="a", scope=scope)
    return Conclusion(subject=subject, classification=found)


@pytest.mark.parametrize(
    ("found", "distribution", "bucket"),
    [
        (under(LicenseClass.PERMISSIVE, *NOTICES), None, Bucket.NOTICE),
        (under(LicenseClass.PERMISSIVE), None, Bucket.FINE),
        (under(LicenseClass.STRONG_COPYLEFT, "source-disclosure"), None, Bucket.RESEARCH),
        (under(LicenseClass.STRONG_COPYLEFT, "source-disclosure"), Distribution.BINARY, Bucket.RESEARCH),
        (under(LicenseClass.STRONG_COPYLEFT, "source-disclosure"), Distribution.SAAS, Bucket.NOTICE),
        (under(LicenseClass.STRONG_COPYLEFT, "network-source"), Distribution.SAAS, Bucket.RESEARCH),
        (under(LicenseClass.STRONG_COPYLEFT, "network-source"), Distribution.INTERNAL, Bucket.NOTICE),
        (under(LicenseClass.PROPRIETARY, "attribution"), Distribution.INTERNAL, Bucket.RESEARCH),
        (under(LicenseClass.UNKNOWN), None, Bucket.RESEARCH),
    ],
)
def test_what_nothing_objects_to_is_filed_by_what_it_asks(
    found: Classification, distribution: Distribution | None, bucket: Bucket
) -> None:
    by = Filing(frozenset(), distribution)
    assert subject_bucket((), concluded(found), by, third_party=True) is bucket
    assert subject_bucket((), concluded(found), by, third_party=False) is Bucket.FINE


def test_what_is_not_delivered_owes_no_more_than_notices() -> None:
    by = Filing(frozenset(), Distribution.BINARY)
    assert subject_bucket((), concluded(COPYLEFT, Scope.TEST), by, third_party=True) is Bucket.NOTICE


def test_a_verdict_with_parts_that_somebody_has_to_look_at_is_not_clear() -> None:
    inventory = Inventory(run=run("shop"), files=(), findings=(), components=(Component(id="pkg:npm/a@1", name="a"),))
    audit = Audit(policy=POLICY, facts=Facts(), conclusions=(concluded(COPYLEFT),), violations=(), complete=True)
    assert next(each for each in bucket_counts(inventory, audit) if each.bucket is Bucket.RESEARCH).subjects == 1
    assert verdict(inventory, audit).state is VerdictState.REVIEWS
    kept = replace(audit, facts=Facts(distribution=Distribution.INTERNAL))
    assert verdict(inventory, kept).state is VerdictState.CLEAR


def opened(report: AuditInput) -> Any:
    stream = io.BytesIO()
    docx.write(report, stream)
    return Document(stream)


def cells(document: Any) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def test_several_products_have_one_summary_over_all_in_the_document_for_counsel(judged: Judged, order: Order) -> None:
    other = replace(judged, inventory=replace(judged.inventory, run=replace(judged.inventory.run, root="depot")))
    report = report_of(derive([judged, other], order), order)
    table = next(table for table in cells(opened(report)) if table[0][0] == "Product")
    assert [row[0] for row in table] == ["Product", "shop", "depot"]
    assert table[0][1:3] == ["Verdict", "Conflict, broad"]
    counts = {count.bucket: count.subjects for count in report.document.products[0].buckets}
    assert table[1][2] == str(counts[Bucket.CONFLICT_BROAD])
    alone = report_of(derive([judged], order), order)
    assert not any(table[0][0] == "Product" for table in cells(opened(alone)))


def test_the_document_tells_how_components_with_findings_are_used_and_leaves_out_files(
    document: DueDiligence, order: Order
) -> None:
    report = report_of(document, order)
    table = next(table for table in cells(opened(report)) if table[0][-1] == "Usage facts, and who states them")
    told = {row[0]: row[2] for row in table[1:]}
    files = {entry.subject.name for entry in document.products[0].components if entry.subject.kind is SubjectKind.FILE}
    assert files and files.isdisjoint(told)
    assert "linking: " in told["readline"] and "(" in told["readline"]


def test_products_of_one_name_are_told_apart(judged: Judged, order: Order) -> None:
    other = replace(judged, inventory=replace(judged.inventory, run=replace(judged.inventory.run, root="depot")))
    names = [product.name for product in derive([judged, other, judged], order).products]
    assert names == ["shop (1)", "depot", "shop (3)"]


def test_empty_parts_of_the_summary_say_so(document: DueDiligence, order: Order) -> None:
    front = FrontPage(issues=(), more=0, questions=(), unknown=())
    empty = replace(document, products=(replace(document.products[0], front=front, issues=(), changers=()),))
    texts = [paragraph.text for paragraph in opened(report_of(empty, order)).paragraphs]
    start = texts.index("The issues that decide")
    assert texts[start : start + 4] == [
        "The issues that decide",
        "None.",
        "Not known",
        "None.",
    ]
    start = texts.index("What would change the verdict")
    assert texts[start + 1] == "Nothing that is known."


def test_the_target_s_configuration_stands_in_the_document_and_the_workbook(
    document: DueDiligence, order: Order
) -> None:
    own = Configuration(
        path="licscan.toml", trusted=False, problem=None, settings=(("exclude", "src/**"),), effects=(say("Problem"),)
    )
    report = report_of(replace(document, products=(replace(document.products[0], configuration=own),)), order)
    told = {row[0]: row[1] for table in cells(opened(report)) for row in table if len(row) == 2}
    assert told["exclude"] == "src/**"
    assert told["The target's own configuration"].startswith("licscan.toml. It was ignored.")
    stream = io.BytesIO()
    xlsx.write(report, stream)
    sheet = openpyxl.load_workbook(stream)["Control"]
    assert ("exclude", "src/**") in [row[:2] for row in sheet.iter_rows(values_only=True)]


def test_the_bill_of_materials_is_an_appendix_that_says_where_it_stands(document: DueDiligence, order: Order) -> None:
    report = report_of(document, order)
    texts = [paragraph.text for paragraph in opened(report).paragraphs]
    told = texts[len(texts) - 1 - texts[::-1].index("Appendix: bill of materials") + 1]
    kinds = [entry.subject.kind for entry in document.products[0].components]
    parts = kinds.count(SubjectKind.COMPONENT) + kinds.count(SubjectKind.PROJECT)
    assert f"Components: {parts}; models and datasets: {kinds.count(SubjectKind.MODEL)}." in told
    stream = io.BytesIO()
    html.write(report, stream)
    assert told in stream.getvalue().decode()


def test_scope_names_archives_and_counts_licensed_files_by_what_they_serve(judged: Judged, order: Order) -> None:
    archives = tuple(file(f"dist/{number}.zip") for number in range(12))
    inventory = replace(judged.inventory, files=(*judged.inventory.files, *archives))
    tests = replace(
        judged.audit.conclusions[-1],
        subject=Subject(kind=SubjectKind.FILE, id="t.c", name="t.c", scope=Scope.TEST),
        classification=COPYLEFT,
    )
    audit = replace(judged.audit, conclusions=(*judged.audit.conclusions, tests))
    report = report_of(derive([replace(judged, inventory=inventory, audit=audit)], order), order)
    told = dict(coverage_rows(report.document.products[0], report.words))
    assert told["Archives not opened"].startswith("12: dist/0.zip, dist/1.zip")
    assert told["Archives not opened"].endswith("and 2 more")
    assert "test: 1" in told["Files with a licence, by what they serve"]
