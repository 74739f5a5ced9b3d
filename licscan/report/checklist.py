"""Which elements that others want of a bill of materials a result has, and which are missing and where.

``g7``: "Software Bill of Materials for AI - Minimum Elements" of the G7's cybersecurity group (BSI and others, May 2026), seven clusters.
``bsi``: the technical guideline TR-03183-2 of Germany's BSI, version 2.1.0 (August 2025), for what the EU's Cyber Resilience Act asks.

A checklist says what is there; whether it is true or enough is for a person to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum

from msgspec import Struct

from licscan.core.aimodel import AiModel, AiModelKind
from licscan.core.component import Component, ComponentKind
from licscan.core.result import Audit, Inventory
from licscan.report.model_identity import address_of, model_purl, revision_of
from licscan.report.sbom import LicensedFile, Part, Sbom, describe


class State(str, Enum):
    PRESENT = "present"
    PARTLY = "partly"  # some of the parts have it
    MISSING = "missing"
    PERSON = "for a person"  # nothing in a source tree shows it
    NONE = "not applicable"  # there is no part of the kind


class Checked(Struct, frozen=True, kw_only=True):
    """One element. ``lacking`` are the names of parts without it, of ``total`` that should have it; ``how`` says how it comes to be there."""

    cluster: str
    element: str
    state: State
    lacking: tuple[str, ...] = ()
    total: int = 0
    how: str = ""


class Checklist(Struct, frozen=True, kw_only=True):
    standard: str
    title: str
    source: str
    elements: tuple[Checked, ...]

    def count(self, state: State) -> int:
        return sum(1 for element in self.elements if element.state is state)


Has = Callable[[Part], object]


class _Facts(Struct, frozen=True):
    """A result as the elements ask about it."""

    inventory: Inventory
    audit: Audit
    sbom: Sbom

    @property
    def components(self) -> list[Part]:
        return [part for part in self.sbom.parts if isinstance(part.subject, Component)]

    @property
    def models(self) -> list[Part]:
        return self._of(AiModelKind.MODEL)

    @property
    def datasets(self) -> list[Part]:
        return self._of(AiModelKind.DATASET)

    def _of(self, kind: AiModelKind) -> list[Part]:
        return [part for part in self.sbom.parts if isinstance(part.subject, AiModel) and part.subject.kind is kind]


def checklists(inventory: Inventory, audit: Audit) -> tuple[Checklist, ...]:
    """Return both checklists for a result."""
    facts = _Facts(inventory, audit, describe(inventory, audit))
    return (
        Checklist(
            standard="g7",
            title="G7: Software Bill of Materials for AI, minimum elements",
            source="https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/KI/SBOM-for-AI_minimum-elements.html",
            elements=tuple(_g7(facts)),
        ),
        Checklist(
            standard="bsi",
            title="BSI TR-03183-2, version 2.1.0",
            source="https://bsi.bund.de/dok/TR-03183-en",
            elements=tuple(_bsi(facts)),
        ),
    )


def _g7(facts: _Facts) -> Iterator[Checked]:
    yield from _metadata(facts)
    yield from _system(facts)
    yield from _models(facts)
    yield from _datasets(facts)
    where = "Infrastructure"
    yield _each(where, "software dependencies", facts.components, _always, "name them in manifests and lockfiles")
    yield _person(where, "hardware", "describe it in a hardware bill of materials and link to that")
    where = "Security properties"
    yield _person(where, "security controls", "describe how the model is guarded")
    yield _person(where, "security compliance", "name the standards that the system meets")
    yield _person(where, "cybersecurity policy", "publish security.txt or SECURITY.md and link to it")
    yield _person(where, "vulnerability references", "publish advisories (VEX) beside the bill of materials")
    where = "Key performance indicators"
    yield _person(where, "security metrics", "report how the model resists attacks")
    yield _person(where, "operational performance", "report the model's measures in its card")


def _metadata(facts: _Facts) -> Iterator[Checked]:
    where, run = "Metadata", facts.inventory.run
    root = facts.sbom.root.subject
    supplier = root.supplier if isinstance(root, Component) else None
    yield _one(where, "author of the bill of materials", supplier, "declare the project's author in its manifest")
    yield _person(where, "signature of the author", "sign what is written, with Cosign for example")
    yield _one(where, "name and version of the format", True, "")
    yield _one(where, "version of the bill of materials", True, "")
    yield _one(where, "generating tool", "licscan", "")
    yield _one(where, "version of the tool", run.tool_version, "")
    yield _one(where, "generation context", True, "")
    yield _one(where, "timestamp", run.finished, "")
    yield _one(where, "dependency relationships", facts.sbom.needs, "add a lockfile, or name the models in code")
    yield _one(where, "completeness", facts.audit.complete, "read the issues of the result: something was not scanned")


def _system(facts: _Facts) -> Iterator[Checked]:
    where, root = "System level properties", facts.sbom.root.subject
    project = root if isinstance(root, Component) else None
    yield _one(where, "name", project and project.name, "name the project in its manifest")
    yield _one(where, "version", project and project.version, "state the version in the project's manifest")
    yield _one(
        where, "producer", project and (project.supplier or project.authors), "state authors in the project's manifest"
    )
    yield _one(where, "components", facts.sbom.parts, "")
    yield _one(where, "timestamp", facts.inventory.run.finished, "")
    yield _one(where, "intended application area", facts.audit.facts.uses, "declare the fact 'uses'")
    yield _person(where, "data flow", "describe which data go where")
    yield _person(where, "use of user data", "state whether users' data train models")
    yield _person(where, "input and output properties", "describe what goes in and comes out")


def _models(facts: _Facts) -> Iterator[Checked]:
    where, parts = "Models", facts.models
    card = "state it in the model's card, and keep the card beside the weights"
    yield _each(where, "name", parts, lambda part: _model(part).name, card)
    yield _each(
        where,
        "identifier",
        parts,
        lambda part: model_purl(_model(part)) or _model(part).hashes,
        "use the name on the Hub",
    )
    yield _each(
        where, "version", parts, lambda part: revision_of(_model(part)), "name the commit in code (revision=...)"
    )
    yield _each(where, "producer", parts, lambda part: _model(part).publisher or _model(part).authors, card)
    yield _each(where, "description", parts, lambda part: _model(part).description, card)
    yield _each(where, "timestamp", parts, _never, "no source tree states when a model was made")
    yield _each(
        where,
        "hash value and algorithm",
        parts,
        lambda part: _model(part).hashes,
        "keep the weights in the tree, and scan with --hash-weights",
    )
    yield _each(
        where,
        "architecture and properties",
        parts,
        lambda part: _model(part).architecture or _model(part).architecture_family,
        "keep config.json beside the weights",
    )
    yield _each(
        where, "training properties", parts, lambda part: _model(part).datasets or _model(part).base_models, card
    )
    yield _each(where, "limitations", parts, lambda part: _considered(part, "limitation", "ethics"), card)
    yield _each(where, "intended use", parts, lambda part: _considered(part, "use"), card)
    yield _each(where, "licence", parts, _has_license, "state the licence in the card, or record it as a curation")
    yield _each(
        where,
        "dependencies",
        parts,
        lambda part: _model(part).base_models or _model(part).datasets,
        "state base_model and datasets in the card",
    )
    yield _each(where, "external references", parts, lambda part: address_of(_model(part)), "use the name on the Hub")


def _datasets(facts: _Facts) -> Iterator[Checked]:
    where, parts = "Dataset properties", facts.datasets
    card = "state it in the data set's card"
    yield _each(where, "name", parts, lambda part: _model(part).name, card)
    yield _each(where, "identifier", parts, lambda part: address_of(_model(part)), "use the name on the Hub")
    yield _each(where, "description", parts, lambda part: _model(part).description, card)
    yield _each(where, "hash value and algorithm", parts, lambda part: _model(part).hashes, "keep the data in the tree")
    yield _each(where, "provenance", parts, lambda part: _model(part).publisher, card)
    yield _each(where, "licence", parts, _has_license, card)
    yield _each(
        where,
        "dependency relationships",
        parts,
        lambda part: part.ref in _children(facts.sbom),
        "name the data set in the model's card",
    )
    yield _person(where, "statistical properties", "describe size, classes and splits in the card")
    yield _person(where, "sensitivity", "state whether personal or protected data are in it")
    yield _person(where, "tools that made it", "name them in the card")


def _bsi(facts: _Facts) -> Iterator[Checked]:
    where, root = "The bill of materials", facts.sbom.root.subject
    project = root if isinstance(root, Component) else None
    yield _one(
        where,
        "creator",
        project and (project.supplier or project.homepage),
        "state supplier or homepage in the project's manifest",
    )
    yield _one(where, "timestamp", facts.inventory.run.finished, "")
    yield _one(where, "format: CycloneDX 1.6 or newer, or SPDX 3.0.1", True, "")
    where = "Each component, required"
    parts = [*facts.components, *facts.models, *facts.datasets]
    of_component = "scan where packages are installed: their metadata state it"
    yield _each(where, "creator", parts, _creator, of_component)
    yield _each(where, "name", parts, _always, "")
    yield _each(where, "version", parts, _version, "pin it in a lockfile; for models name the commit in code")
    yield _each(
        where,
        "file name of the deliverable",
        parts,
        _file_name,
        "keep the deliverable in the tree, or scan with --archives",
    )
    yield _one(where, "dependencies", facts.sbom.needs, "add a lockfile")
    yield _each(
        where, "distribution licences", parts, _has_license, "record the licence as a curation, or add its text"
    )
    yield _each(
        where,
        "SHA-512 of the deliverable",
        parts,
        lambda part: _hash(part, "SHA-512"),
        "use a lockfile that records it, such as package-lock.json",
    )
    yield _person(where, "executable, archive and structured properties", "add them when the deliverable is built")
    where = "Each component, where it exists"
    yield _each(where, "source code URI", parts, _source, of_component)
    yield _each(where, "URI of the deliverable", parts, _deliverable, "use a lockfile that records it")
    yield _each(where, "other unique identifiers (purl)", parts, _purl, "pin it in a lockfile")
    yield _each(where, "original licences", parts, lambda part: part.claims, of_component)
    where = "Each component, optional"
    yield _each(where, "effective licence", parts, _has_license, "record the licence as a curation")
    yield _each(where, "hash of the source code", parts, _never, "no manifest records it")


def _always(_part: Part) -> bool:
    return True


def _never(_part: Part) -> bool:
    return False


def _model(part: Part) -> AiModel:
    if not isinstance(part.subject, AiModel):
        raise TypeError(f"{part.ref} is no model")
    return part.subject


def _considered(part: Part, *kinds: str) -> bool:
    return any(kind in kinds for kind, _ in _model(part).considerations)


def _has_license(part: Part) -> bool:
    return part.conclusion is not None and part.conclusion.classification is not None


def _children(sbom: Sbom) -> set[str]:
    return {child for _, children in sbom.needs for child in children}


def _creator(part: Part) -> object:
    subject = part.subject
    if isinstance(subject, AiModel):
        return subject.publisher or subject.authors
    return isinstance(subject, Component) and (subject.supplier or subject.authors)


def _version(part: Part) -> object:
    subject = part.subject
    if isinstance(subject, AiModel):
        return revision_of(subject)
    return isinstance(subject, Component) and subject.version


def _file_name(part: Part) -> object:
    subject = part.subject
    if isinstance(subject, AiModel):
        return subject.format != "reference"
    return isinstance(subject, Component) and (subject.directory or subject.kind is ComponentKind.VENDORED)


def _hash(part: Part, algorithm: str) -> bool:
    subject = part.subject
    return not isinstance(subject, LicensedFile) and any(each.algorithm == algorithm for each in subject.hashes)


def _source(part: Part) -> object:
    subject = part.subject
    if isinstance(subject, AiModel):
        return address_of(subject)
    return isinstance(subject, Component) and (subject.homepage or "vcs_url=" in (subject.purl or ""))


def _deliverable(part: Part) -> object:
    subject = part.subject
    if isinstance(subject, AiModel):
        return address_of(subject)
    return isinstance(subject, Component) and "download_url=" in (subject.purl or "")


def _purl(part: Part) -> object:
    subject = part.subject
    if isinstance(subject, AiModel):
        return model_purl(subject)
    return isinstance(subject, Component) and subject.purl


def _one(cluster: str, element: str, value: object, how: str) -> Checked:
    return Checked(
        cluster=cluster, element=element, state=State.PRESENT if value else State.MISSING, how="" if value else how
    )


def _person(cluster: str, element: str, how: str) -> Checked:
    return Checked(cluster=cluster, element=element, state=State.PERSON, how=how)


def _each(cluster: str, element: str, parts: Iterable[Part], has: Has, how: str) -> Checked:
    every = list(parts)
    lacking = tuple(part.ref for part in every if not has(part))
    if not every:
        state = State.NONE
    elif not lacking:
        state = State.PRESENT
    else:
        state = State.MISSING if len(lacking) == len(every) else State.PARTLY
    return Checked(
        cluster=cluster, element=element, state=state, lacking=lacking, total=len(every), how=how if lacking else ""
    )
