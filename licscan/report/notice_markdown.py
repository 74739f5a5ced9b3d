"""The attribution document in Markdown; scanned text can neither format, link nor notify."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from licscan.core.text import visible
from licscan.report.base import ReportInput
from licscan.report.markdown import code, prose
from licscan.report.notice import Entry, Notice, label, notice

NAME = "notice-markdown"
FILE_NAME = "NOTICE.md"


def write(report: ReportInput, stream: BinaryIO) -> None:
    text = "\n".join(_lines(notice(report)))
    stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))


def _lines(document: Notice) -> Iterator[str]:
    yield f"# Third-party software in {prose(document.project)}"
    if not document.entries:
        yield from ("", "No third-party component was found.")
    for entry in document.entries:
        yield from _entry(entry)
    if document.texts:
        yield from ("", "## Licence texts")
    for text in document.texts:
        yield from ("", f"### {text.number}. {prose(text.title)}", "", f"{prose(text.origin)}", "", *_block(text.text))


def _entry(entry: Entry) -> Iterator[str]:
    numbers = ", ".join(str(number) for number in entry.texts)
    yield from ("", f"## {prose(label(entry))}", "", f"- {code(entry.id)}")
    if entry.license or numbers:
        texts = f"(text {numbers})" if numbers else ""
        yield f"- Licence: {' '.join(filter(None, (prose(entry.license), texts)))}"
    if entry.scope:
        yield f"- Used for: {entry.scope}"
    yield from (f"- {prose(statement)}" for statement in entry.copyrights)
    for item in entry.notices:
        yield from ("", f"From {code(item.path)}:", "", *_block(item.text))


def _block(text: str) -> Iterator[str]:
    """A fenced block that no run of backticks in the text can end."""
    shown = visible(text.strip("\n"), newlines=True)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}text", shown, fence)
