"""The whole SPDX document: parts as packages, what needs which as relationships, the rest as annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from packageurl import PackageURL
from spdx_tools.spdx.model import (
    Actor,
    ActorType,
    Annotation,
    AnnotationType,
    Checksum,
    ChecksumAlgorithm,
    CreationInfo,
    Document,
    ExternalPackageRef,
    ExternalPackageRefCategory,
    Package,
    PackagePurpose,
    Relationship,
    RelationshipType,
    SpdxNoAssertion,
)
from spdx_tools.spdx.model.version import Version
from spdx_tools.spdx.validation.checksum_validator import validate_checksum
from spdx_tools.spdx.validation.external_package_ref_validator import validate_external_package_ref
from spdx_tools.spdx.validation.uri_validators import validate_download_location, validate_url

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import Component, ComponentKind, Dependency, Hash, Scope
from licscan.core.text import visible
from licscan.report.base import ReportInput
from licscan.report.found_texts import found_texts
from licscan.report.sbom import REFERENCE_FORMAT, LicensedFile, Part, Sbom, describe
from licscan.report.sbom_properties import Pair, location_value, part_properties, prop, scan_properties
from licscan.report.serial_number import NO_SERIAL_NUMBER
from licscan.report.spdx.licenses import Licenses

VERSION = "SPDX-2.3"
_DOCUMENT = "SPDXRef-DOCUMENT"
# The name space that the specification keeps for those who have no web site of their own.
_NAMESPACE = "https://spdx.org/spdxdocs/licscan-"

_ALGORITHMS = {
    "MD5": ChecksumAlgorithm.MD5,
    "SHA-1": ChecksumAlgorithm.SHA1,
    "SHA-256": ChecksumAlgorithm.SHA256,
    "SHA-384": ChecksumAlgorithm.SHA384,
    "SHA-512": ChecksumAlgorithm.SHA512,
    "SHA3-256": ChecksumAlgorithm.SHA3_256,
    "SHA3-384": ChecksumAlgorithm.SHA3_384,
    "SHA3-512": ChecksumAlgorithm.SHA3_512,
    "BLAKE2b-256": ChecksumAlgorithm.BLAKE2B_256,
    "BLAKE2b-384": ChecksumAlgorithm.BLAKE2B_384,
    "BLAKE2b-512": ChecksumAlgorithm.BLAKE2B_512,
}
# Said of the child, where SPDX has a word for the scope; any other scope is told as "parent depends on child".
_DEPENDENCY_OF = {
    Scope.OPTIONAL: RelationshipType.OPTIONAL_DEPENDENCY_OF,
    Scope.DEVELOPMENT: RelationshipType.DEV_DEPENDENCY_OF,
    Scope.TEST: RelationshipType.TEST_DEPENDENCY_OF,
    Scope.BUILD: RelationshipType.BUILD_DEPENDENCY_OF,
}


class SpdxSbom(Struct, frozen=True):
    """An SPDX document whose annotations are kept by the package that they are about: the library looks for them
    in the list of all, for each package anew."""

    document: Document
    annotations: dict[str, list[Annotation]]


def document(report: ReportInput) -> SpdxSbom:
    """Return the SBOM of ``report`` in the library's own classes, with the namespace of ``NO_SERIAL_NUMBER``."""
    sbom = describe(report.inventory, report.audit)
    created = datetime.fromisoformat(report.generated_at.replace("Z", "+00:00"))
    parts = (sbom.root, *sbom.parts)
    ids = _spdx_ids(part.ref for part in parts)
    licenses = Licenses(report.inventory.licenses, found_texts(report.inventory))
    packages, annotations = [], {}
    for part in parts:
        package, lost = _package(ids[part.ref], part, licenses)
        packages.append(package)
        annotations[package.spdx_id] = _annotations(package.spdx_id, (*part_properties(part), *lost), created)
    return SpdxSbom(
        document=Document(
            creation_info=_creation_info(report, sbom, created),
            packages=packages,
            relationships=list(_relationships(report, sbom, ids)),
            annotations=_annotations(_DOCUMENT, scan_properties(report.inventory, report.audit, sbom), created),
            extracted_licensing_info=licenses.explained(),
        ),
        annotations=annotations,
    )


