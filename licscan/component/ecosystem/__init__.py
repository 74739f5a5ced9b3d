"""One ecosystem, one or two modules; ``SOURCES`` is every kind of file that is read, the main ecosystems first."""

from __future__ import annotations

from licscan.component.base import Source
from licscan.component.ecosystem import npm, pypi, pypi_installed

SOURCES: tuple[Source, ...] = (
    *pypi.SOURCES,
    *pypi_installed.SOURCES,
    *npm.SOURCES,
)
