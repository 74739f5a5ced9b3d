"""What a stored result looks like on disk: a header that says what it is, then the facts, then the judgement."""

from __future__ import annotations

from msgspec import Struct

from licscan.core.result import Audit, Inventory

# Major: what an older licscan would read wrongly. Minor: what it would not see. Both are refused by an older one.
SCHEMA_VERSION = "1.2"
# What the header calls a result; licscan writes other documents too.
DOCUMENT = "result"


class Header(Struct, frozen=True, kw_only=True):
    """The first thing in the file. ``document`` says which of licscan's documents it is; ``schema`` is ``MAJOR.MINOR``."""

    schema: str
    document: str = DOCUMENT


class StoredResult(Struct, frozen=True, kw_only=True):
    """The whole file."""

    licscan: Header
    inventory: Inventory
    audit: Audit


class Document(Struct, frozen=True, kw_only=True):
    """What was read. ``schema_version`` is the one it was written in, before any migration."""

    inventory: Inventory
    audit: Audit
    schema_version: str
