"""Statements that a lawyer would object to if they were not so: each says no more than what it rests on."""

from __future__ import annotations

import io

import pytest
from docx import Document
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind
from licscan.core.facts import Distribution, Facts
from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.issue import Issue, IssueCode, IssueLevel
from licscan.core.location import Location
from licscan.core.message import Message, listed, say
from licscan.core.message import subject as subject_
from licscan.core.result import Inventory
from licscan.core.verdict import (
    Classification,
    Conclusion,
    Correction,
    LicenseClass,
    Subject,
    SubjectKind,
)
from licscan.duediligence import Judged, Order, derive
from licscan.duediligence.document import DueDiligence, Product
from licscan.duediligence.rate import unread
from licscan.duediligence.ratings import Bucket, DutyState, Remedy
from licscan.duediligence.stake import at_stake
from licscan.duediligence.view import View
from licscan.locale import language
from licscan.modellicense.descriptions import PLAIN_TERMS
from licscan.report.duediligence import docx
from licscan.report.duediligence.base import AuditInput, audit_input
from licscan.report.duediligence.control import control_rows
from licscan.report.duediligence.words import Words
from tests.report.sample_judgement import evidence, subject, unit, violation

LLAMA = "LicenseRef-scancode-llama-2-license-2023"


def report_of(document: DueDiligence, order: Order) -> AuditInput:
    return audit_input(document, Words(language("en"), order.terms))


def product_of(judged: Judged, order: Order) -> Product:
    return derive([judged], order).products[0]


def with_settings(judged: Judged, **settings: str) -> Judged:
    run = replace(
        judged.inventory.run, settings=tuple((key.replace("_", "-"), value) for key, value in settings.items())
    )
    return replace(judged, inventory=replace(judged.inventory, run=run))


def texts(phrase: Message) -> str:
    return " ".join([phrase.text, *(texts(inner) for value in phrase.values for inner in value.messages)])


# ---- What nobody read is not "no licence" ---------------------------------------------------------------------------
def test_a_package_of_which_nothing_was_there_is_not_called_unlicensed(judged: Judged, order: Order) -> None:
    product = product_of(judged, order)
    risk = next(risk for risk in product.risks if risk.subject.id == "pkg:pypi/mystery@0.0.1")
    assert risk.bucket is Bucket.RESEARCH
    assert risk.remedies[0] is Remedy.CLARIFY
    assert risk.liability.text.startswith("Whether it has a licence is not known")
    rows = next(chapter for chapter in product.chapters if chapter.key == "no-licence").rows
    told = {row.subject.id: row.what.text for row in rows}
    assert "not known" in told["pkg:pypi/mystery@0.0.1"]
    assert "all rights are reserved" in told["path:data/faces"]


def test_a_package_that_its_registry_was_asked_about_in_vain_has_no_licence(judged: Judged) -> None:
    asked = with_settings(judged, online="true").inventory
    assert "pkg:pypi/mystery@0.0.1" not in unread(asked)
    failed = Issue(
        code=IssueCode.NOT_FETCHED,
        message=say("{subject}: no answer", subject=subject_("pkg:pypi/mystery@0.0.1")),
        level=IssueLevel.WARNING,
    )
    assert "pkg:pypi/mystery@0.0.1" in unread(replace(asked, issues=(failed,)))


# ---- A finding is about what it says, not about all that its licence has --------------------------------------------
def llama_unit() -> Classification:
    llama = replace(
        unit("llama-2-license-2023", LLAMA, LicenseClass.CUSTOM_MODEL),
        obligations=("license-text", "notice-file"),
        terms=("patent-termination", "acceptable-use", "user-limit", "output-limits"),
    )
    return Classification(
        expression="llama-2-license-2023",
        expression_spdx=LLAMA,
        license_class=LicenseClass.CUSTOM_MODEL,
        units=(llama,),
    )


@pytest.mark.parametrize(
    ("code", "found", "stake"),
    [
        ("llama2-mau", (), ("user-limit",)),
        ("llama2-improve-other-models", (), ("output-limits",)),
        ("llama2-law", (), ("acceptable-use",)),
        ("llama2-language", (Message("", id="model.languages.card"),), ()),
        ("model-terms", (PLAIN_TERMS["license_copy_required"],), ("license-text",)),
        (
            "model-terms",
            (PLAIN_TERMS["indemnity_required"], PLAIN_TERMS["patent_termination"]),
            ("patent-termination",),
        ),
        ("model-terms", (Message("", id="model.notice-file"),), ("notice-file",)),
    ],
)
def test_a_models_finding_names_the_limit_that_it_is_about(
    judged: Judged, order: Order, code: str, found: tuple[Message, ...], stake: tuple[str, ...]
) -> None:
    model = subject(SubjectKind.MODEL, "m", "m")
    audit = replace(judged.audit, conclusions=(Conclusion(subject=model, classification=llama_unit()),))
    view = View(replace(judged, audit=audit), order)
    about = replace(violation("f", code, model, "m"), message=say("{detail}", detail=listed(found)))
    assert at_stake(view, about) == stake


