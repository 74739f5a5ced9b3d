"""``.reuse/dep5``: Debian's machine-readable copyright file, with SPDX expressions as licences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from licscan.component.formats import BrokenManifest, text_of
from licscan.component.reuse.globs import dep5_glob
from licscan.component.reuse.toml import Table
from licscan.core.message import message, quoted
from licscan.core.reuse import Precedence

if TYPE_CHECKING:
    from debian_inspector.copyright import CopyrightFilesParagraph


def read_dep5(data: bytes) -> tuple[Table, ...]:
    """Return a table for each ``Files`` paragraph of ``data``, in its order; raise ``BrokenManifest`` where it is no such file."""
    # Here, since few trees have such a file and a hook starts in a moment.
    from debian_inspector.copyright import CopyrightFilesParagraph, CopyrightHeaderParagraph, DebianCopyright

    try:
        paragraphs = DebianCopyright.from_text(text_of(data)).paragraphs
    except Exception as error:  # the library lets AttributeError, IndexError and others out on odd input
        raise BrokenManifest(
            message(
                "issue.not-copyright-file-can",
                "not a copyright file that can be read: {detail}",
                detail=quoted(type(error).__name__),
            )
        ) from error
    if not any(isinstance(each, CopyrightHeaderParagraph) and each.format.value for each in paragraphs):
        raise BrokenManifest(
            message("issue.not-copyright-file", "not a copyright file that can be read: the field 'Format' is missing"),
            1,
        )
    return tuple(_table(each) for each in paragraphs if isinstance(each, CopyrightFilesParagraph))


def _table(paragraph: CopyrightFilesParagraph) -> Table:
    name = (paragraph.license.name or "").strip()
    line = paragraph.line_numbers_by_field.get("files", (None, None))[0]
    return Table(
        globs=tuple(map(dep5_glob, paragraph.files.values)),
        licenses=(name,) if name else (),
        precedence=Precedence.AGGREGATE,
        line=line,
    )
