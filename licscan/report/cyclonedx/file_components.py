"""Files as CycloneDX components in JSON: a tree can have thousands that differ in path, digest and places alone.

The library writes the first of those whose licences are told in the same form, and the others are written after its pattern: a
test holds that nothing else differs from what the library writes for each.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from licscan.core.text import visible
from licscan.report.cyclonedx.components import Writer, concluded_license, detected_licenses, places_of
from licscan.report.license_form import LicenseForm, SpdxLicense
from licscan.report.sbom import LicensedFile, Part
from licscan.report.sbom_properties import part_properties

_Object = dict[str, Any]


def is_file(part: Part) -> bool:
    """Whether ``part`` is a file that belongs to no other component."""
    return isinstance(part.subject, LicensedFile)


class FileComponents:
    """Writes the files of one SBOM in the version of ``writer``."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._patterns: dict[object, _Object] = {}

    def component(self, part: Part) -> _Object:
        """Return the component of a file, as a JSON object."""
        subject = part.subject
        if not isinstance(subject, LicensedFile) or not subject.file.sha256:
            return self._by_library(part)
        concluded = concluded_license(part)
        pattern = self._pattern(part, concluded)
        evidence = {**pattern["evidence"], "identity": _identity(pattern["evidence"]["identity"], subject.file.sha256)}
        if places := self._places(part):
            evidence["occurrences"] = places
        component = {
            **pattern,
            "bom-ref": part.ref,
            "name": visible(subject.file.path),
            "hashes": [{"alg": "SHA-256", "content": subject.file.sha256}],
            "evidence": evidence,
            "properties": [{"name": name, "value": value} for name, value in sorted(set(part_properties(part)))],
        }
        if concluded:
            component["licenses"] = [_named(pattern["licenses"][0], concluded)]
        return component

    def _pattern(self, part: Part, concluded: SpdxLicense | None) -> _Object:
        """Return the first component of those that differ from ``part`` in nothing but what each file has of its own."""
        place = next(places_of(part), None)
        alike = (concluded and concluded.form, detected_licenses(part), place is None)
        pattern = self._patterns.get(alike)
        if pattern is None:
            # One place will do for all: the library is slow, and a file can have hundreds.
            claims = {claim.expression_spdx or claim.expression: claim for claim in part.claims}
            placed = [replace(claim, locations=(place,) if place else ()) for claim in claims.values()]
            pattern = self._patterns[alike] = self._by_library(replace(part, claims=tuple(placed)))
        return pattern

    def _by_library(self, part: Part) -> _Object:
        text = self._writer.component(part).as_json(view_=self._writer.version.view)  # type: ignore[attr-defined] # by py_serializable
        decoded: _Object = msgspec.json.decode(text)
        return decoded

    def _places(self, part: Part) -> list[_Object]:
        found = set(map(self._writer.place, places_of(part)))
        return [
            {
                **({"additionalContext": context} if context else {}),
                **({"line": line} if line is not None else {}),
                "location": location,
            }
            for location, line, context in sorted(found, key=lambda place: (place[0], place[1] or 0, place[2] or ""))
        ]


def _named(pattern: _Object, license_: SpdxLicense) -> _Object:
    """Return ``pattern``, a licence of the same form, as ``license_``."""
    if license_.form is LicenseForm.EXPRESSION:
        return {**pattern, "expression": license_.text}
    return {**pattern, "license": {**pattern["license"], license_.form.value: license_.text}}


def _identity(pattern: Any, digest: str) -> Any:
    """One object before CycloneDX 1.6, without a value; a list since."""
    if not isinstance(pattern, list):
        return pattern
    return [{**each, "concludedValue": digest} for each in pattern]
