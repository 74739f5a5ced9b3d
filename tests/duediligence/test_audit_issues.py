"""Issues instead of findings: what is one thing is one item, what has one cause and one remedy is one issue."""

from __future__ import annotations

import io
import itertools
import re
from html import unescape

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.facts import Facts
from licscan.core.issue import Issue as Trouble
from licscan.core.issue import IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import say
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import (
    Certainty,
    Classification,
    Conclusion,
    LicenseClass,
    Role,
    Severity,
    Statement,
    Subject,
    SubjectKind,
    Violation,
)
from licscan.duediligence import DueDiligence, Judged, Order, derive
from licscan.duediligence.brief import brief, in_title
from licscan.duediligence.document import Issue, Product
from licscan.duediligence.fold import without_platform
from licscan.duediligence.ratings import Addressee, Concern, Topic
from licscan.report.duediligence import docx, html, xlsx
from licscan.report.duediligence.base import AuditInput, content
from licscan.report.duediligence.front import front_questions
from tests.duediligence.big import big
from tests.duediligence.conftest import report_of
from tests.report.sample_facts import run
from tests.report.sample_judgement import AGPL, GPL, POLICY, classification, permissive, violation

LGPL = classification("lgpl-2.1", "LGPL-2.1-only", LicenseClass.WEAK_COPYLEFT)
EE = classification("commercial-license", "LicenseRef-scancode-commercial-license", LicenseClass.PROPRIETARY)
PROJECT = Component(id="path:", name="shop", kind=ComponentKind.PROJECT, directory="", holders=("Example Shop GmbH",))
_numbers = itertools.count()


def component(id_: str, name: str, **given: object) -> Component:
    return Component(id=id_, name=name, **{"ecosystem": "npm", **given})  # type: ignore[arg-type]


def part(id_: str, kind: SubjectKind = SubjectKind.COMPONENT, owner: str | None = None, scope: Scope = Scope.RUNTIME) -> Subject:  # fmt: skip
    path = id_ if kind is SubjectKind.FILE else None
    return Subject(kind=kind, id=id_, name=id_, path=path, owner=owner, scope=scope)


def found(subject: Subject, code: str = "reciprocity", under: Classification | None = GPL, **changes: object) -> Violation:  # fmt: skip
    made = violation(f"{next(_numbers):064x}", code, subject, "no", classification=under)
    return replace(made, **changes)


def product(
    order: Order, violations: list[Violation], components: tuple[Component, ...] = (), **given: object
) -> Product:
    """The report on a project under MIT with ``violations``; subjects are concluded to be under what their finding is about."""
    concluded = {
        each.subject.id: Conclusion(
            subject=each.subject,
            classification=next((c for c in (GPL, LGPL, AGPL, EE) if c.expression_spdx == each.expression_spdx), None),
        )
        for each in violations
    }
    conclusions = given.pop("conclusions", (*concluded.values(), own()))
    beside = {key: given.pop(key) for key in ("remarks", "authorship") if key in given}
    files = given.pop("files", ())
    inventory = Inventory(run=run("shop"), files=files, findings=(), components=(PROJECT, *components), **given)  # type: ignore[arg-type]
    audit = Audit(policy=POLICY, facts=Facts(), conclusions=conclusions, violations=tuple(violations), complete=True)  # type: ignore[arg-type]
    return derive([Judged(inventory=inventory, audit=audit, **beside)], order).products[0]  # type: ignore[arg-type]


def own(under: Classification | None = None) -> Conclusion:
    return Conclusion(
        subject=Subject(kind=SubjectKind.PROJECT, id="path:", name="shop"),
        classification=under or permissive("mit", "MIT"),
    )


def topics(made: Product) -> list[Topic]:
    return [issue.topic for issue in made.issues]


