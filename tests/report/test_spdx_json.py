"""What a consumer of the SPDX SBOM finds in it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from spdx_tools.spdx.model import Document, Relationship, RelationshipType
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from licscan.core.component import ClaimSource
from licscan.errors import ScanError, UsageError
from licscan.report.base import ReportInput
from licscan.report.sbom import file_claims
from licscan.report.spdx import document as spdx_document
from licscan.report.spdx import json_format
from licscan.report.spdx.validation import require_valid
from tests.report import sample_sbom as sample
from tests.report import samples as hostile
from tests.report.golden import assert_golden
from tests.report.reading_sbom import claim_of, written
from tests.report.test_cyclonedx_odd_text import ODD, odd_report


def content(**options: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(written(json_format, sample.report(**options)))
    return loaded


def packages(**options: Any) -> dict[str, dict[str, Any]]:
    return {package["SPDXID"]: package for package in content(**options)["packages"]}


def told(holder: dict[str, Any], name: str) -> list[str]:
    comments = [annotation["comment"].partition("=") for annotation in holder["annotations"]]
    return [value for key, _equals, value in comments if key == f"licscan:{name}"]


def read_back(text: bytes) -> Document:
    document: Document = JsonLikeDictParser().parse(json.loads(text))  # type: ignore[no-untyped-call]
    return document


@pytest.mark.parametrize(
    "report", [sample.report(), sample.report(complete=False), hostile.sample(), hostile.clean(), hostile.empty()]
)
def test_the_library_reads_it_back_and_finds_nothing_wrong(report: ReportInput) -> None:
    document = read_back(written(json_format, report))
    assert validate_full_spdx_document(document) == []


def test_every_claim_that_went_in_is_found_again() -> None:
    found = packages()
    claims = {
        id_: {
            claim_of(source, json.loads(value))
            for source in ClaimSource
            for value in told(package, f"license:{source.value}")
        }
        for id_, package in found.items()
    }
    inventory = sample.inventory()
    assert claims["SPDXRef-pkg-npm-left-pad-1.3.0"] == set(sample.LEFT_PAD.claims)
    assert claims["SPDXRef-model-acme-chat-7b"] == set(sample.MODEL.claims)
    (copied,) = [finding for finding in inventory.findings if finding.path == "src/copied.c"]
    assert claims["SPDXRef-file-src-copied.c"] == set(file_claims(copied))
    every = {claim for component in inventory.components for claim in component.claims}
    every.update(claim for model in inventory.models for claim in model.claims)
    assert every <= set().union(*claims.values())


def test_concluded_and_declared_licences_stand_in_their_fields() -> None:
    licences = {id_: (package["licenseConcluded"], package["licenseDeclared"]) for id_, package in packages().items()}
    own = "LicenseRef-licscan-9670f607e393"
    assert licences == {
        "SPDXRef-pkg-npm-shop-1.0.0": ("MIT", "MIT"),
        "SPDXRef-pkg-npm-left-pad-1.3.0": ("WTFPL OR MIT", "WTFPL OR MIT"),
        "SPDXRef-pkg-npm-gpl-lib-2.0.0": ("GPL-2.0-only WITH Classpath-exception-2.0",) * 2,
        "SPDXRef-pkg-npm-test-tool-0.1.0": ("NONE", own),
        "SPDXRef-path-third-party-zlib": ("Zlib", "NOASSERTION"),
        "SPDXRef-pkg-deb-debian-bash-5.2": ("LicenseRef-scancode-unknown-x",) * 2,
        "SPDXRef-model-acme-chat-7b": ("LicenseRef-scancode-llama-2-license-2023",) * 2,
        "SPDXRef-model-acme-talks": ("CC-BY-NC-4.0",) * 2,
        "SPDXRef-file-src-copied.c": ("GPL-3.0-or-later", "NOASSERTION"),
        "SPDXRef-file-src-word.c": ("NONE", "NOASSERTION"),
    }
    explained = {info["licenseId"]: info["extractedText"] for info in content()["hasExtractedLicensingInfos"]}
    assert explained[own] == "see our\nweb site"


def test_several_declarations_are_joined_by_and() -> None:
    two = (sample.LEFT_PAD.claims[0], replace(sample.LEFT_PAD.claims[0], expression_spdx="Apache-2.0"))
    changed = replace(sample.LEFT_PAD, claims=two)
    inventory = replace(sample.inventory(), components=(sample.PROJECT, changed))
    text = written(json_format, replace(sample.report(), inventory=inventory))
    declared = {package["name"]: package["licenseDeclared"] for package in json.loads(text)["packages"]}
    assert declared["left-pad"] == "(WTFPL OR MIT) AND Apache-2.0"


def test_relationships_tell_what_contains_and_what_needs_what() -> None:
    related = {
        (item["spdxElementId"], item["relationshipType"], item["relatedSpdxElement"])
        for item in content()["relationships"]
    }
    shop, pad = "SPDXRef-pkg-npm-shop-1.0.0", "SPDXRef-pkg-npm-left-pad-1.3.0"
    assert related == {
        ("SPDXRef-DOCUMENT", "DESCRIBES", shop),
        (shop, "CONTAINS", pad),
        (shop, "CONTAINS", "SPDXRef-path-third-party-zlib"),
        (shop, "CONTAINS", "SPDXRef-model-acme-chat-7b"),
        (shop, "CONTAINS", "SPDXRef-file-src-copied.c"),
        (shop, "CONTAINS", "SPDXRef-file-src-word.c"),
        (shop, "DEPENDS_ON", "SPDXRef-model-acme-talks"),
        (shop, "DEPENDS_ON", pad),
        ("SPDXRef-pkg-npm-test-tool-0.1.0", "DEV_DEPENDENCY_OF", shop),
        (pad, "DEPENDS_ON", "SPDXRef-pkg-npm-gpl-lib-2.0.0"),
    }


def test_what_a_field_cannot_hold_is_an_annotation() -> None:
    pad = packages()["SPDXRef-pkg-npm-left-pad-1.3.0"]
    assert [item["algorithm"] for item in pad["checksums"]] == ["SHA512"]
    assert [json.loads(value)["algorithm"] for value in told(pad, "hash")] == ["SHA-1", "Streebog-256"]
    assert told(pad, "homepage") == ["not an address"]
    assert told(packages()["SPDXRef-model-acme-chat-7b"], "model:base") == ["meta-llama/Llama-2-7b-hf"]


def test_an_incomplete_scan_says_so() -> None:
    assert told(content(complete=False), "scan:complete") == ["false"]
    assert json.loads(told(content(complete=False), "issue")[0])["code"] == "too-large"


def test_the_same_input_gives_the_same_bytes_and_another_content_another_namespace() -> None:
    assert written(json_format, sample.report()) == written(json_format, sample.report())
    assert content()["documentNamespace"] != content(complete=False)["documentNamespace"]


def test_the_sample_is_written_as_it_always_was(update_golden: bool) -> None:
    assert_golden("sbom/complete.sbom.spdx.json", written(json_format, sample.report()), update=update_golden)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UsageError, match=r"spdx-json@2\.3"):
        written(json_format, sample.report("2.2"))


def test_a_reference_to_nothing_is_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, "SPDXRef-nothing")
    monkeypatch.setattr(spdx_document, "_relationships", lambda *_: [bad])
    stream = io.BytesIO()
    with pytest.raises(ScanError, match="SPDXRef-nothing"):
        json_format.write(sample.report(), stream)
    assert stream.getvalue() == b""


def _unexplain(document: Document) -> None:
    document.extracted_licensing_info = []


def _double(document: Document) -> None:
    document.packages = [*document.packages, document.packages[0]]


def _odd_id(document: Document) -> None:
    document.packages[1].spdx_id = "SPDXRef-a b"


def _bad_place(document: Document) -> None:
    document.packages[1].download_location = "nowhere"


@pytest.mark.parametrize("break_it", [_unexplain, _double, _odd_id, _bad_place])
def test_the_fast_check_catches_what_the_library_catches(break_it: Any) -> None:
    document = spdx_document.document(sample.report()).document
    require_valid(document, strict=True)
    break_it(document)
    assert validate_full_spdx_document(document)
    with pytest.raises(ScanError, match="would not be valid"):
        require_valid(document, strict=False)


@settings(max_examples=40, deadline=None)
@given(text=ODD, others=st.lists(ODD, max_size=3))
def test_any_text_gives_a_valid_document(text: str, others: list[str]) -> None:
    report = replace(odd_report(text, others), validate=True)
    found = json.loads(written(json_format, report))["packages"]
    assert len(found) == len(report.inventory.components) + 3
