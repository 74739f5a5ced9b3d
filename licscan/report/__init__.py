"""Results to files: one module per format, each reads and never decides."""

from __future__ import annotations

from importlib import import_module

from licscan.errors import UsageError, closest
from licscan.report.base import Reporter

# Format name -> the module that writes it, imported when asked for: most runs need one or two of them.
REPORTS: dict[str, str] = {
    "table": "licscan.report.table",
    "json": "licscan.report.json",
    "cyclonedx-json": "licscan.report.cyclonedx.json_format",
    "cyclonedx-xml": "licscan.report.cyclonedx.xml_format",
    "spdx-json": "licscan.report.spdx.json_format",
    "html": "licscan.report.html",
    "markdown": "licscan.report.markdown",
    "csv": "licscan.report.csv",
    "sarif": "licscan.report.sarif",
    "junit": "licscan.report.junit",
    "github": "licscan.report.github",
    "gitlab": "licscan.report.gitlab",
    "notice-text": "licscan.report.notice_text",
    "notice-markdown": "licscan.report.notice_markdown",
    "notice-html": "licscan.report.notice_html",
    "scancode-json": "licscan.report.scancode_json",
}


def reporter(name: str) -> Reporter:
    """Return what writes the format ``name``; raise ``UsageError`` naming the formats there are."""
    require_format(name)
    module: Reporter = import_module(REPORTS[name])
    return module


def require_format(name: str) -> None:
    """Raise ``UsageError`` when there is no format ``name``; nothing is loaded."""
    if name not in REPORTS:
        close = closest(name, REPORTS)
        hint = f"did you mean {close!r}?" if close else f"formats: {', '.join(REPORTS)}"
        raise UsageError(f"there is no format {name!r}", where="-o", hint=hint)