# ---- Folding ---------------------------------------------------------------------------------------------------------
def test_the_files_of_a_component_are_one_item(order: Order) -> None:
    wheel = component("pkg:pypi/lib@1", "lib", ecosystem="pypi", directory="site/lib")
    files = [
        found(part(f"site/lib/{n}.py", SubjectKind.FILE, owner=wheel.id), code="distribution-terms") for n in range(155)
    ]
    (issue,) = product(order, files, (wheel,)).issues
    (item,) = issue.items
    assert item.subject.name == "lib"
    assert item.files == 155
    assert len(item.findings) == 155


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (("@esbuild/linux-arm64", "@esbuild/darwin-x64", "@esbuild/win32-ia32"), True),
        (("@img/sharp-libvips-linuxmusl-x64", "@img/sharp-libvips-darwin-arm64"), True),
        (("@rollup/rollup-android-arm-eabi", "@rollup/rollup-linux-x64-gnu"), True),
        (("@next/swc-win32-x64-msvc", "@next/swc-linux-arm64-musl"), True),
        (("lodash", "lodash-es"), False),
        (("linux-device", "windows-1252"), False),
    ],
)
def test_builds_of_one_package_for_several_platforms_are_one_item(names: tuple[str, ...], one: bool) -> None:
    assert (len({without_platform(name) for name in names}) == 1) is one


def test_versions_and_builds_are_one_item_that_names_them(order: Order) -> None:
    builds = [component(f"pkg:npm/%40img/sharp-{end}@{v}", f"@img/sharp-{end}", version=v)
              for end in ("linux-x64", "darwin-arm64") for v in ("0.33.5", "0.34.1")]  # fmt: skip
    made = product(order, [found(part(each.id), under=LGPL) for each in builds], tuple(builds))
    (item,) = made.issues[0].items
    assert item.versions == ("0.33.5", "0.34.1")
    assert len(item.findings) == 4


def test_loose_files_are_folded_into_the_folder_that_holds_them(order: Order) -> None:
    files = [found(part(f"src/driver/{n}.c", SubjectKind.FILE, owner="path:"), code="distribution-terms") for n in range(259)]  # fmt: skip
    made = product(order, files)
    (item,) = made.issues[0].items
    text = content(document_of(made, order), report_of(document_of(made, order), order).words)
    assert item.files == 259
    assert "src/driver/ (259 files)" in text["products"][0]["issues"][0]["title"]


def document_of(made: Product, order: Order) -> DueDiligence:
    document = derive([Judged(inventory=Inventory(run=run("shop"), files=(), findings=()), audit=_empty())], order)
    return replace(document, products=(made,))


def _empty() -> Audit:
    return Audit(policy=POLICY, facts=Facts(), conclusions=(), violations=(), complete=True)


def test_files_of_an_image_that_are_named_after_a_package_belong_to_it(order: Order) -> None:
    package = component("pkg:deb/debian/bash@5", "debian/bash", ecosystem="deb", kind=ComponentKind.SYSTEM,
                        directory="root/usr/share/doc/bash", locations=(Location(path="root/var/lib/dpkg/status"),))  # fmt: skip
    files = [
        found(part(path, SubjectKind.FILE, owner="path:"), code="distribution-terms")
        for path in ("root/bin/bash", "root/usr/share/locale/bg/LC_MESSAGES/bash.mo")
    ]
    made = product(order, [found(part(package.id)), *files], (package,))
    (issue,) = made.issues
    assert issue.topic is Topic.PROGRAMS
    assert [item.subject.name for item in issue.items] == ["debian/bash"]


# ---- Naming ----------------------------------------------------------------------------------------------------------
def test_every_finding_belongs_to_exactly_one_issue(document: DueDiligence) -> None:
    for each in document.products:
        listed = [finding for issue in each.issues for finding in issue.findings]
        assert sorted(listed) == sorted(risk.id for risk in each.risks)
        assert sorted(listed) == sorted(finding for issue in each.issues for item in issue.items for finding in item.findings)  # fmt: skip


