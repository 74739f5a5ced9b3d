"""What an issue says that the licences state, and what a single text adds: parameters of BUSL-1.1, terms that can be bought."""

from __future__ import annotations

import pytest

from licscan.classify.catalogue import Catalogue
from licscan.core.component import ComponentKind
from licscan.core.facts import Facts
from licscan.core.location import Location
from licscan.core.remark import Remark, RemarkKind
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Conclusion, Evidence, Subject, SubjectKind
from licscan.duediligence import DueDiligence, Judged, Order
from licscan.duediligence.document import Clause, Issue
from licscan.duediligence.law import notes
from licscan.duediligence.ratings import Topic
from licscan.duediligence.view import View
from licscan.locale import language
from licscan.report.duediligence import html
from licscan.report.duediligence.front import issue_words
from licscan.report.duediligence.words import Words
from tests.duediligence.conftest import report_of
from tests.duediligence.test_audit_issues import component, document_of, found, own, part, product
from tests.report.sample_facts import run
from tests.report.sample_judgement import POLICY

STATED = (("Licensor", "Example Data Ltd."), ("Additional Use Grant", "In production, but not as a service."), ("Change Date", "2028-03-01"),
          ("Change License", "Apache License, Version 2.0"))  # fmt: skip


def shown_notes(
    order: Order, catalogue: Catalogue, expression: str, remarks: tuple[Remark, ...] | None = ()
) -> list[str]:
    """What the item of a component under ``expression`` notes, whose licence stands in lib/LICENSE."""
    subject = Subject(kind=SubjectKind.COMPONENT, id="path:lib", name="lib")
    evidence = (Evidence(location=Location(path="lib/LICENSE")),)
    conclusion = Conclusion(subject=subject, classification=catalogue.classify(expression), evidence=evidence)
    inventory = Inventory(run=run("shop"), files=(), findings=())
    audit = Audit(policy=POLICY, facts=Facts(), conclusions=(conclusion,), violations=(), complete=True)
    view = View(Judged(inventory=inventory, audit=audit, remarks=remarks), order)
    return [english(order).phrase(note) for note in notes(view, conclusion)]


def english(order: Order) -> Words:
    return Words(language("en"), order.terms)


def issue_on(
    order: Order, catalogue: Catalogue, expression: str, code: str = "reciprocity", ecosystem: str | None = "pypi"
) -> Issue:
    """The issue of one component under ``expression``."""
    lib = component("pkg:x/lib@1", "lib", ecosystem=ecosystem)
    classified = catalogue.classify(expression)
    subject = part(lib.id)
    conclusions = (Conclusion(subject=subject, classification=classified), own())
    return product(order, [found(subject, code, classified)], (lib,), conclusions=conclusions).issues[0]


def ids(clauses: tuple[Clause, ...]) -> list[str]:
    return [clause.id for clause in clauses]


# ---- Which clauses decide --------------------------------------------------------------------------------------------
def test_copyleft_in_a_product_names_what_reaches_the_whole_work_and_how_rights_end(
    order: Order, catalogue_of_licences: Catalogue
) -> None:
    issue = issue_on(order, catalogue_of_licences, "gpl-2.0")
    assert issue.topic is Topic.COPYLEFT
    assert ids(issue.clauses) == ["gpl-2-whole-work", "gpl-2-termination"]


def test_code_for_browsers_is_stated_to_be_passed_on(order: Order, catalogue_of_licences: Catalogue) -> None:
    assert "gpl-3-browser" in ids(issue_on(order, catalogue_of_licences, "gpl-3.0", ecosystem="npm").clauses)
    assert "gpl-3-browser" not in ids(issue_on(order, catalogue_of_licences, "gpl-3.0").clauses)


def test_network_copyleft_names_the_section_that_binds_who_modifies(
    order: Order, catalogue_of_licences: Catalogue
) -> None:
    issue = issue_on(order, catalogue_of_licences, "agpl-3.0")
    assert issue.topic is Topic.NETWORK
    assert ids(issue.clauses)[0] == "agpl-3-network"
    assert "section 13: Anyone who modifies the program" in issue_words(issue, english(order)).clauses[0]


@pytest.mark.parametrize("limited", ["cypress-linux-firmware", "cc-by-nc-4.0", "commons-clause"])
def test_limits_on_use_beside_the_gpl_are_further_restrictions(
    limited: str, order: Order, catalogue_of_licences: Catalogue
) -> None:
    assert "gpl-2-further-restrictions" in ids(issue_on(order, catalogue_of_licences, f"gpl-2.0 AND {limited}").clauses)
    assert "gpl-2-further-restrictions" not in ids(issue_on(order, catalogue_of_licences, "gpl-2.0 AND mit").clauses)


