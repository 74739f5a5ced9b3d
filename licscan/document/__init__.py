"""Results to versioned JSON and back: ``encode`` and ``decode``. The domain types know nothing of it."""

from licscan.document.envelope import SCHEMA_VERSION, Document
from licscan.document.read import decode
from licscan.document.write import encode, encode_in_parts

__all__ = ["SCHEMA_VERSION", "Document", "decode", "encode", "encode_in_parts"]