# ---- Proof ----------------------------------------------------------------------------------------------------------
def library(kind: ComponentKind, ecosystem: str | None) -> Component:
    return Component(id="lib", name="lib", kind=kind, ecosystem=ecosystem, directory="lib", holders=("A. Holder",))


def checklist(judged: Judged, order: Order, component: Component, distribution: Distribution) -> dict[str, DutyState]:
    lgpl = replace(
        unit("lgpl-2.1", "LGPL-2.1-only", LicenseClass.WEAK_COPYLEFT), obligations=("attribution", "license-text")
    )
    found = Classification(
        expression="lgpl-2.1", expression_spdx="LGPL-2.1-only", license_class=LicenseClass.WEAK_COPYLEFT, units=(lgpl,)
    )
    whole = Match(expression="lgpl-2.1", expression_spdx="LGPL-2.1-only", start_line=1, end_line=500, score=100.0, coverage=100.0,
                  matcher="1-hash", rule_id="lgpl-2.1.LICENSE", matched_length=4000, kind="text", path="lib/COPYING", relevance=100)  # fmt: skip
    copying = FileFinding(
        path="lib/COPYING",
        detections=(
            Detection(expression="lgpl-2.1", expression_spdx="LGPL-2.1-only", identifier="lgpl-2.1", matches=(whole,)),
        ),
    )
    inventory: Inventory = replace(
        judged.inventory, components=(component,), findings=(copying,), models=(), dependencies=()
    )
    kind = SubjectKind.COMPONENT
    conclusions = (
        Conclusion(subject=Subject(kind=kind, id="lib", name="lib", scope=component.scope), classification=found),
        Conclusion(subject=Subject(kind=SubjectKind.FILE, id="lib/COPYING", name="lib/COPYING", path="lib/COPYING", owner="lib", scope=component.scope), classification=found),
    )  # fmt: skip
    audit = replace(judged.audit, conclusions=conclusions, violations=(), facts=Facts(distribution=distribution))
    product = product_of(replace(judged, inventory=inventory, audit=audit), order)
    assert [row.license for row in product.licenses] == ["LGPL-2.1-only"]
    return {duty.duty: duty.state for duty in product.duties}


def test_a_text_beside_source_that_is_compiled_does_not_prove_that_it_goes_out(judged: Judged, order: Order) -> None:
    both = {"license-text": DutyState.OPEN, "attribution": DutyState.OPEN}
    assert checklist(judged, order, library(ComponentKind.VENDORED, None), Distribution.BINARY) == both
    assert checklist(judged, order, library(ComponentKind.PACKAGE, "cargo"), Distribution.BINARY) == both


def test_a_text_within_a_package_or_a_source_release_goes_out_with_it(judged: Judged, order: Order) -> None:
    both = {"license-text": DutyState.FULFILLED, "attribution": DutyState.FULFILLED}
    assert checklist(judged, order, library(ComponentKind.PACKAGE, "npm"), Distribution.BINARY) == both
    assert checklist(judged, order, library(ComponentKind.VENDORED, None), Distribution.SOURCE) == both


def test_duties_of_a_model_that_is_only_named_tell_that_it_is_not_there(judged: Judged, order: Order) -> None:
    model = replace(judged.inventory.models[0], format="reference")
    kind, known = SubjectKind.MODEL, replace(subject(SubjectKind.MODEL, model.id, model.name))
    audit = replace(judged.audit, conclusions=(Conclusion(subject=known, classification=llama_unit()),), violations=())
    inventory = replace(judged.inventory, models=(model,))
    duties = product_of(replace(judged, inventory=inventory, audit=audit), order).duties
    assert {duty.subject.kind for duty in duties} == {kind}
    assert all("the tree does not hold it" in duty.proof.text for duty in duties)


