"""Root filesystems within a tree: where their package databases are, and which folders their distribution fills."""

from __future__ import annotations

import re
from collections.abc import Iterable

from licscan.core.component import Component, ComponentKind

# Folders that a distribution fills; the makers' own code lies elsewhere (/app, /opt, /srv, /usr/local).
_OF_SYSTEM = re.compile(r"(bin|sbin|boot|etc|lib|lib32|lib64|usr(?!/local/)|var/lib)/")
_DATABASES = ("var/lib/dpkg/", "var/lib/rpm/", "usr/lib/sysimage/rpm/", "lib/apk/db/", "usr/lib/opkg/", "var/lib/opkg/")


def image_roots(components: Iterable[Component]) -> tuple[str, ...]:
    """Return the folders of the root filesystems whose package databases were read: empty for the top, else ending in a slash."""
    found = (
        _root(location.path)
        for component in components
        if component.kind is ComponentKind.SYSTEM
        for location in component.locations
    )
    return tuple(dict.fromkeys(root for root in found if root is not None))


def is_of_system(root: str, path: str) -> bool:
    """Whether ``path`` is in a folder of the image at ``root`` that its distribution fills."""
    return path.startswith(root) and bool(_OF_SYSTEM.match(path[len(root) :]))


def _root(path: str) -> str | None:
    """Return the folder of the image whose package database ``path`` is a part of."""
    for database in _DATABASES:
        before, found, _ = path.partition(database)
        if found and (not before or before.endswith("/")):
            return before
    return None