def test_one_cause_is_one_issue_and_each_family_of_copyleft_is_one(order: Order) -> None:
    made = product(
        order,
        [
            found(part("pkg:npm/a@1")),
            found(part("pkg:npm/b@1")),
            found(part("pkg:npm/c@1"), under=LGPL),
            found(part("pkg:npm/d@1"), code="attribution-missing", under=LGPL),
        ],
        tuple(component(f"pkg:npm/{name}@1", name) for name in "abcd"),
    )
    assert topics(made) == [Topic.COPYLEFT, Topic.WEAK, Topic.NOTICES]
    assert len(made.issues[0].items) == 2


def test_an_issue_says_why_it_matters_what_resolves_it_at_what_cost_and_who_answers(document: DueDiligence) -> None:
    for issue in document.products[0].issues:
        assert issue.why.text and issue.concerns and issue.options and issue.addressees
    copyleft = next(issue for issue in document.products[0].issues if issue.topic is Topic.COPYLEFT)
    assert Concern.INJUNCTION in copyleft.concerns and Addressee.COUNSEL in copyleft.addressees


def test_the_seller_s_own_commercial_folder_is_an_edition_and_no_code_of_others(order: Order) -> None:
    own_folder = component("path:web/ee", "ee", ecosystem=None, kind=ComponentKind.VENDORED, directory="web/ee",
                           holders=("Example Shop GmbH",))  # fmt: skip
    others = replace(own_folder, id="path:lib/ee", directory="lib/ee", holders=("Somebody Else Inc.",))
    for folder, topic in ((own_folder, Topic.EDITION), (others, Topic.RESTRICTED)):
        assert topics(product(order, [found(part(folder.id), code="restricted-use", under=EE)], (folder,))) == [topic]


def test_a_licence_is_told_in_one_or_two_words(order: Order) -> None:
    words = report_of(derive([Judged(inventory=Inventory(run=run("shop"), files=(), findings=()), audit=_empty())], order), order).words  # fmt: skip
    many = ["AGPL-3.0-only", *(f"X-{n}" for n in range(12))]
    assert words.phrase(brief(many)) == "AGPL-3.0, +12 more"
    assert words.phrase(brief(["GPL-2.0-only", "GPL-2.0-or-later WITH Classpath-exception-2.0"])) == "GPL-2.0"
    assert words.phrase(in_title(["GPL-2.0-only", "GPL-3.0-or-later"])) == "GPL"
    assert words.phrase(brief(["LicenseRef-scancode-proprietary-license"])) == "Proprietary terms"


# ---- Certainty -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("certainty", [Certainty.CERTAIN, Certainty.LIKELY])
def test_an_issue_is_as_certain_as_its_least_certain_statement(order: Order, certainty: Certainty) -> None:
    stated = [
        Conclusion(subject=part(f"pkg:npm/{name}@1"), classification=GPL, statements=(statement(how),))
        for name, how in (("a", Certainty.CERTAIN), ("b", certainty))
    ]
    violations = [found(each.subject) for each in stated]
    parts_ = tuple(component(each.subject.id, each.subject.name) for each in stated)
    (issue,) = product(order, violations, parts_, conclusions=(*stated, own())).issues
    assert issue.certainty is certainty
    assert issue.items[0].certainty is Certainty.CERTAIN


def statement(certainty: Certainty) -> Statement:
    return Statement(expression="gpl-3.0", rule_id="r", location=Location(path="a"), role=Role.NOTICE, certainty=certainty)  # fmt: skip


# ---- The front page --------------------------------------------------------------------------------------------------
def test_the_front_page_has_at_most_eight_issues_and_counts_the_rest(order: Order) -> None:
    families = [classification(f"x{n}", f"X{n}-1.0", LicenseClass.PROPRIETARY) for n in range(12)]
    subjects = [part(f"pkg:npm/{n}@1") for n in range(12)]
    violations = [
        found(s, code="restricted-use", under=f, severity=Severity.HIGH)
        for s, f in zip(subjects, families, strict=True)
    ]
    concluded = tuple(Conclusion(subject=s, classification=f) for s, f in zip(subjects, families, strict=True))
    made = product(order, violations, tuple(component(s.id, s.name) for s in subjects), conclusions=(*concluded, own()))
    assert len(made.issues) == 12
    assert made.front.issues == (1, 2, 3, 4, 5, 6, 7, 8)
    assert made.front.more == 4


