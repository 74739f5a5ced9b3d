"""One ecosystem, one or two modules; ``SOURCES`` is every kind of file that is read, the main ecosystems first."""

from __future__ import annotations

from licscan.component.base import Source
from licscan.component.ecosystem import bun, npm, npm_lock, pnpm, pypi, pypi_installed, pypi_lock, requirements, yarn

SOURCES: tuple[Source, ...] = (
    *pypi.SOURCES,
    *requirements.SOURCES,
    *pypi_lock.SOURCES,
    *pypi_installed.SOURCES,
    *npm.SOURCES,
    *npm_lock.SOURCES,
    *yarn.SOURCES,
    *pnpm.SOURCES,
    *bun.SOURCES,
)
