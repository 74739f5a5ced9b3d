"""Archives of packages whose files are not in the tree, fetched from the registries of the user's clients; nothing of them is run.

What comes counts only as the archive that the lockfile means: where digests are locked, one of them has to be the archive's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from licscan.component.base import FetchedArchive
from licscan.component.client import NotFetched
from licscan.component.online import ARCHIVE_NOT_FETCHED, FETCHED, Registries, not_fetched
from licscan.core.archive import EXTRACT_SUFFIX, is_archive_name
from licscan.core.component import Component
from licscan.core.finding import SourceFile
from licscan.core.issue import Issue
from licscan.core.message import message
from licscan.core.selection import SelectedFile


def fetch_sources(
    components: Iterable[Component], folder: Path, registries: Registries
) -> tuple[tuple[FetchedArchive, ...], tuple[Issue, ...]]:
    """Fetch the archive of each package that has no files in the tree into ``folder``; return them, and what was not had."""
    wanted = [item for item in components if item.directory is None and registries.registry(item)]
    issues = list(registries.connect(wanted))
    described = registries.describe(wanted)
    issues += [item for item in described if isinstance(item, Issue)]
    asked = [item for item in described if item is not None and not isinstance(item, Issue)]
    archives = []
    for item, found in zip(asked, registries.fetch(asked, folder), strict=True):
        if isinstance(found, Issue):
            issues.append(found)
        elif found is None or not is_archive_name(found.name):
            issues.append(
                not_fetched(
                    item.component,
                    ARCHIVE_NOT_FETCHED,
                    NotFetched(
                        message("registry.there-none-can-be-looked-into", "there is none that can be looked into")
                    ),
                )
            )
        else:
            archives.append(_archive(item.component, found))
    return tuple(archives), tuple(issues)


def _archive(component: Component, location: Path) -> FetchedArchive:
    digest = hashlib.sha256()
    with open(location, "rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    shown = f"{FETCHED}/{component.ecosystem}/{component.name}/{location.name}"
    file = SourceFile(path=shown, size=os.path.getsize(location), sha256=digest.hexdigest())
    return FetchedArchive(
        component=replace(component, directory=f"{shown}{EXTRACT_SUFFIX}"),
        archive=SelectedFile(file=file, location=str(location)),
    )
