"""REUSE.toml: tables that put licences to the paths below its folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from licscan.component.formats import BrokenManifest, load_toml, mapping, sequence, text_of, texts
from licscan.component.reuse.globs import Glob, toml_glob
from licscan.core.message import message, quoted
from licscan.core.reuse import Precedence

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*[\"']?annotations[\"']?[ \t]*\]\]")
_VERSION = 1


class Table(Struct, frozen=True, kw_only=True):
    """One annotation as it is written: ``globs`` count from the folder of the file, ``licenses`` are SPDX expressions."""

    globs: tuple[Glob, ...]
    licenses: tuple[str, ...]
    precedence: Precedence
    line: int | None


def read_toml(data: bytes) -> tuple[Table, ...]:
    """Return the annotations in ``data``; raise ``BrokenManifest`` for what is no REUSE.toml of a version that can be read."""
    document = load_toml(data)
    if document.get("version") != _VERSION:
        raise BrokenManifest(
            message("issue.not-reuse-toml", "not a REUSE.toml that can be read: the key 'version' has to be 1"), 1
        )
    lines = _lines(text_of(data))
    return tuple(_table(mapping(entry), next(lines, None)) for entry in sequence(document.get("annotations")))


def _table(entry: Mapping[str, Any], line: int | None) -> Table:
    paths = texts(entry.get("path"))
    if not paths:
        raise BrokenManifest(
            message(
                "issue.annotation-without-path",
                "an annotation without 'path', which has to be a text or a list of texts",
            ),
            line,
        )
    precedence = entry.get("precedence", Precedence.CLOSEST.value)
    try:
        read = Precedence(precedence)
    except ValueError as error:
        known = ", ".join(each.value for each in Precedence)
        raise BrokenManifest(
            message(
                "issue.annotation-with-unknown",
                "an annotation with an unknown precedence; known are: {text}",
                text=quoted(known),
            ),
            line,
        ) from error
    return Table(
        globs=tuple(map(toml_glob, paths)),
        licenses=texts(entry.get("SPDX-License-Identifier")),
        precedence=read,
        line=line,
    )


def _lines(text: str) -> Iterator[int]:
    """Yield the line of each table's header, as long as they are written as headers."""
    return (number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line))
