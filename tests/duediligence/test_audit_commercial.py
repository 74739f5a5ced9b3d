"""Components that are sold: found by the names of packages, asked about once, with assignability on a change of control."""

from __future__ import annotations

import pytest

from licscan.core.component import Scope
from licscan.core.verdict import Certainty
from licscan.duediligence import Order
from licscan.duediligence.ratings import Addressee, Concern, Topic, VerdictState
from licscan.duediligence.vendor_register import vendor_of, vendors
from tests.duediligence.test_audit_issues import component, found, part, product, topics


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "sold"),
    [
        ("npm", "ag-grid-enterprise", "31.0.0", True),
        ("npm", "ag-grid-community", "31.0.0", False),
        ("npm", "handsontable", "6.2.2", False),  # the last version under MIT
        ("npm", "handsontable", "7.0.0", True),
        ("npm", "handsontable", None, True),
        ("npm", "@syncfusion/ej2-grids", "25.1.35", True),
        ("npm", "@mui/x-data-grid", "7.0.0", False),
        ("npm", "@mui/x-data-grid-pro", "7.0.0", True),
        ("npm", "@fullcalendar/resource-timeline", "6.1.11", True),
        ("npm", "@fullcalendar/core", "6.1.11", False),
        ("nuget", "DevExpress.Data", "23.2.3", True),
        ("npm", "DevExpress.Data", "23.2.3", False),
        ("maven", "com.itextpdf/kernel", "8.0.2", True),
        ("maven", "com.lowagie/itext", "2.1.7", False),
        ("npm", "highlight.js", "11.0.0", False),
    ],
)
def test_what_is_sold_is_known_by_ecosystem_name_and_version(
    ecosystem: str, name: str, version: str | None, sold: bool
) -> None:
    assert (vendor_of(ecosystem, name, version) is not None) is sold


def test_every_vendor_names_packages_and_where_its_terms_are() -> None:
    for vendor in vendors():
        assert vendor.names and vendor.terms.startswith("https://") and vendor.publisher


def test_sold_components_are_one_issue_with_a_question_on_assignment(order: Order) -> None:
    sold = component("pkg:npm/ag-grid-enterprise@31.0.0", "ag-grid-enterprise", version="31.0.0", unresolved=True)
    other = component("pkg:npm/highcharts@11.0.0", "highcharts", version="11.0.0", unresolved=True)
    tool = component("pkg:npm/devextreme-cli@1.0.0", "devextreme-cli", scope=Scope.DEVELOPMENT)
    made = product(order, [], (sold, other, tool))
    (issue,) = made.issues
    assert issue.topic is Topic.COMMERCIAL
    assert [item.subject.name for item in issue.items] == ["ag-grid-enterprise", "highcharts"]
    assert issue.certainty is Certainty.LIKELY
    assert Concern.CONTROL in issue.concerns
    asked = next(question for question in made.questions if question.issues == (issue.number,))
    assert asked.addressee is Addressee.MANAGEMENT and "change of control" in asked.text.text
    assert asked.fact == "commercial_licences"
    assert made.verdict.state is VerdictState.REVIEWS


def test_a_sold_component_leaves_other_issues_as_they_are(order: Order) -> None:
    parts = (component("pkg:npm/a@1", "a"), component("pkg:npm/highcharts@11", "highcharts", version="11"))
    assert topics(product(order, [found(part("pkg:npm/a@1"))], parts)) == [Topic.COPYLEFT, Topic.COMMERCIAL]
