"""What a form of the audit is given, and how its digest comes about."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any, BinaryIO, Protocol

from msgspec import Struct

from licscan.core.message import Message
from licscan.duediligence.document import DueDiligence
from licscan.report.duediligence.tables import Table, tables
from licscan.report.duediligence.words import Words

SCHEMA = "1.0"


class AuditInput(Struct, frozen=True, kw_only=True):
    """A document in a language, and the digest of the whole (its canonical JSON)."""

    document: DueDiligence
    words: Words
    digest: str
    tables: tuple[tuple[Table, ...], ...]  # of each product: made once, shown by several forms


class Form(Protocol):
    """One form. Modules satisfy it."""

    def write(self, report: AuditInput, stream: BinaryIO) -> None:
        """Write the whole report."""


def audit_input(document: DueDiligence, words: Words) -> AuditInput:
    made = tuple(tables(product, words) for product in document.products)
    return AuditInput(document=document, words=words, digest=digest(document, words), tables=made)


def content(document: DueDiligence, words: Words) -> dict[str, Any]:
    """Return the document as plain JSON values, its phrases in the language of ``words``."""
    body: dict[str, Any] = json.loads(_json(document, words))
    return body


def digest(document: DueDiligence, words: Words) -> str:
    """Return the SHA-256 of the document as canonical JSON: keys sorted, no blanks, ASCII."""
    return hashlib.sha256(_json(document, words, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _json(document: DueDiligence, words: Words, **style: Any) -> str:
    """The encoder walks the document itself, since a large one has two million values; it asks only for what it does not know."""
    body = {
        "licscan": {"audit": SCHEMA, "language": words.language.code},
        **_fields_of(document),
    }
    return json.dumps(body, default=partial(_json_value, words), check_circular=False, **style)


def _json_value(words: Words, value: Any) -> Any:
    return words.phrase(value) if isinstance(value, Message) else _fields_of(value)


def _fields_of(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}