def test_an_exception_that_lifts_the_copyleft_leaves_its_reach_unstated(
    order: Order, catalogue_of_licences: Catalogue
) -> None:
    issue = issue_on(order, catalogue_of_licences, "gpl-2.0 WITH classpath-exception-2.0")
    assert "gpl-2-whole-work" not in ids(issue.clauses)


def test_a_programme_in_an_image_names_aggregation_source_and_installation(
    order: Order, catalogue_of_licences: Catalogue
) -> None:
    package = component("pkg:deb/debian/bash@5", "debian/bash", ecosystem="deb", kind=ComponentKind.SYSTEM,
                        locations=(Location(path="root/var/lib/dpkg/status"),))  # fmt: skip
    classified = catalogue_of_licences.classify("gpl-3.0-plus")
    subject = part(package.id)
    made = product(order, [found(subject, under=classified)], (package,),
                   conclusions=(Conclusion(subject=subject, classification=classified), own()))  # fmt: skip
    (issue,) = made.issues
    assert issue.topic is Topic.PROGRAMS
    assert ids(issue.clauses) == ["gpl-3-aggregation", "gpl-3-source", "gpl-3-installation"]


@pytest.mark.parametrize(
    ("expression", "code", "stated"),
    [
        ("mpl-2.0", "reciprocity", "mpl-2-per-file"),
        ("lgpl-2.1", "reciprocity", "lgpl-2.1-relinking"),
        ("ofl-1.1", "reciprocity", "ofl-sale"),
        ("cc-by-sa-4.0", "reciprocity", "cc-by-sa-share-alike"),
        ("bsl-1.1", "restricted-use", "busl-production"),
        ("elastic-license-v2", "restricted-use", "grant-not-transferable"),
        ("st-mcd-2.0", "restricted-use", "chips-st"),
        ("apache-2.0", "attribution-missing", "apache-2-notice"),
    ],
)
def test_each_kind_of_terms_names_its_own_clause(
    expression: str, code: str, stated: str, order: Order, catalogue_of_licences: Catalogue
) -> None:
    assert stated in ids(issue_on(order, catalogue_of_licences, expression, code).clauses)


def test_the_page_shows_the_clauses_in_both_languages(order: Order, catalogue_of_licences: Catalogue) -> None:
    lib = component("pkg:x/lib@1", "lib")
    classified = catalogue_of_licences.classify("agpl-3.0")
    subject = part(lib.id)
    document: DueDiligence = document_of(
        product(order, [found(subject, under=classified)], (lib,),
                conclusions=(Conclusion(subject=subject, classification=classified), own())), order)  # fmt: skip
    for code, heading, section in (("en", "What the licences state", "section 13"), ("zh", "许可证的规定", "第 13 条")):
        page = html_of(document, order, code)
        assert heading in page and section in page


def html_of(document: DueDiligence, order: Order, code: str) -> str:
    import io

    stream = io.BytesIO()
    html.write(report_of(document, order, code), stream)
    return stream.getvalue().decode()


# ---- What a text adds ------------------------------------------------------------------------------------------------
def test_the_parameters_of_busl_are_those_that_its_own_text_states(
    order: Order, catalogue_of_licences: Catalogue
) -> None:
    remarks = tuple(
        Remark(kind=RemarkKind.PARAMETER, location=Location(path=place), name=name, text=text)
        for place in ("lib/LICENSE", "other/LICENSE")
        for name, text in (STATED if place.startswith("lib/") else (("Licensed Work", "Another work"),))
    )
    assert shown_notes(order, catalogue_of_licences, "bsl-1.1", remarks) == [
        "Licensor: Example Data Ltd.",
        "Additional use grant: In production, but not as a service.",
        "Change date: 2028-03-01",
        "Change licence: Apache License, Version 2.0",
    ]
    assert shown_notes(order, catalogue_of_licences, "mit", remarks) == []


def test_parameters_that_were_not_read_are_said_to_be_missing(order: Order, catalogue_of_licences: Catalogue) -> None:
    (missing,) = shown_notes(order, catalogue_of_licences, "bsl-1.1")
    assert missing.startswith("Not stated in what was read of the BUSL text: additional use grant")
    (unsearched,) = shown_notes(order, catalogue_of_licences, "bsl-1.1", None)
    assert "not looked for in this result" in unsearched


def test_an_alternative_that_can_be_bought_is_named_and_not_taken(
    order: Order, catalogue_of_licences: Catalogue
) -> None:
    (note,) = shown_notes(order, catalogue_of_licences, "gpl-3.0 OR commercial-license")
    assert "Also offered under terms that can be bought" in note
    assert not shown_notes(order, catalogue_of_licences, "gpl-3.0 AND commercial-license")
    assert not shown_notes(order, catalogue_of_licences, "gpl-3.0 OR mit")
