"""Whose code it is: code from elsewhere by the word of comments, copyleft beside a commercial edition, terms and keys of what is sold."""

from __future__ import annotations

import pytest

from licscan.core.component import Component, ComponentKind, Dependency
from licscan.core.location import Location
from licscan.core.remark import Remark, RemarkKind
from licscan.core.verdict import Certainty, Conclusion, Severity
from licscan.duediligence import Order
from licscan.duediligence.document import Issue, Product
from licscan.duediligence.ratings import Addressee, Bucket, Topic, VerdictState
from licscan.locale import language
from licscan.report.duediligence.base import content
from licscan.report.duediligence.words import Words
from tests.duediligence.test_audit_issues import EE, component, document_of, found, own, part, product, topics
from tests.report.sample_judgement import AGPL, permissive


def remark(kind: RemarkKind, place: str, name: str = "", text: str = "") -> Remark:
    return Remark(kind=kind, location=Location(path=place, start_line=3, end_line=3), name=name, text=text)


def the(made: Product, topic: Topic) -> Issue:
    return next(issue for issue in made.issues if issue.topic is topic)


# ---- Code from elsewhere ------------------------------------------------------------------------------------------------------------------
GRAPH = remark(RemarkKind.ADAPTED, "src/graph.ts", "Acme Graph (AGPLv3)", "Adapted from Acme Graph (AGPLv3)")
POSTED = remark(
    RemarkKind.ADAPTED, "src/sort.ts", "https://stackoverflow.com/a/1", "Based on https://stackoverflow.com/a/1"
)


def test_code_that_comments_say_comes_from_elsewhere_is_one_issue_for_engineering(order: Order) -> None:
    issue = the(product(order, [], remarks=(POSTED, GRAPH)), Topic.ADAPTED)
    assert issue.severity is Severity.HIGH and issue.certainty is Certainty.POSSIBLE
    assert issue.addressees == (Addressee.ENGINEERING,)
    assert [item.subject.name for item in issue.items] == ["Acme Graph (AGPLv3)", "https://stackoverflow.com/a/1"]
    words = Words(language("en"), order.terms)
    assert words.phrase(issue.items[0].brief) == "AGPL"
    assert [words.phrase(note) for note in issue.items[1].notes][
        1
    ] == "By the terms of the site, what is posted there is under CC-BY-SA."


def test_what_a_component_says_of_its_own_origins_is_not_the_seller_s(order: Order) -> None:
    copied = component("path:lib", "lib", ecosystem=None, kind=ComponentKind.VENDORED, directory="src")
    assert Topic.ADAPTED not in topics(product(order, [], (copied,), remarks=(GRAPH,)))


def test_a_comment_that_names_the_seller_names_no_other_source(order: Order) -> None:
    mine = remark(
        RemarkKind.ADAPTED, "src/a.ts", "https://github.com/shop/old", "Adapted from https://github.com/shop/old"
    )
    assert topics(product(order, [], remarks=(mine,))) == []


def test_programs_of_an_image_say_nothing_of_the_seller_s_code(order: Order) -> None:
    package = component("pkg:deb/debian/bash@5", "debian/bash", ecosystem="deb", kind=ComponentKind.SYSTEM,
                        locations=(Location(path="root/var/lib/dpkg/status"),))  # fmt: skip
    inside = remark(RemarkKind.ADAPTED, "root/usr/bin/tool", "Acme Graph", "Adapted from Acme Graph")
    beside = remark(RemarkKind.ADAPTED, "root/opt/shop/tool", "Acme Graph", "Adapted from Acme Graph")
    made = product(order, [], (package,), remarks=(inside, beside))
    assert the(made, Topic.ADAPTED).items[0].places == ("root/opt/shop/tool:3",)


# ---- Terms and keys -----------------------------------------------------------------------------------------------------------------------
def test_terms_in_a_copy_that_no_manifest_names_are_found(order: Order) -> None:
    made = product(order, [], remarks=(remark(RemarkKind.TERMS, "static/grid.js", "AG Grid", "ag-grid.com/eula"),))
    (item,) = the(made, Topic.COMMERCIAL).items
    assert item.places == ("static/grid.js:3",)


def test_terms_in_a_package_that_is_known_to_be_sold_are_said_once(order: Order) -> None:
    grid = component("pkg:npm/ag-grid-enterprise@31", "ag-grid-enterprise", version="31", directory="vendor/grid")
    said = remark(RemarkKind.TERMS, "vendor/grid/main.js", "AG Grid", "ag-grid.com/eula")
    assert len(the(product(order, [], (grid,), remarks=(said,)), Topic.COMMERCIAL).items) == 1


