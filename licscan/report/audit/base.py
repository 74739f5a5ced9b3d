"""What a form of the audit is given, and how its digest comes about."""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from functools import cache
from typing import Any, BinaryIO, Protocol

from msgspec import Struct

from licscan.audit.document import DueDiligence
from licscan.audit.phrase import Phrase
from licscan.core.marker import MARKER
from licscan.report.audit.tables import Table, tables
from licscan.report.audit.words import Words

SCHEMA = "1.0"


class AuditInput(Struct, frozen=True, kw_only=True):
    """A document in a language, and the digest of the whole (``plain`` of it, as canonical JSON)."""

    document: DueDiligence
    words: Words
    digest: str
    tables: tuple[tuple[Table, ...], ...]  # of each product: made once, shown by several forms


class Form(Protocol):
    """One form. Modules satisfy it."""

    def write(self, report: AuditInput, stream: BinaryIO) -> None:
        """Write the whole report; it carries ``licscan.core.marker.MARKER`` near its start where the format lets it."""


def audit_input(document: DueDiligence, words: Words) -> AuditInput:
    made = tuple(tables(product, words) for product in document.products)
    return AuditInput(document=document, words=words, digest=digest(content(document, words)), tables=made)


def content(document: DueDiligence, words: Words) -> dict[str, Any]:
    """Return the document as plain JSON values, its phrases in the language of ``words``."""
    body: dict[str, Any] = plain(document, words)
    return {"licscan": {"marker": MARKER, "audit": SCHEMA, "language": words.language.code}, **body}


def digest(body: dict[str, Any]) -> str:
    """Return the SHA-256 of ``body`` as canonical JSON: keys sorted, no blanks, ASCII."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def plain(value: Any, words: Words) -> Any:
    """Return ``value`` as JSON values. Most of a large document is texts and tuples of them: they are told first."""
    kind: Any = type(value)
    if kind is str or value is None:
        return value
    if kind is tuple:
        return [plain(item, words) for item in value]
    if kind is Phrase:
        return words.phrase(value)
    names = _names(kind)
    if names:
        return {name: plain(getattr(value, name), words) for name in names}
    return value.value if isinstance(value, Enum) else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(kind.__struct_fields__) if issubclass(kind, Struct) else ()