def test_what_was_not_looked_up_is_one_line_and_no_issue(order: Order) -> None:
    many = tuple(component(f"pkg:npm/p{n}@1", f"p{n}", unresolved=True) for n in range(1_254))
    made = product(
        order, [], many, issues=(Trouble(code=IssueCode.NOT_READ, message=say("x"), level=IssueLevel.UNREAD),)
    )
    assert made.issues == ()
    lines = [phrase.text for phrase in made.front.unknown]
    assert sum(line.startswith("Licences not looked up") for line in lines) == 1
    assert made.front.unknown[0].values[0].text == "1,254"


def test_every_form_shows_the_same_issues(report: AuditInput) -> None:
    first = report.document.products[0].issues[0]
    title = report.words.phrase(first.title)
    for form in (html, docx, xlsx):
        stream = io.BytesIO()
        form.write(report, stream)
        assert title in shown(form.__name__, stream), form.__name__
    assert content(report.document, report.words)["products"][0]["issues"][0]["title"] == title


def shown(name: str, stream: io.BytesIO) -> str:
    if name.endswith("html"):
        return unescape(stream.getvalue().decode())
    if name.endswith("docx"):
        document = Document(stream)
        return "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    sheet = openpyxl.load_workbook(stream)["Front page"]
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


def test_several_products_have_one_list_of_issues_in_which_each_has_its_turn(judged: Judged, order: Order) -> None:
    other = replace(judged, inventory=replace(judged.inventory, run=replace(judged.inventory.run, root="depot")))
    report = report_of(derive([judged, other], order), order)
    stream = io.BytesIO()
    docx.write(report, stream)
    table = next(t for t in Document(stream).tables if [c.text for c in t.rows[0].cells][:2] == ["Product", "Issue"])
    assert [row.cells[0].text for row in table.rows[1:3]] == ["shop", "depot"]
    assert len(table.rows) <= 9


def numbers(issues: tuple[Issue, ...]) -> list[int]:
    return [issue.number for issue in issues]


def test_issues_are_numbered_in_their_order(document: DueDiligence) -> None:
    found_ = document.products[0].issues
    assert numbers(found_) == list(range(1, len(found_) + 1))


# ---- Questions -------------------------------------------------------------------------------------------------------
def test_a_question_is_asked_once_for_each_issue_with_who_answers_and_what_the_answer_changes(order: Order) -> None:
    parts_ = tuple(component(f"pkg:npm/p{n}@1", f"p{n}") for n in range(60))
    made = product(order, [found(part(each.id)) for each in parts_], parts_)
    about = [question for question in made.questions if question.issues]
    assert len(about) == 1
    assert about[0].addressee is Addressee.ENGINEERING
    assert about[0].effect.text.startswith("Separate or not delivered: resolved.")
    assert len(about[0].findings) == 60


def test_at_most_fifteen_questions_are_asked_first_by_who_answers(document: DueDiligence, order: Order) -> None:
    report = report_of(document, order)
    groups = front_questions(report.document.products[0], report.words)
    assert [who for who, _ in groups] == [
        who for who in ("engineering", "management", "counsel") if who in dict(groups)
    ]
    asked = [number for _, rows in groups for number, _, _ in rows]
    assert 0 < len(asked) <= 15
    assert sorted(asked) == list(document.products[0].front.questions)


def test_a_fact_that_is_answered_is_asked_no_more(order: Order, judged: Judged) -> None:
    def facts(given: Facts) -> set[str | None]:
        audit = replace(judged.audit, facts=given)
        return {question.fact for question in derive([replace(judged, audit=audit)], order).products[0].questions}

    assert {"distribution", "commercial"} <= facts(Facts())
    assert not {"distribution", "commercial"} & facts(Facts(distribution="binary", commercial=True))  # type: ignore[arg-type]


