"""Licence texts of installed packages are found, and what a detector says of them is put to their packages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from licscan.component import evidence_files, with_evidence
from licscan.core.component import ClaimSource, StatedTerms
from licscan.core.finding import FileFinding, FileKind
from tests.component.conftest import Plant

TREE = {
    "node_modules/silent/package.json": json.dumps({"name": "silent", "version": "1.0.0"}),
    "node_modules/silent/LICENSE": "some text",
    "node_modules/silent/NOTICE": "thanks",
    "node_modules/odd/package.json": json.dumps({"name": "odd", "version": "1.0.0", "license": "ask Bob"}),
    "node_modules/odd/COPYING": "other text",
    "node_modules/clear/package.json": json.dumps({"name": "clear", "version": "1.0.0", "license": "MIT"}),
    "node_modules/clear/license.md": "text",
}


def test_only_what_is_not_understood_is_read_by_default(plant: Plant) -> None:
    files = evidence_files(plant(TREE))
    assert [item.file.path for item in files] == ["node_modules/odd/COPYING", "node_modules/silent/LICENSE"]
    assert {item.file.kind for item in files} == {FileKind.LEGAL}
    assert all(len(item.file.sha256) == 64 for item in files)


def test_every_licence_text_is_read_on_request(plant: Plant) -> None:
    files = evidence_files(plant(TREE), only_undeclared=False)
    assert "node_modules/clear/license.md" in [item.file.path for item in files]


def stated(findings: Sequence[FileFinding]) -> dict[str, StatedTerms]:
    """Everything that was detected in a file is a term, and the GPL is only mentioned."""
    return {item.path: StatedTerms(terms=item.expression, mentions=("gpl-1.0-plus",)) for item in findings}


def test_what_is_detected_becomes_a_claim_of_the_package(plant: Plant) -> None:
    facts = plant(TREE)
    findings = [
        FileFinding(path="node_modules/silent/LICENSE", expression="isc"),
        FileFinding(path="node_modules/odd/COPYING"),
        FileFinding(path="elsewhere/LICENSE", expression="mit"),
    ]
    claims = {item.name: item.claims for item in with_evidence(facts, findings, stated)}
    claim, mention = claims["silent"]
    assert (mention.source, mention.expression) == (ClaimSource.MENTIONED, "gpl-1.0-plus")
    assert (claim.source, claim.expression, claim.expression_spdx) == (ClaimSource.DETECTED, "isc", "ISC")
    assert [str(place) for place in claim.locations] == ["node_modules/silent/LICENSE"]
    assert [claim.source for claim in claims["odd"]] == [ClaimSource.DECLARED]
