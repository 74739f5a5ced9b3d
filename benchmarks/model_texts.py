"""Check real licence texts of models: each is concluded as the licence that docs/models.md says of its digest, and what the
register says of that licence stands in it.

    python benchmarks/model_texts.py FOLDER

FOLDER holds texts that somebody fetched, under any names: they are their publishers' and no part of this project. A text
whose digest the table does not have is told and not judged. Ends with 1 when one is concluded otherwise, or lacks a fact.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from pathlib import Path

from model_facts import unsupported

from licscan.aimodel.overlay import find_overlay
from licscan.classify.catalogue import Catalogue
from licscan.classify.conclude import conclude
from licscan.core.finding import FileKind, SourceFile
from licscan.core.result import Inventory, RunInfo
from licscan.core.selection import SelectedFile
from licscan.detect.fast import FastDetector
from licscan.detect.licensedb import license_records
from licscan.detect.text import document_text
from licscan.modellicense.records import with_model_licenses
from licscan.modellicense.register import ModelLicense, model_register

# Shorter files refer to a licence instead of holding it.
_WHOLE = 1500
TABLE = Path(__file__).resolve().parents[1] / "docs" / "models.md"
_ROW = re.compile(r"^\|[^|]+\|\s*`([^`|]+)`\s*\|\s*`([0-9a-f]{64})`\s*\|", re.MULTILINE)


def expected() -> dict[str, str]:
    """Return the licence of each digest in the table."""
    return {digest: licence for licence, digest in _ROW.findall(TABLE.read_text(encoding="utf-8"))}


def main(folder: Path) -> int:
    """Print a line for each file below ``folder``; return how the script ends."""
    wanted = expected()
    register = model_register()
    wrong = 0
    with tempfile.TemporaryDirectory() as cache:
        catalogue = Catalogue.load(with_model_licenses(license_records(Path(cache)), register))
    detector = FastDetector(Path.home() / ".cache" / "licscan")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        name = "LICENSE.pdf" if content.startswith(b"%PDF-") else "LICENSE"
        file = SourceFile(path=name, size=len(content), sha256=digest, kind=FileKind.LEGAL)
        selected = [SelectedFile(file=file, location=str(path))]
        findings = tuple(result.finding for result in detector.detect(selected) if result.finding)
        overlay, _ = find_overlay(selected, {finding.path: finding for finding in findings}, register, document_text)
        run = RunInfo(root="texts", tool_version="", scancode_version="", detector="", started="", finished="")
        inventory = Inventory(run=run, files=(file,), findings=findings, overlay=overlay)
        told = [found.expression for found in conclude(inventory, catalogue) if found.subject.id == name]
        said = told[0] if told else None
        right = wanted.get(digest)
        state = "not in the table" if right is None else "ok" if said == right else f"WRONG, expected {right}"
        entry = register.find(right) if right else None
        lacking = _lacking(entry, content, path) if entry and not entry.general else []
        if lacking:
            state = f"WRONG, not in the text: {', '.join(lacking)}"
        wrong += state.startswith("WRONG")
        scancode = findings[0].expression if findings else None
        print(f"{path.relative_to(folder)}: {said} (ScanCode: {scancode}): {state}")
    return 1 if wrong else 0


def _lacking(entry: ModelLicense, content: bytes, path: Path) -> list[str]:
    """Return the terms that the text lacks; a policy or notice that belongs to a licence has some of them only."""
    text = document_text(str(path)) if content.startswith(b"%PDF-") else content.decode("utf-8", "replace")
    if len(text) < _WHOLE or re.search("policy|terms of use|license: other", text[:200], re.IGNORECASE):
        return []
    return [name for name, _ in unsupported(entry, text)]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
