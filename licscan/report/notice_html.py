"""The attribution document as one HTML file: no script, no network, nothing of the scanned tree that could act."""

from __future__ import annotations

from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from licscan.core.text import visible
from licscan.report.base import ReportInput
from licscan.report.notice import label, notice

NAME = "notice-html"
FILE_NAME = "NOTICE.html"


def write(report: ReportInput, stream: BinaryIO) -> None:
    environment = Environment(
        loader=PackageLoader("licscan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    template = environment.get_template("notice.html.j2")
    for piece in template.generate(notice=notice(report), label=label):
        stream.write(piece.encode("utf-8", "backslashreplace"))


def _harmless(value: object) -> object:
    """Every value that the template prints goes through here: what could act or hide is written out."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value, newlines=True)
