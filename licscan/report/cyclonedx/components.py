"""A part of the codebase as a CycloneDX component."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from cyclonedx.exception.model import InvalidUriException
from cyclonedx.model import (
    Copyright,
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.component import ComponentScope, ComponentType, Pedigree
from cyclonedx.model.component_evidence import ComponentEvidence, Identity, IdentityField
from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity
from cyclonedx.model.license import DisjunctiveLicense, License, LicenseAcknowledgement, LicenseExpression
from msgspec import Struct
from packageurl import PackageURL

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import ClaimSource, Component, ComponentKind, Hash, Scope
from licscan.core.location import Location
from licscan.core.text import visible
from licscan.report.cyclonedx.extension import Place, SbomComponent
from licscan.report.cyclonedx.model_card import Considerations, Dataset, ModelCard
from licscan.report.cyclonedx.version import Version
from licscan.report.license_form import LicenseForm, SpdxLicense, spdx_license
from licscan.report.model_identity import (
    address_of,
    base_licenses,
    hub_name,
    license_addresses,
    model_purl,
    name_purl,
    revision_of,
)
from licscan.report.sbom import LicensedFile, Part
from licscan.report.sbom_properties import Pair, part_properties, prop

_SCOPES = {
    Scope.RUNTIME: ComponentScope.REQUIRED,
    Scope.PEER: ComponentScope.REQUIRED,
    Scope.OPTIONAL: ComponentScope.OPTIONAL,
    Scope.DEVELOPMENT: ComponentScope.EXCLUDED,
    Scope.TEST: ComponentScope.EXCLUDED,
    Scope.BUILD: ComponentScope.EXCLUDED,
    Scope.DOCUMENTATION: ComponentScope.EXCLUDED,
}
_DIGEST = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}")
_NEW_ALGORITHMS = (HashAlgorithm.STREEBOG_256, HashAlgorithm.STREEBOG_512)  # since 1.7: the library drops them before
_LONGEST_VERSION = 1024  # the schema's own limit
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?")


class Writer(Struct, frozen=True):
    """Turns parts into components of one version; ``model_refs`` are the refs of the models by their id."""

    version: Version
    model_refs: dict[str, str]

    def component(self, part: Part) -> SbomComponent:
        """Return ``part`` as a component with everything that this version can hold of it."""
        if isinstance(part.subject, Component):
            return self._component(part, part.subject)
        if isinstance(part.subject, AiModel):
            return self._model(part, part.subject)
        return self._file(part, part.subject)

    def _component(self, part: Part, component: Component) -> SbomComponent:
        purl, hashes, website = _purl(component.purl), self._hashes(component.hashes), _website(component.homepage)
        version = visible(component.version) if component.version else None
        lost = tuple(_lost(component, purl, hashes, website))
        authors = [visible(author) for author in component.authors]
        by_purl = IdentityField.PURL if purl else IdentityField.NAME
        return SbomComponent(
            bom_ref=part.ref,
            type=_type_of(component),
            name=visible(component.name),
            version=version if version and len(version) <= _LONGEST_VERSION else None,
            description=" ".join(visible(component.description, newlines=True).split())
            if component.description
            else None,
            scope=None if component.kind is ComponentKind.PROJECT else _SCOPES[component.scope],
            purl=purl,
            hashes=hashes,
            licenses=self._concluded(part),
            copyright="; ".join(map(visible, component.copyrights)) or None,
            supplier=OrganizationalEntity(name=visible(component.supplier)) if component.supplier else None,
            authors=[OrganizationalContact(name=author) for author in authors] if self.version.since_1_6 else None,
            author=None if self.version.since_1_6 else ", ".join(authors) or None,
            external_references=[*([website] if website else []), *_sources(purl)] or None,
            properties=library_properties((*part_properties(part), *lost)),
            evidence=ComponentEvidence(
                identity=self._identity(by_purl, purl.to_string() if purl else visible(component.name)),
                occurrences=self.places(component.locations),
                licenses=_detected(part),
                copyright=[Copyright(text=visible(text)) for text in component.copyrights],
            ),
        )

    def _model(self, part: Part, model: AiModel) -> SbomComponent:
        is_model = model.kind is AiModelKind.MODEL
        hashes = self._hashes(model.hashes)
        purl = model_purl(model)
        authors = [visible(author) for author in model.authors]
        ancestors = [self._ancestor(base, licenses) for base, licenses in base_licenses(part, model).items()]
        return SbomComponent(
            bom_ref=part.ref,
            type=ComponentType.MACHINE_LEARNING_MODEL if is_model else ComponentType.DATA,
            name=visible(model.name),
            version=revision_of(model),
            description=_text(model.description),
            publisher=visible(model.publisher) if model.publisher else None,
            supplier=OrganizationalEntity(name=visible(model.publisher)) if model.publisher else None,
            authors=[OrganizationalContact(name=author) for author in authors] if self.version.since_1_6 else None,
            author=None if self.version.since_1_6 else ", ".join(authors) or None,
            purl=purl,
            hashes=hashes,
            licenses=self._concluded(part),
            external_references=list(_model_references(part, model)) or None,
            properties=library_properties((*part_properties(part), *_lost_hashes(model.hashes, hashes))),
            pedigree=Pedigree(ancestors=ancestors) if ancestors else None,
            evidence=ComponentEvidence(
                identity=self._identity(
                    IdentityField.PURL if purl else IdentityField.NAME, purl.to_string() if purl else visible(model.id)
                ),
                occurrences=self.places(model.locations),
                licenses=_detected(part),
            ),
            model_card=self._card(part, model) if is_model else None,
            data=None if is_model else Dataset(name=visible(model.name)),
        )

    def _ancestor(self, base: str, licenses: tuple[str, ...]) -> SbomComponent:
        """Return what a model derives from, with the licences that it has itself."""
        told = LicenseAcknowledgement.CONCLUDED if self.version.since_1_6 else None
        text = " AND ".join(licenses if len(licenses) == 1 else (f"({each})" for each in licenses))
        return SbomComponent(
            type=ComponentType.MACHINE_LEARNING_MODEL,
            name=visible(base),
            purl=name_purl(base),
            licenses=[_license(spdx_license(text), told)] if text else [],
        )

    def _file(self, part: Part, item: LicensedFile) -> SbomComponent:
        return SbomComponent(
            bom_ref=part.ref,
            type=ComponentType.FILE,
            name=visible(item.file.path),
            hashes=self._hashes((Hash(algorithm=HashAlgorithm.SHA_256.value, value=item.file.sha256),)),
            licenses=self._concluded(part),
            properties=library_properties(part_properties(part)),
            evidence=ComponentEvidence(
                identity=self._identity(IdentityField.HASH, item.file.sha256),
                occurrences=self.places(places_of(part)),
                licenses=_detected(part),
            ),
        )

    def _card(self, part: Part, model: AiModel) -> ModelCard:
        return ModelCard(
            task=_text(model.task),
            architecture_family=_text(model.architecture_family),
            architecture=_text(model.architecture),
            datasets=tuple(
                Dataset(ref=self.model_refs[id_]) if id_ in self.model_refs else Dataset(name=visible(id_))
                for id_ in dict.fromkeys(model.datasets)
            ),
            considerations=Considerations(
                uses=_considered(model, "use"),
                limitations=_considered(model, "limitation"),
                ethics=_considered(model, "ethics"),
            ),
            properties=tuple(("licscan:term", term) for term in _terms(part)),
        )

    def _concluded(self, part: Part) -> list[License]:
        told = LicenseAcknowledgement.CONCLUDED if self.version.since_1_6 else None
        concluded = concluded_license(part)
        return [_license(concluded, told)] if concluded else []

    def places(self, locations: Iterable[Location]) -> list[Place]:
        return [
            Place(location=location, line=line, additional_context=context)
            for location, line, context in map(self.place, locations)
        ]

    def place(self, location: Location) -> tuple[str, int | None, str | None]:
        """Return where ``location`` is, its first line, and its lines where they are several."""
        if not self.version.since_1_6:  # an occurrence has no line yet
            return visible(str(location)), None, None
        return visible(location.path), location.start_line, _lines(location)

    def _identity(self, field: IdentityField, value: str) -> list[Identity]:
        return [Identity(field=field, concluded_value=value)]

    def _hashes(self, hashes: Iterable[Hash]) -> list[HashType]:
        known = {algorithm.value: algorithm for algorithm in HashAlgorithm}
        if self.version.name != "1.7":
            known = {name: algorithm for name, algorithm in known.items() if algorithm not in _NEW_ALGORITHMS}
        return [
            HashType(alg=known[hash_.algorithm], content=hash_.value)
            for hash_ in hashes
            if hash_.algorithm in known and _DIGEST.fullmatch(hash_.value)
        ]


def places_of(part: Part) -> Iterator[Location]:
    """Yield where the claims of ``part`` stand."""
    return (location for claim in part.claims for location in claim.locations)


def concluded_license(part: Part) -> SpdxLicense | None:
    """Return the licence that ``part`` is judged by."""
    classification = part.conclusion.classification if part.conclusion else None
    text = classification and (classification.expression_spdx or classification.expression)
    return spdx_license(text) if text else None


def detected_licenses(part: Part) -> tuple[SpdxLicense, ...]:
    """Return what the files say, where a list can hold all of it: ids and names, or one expression alone."""
    texts = (claim.expression_spdx or claim.expression for claim in part.claims if claim.source is ClaimSource.DETECTED)
    found = tuple(dict.fromkeys(spdx_license(text) for text in dict.fromkeys(texts) if text))
    if len(found) > 1 and any(spdx.form is LicenseForm.EXPRESSION for spdx in found):
        return ()
    return found


def library_properties(pairs: Iterable[Pair]) -> list[Property]:
    """Return ``pairs`` as the library's properties."""
    return [Property(name=name, value=value) for name, value in pairs]


