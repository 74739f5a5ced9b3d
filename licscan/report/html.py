"""The compliance report as one HTML file: no network, no other file, nothing of the scanned tree that could act."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from licscan.core.message import Message
from licscan.core.text import clip, one_line, plural, visible
from licscan.core.verdict import Conclusion
from licscan.report import summary
from licscan.report.base import ReportInput
from licscan.report.chart import class_chart
from licscan.report.models import model_views

NAME = "html"
FILE_NAME = "report.html"

_TEMPLATE = "report.html.j2"
_PARTS = "parts.html.j2"
_OPEN_FINDINGS = 25  # so many findings are shown unfolded; of more, a reader opens what matters
_OPEN_COMPONENTS = 25
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_LISTED = 500  # entries of a list of what was left out; the rest is counted, and stands in result.json


def prepare() -> None:
    for name in (_TEMPLATE, _PARTS):
        _environment().get_template(name)


def write(report: ReportInput, stream: BinaryIO) -> None:
    for piece in _environment().get_template(_TEMPLATE).generate(_context(report)):
        stream.write(piece.encode("utf-8", "backslashreplace"))


def _context(report: ReportInput) -> Mapping[str, object]:
    inventory, audit = report.inventory, report.audit
    style, script = _asset("report.css"), _asset("report.js")
    components, loose_files = summary.component_views(inventory, audit)
    counts = summary.class_counts(inventory, audit)
    return {
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "content_policy": _content_policy(style, script),
        "inventory": inventory,
        "audit": audit,
        "generated_at": report.generated_at,
        "verdict": summary.verdict(inventory, audit),
        "decided": summary.decided(audit),
        "known_before": summary.known_before(audit),
        "groups": summary.group_by_rule(audit.violations),
        "violating": sum(violation.violates for violation in audit.violations),
        "open_findings": len(audit.violations) <= _OPEN_FINDINGS,
        "open_components": _OPEN_COMPONENTS,
        "counts": counts,
        "chart": class_chart(counts),
        "suppressed": summary.suppressed_statements(audit),
        "composition_labels": summary.COMPOSITION_LABELS,
        "components": components,
        "loose_files": loose_files,
        "models": model_views(inventory, audit),
        "unread": summary.not_looked_at(inventory, audit),
        "unresolved": summary.unresolved(inventory),
        "content": summary.not_read(inventory, audit),
        "warnings": summary.warnings(inventory),
        "skipped": summary.skipped_by_reason(inventory),
        "listed": _LISTED,
        "not_stated": summary.NOT_STATED,
        "facts": summary.stated_facts(audit.facts),
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("licscan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Every value that a template prints goes through here: no template can forget it.
        finalize=_harmless,
    )
    environment.filters.update(
        name=visible,
        one_line=_one_line,
        snippet=clip,
        plural=plural,
        label=_class_label,
        moment=_moment,
        key=_class_key,
        size=_size,
    )
    return environment


def _one_line(value: object, limit: int = 300) -> str:
    return one_line(str(value), limit) if value is not None else ""


def _harmless(value: object) -> object:
    if isinstance(value, Message):
        value = str(value)
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value, newlines=True)


def _class_key(conclusion: Conclusion | None) -> str:
    found = summary.license_class(conclusion) if conclusion else None
    return found.value if found else "none"


def _class_label(conclusion: Conclusion | None) -> str:
    return summary.CLASS_LABELS[summary.license_class(conclusion) if conclusion else None]


def _moment(time: str) -> str:
    """Return an ISO 8601 time in UTC for people; as it stands where it is none."""
    try:
        return f"{datetime.fromisoformat(time.replace('Z', '+00:00')):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return time


def _size(size: int) -> str:
    """Return a number of bytes for people (``13.5 GB``)."""
    power = min((len(str(size)) - 1) // 3, len(_UNITS) - 1)
    return f"{size / 1000**power:,.1f} {_UNITS[power]}" if power else plural(size, "byte")


@cache
def _asset(name: str) -> str:
    loader = PackageLoader("licscan.report")
    return loader.get_source(Environment(autoescape=True), name)[0]


def _content_policy(style: str, script: str) -> str:
    """Return the rules that the browser holds the page to: our style, our script, nothing else from anywhere."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
