"""SPDX 3.0.1: read by the bindings that the SPDX project generates from its model, which refuse what the model does not allow."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from licscan.report.spdx import json_format
from tests.report import sample_sbom as sample
from tests.report.reading_sbom import written


@pytest.fixture(scope="module")
def text() -> bytes:
    return written(json_format, sample.report("3.0.1"))


@pytest.fixture(scope="module")
def graph(text: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["@graph"]
    return found


def of_type(graph: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [element for element in graph if element["type"] == kind]


def test_the_spdx_projects_own_bindings_read_it(text: bytes) -> None:
    bindings = pytest.importorskip("spdx_python_model.bindings.v3_0_1")
    objects = bindings.SHACLObjectSet()
    bindings.JSONLDDeserializer().read(io.BytesIO(text), objects)
    (model,) = objects.foreach_type(bindings.ai_AIPackage)
    assert model.name == "chat-7b"
    assert not objects.link()  # every address that an element names is that of an element


def test_models_and_datasets_have_their_profiles_own_packages(graph: list[dict[str, Any]]) -> None:
    (model,) = of_type(graph, "ai_AIPackage")
    (dataset,) = of_type(graph, "dataset_DatasetPackage")
    assert model["software_packageUrl"].startswith("pkg:huggingface/acme/chat-7b@")
    assert (model["ai_domain"], model["ai_limitation"].splitlines()[0]) == (["text-generation"], "Long texts are cut.")
    assert dataset["dataset_datasetType"] == ["noAssertion"]
    related = {(each["relationshipType"], each["from"]): each["to"] for each in of_type(graph, "Relationship")}
    assert related["trainedOn", model["spdxId"]] == [dataset["spdxId"]]
    license_ = next(
        each for each in graph if each.get("spdxId") == related["hasConcludedLicense", dataset["spdxId"]][0]
    )
    assert license_["simplelicensing_licenseExpression"] == "CC-BY-NC-4.0"


def test_the_same_result_gives_the_same_bytes_and_conformance_is_claimed_only_where_it_holds(
    text: bytes, graph: list[dict[str, Any]]
) -> None:
    assert written(json_format, sample.report("3.0.1")) == text
    (whole,) = of_type(graph, "SpdxDocument")
    assert whole["profileConformance"] == ["core", "software", "simpleLicensing"]  # no release time is known
