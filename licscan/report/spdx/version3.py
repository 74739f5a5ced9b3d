"""SPDX 3.0.1 as JSON-LD: the core, software and licensing profiles, and those for models and datasets where there are any."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import msgspec

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import ClaimSource, Component, Hash, Scope
from licscan.core.text import visible
from licscan.report.base import ReportInput
from licscan.report.cyclonedx.components import concluded_license
from licscan.report.license_form import SpdxLicense, spdx_license
from licscan.report.model_identity import address_of, license_addresses, model_purl, revision_of
from licscan.report.sbom import LicensedFile, Part, Sbom, describe
from licscan.report.serial_number import NO_SERIAL_NUMBER

VERSION = "3.0.1"
_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_NAMESPACE = "https://spdx.org/spdxdocs/licscan-"
_IDENTITY = UUID("0c9dd6ad-2b1c-4f9a-9a37-7c1f4b3f3f52")
_CREATION = "_:creation"
_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
    "SHA3-256": "sha3_256",
    "SHA3-384": "sha3_384",
    "SHA3-512": "sha3_512",
    "BLAKE2b-256": "blake2b256",
    "BLAKE2b-384": "blake2b384",
    "BLAKE2b-512": "blake2b512",
}
_LIFECYCLES = {Scope.DEVELOPMENT: "development", Scope.TEST: "test", Scope.BUILD: "build", Scope.RUNTIME: "runtime"}
# What the profile for models wants of a package beyond what the format itself does.
_WANTED = ("suppliedBy", "software_downloadLocation", "software_packageVersion", "releaseTime")

Element = dict[str, Any]


def document(report: ReportInput) -> dict[str, Any]:
    """Return the SBOM of ``report``; its identity is made from its content."""
    sbom = describe(report.inventory, report.audit)
    digest = hashlib.sha256(msgspec.json.encode(_Graph(report, sbom, NO_SERIAL_NUMBER).content())).hexdigest()
    return _Graph(report, sbom, uuid5(_IDENTITY, digest)).content()


class _Graph:
    """The elements of one document, each with an address below that of the document."""

    def __init__(self, report: ReportInput, sbom: Sbom, identity: UUID) -> None:
        self._report = report
        self._sbom = sbom
        self._base = f"{_NAMESPACE}{identity}"
        self._licenses: dict[str, Element] = {}
        self._agents: dict[str, Element] = {}
        self._numbers: dict[str, int] = {}

    def content(self) -> dict[str, Any]:
        parts = (self._sbom.root, *self._sbom.parts)
        ids = {part.ref: self._id(f"part-{number}") for number, part in enumerate(parts)}
        packages = [self._package(ids[part.ref], part) for part in parts]
        relations = [*self._relations(ids), *self._licensing(parts, ids)]
        tool = self._element("Tool", "tool-licscan", name=f"licscan-{self._report.inventory.run.tool_version}")
        maker = self._element("SoftwareAgent", "agent-licscan", name="licscan")
        elements = [tool, maker, *self._agents.values(), *packages, *self._licenses.values(), *relations]
        root = ids[self._sbom.root.ref]
        sbom = self._element(
            "software_Sbom",
            "sbom",
            software_sbomType=["source"],
            rootElement=[root],
            element=[element["spdxId"] for element in elements],
        )
        whole = self._element(
            "SpdxDocument",
            "document",
            name=visible(self._sbom.root.subject.name if isinstance(self._sbom.root.subject, Component) else "licscan"),
            rootElement=[sbom["spdxId"]],
            element=[sbom["spdxId"], *(element["spdxId"] for element in elements)],
            profileConformance=list(_profiles(packages)),
        )
        creation = {
            "type": "CreationInfo",
            "@id": _CREATION,
            "specVersion": VERSION,
            "created": self._report.generated_at,
            "createdBy": [maker["spdxId"]],
            "createdUsing": [tool["spdxId"]],
        }
        return {"@context": _CONTEXT, "@graph": [creation, whole, sbom, *elements]}

    def _id(self, name: str) -> str:
        return f"{self._base}#{name}"

    def _element(self, kind: str, local: str, /, **fields: Any) -> Element:
        given = {key: value for key, value in fields.items() if value not in (None, [], "")}
        return {"type": kind, "spdxId": self._id(local), "creationInfo": _CREATION, **given}

    def _next(self, kind: str) -> str:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{kind}-{self._numbers[kind]}"

    def _agent(self, name: str) -> str:
        known = self._agents.get(name)
        if known is None:
            known = self._agents[name] = self._element("Organization", self._next("agent"), name=visible(name))
        return str(known["spdxId"])

    def _package(self, spdx_id: str, part: Part) -> Element:
        subject = part.subject
        name = spdx_id.rpartition("#")[2]
        if isinstance(subject, LicensedFile):
            return self._element(
                "software_File",
                name,
                name=visible(subject.file.path),
                verifiedUsing=_hashes((Hash(algorithm="SHA-256", value=subject.file.sha256),)),
                software_primaryPurpose="file",
            )
        if isinstance(subject, AiModel):
            return self._model(name, part, subject)
        return self._element(
            "software_Package",
            name,
            name=visible(subject.name),
            software_packageVersion=visible(subject.version) if subject.version else None,
            software_packageUrl=subject.purl if subject.purl and visible(subject.purl) == subject.purl else None,
            software_homePage=subject.homepage
            if (subject.homepage or "").startswith(("https://", "http://"))
            else None,
            software_primaryPurpose="application" if part.ref == self._sbom.root.ref else "library",
            software_copyrightText="\n".join(map(visible, subject.copyrights)),
            suppliedBy=self._agent(subject.supplier) if subject.supplier else None,
            description=visible(subject.description) if subject.description else None,
            verifiedUsing=_hashes(subject.hashes),
        )

    def _model(self, name: str, part: Part, model: AiModel) -> Element:
        is_model = model.kind is AiModelKind.MODEL
        purl, page = model_purl(model), address_of(model)
        common: dict[str, Any] = {
            "name": visible(model.name),
            "software_packageVersion": revision_of(model),
            "software_packageUrl": purl.to_string() if purl else None,
            "software_downloadLocation": page,
            "software_homePage": page,
            "software_primaryPurpose": "model" if is_model else "data",
            "suppliedBy": self._agent(model.publisher) if model.publisher else None,
            "originatedBy": [self._agent(author) for author in model.authors],
            "description": visible(model.description) if model.description else None,
            "verifiedUsing": _hashes(model.hashes),
            "externalRef": [
                {"type": "ExternalRef", "externalRefType": "license", "locator": [address]}
                for address in license_addresses(part)
            ],
        }
        if not is_model:
            return self._element("dataset_DatasetPackage", name, **common, dataset_datasetType=["noAssertion"])
        told = {
            kind: "\n".join(text for each, text in model.considerations if each == kind)
            for kind in ("use", "limitation", "ethics")
        }
        return self._element(
            "ai_AIPackage",
            name,
            **common,
            ai_domain=[visible(model.task)] if model.task else None,
            ai_typeOfModel=[visible(text) for text in (model.architecture_family, model.architecture) if text],
            ai_informationAboutApplication=visible(told["use"], newlines=True),
            ai_limitation=visible(
                "\n".join(text for text in (told["limitation"], told["ethics"]) if text), newlines=True
            ),
        )

    def _relation(self, kind: str, source: str, targets: list[str], **fields: Any) -> Element:
        form = "LifecycleScopedRelationship" if "scope" in fields else "Relationship"
        return self._element(
            form, self._next("relation"), relationshipType=kind, **{"from": source, "to": targets}, **fields
        )

    def _relations(self, ids: dict[str, str]) -> Iterator[Element]:
        """What needs what; of a model what it derives from and was trained on."""
        models = {part.ref: part.subject for part in self._sbom.parts if isinstance(part.subject, AiModel)}
        scopes = {part.ref: part.subject.scope for part in self._sbom.parts if isinstance(part.subject, Component)}
        for ref, children in self._sbom.needs:
            for child in children:
                model = models.get(child)
                if ref in models:
                    kind = "trainedOn" if model and model.kind is AiModelKind.DATASET else "descendantOf"
                    yield self._relation(kind, ids[ref], [ids[child]])
                elif scope := _LIFECYCLES.get(scopes.get(child, Scope.OPTIONAL)):
                    yield self._relation("dependsOn", ids[ref], [ids[child]], scope=scope)
                else:
                    yield self._relation("dependsOn", ids[ref], [ids[child]])
        root = ids[self._sbom.root.ref]
        held = [ids[part.ref] for part in self._sbom.parts]
        if held:
            yield self._relation("contains", root, held)

    def _licensing(self, parts: tuple[Part, ...], ids: dict[str, str]) -> Iterator[Element]:
        for part in parts:
            concluded = concluded_license(part)
            if concluded is not None:
                yield self._relation("hasConcludedLicense", ids[part.ref], [self._license(concluded, part)])
            declared = [
                text
                for claim in part.claims
                if claim.source is ClaimSource.DECLARED and not claim.inherited_from
                if (text := claim.expression_spdx or claim.expression)
            ]
            if declared:
                told = " AND ".join(dict.fromkeys(f"({text})" if " OR " in text else text for text in declared))
                yield self._relation("hasDeclaredLicense", ids[part.ref], [self._license(spdx_license(told), part)])

    def _license(self, license_: SpdxLicense, part: Part) -> str:
        """Return the address of the licence's element; what is no SPDX expression has no assertion."""
        text = license_.text if license_.is_valid_expression else "NOASSERTION"
        known = self._licenses.get(text)
        if known is None:
            links = license_addresses(part) if len(license_.references) == 1 else ()
            known = self._licenses[text] = self._element(
                "simplelicensing_LicenseExpression",
                self._next("license"),
                simplelicensing_licenseExpression=text,
                simplelicensing_licenseListVersion=_list_version(self._report.inventory.run.spdx_list_version),
                externalRef=[
                    {"type": "ExternalRef", "externalRefType": "license", "locator": [link]} for link in links
                ],
            )
        return str(known["spdxId"])


def _profiles(packages: list[Element]) -> Iterator[str]:
    """Yield the profiles that the document conforms to: those for models and datasets where nothing that they want is missing."""
    yield from ("core", "software", "simpleLicensing")
    for kind, profile in (("ai_AIPackage", "ai"), ("dataset_DatasetPackage", "dataset")):
        found = [package for package in packages if package["type"] == kind]
        if found and all(field in package for package in found for field in _WANTED):
            yield profile


def _hashes(hashes: tuple[Hash, ...]) -> list[dict[str, str]]:
    return [
        {"type": "Hash", "algorithm": _ALGORITHMS[each.algorithm], "hashValue": each.value.lower()}
        for each in hashes
        if each.algorithm in _ALGORITHMS and each.value
    ]


def _list_version(text: str) -> str | None:
    """The specification wants three numbers; SPDX's list has two."""
    numbers = text.split(".")
    if not text or not all(map(str.isdecimal, numbers)):
        return None
    return ".".join((*numbers, "0", "0")[:3])
