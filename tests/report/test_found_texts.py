"""Licences that SPDX does not list stand in SBOMs with their text."""

from __future__ import annotations

import io
import json
from pathlib import Path

from licscan.document import decode
from licscan.report import reporter
from licscan.report.base import ReportInput
from tests.conformance_trees import materialise, scanned

TERMS = "Acme terms, version 2.\n\nUse it as you like on Mondays.\n© Acme\n"
FILES = {
    "LICENSE": "SPDX-License-Identifier: MIT\n",
    "LICENSES/LicenseRef-Acme.txt": TERMS,
    "a.c": "/* SPDX-License-Identifier: LicenseRef-Acme */\nint a;\n",
    "b.c": "/* SPDX-License-Identifier: LicenseRef-Acme OR MIT */\nint b;\n",
    "c.c": "/* SPDX-License-Identifier: LicenseRef-Nowhere */\nint c;\n",
}


def test_a_text_of_ones_own_is_written_once_and_as_it_stands(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    scanned(materialise({"files": FILES}, tmp_path / "tree"), out)
    stored = decode(out.read_bytes())
    report = ReportInput(inventory=stored.inventory, audit=stored.audit, generated_at="2026-01-01T00:00:00Z")
    written = {}
    for name in ("spdx-json", "cyclonedx-json"):
        stream = io.BytesIO()
        reporter(name).write(report, stream)
        written[name] = json.loads(stream.getvalue())
    explained = {
        each["licenseId"]: each["extractedText"] for each in written["spdx-json"]["hasExtractedLicensingInfos"]
    }
    assert explained["LicenseRef-Acme"] == TERMS
    assert "no text of it is in the tree" in explained["LicenseRef-Nowhere"]
    properties = written["cyclonedx-json"]["metadata"]["properties"]
    assert [each["value"] for each in properties if each["name"] == "licscan:licence-text:LicenseRef-Acme"] == [TERMS]
