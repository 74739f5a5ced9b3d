"""Files of a project under licences that are not its own: told and owed once for all files of a licence."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.facts import Distribution, Facts
from licscan.core.finding import Detection, FileFinding, Match
from licscan.core.result import Audit, Inventory
from licscan.core.verdict import Conclusion, LicenseClass, Subject, SubjectKind
from licscan.duediligence import Judged, Order, derive
from licscan.duediligence.document import ChapterRow, Duty
from licscan.duediligence.ratings import DutyState
from tests.duediligence.conftest import report_of
from tests.report.sample_facts import file, run
from tests.report.sample_judgement import GPL, POLICY, classification, permissive, violation

LGPL = classification("lgpl-2.1", "LGPL-2.1-only", LicenseClass.WEAK_COPYLEFT)
PROJECT = Component(id="path:", name="shop", kind=ComponentKind.PROJECT, directory="")
COPIED = ("lib/a.c", "lib/b.c", "lib/c.c")


def tree(
    *,
    distribution: Distribution | None = None,
    texts: tuple[str, ...] = (),
    objected: tuple[str, ...] = (),
    own: str = "mit",
) -> Judged:
    """A project under MIT with three files under the GPL, one of tests under the LGPL, and one of its own."""
    of_file = {
        **dict.fromkeys(COPIED, (GPL, Scope.RUNTIME)),
        "tests/t.c": (LGPL, Scope.TEST),
        "src/main.c": (permissive("mit", "MIT"), Scope.RUNTIME),
    }
    concluded = [
        Conclusion(
            subject=Subject(kind=SubjectKind.FILE, id=path, name=path, path=path, owner="path:", scope=scope),
            classification=found,
        )
        for path, (found, scope) in of_file.items()
    ]
    project = Conclusion(
        subject=Subject(kind=SubjectKind.PROJECT, id="path:", name="shop"), classification=permissive(own, own.upper())
    )
    found = [each for each in concluded if each.subject.id in objected]
    return Judged(
        inventory=Inventory(
            run=run("shop"),
            files=tuple(file(path) for path in (*of_file, *texts)),
            findings=tuple(text_of(path) for path in texts),
            components=(PROJECT,),
        ),
        audit=Audit(
            policy=POLICY,
            facts=Facts(distribution=distribution),
            conclusions=(project, *concluded),
            violations=tuple(
                violation(f"{number:064x}", "distribution-terms", each.subject, "no", classification=GPL)
                for number, each in enumerate(found)
            ),
            complete=True,
        ),
    )


def text_of(path: str) -> FileFinding:
    match = Match(
        expression="gpl-3.0", expression_spdx="GPL-3.0-only", path=path, start_line=1, end_line=600, score=100.0, coverage=100.0,
        relevance=100, matched_length=5000, matcher="1-hash", rule_id="gpl-3.0.LICENSE", kind="text",
    )  # fmt: skip
    detection = Detection(expression="gpl-3.0", expression_spdx="GPL-3.0-only", identifier="x", matches=(match,))
    return FileFinding(path=path, expression="gpl-3.0", expression_spdx="GPL-3.0-only", detections=(detection,))


def owed(judged: Judged, order: Order) -> dict[tuple[str, str], tuple[Duty, str]]:
    document = derive([judged], order)
    words = report_of(document, order).words
    return {(duty.license, duty.duty): (duty, words.phrase(duty.proof)) for duty in document.products[0].duties}


def copyleft(judged: Judged, order: Order) -> dict[str, ChapterRow]:
    chapters = derive([judged], order).products[0].chapters
    return {row.license: row for chapter in chapters if chapter.key == "copyleft" for row in chapter.rows}


def test_each_duty_is_owed_once_for_all_files_of_a_licence_and_none_for_the_projects_own(order: Order) -> None:
    found = owed(tree(), order)
    assert {licence for licence, _ in found} == {"GPL-3.0-only", "LGPL-2.1-only"}
    duty, proof = found["GPL-3.0-only", "source-disclosure"]
    assert (duty.subject.name, duty.state, duty.places) == ("shop", DutyState.OPEN, COPIED)
    assert proof.startswith("Files of it: 3, the first of them lib/a.c. The files are in the tree;")


def test_files_that_are_not_delivered_trigger_nothing(order: Order) -> None:
    duty, proof = owed(tree(), order)["LGPL-2.1-only", "source-disclosure"]
    assert duty.state is DutyState.NOT_TRIGGERED
    assert "used for test only" in proof
    assert all(
        duty.state is DutyState.NOT_TRIGGERED
        for duty, _ in owed(tree(distribution=Distribution.INTERNAL), order).values()
    )


@pytest.mark.parametrize(
    ("texts", "distribution", "state"),
    [
        ((), None, DutyState.OPEN),
        (("NOTICE",), Distribution.BINARY, DutyState.FULFILLED),
        (("NOTICE",), None, DutyState.FULFILLED),
    ],
)
def test_a_licence_text_is_there_or_it_is_owed(
    texts: tuple[str, ...], distribution: Distribution | None, state: DutyState, order: Order
) -> None:
    judged = tree(texts=texts, distribution=distribution)
    units = replace(GPL.units[0], obligations=("license-text",))
    concluded = tuple(
        replace(each, classification=replace(GPL, units=(units,))) if each.classification is GPL else each
        for each in judged.audit.conclusions
    )
    found = owed(replace(judged, audit=replace(judged.audit, conclusions=concluded)), order)
    assert found["GPL-3.0-only", "license-text"][0].state is state


def test_the_chapter_on_copyleft_has_one_row_for_all_files_alike_with_all_their_findings(order: Order) -> None:
    rows = copyleft(tree(objected=COPIED[:2]), order)
    assert rows["GPL-3.0-only"].subject.name == "shop"
    assert rows["GPL-3.0-only"].places == COPIED
    assert len(rows["GPL-3.0-only"].findings) == 2
    assert rows["LGPL-2.1-only"].subject.name == "tests/t.c"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_card_under_its_models_licence_owes_nothing_beside_the_model(is_there: bool, order: Order) -> None:
    judged = tree()
    llama = classification("llama-2-license-2023", "LicenseRef-Llama", LicenseClass.CUSTOM_MODEL)
    card = Subject(
        kind=SubjectKind.FILE, id="models/README.md", name="models/README.md", path="models/README.md", owner="path:"
    )
    model = Subject(kind=SubjectKind.MODEL, id="meta-llama/Llama-2", name="Llama-2")
    subjects = (card, model) if is_there else (card,)
    more = tuple(Conclusion(subject=each, classification=llama) for each in subjects)
    audit = replace(judged.audit, conclusions=(*judged.audit.conclusions, *more))
    products = derive([replace(judged, audit=audit)], order).products
    owing = {duty.subject.kind for duty in products[0].duties if duty.license == "LicenseRef-Llama"}
    assert owing == ({SubjectKind.MODEL} if is_there else {SubjectKind.PROJECT})
