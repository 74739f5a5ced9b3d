"""The texts of licences and notices that third-party components bring along, for whoever passes them on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from licscan.component.base import base_of
from licscan.component.copyrights import is_notice_bearing
from licscan.component.tree import is_license_name
from licscan.core.legal_text import LegalText, LegalTextKind
from licscan.core.selection import SelectedFile
from licscan.util.encoding import as_written, wide_encoding

# Longer ones are lists of data or whole books; the notice document tells that they are missing.
MAX_TEXT = 1024 * 1024


def legal_texts(files: Mapping[str, Sequence[SelectedFile]]) -> tuple[LegalText, ...]:
    """Return the text of each licence and notice file among the ``files`` of components, in their order."""
    return tuple(text for component, some in files.items() for text in _texts(component, some))


def _texts(component: str, files: Sequence[SelectedFile]) -> Iterator[LegalText]:
    for file in filter(is_notice_bearing, files):
        text = _text(file.location)
        if text is not None and text.strip():
            name = base_of(file.file.path)
            in_folder = "/licenses/" in file.file.path.lower()
            kind = LegalTextKind.LICENSE if is_license_name(name) or in_folder else LegalTextKind.NOTICE
            yield LegalText(component=component, path=file.file.path, kind=kind, text=text)


def _text(location: str) -> str | None:
    try:
        with open(location, "rb") as stream:
            data = stream.read(MAX_TEXT + 1)
    except OSError:
        return None  # an issue of the scan already; the notice document tells that the text is missing
    if len(data) > MAX_TEXT or (b"\0" in data and wide_encoding(data[:4096]) is None):
        return None
    return as_written(data).replace("\r\n", "\n")
