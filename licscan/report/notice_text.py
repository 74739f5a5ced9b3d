"""The attribution document as plain text, to be shipped beside the product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from licscan.core.text import one_line, visible
from licscan.report.base import ReportInput
from licscan.report.notice import Entry, Notice, label, notice

NAME = "notice-text"
FILE_NAME = "NOTICE.txt"

_RULE = "=" * 80
_THIN = "-" * 80


def write(report: ReportInput, stream: BinaryIO) -> None:
    text = "\n".join(_lines(notice(report)))
    stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))


def _lines(document: Notice) -> Iterator[str]:
    yield f"Third-party software in {one_line(document.project)}"
    for entry in document.entries:
        yield from ("", _RULE, *_entry(entry))
    if not document.entries:
        yield from ("", "No third-party component was found.")
    for text in document.texts:
        yield from ("", _RULE, f"[{text.number}] {one_line(text.title)} ({one_line(text.origin)})", _THIN, "")
        yield visible(text.text, newlines=True)


def _entry(entry: Entry) -> Iterator[str]:
    yield one_line(label(entry))
    yield f"  {one_line(entry.id)}"
    numbers = ", ".join(f"[{number}]" for number in entry.texts)
    if entry.license or numbers:
        yield f"  Licence: {'  '.join(filter(None, (one_line(entry.license), numbers)))}"
    if entry.scope:
        yield f"  Used for: {entry.scope}"
    yield from (f"  {one_line(statement, 1000)}" for statement in entry.copyrights)
    for item in entry.notices:
        yield from ("", f"  From {one_line(item.path)}:", "")
        yield from (f"  {line}".rstrip() for line in visible(item.text.strip("\n"), newlines=True).split("\n"))