def test_a_licence_key_is_an_item_with_its_place_and_no_form_shows_the_key(order: Order) -> None:
    made = product(
        order,
        [],
        remarks=(
            remark(RemarkKind.KEY, "web/main.ts", "setLicenseKey"),
            remark(RemarkKind.KEY, "web/table.ts", "evaluation"),
        ),
    )
    items = the(made, Topic.COMMERCIAL).items
    words = Words(language("en"), order.terms)
    assert [words.phrase(item.brief) for item in items] == ["Licence key", "Licence key"]
    assert "evaluation" in words.phrase(items[1].what)
    assert str(content(document_of(made, order), words)).count("web/main.ts:3") == 1


# ---- Copyleft beside a commercial edition -------------------------------------------------------------------------------------------------
FOLDER = component(
    "path:web/ee", "ee", ecosystem=None, kind=ComponentKind.VENDORED, directory="web/ee", holders=("Example Shop GmbH",)
)
LIBRARY = component("pkg:npm/copied-lib@1", "copied-lib", version="1")


def edition(order: Order, library: Component = LIBRARY, *more: Component, **given: object) -> Product:
    """A project under the AGPL with a commercial folder, which uses an AGPL library of others: the policy finds that the licences fit."""
    conclusions = (
        own(AGPL),
        Conclusion(subject=part(FOLDER.id), classification=EE),
        Conclusion(subject=part(library.id), classification=AGPL),
    )
    return product(order, [], (FOLDER, library, *more), conclusions=conclusions, **given)


def test_copyleft_of_others_in_a_product_that_is_also_sold_is_a_question(order: Order) -> None:
    made = edition(order)
    issue = the(made, Topic.EDITION_COPYLEFT)
    assert issue.bucket is Bucket.RESEARCH and [item.subject.name for item in issue.items] == ["copied-lib"]
    assert made.verdict.state is VerdictState.REVIEWS
    asked = next(question for question in made.questions if question.issues == (issue.number,))
    assert asked.addressee is Addressee.ENGINEERING


def test_copyleft_of_others_within_what_is_sold_is_a_conflict(order: Order) -> None:
    inside = component("pkg:npm/copied-lib@1", "copied-lib", version="1", directory="web/ee/vendor/copied-lib")
    made = edition(order, inside)
    assert the(made, Topic.EDITION_COPYLEFT).bucket is Bucket.CONFLICT_BROAD
    assert made.verdict.state is VerdictState.CONFLICTS


def test_what_a_commercial_project_needs_is_within_what_is_sold(order: Order) -> None:
    server = Component(
        id="path:enterprise/server", name="server", kind=ComponentKind.PROJECT, directory="enterprise/server"
    )
    needs = Dependency(parent=server.id, child=LIBRARY.id)
    assert (
        the(edition(order, LIBRARY, server, dependencies=(needs,)), Topic.EDITION_COPYLEFT).bucket
        is Bucket.CONFLICT_BROAD
    )


def test_without_an_edition_there_is_nothing_beside_it(order: Order) -> None:
    made = product(
        order, [], (LIBRARY,), conclusions=(own(AGPL), Conclusion(subject=part(LIBRARY.id), classification=AGPL))
    )
    assert topics(made) == []


def test_permissive_parts_of_others_are_no_copyleft(order: Order) -> None:
    conclusions = (own(AGPL), Conclusion(subject=part(FOLDER.id), classification=EE),
                   Conclusion(subject=part(LIBRARY.id), classification=permissive("mit", "MIT")))  # fmt: skip
    assert topics(product(order, [], (FOLDER, LIBRARY), conclusions=conclusions)) == []


# ---- The seller's own folders -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["licence-altered", "restricted-use", "no-licence"])
def test_with_its_own_commercial_folder_a_seller_is_in_no_conflict(code: str, order: Order) -> None:
    made = product(order, [found(part(FOLDER.id), code=code, under=EE)], (FOLDER,))
    (issue,) = made.issues
    assert (issue.topic, issue.bucket) == (Topic.EDITION, Bucket.RESEARCH)
    assert made.verdict.state is VerdictState.REVIEWS


def test_the_seller_s_own_folders_are_a_part_of_the_product(order: Order) -> None:
    docs = component(
        "path:docs/setup",
        "setup",
        ecosystem=None,
        kind=ComponentKind.VENDORED,
        directory="docs/setup",
        holders=("Example Shop",),
    )
    made = product(order, [found(part(docs.id), under=AGPL)], (docs,))
    (issue,) = made.issues
    assert issue.topic is Topic.OWN_LICENCE
    assert [item.subject.name for item in issue.items] == ["shop"]
