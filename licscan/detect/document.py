"""The text of documents, by a function that costs nothing to send to a worker: ScanCode's reader is loaded where it is called."""

from __future__ import annotations


def document_text(location: str) -> str:
    """Return the text of a document (PDF), a line of it per line."""
    from licscan.detect.text import document_text as read

    return read(location)
