"""Names and statements that nobody would choose: the SBOM stays valid, the same, and shows them."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from licscan.core.aimodel import AiModel
from licscan.core.component import ClaimSource, Component, Hash, LicenseClaim
from licscan.core.finding import SourceFile
from licscan.core.location import Location
from licscan.core.result import Inventory
from licscan.core.text import visible
from licscan.core.verdict import SubjectKind
from licscan.report.base import ReportInput
from licscan.report.cyclonedx import json_format, xml_format
from licscan.report.license_form import LicenseForm, spdx_license
from licscan.report.sbom_properties import as_json
from tests.report import sample_sbom as sample
from tests.report.reading_sbom import read, written

pytestmark = pytest.mark.filterwarnings("ignore:`@.author` is deprecated")  # it is the only field that 1.5 has
ODD = st.text(st.characters(), min_size=1, max_size=12) | st.sampled_from(
    [
        "<b>&amp;]]>",
        "a\x00b",
        "\ud800",
        "\ufffe\uffff",
        "a\r\n\tb",
        "\u202e",
        "--><!--",
        " ",
        "\x7f\x85\u2028",
        "%00",
        "MIT AND (",
        "urn:cdx:x",
    ]
)


def odd_report(text: str, others: list[str]) -> ReportInput:
    place = Location(path=text, start_line=1, end_line=2)
    said = LicenseClaim(
        source=ClaimSource.DECLARED, expression=text, expression_spdx=text, raw=text, origin=text, locations=(place,)
    )
    seen = replace(said, source=ClaimSource.DETECTED)
    component = Component(
        id=f"path:{text}", name=text, version=text, purl=text, ecosystem=text, directory=text, claims=(said, seen), locations=(place,),
        copyrights=(text,), holders=(text,), supplier=text, authors=(text, text), description=text, homepage=text,
        hashes=(Hash(algorithm=text, value=text),),
    )  # fmt: skip
    model = AiModel(
        id=text, name=text, format=text, publisher=text, claims=(said,), locations=(place,), clues=(place,), base_models=(text,),
        datasets=(text, *others), relation=text, hashes=(Hash(algorithm="SHA-256", value=text),), task=text, architecture=text,
    )  # fmt: skip
    others = [other for other in dict.fromkeys(others) if other != text]
    inventory = Inventory(
        run=replace(sample.RUN, root=text),
        files=(SourceFile(path=f"elsewhere/{text}", size=1, sha256="0" * 64),),
        findings=(sample.finding(f"elsewhere/{text}", text, text),),
        components=(component, *(Component(id=f"path:{other}", name=other) for other in others)),
        models=(model,),
    )
    subject = sample.subject(SubjectKind.MODEL, text)
    audit = replace(
        sample.audit(),
        conclusions=(sample.conclusion(subject, text, text, terms=("term",)),),
        violations=(replace(sample.violation("v", "code", subject, text), how_to_fix=text),),
    )
    return ReportInput(inventory=inventory, audit=audit, generated_at=sample.GENERATED_AT)


@settings(max_examples=60, deadline=None)
@given(text=ODD, others=st.lists(ODD, max_size=3), version=st.sampled_from(["1.5", "1.6", "1.7"]))
@example(text="a\x01", others=["a\\x01"], version="1.6")  # alike once they are shown
def test_any_text_gives_a_valid_sbom_that_tells_the_same_in_both_formats(
    text: str, others: list[str], version: str
) -> None:
    report = replace(odd_report(text, others), version=version)
    as_json_, as_xml = (read(written(reporter, report)) for reporter in (json_format, xml_format))
    assert as_json_.components.keys() == as_xml.components.keys()
    assert len(as_json_.components) == len(report.inventory.components) + 3
    for ref, component in as_json_.components.items():
        assert component.claims() == as_xml.components[ref].claims()
        assert component.licenses == as_xml.components[ref].licenses


@settings(max_examples=60, deadline=None)
@given(text=ODD)
def test_any_claim_is_read_back_letter_by_letter(text: str) -> None:
    report = odd_report(text, [])
    for reporter in (json_format, xml_format):
        claims = {
            claim for component in read(written(reporter, report)).components.values() for claim in component.claims()
        }
        assert set(report.inventory.components[0].claims) <= claims


@given(
    st.recursive(
        st.none() | ODD | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(ODD, inner), max_leaves=5
    )
)
def test_a_property_value_is_one_harmless_line_that_decodes_to_what_it_was(value: object) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert visible(text) == text


def test_names_that_look_alike_once_they_are_shown_keep_references_of_their_own() -> None:
    found = read(written(json_format, odd_report("a\x01", ["a\\x01"]))).components
    assert {"path:a\\x01", "path:a\\x01#2"} <= found.keys()


@given(ODD)
def test_nothing_is_called_an_expression_that_does_not_parse(text: str) -> None:
    spdx = spdx_license(text)
    assert spdx_license(spdx.text).text == spdx.text or spdx.form is LicenseForm.NAME


@pytest.mark.parametrize(
    ("text", "form", "shown"),
    [
        ("MIT", LicenseForm.ID, "MIT"),
        ("(MIT)", LicenseForm.ID, "MIT"),
        ("GPL-2.0", LicenseForm.ID, "GPL-2.0-only"),
        ("mit or apache-2.0", LicenseForm.EXPRESSION, "MIT OR Apache-2.0"),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            LicenseForm.EXPRESSION,
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        ("MIT OR (Apache-2.0 AND ISC)", LicenseForm.EXPRESSION, "MIT OR (Apache-2.0 AND ISC)"),
        ("LicenseRef-acme", LicenseForm.NAME, "LicenseRef-acme"),
        ("MIT AND LicenseRef-acme", LicenseForm.EXPRESSION, "MIT AND LicenseRef-acme"),
        ("Classpath-exception-2.0", LicenseForm.NAME, "Classpath-exception-2.0"),
        ("MIT AND (", LicenseForm.NAME, "MIT AND ("),
        ("MIT/X11", LicenseForm.NAME, "MIT/X11"),
        ("No-Such-Licence-1.0", LicenseForm.NAME, "No-Such-Licence-1.0"),
        ("NOASSERTION", LicenseForm.NAME, "NOASSERTION"),
        ("LicenseRef-a b", LicenseForm.NAME, "LicenseRef-a b"),
        ("", LicenseForm.NAME, ""),
    ],
)
def test_a_licence_is_an_id_an_expression_or_a_name(text: str, form: LicenseForm, shown: str) -> None:
    assert (spdx_license(text).form, spdx_license(text).text) == (form, shown)