# ---- The licence review ---------------------------------------------------------------------------------------------
def test_the_text_beside_or_later_code_does_not_make_it_that_version_only(judged: Judged, order: Order) -> None:
    later = Classification(expression="gpl-2.0-plus", expression_spdx="GPL-2.0-or-later", license_class=LicenseClass.STRONG_COPYLEFT,
                           units=(unit("gpl-2.0-plus", "GPL-2.0-or-later", LicenseClass.STRONG_COPYLEFT),))  # fmt: skip
    text = Classification(expression="gpl-2.0", expression_spdx="GPL-2.0-only", license_class=LicenseClass.STRONG_COPYLEFT,
                          units=(unit("gpl-2.0", "GPL-2.0-only", LicenseClass.STRONG_COPYLEFT),))  # fmt: skip
    copying = Subject(kind=SubjectKind.FILE, id="lib/COPYING", name="lib/COPYING", path="lib/COPYING", owner="lib")
    lib = library(ComponentKind.VENDORED, None)
    conclusions = (
        Conclusion(subject=Subject(kind=SubjectKind.COMPONENT, id="lib", name="lib"), classification=later),
        Conclusion(subject=copying, classification=text),
    )
    inventory = replace(judged.inventory, components=(lib,), dependencies=())
    audit = replace(judged.audit, conclusions=conclusions, violations=())
    alone = replace(judged, inventory=inventory, audit=audit)
    assert [row.license for row in product_of(alone, order).licenses] == ["GPL-2.0-or-later"]
    about_it = replace(audit, violations=(violation("f", "reciprocity", copying, "x"),))
    found = product_of(replace(alone, audit=about_it), order).licenses
    assert {row.license for row in found} == {"GPL-2.0-or-later", "GPL-2.0-only"}


# ---- Questions, decisions, what changes the verdict -----------------------------------------------------------------
def test_a_correction_is_told_in_the_ids_of_the_report(judged: Judged, order: Order) -> None:
    place = Location(path="auditor.toml", start_line=1)
    dismissed = Correction(
        path="NEWS",
        detected="gpl-3.0",
        concluded=None,
        why="A line of news.",
        by="A. Auditor",
        location=place,
        applied=True,
    )
    audit = replace(judged.audit, corrections=(dismissed,))
    decision = next(
        each for each in product_of(replace(judged, audit=audit), order).decisions if each.kind == "curation"
    )
    assert decision.what.text.startswith("{detected} does not count as its licence")
    assert {value.name: value.text for value in decision.what.values}["detected"] == "GPL-3.0-only"


def test_the_verdict_without_the_conflicts_is_told(judged: Judged, order: Order) -> None:
    told = [texts(changer) for changer in product_of(judged, order).changers]
    assert any(text.startswith("With all of these resolved") for text in told)
    clean = replace(judged.audit, violations=())
    left = product_of(replace(judged, audit=clean), order).changers
    assert not any("With all of these resolved" in texts(changer) for changer in left)


# ---- Scope and forms ------------------------------------------------------------------------------------------------
def test_where_every_file_was_looked_at_nothing_says_that_installed_packages_were_not(
    judged: Judged, order: Order
) -> None:
    def options(**settings: str) -> str:
        document = derive([with_settings(judged, **settings)], order)
        return dict(control_rows(report_of(document, order), document.products[0]))["Options of the scan"]

    assert "installed" in options(all_files="false", installed="metadata")
    assert "installed" not in options(all_files="true", installed="metadata")


def test_a_chapter_that_nothing_could_be_looked_at_for_does_not_say_none(judged: Judged, order: Order) -> None:
    def shown(told: Judged) -> list[str]:
        stream = io.BytesIO()
        docx.write(report_of(derive([told], order), order), stream)
        paragraphs = [paragraph.text for paragraph in Document(stream).paragraphs]
        start = paragraphs.index("Licence changes", paragraphs.index("Special chapters", 60))
        return paragraphs[start + 1 : start + 3]

    assert "None found." not in shown(judged)
    assert "None found." in shown(replace(judged, previous=(judged.inventory, judged.audit)))


def test_the_document_for_counsel_tells_how_to_read_its_parts(document: DueDiligence, order: Order) -> None:
    stream = io.BytesIO()
    docx.write(report_of(document, order), stream)
    told = "\n".join(paragraph.text for paragraph in Document(stream).paragraphs)
    for part in (
        "2023 China Open Source Annual Report",
        "Fulfilled only where",
        "To declare a fact",
        "By who can answer, the most consequential first",
    ):
        assert part in told


def test_a_notice_that_stands_in_each_file_of_a_library_is_quoted_once(judged: Judged, order: Order) -> None:
    found = tuple(
        replace(
            violation(name, "reciprocity", subject(SubjectKind.FILE, name, name), "x"),
            evidence=(evidence(name, 1, text),),
        )
        for name, text in (("a.c", "the notice"), ("b.c", "the notice"), ("c.c", "another"))
    )
    document = derive([replace(judged, audit=replace(judged.audit, violations=found))], order)
    stream = io.BytesIO()
    docx.write(report_of(document, order), stream)
    table = next(table for table in Document(stream).tables if table.cell(0, 0).text == "Place")
    assert [row.cells[4].text for row in table.rows[1:]] == ["the notice", "as above", "another"]
