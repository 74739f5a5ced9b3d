"""Ollama's Modelfile: what a model starts ``FROM``, and the ``LICENSE`` that it states."""

from __future__ import annotations

import re

from msgspec import Struct

from licscan.aimodel.reading import hub_id

# An instruction begins a line; what it says begins on the same one. Each alternative ends where it cannot go on, so that no place
# is looked at twice.
_FROM = re.compile(r"^[ \t]*FROM[ \t]+(\S+)", re.IGNORECASE | re.MULTILINE)
_LICENSE = re.compile(r"^[ \t]*LICENSE[ \t]+(?=\S)", re.IGNORECASE | re.MULTILINE)


class Modelfile(Struct, frozen=True, kw_only=True):
    """``base`` is the name on the Hub or ``ollama/<name>``, ``None`` for a file beside it; ``line`` is where it stands.
    ``licenses`` are texts or names as written, each with its line."""

    base: str | None
    line: int
    licenses: tuple[tuple[str, int], ...] = ()


def read_modelfile(text: str) -> Modelfile | None:
    """Return what ``text`` says, ``None`` when it starts from nothing and so makes no model."""
    base = _FROM.search(text)
    if base is None:
        return None
    stated = _LICENSE.search(text)
    licenses = []
    if stated:
        words = _stated(text, stated.end()).strip()
        licenses = [(words, text.count("\n", 0, stated.start()) + 1)] if words else []
    name = base[1]
    is_local = name.startswith((".", "/", "~")) or name.lower().endswith((".gguf", ".bin", ".safetensors"))
    return Modelfile(
        base=None if is_local else hub_id(name.removeprefix("hf.co/")) or f"ollama/{name}",
        line=text.count("\n", 0, base.start(1)) + 1,
        licenses=tuple(licenses),
    )


def _stated(text: str, start: int) -> str:
    """Return the argument at ``start``: within quotation marks up to the same ones, else to the end of the line."""
    for mark in ('"""', '"'):
        if text.startswith(mark, start):
            end = text.find(mark, start + len(mark))
            if end >= 0:
                return text[start + len(mark) : end]
    return text[start:].partition("\n")[0]