def _license(spdx: SpdxLicense, acknowledgement: LicenseAcknowledgement | None = None) -> License:
    if spdx.form is LicenseForm.EXPRESSION:
        return LicenseExpression(spdx.text, acknowledgement=acknowledgement)
    if spdx.form is LicenseForm.ID:
        return DisjunctiveLicense(id=spdx.text, acknowledgement=acknowledgement)
    return DisjunctiveLicense(name=spdx.text, acknowledgement=acknowledgement)


def _detected(part: Part) -> list[License]:
    return [_license(spdx) for spdx in detected_licenses(part)]


def _lines(location: Location) -> str | None:
    if location.start_line is None or location.end_line in (None, location.start_line):
        return None
    return f"lines {location.start_line}-{location.end_line}"


def _terms(part: Part) -> tuple[str, ...]:
    if part.conclusion is None or part.conclusion.classification is None:
        return ()
    return tuple(sorted({term for unit in part.conclusion.classification.units for term in unit.terms}))


def _considered(model: AiModel, kind: str) -> tuple[str, ...]:
    return tuple(visible(words) for each, words in model.considerations if each == kind)


def _model_references(part: Part, model: AiModel) -> Iterator[ExternalReference]:
    """Yield where a model or dataset is published, and where its licences can be read."""
    page = address_of(model)
    if page and (reference := _reference(page, ExternalReferenceType.WEBSITE)):
        yield reference
    if page and model.kind is AiModelKind.MODEL and hub_name(model.id):
        revision = revision_of(model) or "main"
        for address, kind in (
            (f"{page}/blob/{revision}/README.md", ExternalReferenceType.MODEL_CARD),
            (f"{page}/tree/{revision}", ExternalReferenceType.DISTRIBUTION),
        ):
            if reference := _reference(address, kind):
                yield reference
    for address in license_addresses(part):
        if reference := _reference(address, ExternalReferenceType.LICENSE):
            yield reference


