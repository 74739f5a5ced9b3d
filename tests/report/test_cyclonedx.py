"""What a consumer of the CycloneDX SBOM finds in it, in every version and in both formats."""

from __future__ import annotations

import json
from types import ModuleType

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from cyclonedx.validation.xml import XmlValidator
from lxml import etree
from msgspec.structs import replace

from licscan.core.component import Component, ComponentKind, Scope
from licscan.core.finding import SourceFile
from licscan.core.result import Inventory
from licscan.core.verdict import SubjectKind
from licscan.errors import ScanError, UsageError
from licscan.report.base import ReportInput
from licscan.report.cyclonedx import json_format, validation, xml_format
from licscan.report.cyclonedx.document import document
from licscan.report.cyclonedx.version import version_of
from licscan.report.sbom import describe, file_claims
from tests.report import sample_sbom as sample
from tests.report import samples as hostile
from tests.report.golden import assert_golden
from tests.report.reading_sbom import ReadSbom, read, written

VERSIONS = ("1.5", "1.6", "1.7")
FORMATS = (json_format, xml_format)
pytestmark = pytest.mark.filterwarnings("ignore:`@.author` is deprecated")  # it is the only field that 1.5 has


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=FORMATS, ids=lambda module: str(module.NAME))
def reporter(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


def sbom(reporter: ModuleType, version: str | None = None, *, complete: bool = True) -> ReadSbom:
    return read(written(reporter, sample.report(version, complete=complete)))


def test_every_claim_that_went_in_is_found_again(reporter: ModuleType, version: str) -> None:
    found = sbom(reporter, version).components
    for component in sample.inventory().components:
        assert found[component.id].claims() == set(component.claims)
    for model in sample.inventory().models:
        assert found[f"model:{model.id}"].claims() == set(model.claims)
    unowned = [finding for finding in sample.inventory().findings if finding.path in {"src/copied.c", "src/word.c"}]
    for finding in unowned:
        assert found[f"file:{finding.path}"].claims() == set(file_claims(finding)) != set()


def test_the_library_reads_the_json_back_as_a_bom(version: str) -> None:
    bom = Bom.from_json(json.loads(written(json_format, sample.report(version))))  # type: ignore[attr-defined]
    assert len(bom.components) == 9
    assert bom.metadata.component.name == "shop"


@pytest.mark.parametrize(
    "report", [hostile.sample(), hostile.clean(), hostile.empty()], ids=["hostile", "clean", "empty"]
)
def test_what_is_written_is_valid_by_the_librarys_strict_validators(
    reporter: ModuleType, version: str, report: ReportInput
) -> None:
    schema = {"1.5": SchemaVersion.V1_5, "1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}[version]
    validator = JsonStrictValidator(schema) if reporter is json_format else XmlValidator(schema)
    for content in (report, sample.report(), sample.report(complete=False)):
        text = written(reporter, replace(content, version=version)).decode()
        assert validator.validate_str(text) is None


def test_json_and_xml_tell_the_same(version: str) -> None:
    as_json, as_xml = sbom(json_format, version), sbom(xml_format, version)
    assert replace(as_json, serial_number="") == replace(as_xml, serial_number="")


def test_the_project_is_the_root_and_everything_else_a_component(reporter: ModuleType) -> None:
    found = sbom(reporter)
    assert found.root == "pkg:npm/shop@1.0.0"
    assert {ref: component.type for ref, component in found.components.items()} == {
        "pkg:npm/shop@1.0.0": "application",
        "pkg:npm/left-pad@1.3.0": "library",
        "pkg:npm/gpl-lib@2.0.0": "library",
        "pkg:npm/test-tool@0.1.0": "library",
        "path:third_party/zlib": "library",
        "pkg:deb/debian/bash@5.2": "library",
        "model:acme/chat-7b": "machine-learning-model",
        "model:acme/talks": "data",
        "file:src/copied.c": "file",
        "file:src/word.c": "file",
    }


def test_a_file_of_a_package_a_vendored_folder_or_a_model_is_no_component_of_its_own(reporter: ModuleType) -> None:
    refs = sbom(reporter).components
    assert "file:node_modules/left-pad/LICENSE" not in refs
    assert "file:third_party/zlib/zlib.h" not in refs
    assert "file:models/chat/README.md" not in refs
    assert "file:src/main.js" not in refs, "it carries no licence"


def test_a_file_without_any_component_around_it_is_one_when_it_carries_a_licence(reporter: ModuleType) -> None:
    inventory = replace(sample.inventory(), components=(), dependencies=(), models=())
    audit = replace(
        sample.audit(), conclusions=(sample.conclusion(sample.subject(SubjectKind.PROJECT, "."), "mit", "MIT"),)
    )
    found = read(written(reporter, ReportInput(inventory=inventory, audit=audit, generated_at=sample.GENERATED_AT)))
    assert found.root == "path:"
    assert found.components["path:"].name == "shop"
    assert found.components["path:"].licenses == (("id", "MIT"),)
    assert "file:third_party/zlib/zlib.h" in found.components


def test_licenses_hold_the_conclusion_alone(reporter: ModuleType, version: str) -> None:
    found = sbom(reporter, version).components
    assert {ref: component.licenses for ref, component in found.items()} == {
        "pkg:npm/shop@1.0.0": (("id", "MIT"),),
        "pkg:npm/left-pad@1.3.0": (("expression", "WTFPL OR MIT"),),
        "pkg:npm/gpl-lib@2.0.0": (("expression", "GPL-2.0-only WITH Classpath-exception-2.0"),),
        "pkg:npm/test-tool@0.1.0": (),
        "path:third_party/zlib": (("id", "Zlib"),),
        "pkg:deb/debian/bash@5.2": (("name", "LicenseRef-scancode-unknown-x"),),
        "model:acme/chat-7b": (("name", "LicenseRef-scancode-llama-2-license-2023"),),
        "model:acme/talks": (("id", "CC-BY-NC-4.0"),),
        "file:src/copied.c": (("id", "GPL-3.0-or-later"),),
        "file:src/word.c": (),
    }
    acknowledged = {said for component in found.values() for said in component.acknowledgements}
    assert acknowledged == ({None} if version == "1.5" else {"concluded"})


def test_what_was_detected_stands_in_the_evidence_unless_a_list_would_lose_some_of_it(reporter: ModuleType) -> None:
    found = sbom(reporter).components
    assert set(found["pkg:npm/left-pad@1.3.0"].observed) == {("id", "WTFPL"), ("id", "MIT")}
    assert found["pkg:npm/gpl-lib@2.0.0"].observed == (), "an expression and an id cannot stand side by side"
    assert len(found["pkg:npm/gpl-lib@2.0.0"].values("license:detected")) == 2


def test_occurrences_name_the_file_and_the_line(reporter: ModuleType) -> None:
    found = sbom(reporter).components
    assert found["file:src/copied.c"].places == (("src/copied.c", 1),)
    assert found["pkg:npm/left-pad@1.3.0"].places == (("package-lock.json", 20), ("package.json", 8))
    before = sbom(reporter, "1.5").components["pkg:npm/left-pad@1.3.0"].places
    assert before == (("package-lock.json:20-24", None), ("package.json:8", None)), "1.5 has no field for the line"


def test_every_finding_stands_at_exactly_one_component(reporter: ModuleType) -> None:
    found = sbom(reporter)
    placed = {value: ref for ref, component in found.components.items() for value in component.values("finding")}
    assert placed == {
        "v-copied": "file:src/copied.c",
        "v-zlib": "path:third_party/zlib",
        "v-llama": "model:acme/chat-7b",
        "v-project": found.root,
        "v-nowhere": found.root,
    }


def test_a_demoted_match_is_told_with_its_reason(reporter: ModuleType) -> None:
    (value,) = sbom(reporter).components["file:src/word.c"].values("suppressed")
    assert json.loads(value)["reason"] == "bare-word-in-code"
    assert json.loads(value)["rule"] == "gpl_bare_word_only.RULE"


def test_scopes_follow_what_is_distributed(reporter: ModuleType) -> None:
    found = sbom(reporter).components
    assert found["pkg:npm/left-pad@1.3.0"].scope == "required"
    assert found["pkg:npm/test-tool@0.1.0"].scope == "excluded"
    assert found["pkg:deb/debian/bash@5.2"].scope == "optional"


@pytest.mark.parametrize("scope", Scope)
def test_every_scope_can_be_written(scope: Scope) -> None:
    component = Component(id="pkg:npm/x@1", name="x", scope=scope)
    read_back = read(written(json_format, _report_of(component))).components["pkg:npm/x@1"]
    assert read_back.values("scope") == [scope.value]
    assert read_back.scope in {"required", "optional", "excluded"}


def test_dependencies_are_those_of_the_inventory(reporter: ModuleType) -> None:
    found = sbom(reporter)
    assert found.dependencies == {
        "pkg:npm/shop@1.0.0": (
            "model:acme/chat-7b",
            "model:acme/talks",
            "pkg:npm/left-pad@1.3.0",
            "pkg:npm/test-tool@0.1.0",
        ),
        "model:acme/chat-7b": ("model:acme/talks",),
        "pkg:npm/left-pad@1.3.0": ("pkg:npm/gpl-lib@2.0.0",),
        "pkg:npm/gpl-lib@2.0.0": (),  # a lockfile names it and nothing below it
    }
    dangling = [json.loads(value) for name, value in found.metadata if name == "licscan:unresolved-dependency"]
    assert dangling == [{"parent": "pkg:npm/left-pad@1.3.0", "child": "pkg:npm/missing@1", "requirement": "1"}]


def test_an_incomplete_scan_is_marked_incomplete(reporter: ModuleType) -> None:
    found = sbom(reporter, complete=False)
    assert [aggregate for aggregate, _assemblies, _dependencies in found.compositions] == ["incomplete"]
    assert found.compositions[0][1] == (found.root,)
    assert set(found.compositions[0][2]) == set(found.dependencies)
    (issue,) = [json.loads(value) for name, value in found.metadata if name == "licscan:issue"]
    assert issue["code"] == "too-large"
    assert ("licscan:scan:complete", "false") in found.metadata


def test_a_complete_scan_claims_completeness_only_for_what_is_proven(reporter: ModuleType) -> None:
    found = sbom(reporter)
    told = {aggregate: (assemblies, dependencies) for aggregate, assemblies, dependencies in found.compositions}
    assert told == {
        "complete": ((), ("pkg:npm/gpl-lib@2.0.0",)),
        "unknown": ((found.root,), ("model:acme/chat-7b", "pkg:npm/left-pad@1.3.0", "pkg:npm/shop@1.0.0")),
    }


def test_a_model_has_a_card_and_its_ancestors(reporter: ModuleType, version: str) -> None:
    text = written(reporter, sample.report(version))
    model = read(text).components["model:acme/chat-7b"]
    assert model.ancestors == ("meta-llama/Llama-2-7b-hf",)
    assert model.values("model:parameters") == ["7000000000"]
    assert _card(text) == {
        "task": "text-generation",
        "architectureFamily": "llama",
        "modelArchitecture": "LlamaForCausalLM",
        "datasets": ["model:acme/talks", "elsewhere/books"],
        "ethics": "It repeats what its training data got wrong.",
        "limitation": "Long texts are cut.",
        "use": "Answers in a chat.",
        "terms": ["acceptable-use", "monthly-active-users"],
    }


def _card(text: bytes) -> dict[str, object]:
    if text.startswith(b"{"):
        (entry,) = [entry["modelCard"] for entry in json.loads(text)["components"] if "modelCard" in entry]
        parameters, considerations = entry["modelParameters"], entry["considerations"]
        return {
            **parameters,
            "datasets": [item.get("ref", item.get("name")) for item in parameters["datasets"]],
            "ethics": considerations["ethicalConsiderations"][0]["name"],
            "limitation": considerations["technicalLimitations"][0],
            "use": considerations["useCases"][0],
            "terms": [item["value"] for item in entry["properties"]],
        }
    root = etree.fromstring(text)
    (card,) = root.findall(".//{*}modelCard")
    names = ("task", "architectureFamily", "modelArchitecture")
    return {
        **{name: card.findtext(f"{{*}}modelParameters/{{*}}{name}") for name in names},
        "datasets": [
            item.findtext("{*}name") or item.text for item in card.findall("{*}modelParameters/{*}datasets/*")
        ],
        "ethics": card.findtext(".//{*}ethicalConsideration/{*}name"),
        "limitation": card.findtext(".//{*}technicalLimitation"),
        "use": card.findtext(".//{*}useCase"),
        "terms": [item.text for item in card.findall("{*}properties/{*}property")],
    }


def test_a_value_that_its_field_cannot_hold_becomes_a_property(reporter: ModuleType) -> None:
    found = sbom(reporter).components["pkg:npm/left-pad@1.3.0"]
    assert found.values("homepage") == ["not an address"]
    assert [json.loads(value)["algorithm"] for value in found.values("hash")] == ["SHA-1", "Streebog-256"]
    newest = sbom(reporter, "1.7").components["pkg:npm/left-pad@1.3.0"]
    assert [json.loads(value)["algorithm"] for value in newest.values("hash")] == ["SHA-1"], "1.7 knows Streebog"


def test_the_lifecycle_tells_a_source_tree_from_installed_packages() -> None:
    assert set(sbom(json_format).phases) == {"pre-build", "post-build"}
    plain = read(written(json_format, _report_of(Component(id="pkg:npm/x@1", name="x"))))
    assert plain.phases == ("pre-build",)


def test_the_same_input_gives_the_same_bytes(reporter: ModuleType, version: str) -> None:
    assert written(reporter, sample.report(version)) == written(reporter, sample.report(version))


def test_the_times_of_the_run_do_not_change_the_bytes(reporter: ModuleType) -> None:
    report = sample.report()
    later = replace(report.inventory, run=replace(sample.RUN, started="2030", finished="2031"))
    assert written(reporter, report) == written(reporter, replace(report, inventory=later))


def test_another_content_gives_another_serial_number(reporter: ModuleType) -> None:
    numbers = {sbom(reporter, complete=complete).serial_number for complete in (True, False)}
    assert len(numbers) == 2
    assert all(number.startswith("urn:uuid:") and not number.endswith("000000000000") for number in numbers)


def test_an_unknown_version_is_told_with_those_that_there_are(reporter: ModuleType) -> None:
    with pytest.raises(UsageError, match=r"1\.5, 1\.6, 1\.7"):
        written(reporter, sample.report("1.4"))


def test_a_document_that_would_not_be_valid_is_never_written(
    reporter: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    from licscan.report.cyclonedx import model_card

    monkeypatch.setattr(model_card, "_parameters", lambda card: [("taks", card.task)])
    stream = io.BytesIO()
    with pytest.raises(ScanError, match="would not be valid"):
        reporter.write(sample.report(), stream)
    assert stream.getvalue() == b""


_BREAKS = {
    "an unknown SPDX id": lambda bom: bom["components"][1]["evidence"]["licenses"][0]["license"].update(id="NOT-SPDX"),
    "an additional property": lambda bom: bom["components"][0].update(colour="red"),
    "a missing name": lambda bom: bom["components"][0].pop("name"),
    "a bad digest": lambda bom: bom["components"][1]["hashes"][0].update(content="zz"),
    "a wrong type": lambda bom: bom["components"][0].update(type="thing"),
    "a component twice": lambda bom: bom["components"].append(bom["components"][0]),
    "a bad time": lambda bom: bom["metadata"].update(timestamp="yesterday"),
    "a bad address": lambda bom: bom["metadata"]["component"]["externalReferences"][0].update(url="http://[x"),
    "a bad serial number": lambda bom: bom.update(serialNumber="urn:uuid:1"),
    "an unknown aggregate": lambda bom: bom["compositions"][0].update(aggregate="most"),
    "a wrong model card": lambda bom: next(c for c in bom["components"] if "modelCard" in c)["modelCard"].update(x=1),
    "an id beside an expression": lambda bom: bom["metadata"]["component"]["licenses"].append(
        {"expression": "MIT", "x": 1}
    ),
    "a negative line": lambda bom: bom["components"][0]["evidence"]["occurrences"][0].update(line=-1),
    "a signature of no algorithm": lambda bom: bom.update(signature={"algorithm": 5}),
}


@pytest.mark.parametrize("what", _BREAKS)
def test_the_fast_validator_catches_what_the_strict_one_catches(what: str) -> None:
    bom = json.loads(written(json_format, sample.report()))
    _BREAKS[what](bom)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bom)) is not None
    with pytest.raises(ScanError, match="would not be valid"):
        validation.require_valid_json(json.dumps(bom), bom, SchemaVersion.V1_6, strict=False)


def test_strict_validation_asks_the_library_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(JsonStrictValidator, "validate_str", lambda self, text: asked.append(text))
    written(json_format, sample.report())
    assert not asked
    text = written(json_format, sample.report(validate=True))
    assert asked == [text.decode().rstrip("\n")]


@pytest.mark.parametrize("complete", [True, False])
def test_the_sample_is_written_as_it_always_was(reporter: ModuleType, update_golden: bool, *, complete: bool) -> None:
    name = f"sbom/{'complete' if complete else 'incomplete'}.{reporter.FILE_NAME}"
    assert_golden(name, written(reporter, sample.report(complete=complete)), update=update_golden)


def test_a_nested_project_owns_its_files_before_the_root_does() -> None:
    nested = Component(id="path:src", name="src", kind=ComponentKind.PROJECT, directory="src")
    inventory = replace(sample.inventory(), components=(*sample.inventory().components, nested))
    audit = sample.audit()
    unplaced = replace(audit.violations[0], subject=sample.subject(SubjectKind.FILE, "src/main.js"))
    told = describe(inventory, replace(audit, violations=(unplaced,)))
    assert [part.ref for part in told.parts if part.violations] == ["path:src"]


def test_two_components_of_the_same_id_are_both_told(reporter: ModuleType) -> None:
    first = Component(id="pkg:npm/x@1", name="x", directory="a/x")
    found = read(written(reporter, _report_of(first, replace(first, directory="b/x")))).components
    assert [found[ref].values("directory") for ref in ("pkg:npm/x@1", "pkg:npm/x@1#2")] == [["a/x"], ["b/x"]]


def _report_of(*components: Component) -> ReportInput:
    inventory = Inventory(run=sample.RUN, files=(), findings=(), components=components)
    audit = replace(sample.audit(), conclusions=(), violations=())
    return ReportInput(inventory=inventory, audit=audit, generated_at=sample.GENERATED_AT)


def test_files_are_written_as_the_library_writes_each(version: str) -> None:
    reports = (sample.report(), hostile.sample(), hostile.clean(), _files_alike())
    for report in (replace(report, version=version) for report in reports):
        wanted = version_of(version)
        whole = json.loads(document(report, wanted).as_json(view_=wanted.view))  # type: ignore[attr-defined]
        assert json.loads(written(json_format, report)).get("components") == whole.get("components")


def _files_alike() -> ReportInput:
    """Files that say the same licences in other places, some of them in several."""
    report = sample.report()
    found = [
        sample.finding("a.c", "mit", "MIT"),
        sample.finding("b.c", "mit", "MIT", 4, 20),
        sample.finding("c.c", "gpl-2.0", "GPL-2.0-only", 2, 3),
    ]
    twice = [
        *sample.finding("d.c", "mit", "MIT", 9, 9).detections,
        *sample.finding("d.c", "mit", "MIT", 2, 7).detections,
    ]
    found.append(replace(found[0], path="d.c", detections=tuple(twice)))
    mixed = (*twice, *sample.finding("e.c", "gpl-2.0", "GPL-2.0-only", 30, 31).detections, *twice)
    found += [replace(found[0], path=path, detections=mixed) for path in ("e.c", "f.c")]
    files = tuple(SourceFile(path=each.path, size=9, sha256=f"{number:064x}") for number, each in enumerate(found))
    return replace(report, inventory=replace(report.inventory, files=files, findings=tuple(found)))


def test_a_model_has_purl_revision_references_description_and_what_it_derives_from() -> None:
    content = json.loads(written(json_format, sample.report()))
    (entry,) = [item for item in content["components"] if item["bom-ref"] == "model:acme/chat-7b"]
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert entry["purl"] == f"pkg:huggingface/acme/chat-7b@{commit}"
    assert (entry["version"], entry["description"]) == (commit, "A model for talks.")
    assert entry["authors"] == [{"name": "The acme team"}]
    references = {(item["type"], item["url"]) for item in entry["externalReferences"]}
    assert ("model-card", f"https://huggingface.co/acme/chat-7b/blob/{commit}/README.md") in references
    assert ("license", "https://example.org/llama2/LICENSE") in references
    (ancestor,) = entry["pedigree"]["ancestors"]
    assert ancestor["purl"] == "pkg:huggingface/meta-llama/Llama-2-7b-hf"
    needs = {item["ref"]: item.get("dependsOn", []) for item in content["dependencies"]}
    assert "model:acme/talks" in needs["model:acme/chat-7b"]
    assert "model:acme/chat-7b" in needs[content["metadata"]["component"]["bom-ref"]]
