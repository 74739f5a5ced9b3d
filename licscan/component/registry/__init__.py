"""The registries that ``--online`` asks, by ecosystem."""

from __future__ import annotations

from collections.abc import Mapping

from licscan.component.registry.base import Registry
from licscan.component.registry.cargo import CARGO
from licscan.component.registry.golang import GOLANG
from licscan.component.registry.maven import MAVEN
from licscan.component.registry.npm import NPM
from licscan.component.registry.nuget import NUGET
from licscan.component.registry.packagist import PACKAGIST
from licscan.component.registry.pub import PUB
from licscan.component.registry.pypi import PYPI
from licscan.component.registry.rubygems import RUBYGEMS

REGISTRIES: Mapping[str, Registry] = {
    "npm": NPM,
    "pypi": PYPI,
    "cargo": CARGO,
    "golang": GOLANG,
    "maven": MAVEN,
    "nuget": NUGET,
    "gem": RUBYGEMS,
    "composer": PACKAGIST,
    "pub": PUB,
}