def _creation_info(report: ReportInput, sbom: Sbom, created: datetime) -> CreationInfo:
    tools = (
        ("licscan", report.inventory.run.tool_version),
        ("scancode-toolkit", report.inventory.run.scancode_version),
    )
    name = sbom.root.subject.name if isinstance(sbom.root.subject, Component) else sbom.root.ref
    return CreationInfo(
        spdx_version=VERSION,
        spdx_id=_DOCUMENT,
        name=visible(name),
        document_namespace=f"{_NAMESPACE}{NO_SERIAL_NUMBER}",
        creators=[Actor(ActorType.TOOL, f"{tool}-{version}") for tool, version in tools],
        created=created,
        license_list_version=_list_version(report.inventory.run.spdx_list_version),
    )


def _list_version(text: str) -> Version | None:
    parts = text.split(".")
    return Version(int(parts[0]), int(parts[1])) if len(parts) > 1 and all(map(str.isdecimal, parts)) else None


def _is_unresolved(part: Part) -> bool:
    """Whether nobody looked: NONE would state that there is no licence."""
    concluded = part.conclusion is not None and part.conclusion.classification is not None
    return isinstance(part.subject, Component) and part.subject.unresolved and not concluded


def _package(spdx_id: str, part: Part, licenses: Licenses) -> tuple[Package, list[Pair]]:
    """Return ``part`` as a package, and as properties what a package cannot hold of it."""
    package = Package(
        spdx_id=spdx_id,
        name=visible(part.subject.file.path if isinstance(part.subject, LicensedFile) else part.subject.name),
        download_location=SpdxNoAssertion(),
        files_analyzed=False,
        license_concluded=licenses.concluded(None if _is_unresolved(part) else part.conclusion),
        license_declared=licenses.declared(part.claims),
        copyright_text=SpdxNoAssertion(),
    )
    if isinstance(part.subject, Component):
        return package, list(_fill_component(package, part.subject))
    if isinstance(part.subject, AiModel):
        return package, list(_fill_model(package, part.subject))
    package.primary_package_purpose = PackagePurpose.FILE
    package.file_name = visible(part.subject.file.path)
    return package, list(_fill_checksums(package, (Hash(algorithm="SHA-256", value=part.subject.file.sha256),)))


def _download_location(purl: str) -> str | None:
    """Return where the package comes from when that is no registry, if SPDX takes it as a location."""
    qualifiers = dict(PackageURL.from_string(purl).qualifiers or {})
    address = qualifiers.get("vcs_url") or qualifiers.get("download_url")
    return address if address and "://" in address and not validate_download_location(address) else None


def _fill_component(package: Package, component: Component) -> Iterator[Pair]:
    if component.kind is ComponentKind.PROJECT:
        package.primary_package_purpose = PackagePurpose.APPLICATION
    elif component.kind is not ComponentKind.SYSTEM:
        package.primary_package_purpose = PackagePurpose.LIBRARY
    package.version = visible(component.version) if component.version else None
    package.description = visible(component.description, newlines=True) if component.description else None
    if component.supplier:
        package.supplier = Actor(ActorType.ORGANIZATION, visible(component.supplier))
    if component.copyrights:
        package.copyright_text = "\n".join(visible(text) for text in component.copyrights)
    if (
        component.homepage
        and visible(component.homepage) == component.homepage
        and not validate_url(component.homepage)
    ):
        package.homepage = component.homepage
    elif component.homepage:
        yield prop("homepage", component.homepage)
    if component.purl and (reference := _purl(component.purl)):
        package.external_references = [reference]
        package.download_location = _download_location(component.purl) or package.download_location
    elif component.purl:
        yield prop("purl", component.purl)
    for author in component.authors:
        yield prop("author", author)
    for location in component.locations:
        yield prop("location", location_value(location))
    yield from _fill_checksums(package, component.hashes)


