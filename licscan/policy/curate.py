"""Corrections of detections by a person: applied to what is judged, never to the facts, and listed in every report."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from licscan.core.finding import Detection, FileFinding
from licscan.core.message import Message, license_, message
from licscan.core.result import Inventory
from licscan.core.verdict import Correction
from licscan.core.waiver import Curation
from licscan.policy.catalogue import LicenseCatalogue
from licscan.policy.normal import NONE, in_keys, same_expression


def curate(
    inventory: Inventory, curations: Sequence[Curation], catalogue: LicenseCatalogue
) -> tuple[Inventory, tuple[Correction, ...]]:
    """Return the inventory as corrected, for judging only, and what became of each curation.

    One applies where its file is detected as it says, its whole expression compared; otherwise it has lapsed.
    """
    by_path = {finding.path: number for number, finding in enumerate(inventory.findings)}
    findings = list(inventory.findings)
    corrections = []
    for curation in curations:
        number = by_path.get(curation.path)
        detected = in_keys(curation.detected, catalogue)
        concluded = in_keys(curation.concluded, catalogue)
        note = _why_not(findings[number] if number is not None else None, detected)
        if number is not None and not note:
            findings[number] = _corrected(findings[number], concluded, catalogue)
        corrections.append(
            Correction(
                path=curation.path,
                detected=_spdx(detected, catalogue) or NONE,
                concluded=_spdx(concluded, catalogue),
                why=curation.why,
                by=curation.by,
                location=curation.location,
                applied=not note,
                note=note,
            )
        )
    if not any(correction.applied for correction in corrections):
        return inventory, tuple(corrections)
    return replace(inventory, findings=tuple(findings)), tuple(corrections)


def _why_not(finding: FileFinding | None, detected: str | None) -> Message | None:
    if finding is None:
        return message("curation.no-file", "there is no such file among those that were scanned")
    if not same_expression(finding.expression, detected):
        return message(
            "curation.other-licence",
            "the file is now detected as {licence}",
            licence=license_(finding.expression_spdx or finding.expression or NONE),
        )
    return None


def _spdx(expression: str | None, catalogue: LicenseCatalogue) -> str | None:
    return expression and (catalogue.classify(expression).expression_spdx or expression)


def _corrected(finding: FileFinding, concluded: str | None, catalogue: LicenseCatalogue) -> FileFinding:
    if concluded is None:
        return replace(finding, expression=None, expression_spdx=None, detections=())
    spdx = catalogue.classify(concluded).expression_spdx
    first = finding.detections[0].matches[0] if finding.detections else None
    # One whole match: no rule about words suppresses what a person decided.
    matches = (
        (
            replace(
                first,
                expression=concluded,
                expression_spdx=spdx,
                score=100.0,
                coverage=100.0,
                matcher="curation",
                rule_id="curation",
                rule_url=None,
                kind="text",
                syntax="",
                block=(0, 0),
                within=(),
                references=(),
            ),
        )
        if first
        else ()
    )
    detection = Detection(expression=concluded, expression_spdx=spdx, identifier="curated", matches=matches)
    return replace(finding, expression=concluded, expression_spdx=spdx, detections=(detection,))
