"""What the REUSE specification (version 3.3) lets a project state outside the file that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from licscan.core.component import LicenseClaim
from licscan.core.location import Location

SIDE_FILE_SUFFIX = ".license"
TEXT_FOLDER = "LICENSES"
# Written in two parts, so that these lines are no marks themselves.
IGNORE_START = b"REUSE-" + b"IgnoreStart"
IGNORE_END = b"REUSE-" + b"IgnoreEnd"
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")


class Precedence(str, Enum):
    """How an annotation stands to what the file itself states, and to annotations nearer to it."""

    CLOSEST = "closest"  # it counts where the file states nothing
    AGGREGATE = "aggregate"  # it counts beside what the file states
    OVERRIDE = "override"  # it counts, and what the file states does not


class ReuseAnnotation(Struct, frozen=True, kw_only=True):
    """One table of a REUSE.toml, or one paragraph of a ``.reuse/dep5``: which licences the files at ``paths`` are under.

    ``folder`` holds the REUSE.toml, ``""`` being the root: of two annotations for a file, that of the deeper folder is the closer.
    An override without ``claims`` names no licence, and still keeps what is closer from counting.
    """

    folder: str
    precedence: Precedence
    claims: tuple[LicenseClaim, ...]
    paths: tuple[str, ...]
    location: Location


class ReuseText(Struct, frozen=True, kw_only=True):
    """The text of a licence that SPDX does not list, from ``LICENSES/LicenseRef-....txt``: ``license_id`` is the name."""

    license_id: str
    path: str
    text: str


class Reuse(Struct, frozen=True, kw_only=True):
    """Everything of this kind in a tree: ``annotations`` from the root down, ``ignored`` the lines between REUSE-IgnoreStart and
    REUSE-IgnoreEnd (in files in which a licence was found), ``texts`` by path."""

    annotations: tuple[ReuseAnnotation, ...] = ()
    ignored: tuple[Location, ...] = ()
    texts: tuple[ReuseText, ...] = ()


def file_beside(path: str) -> str | None:
    """Return the path of the file that a side file (``logo.png.license``) speaks for; ``None`` where ``path`` is no such name."""
    named = path.removesuffix(SIDE_FILE_SUFFIX)
    return None if named == path or not named or named.endswith("/") else named


def is_reference(license_id: str) -> bool:
    """Whether ``license_id`` is a name of one's own, as SPDX lets everybody make them: ``LicenseRef-...``."""
    return _REFERENCE.fullmatch(license_id) is not None


def license_of_text(path: str) -> str | None:
    """Return which licence a file below ``LICENSES/`` is named for (``LICENSES/MIT.txt``); ``None`` elsewhere."""
    *folders, name = path.split("/")
    if TEXT_FOLDER not in folders:
        return None
    return re.sub(r"\.(?:txt|text|md|rst|html?)$", "", name)


def ignored_lines(path: str, data: bytes) -> Iterator[Location]:
    """Yield the lines of ``data`` between the marks; where the second is missing, all lines up to the last."""
    start = data.find(IGNORE_START)
    while start >= 0:
        end = data.find(IGNORE_END, start)
        first = data.count(b"\n", 0, start) + 1
        last = data.count(b"\n", 0, len(data) if end < 0 else end) + 1
        yield Location(path=path, start_line=first, end_line=last)
        start = data.find(IGNORE_START, end) if end >= 0 else -1