def _fill_model(package: Package, model: AiModel) -> Iterator[Pair]:
    package.primary_package_purpose = PackagePurpose.OTHER
    if model.publisher:
        package.supplier = Actor(ActorType.ORGANIZATION, visible(model.publisher))
    yield prop("model:kind", model.kind.value)
    for location in model.locations:
        yield prop("location", location_value(location))
    for base in model.base_models:
        yield prop("model:base", base)
    for dataset in model.datasets:
        yield prop("model:dataset", dataset)
    yield from _fill_checksums(package, model.hashes)


def _fill_checksums(package: Package, hashes: Iterable[Hash]) -> Iterator[Pair]:
    kept = []
    for hash_ in hashes:
        algorithm = _ALGORITHMS.get(hash_.algorithm)
        checksum = Checksum(algorithm, hash_.value.lower()) if algorithm else None
        if checksum is not None and not validate_checksum(checksum, package.spdx_id, VERSION):
            kept.append(checksum)
        else:
            yield prop("hash", {"algorithm": hash_.algorithm, "value": hash_.value})
    package.checksums = kept


def _purl(text: str) -> ExternalPackageRef | None:
    try:
        PackageURL.from_string(text)
    except ValueError:
        return None
    reference = ExternalPackageRef(ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", text)
    return None if visible(text) != text or validate_external_package_ref(reference, "", VERSION) else reference


def _annotations(spdx_id: str, pairs: Iterable[Pair], created: datetime) -> list[Annotation]:
    tool = Actor(ActorType.TOOL, "licscan")
    return [Annotation(spdx_id, AnnotationType.OTHER, tool, created, f"{name}={value}") for name, value in pairs]


def _relationships(report: ReportInput, sbom: Sbom, ids: dict[str, str]) -> Iterator[Relationship]:
    root = ids[sbom.root.ref]
    yield Relationship(_DOCUMENT, RelationshipType.DESCRIBES, root)
    for part in sbom.parts:
        if _is_in_the_tree(part):
            yield Relationship(root, RelationshipType.CONTAINS, ids[part.ref])
        elif isinstance(part.subject, AiModel):
            yield Relationship(root, RelationshipType.DEPENDS_ON, ids[part.ref])
        if isinstance(part.subject, AiModel) and part.subject.kind is AiModelKind.MODEL:
            bases = (sbom.model_refs[base] for base in part.subject.base_models if base in sbom.model_refs)
            for ref in bases:
                yield Relationship(ids[part.ref], RelationshipType.DESCENDANT_OF, ids[ref])
    for dependency in report.inventory.dependencies:
        if dependency.parent in sbom.component_refs and dependency.child in sbom.component_refs:
            ends = (ids[sbom.component_refs[end]] for end in (dependency.parent, dependency.child))
            yield _relationship(dependency, *ends)


def _relationship(dependency: Dependency, parent: str, child: str) -> Relationship:
    comment = f"licscan:requirement={visible(dependency.requirement)}" if dependency.requirement else None
    if dependency.scope in _DEPENDENCY_OF:
        return Relationship(child, _DEPENDENCY_OF[dependency.scope], parent, comment)
    return Relationship(parent, RelationshipType.DEPENDS_ON, child, comment)


def _is_in_the_tree(part: Part) -> bool:
    if isinstance(part.subject, Component):
        return part.subject.directory is not None
    return isinstance(part.subject, LicensedFile) or part.subject.format != REFERENCE_FORMAT


def _spdx_ids(refs: Iterable[str]) -> dict[str, str]:
    """Give each ref an id of the letters that SPDX allows; what looks alike then is counted."""
    ids: dict[str, str] = {}
    taken: set[str] = {_DOCUMENT}
    for ref in refs:
        slug = re.sub(r"[^A-Za-z0-9.]+", "-", ref).strip("-") or "part"
        id_, count = f"SPDXRef-{slug}", 1
        while id_ in taken:
            count += 1
            id_ = f"SPDXRef-{slug}-{count}"
        taken.add(id_)
        ids[ref] = id_
    return ids
