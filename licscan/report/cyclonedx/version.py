"""Which versions of CycloneDX are written, and what each can hold."""

from __future__ import annotations

from cyclonedx.schema import SchemaVersion
from cyclonedx.schema.schema import BaseSchemaVersion, SchemaVersion1Dot5, SchemaVersion1Dot6, SchemaVersion1Dot7
from msgspec import Struct

from licscan.errors import UsageError

DEFAULT = "1.6"


class Version(Struct, frozen=True, kw_only=True):
    """One version: the library's name for its schema and the view that it serialises under.

    ``since_1_6`` tells whether it holds an acknowledgement, authors, and the line of an occurrence.
    """

    name: str
    schema: SchemaVersion
    view: type[BaseSchemaVersion]
    since_1_6: bool = True


_VERSIONS = {
    version.name: version
    for version in (
        Version(name="1.5", schema=SchemaVersion.V1_5, view=SchemaVersion1Dot5, since_1_6=False),
        Version(name="1.6", schema=SchemaVersion.V1_6, view=SchemaVersion1Dot6),
        Version(name="1.7", schema=SchemaVersion.V1_7, view=SchemaVersion1Dot7),
    )
}


def version_of(text: str | None) -> Version:
    """Return the version called ``text``, the default for ``None``; raise ``UsageError`` for any other."""
    version = _VERSIONS.get(text or DEFAULT)
    if version is None:
        raise UsageError(
            f"CycloneDX {text} is not written",
            hint=f"Choose one of {', '.join(_VERSIONS)}, for example cyclonedx-json@{DEFAULT}.",
        )
    return version