def _text(text: str | None) -> str | None:
    return visible(text) if text else None


def _purl(text: str | None) -> PackageURL | None:
    if not text or visible(text) != text:
        return None
    try:
        return PackageURL.from_string(text)
    except ValueError:
        return None


def _website(text: str | None) -> ExternalReference | None:
    """The homepage as a reference, when it is an address that both schemas take as it is."""
    return _reference(text, ExternalReferenceType.WEBSITE)


def _reference(text: str | None, kind: ExternalReferenceType) -> ExternalReference | None:
    if not text or not _WEB_ADDRESS.fullmatch(text):
        return None
    try:
        urlsplit(text)
        uri = XsUri(text)
    except (ValueError, InvalidUriException):
        return None
    return ExternalReference(type=kind, url=uri) if str(uri) == text else None


def _type_of(component: Component) -> ComponentType:
    if component.kind is ComponentKind.PROJECT:
        return ComponentType.APPLICATION
    return ComponentType.CONTAINER if component.ecosystem == "docker" else ComponentType.LIBRARY


def _sources(purl: PackageURL | None) -> Iterator[ExternalReference]:
    """Yield where the component comes from when that is no registry."""
    qualifiers = dict(purl.qualifiers or {}) if purl else {}
    kinds = (("vcs_url", ExternalReferenceType.VCS), ("download_url", ExternalReferenceType.DISTRIBUTION))
    for name, kind in kinds:
        address = qualifiers.get(name, "")
        if name == "vcs_url":
            # The schema wants an address: the tool before it goes, the revision stays in the purl.
            address = re.sub(r"^(?:git|hg|svn|bzr)\+", "", address)
            address = re.sub(r"(?<=/)([^/@]+)@[^/@]+$", r"\1", address)
        try:
            urlsplit(address)
            uri = XsUri(address)
        except (ValueError, InvalidUriException):
            continue
        if address and str(uri) == address and visible(address) == address:
            yield ExternalReference(type=kind, url=uri)


def _lost(
    component: Component, purl: PackageURL | None, hashes: list[HashType], website: ExternalReference | None
) -> Iterator[Pair]:
    """What the component says and its fields cannot hold."""
    if component.purl and purl is None:
        yield prop("purl", component.purl)
    if component.homepage and website is None:
        yield prop("homepage", component.homepage)
    if component.version and len(visible(component.version)) > _LONGEST_VERSION:
        yield prop("version", component.version)
    yield from _lost_hashes(component.hashes, hashes)


def _lost_hashes(hashes: Iterable[Hash], kept: Iterable[HashType]) -> Iterator[Pair]:
    told = {(hash_.alg.value, hash_.content) for hash_ in kept}
    for hash_ in hashes:
        if (hash_.algorithm, hash_.value) not in told:
            yield prop("hash", {"algorithm": hash_.algorithm, "value": hash_.value})
