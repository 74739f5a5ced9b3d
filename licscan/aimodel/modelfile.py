"""Ollama's Modelfile: what a model starts ``FROM``, and the ``LICENSE`` that it states."""

from __future__ import annotations

import re

from msgspec import Struct

from licscan.aimodel.reading import hub_id

# An instruction begins a line; what it says begins on the same one. Each alternative ends where it cannot go on, so that no place
# is looked at twice.
_FROM = re.compile(r"^[ \t]*FROM[ \t]+(\S+)", re.IGNORECASE | re.MULTILINE)
_ADAPTER = re.compile(r"^[ \t]*ADAPTER[ \t]+(\S+)", re.IGNORECASE | re.MULTILINE)
_HUB = re.compile(r"(?:https?://)?(?:hf\.co|huggingface\.co)/")
_LICENSE = re.compile(r"^[ \t]*LICENSE[ \t]+(?=\S)", re.IGNORECASE | re.MULTILINE)


class Modelfile(Struct, frozen=True, kw_only=True):
    """``bases`` are names on the Hub, ``ollama/<name>``, or ``path:<path>`` for files; adapters are among them. ``line`` is where the
    first stands. ``licenses`` are texts or names as written, each with its line."""

    bases: tuple[str, ...]
    line: int
    licenses: tuple[tuple[str, int], ...] = ()


def read_modelfile(text: str) -> Modelfile | None:
    """Return what ``text`` says, ``None`` when it starts from nothing and so makes no model."""
    base = _FROM.search(text)
    if base is None:
        return None
    licenses = []
    place = 0
    while stated := _LICENSE.search(text, place):
        words, place = _stated(text, stated.end())
        if words.strip():
            licenses.append((words.strip(), text.count("\n", 0, stated.start()) + 1))
    names = [base[1], *(found[1] for found in _ADAPTER.finditer(text))]
    return Modelfile(
        bases=tuple(dict.fromkeys(map(_base, names))),
        line=text.count("\n", 0, base.start(1)) + 1,
        licenses=tuple(licenses),
    )


def _base(name: str) -> str:
    if name.startswith((".", "/", "~")) or name.lower().endswith((".gguf", ".bin", ".safetensors")):
        return f"path:{name}"
    address = _HUB.match(name)
    if address and (known := hub_id(name[address.end() :].partition(":")[0])):
        return known
    return f"ollama/{name}"


def _stated(text: str, start: int) -> tuple[str, int]:
    """Return the argument at ``start``, and where it ends: within quotation marks up to the same ones, else the end of the line."""
    for mark in ('"""', '"'):
        if text.startswith(mark, start):
            end = text.find(mark, start + len(mark))
            if end >= 0:
                return text[start + len(mark) : end], end + len(mark)
    line = text[start:].partition("\n")[0]
    return line, start + len(line)