# ---- The document for counsel ----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def large_document(order: Order) -> list[str]:
    """The headings and paragraphs of the document on 700 components with 700 findings, in order."""
    stream = io.BytesIO()
    docx.write(report_of(derive([big(700, 700)], order), order), stream)
    document = Document(stream)
    blocks = [
        f"{child.tag.rpartition('}')[2]}:{''.join(text.text or '' for text in child.iter(qn('w:t')))}"
        for child in document.element.body
    ]
    start = next(n for n, block in enumerate(blocks) if block == "p:Summary")
    return blocks[start:]


def test_the_body_is_read_and_the_annexes_are_looked_up(large_document: list[str]) -> None:
    annex = next(n for n, block in enumerate(large_document) if block.startswith("p:Annex: "))
    body = sum(len(block) for block in large_document[:annex])
    assert body < 25 * 3_000  # characters of a page of tables
    assert any("see the annex" in block for block in large_document[:annex])
    assert sum(len(block) for block in large_document[annex:]) > 3 * body


def test_no_finding_id_stands_in_the_body(large_document: list[str]) -> None:
    annex = next(n for n, block in enumerate(large_document) if block.startswith("p:Annex: "))
    control = next(n for n, block in enumerate(large_document) if block == "p:Control")
    assert not re.search(r"\b[0-9a-f]{40,}\b", "\n".join(large_document[:control]))
    parts_ = "\n".join(large_document[control + 2 : annex])
    assert not re.search(r"\b[0-9a-f]{64}\b", parts_)


def test_the_contents_have_page_numbers(report: AuditInput) -> None:
    stream = io.BytesIO()
    docx.write(report, stream)
    document = Document(stream)
    assert "PAGEREF part1" in document.element.xml
    assert "updateFields" in document.settings.element.xml


# ---- Packages of an image ----------------------------------------------------------------------------------------------
def image(count: int) -> tuple[Component, ...]:
    return tuple(
        component(f"pkg:deb/debian/p{n}@1", f"debian/p{n}", ecosystem="deb", kind=ComponentKind.SYSTEM,
                  locations=(Location(path="root/var/lib/dpkg/status"),)) for n in range(count)
    )  # fmt: skip


def test_many_packages_of_an_image_under_one_family_are_one_item_that_names_them_all(order: Order) -> None:
    packages = image(40)
    made = product(order, [found(part(each.id)) for each in packages], packages)
    (issue,) = made.issues
    (item,) = issue.items
    assert issue.topic is Topic.PROGRAMS and len(item.findings) == 40
    shown = content(document_of(made, order), report_of(document_of(made, order), order).words)
    notes = shown["products"][0]["issues"][0]["items"][0]["notes"][0]
    assert all(f"debian/p{n}" in notes for n in range(40))


def test_a_few_packages_of_an_image_are_read_one_by_one(order: Order) -> None:
    packages = image(3)
    made = product(order, [found(part(each.id)) for each in packages], packages)
    assert [item.subject.name for item in made.issues[0].items] == ["debian/p0", "debian/p1", "debian/p2"]


def test_packages_of_an_image_under_other_families_are_other_items(order: Order) -> None:
    packages = image(10)
    made = product(
        order, [found(part(each.id), under=GPL if n % 2 else AGPL) for n, each in enumerate(packages)], packages
    )
    assert [len(item.findings) for issue in made.issues for item in issue.items] == [5, 5]


def test_binary_files_and_source_under_one_licence_are_two_items(order: Order) -> None:
    from licscan.core.finding import FileKind, SourceFile

    places = ["drivers/a.ko", "drivers/b.ko", "drivers/c.c"]
    files = tuple(
        SourceFile(path=each, size=1, sha256="0" * 64, kind=FileKind.BINARY if each.endswith(".ko") else FileKind.CODE)
        for each in places
    )
    findings = [found(part(each, SubjectKind.FILE, owner="path:"), code="distribution-terms") for each in places]
    assert sorted(item.files for item in product(order, findings, files=files).issues[0].items) == [1, 2]
