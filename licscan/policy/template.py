"""Messages with a fixed set of placeholders. What fills them comes from scanned trees: it is never read as a template
or as markup, and its control characters are written out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from licscan.core.message import Message, Value

PLACEHOLDERS: Mapping[str, str] = {
    "subject": "the file, component or model",
    "licence": "the licence that the rule objects to, in SPDX form",
    "expression": "the subject's whole expression, in SPDX form",
    "choice": "the part of an OR that was taken",
    "paths": "where it was found",
    "outbound": "the project's own licence",
    "fact": "the fact that is asked for",
    "detail": "what the check found",
}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unknown_placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces that are no placeholder, and lone braces, in order."""
    found = [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    return (*found, *re.findall(r"[{}]", _PLACEHOLDER.sub("", template)))


def fill(id_: str, template: str, values: Mapping[str, Value]) -> Message:
    """Return ``template`` as a message with those of ``values`` that it has places for."""
    used = dict.fromkeys(_PLACEHOLDER.findall(template))
    return Message(template, tuple(values[name] for name in used if name in values), id_)
