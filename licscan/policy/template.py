"""Messages with a fixed set of placeholders. What fills them comes from scanned trees: it is never read as a template
or as markup, and its control characters are written out."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
# C0 and C1 controls, and the marks that turn the direction of text around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def unknown_placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces that are no placeholder, and lone braces, in order."""
    found = [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    return (*found, *re.findall(r"[{}]", _PLACEHOLDER.sub("", template)))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put ``values`` in place of the placeholders, in one pass: a value's own braces stay as they are."""
    return _PLACEHOLDER.sub(lambda match: harmless(values.get(match[1], "")), template)


def harmless(text: str) -> str:
    """Write control characters out, so that no terminal or reader obeys them."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
