"""The whole SBOM: what was scanned, how, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cyclonedx.model.bom import BomMetaData
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component as LibraryComponent
from cyclonedx.model.component import ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.model.tool import ToolRepository

from licscan.core.component import Component, ComponentKind
from licscan.core.result import Audit, Inventory
from licscan.core.text import visible
from licscan.report.base import ReportInput
from licscan.report.cyclonedx.components import Writer, library_properties
from licscan.report.cyclonedx.extension import SbomDocument
from licscan.report.cyclonedx.model_card import Composition
from licscan.report.cyclonedx.version import Version
from licscan.report.found_texts import found_texts
from licscan.report.sbom import Part, Sbom, describe
from licscan.report.sbom_properties import PREFIX, Pair, scan_properties
from licscan.report.serial_number import NO_SERIAL_NUMBER


def _own_texts(inventory: Inventory) -> Iterator[Pair]:
    """Yield the texts in ``LICENSES/`` of licences that SPDX does not list, each once: an expression has no place for a text."""
    for name in sorted({text.license_id for text in inventory.reuse.texts}):
        yield f"{PREFIX}licence-text:{name}", visible(found_texts(inventory)[name], newlines=True)


def document(report: ReportInput, version: Version) -> SbomDocument:
    """Return the SBOM of ``report``, in the library's own classes, with ``NO_SERIAL_NUMBER``."""
    sbom = describe(report.inventory, report.audit)
    return document_of(report, sbom, Writer(version, sbom.model_refs), sbom.parts)


def document_of(report: ReportInput, sbom: Sbom, writer: Writer, parts: Iterable[Part]) -> SbomDocument:
    """Return ``sbom`` with the components of ``parts`` alone: the caller writes those of the others."""
    root = writer.component(sbom.root)
    return SbomDocument(
        serial_number=NO_SERIAL_NUMBER,
        metadata=BomMetaData(
            timestamp=datetime.fromisoformat(report.generated_at.replace("Z", "+00:00")),
            lifecycles=_lifecycles(report.inventory),
            tools=ToolRepository(components=_tools(report.inventory)),
            component=root,
            supplier=_supplier(sbom),
            properties=library_properties(
                (*scan_properties(report.inventory, report.audit, sbom), *_own_texts(report.inventory))
            ),
        ),
        components=[writer.component(part) for part in parts],
        dependencies=[
            Dependency(BomRef(ref), dependencies=[Dependency(BomRef(child)) for child in children])
            for ref, children in sbom.needs
        ],
        compositions=_compositions(report.audit, sbom),
    )


def _lifecycles(inventory: Inventory) -> list[PredefinedLifecycle]:
    """A source tree is looked at before it is built; the packages of a root filesystem are built already."""
    phases = [LifecyclePhase.PRE_BUILD]
    if any(component.kind is ComponentKind.SYSTEM for component in inventory.components):
        phases.append(LifecyclePhase.POST_BUILD)
    return [PredefinedLifecycle(phase) for phase in phases]


def _tools(inventory: Inventory) -> list[LibraryComponent]:
    run = inventory.run
    tools = [
        LibraryComponent(type=ComponentType.APPLICATION, name="licscan", version=run.tool_version),
        LibraryComponent(type=ComponentType.LIBRARY, name="scancode-toolkit", version=run.scancode_version),
    ]
    if run.spdx_list_version:
        tools.append(LibraryComponent(type=ComponentType.DATA, name="SPDX License List", version=run.spdx_list_version))
    return tools


def _supplier(sbom: Sbom) -> OrganizationalEntity | None:
    project = sbom.root.subject
    supplier = project.supplier if isinstance(project, Component) else None
    return OrganizationalEntity(name=visible(supplier)) if supplier else None


def _compositions(audit: Audit, sbom: Sbom) -> Iterator[Composition]:
    """How complete the SBOM is: that a scan missed nothing that it looked for does not mean that there is no more."""
    refs = tuple(ref for ref, _children in sbom.needs)
    if not audit.complete:
        yield Composition(aggregate="incomplete", assemblies=(sbom.root.ref,), dependencies=refs)
        return
    proven = tuple(ref for ref in refs if ref in sbom.proven)
    if proven:
        yield Composition(aggregate="complete", dependencies=proven)
    unproven = tuple(ref for ref in refs if ref not in sbom.proven)
    yield Composition(aggregate="unknown", assemblies=(sbom.root.ref,), dependencies=unproven)
