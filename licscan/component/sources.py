"""Archives of packages whose files are not in the tree, fetched with the ecosystems' own clients; nothing of them is run.

A client starts in an empty folder of its own, as for metadata. What it leaves there counts only as the archive that the
lockfile means: where digests are locked, one of them has to be the archive's.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from licscan.component.base import FetchedArchive
from licscan.component.client import NotFetched, run_client_in
from licscan.component.online import CLIENTS, not_fetched
from licscan.core.archive import EXTRACT_SUFFIX, is_archive_name
from licscan.core.component import Component, ComponentKind
from licscan.core.finding import SourceFile
from licscan.core.issue import Issue
from licscan.core.message import message, of_system
from licscan.core.selection import SelectedFile

FETCHED = "$FETCHED"
"""How results call the place of what was fetched, which is gone when the scan ends."""
TIMEOUT = 300.0  # seconds for one archive
_AT_ONCE = 4
_LARGEST = 512 * 1024 * 1024  # bytes of one archive
_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}

Run = Callable[[Path, Sequence[str], float], str]
"""Runs a command in a folder, within so many seconds, and returns what it prints; raises ``NotFetched``."""


def fetch_sources(
    components: Iterable[Component], folder: Path, run: Run | None = None, *, target: Path | None = None
) -> tuple[tuple[FetchedArchive, ...], tuple[Issue, ...]]:
    """Fetch the archive of each package that has no files in the tree into ``folder``; return them, and what was not had.

    ``target`` is what is scanned: nothing in it reaches a client.
    """
    run = run or partial(run_client_in, target=target)
    wanted = [item for item in components if _is_wanted(item)]
    places = [folder / str(number) for number in range(len(wanted))]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda item, place: _fetch(item, place, run), wanted, places))
    return (
        tuple(answer for answer in answers if isinstance(answer, FetchedArchive)),
        tuple(answer for answer in answers if isinstance(answer, Issue)),
    )


def _is_wanted(component: Component) -> bool:
    is_asked = component.ecosystem in CLIENTS and not component.has_own_origin
    return component.kind is ComponentKind.PACKAGE and component.directory is None and is_asked


ARCHIVE_NOT_FETCHED = message("issue.archive-not-fetched", "the archive of {subject} was not fetched: {detail}")


def _fetch(component: Component, folder: Path, run: Run) -> FetchedArchive | Issue:
    ecosystem = component.ecosystem or ""
    client = CLIENTS[ecosystem]
    try:
        folder.mkdir(mode=0o700)
        client.run(component, client.fetch, lambda command: run(folder, command, TIMEOUT))
        location, size = _left_in(folder)
        digest = _checked(component, location)
    except OSError as error:
        return not_fetched(
            component,
            ARCHIVE_NOT_FETCHED,
            client,
            NotFetched(message("issue.system", "{detail}", detail=of_system(error))),
        )
    except NotFetched as error:
        return not_fetched(component, ARCHIVE_NOT_FETCHED, client, error)
    shown = f"{FETCHED}/{ecosystem}/{component.name}/{os.path.basename(location)}"
    return FetchedArchive(
        component=replace(component, directory=f"{shown}{EXTRACT_SUFFIX}"),
        archive=SelectedFile(file=SourceFile(path=shown, size=size, sha256=digest), location=location),
    )


def _left_in(folder: Path) -> tuple[str, int]:
    """Return the one archive that the client left in ``folder``, and its size."""
    found = [path for path in sorted(folder.iterdir()) if is_archive_name(path.name)]
    if len(found) != 1:
        raise NotFetched(message("issue.client-gave-no", "its client gave no archive that can be looked into"))
    status = found[0].lstat()
    if not stat.S_ISREG(status.st_mode):
        raise NotFetched(message("issue.client-gave-no-regular", "its client gave no regular file"))
    if status.st_size > _LARGEST:
        raise NotFetched(message("issue.archive-over-bytes", "its archive is over {count} bytes", count=_LARGEST))
    return str(found[0]), status.st_size


def _checked(component: Component, location: str) -> str:
    """Return the SHA-256 of the archive; raise ``NotFetched`` when digests are locked and none of them is its own."""
    names = {_DIGESTS[item.algorithm] for item in component.hashes if item.algorithm in _DIGESTS} | {"sha256"}
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in names}
    with open(location, "rb") as stream:
        while chunk := stream.read(1 << 20):
            for each in hashes.values():
                each.update(chunk)
    own = {(name, each.hexdigest()) for name, each in hashes.items()}
    locked = {(_DIGESTS.get(item.algorithm, ""), item.value.lower()) for item in component.hashes}
    if locked and not locked & own:
        raise NotFetched(
            message("issue.archive-has-none", "the archive has none of the digests that the lockfile names")
        )
    return hashes["sha256"].hexdigest()
