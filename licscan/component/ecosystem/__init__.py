"""One ecosystem, one or two modules; ``SOURCES`` is every kind of file that is read, the main ecosystems first."""

from __future__ import annotations

from licscan.component.base import Source
from licscan.component.ecosystem import (
    alpine,
    apple,
    bun,
    cargo,
    composer,
    conda,
    cran,
    debian,
    golang,
    maven,
    npm,
    npm_lock,
    nuget,
    others,
    pnpm,
    pub,
    pypi,
    pypi_installed,
    pypi_lock,
    requirements,
    rubygems,
    yarn,
)

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
    *cargo.SOURCES,
    *golang.SOURCES,
    *maven.SOURCES,
    *composer.SOURCES,
    *rubygems.SOURCES,
    *nuget.SOURCES,
    *apple.SOURCES,
    *pub.SOURCES,
    *conda.SOURCES,
    *cran.SOURCES,
    *debian.SOURCES,
    *alpine.SOURCES,
    *others.SOURCES,
)
