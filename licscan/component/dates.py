"""The days that lockfiles and installed records tell of packages; what does not tell one stays without.

Times of files are not asked: package managers and archives set them to whatever they like (npm to 1985, reproducible
builds to 1980). Nor are registries: a mirror answers with the day on which it copied a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timezone

from licscan.core.component import Dated, DateKind
from licscan.core.location import Location

# v1.2.3-0.20190101120000-abcdefabcdef: a commit that has no version of its own, with its time.
_PSEUDO_VERSION = re.compile(r"[-.](\d{14})-[0-9a-f]{12}(\\+incompatible)?$")
_EARLIEST = 1990  # before the first package index: a clock that was never set


def dated(kind: DateKind, written: object, origin: str, location: Location) -> Dated | None:
    """Return the day of ``written`` (ISO 8601, or seconds since 1970); ``None`` where it is none that can be true."""
    moment = _moment(written)
    if moment is None or moment.year < _EARLIEST:
        return None
    return Dated(kind=kind, day=moment.date().isoformat(), origin=origin, location=location)


def first_upload(files: Iterable[object], origin: str, location: Location) -> Dated | None:
    """Return when the first of a version's files was put on the index: ``upload-time`` of uv.lock and pylock.toml."""
    times = (item.get("upload-time") for item in files if isinstance(item, dict))
    days = [found for time in times if (found := dated(DateKind.RELEASED, time, origin, location))]
    return min(days, key=lambda item: item.day, default=None)


def commit_of_pseudo_version(version: str | None, location: Location) -> Dated | None:
    """Return the day of the commit that a pseudo-version of Go stands for."""
    found = _PSEUDO_VERSION.search(version or "")
    return dated(DateKind.RELEASED, found[1], "commit time in the pseudo-version", location) if found else None


def _moment(written: object) -> datetime | None:
    try:
        if isinstance(written, datetime):
            moment = written
        elif isinstance(written, (int, float)) and not isinstance(written, bool):
            moment = datetime.fromtimestamp(written, timezone.utc)
        elif isinstance(written, str) and re.fullmatch(r"\d{14}", written):
            moment = datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        elif isinstance(written, str):
            # Python 3.10 reads neither "Z" nor fractions of other than three or six digits; the day needs neither.
            plain = re.sub(r"\\.\d+", "", written.strip()).replace("Z", "+00:00").removesuffix(" UTC")
            moment = datetime.fromisoformat(plain)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment
