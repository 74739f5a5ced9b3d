"""The due-diligence report in its forms: each reads a ``DueDiligence`` document in a language, and never decides."""

from __future__ import annotations

from collections.abc import Mapping

# Form -> (the module that writes it, the file's name where none is given).
FORMS: Mapping[str, tuple[str, str]] = {
    "html": ("licscan.report.duediligence.html", "audit.html"),
    "xlsx": ("licscan.report.duediligence.xlsx", "audit.xlsx"),
    "docx": ("licscan.report.duediligence.docx", "audit.docx"),
    "json": ("licscan.report.duediligence.json_format", "audit.json"),
    "csv": ("licscan.report.duediligence.csv_format", "audit.csv"),
}
