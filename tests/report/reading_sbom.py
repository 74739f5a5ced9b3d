"""Reads an SBOM back without licscan's own writers: what a consumer would see, the same from JSON and from XML."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from xml.etree import ElementTree

from msgspec import Struct

from licscan.core.component import ClaimSource, LicenseClaim
from licscan.core.location import Location
from licscan.report.base import Reporter, ReportInput


def written(reporter: Reporter, report: ReportInput) -> bytes:
    stream = io.BytesIO()
    reporter.write(report, stream)
    return stream.getvalue()


class ReadComponent(Struct, frozen=True):
    """One component as it was read: ``licenses`` are pairs such as ``("id", "MIT")``."""

    ref: str
    type: str
    name: str
    licenses: tuple[tuple[str, str], ...]
    observed: tuple[tuple[str, str], ...]
    acknowledgements: tuple[str | None, ...]
    properties: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, int | None], ...]
    scope: str | None
    ancestors: tuple[str, ...]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.properties if key == f"licscan:{name}"]

    def claims(self) -> set[LicenseClaim]:
        return {
            claim_of(source, json.loads(value))
            for source in ClaimSource
            for value in self.values(f"license:{source.value}")
        }


def claim_of(source: ClaimSource, said: dict[str, Any]) -> LicenseClaim:
    return LicenseClaim(
        source=source,
        expression=said.get("expression"),
        expression_spdx=said.get("spdx"),
        raw=said.get("raw"),
        origin=said.get("origin", ""),
        locations=tuple(
            Location(path=place["path"], start_line=place.get("start"), end_line=place.get("end"))
            for place in said.get("locations", ())
        ),
    )


class ReadSbom(Struct, frozen=True):
    components: dict[str, ReadComponent]  # the root among them
    root: str
    dependencies: dict[str, tuple[str, ...]]
    compositions: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    serial_number: str
    timestamp: str
    phases: tuple[str, ...]
    metadata: tuple[tuple[str, str], ...]


def read(text: bytes) -> ReadSbom:
    return _read_json(json.loads(text)) if text.startswith(b"{") else _read_xml(text)


def _read_json(bom: dict[str, Any]) -> ReadSbom:
    metadata = bom["metadata"]
    components = [_json_component(entry) for entry in (metadata["component"], *bom.get("components", ()))]
    return ReadSbom(
        components={component.ref: component for component in components},
        root=metadata["component"]["bom-ref"],
        dependencies={entry["ref"]: tuple(entry.get("dependsOn", ())) for entry in bom.get("dependencies", ())},
        compositions=tuple(
            (entry["aggregate"], tuple(entry.get("assemblies", ())), tuple(entry.get("dependencies", ())))
            for entry in bom["compositions"]
        ),
        serial_number=bom["serialNumber"],
        timestamp=metadata["timestamp"],
        phases=tuple(entry["phase"] for entry in metadata["lifecycles"]),
        metadata=_json_properties(metadata),
    )


def _json_component(entry: dict[str, Any]) -> ReadComponent:
    evidence = entry.get("evidence", {})
    return ReadComponent(
        ref=entry["bom-ref"],
        type=entry["type"],
        name=entry["name"],
        licenses=_json_licenses(entry),
        observed=_json_licenses(evidence),
        acknowledgements=tuple(item.get("license", item).get("acknowledgement") for item in entry.get("licenses", ())),
        properties=_json_properties(entry),
        places=tuple((place["location"], place.get("line")) for place in evidence.get("occurrences", ())),
        scope=entry.get("scope"),
        ancestors=tuple(item["name"] for item in entry.get("pedigree", {}).get("ancestors", ())),
    )


def _json_licenses(holder: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for entry in holder.get("licenses", ()):
        said = entry.get("license", entry)
        found += [(form, said[form]) for form in ("id", "name", "expression") if form in said]
    return tuple(found)


def _json_properties(holder: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((entry["name"], entry["value"]) for entry in holder.get("properties", ()))


def _read_xml(text: bytes) -> ReadSbom:
    # One known default namespace: dropped, so that the paths below read like the specification.
    root = ElementTree.fromstring(re.sub(rb' xmlns="[^"]+"', b"", text, count=1))
    components = [
        _xml_component(entry) for entry in (*root.findall("metadata/component"), *root.findall("components/component"))
    ]
    return ReadSbom(
        components={component.ref: component for component in components},
        root=components[0].ref,
        dependencies={
            entry.attrib["ref"]: tuple(child.attrib["ref"] for child in entry)
            for entry in root.findall("dependencies/dependency")
        },
        compositions=tuple(
            (
                entry.findtext("aggregate", ""),
                tuple(item.attrib["ref"] for item in entry.findall("assemblies/assembly")),
                tuple(item.attrib["ref"] for item in entry.findall("dependencies/dependency")),
            )
            for entry in root.findall("compositions/composition")
        ),
        serial_number=root.attrib["serialNumber"],
        timestamp=root.findtext("metadata/timestamp", ""),
        phases=tuple(entry.findtext("phase", "") for entry in root.findall("metadata/lifecycles/lifecycle")),
        metadata=_xml_properties(root.find("metadata")),
    )


def _xml_component(entry: ElementTree.Element) -> ReadComponent:
    listed = entry.find("licenses")
    return ReadComponent(
        ref=entry.attrib["bom-ref"],
        type=entry.attrib["type"],
        name=entry.findtext("name", ""),
        licenses=_xml_licenses(listed),
        observed=_xml_licenses(entry.find("evidence/licenses")),
        acknowledgements=tuple(item.get("acknowledgement") for item in listed) if listed is not None else (),
        properties=_xml_properties(entry),
        places=tuple(
            (place.findtext("location", ""), int(line) if (line := place.findtext("line")) else None)
            for place in entry.findall("evidence/occurrences/occurrence")
        ),
        scope=entry.findtext("scope"),
        ancestors=tuple(item.findtext("name", "") for item in entry.findall("pedigree/ancestors/component")),
    )


def _xml_licenses(listed: ElementTree.Element | None) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for entry in () if listed is None else listed:
        if entry.tag == "expression":
            found.append(("expression", entry.text or ""))
        else:
            found += [(form, text) for form in ("id", "name") if (text := entry.findtext(form)) is not None]
    return tuple(found)


def _xml_properties(holder: ElementTree.Element | None) -> tuple[tuple[str, str], ...]:
    if holder is None:
        return ()
    return tuple((entry.attrib["name"], entry.text or "") for entry in holder.findall("properties/property"))
